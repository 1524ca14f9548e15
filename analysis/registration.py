"""How far the skin moved, by laying pictures of the same face upon each other: the second witness beside the landmarks.

A landmark network says well when and where a part of the face moves, less well how far: its answer shrinks or stretches with
the face and the side (0.55 to 1.15 of the truth at a mouth corner). The texture of the skin says how far, where it can be
followed from a picture at rest (Lucas and Kanade 1981, pyramidal after Bouguet 2001), but it is lost behind hands, in shadows
and between parting lips. So texture is followed in some pictures only, forwards and back, and where it comes back to where it
started it is believed.

Places in an upright picture are pixels of it, x right, y down; ``SIDE`` pixels a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.networks import Roi

SIDE: Final = 320
"""Of an upright gray picture, px: some 80 between the irises."""

_ROUND_TRIP_PX: Final = 0.5
_WINDOW_PX: Final = 9
_LEVELS: Final = 2
_UNTIL: Final = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 0.01)
_PATCH: Final = np.stack(np.meshgrid(np.arange(-2, 3), np.arange(-2, 3)), axis=-1).reshape(-1, 2) * 0.025
_PATCH_WEIGHT: Final = np.exp(-(_PATCH**2).sum(axis=1) / (2 * 0.03**2))
"""Around a point, in inter-iris distances: the movement at the point itself is the constant of a plane through the patch's.
Both window and patch are small, because the corner of a mouth goes further than the skin around it: they still average over so
much that a smile of the phantom reads 0.93 of its truth."""
_PATCH_FOLLOWED: Final = 0.5
_RIGID_FOLLOWED: Final = 0.4
_NOSE: Final = (168, 6, 197, 195)
_GLABELLA: Final = 9
_IRISES: Final = (anatomy.RIGHT.iris_centre, anatomy.LEFT.iris_centre)
_ROBUST_ROUNDS: Final = 8

Places = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Glimpse:
    """An upright gray picture (SIDE, SIDE) uint8 of the face in one frame, and the square of the recording it shows."""

    frame: int
    square: Roi
    gray: NDArray[np.uint8]

    def places(self, points: Places) -> Places:
        """Points (k, 2) of the recording's picture in this one."""
        step = self.square.size / SIDE
        offset = (points - (self.square.centre_x, self.square.centre_y)) / step
        along, across = np.cos(self.square.roll_rad), np.sin(self.square.roll_rad)
        return np.asarray(offset @ np.array([[along, -across], [across, along]]) + SIDE / 2)


@dataclass(frozen=True, kw_only=True, eq=False)
class Followed:
    """(g, p, 2): how far p parts of the face moved since rest in g pictures, in inter-iris distances, x right and y down in the
    upright picture, the head's own movement taken out. NaN where the texture was lost.
    """

    moved: Places


def follow(at_rest: Glimpse, pictures: Sequence[Glimpse], halves: Places, parts: Sequence[Sequence[int]]) -> Followed:
    """Follow parts of the face, each the mean of some landmarks, from a picture at rest.

    ``halves`` is (n, k, 2), the points of all frames by landmarks (pixels of the recording), which say where to begin.
    """
    rest_points = at_rest.places(halves[at_rest.frame])
    iod = float(np.linalg.norm(np.diff(_rows(rest_points, _IRISES), axis=0)))
    origins = _centres(rest_points, parts)
    rigid = rigid_places(rest_points, iod)
    patches = (origins[:, None] + _PATCH * iod).reshape(-1, 2)
    starts = np.concatenate([patches, rigid])
    points = np.stack([picture.places(halves[picture.frame]) for picture in pictures])
    by_landmarks = np.repeat(_centres(points, parts) - origins, len(_PATCH), axis=1)
    head = (_rows(points, _NOSE) - _rows(rest_points, _NOSE)).mean(axis=1, keepdims=True)
    guesses = starts + np.concatenate([by_landmarks, np.repeat(head, len(rigid), axis=1)], axis=1)
    ends = np.stack(
        [track(at_rest.gray, picture.gray, starts, guess) for picture, guess in zip(pictures, guesses, strict=True)]
    )
    head_free = without_head(ends[:, : len(patches)], rigid, ends[:, len(patches) :])
    moved = _at_centres((head_free - patches).reshape(-1, len(_PATCH), 2))
    return Followed(moved=moved.reshape(len(pictures), len(parts), 2) / iod)


def _rows(points: Places, landmarks: Sequence[int]) -> Places:
    return points[..., [anatomy.ROW[landmark] for landmark in landmarks], :]


def _centres(points: Places, parts: Sequence[Sequence[int]]) -> Places:
    return np.stack([_rows(points, part).mean(axis=-2) for part in parts], axis=-2)


