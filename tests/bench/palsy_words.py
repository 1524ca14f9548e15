"""Parts of a palsy's result, as they are to stand in a table."""

from __future__ import annotations

from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.results import Measured, Palsy, Score


def total(score: Score | None) -> Measured | None:
    """Of a scale; None where it is not assessable."""
    return score.total if score is not None else None


def f_of(palsy: Palsy | None) -> Measured | None:
    """Mean share of brow, eye and smile, %."""
    return palsy.house_brackmann.f if palsy is not None and palsy.house_brackmann is not None else None


def measured(value: Measured | None) -> str:
    """With its 95 % interval."""
    return "-" if value is None else f"{value.value:.0f} ({value.interval.low:.0f}-{value.interval.high:.0f})"


def graded(palsy: Palsy | None) -> str:
    """House-Brackmann with its range."""
    found = palsy.house_brackmann if palsy is not None else None
    if found is None or found.grade is None:
        return "-"
    return f"{found.grade} ({_ends(found.grade_range)})" if found.grade_range else found.grade


def said(score: Score | None) -> str:
    """The category of a score with its range."""
    if score is None or score.category is None:
        return "-"
    return f"{score.category} ({_ends(score.category_range)})" if score.category_range else score.category


def spanned(palsy: Palsy) -> int | None:
    """How many grades of House-Brackmann the range holds, 1 at least; None where there is no grade."""
    found = palsy.house_brackmann
    if found is None or found.grade_range is None:
        return None
    best, worst = (ROMAN.index(grade) for grade in found.grade_range)
    return worst - best + 1


def _ends(ends: tuple[str, str]) -> str:
    return "-".join(dict.fromkeys(ends))
