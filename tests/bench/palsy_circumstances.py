"""What else may be so of a patient: both sides weak, a late side, synkinesis, missing movements, errors of measuring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from analysis.palsy import eface, fngs, house_brackmann, sunnybrook
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.postures import Task
from analysis.palsy.results import AffectedSide, Palsy, Pattern, Score
from analysis.settings import AnalysisSettings
from tests.bench.palsy_grid import AMOUNTS, LAGS_S, TASKS, Found, Grader, Kind, exact
from tests.bench.palsy_words import graded, measured, said, spanned, total
from tests.bench.tables import Cell, Table

_SAME: Final = 1e-9
Ranked = tuple[float, float, float, float]
"""True, read, and both ends of the range."""


def contradictions(found: Sequence[Found]) -> Table:
    """Where side or pattern and the grade of one and the same face do not go together."""
    rows: list[tuple[Cell, ...]] = []
    for name, contradicts in _CONTRADICTIONS.items():
        guilty = [one for one in found if contradicts(one.palsy)]
        rows.append(
            (
                name,
                str(len(guilty)),
                str(len(found)),
                "; ".join(dict.fromkeys(f"{one.case.where} {one.case.severity} %" for one in guilty)),
            )
        )
    return Table(
        name="One face, two opinions",
        columns=("what is said", "faces", "N", "which"),
        rows=tuple(rows),
        remarks=("All ladders at every noise, and slight weakness in steps of 2 %.",),
    )


def _rank(palsy: Palsy) -> int:
    """Of House-Brackmann, 1 to 6; 0 where there is none."""
    found = palsy.house_brackmann
    return 1 + ROMAN.index(found.grade) if found and found.grade else 0


_CONTRADICTIONS: Final[Mapping[str, Callable[[Palsy], bool]]] = {
    "no side affected, House-Brackmann III or worse": lambda palsy: (
        palsy.affected_side is AffectedSide.NONE and _rank(palsy) >= 3
    ),
    "pattern normal, House-Brackmann III or worse": lambda palsy: palsy.pattern is Pattern.NORMAL and _rank(palsy) >= 3,
    "pattern flaccid, House-Brackmann I": lambda palsy: palsy.pattern is Pattern.FLACCID and _rank(palsy) == 1,
    "range of House-Brackmann over three grades or more": lambda palsy: (spanned(palsy) or 0) >= 3,
}


def both_sides(found: Sequence[Found]) -> Table:
    """A palsy of both sides: all scales compare sides, so that they cannot see it."""
    return Table(
        name="Both sides equally weak",
        columns=("weakness", "pattern", "side", "House-Brackmann", "Sunnybrook", "eFACE", "said about it"),
        rows=tuple(
            (
                f"{one.case.severity} %",
                one.palsy.pattern,
                one.palsy.affected_side,
                graded(one.palsy),
                measured(total(one.palsy.sunnybrook)),
                measured(total(one.palsy.eface)),
                one.palsy.reason or "",
            )
            for one in found
        ),
    )


def coverage(found: Sequence[Found]) -> Table:
    """Whether the ranges hold the truth, when errors are of the size that the product says."""
    rows: list[tuple[Cell, ...]] = []
    f: list[Ranked] = []
    grade: list[Ranked] = []
    for one in found:
        exactly, read = exact(one.case, house_brackmann.grade), one.palsy.house_brackmann
        if read and read.f and read.grade_range and read.grade:
            f.append((exactly.total, read.f.value, read.f.interval.low, read.f.interval.high))
            grade.append(_ranks(exactly.category, read.grade, *read.grade_range))
    rows += [_covered("F, %", f, len(found)), _covered("House-Brackmann grade", grade, len(found))]
    scales: tuple[tuple[str, Grader, Callable[[Palsy], Score | None]], ...] = (
        ("Sunnybrook", sunnybrook.grade, lambda palsy: palsy.sunnybrook),
        ("eFACE", eface.grade, lambda palsy: palsy.eface),
    )
    for name, grader, score in scales:
        read_totals = [(exact(one.case, grader).total, total(score(one.palsy))) for one in found]
        known = [(true, one.value, one.interval.low, one.interval.high) for true, one in read_totals if one]
        rows.append(_covered(name, known, len(found)))
    graded_fngs = [
        (exact(one.case, fngs.grade).category, one.palsy.fngs.category, *one.palsy.fngs.category_range)
        for one in found
        if one.palsy.fngs and one.palsy.fngs.category and one.palsy.fngs.category_range
    ]
    rows.append(_covered("FNGS grade", [_ranks(*names) for names in graded_fngs], len(found)))
    return Table(
        name="Coverage of the 95 % ranges, random severity of a hanging face",
        columns=("number", "truth in the range", "of", "not graded", "mean error", "RMS error", "mean width"),
        rows=tuple(rows),
        remarks=(
            "Truth: the same scale of the exact face. Errors are drawn as the product states them: a gain of each region and "
            "side that is common to all movements, places, scale. So this tests their propagation, not their size.",
        ),
    )


def _ranks(*grades: str | None) -> Ranked:
    true, read, best, worst = (float(ROMAN.index(grade or "I")) for grade in grades)
    return true, read, best, worst


def _covered(name: str, read: Sequence[Ranked], asked: int) -> tuple[Cell, ...]:
    if not read:
        return (name, None, "0", str(asked), None, None, None)
    true, value, low, high = np.array(read).T
    inside = int(((true >= low - _SAME) & (true <= high + _SAME)).sum())
    error = value - true
    return (
        name,
        f"{inside} ({100 * inside / len(read):.0f} %)",
        str(len(read)),
        str(asked - len(read)),
        float(error.mean()),
        float(np.sqrt((error**2).mean())),
        float((high - low).mean()),
    )


def lag(found: Sequence[Found]) -> Table:
    """What a side that comes late changes."""
    rows: list[tuple[Cell, ...]] = []
    settings = AnalysisSettings().pattern
    for severity in (0, 50):
        for late in LAGS_S:
            asked = [one for one in found if (one.case.severity, one.case.amount) == (severity, late)]
            along = [moved for one in asked for moved in one.palsy.co_movements]
            called = [
                moved
                for moved in along
                if moved.ratio >= settings.synkinesis_ratio and moved.duration_s >= settings.synkinesis_s
            ]
            rows.append(
                (
                    f"{severity} %",
                    f"{late:.1f}",
                    "; ".join(graded(one.palsy) for one in asked),
                    "; ".join(str(one.palsy.pattern) for one in asked),
                    "; ".join(str(one.palsy.affected_side) for one in asked),
                    str(len(along)),
                    max((moved.ratio for moved in along), default=0.0),
                    max((moved.duration_s for moved in along), default=0.0),
                    str(len(called)),
                    str(len(asked)),
                )
            )
    return Table(
        name="A side that comes late: right; left",
        columns=(
            "weakness",
            "lag, s",
            "House-Brackmann",
            "pattern",
            "side",
            "co-movements",
            "largest ratio",
            "longest, s",
            "called synkinesis",
            "N",
        ),
        rows=tuple(rows),
        remarks=("No face here has synkinesis.",),
    )


def synkinesis(found: Sequence[Found]) -> Table:
    """Synkinesis as read against truth."""
    rows: list[tuple[Cell, ...]] = []
    for kind in Kind:
        for amount in AMOUNTS:
            asked = [one for one in found if one.case.where == kind and one.case.amount == amount]
            region = "mouth" if kind is Kind.OCULAR_ORAL else "eye"
            ratios = [
                max((along.ratio for along in one.palsy.co_movements if along.region == region), default=0.0)
                for one in asked
            ]
            items = [
                max(score for name, score in one.palsy.sunnybrook.items.items() if name.startswith("synkinesis"))
                for one in asked
                if one.palsy.sunnybrook and one.palsy.sunnybrook.total
            ]
            named = sum(
                [movement.task for movement in one.palsy.movements] == [task for task, _ in one.case.patient.schedule]
                for one in asked
            )
            rows.append(
                (
                    kind,
                    amount,
                    f"{np.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
                    ", ".join(f"{n} {pattern}" for pattern, n in Counter(one.palsy.pattern for one in asked).items()),
                    f"{sum(one.side == 'right' for one in asked)}",
                    f"{min(items):.0f}-{max(items):.0f}" if items else "-",
                    f"{named}",
                    str(sum(graded(one.palsy) != "-" for one in asked)),
                    str(len(asked)),
                )
            )
    return Table(
        name="Synkinesis, beside 20 and 60 % of weakness, either side",
        columns=(
            "kind",
            "true ratio",
            "read: median (range)",
            "patterns",
            "right side",
            "worst Sunnybrook item",
            "all movements rightly named",
            "House-Brackmann graded",
            "N",
        ),
        rows=tuple(rows),
    )


def missing(found: Sequence[Found]) -> Table:
    """Examinations that lack something."""
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        palsy = one.palsy
        lacking = {task for task in TASKS if task not in one.case.patient.tasks}
        unnamed = {task for task in lacking if task not in palsy.missing_tasks and task is not Task.SNARL}
        rows.append(
            (
                one.case.where,
                palsy.status,
                palsy.affected_side,
                palsy.pattern,
                graded(palsy),
                *(measured(total(score)) for score in (palsy.sunnybrook, palsy.eface)),
                *(said(score) for score in (palsy.fngs, palsy.fame)),
                ", ".join(sorted(unnamed)) or "all",
            )
        )
    return Table(
        name="Missing movements; a right side that is half weak",
        columns=(
            "shown",
            "status",
            "side",
            "pattern",
            "House-Brackmann",
            "Sunnybrook",
            "eFACE",
            "FNGS",
            "FAME",
            "missing ones named",
        ),
        rows=tuple(rows),
        remarks=("- not assessable.",),
    )
