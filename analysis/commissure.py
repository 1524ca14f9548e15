"""The right-left relation of the oral commissures over the active segments.

Greene, Kalavacherla and Mills (2025, doi 10.1089/fpsam.2024.0381) report R = 0.99 in normal, 0.75 in flaccid and 0.72 in
synkinetic faces; on which coordinate and segment is not published. Ours is computed on the smoothed excursions in the head
frame and is given only with the amplitude ratio, because R is blind to amplitude, and only behind the movement gate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.signal import correlate

from analysis.calibration import Gain
from analysis.movement import Excursions, inside, repetitions, side_errors
from analysis.results import Band, Commissure, Movement, Nonlinearity, Segment
from analysis.settings import AnalysisSettings
from analysis.uncertainty import DRIFT_SD_MM, SideError, ratio_interval, slope_interval
from analysis.values import Bilateral, Interval, Side, Status

_MIN_N_EFF = 4.0
_MIN_SAMPLES = 5
_COVERAGE = 1.96
_WIDE_R = 0.5
_WIDE_RATIO = 5.0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pairs:
    """Simultaneous right and left excursions, (m,) each, and which of them follow their predecessor directly, (m - 1,)."""

    right: NDArray[np.float64]
    left: NDArray[np.float64]
    consecutive: NDArray[np.bool_]


def relate(
    smoothed: Excursions, movement: Movement, gains: tuple[Gain, Gain], settings: AnalysisSettings, *, leak: float
) -> Commissure:
    """Correlate right and left, or say why that would mean nothing.

    ``leak`` is the amplitude ratio that a side at rest may read, the way this recording was tracked.
    """
    if movement.excursion_mm is None or movement.rest_sd_mm is None:
        return Commissure(status=Status.NOT_ASSESSABLE, reason=movement.reason)
    excursion, rest_sd = movement.excursion_mm, movement.rest_sd_mm
    weaker = Side.RIGHT if abs(excursion.right) < abs(excursion.left) else Side.LEFT
    stronger = Side.LEFT if weaker is Side.RIGHT else Side.RIGHT
    weak, strong = abs(getattr(excursion, weaker)), abs(getattr(excursion, stronger))
    ratio = weak / strong
    errors = dict(
        zip((Side.RIGHT, Side.LEFT), side_errors(smoothed, excursion, rest_sd, movement.segments, gains), strict=True)
    )
    floor = settings.side_floor_rest_sd * float(np.hypot(getattr(rest_sd, weaker), DRIFT_SD_MM))
    named = weaker if errors[stronger].told_from_none and _apart(errors[weaker], errors[stronger]) else None
    if weak <= floor:
        return _refused(
            named,
            f"the {weaker} mouth corner did not move: {weak:.1f} mm is within its own resting noise "
            f"({floor:.1f} mm), while the {stronger} one moved {strong:.1f} mm",
        )
    if not errors[weaker].told_from_none:
        return _refused(
            named,
            f"the {weaker} mouth corner's movement cannot be told from none: it reads {weak:.1f} mm with a standard error of "
            f"{errors[weaker].sd_mm:.1f} mm (noise at rest, {smoothed.turned_deg:.0f} deg of head turning, gain), while "
            f"the {stronger} one moved {strong:.1f} mm",
        )
    if ratio < leak:
        return _refused(
            named,
            f"the {weaker} mouth corner's movement cannot be told from none: it reads {weak:.1f} mm beside "
            f"{strong:.1f} mm on the {stronger}, and a side at rest may read up to "
            f"{100 * leak:.0f} % of the other side's movement",
        )
    pairs = _pairs(smoothed, movement.segments)
    course = np.ptp(pairs.right if stronger is Side.RIGHT else pairs.left)
    if len(pairs.right) < _MIN_SAMPLES or course < settings.gate_mm:
        return Commissure(
            status=Status.NOT_ASSESSABLE,
            reason=f"the course of the movement was not seen: {len(pairs.right)} usable frames show it, "
            f"in which the {stronger} mouth corner goes {course:.1f} mm; record again with the face in view throughout",
        )
    each = [
        (abs(getattr(one, weaker)), abs(getattr(one, stronger))) for one in repetitions(smoothed, movement.segments)
    ]
    interval_of_ratio = ratio_interval(errors[weaker], errors[stronger], [w / s for w, s in each if s > 0])
    r = float(np.corrcoef(pairs.right, pairs.left)[0, 1])
    n_eff = effective_sample_size(pairs.right, pairs.left, pairs.consecutive)
    interval = fisher_interval(r, n_eff)
    limits = _limits(interval, n_eff, interval_of_ratio, excursion)
    slope = deming_slope(pairs.right, pairs.left)
    max_lag_r, lag_s = _best_lag(smoothed, movement.segments, max_lag_s=settings.max_lag_s)
    return Commissure(
        status=Status.LIMITED if limits else Status.GOOD,
        reason="; ".join(limits) or None,
        pearson_r=r,
        whole_recording_r=_whole_r(smoothed),
        ci95=interval,
        n_eff=n_eff,
        spearman_rho=float(stats.spearmanr(pairs.right, pairs.left).statistic),
        max_lag_r=max_lag_r,
        lag_s=lag_s,
        gain=slope,
        gain_interval=slope_interval(slope, errors[Side.RIGHT], errors[Side.LEFT]),
        amplitude_ratio=ratio,
        amplitude_ratio_interval=interval_of_ratio,
        weaker_side=weaker if ratio < settings.even_ratio and interval_of_ratio.high < 1 else None,
        excursion_mm=Bilateral(right=excursion.right, left=excursion.left),
        nonlinearity=Nonlinearity(
            delta_r2=_quadratic_gain(pairs.right, pairs.left), hysteresis=_hysteresis(smoothed, movement.segments)
        ),
        band=band(r, settings),
    )


def _whole_r(smoothed: Excursions) -> float:
    used = np.isfinite(smoothed.right) & np.isfinite(smoothed.left)
    return float(np.corrcoef(smoothed.right[used], smoothed.left[used])[0, 1])


def _apart(weaker: SideError, stronger: SideError) -> bool:
    """Whether what measuring may be wrong by does not explain why one side reads less than the other."""
    difference = abs(stronger.excursion_mm) - abs(weaker.excursion_mm)
    return difference > _COVERAGE * float(np.hypot(weaker.sd_mm, stronger.sd_mm))


def _limits(interval: tuple[float, float] | None, n_eff: float, ratio: Interval, excursion: Bilateral) -> list[str]:
    limits = []
    if interval is None:
        limits.append(
            f"no confidence interval: the movement holds only {n_eff:.1f} independent samples; repeat the smile"
        )
    elif interval[1] - interval[0] > _WIDE_R:
        limits.append(
            f"R uncertain: its interval reaches from {interval[0]:.2f} to {interval[1]:.2f}; repeat the smile, larger and slower"
        )
    if ratio.high > _WIDE_RATIO * max(ratio.low, 1e-6):
        limits.append(
            f"ratio uncertain: its interval reaches from {ratio.low:.2f} to {ratio.high:.2f}; hold the head still, repeat the "
            "smile"
        )
    if excursion.right * excursion.left < 0:
        limits.append(
            "the corners move opposite ways: the amplitude ratio is not the weaker side's share of a movement"
        )
    return limits


def _refused(weaker: Side | None, reason: str) -> Commissure:
    return Commissure(status=Status.NOT_ASSESSABLE, reason=reason, weaker_side=weaker)


def band(r: float, settings: AnalysisSettings) -> Band:
    """Display band of R. It never names a pattern: flaccid and synkinetic palsy overlap in R."""
    if r >= settings.linear_r:
        return Band.LINEAR
    return Band.BORDERLINE if r >= settings.borderline_r else Band.REDUCED


def effective_sample_size(
    right: NDArray[np.float64], left: NDArray[np.float64], consecutive: NDArray[np.bool_]
) -> float:
    """Number of independent samples that carry the same information as m autocorrelated ones; 1 to m.

    m / (1 + 2 sum rho_k^2) over all lags k (Bartlett 1946), where rho is the autocorrelation, with divisor m and within runs of
    consecutive frames, of what the two sides do not share: the difference of their standard scores. Their own autocorrelations
    would count one smile as two samples however finely it was filmed (docs/decisions/0005).
    """
    m = len(right)
    apart = _standard(right) - np.sign(np.corrcoef(right, left)[0, 1]) * _standard(left)
    runs = np.split(apart, np.flatnonzero(~consecutive) + 1)
    sums = np.zeros(max(len(run) for run in runs))
    for run in runs:
        sums[: len(run)] += correlate(run, run)[len(run) - 1 :]
    if sums[0] == 0:
        return float(m)
    rho = sums / sums[0]
    return float(m / (2 * rho @ rho - 1))


def _standard(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((x - x.mean()) / x.std())


def fisher_interval(r: float, n_eff: float) -> tuple[float, float] | None:
    """95 % interval of a correlation by Fisher's z; none when fewer than about 4 samples are independent."""
    if n_eff <= _MIN_N_EFF:
        return None
    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    half = stats.norm.ppf(0.975) / np.sqrt(n_eff - 3)
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def deming_slope(right: NDArray[np.float64], left: NDArray[np.float64]) -> float | None:
    """Left over right with equal error in both (Deming 1943); none when they do not vary together."""
    (sxx, sxy), (_, syy) = np.cov(right, left)
    if sxy == 0:
        return None
    return float((syy - sxx + np.sqrt((syy - sxx) ** 2 + 4 * sxy**2)) / (2 * sxy))


