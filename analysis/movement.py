"""When the mouth corners move, and whether they move more than the noise of this recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import Gain
from analysis.results import Movement, Segment
from analysis.settings import AnalysisSettings
from analysis.smoothing import runs
from analysis.uncertainty import SideError, side_error
from analysis.values import Bilateral, BilateralIntervals, Side, Status

_MEANT_ALIKE: Final = 0.7


@dataclass(frozen=True, kw_only=True, eq=False)
class Excursions:
    """Smoothed excursion of both commissures in mm, (n,) each, NaN where a frame is not used; times in seconds, (n,)."""

    times_s: NDArray[np.float64]
    right: NDArray[np.float64]
    left: NDArray[np.float64]
    turned_deg: float = 0.0
    """How far the head is turned in the movement from where it was at rest."""

    @property
    def activity(self) -> NDArray[np.float64]:
        """(n,) the larger side's excursion, without sign."""
        return np.maximum(np.abs(self.right), np.abs(self.left))


def find_segments(
    times_s: NDArray[np.float64],
    activity: NDArray[np.float64],
    *,
    onset: float,
    gate: float,
    gap_s: float,
    lead_s: float,
) -> tuple[Segment, ...]:
    """Spans in which the activity exceeds ``onset`` and somewhere ``gate``, each begun ``lead_s`` before its onset.

    Spans no further apart than ``gap_s`` are one; spans that overlap after the lead is added are joined.
    """
    spans: list[list[float]] = []
    with np.errstate(invalid="ignore"):
        active = activity > onset
    for run in runs(active):
        if spans and times_s[run.start] - spans[-1][1] <= gap_s:
            spans[-1][1] = float(times_s[run.stop - 1])
        else:
            spans.append([float(times_s[run.start]), float(times_s[run.stop - 1])])
    joined: list[Segment] = []
    for start, end in spans:
        within = (times_s >= start) & (times_s <= end)
        if not np.nanmax(activity[within]) > gate:
            continue
        begin = max(start - lead_s, float(times_s[0]))
        if joined and begin <= joined[-1].end_s:
            joined[-1] = Segment(start_s=joined[-1].start_s, end_s=end)
        else:
            joined.append(Segment(start_s=begin, end_s=end))
    return tuple(joined)


def inside(times_s: NDArray[np.float64], segments: tuple[Segment, ...]) -> NDArray[np.bool_]:
    """(n,) whether a time lies within one of the segments."""
    mask = np.zeros(len(times_s), dtype=np.bool_)
    for segment in segments:
        mask |= (times_s >= segment.start_s) & (times_s <= segment.end_s)
    return mask


def amplitude(excursion: NDArray[np.float64]) -> float:
    """The excursion that is exceeded 5 % of the time, on whichever side of rest it is larger; its sign is kept."""
    low, high = np.quantile(excursion, [0.05, 0.95])
    return float(high if abs(high) >= abs(low) else low)


def no_steady_rest(rest_sd_mm: Bilateral, settings: AnalysisSettings) -> str | None:
    """Why no movement can be told from rest in this recording, if it is so."""
    noise = max(rest_sd_mm.right, rest_sd_mm.left)
    if noise <= settings.max_rest_sd_mm:
        return None
    return (
        f"no steady rest: where it expresses least, the mouth corner still varies by {noise:.1f} mm within half a "
        f"second, at most {settings.max_rest_sd_mm:g} mm are tolerated; begin at rest, film larger and in better light"
    )


