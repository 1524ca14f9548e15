"""What spasms and blinks are looked for in: closure of the eyes, place of the mouth corners, height of the brows, of each side.

Nothing is smoothed: a contraction of a tenth of a second would lose a fifth of its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.signals import Rest
from analysis.smoothing import bridged
from analysis.values import Side

Signal = NDArray[np.float64]
Frames = NDArray[np.bool_]
_OPEN_QUANTILE: Final = 0.9
_HARDLY_CLOSED: Final = 0.15
_LEAST_OPENING: Final = 0.4
"""An eye that a spasm keeps shut most of the time opens at least so far, of what the other one does."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HalfSignals:
    """One side over n frames, (n,) each; NaN where it was not seen for longer than a moment."""

    closure: Signal
    """0 open, 1 shut."""
    corner_mm: Signal
    """(n, 2) the mouth corner from where it is at rest: away from the midline, up."""
    brow_mm: Signal
    """Up from rest."""
    to_midline_mm: float
    """The mouth corner's distance from the midline at rest."""
    opening_mm: float
    """Height of the open palpebral fissure."""

    @property
    def mouth_mm(self) -> Signal:
        """How far the corner is from where it is at rest."""
        return np.asarray(np.hypot(*self.corner_mm.T))


@dataclass(frozen=True, kw_only=True, eq=False)
class Signals:
    """Both sides; times in seconds, (n,)."""

    times_s: Signal
    right: HalfSignals
    left: HalfSignals
    rest: Rest
    mm_per_iod: float

    def side(self, side: Side) -> HalfSignals:
        """One of them."""
        return self.right if side is Side.RIGHT else self.left

    def other(self, side: Side) -> HalfSignals:
        """The one that is not ``side``."""
        return self.left if side is Side.RIGHT else self.right

    @property
    def seen(self) -> Frames:
        """(n,) frames in which everything that is needed was seen on both sides."""
        return np.isfinite(self.right.closure + self.left.closure + self.right.mouth_mm + self.left.mouth_mm)

    @property
    def interval_s(self) -> float:
        """Median time from one frame to the next."""
        return float(np.median(np.diff(self.times_s)))

    @property
    def analysable_s(self) -> float:
        """How long both sides were seen."""
        after = np.append(np.diff(self.times_s), self.interval_s)
        return float(np.minimum(after, 2 * self.interval_s)[self.seen].sum())

    def more_closed(self, side: Side) -> Signal:
        """(n,) by how much one eye is further closed than the other one."""
        return np.asarray(self.side(side).closure - self.other(side).closure)

    def more_moved_mm(self, side: Side) -> Signal:
        """(n,) by how much one mouth corner is further from rest than the other one: heads that turn carry both along."""
        return np.asarray(self.side(side).mouth_mm - self.other(side).mouth_mm)

    def more_raised_mm(self, side: Side) -> Signal:
        """(n,) by how much one brow has risen further than the other one."""
        return np.asarray(self.side(side).brow_mm - self.other(side).brow_mm)

    def noise(self, values: Signal) -> float:
        """Standard deviation of a signal, (n,), at rest; 0 where rest does not show it."""
        return float(np.nan_to_num(self.rest.noise(values)))


def spasm_signals(courses: FaceCourses, rest: Rest, *, mm_per_iod: float, longest_gap_s: float) -> Signals:
    """From the unsmoothed regional measures of every frame."""
    openings = _openings(courses)
    right, left = (
        _half(courses.side(side), rest, opening, courses.times_s, longest_gap_s)
        for side, opening in zip(Side, openings, strict=True)
    )
    return Signals(times_s=courses.times_s, right=right, left=left, rest=rest, mm_per_iod=mm_per_iod)


def _openings(courses: FaceCourses) -> tuple[float, float]:
    """90th percentile of each fissure where neither eye is closing, of all frames to begin with."""
    fissures = np.array([courses.side(side).fissure_mm for side in Side])
    open_now = np.isfinite(fissures).all(axis=0)
    widest = np.full(2, np.nan)
    for _ in range(2):
        if not open_now.any():
            break
        widest = np.quantile(fissures[:, open_now], _OPEN_QUANTILE, axis=1)
        widest = np.maximum(widest, _LEAST_OPENING * widest[::-1])
        with np.errstate(invalid="ignore"):
            open_now = (1 - fissures / widest[:, None] < _HARDLY_CLOSED).all(axis=0)
    return float(widest[0]), float(widest[1])


def _half(half: HalfCourses, rest: Rest, opening: float, times_s: Signal, longest_gap_s: float) -> HalfSignals:
    def change(values: Signal) -> Signal:
        return bridged(times_s, np.asarray(values - rest.position(values)), longest_s=longest_gap_s)

    return HalfSignals(
        closure=bridged(times_s, np.asarray(1 - half.fissure_mm / opening), longest_s=longest_gap_s),
        corner_mm=np.column_stack([change(half.commissure_out_mm), change(half.commissure_up_mm)]),
        brow_mm=change(half.brow_height_mm),
        to_midline_mm=float(rest.position(half.commissure_out_mm)),
        opening_mm=opening,
    )
