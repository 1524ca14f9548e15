"""Places that people marked on real video (``tests/marking``), and how far a system's reading is from them.

Differences are taken in a head frame made of the marked canthi, which is no system's; a definition of a point may
differ by a constant, so the mean difference of each point is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.bench.reading import Complex, Points, Reading, Values, as_complex
from tests.marking.points import POINTS, Mark

MOUTH: Final = ("right_commissure", "left_commissure")
LIDS: Final = ("right_upper_lid", "right_lower_lid", "left_upper_lid", "left_lower_lid")
CANTHI: Final = ("right_outer_canthus", "right_inner_canthus", "left_outer_canthus", "left_inner_canthus")
_NAMES: Final = tuple(POINTS)
_ROUNDS: Final = 5
_RESAMPLED: Final = 2000
_FEWEST: Final = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class Marked:
    """One marking of m frames: (m,) their indices, (m, 10) places as x + iy px in the order of ``POINTS``, NaN where unseen."""

    frames: NDArray[np.int64]
    places: Complex

    def of(self, names: Iterable[str]) -> Complex:
        """(m, k) of some points."""
        return self.places[:, [_NAMES.index(name) for name in names]]


@dataclass(frozen=True, kw_only=True)
class Slope:
    """Of a regression on the marks: ``low`` to ``high`` hold it with 95 %, by resampling frames."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def marked(marks: Iterable[Mark]) -> Marked:
    """One marking of one clip."""
    marks = tuple(marks)
    frames = np.array(sorted({mark.frame for mark in marks}))
    row = {int(frame): k for k, frame in enumerate(frames)}
    places = np.full((len(frames), len(_NAMES)), complex(np.nan, np.nan))
    for mark in marks:
        places[row[mark.frame], _NAMES.index(mark.point)] = complex(mark.x_px, mark.y_px)
    return Marked(frames=frames, places=places)


def mean_of(one: Marked, other: Marked) -> Marked:
    """Of two markings of the same frames; NaN where one of them did not see a point."""
    frames, mine, yours = np.intersect1d(one.frames, other.frames, return_indices=True)
    return Marked(frames=frames, places=(one.places[mine] + other.places[yours]) / 2)


def to_head(marking: Marked) -> Complex:
    """(m, 1) factors that carry differences in px into the head frame of the marked canthi, 1 being the distance of the eyes.

    A similarity that lays each frame's canthi upon their mean shape; NaN in frames where a canthus was not seen.
    """
    canthi = marking.of(CANTHI)
    shape = canthi - canthi.mean(axis=1, keepdims=True)
    seen = np.isfinite(shape).all(axis=1)
    factors = np.full((len(shape), 1), complex(np.nan, np.nan))
    if not seen.any():
        return factors
    reference = shape[seen][0]
    for _ in range(_ROUNDS):
        reference = (shape[seen] * _laid(shape[seen], reference)).mean(axis=0)
    eyes = reference[2:].mean() - reference[:2].mean()
    factors[seen] = _laid(shape[seen], reference) / eyes
    return factors


def _laid(shape: Complex, reference: Complex) -> Complex:
    """(m, 1) least-squares factors from each shape to the reference."""
    return np.asarray(
        (reference * np.conj(shape)).sum(axis=1, keepdims=True) / (np.abs(shape) ** 2).sum(axis=1, keepdims=True)
    )


def places_of(reading: Reading, frames: NDArray[np.int64]) -> Complex:
    """(m, 10) of a system in the marked frames, in the order of ``POINTS``."""
    halves = {"right": reading.right, "left": reading.left}
    columns = []
    for name in _NAMES:
        side, part = name.split("_", 1)
        columns.append(as_complex(getattr(halves[side], part)[frames]))
    return np.stack(columns, axis=1)


def differences(read: Complex, marking: Marked, names: tuple[str, ...]) -> Complex:
    """(m, k) in % of the distance of the eyes, each point's mean taken out; NaN where something was not seen."""
    columns = [_NAMES.index(name) for name in names]
    return 100 * (read - marking.places)[:, columns] * to_head(marking)


def rms(difference: Complex, known: NDArray[np.bool_]) -> float:
    """Root mean square distance over the ``known`` (m, k), each point's mean over them taken out."""
    kept = np.where(known, difference, np.nan)
    return float(np.sqrt(np.nanmean(np.abs(kept - np.nanmean(kept, axis=0)) ** 2)))


def excursions(marking: Marked) -> tuple[Values, Values]:
    """(m,) of the right and left commissure along its main axis, outward and up, shares of the distance of the eyes."""
    canthi = marking.of(CANTHI).mean(axis=1, keepdims=True)
    corners = (marking.of(MOUTH) - canthi) * to_head(marking)
    found = []
    for side, outward in ((0, -1), (1, 1)):
        path = np.stack([outward * corners[:, side].real, -corners[:, side].imag], axis=1)
        seen = np.isfinite(path).all(axis=1)
        axis = np.linalg.svd(path[seen] - path[seen].mean(axis=0), full_matrices=False)[2][0]
        found.append(path @ (axis if axis.sum() >= 0 else -axis))
    return found[0], found[1]


def apertures(marking: Marked) -> tuple[Values, Values]:
    """(m,) palpebral fissure heights, right and left, shares of the distance of the eyes."""
    lids = marking.of(LIDS) * to_head(marking)
    return np.abs(lids[:, 0] - lids[:, 1]), np.abs(lids[:, 2] - lids[:, 3])


def gain(read: tuple[Values, Values], true: tuple[Values, Values]) -> Slope | None:
    """One slope for both sides, each with a constant of its own. None with fewer than six frames."""
    known = np.isfinite(np.stack([*read, *true])).all(axis=0)
    if known.sum() < _FEWEST:
        return None
    r, t = (np.stack([side[known] for side in pair]) for pair in (read, true))
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, r.shape[1], (_RESAMPLED, r.shape[1]))
    low, high = np.quantile([_slope(r[:, frames], t[:, frames]) for frames in drawn], [0.025, 0.975])
    return Slope(value=_slope(r, t), low=float(low), high=float(high))


def _slope(read: Values, true: Values) -> float:
    centred = true - true.mean(axis=1, keepdims=True)
    return float((centred * read).sum() / (centred**2).sum())


def main_axis_of(marking: Marked) -> tuple[float, float]:
    """Direction of the right corner's movement by both corners' marks; x to the subject's left, y up, y >= 0."""
    canthi = marking.of(CANTHI).mean(axis=1, keepdims=True)
    corners = (marking.of(MOUTH) - canthi) * to_head(marking)
    corners = corners - np.nanmean(corners, axis=0)
    paths: Points = np.concatenate(
        [np.stack([sign * corners[:, k].real, -corners[:, k].imag], axis=1) for k, sign in ((0, 1), (1, -1))]
    )
    seen = paths[np.isfinite(paths).all(axis=1)]
    axis = np.linalg.svd(seen, full_matrices=False)[2][0]
    x, y = axis if axis[1] >= 0 else -axis
    return float(x), float(y)
