"""Ways to take the head's own movement out of a face's points: the one that the product uses, and those that lost.

Every fit gives points in a head frame, (n, k, 3) px of the median face, x to the subject's left, y up; NaN where it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy, registration
from analysis.head_frame import to_head_frame
from analysis.looking import Seen
from analysis.quality import select_frames
from analysis.settings import AnalysisSettings
from analysis.smoothing import smooth, window_length

Points = NDArray[np.float64]
Weights = NDArray[np.float64]

_ROUNDS: Final = 5
_LEARNING_ROUNDS: Final = 8
_FLOOR: Final = 0.003
"""Residual that no point is trusted to fall below, in sizes of the face."""
_UP: Final = np.array([1.0, -1.0, -1.0])
_CANTHI: Final = (33, 133, 263, 362)
_IRISES: Final = (anatomy.RIGHT.iris_centre, anatomy.LEFT.iris_centre)
_SPEAKING: Final = {0, 13, 14, 17, 152}
"""Lips and chin."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Faces:
    """One recording: plain and half-face points (n, k, 3) px, NaN in frames that are not used, and all that was seen."""

    plain: Points
    halves: Points
    used: NDArray[np.bool_]
    seen: Seen


Fit = Callable[[Faces], Points]


def faces_of(seen: Seen) -> Faces:
    """The frames that the product would use."""
    interval_s = float(np.median(np.diff(seen.times_s)))
    selection = select_frames(seen, AnalysisSettings(), interval_s=interval_s)
    unused = ~selection.used[:, None, None]
    halves = np.concatenate([seen.halves, seen.track.points[..., 2:]], axis=2)
    return Faces(
        plain=np.where(unused, np.nan, seen.track.points),
        halves=np.where(unused, np.nan, halves),
        used=selection.used,
        seen=seen,
    )


def laid(points: Points, weights: Weights) -> Points:
    """Weighted similarity transforms in space onto the points' own mean (generalised Procrustes analysis)."""
    space = points * _UP
    seen = np.isfinite(space).all(axis=(1, 2))
    head: Points = np.full_like(space, np.nan)
    if not seen.any():
        return head
    w = (weights / weights.sum())[:, None]
    shape = space[seen] - (w * space[seen]).sum(axis=1, keepdims=True)
    size = np.sqrt((w * shape**2).sum(axis=(1, 2), keepdims=True))
    unit = shape / size
    reference = _level(unit[0])
    for _ in range(_ROUNDS):
        mean = (unit @ _rotations(unit, reference, w)).mean(axis=0)
        reference = mean / np.sqrt((w * mean**2).sum())
    reference = _level(reference)
    head[seen] = unit @ _rotations(unit, reference, w) * np.median(size)
    return head


def _rotations(unit: Points, reference: Points, w: Weights) -> Points:
    u, _, v = np.linalg.svd(np.swapaxes(unit * w, 1, 2) @ reference)
    flip = np.ones((len(unit), 1, 3))
    flip[:, 0, 2] = np.sign(np.linalg.det(u @ v))
    return np.asarray((u * flip) @ v)


def _level(shape: Points) -> Points:
    """Turned in the picture's plane until the line of the eyes lies along x."""
    right, left = (
        shape[[anatomy.ROW[side.outer_canthus], anatomy.ROW[side.inner_canthus]]].mean(axis=0)
        for side in (anatomy.RIGHT, anatomy.LEFT)
    )
    angle = np.arctan2(*(left - right)[1::-1])
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    return np.asarray(shape @ turn)


def _on(landmarks: Sequence[int]) -> Weights:
    weights = np.zeros(len(anatomy.KEPT))
    weights[[anatomy.ROW[point] for point in landmarks]] = 1
    return weights


def learnt(points: Points, allowed: Weights) -> Points:
    """Points weigh the more the stiller they stay: 1 / (residual variance + floor^2), found by turns with the fit."""
    weights = allowed
    head = laid(points, weights)
    for _ in range(_LEARNING_ROUNDS):
        size = float(np.sqrt(np.nanmean(np.nansum((head * (allowed > 0)[:, None]) ** 2, axis=2))))
        variance = np.nanvar(head[..., :2] / size, axis=0).sum(axis=1)
        weights = allowed / (variance + _FLOOR**2)
        head = laid(points, weights)
    return head


