"""The columns of a quality-of-life table: SF-36 and HFS-8."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from analysis.errors import CohortError


@dataclass(frozen=True, kw_only=True)
class Score:
    """One score of a questionnaire and its range."""

    column: str
    label: str
    low: float
    high: float
    better: str
    required_with: str = ""


_SF36: Final = {
    "PF": "Physical functioning",
    "RP": "Role physical",
    "BP": "Bodily pain",
    "GH": "General health",
    "VT": "Vitality",
    "SF": "Social functioning",
    "RE": "Role emotional",
    "MH": "Mental health",
}
DOMAINS: Final = tuple(
    Score(column=column, label=label, low=0.0, high=100.0, better="higher") for column, label in _SF36.items()
)
"""SF-36 (Ware and Sherbourne 1992): eight domains, 0 to 100, more is better."""
SUMMARIES: Final = (
    Score(column="PCS", label="Physical component", low=0.0, high=100.0, better="higher"),
    Score(column="MCS", label="Mental component", low=0.0, high=100.0, better="higher"),
)
"""SF-36 summary scores, normed to a mean of 50 and a standard deviation of 10."""
HFS8: Final = Score(column="HFS8", label="HFS-8", low=0.0, high=32.0, better="lower")
"""HFS-8: eight questions of 0 to 4, their sum, less is better."""
SCORES: Final = (*DOMAINS, *SUMMARIES, HFS8)


def score_of(column: str) -> Score | None:
    """Which score a header means, whatever its case and punctuation: ``hfs-8``, ``Hfs_8`` and ``HFS8`` are the same."""
    plain = re.sub(r"[^A-Z0-9]", "", column.upper())
    return next((score for score in SCORES if score.column == plain), None)


def scores_of(header: tuple[str, ...], *, file: str) -> dict[str, Score]:
    """Header to score, for every column of a table beside the pseudonym.

    Raises:
        CohortError: a column is none of the questionnaires', the same score stands twice, or there is none at all.
    """
    known = {column: score for column in header if (score := score_of(column)) is not None}
    wrong = [column for column in header if column not in known]
    expected = ", ".join(score.column for score in SCORES)
    if wrong:
        told = "; ".join(f"{column!r}{_nearest(column)}" for column in wrong)
        raise CohortError(f"{file}: no questionnaire has the column {told}. Known are {expected}: rename or remove it")
    twice = {score.column for score in known.values() if [*known.values()].count(score) > 1}
    if twice:
        raise CohortError(f"{file}: more than one column is {', '.join(sorted(twice))}: keep one")
    if not known:
        raise CohortError(f"{file}: no column of a questionnaire: expected are some of {expected}")
    return known


def absent(known: dict[str, Score]) -> tuple[str, ...]:
    """Domains of the SF-36 that a table lacks although it has others."""
    there = set(known.values())
    return tuple(score.column for score in DOMAINS if score not in there) if there & {*DOMAINS} else ()


def _nearest(column: str) -> str:
    names = {name.casefold(): score.column for score in SCORES for name in (score.column, score.label)}
    near = get_close_matches(column.casefold(), list(names), n=1, cutoff=0.5)
    return f" (is it {names[near[0]]}?)" if near else ""
