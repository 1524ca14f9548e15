"""How truly a movement is read: pure functions of what was read and what is true, both (n,), in the same unit.

Pictures without a reading are NaN and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tests.bench.reading import Values

Side = Literal["right", "left"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sides:
    """One signal of each side of the face, (n,) each."""

    right: Values
    left: Values

    def of(self, side: Side) -> Values:
        """One of them."""
        return self.right if side == "right" else self.left


@dataclass(frozen=True, kw_only=True)
class OneSided:
    """A movement of one side: ``gain`` is the share of it that is read there, ``leak`` the share read in the other side."""

    moving: Side
    gain: float
    leak: float


@dataclass(frozen=True, kw_only=True)
class Response:
    """Of a reading to a sinusoid: read over true amplitude, and how much later it comes, s, within half a period."""

    gain: float
    lag_s: float


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Of the left side to the right.

    ``pearson_r`` is at lag zero; ``lag_s`` is where the correlation is highest, positive where the left side comes later, and
    ``peak_r`` its height there; ``ratio`` is the left side's standard deviation over the right's; ``slope`` is that of the left
    side's reading on the right's. ``right_sd``, in the unit of the signals, tells whether the right side moved at all.
    """

    pearson_r: float
    peak_r: float
    lag_s: float
    ratio: float
    slope: float
    right_sd: float


def slope(read: Values, true: Values) -> float:
    """Of the regression of the reading on the truth; NaN where the truth does not change."""
    read, true = _both(read, true)
    if len(true) < 3 or np.ptp(true) == 0:
        return float("nan")
    centred = true - true.mean()
    return float(centred @ (read - read.mean()) / (centred @ centred))


def one_sided(read: Sides, true: Sides) -> OneSided:
    """Gain and leak, of the side that truly moves more."""
    moving: Side = "right" if np.ptp(true.right) >= np.ptp(true.left) else "left"
    still: Side = "left" if moving == "right" else "right"
    truth = true.of(moving)
    return OneSided(moving=moving, gain=slope(read.of(moving), truth), leak=slope(read.of(still), truth))


def pearson(one: Values, other: Values) -> float:
    """Correlation; NaN where a signal does not change."""
    one, other = _both(one, other)
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def response(read: Values, true: Values, time_s: Values, frequency_hz: float) -> Response:
    """To a true sinusoid of that frequency, by least squares beside a slow drift."""
    known = np.isfinite(read) & np.isfinite(true)
    answer = _phasor(read[known], time_s[known], frequency_hz) / _phasor(true[known], time_s[known], frequency_hz)
    return Response(gain=float(abs(answer)), lag_s=float(-np.angle(answer) / (2 * np.pi * frequency_hz)))


def jitter(values: Values) -> float:
    """SD from one picture to the next of something at rest: of the first differences, over the root of 2."""
    return float(np.nanstd(np.diff(values)) / np.sqrt(2))


def relation(sides: Sides, time_s: Values, *, within_s: float = 0.35) -> Relation:
    """Of the left signal to the right; lags are looked for at a tenth of the median interval and interpolated linearly.

    NaN where the sides are seen for no longer than twice the largest lag.
    """
    right, left = _both(sides.right, sides.left)
    time_s = time_s[np.isfinite(sides.right) & np.isfinite(sides.left)]
    if len(time_s) < 3 or np.ptp(time_s) <= 2 * within_s:
        nothing = float("nan")
        return Relation(
            pearson_r=nothing, peak_r=nothing, lag_s=nothing, ratio=nothing, slope=nothing, right_sd=nothing
        )
    step = float(np.median(np.diff(time_s))) / 10
    lags = np.arange(-round(within_s / step), round(within_s / step) + 1) * step
    inside = (time_s >= time_s[0] + within_s) & (time_s <= time_s[-1] - within_s)
    heights = [pearson(right[inside], np.interp(time_s[inside] + lag, time_s, left)) for lag in lags]
    # where a side rests there is no height anywhere
    best = int(np.nanargmax(heights)) if np.isfinite(heights).any() else None
    return Relation(
        pearson_r=pearson(right, left),
        peak_r=float("nan") if best is None else float(heights[best]),
        lag_s=float("nan") if best is None else float(lags[best]),
        ratio=float(np.std(left) / np.std(right)),
        slope=slope(left, right),
        right_sd=float(np.std(right)),
    )


def _both(one: Values, other: Values) -> tuple[Values, Values]:
    known = np.isfinite(one) & np.isfinite(other)
    return one[known], other[known]


def _phasor(values: Values, time_s: Values, frequency_hz: float) -> complex:
    phase = 2 * np.pi * frequency_hz * time_s
    drift = (time_s - time_s.mean()) / max(float(np.ptp(time_s)), 1e-9)
    terms = np.column_stack([np.cos(phase), np.sin(phase), np.ones_like(drift), drift, drift**2])
    cosine, sine = np.linalg.lstsq(terms, values, rcond=None)[0][:2]
    return complex(cosine, -sine)