def rigid_places(points: Places, iod: float) -> Places:
    """Places on the bridge of the nose, the temples, the forehead and below the eyes, where the skin moves least."""

    def around(centre: Places, *offsets: tuple[float, float]) -> Places:
        return np.asarray(centre + np.array(offsets) * iod)

    def at(landmark: int) -> Places:
        return np.asarray(points[anatomy.ROW[landmark]])

    places = [around(at(landmark), (-0.07, 0), (0, 0), (0.07, 0)) for landmark in _NOSE]
    places.append(around(at(_GLABELLA), *((x, y) for y in (-0.1, -0.2) for x in (-0.15, 0, 0.15))))
    for half, outward in ((anatomy.RIGHT, -1), (anatomy.LEFT, 1)):
        places.append(around(at(half.outer_canthus), *((outward * x, y) for x in (0.12, 0.2) for y in (-0.05, 0.05))))
        places.append(around(at(half.lower_lid), (-0.1, 0.2), (0, 0.2), (0.1, 0.2)))
    return np.concatenate(places)


def track(before: NDArray[np.uint8], now: NDArray[np.uint8], starts: Places, guess: Places) -> Places:
    """Where the texture went, (m, 2); NaN where it does not lead back."""
    first = starts.astype(np.float32)
    there, found = _flow(before, now, first, guess.astype(np.float32))
    back, returned = _flow(now, before, there, first.copy())
    lost = ~found | ~returned | (np.linalg.norm(back - first, axis=1) > _ROUND_TRIP_PX)
    return np.where(lost[:, None], np.nan, there.astype(np.float64))


def _flow(
    before: NDArray[np.uint8], now: NDArray[np.uint8], starts: NDArray[np.float32], guess: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    ends, found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        now,
        starts,
        guess,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        winSize=(_WINDOW_PX, _WINDOW_PX),
        maxLevel=_LEVELS,
        criteria=_UNTIL,
    )
    return np.asarray(ends, dtype=np.float32), np.asarray(found[:, 0] > 0)


def without_head(ends: Places, rigid_before: Places, rigid_now: Places) -> Places:
    """``ends`` (g, m, 2) carried back by the similarity that most rigid places of their picture, (g, r, 2), agree on; NaN where
    too few could be followed.
    """
    seen = np.isfinite(rigid_now[..., 0])
    enough = seen.mean(axis=1) >= _RIGID_FOLLOWED
    seen = seen[enough]
    z = np.where(seen, rigid_now[enough] @ (1, 1j), 0)
    w = rigid_before @ (1, 1j)
    weight = seen.astype(np.float64)
    for _ in range(_ROBUST_ROUNDS):
        weight /= weight.sum(axis=1, keepdims=True)
        zc, wc = (weight * z).sum(axis=1, keepdims=True), (weight @ w)[:, None]
        spread = (weight * np.abs(z - zc) ** 2).sum(axis=1, keepdims=True)
        turn = (weight * np.conj(z - zc) * (w - wc)).sum(axis=1, keepdims=True) / spread
        off = np.abs(w - wc - turn * (z - zc))
        # Cauchy weights on a scale that half of the places keep within
        weight = seen / (1 + (off / (2 * (1.4826 * _median_of_seen(off, seen)[:, None] + 0.1))) ** 2)
    carried = np.full(ends.shape[:2], complex(np.nan, np.nan))
    carried[enough] = wc + turn * (ends[enough] @ (1, 1j) - zc)
    return np.stack([carried.real, carried.imag], axis=-1)


def _at_centres(moved: Places) -> Places:
    """Movement at the centres of patches, (m, 2), from that of their places, (m, q, 2): planes, fitted robustly."""
    seen = np.isfinite(moved[..., 0])
    known = np.where(seen[..., None], moved, 0.0)
    full = _PATCH_WEIGHT * seen
    enough = full.sum(axis=1) >= _PATCH_FOLLOWED * _PATCH_WEIGHT.sum()
    terms = np.column_stack([np.ones(len(_PATCH)), _PATCH])
    # where nearly nothing was followed the answer is discarded; a trace on the diagonal keeps the others solvable beside it
    ridge = 1e-9 * np.eye(3)
    weight = full
    for _ in range(_ROBUST_ROUNDS):
        weighted = weight[..., None] * terms
        plane = np.linalg.solve(np.swapaxes(weighted, 1, 2) @ terms + ridge, np.swapaxes(weighted, 1, 2) @ known)
        off = np.linalg.norm(known - terms @ plane, axis=2)
        usual = _median_of_seen(off, seen)[:, None]
        weight = full / (1 + (off / (2 * (1.4826 * usual + 0.1))) ** 2)
    return np.where(enough[:, None], plane[:, 0], np.nan)


def _median_of_seen(values: Places, seen: NDArray[np.bool_]) -> Places:
    """(m,): lower medians of what was seen in each row of (m, q); 0 where nothing was."""
    ranked = np.sort(np.where(seen, values, np.inf), axis=1)
    middle = np.maximum(seen.sum(axis=1) - 1, 0) // 2
    return np.where(seen.any(axis=1), ranked[np.arange(len(values)), middle], 0.0)
