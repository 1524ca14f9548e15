"""Events to what is said of them: the same for one recording and for an exam of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.spasm.classes import Verdict, classed
from analysis.spasm.results import OtherBabinski, SideSpasms, Spasm, SpasmClass, SpasmEvent, SpasmSide
from analysis.spasm.settings import ClassSettings
from analysis.spasm.trains import clonic_frequency_hz
from analysis.spasm.variables import Tally, draws, side_spasms, tally
from analysis.values import Side, Status


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen in one recording, or in all recordings of an exam."""

    analysable_s: float
    events: tuple[SpasmEvent, ...]
    closures_of_one_eye: int
    limits: tuple[str, ...] = ()
    """Why nothing better than "limited" can be said."""
    doubt: str | None = None
    """Why what was found need not be spasms."""


_ALONE: Final = (
    "one eye closes alone {count} without its mouth corner: winks, blinks of one eye, "
    "or spasms of the eye alone; not counted"
)


_ROUNDING_S: Final = 0.5
_NOTHING: Final = Verdict(kind=SpasmClass.NONE, rule="no contraction of one side was seen", margin="")


def assess(seen: Seen, settings: ClassSettings) -> Spasm:
    """The sides that have spasms, their variables, and the class of the one that is longer in spasm."""
    if seen.analysable_s < settings.min_analysable_s:
        return refused(
            f"only {seen.analysable_s:.0f} s could be analysed: spasms come and go, and need "
            f"{settings.min_analysable_s:g} s at the least"
        )
    sides = tuple(
        _Side.of(side, events, seen.analysable_s, settings)
        for side in Side
        if (events := [one for one in seen.events if one.side is side])
    )
    limits = list(seen.limits)
    if seen.analysable_s < settings.good_analysable_s - _ROUNDING_S:
        limits.append(
            f"only {seen.analysable_s:.0f} s could be analysed, of the {settings.good_analysable_s:g} s that are wanted"
        )
    if seen.closures_of_one_eye:
        times = "once" if seen.closures_of_one_eye == 1 else f"{seen.closures_of_one_eye} times"
        limits.append(_ALONE.format(count=times))
    # one long contraction is no spasm, however short those of the other side are
    worse = max(
        sides,
        key=lambda each: (each.told.events >= settings.least_events, each.told.time_in_spasm_pct),
        default=None,
    )
    told = worse.told if worse else None
    verdict = classed(worse.point, worse.drawn, settings) if worse else _NOTHING
    if seen.doubt is not None and worse is not None and verdict.kind is not SpasmClass.NONE:
        limits.append(seen.doubt)
        verdict = Verdict(kind=SpasmClass.INDETERMINATE, rule=seen.doubt, margin=verdict.margin)
    spastic = [
        each.told.side
        for each in sides
        if each.told.events >= settings.least_events or each.point.longest_s >= settings.tonic_event_s
    ]
    return Spasm(
        status=Status.LIMITED if limits else Status.GOOD,
        reason="; ".join(limits) or None,
        side=_where(spastic),
        class_=verdict.kind,
        rule=verdict.rule,
        margin=verdict.margin or None,
        decided_by="site cohort" if verdict.cohort else "our bounds",
        cohort=verdict.cohort,
        limits=seen.limits,
        doubt=seen.doubt,
        analysable_s=seen.analysable_s,
        variables=told and told.variables,
        intervals=told and told.intervals,
        time_in_spasm_pct=told.time_in_spasm_pct if told else 0.0,
        longest_event_s=told and told.longest_event_s,
        clonic_frequency_hz=told and told.clonic_frequency_hz,
        sides=tuple(each.told for each in sides),
        events=seen.events,
        other_babinski=told and told.other_babinski,
        closures_of_one_eye=seen.closures_of_one_eye,
    )


def refused(reason: str) -> Spasm:
    """No class, and why."""
    return Spasm(status=Status.NOT_ASSESSABLE, reason=reason)


@dataclass(frozen=True, kw_only=True)
class _Side:
    told: SideSpasms
    point: Tally
    drawn: Sequence[Tally]

    @classmethod
    def of(cls, side: Side, events: Sequence[SpasmEvent], analysable_s: float, settings: ClassSettings) -> _Side:
        drawn = list(draws(events, analysable_s, settings))
        told = side_spasms(
            side,
            events,
            drawn,
            analysable_s=analysable_s,
            clonic_frequency_hz=clonic_frequency_hz(events),
            other_babinski=_babinski(events),
            settings=settings,
        )
        return cls(told=told, point=tally(events, analysable_s, settings), drawn=drawn)


def _where(sides: Sequence[Side]) -> SpasmSide:
    if len(sides) == 2:
        return SpasmSide.BOTH
    return SpasmSide(sides[0].value) if sides else SpasmSide.NONE


def _babinski(events: Sequence[SpasmEvent]) -> OtherBabinski | None:
    told = [one.other_babinski for one in events if one.other_babinski is not None]
    return OtherBabinski(present=2 * sum(told) >= len(told), events=sum(told), of=len(told)) if told else None
