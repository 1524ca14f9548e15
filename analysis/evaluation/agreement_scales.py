"""What clinicians grade and Vultus grades as well: how each is written, what is allowed, where ours stands in a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from analysis.evaluation.agreement_results import Assessed
from analysis.evaluation.tables import plain
from analysis.palsy.fame import SEVERITIES
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.results import AffectedSide, HouseBrackmann, Palsy, Pattern, Score
from analysis.spasm.results import Spasm, SpasmClass, SpasmSide

Grade = str | float
"""A category, or a score."""

UNRATED: Final = frozenset({"", "na", "n_a", "nan", "_"})
"""Nothing was said."""
DECLINED: Final = frozenset({"not_assessable", "indeterminate", "unclear"})
"""Looked at, and no grade given."""
_UNDECIDED: Final = "indeterminate"
_NO_PALSY: Final = "no facial palsy was looked for in it"
_NO_SPASM: Final = "no spasms were looked for in it"


class Kind(StrEnum):
    """What may be done with grades of a scale."""

    ORDINAL = "ordinal"
    NOMINAL = "nominal"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Ours: a grade, or why there is none."""

    grade: Grade | None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One column of the clinicians' table."""

    key: str
    name: str
    kind: Kind
    ours: Callable[[Assessed], Answer]
    categories: tuple[str, ...] = ()
    """In their order, of ordinal and nominal scales."""
    spellings: Mapping[str, str]
    """What may be written for a category besides its name."""
    low: float = 0.0
    high: float = 100.0
    best: str = ""

    @property
    def allowed(self) -> str:
        """In words."""
        if self.kind is Kind.CONTINUOUS:
            return f"{self.low:g} to {self.high:g}"
        return ROMAN_ALLOWED if self.categories == ROMAN else ", ".join(self.categories)

    def grade(self, text: str, number: Callable[[str], float | None]) -> Grade | None:
        """What was written; None where it is not allowed."""
        value = number(text)
        if self.kind is Kind.CONTINUOUS:
            return value if value is not None and self.low <= value <= self.high else None
        if self.categories == ROMAN and value is not None:
            return ROMAN[int(value) - 1] if value in range(1, len(ROMAN) + 1) else None
        written = plain(text)
        by_name = {plain(category): category for category in self.categories}
        return by_name.get(written) or self.spellings.get(written)


ROMAN_ALLOWED: Final = "I to VI or 1 to 6"


def _of_score(find: Callable[[Palsy], Score | None], *, category: bool = False) -> Callable[[Assessed], Answer]:
    def ours(assessed: Assessed) -> Answer:
        if assessed.palsy is None:
            return Answer(grade=None, reason=_NO_PALSY)
        score = find(assessed.palsy)
        if score is None or score.total is None:
            return Answer(grade=None, reason=_why(assessed.palsy, score))
        return Answer(grade=score.category if category else score.total.value)

    return ours


def _why(palsy: Palsy, score: Score | HouseBrackmann | None) -> str:
    return (score.reason if score is not None else None) or palsy.reason or "no reason was recorded"


def _house_brackmann(assessed: Assessed) -> Answer:
    if assessed.palsy is None:
        return Answer(grade=None, reason=_NO_PALSY)
    found = assessed.palsy.house_brackmann
    if found is None or found.grade is None:
        return Answer(grade=None, reason=_why(assessed.palsy, found))
    return Answer(grade=found.grade)


def _of_palsy(find: Callable[[Palsy], StrEnum | None]) -> Callable[[Assessed], Answer]:
    def ours(assessed: Assessed) -> Answer:
        if assessed.palsy is None:
            return Answer(grade=None, reason=_NO_PALSY)
        return _decided(find(assessed.palsy), assessed.palsy.reason)

    return ours


def _of_spasm(find: Callable[[Spasm], StrEnum | None]) -> Callable[[Assessed], Answer]:
    def ours(assessed: Assessed) -> Answer:
        if assessed.spasm is None:
            return Answer(grade=None, reason=_NO_SPASM)
        return _decided(find(assessed.spasm), assessed.spasm.reason)

    return ours


def _decided(found: StrEnum | None, reason: str | None) -> Answer:
    if found is None:
        return Answer(grade=None, reason=reason or "no reason was recorded")
    return Answer(grade=None, reason=_UNDECIDED) if found.value == _UNDECIDED else Answer(grade=found.value)


def _but_undecided(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(each.value for each in kind if each.value != _UNDECIDED)


_SIDES: Final = {"r": "right", "l": "left", "no": "none", "0": "none"}

SCALES: Final = (
    Scale(
        key="house_brackmann",
        name="House-Brackmann",
        kind=Kind.ORDINAL,
        categories=ROMAN,
        spellings={},
        ours=_house_brackmann,
    ),
    Scale(
        key="fngs_grade",
        name="FNGS 2.0 grade",
        kind=Kind.ORDINAL,
        categories=ROMAN,
        spellings={},
        ours=_of_score(lambda palsy: palsy.fngs, category=True),
    ),
    Scale(
        key="fame_severity",
        name="FAME severity",
        kind=Kind.ORDINAL,
        categories=SEVERITIES,
        spellings={},
        ours=_of_score(lambda palsy: palsy.fame, category=True),
    ),
    Scale(
        key="sunnybrook",
        name="Sunnybrook",
        kind=Kind.CONTINUOUS,
        spellings={},
        best="100 is best",
        ours=_of_score(lambda palsy: palsy.sunnybrook),
    ),
    Scale(
        key="eface",
        name="eFACE",
        kind=Kind.CONTINUOUS,
        spellings={},
        best="100 is best",
        ours=_of_score(lambda palsy: palsy.eface),
    ),
    Scale(
        key="fngs",
        name="FNGS 2.0 total",
        kind=Kind.CONTINUOUS,
        spellings={},
        low=4,
        high=27,
        best="4 is best",
        ours=_of_score(lambda palsy: palsy.fngs),
    ),
    Scale(
        key="fame",
        name="FAME total",
        kind=Kind.CONTINUOUS,
        spellings={},
        high=24,
        best="0 is best",
        ours=_of_score(lambda palsy: palsy.fame),
    ),
    Scale(
        key="affected_side",
        name="Affected side",
        kind=Kind.NOMINAL,
        categories=_but_undecided(AffectedSide),
        spellings=_SIDES,
        ours=_of_palsy(lambda palsy: palsy.affected_side),
    ),
    Scale(
        key="pattern",
        name="Pattern of the palsy",
        kind=Kind.NOMINAL,
        categories=_but_undecided(Pattern),
        spellings={},
        ours=_of_palsy(lambda palsy: palsy.pattern),
    ),
    Scale(
        key="spasm_side",
        name="Side of the spasms",
        kind=Kind.NOMINAL,
        categories=tuple(each.value for each in SpasmSide),
        spellings=_SIDES,
        ours=_of_spasm(lambda spasm: spasm.side),
    ),
    Scale(
        key="spasm_class",
        name="Spasm class",
        kind=Kind.NOMINAL,
        categories=_but_undecided(SpasmClass),
        spellings={"moderate": "moderate_clonic", "severe": "severe_tonic", "no": "none", "0": "none"},
        ours=_of_spasm(lambda spasm: spasm.class_),
    ),
)
"""In the order in which they are reported."""

ALIASES: Final = {
    "hb": "house_brackmann",
    "hb_grade": "house_brackmann",
    "side": "affected_side",
    "sunnybrook_total": "sunnybrook",
    "eface_total": "eface",
    "fngs_total": "fngs",
    "fame_total": "fame",
}
"""Other names of columns."""
