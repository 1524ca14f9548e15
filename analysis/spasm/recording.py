"""What one recording shows of blinks and spasms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.palsy.courses import FaceCourses
from analysis.palsy.results import Repetition
from analysis.results import Segment
from analysis.signals import Rest
from analysis.spasm.assess import Seen, assess, refused
from analysis.spasm.blinks import Blinked, find_blinks, short_closures_of_both
from analysis.spasm.contractions import Contraction, Found, find_contractions
from analysis.spasm.results import BlinkEvent, Blinks, Spasm, SpasmEvent
from analysis.spasm.settings import FindingSettings, SpasmSettings
from analysis.spasm.signals import Signals, spasm_signals
from analysis.spasm.trains import numbered
from analysis.values import Side, Status

_ROUNDING: Final = 0.5
_HALF: Final = 0.5
_BOTH_SHUT: Final = 0.25
_MOVING: Final = (
    "a mouth corner moves most of the time (chewing, speaking?): it goes along with any closure, "
    "and spasms cannot be told"
)
_WITH_BLINKS: Final = (
    "most contractions coincide with blinks: blinks that set off a synkinesis or a spasm, or a mouth that moves anyway"
)
_STAYS_OPEN: Final = (
    "the other eye never closes: of a face that is weak there, the blinks and closures of this eye are no spasms"
)
_FURTHEST: Final = 0.995
_OFTEN: Final = 3


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
    blinked = find_blinks(signals, short, finding)
    seen = Seen(
        analysable_s=signals.analysable_s,
        events=numbered(events, gap_s=finding.train_gap_s),
        closures_of_one_eye=sum(each.winks for each in found),
        limits=(*limits, *_limits(found, signals, movements)),
        doubt=next(
            (
                doubt
                for side, each in zip(Side, found, strict=True)
                if (doubt := _doubt(side, each, blinked, signals, finding))
            ),
            None,
        ),
    )
    return assess(seen, classes), _blinks(blinked, signals, settings, source, limits)


def _doubt(side: Side, found: Found, blinked: Blinked, signals: Signals, settings: FindingSettings) -> str | None:
    """Why the contractions of a side need be none."""
    if not found.contractions:
        return None
    if found.by_chance >= settings.often:
        return _MOVING
    if found.with_blinks >= settings.often * len(found.contractions) and len(found.contractions) > 1:
        return _WITH_BLINKS
    furthest = float(np.nanquantile(signals.other(side).closure, _FURTHEST))
    if furthest < _HALF and found.winks + blinked.unlike >= _OFTEN:
        return _STAYS_OPEN
    return None


def _limits(found: Sequence[Found], signals: Signals, movements: Sequence[Repetition]) -> list[str]:
    """What a reader must know of the eyes."""
    said = []
    one_sided = sum(each.one_sided for each in found)
    if one_sided:
        said.append(
            f"{one_sided} one-sided movements look like a closure or a smile that was asked for (of a face that is weak on "
            "the other side?) and are not counted"
        )
    if any(each.restless for each in found):
        said.append("the eyes are hardly ever at rest: small contractions cannot be told")
    both = np.minimum(signals.right.closure, signals.left.closure)
    asked = np.zeros(len(both), dtype=np.bool_)
    for each in movements:
        asked |= (signals.times_s >= each.start_s) & (signals.times_s <= each.end_s)
    shut = float((both[signals.seen & ~asked] > _HALF).mean()) if (signals.seen & ~asked).any() else 0.0
    if shut > _BOTH_SHUT:
        said.append(f"both eyes are closed for {100 * shut:.0f} % of the time: of both eyes alike no spasm is told")
    return said


def trains_of(spasm: Spasm) -> tuple[Segment, ...]:
    """From the first to the last of every train's contractions."""
    numbers = sorted({event.train for event in spasm.events})
    trains = [[event for event in spasm.events if event.train == number] for number in numbers]
    return tuple(Segment(start_s=train[0].start_s, end_s=max(event.end_s for event in train)) for train in trains)


def _why_not(signals: Signals, settings: SpasmSettings) -> str | None:
    if not signals.seen.any():
        return "the eyes or the mouth corners were not seen on both sides"
    for side in Side:
        shut = float((signals.more_closed(side)[signals.seen] > settings.finding.restless_closure).mean())
        if shut >= settings.finding.shut_share:
            return (
                f"the {side} eye is shut beyond the other one for {100 * shut:.0f} % of the time: a spasm that never ceases "
                "cannot be told from an eye that does not open"
            )
    fps = 1 / signals.interval_s
    if fps < settings.classes.min_fps - _ROUNDING:
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
    found: Blinked, signals: Signals, settings: SpasmSettings, source: str | None, limits: tuple[str, ...]
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
        for one, closure in found.blinks
    )
    short = signals.analysable_s < settings.classes.min_analysable_s
    reasons = [*limits]
    if short:
        reasons.append(f"only {signals.analysable_s:.0f} s")
    if found.unlike:
        reasons.append(
            f"{found.unlike} short closures of both eyes are not alike (one eye closes much less): not counted as blinks"
        )
    many = found.unlike > settings.finding.unlike_share * (found.unlike + len(events))
    return Blinks(
        status=Status.LIMITED if reasons else Status.GOOD,
        reason="; ".join(reasons) or None,
        analysable_s=signals.analysable_s,
        count=len(events),
        partial=sum(not one.complete for one in events),
        unlike=found.unlike,
        rate_per_min=None if short or many else 60 * len(events) / signals.analysable_s,
        events=events,
    )
