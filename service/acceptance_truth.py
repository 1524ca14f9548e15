"""How the mouth corners of a phantom truly go, in millimetres of the scale that the analysis found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.phantom import Truth
from analysis.smoothing import runs
from analysis.values import Side

_PLATEAU = 0.98
"""Share of the peak from which on a corner is held there."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MouthCourse:
    """Displacement of both corners from rest, (n,) each, outward and up positive; times in seconds, (n,)."""

    times_s: NDArray[np.float64]
    right_mm: NDArray[np.float64]
    left_mm: NDArray[np.float64]
    mirrored: bool

    def _of(self, side: Side) -> NDArray[np.float64]:
        return self.right_mm if side is Side.RIGHT else self.left_mm

    @property
    def activity_mm(self) -> NDArray[np.float64]:
        """(n,) the larger side's displacement, without sign."""
        return np.maximum(np.abs(self.right_mm), np.abs(self.left_mm))

    @property
    def largest_mm(self) -> float:
        """The furthest that either side goes."""
        return float(self.activity_mm.max())

    def peak_mm(self, side: Side) -> float:
        """The furthest that a side goes, with its sign."""
        course = self._of(side)
        return float(course[np.argmax(np.abs(course))])

    @property
    def weaker(self) -> Side:
        """The side that goes less far."""
        return Side.RIGHT if abs(self.peak_mm(Side.RIGHT)) < abs(self.peak_mm(Side.LEFT)) else Side.LEFT

    @property
    def ratio(self) -> float:
        """Smaller over larger peak; 1 where nothing moves."""
        low, high = sorted(abs(self.peak_mm(side)) for side in Side)
        return low / high if high else 1.0

    def held(self, seconds: float, side: Side | None = None) -> bool:
        """Whether a side, or any, stays at its peak for so long at a stretch."""
        if side is None:
            return any(self.held(seconds, each) for each in Side)
        course = np.abs(self._of(side))
        if not course.max():
            return False
        at_peak = runs(course >= _PLATEAU * course.max())
        return any(self.times_s[run.stop - 1] - self.times_s[run.start] >= seconds for run in at_peak)


def mouth_course(truth: Truth, *, mm_per_iod: float) -> MouthCourse:
    """The course of the true displacement vectors' length from rest, which is how the phantom begins: a corner may hang there.

    Its sign is that along the direction of a smile.
    """

    def from_rest(values: list[float]) -> NDArray[np.float64]:
        return np.array(values) - values[0]

    right, left = (
        np.hypot(from_rest(side.commissure_out_iod), from_rest(side.commissure_up_iod))
        * np.sign(from_rest(along))
        * mm_per_iod
        for side, along in ((truth.right, truth.right_iod), (truth.left, truth.left_iod))
    )
    return MouthCourse(times_s=np.array(truth.times_s), right_mm=right, left_mm=left, mirrored=truth.mirrored)
