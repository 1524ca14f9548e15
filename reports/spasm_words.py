"""What is said of hemifacial spasm and blinks, as names and sentences; plain ASCII, so that any character set can carry it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.spasm.results import (
    Blinks,
    SideSpasms,
    Spasm,
    SpasmClass,
    SpasmEvent,
    SpasmSide,
)
from analysis.values import Interval, Side, Status
from reports import explanations, units
from reports.exam import ExamReport
from reports.spasm_event_words import blinks_in_short, contractions, kinds
from reports.words import sentence, shows_spasms, trust

NAME: Final = "Hemifacial spasm"
CLASS = {
    SpasmClass.NONE: "None",
    SpasmClass.MILD: "Mild",
    SpasmClass.MODERATE_CLONIC: "Moderate clonic",
    SpasmClass.SEVERE_TONIC: "Severe tonic",
    SpasmClass.INDETERMINATE: "Indeterminate",
}
SIDE = {
    SpasmSide.RIGHT: "Right",
    SpasmSide.LEFT: "Left",
    SpasmSide.BOTH: "Both sides",
    SpasmSide.NONE: "None",
}


@dataclass(frozen=True, kw_only=True)
class VariableName:
    """One of the variables: how it is called, and its unit as it stands behind the number."""

    name: str
    unit: str
    digits: int = 0

    def written(self, value: float) -> str:
        """A value with its unit."""
        return f"{self.number(value)}{self.unit}"

    def number(self, value: float) -> str:
        """A value without it."""
        return units.tenths(value) if self.digits else units.points(value)

    def with_interval(self, value: float, within: Interval | None) -> str:
        """A value with its unit and, where there is one, its 95 % interval in brackets."""
        beside = "" if within is None else f" ({self.number(within.low)} to {self.number(within.high)})"
        return f"{self.written(value)}{beside}"


VARIABLES = {
    "eye_closure_pct": VariableName(name="Eye closure", unit=" %"),
    "mouth_distance_change_pct_iod": VariableName(
        name="Mouth distance change", unit=" % of the inter-iris distance", digits=1
    ),
    "mouth_distance_change_pct_rest": VariableName(
        name="Mouth distance change", unit=" % of its distance at rest", digits=1
    ),
    "mouth_distance_change_mm": VariableName(name="Mouth distance change", unit=" mm", digits=1),
    "rate_per_min": VariableName(name="Rate", unit=" a minute", digits=1),
    "repetition": VariableName(name="Repetition", unit=" contractions a train", digits=1),
}
"""By the name of the field."""


def assessed(spasm: Spasm | None) -> bool:
    """Whether spasms were looked for, and could have been seen."""
    return spasm is not None and spasm.status is not Status.NOT_ASSESSABLE and spasm.class_ is not None


def found(report: ExamReport) -> Spasm | None:
    """The spasms of the exam, where there are any: enough contractions of one side for a class."""
    return report.spasms if shows_spasms(report.spasms) else None


def worse(spasm: Spasm) -> SideSpasms | None:
    """The side whose class it is: the one that is longer in spasm."""
    return max(spasm.sides, key=lambda each: each.time_in_spasm_pct, default=None)


def side(spasm: Spasm) -> str:
    """The side as a word."""
    return "Not stated" if spasm.side is None else SIDE[spasm.side]


def whose(spasm: Spasm) -> str:
    """What belongs beside the side."""
    told = worse(spasm)
    if spasm.side is SpasmSide.BOTH and told is not None:
        return f"longer in spasm: {told.side}"
    return "the patient's own" if spasm.side in (SpasmSide.RIGHT, SpasmSide.LEFT) else "no side can be named"


def class_name(spasm: Spasm) -> str:
    """The class as words."""
    return "Not stated" if spasm.class_ is None else CLASS[spasm.class_]


def standing(spasm: Spasm) -> str:
    """Whose class it is."""
    return (
        f"this site's model {spasm.cohort or ''}".strip() if spasm.decided_by == "site cohort" else "our interpretation"
    )


def between(spasm: Spasm) -> str:
    """The classes that an indeterminate one lies between; empty where that is not said."""
    first, colon, _ = (spasm.rule or "").partition(":")
    return first if colon and spasm.class_ is SpasmClass.INDETERMINATE else ""


def of_which_side(spasm: Spasm) -> str:
    """Whose class it is where both sides have spasms; empty where only one has."""
    told = worse(spasm)
    return f"that of the {told.side} side, longer in spasm" if told is not None and len(spasm.sides) > 1 else ""


def why(spasm: Spasm) -> str:
    """The rule that decided."""
    return f"{class_name(spasm)}: {(spasm.rule or 'no rule was recorded').rstrip('.')}."


def limits(spasm: Spasm) -> str:
    """What limits the class, as sentences; empty if nothing does."""
    return sentence(spasm.reason or "")


def share_of_time(value: float) -> str:
    """A share of the time, in %; a share too small to be rounded is not none."""
    return "below 1 %" if 0 < value < 0.5 else units.percent(value / 100)


def frequency(told: SideSpasms) -> str:
    """The clonic frequency; empty where there is none."""
    return (
        "" if told.clonic_frequency_hz is None else f"{units.tenths(told.clonic_frequency_hz)} a second within trains"
    )


def side_in_short(spasm: Spasm, told: SideSpasms) -> str:
    """What one side does, as a sentence: how often, in how many trains, for how long, how fast."""
    own = [each for each in spasm.events if each.side is told.side]
    said = [
        f"{told.side.capitalize()} side: {kinds(own)}",
        f"{share_of_time(told.time_in_spasm_pct)} of the time in spasm",
        f"the longest {units.seconds(told.longest_event_s)}",
        *([frequency(told)] if frequency(told) else []),
    ]
    return f"{', '.join(said)}."


def babinski(spasm: Spasm) -> str:
    """The other Babinski sign with its evidence; where both sides have spasms that of each, and no verdict on them together."""
    sign = spasm.other_babinski
    if sign is None:
        return "Other Babinski sign: not assessed, eye and brow were not seen together."
    caution = " It does not exclude synkinesis." if sign.events else ""
    if len(spasm.sides) > 1:
        counted = " and ".join(_rising(spasm.events, each.side) for each in spasm.sides)
        return f"Other Babinski sign: the brow rises with the closing eye in {counted}.{caution}"
    verdict = "present" if sign.present else "absent"
    counted = f"{sign.events} of {contractions(sign.of)}"
    return f"Other Babinski sign: {verdict}, the brow rises with the closing eye in {counted}.{caution}"


def _rising(events: Sequence[SpasmEvent], of: Side) -> str:
    seen = [each.other_babinski for each in events if each.side is of and each.other_babinski is not None]
    return f"{sum(seen)} of {contractions(len(seen))} on the {of}"


def margin(spasm: Spasm) -> str:
    """The deciding numbers beside their bounds, as a sentence; empty where there are none."""
    return f"Beside the bounds: {spasm.margin.rstrip('.')}." if spasm.margin else ""


def in_short(report: ExamReport) -> str:
    """The exam in one line where no spasms were found, or why nothing is known; empty where nobody looked for them."""
    spasm = report.spasms
    if spasm is None or not assessed(spasm):
        return why_none(report)
    seen = "" if spasm.analysable_s is None else f" in {units.points(spasm.analysable_s)} s"
    count = len(spasm.events)
    few = f" ({contractions(count)}: too few for a class)" if count else ""
    blinked = blinks_in_short(report.blinking)
    said = f"No spasm{' class' if count else ' seen'}{seen}{few}{f'; {blinked}' if blinked else ''}."
    return f"{said} {limits(spasm)}".strip()


def told(report: ExamReport) -> str:
    """The answer for the exam, as sentences; empty where nobody looked for spasms."""
    spasm = found(report)
    return in_short(report) if spasm is None else f"Hemifacial spasm. {summary(spasm, report.blinking)}"


def why_none(report: ExamReport) -> str:
    """Why nothing is said of spasms, as a sentence; empty where nobody looked for them, as in photographs."""
    if all(each.result.source.kind == "image" for each in report.instances):
        return ""
    told = [report.spasms] if report.spasms is not None else [each.result.spasm for each in report.instances]
    reasons = dict.fromkeys(each.reason or "no reason was recorded" for each in told if each is not None)
    if not reasons:
        return ""
    palsy = report.graded
    if palsy is not None and palsy.status is Status.NOT_ASSESSABLE and list(reasons) == [palsy.reason]:
        said = "for the same reason."
    else:
        said = sentence("; ".join(reasons))
    blinked = blinks_in_short(report.blinking)
    return f"{NAME}: not assessable. {said[0].upper()}{said[1:]} {f'{blinked}.' if blinked else ''}".strip()


def summary(spasm: Spasm, blinks: Blinks | None) -> str:
    """The whole answer: side, class and whose class it is, how much, the other Babinski sign, blinks, trust."""
    seen = "" if spasm.analysable_s is None else f", {units.points(spasm.analysable_s)} s analysed"
    blinked = blinks_in_short(blinks)
    return " ".join(
        (
            f"Side: {side(spasm).lower()}. Class: {class_name(spasm).lower()} ({standing(spasm)}).",
            *(side_in_short(spasm, each) for each in spasm.sides),
            *([babinski(spasm)] if spasm.events else []),
            *([f"{blinked}."] if blinked else []),
            f"Trust: {trust(spasm.status).lower()}{seen}.",
        )
    )


def decided(spasm: Spasm) -> Iterator[str]:
    """Rule, margin, limits and whose interpretation, as sentences."""
    yield why(spasm)
    if of_which_side(spasm):
        yield f"The class is {of_which_side(spasm)}."
    if margin(spasm):
        yield margin(spasm)
    if limits(spasm):
        yield f"Limits: {limits(spasm)}"
    if spasm.decided_by != "site cohort":
        yield explanations.SPASM_INTERPRETATION


def variable(told: SideSpasms, field: str) -> str:
    """A variable of a side with its interval; why not, where it was not measured."""
    value: float | None = getattr(told.variables, field)
    within: Interval | None = getattr(told.intervals, field)
    return "not measured" if value is None else VARIABLES[field].with_interval(value, within)


def variables(told: SideSpasms) -> str:
    """All variables of a side with their 95 % intervals, as a sentence."""
    said = "; ".join(f"{VARIABLES[field].name.lower()} {variable(told, field)}" for field in VARIABLES)
    return f"{told.side.capitalize()} side, medians over its contractions, 95 % intervals in brackets: {said}."
