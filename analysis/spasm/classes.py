"""The class of a side: our interpretation of the groups of Al Menabbawy et al. 2025, whose bounds are not published, or a site's
own cohort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.spasm.results import SpasmClass
from analysis.spasm.settings import ClassSettings
from analysis.spasm.variables import Tally

IN_WORDS: Final = {
    SpasmClass.NONE: "no spasm",
    SpasmClass.MILD: "mild",
    SpasmClass.MODERATE_CLONIC: "moderate clonic",
    SpasmClass.SEVERE_TONIC: "severe tonic",
    SpasmClass.INDETERMINATE: "indeterminate",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A class, the rule that decided it and what would change it, in words."""

    kind: SpasmClass
    rule: str
    margin: str
    cohort: str | None = None
    """Name and version of the site's model, where that decided."""


def classed(point: Tally, drawn: Sequence[Tally], settings: ClassSettings) -> Verdict:
    """The class of the numbers as measured, unless what they might as well have been falls too often into another."""
    kind, rule = decide(point, settings)
    if point.events < settings.least_events:
        return Verdict(kind=kind, rule=rule, margin="")
    others = Counter(decide(one, settings)[0] for one in drawn)
    model = settings.cohort_model
    cohort, margin = (model.title, rule) if model else (None, _margin(point, settings))
    if kind is SpasmClass.INDETERMINATE or others[kind] >= settings.sure * len(drawn):
        return Verdict(kind=kind, rule=rule, margin=margin, cohort=cohort)
    rival = next(other for other, _ in others.most_common() if other is not kind)
    return Verdict(
        kind=SpasmClass.INDETERMINATE,
        rule=f"between {IN_WORDS[kind]} and {IN_WORDS[rival]}: {rule}, but within the errors of measurement it may not",
        margin=margin,
        cohort=cohort,
    )


def decide(one: Tally, settings: ClassSettings) -> tuple[SpasmClass, str]:
    """The class that the bounds or the site's cohort give, and the rule. A number that was not seen holds no bound."""
    if one.events < settings.least_events:
        if one.longest_s >= settings.tonic_event_s:
            return SpasmClass.INDETERMINATE, f"a single contraction, of {one.longest_s:.1f} s"
        return SpasmClass.NONE, f"fewer than {settings.least_events} contractions"
    if settings.cohort_model is not None:
        placed = settings.cohort_model.classify(one.as_variables())
        return placed.class_, placed.why
    shut = f"{settings.tonic_closure_pct:g} % or more"
    if one.longest_shut_s >= settings.tonic_event_s:
        return (
            SpasmClass.SEVERE_TONIC,
            f"a contraction of {settings.tonic_event_s:g} s or more closes the eye by {shut}",
        )
    if one.shut_pct > settings.tonic_time_pct:
        return (
            SpasmClass.SEVERE_TONIC,
            f"more than {settings.tonic_time_pct:g} % of the time in contractions that close the eye by {shut}",
        )
    if one.eye_closure_pct < settings.mild_closure_pct and one.mouth_pct_iod < settings.mild_mouth_pct_iod:
        return (
            SpasmClass.MILD,
            f"the eye closes by less than {settings.mild_closure_pct:g} % and the mouth corner moves by less than "
            f"{settings.mild_mouth_pct_iod:g} % of the inter-iris distance",
        )
    return SpasmClass.MODERATE_CLONIC, "more than mild, and not held for long enough, or not far enough, to be severe"


def _margin(one: Tally, settings: ClassSettings) -> str:
    longest = f"{one.longest_shut_s:.1f} s" if one.longest_shut_s else "none"
    return "; ".join(
        (
            f"eye closure {one.eye_closure_pct:.0f} % (mild below {settings.mild_closure_pct:g} %)",
            f"mouth {one.mouth_pct_iod:.1f} % of the inter-iris distance (mild below {settings.mild_mouth_pct_iod:g} %)",
            f"longest contraction that shuts the eye: {longest} (severe from {settings.tonic_event_s:g} s)",
            f"{one.shut_pct:.0f} % of the time in such contractions (severe above {settings.tonic_time_pct:g} %), "
            f"{one.time_pct:.0f} % in any",
        )
    )