def as_the_product(faces: Faces) -> Points:
    """The product's fit: weights learnt over all points, on smoothed places, with smoothed depth."""
    interval_s = float(np.median(np.diff(faces.seen.times_s)))
    samples = window_length(AnalysisSettings().smoothing_s, interval_s)
    points = faces.halves.copy()
    points[..., 2:] = smooth(points[..., 2:], faces.used, samples=samples)
    return to_head_frame(points, smooth(points, faces.used, samples=samples))


def _flat(points: Points) -> Points:
    return points * (1, 1, 0)


def _not_moving() -> Weights:
    """All kept points but mouth, lids, brows, lips and chin."""
    moving: set[int] = set(_SPEAKING)
    for side in (anatomy.RIGHT, anatomy.LEFT):
        moving |= {side.commissure, side.inner_commissure, side.upper_lid, side.lower_lid, *side.brow}
        moving |= {*side.upper_lid_beside, *side.lower_lid_beside, side.iris_centre, *side.iris_horizontal}
        moving |= set(side.measured_only)
    return _on([point for point in anatomy.KEPT if point not in moving])


def _fitted() -> Weights:
    weights = np.zeros(len(anatomy.KEPT))
    weights[list(anatomy.FITTED)] = 1
    return weights


def by_texture(faces: Faces) -> Points:
    """A similarity in the plane by the skin of nose, temples, forehead and cheekbones, followed from the first picture of the
    face; only in the frames of which a picture was kept."""
    glimpses = [glimpse for glimpse in faces.seen.glimpses if faces.used[glimpse.frame]]
    head = np.full_like(faces.halves, np.nan)
    if not glimpses:
        return head
    first = glimpses[0]
    rest = first.places(faces.seen.halves[first.frame])
    rows = [anatomy.ROW[point] for point in _IRISES]
    rigid = registration.rigid_places(rest, float(np.linalg.norm(rest[rows[1]] - rest[rows[0]])))
    for glimpse in glimpses:
        points = glimpse.places(faces.seen.halves[glimpse.frame])
        nose = [anatomy.ROW[point] for point in (168, 6, 197)]
        guess = rigid + (points[nose] - rest[nose]).mean(axis=0)
        there = registration.track(first.gray, glimpse.gray, rigid, guess)
        carried = registration.without_head(points[None], rigid, there[None])[0]
        head[glimpse.frame, :, :2] = carried * (1, -1)
        head[glimpse.frame, :, 2] = 0
    seen = np.isfinite(head).all(axis=(1, 2))
    if seen.any():
        head[seen] -= head[seen].mean(axis=0)[[anatomy.ROW[point] for point in anatomy.STABLE]].mean(axis=0)
        head[seen] *= first.square.size / registration.SIDE
    return head


FITS: Final[dict[str, Fit]] = {
    "plain points, in the plane": lambda faces: laid(_flat(faces.plain), _on(anatomy.STABLE)),
    "plain points, in space": lambda faces: laid(faces.plain, _on(anatomy.STABLE)),
    "plain points, in space, tip of the nose too": lambda faces: laid(faces.plain, _on((*anatomy.STABLE, 4))),
    "half-face points, in the plane": lambda faces: laid(_flat(faces.halves), _on(anatomy.STABLE)),
    "half-face points, in space, canthi and bridge of the nose": lambda faces: laid(faces.halves, _on(anatomy.STABLE)),
    "half-face points, weights learnt over all, smoothed (the product's)": as_the_product,
    "half-face points, in space, tip of the nose too": lambda faces: laid(faces.halves, _on((*anatomy.STABLE, 4))),
    "half-face points, canthi alone": lambda faces: laid(faces.halves, _on(_CANTHI)),
    "half-face points, canthi and irises": lambda faces: laid(faces.halves, _on((*_CANTHI, *_IRISES))),
    "half-face points, weights learnt, without mouth, lids, brows": lambda faces: learnt(faces.halves, _not_moving()),
    "half-face points, weights learnt over all": lambda faces: learnt(faces.halves, _fitted()),
    "texture alone": by_texture,
}
"""By what they rest on."""
