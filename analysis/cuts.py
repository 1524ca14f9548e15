"""Where a recording is no unbroken observation: cuts, jumps of the camera or of the face, and repeated pictures."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy

_STRIDE: Final = 4
_THUMBNAIL: Final = (32, 18)
_LEAST_CONTRAST: Final = 4.0
"""Grey levels: a picture with less is as good as empty and is not stretched to full contrast."""
_IDENTICAL_LEVELS: Final = 0.02
_REPEATED_LEVELS: Final = 0.15
_REPEATED_SHARE: Final = 0.1
_LIVELY: Final = 0.9

_SCENE_CHANGE: Final = 0.3
_FACE_JUMP_IOD: Final = 0.15
_FACE_ZOOM: Final = 0.08
_STANDS_OUT: Final = 4.0
"""A cut changes this many times as much as the pictures right before and after it do; movement and panning go on."""
_LONGEST_LOOK_BACK_S: Final = 0.25
_LATE_SHARE: Final = 0.8
"""Where the face was lost for a while nothing is said: it may have moved there."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureChanges:
    """How each of n pictures differs from the ones before it; NaN where there is none before it.

    ``from_last`` and ``from_last_but_one`` are (n,) mean absolute differences of 32 x 18 thumbnails of equal brightness and
    contrast, so that light and flicker do not count: 0 is the same picture, 1.1 an unrelated one. ``levels`` (n,) is the mean
    absolute difference of pixels from the last picture, in grey levels of 255.
    """

    from_last: NDArray[np.float64]
    from_last_but_one: NDArray[np.float64]
    levels: NDArray[np.float64]


