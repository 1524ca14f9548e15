"""What one recording shows of blinks and spasms."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.palsy.courses import FaceCourses
from analysis.palsy.results import Repetition
from analysis.results import Segment
from analysis.signals import Rest
from analysis.spasm.assess import Seen, assess, refused
from analysis.spasm.blinks import find_blinks, short_closures_of_both
from analysis.spasm.closures import Closure
from analysis.spasm.contractions import Contraction, find_contractions
from analysis.spasm.results import BlinkEvent, Blinks, Spasm, SpasmEvent
from analysis.spasm.settings import SpasmSettings
from analysis.spasm.signals import Signals, spasm_signals
from analysis.spasm.trains import numbered
from analysis.values import Side, Status


def examine(
    courses: FaceCourses,
    rest: Rest,
    movements: Sequence[Repetition],
    settings: SpasmSettings,
    *,
    mm_per_iod: float,
    source: str | None = None,
    limits: tuple[str, ...] = (),
) -> tuple[Spasm, Blinks]:
    """From the unsmoothed regional measures of every frame. ``movements`` are the standard movements that were found; ``limits``
    is what limits everything that is measured in the recording. What cannot be said has a reason.
    """
    finding, classes = settings.finding, settings.classes
    signals = spasm_signals(courses, rest, mm_per_iod=mm_per_iod, longest_gap_s=finding.longest_gap_s)
    reason = _why_not(signals, settings)
    if reason is not None:
        return refused(reason), Blinks(status=Status.NOT_ASSESSABLE, reason=reason)
    short = short_closures_of_both(signals, finding)
    found = [find_contractions(signals, side, short, movements, finding) for side in Side]
    events = [_event(one, signals, source) for each in found for one in each.contractions]
    seen = Seen(
        analysable_s=signals.analysable_s,
        events=numbered(events, gap_s=finding.train_gap_s),
        closures_of_one_eye=sum(each.winks for each in found),
        limits=limits,
    )
    return assess(seen, classes), _blinks(find_blinks(signals, short, finding), signals, settings, source, limits)


def trains_of(spasm: Spasm) -> tuple[Segment, ...]:
    """From the first to the last of every train's contractions."""
    numbers = sorted({event.train for event in spasm.events})
    trains = [[event for event in spasm.events if event.train == number] for number in numbers]
    return tuple(Segment(start_s=train[0].start_s, end_s=max(event.end_s for event in train)) for train in trains)


def _why_not(signals: Signals, settings: SpasmSettings) -> str | None:
    if not signals.seen.any():
        return "the eyes or the mouth corners were not seen on both sides"
    fps = 1 / signals.interval_s
    if fps < settings.classes.min_fps:
        return (
            f"{fps:.0f} pictures a second are too few for spasms and blinks, which last a tenth of a second: "
            f"record {settings.classes.min_fps:g} at the least, better 60"
        )
    return None


def _event(one: Contraction, signals: Signals, source: str | None) -> SpasmEvent:
    times, half = signals.times_s, signals.side(one.side)
    return SpasmEvent(
        start_s=float(times[one.closure.start]),
        peak_s=float(times[one.closure.peak]),
        end_s=float(times[one.closure.stop]),
        side=one.side,
        kind="tonic" if one.tonic else "clonic",
        train=0,
        eye_closure_pct=100 * one.eye,
        mouth_pct_iod=100 * one.mouth_mm / signals.mm_per_iod,
        mouth_pct_rest=100 * one.mouth_mm / half.to_midline_mm if half.to_midline_mm > 0 else None,
        mouth_mm=one.mouth_mm,
        brow_mm=one.brow_mm,
        other_babinski=one.babinski,
        source=source,
    )


def _blinks(
    found: Sequence[tuple[Closure, float]],
    signals: Signals,
    settings: SpasmSettings,
    source: str | None,
    limits: tuple[str, ...],
) -> Blinks:
    times = signals.times_s
    events = tuple(
        BlinkEvent(
            start_s=float(times[one.start]),
            peak_s=float(times[one.peak]),
            end_s=float(times[one.stop]),
            closure_pct=100 * min(closure, 1.0),
            complete=closure >= settings.finding.complete_blink,
            source=source,
        )
        for one, closure in found
    )
    short = signals.analysable_s < settings.classes.min_analysable_s
    return Blinks(
        status=Status.LIMITED if limits or short else Status.GOOD,
        reason="; ".join((*limits, *([f"only {signals.analysable_s:.0f} s"] if short else []))) or None,
        analysable_s=signals.analysable_s,
        count=len(events),
        partial=sum(not one.complete for one in events),
        rate_per_min=None if short else 60 * len(events) / signals.analysable_s,
        events=events,
    )