def _pairs(smoothed: Excursions, segments: tuple[Segment, ...]) -> _Pairs:
    active = inside(smoothed.times_s, segments) & np.isfinite(smoothed.right) & np.isfinite(smoothed.left)
    rows = np.flatnonzero(active)
    return _Pairs(right=smoothed.right[rows], left=smoothed.left[rows], consecutive=np.diff(rows) == 1)


def _best_lag(
    smoothed: Excursions, segments: tuple[Segment, ...], *, max_lag_s: float
) -> tuple[float | None, float | None]:
    """Highest R when the left side is shifted by up to ``max_lag_s``, and that shift: positive when left follows right."""
    used = np.isfinite(smoothed.right) & np.isfinite(smoothed.left)
    times, right, left = smoothed.times_s[used], smoothed.right[used], smoothed.left[used]
    step = float(np.median(np.diff(times)))
    best: tuple[float, float] | None = None
    active = inside(times, segments)
    for shift in np.arange(-round(max_lag_s / step), round(max_lag_s / step) + 1):
        lag = float(shift) * step
        moved = np.interp(times[active] + lag, times, left)
        if moved.std() == 0:
            continue
        r = float(np.corrcoef(right[active], moved)[0, 1])
        # equal peaks: the smaller lag explains as much with less
        if best is None or (r, -abs(lag)) > (best[0], -abs(best[1])):
            best = r, lag
    return best if best is not None else (None, None)


def _quadratic_gain(right: NDArray[np.float64], left: NDArray[np.float64]) -> float:
    def r_squared(degree: int) -> float:
        residual = left - np.polyval(np.polyfit(right, left, degree), right)
        return 1 - float(residual.var() / left.var())

    return max(r_squared(2) - r_squared(1), 0.0)


def _hysteresis(smoothed: Excursions, segments: tuple[Segment, ...]) -> float:
    """Mean over movements of |area enclosed by right against left| / (range of right x range of left)."""
    shares: list[float] = []
    for segment in segments:
        pairs = _pairs(smoothed, (segment,))
        if len(pairs.right) < 3 or not (np.ptp(pairs.right) and np.ptp(pairs.left)):
            continue
        x, y = pairs.right, pairs.left
        area = 0.5 * abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)))
        shares.append(area / float(np.ptp(x) * np.ptp(y)))
    return float(np.mean(shares)) if shares else 0.0