def assess_movement(
    smoothed: Excursions,
    rest_sd_mm: Bilateral,
    gains: tuple[Gain, Gain],
    settings: AnalysisSettings,
    *,
    smiles: tuple[Segment, ...] = (),
) -> Movement:
    """Apply the movement gate: the larger side must exceed max(2 mm, 6 x resting SD). ``gains`` are right and left.

    Where a recording shows ``smiles`` beside other movements of the mouth they alone are what is measured.
    """
    noise = max(rest_sd_mm.right, rest_sd_mm.left)
    if (reason := no_steady_rest(rest_sd_mm, settings)) is not None:
        return Movement(status=Status.NOT_ASSESSABLE, reason=reason)
    gate = max(settings.gate_mm, settings.gate_rest_sd * noise)
    activity = smoothed.activity
    seen = np.isfinite(activity)
    peak = abs(amplitude(activity[seen]))
    onset = max(settings.onset_share * float(np.max(activity[seen])), gate / 2)
    segments = find_segments(
        smoothed.times_s, activity, onset=onset, gate=gate, gap_s=settings.segment_gap_s, lead_s=settings.segment_lead_s
    )
    if segments and smiles:
        segments = smiles
    moving = inside(smoothed.times_s, segments) & seen
    if not moving.any():
        return Movement(
            status=Status.NOT_ASSESSABLE,
            reason=f"no movement: neither mouth corner moved more than {gate:.1f} mm from rest "
            f"(largest excursion {peak:.1f} mm); an expression that is held throughout cannot be told from rest",
        )
    excursion = Bilateral(right=amplitude(smoothed.right[moving]), left=amplitude(smoothed.left[moving]))
    right, left = side_errors(smoothed, excursion, rest_sd_mm, segments, gains)
    limits = _limits(noise, excursion, settings)
    if not max(right, left, key=lambda side: abs(side.excursion_mm)).told_from_none:
        limits.append(
            f"uncertain: the head turned so far ({smoothed.turned_deg:.0f} deg) or rest is so unsteady that no movement is told "
            "from none"
        )
    return Movement(
        status=Status.LIMITED if limits else Status.GOOD,
        reason="; ".join(limits) or None,
        gate_mm=gate,
        excursion_mm=excursion,
        excursion_interval_mm=BilateralIntervals(right=right.interval_mm(), left=left.interval_mm()),
        rest_sd_mm=rest_sd_mm,
        segments=segments,
    )


def side_errors(
    smoothed: Excursions,
    excursion: Bilateral,
    rest_sd_mm: Bilateral,
    segments: tuple[Segment, ...],
    gains: tuple[Gain, Gain],
) -> tuple[SideError, SideError]:
    """The errors of the right and the left excursion; every segment is a repetition."""
    each = repetitions(smoothed, segments)

    def of(side: Side, gain: Gain) -> SideError:
        return side_error(
            getattr(excursion, side),
            gain=gain,
            rest_sd_mm=getattr(rest_sd_mm, side),
            turned_deg=smoothed.turned_deg,
            repetitions_mm=[getattr(one, side) for one in each],
        )

    return of(Side.RIGHT, gains[0]), of(Side.LEFT, gains[1])


def repetitions(smoothed: Excursions, segments: tuple[Segment, ...]) -> list[Bilateral]:
    """What either side did in each segment, mm; segments of which nothing was seen are left out, and those that went less than
    ``_MEANT_ALIKE`` times as far as the furthest: a small smile is no repetition of a full one.
    """
    each = []
    for segment in segments:
        within = inside(smoothed.times_s, (segment,)) & np.isfinite(smoothed.right) & np.isfinite(smoothed.left)
        if within.any():
            each.append(Bilateral(right=amplitude(smoothed.right[within]), left=amplitude(smoothed.left[within])))
    far = [max(abs(one.right), abs(one.left)) for one in each]
    return [one for one, size in zip(each, far, strict=True) if size >= _MEANT_ALIKE * max(far)]


def _limits(noise_mm: float, excursion: Bilateral, settings: AnalysisSettings) -> list[str]:
    limits = []
    if noise_mm > settings.good_rest_sd_mm:
        limits.append(f"unsteady: at rest the mouth corner varies by {noise_mm:.1f} mm within half a second")
    largest = max(abs(excursion.right), abs(excursion.left))
    if largest > settings.plausible_excursion_mm:
        limits.append(
            f"implausible: {largest:.0f} mm are more than the largest published smile ({settings.plausible_excursion_mm:g} mm)"
        )
    return limits
