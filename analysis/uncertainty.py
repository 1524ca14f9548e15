"""How far a number may be from the truth: what is known of its error, added up and given as a 95 % interval.

Excursions carry six errors that have nothing to do with each other: of the landmarks' gain (as texture leaves it, and what
texture itself cannot tell), of the scale, of the noise at rest, of the head frame's drift, of the head's turning, and of the
repetitions, where there are some. Standard errors are added in quadrature and expanded by 1.96 (GUM, JCGM 100:2008, 5.1 and
6.2). The scale is common to both sides and leaves their ratio alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.calibration import Gain
from analysis.values import Interval

_COVERAGE: Final = 1.96
SCALE_SD: Final = 0.5 / 11.77
"""Relative: the iris's diameter differs from person to person by 0.5 mm (Guarin)."""
POSE_SD_MM_PER_DEG: Final = 0.2
"""What a turn of the head leaves in a mouth corner, for each degree between rest and movement: phantoms that turn by 5 to 8
degrees to either side, of which the landmarks see half, show 1.3 to 2.1 mm of movement where there is none."""
DRIFT_SD_MM: Final = 0.11
"""How far a mouth corner wanders in seconds in which nothing moves, head frame and all: 0.17 to 0.19 % of the inter-iris
distance on still phantoms of two faces. The noise of a rest of half a second does not show it."""
_FOLLOWING_SD: Final = 0.05
_LEAST_RATIO: Final = 0.05
_WIDEST: Final = 10.0
"""Relative: what following texture may be wrong by on one side alone, from phantoms of three faces."""


@dataclass(frozen=True, kw_only=True)
class SideError:
    """Standard errors of one side's excursion, mm: everything but the scale."""

    excursion_mm: float
    sd_mm: float
    """Of measuring it: gain, noise at rest, turning of the head."""
    repeated_sd_mm: float
    """Of its mean over the repetitions, which may have been meant to differ."""
    gain_sd: float
    """Relative, of the landmarks' gain alone."""

    @property
    def relative(self) -> float:
        """``sd_mm`` as a share of the excursion's size; infinite for none."""
        size = abs(self.excursion_mm)
        return self.sd_mm / size if size > 0 else float("inf")

    @property
    def told_from_none(self) -> bool:
        """Whether the excursion is more than what measuring it may be wrong by."""
        return _COVERAGE * self.relative < 1

    def interval_mm(self) -> Interval:
        """95 %, with the scale's error."""
        half = _COVERAGE * float(np.sqrt(self.sd_mm**2 + self.repeated_sd_mm**2 + (SCALE_SD * self.excursion_mm) ** 2))
        return Interval(low=self.excursion_mm - half, high=self.excursion_mm + half)


def side_error(
    excursion_mm: float, *, gain: Gain, rest_sd_mm: float, turned_deg: float, repetitions_mm: Sequence[float]
) -> SideError:
    """Of one side, from its gain, its noise at rest, how far the head turned, and what it did in each repetition."""
    relative = float(np.hypot(gain.own_sd / gain.own, _FOLLOWING_SD))
    repeated = float(np.std(repetitions_mm, ddof=1) / np.sqrt(len(repetitions_mm))) if len(repetitions_mm) > 1 else 0.0
    turned = POSE_SD_MM_PER_DEG * turned_deg
    sd = float(np.sqrt((relative * excursion_mm) ** 2 + rest_sd_mm**2 + DRIFT_SD_MM**2 + turned**2))
    return SideError(excursion_mm=excursion_mm, sd_mm=sd, repeated_sd_mm=repeated, gain_sd=relative)


def slope_interval(slope: float | None, right: SideError, left: SideError) -> Interval | None:
    """Of the slope of left on right: both sides' gains may be wrong; noise and repetitions are what the slope is fitted to."""
    if slope is None:
        return None
    half = _COVERAGE * float(np.hypot(right.gain_sd, left.gain_sd))
    ends = sorted((slope * np.exp(-half), slope * np.exp(half)))
    return Interval(low=float(ends[0]), high=float(ends[1]))


def ratio_interval(weaker: SideError, stronger: SideError, repetitions: Sequence[float] = ()) -> Interval:
    """Of weaker over stronger, on the scale of logarithms, where a ratio and its inverse are treated alike; from 0 where the
    weaker side's excursion is not told from none. ``repetitions`` are the ratios of single movements."""
    ratio = abs(weaker.excursion_mm) / abs(stronger.excursion_mm)
    logs = np.log(np.maximum(repetitions, _LEAST_RATIO)) if len(repetitions) > 1 else np.zeros(2)
    repeated = float(np.std(logs, ddof=1) / np.sqrt(len(logs)))
    half = _COVERAGE * float(np.sqrt(weaker.relative**2 + stronger.relative**2 + repeated**2))
    low = ratio * np.exp(-half) if weaker.told_from_none else 0.0
    return Interval(low=float(low), high=float(ratio * np.exp(min(half, _WIDEST))))