class ChangeMeter:
    """Looks at the pictures of a recording, one after the other, and remembers numbers only."""

    def __init__(self) -> None:
        self._sample: NDArray[np.uint8] | None = None
        self._thumbnails: deque[NDArray[np.float32]] = deque(maxlen=2)
        self._rows: list[tuple[float, float, float]] = []

    def add(self, rgb: NDArray[np.uint8]) -> None:
        """Add the next picture: (height, width, 3) uint8. Its size may change on the way, which counts as no change."""
        sample = np.ascontiguousarray(rgb[_STRIDE // 2 :: _STRIDE, _STRIDE // 2 :: _STRIDE, 1])
        if not sample.size:
            sample = np.ascontiguousarray(rgb[..., 1])
        thumbnail = _thumbnail(sample)
        last, last_but_one = (
            [float(np.abs(thumbnail - before).mean()) for before in reversed(self._thumbnails)] + [np.nan, np.nan]
        )[:2]
        self._rows.append((last, last_but_one, _difference(self._sample, sample)))
        self._sample = sample
        self._thumbnails.append(thumbnail)

    def changes(self) -> PictureChanges:
        """Of all pictures so far."""
        last, last_but_one, levels = zip(*self._rows, strict=True) if self._rows else ((), (), ())
        return PictureChanges(
            from_last=np.array(last, dtype=np.float64),
            from_last_but_one=np.array(last_but_one, dtype=np.float64),
            levels=np.array(levels, dtype=np.float64),
        )


def find_cuts(changes: PictureChanges, points: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) which frames are the first after a cut: another scene, or the same face suddenly elsewhere or of another size.

    ``points`` is (n, k, 2 or 3) in pixels, rows as in ``anatomy.KEPT``, NaN where there is no face or none was looked for; a jump
    between two looks is put where the picture changed most. A fade, a dissolve and a cut between two pictures in which the face
    holds the same place cannot be seen.
    """
    scene = _stands_out(changes.from_last, changes.from_last_but_one, least=_SCENE_CHANGE)
    found = np.flatnonzero(np.isfinite(points[..., :2]).all(axis=(1, 2)))
    once, twice = (_face_steps(points[found], times_s[found], lag=lag) for lag in (1, 2))
    jump = np.zeros(len(found), dtype=np.bool_)
    for one, two, least in zip(once, twice, (_FACE_JUMP_IOD, _FACE_ZOOM), strict=True):
        jump |= _stands_out(one, two, least=least)
    cut = scene
    for row in np.flatnonzero(jump):
        between = changes.from_last[found[row - 1] + 1 : found[row] + 1]
        cut[found[row - 1] + 1 + int(np.argmax(np.where(np.isnan(between), -np.inf, between)))] = True
    return cut


def find_repeated(changes: PictureChanges) -> NDArray[np.bool_]:
    """(n,) which pictures only repeat the one before: a frozen stretch, or a recording stretched to a higher frame rate.

    A compressed repetition is not identical: it differs by less than a tenth of what pictures of this recording do.
    """
    levels = changes.levels
    if not np.isfinite(levels).any():
        return np.zeros(len(levels), dtype=np.bool_)
    lively = float(np.nanquantile(levels, _LIVELY))
    return np.asarray(
        (levels < _IDENTICAL_LEVELS) | (levels < min(_REPEATED_LEVELS, _REPEATED_SHARE * lively)), dtype=np.bool_
    )


def _thumbnail(sample: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = cv2.resize(sample, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray((small - small.mean()) / max(float(small.std()), _LEAST_CONTRAST), dtype=np.float32)


def _difference(before: NDArray[np.uint8] | None, now: NDArray[np.uint8]) -> float:
    if before is None or before.shape != now.shape:
        return np.nan
    return float(cv2.absdiff(before, now).mean())


def _face_steps(
    points: NDArray[np.float64], times_s: NDArray[np.float64], *, lag: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) by how many inter-iris distances the rigid points moved since ``lag`` finds ago, and by what share they grew."""
    moved, grown = np.full((2, len(points)), np.nan)
    if len(points) <= lag:
        return moved, grown
    rigid = points[:, [anatomy.ROW[point] for point in anatomy.STABLE], :2]
    centre = rigid.mean(axis=1)
    size = np.sqrt(((rigid - centre[:, None]) ** 2).sum(axis=2).mean(axis=1))
    irises = points[:, [anatomy.ROW[side.iris_centre] for side in (anatomy.RIGHT, anatomy.LEFT)], :2]
    iod = np.hypot(*(irises[:, 1] - irises[:, 0]).T)
    moved[lag:] = np.hypot(*(centre[lag:] - centre[:-lag]).T) / iod[:-lag]
    grown[lag:] = np.abs(np.log(size[lag:] / size[:-lag]))
    steps_s = times_s[lag:] - times_s[:-lag]
    longest = min((lag + _LATE_SHARE) * float(np.median(np.diff(times_s))), _LONGEST_LOOK_BACK_S)
    late = np.concatenate([np.ones(lag, dtype=np.bool_), steps_s > longest])
    moved[late] = grown[late] = np.nan
    return moved, grown


def _stands_out(
    from_last: NDArray[np.float64], from_last_but_one: NDArray[np.float64], *, least: float
) -> NDArray[np.bool_]:
    """(n,) where everything before differs from everything after by ``least`` and more than neighbours differ from each other.

    The look across two frames passes over a flash, a single bad picture and a single wrong find of the face. Where there is no
    neighbour to compare with, at either end, nothing stands out: a movement may have begun there.
    """
    if not len(from_last):
        return np.zeros(0, dtype=np.bool_)
    none = np.full(1, np.nan)
    across = np.stack([from_last, from_last_but_one, np.concatenate([from_last_but_one[1:], none])])
    beside = np.stack([np.concatenate([none, from_last[:-1]]), np.concatenate([from_last[1:], none])])
    change = np.min(np.where(np.isnan(across), np.inf, across), axis=0)
    usual = np.max(np.where(np.isnan(beside), np.inf, beside), axis=0)
    return np.asarray(
        np.isfinite(from_last) & np.isfinite(usual) & (change > least) & (change > _STANDS_OUT * usual), dtype=np.bool_
    )
