"""Peaks of closing eyes: where each begins, is largest and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from analysis.smoothing import runs
from analysis.spasm.settings import FindingSettings

Signal = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Closure:
    """One closing and opening of an eye, as frame numbers; ``size`` is the largest value of what it was found in."""

    start: int
    peak: int
    stop: int
    """The last frame."""
    size: float

    @property
    def frames(self) -> slice:
        """All of it."""
        return slice(self.start, self.stop + 1)

    def lasts_s(self, times_s: Signal) -> float:
        """From beginning to end."""
        return float(times_s[self.stop] - times_s[self.start])


def find_closures(values: Signal, *, least: float, settings: FindingSettings) -> tuple[Closure, ...]:
    """Every peak of a signal, (n,) and 0 at rest, that is at least ``least`` high.

    Two peaks are one closure unless the signal falls between them below ``valley_share`` of the lower one. A closure reaches from
    where the signal last exceeds ``onset_share`` of its peak, or from the lowest place between two.
    """
    return tuple(
        closure
        for run in runs(np.isfinite(values))
        for closure in _of_run(values[run], run.start, least=least, settings=settings)
    )


def _of_run(values: Signal, offset: int, *, least: float, settings: FindingSettings) -> Sequence[Closure]:
    # a recording may begin or end in a closure: then its edge is a peak
    edged = np.concatenate([[-np.inf], values, [-np.inf]])
    peaks = [int(peak) - 1 for peak in find_peaks(edged, height=least)[0]]
    kept: list[int] = []
    for peak in peaks:
        if kept and not _apart(values, kept[-1], peak, least=least, settings=settings):
            kept[-1] = max(kept[-1], peak, key=lambda at: float(values[at]))
        else:
            kept.append(peak)
    bounds = [
        0,
        *(one + int(np.argmin(values[one:other])) for one, other in pairwise(kept)),
        len(values) - 1,
    ]
    return [_closure(values, peak, bounds[k], bounds[k + 1], offset, settings) for k, peak in enumerate(kept)]


def _apart(values: Signal, one: int, other: int, *, least: float, settings: FindingSettings) -> bool:
    lower = float(min(values[one], values[other]))
    valley = float(values[one:other].min())
    return valley < settings.valley_share * lower and lower - valley > least / 2


def _closure(values: Signal, peak: int, begin: int, end: int, offset: int, settings: FindingSettings) -> Closure:
    size = float(values[peak])
    below = np.flatnonzero(values[begin : end + 1] <= settings.onset_share * size) + begin
    before, after = below[below < peak], below[below > peak]
    start = int(before[-1]) if before.size else begin
    stop = int(after[0]) if after.size else end
    reached = start + int(np.argmax(values[start : peak + 1] >= settings.peak_share * size))
    return Closure(start=offset + start, peak=offset + reached, stop=offset + stop, size=size)
