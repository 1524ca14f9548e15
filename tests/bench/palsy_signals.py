"""Grades, side and pattern against known palsy at the level of signals: ``python -m tests.bench.palsy_signals``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from analysis.palsy import eface, fngs, house_brackmann, sunnybrook
from analysis.palsy.graded import Grade, Graded
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.postures import Examination
from analysis.palsy.results import AffectedSide, Measured, Palsy, Pattern, Score
from analysis.palsy.settings import PalsySettings
from analysis.settings import AnalysisSettings
from analysis.values import Side, Status
from tests.bench import palsy_grid
from tests.bench.palsy_grid import AMOUNTS, CONDITIONS, LAGS_S, SEVERITIES, STILL, Case, Found, Kind, Where
from tests.bench.pool import spread
from tests.bench.tables import Cell, Table

_SAME: Final = 1e-9
_READ: Final = (Pattern.NORMAL, Pattern.FLACCID, Pattern.SYNKINETIC, Pattern.MIXED, Pattern.INDETERMINATE)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a scale is read from a result, as a number that is larger the worse the face is; None where it is not assessable."""

    name: str
    badness: Callable[[Palsy], float | None]


def _total(score: Score | None, sign: float) -> float | None:
    return sign * score.total.value if score and score.total else None


def _category(score: Score | None, ordered: Sequence[str]) -> float | None:
    return float(ordered.index(score.category)) if score and score.category else None


def _grade(palsy: Palsy) -> float | None:
    found = palsy.house_brackmann
    return float(ROMAN.index(found.grade)) if found and found.grade else None


def _f(palsy: Palsy) -> float | None:
    found = palsy.house_brackmann
    return -found.f.value if found and found.f else None


SCALES: Final = (
    Scale(name="House-Brackmann", badness=_grade),
    Scale(name="F", badness=_f),
    Scale(name="Sunnybrook", badness=lambda palsy: _total(palsy.sunnybrook, -1)),
    Scale(name="eFACE", badness=lambda palsy: _total(palsy.eface, -1)),
    Scale(name="FNGS grade", badness=lambda palsy: _category(palsy.fngs, ROMAN)),
    Scale(name="FAME", badness=lambda palsy: _total(palsy.fame, 1)),
)


def cases() -> tuple[Case, ...]:
    """Everybody who is asked."""
    return (
        *palsy_grid.ladders(),
        *palsy_grid.lagging(),
        *palsy_grid.synkinetic(),
        *palsy_grid.patterns(),
        *palsy_grid.without(),
        *palsy_grid.still(),
        *palsy_grid.even(),
        *palsy_grid.misread(),
    )


def measure(*, workers: int | None = None) -> tuple[Table, ...]:
    """Ask all patients, on as many processes as there are cores."""
    return tables(list(spread(palsy_grid.run, cases(), workers=workers)))


def tables(found: Sequence[Found]) -> tuple[Table, ...]:
    """All of them."""

    def of(group: str) -> list[Found]:
        return [one for one in found if one.case.group == group]

    return (
        monotonicity(of("ladder")),
        side_accuracy(of("ladder")),
        pattern_confusion(of("pattern")),
        false_normal(of("still")),
        both_sides(of("even")),
        grades(of("ladder")),
        house_brackmann_by_region(of("ladder")),
        widths(of("ladder")),
        coverage(of("misread")),
        lag(of("lag")),
        synkinesis(of("synkinesis")),
        missing(of("without")),
    )


def steps(found: Iterable[Found], scale: Scale) -> tuple[int, int, float]:
    """Of one ladder: steps that more weakness made better, steps that could be compared, and the largest of the better ones."""
    worse = [scale.badness(one.palsy) for one in sorted(found, key=lambda one: one.case.severity)]
    made = [after - before for before, after in pairwise(worse) if before is not None and after is not None]
    return sum(step < -_SAME for step in made), len(made), max((-step for step in made if step < -_SAME), default=0.0)


def monotonicity(found: Sequence[Found]) -> Table:
    """More weakness, better grade: how often."""
    rows: list[tuple[Cell, ...]] = []
    for condition in CONDITIONS:
        for where in Where:
            cells: list[Cell] = []
            for scale in SCALES:
                better, compared, largest = 0, 0, 0.0
                for side in Side:
                    ladder = [
                        one
                        for one in found
                        if one.case.condition == condition
                        and one.case.patient.face.affected is side
                        and (one.case.where == where or one.case.severity == 0)
                    ]
                    b, n, most = steps(ladder, scale)
                    better, compared, largest = better + b, compared + n, max(largest, most)
                cells.append(f"{better} of {compared}" + (f" (by {largest:.1f})" if better else ""))
            rows.append((condition.name, where, *cells))
    return Table(
        name="Monotonicity: steps of 10 % weakness that gave a better grade",
        columns=("noise", "weak", *(scale.name for scale in SCALES)),
        rows=tuple(rows),
        remarks=(
            "Both sides of each ladder taken together. In brackets the largest step to the better: grades of House-Brackmann "
            "and FNGS, points of Sunnybrook, eFACE and FAME, percent of F. Without noise there may be none.",
        ),
    )


def side_accuracy(found: Sequence[Found]) -> Table:
    """Right, wrong, indeterminate, none."""
    rows: list[tuple[Cell, ...]] = []
    for condition in CONDITIONS:
        for severity in SEVERITIES:
            asked = [one for one in found if one.case.condition == condition and one.case.severity == severity]
            said = Counter(_side_said(one) for one in asked)
            unseen = [
                f"{one.case.where} {one.case.patient.face.affected}" for one in asked if _side_said(one) == "none"
            ]
            rows.append(
                (
                    condition.name,
                    f"{severity} %",
                    *(str(said[word]) for word in ("right", "wrong", "indeterminate", "none")),
                    str(len(asked)),
                    "" if not severity else ", ".join(sorted(unseen)),
                )
            )
    return Table(
        name="Affected side",
        columns=("noise", "weakness", "right", "wrong", "indeterminate", "none", "N", "none said of"),
        rows=tuple(rows),
        remarks=("A face without weakness has no affected side: none is then right, and counted as right.",),
    )


def _side_said(one: Found) -> str:
    said, true = one.palsy.affected_side, one.case.patient.face.affected
    if not one.case.severity and not one.case.amount:
        return (
            "right" if said is AffectedSide.NONE else "indeterminate" if said is AffectedSide.INDETERMINATE else "wrong"
        )
    if said in (AffectedSide.NONE, AffectedSide.INDETERMINATE, None):
        return said.value if said else "indeterminate"
    return "right" if said.value == true.value else "wrong"


def pattern_confusion(found: Sequence[Found]) -> Table:
    """What each pattern is taken for."""
    rows: list[tuple[Cell, ...]] = []
    for pattern in _READ[:4]:
        asked = [one for one in found if one.case.pattern is pattern]
        read = Counter(one.palsy.pattern for one in asked)
        sides = Counter(_side_said(one) for one in asked)
        wrong = (
            sides["wrong"]
            if pattern is not Pattern.NORMAL
            else sum(one.palsy.affected_side is not AffectedSide.NONE for one in asked)
        )
        rows.append((pattern, *(str(read[one]) for one in _READ), str(len(asked)), str(wrong)))
    return Table(
        name="Pattern: truth in rows, as read in columns",
        columns=("truth", *_READ, "N", "wrong side"),
        rows=tuple(rows),
        remarks=(
            "By construction: normal 0-10 % weak; flaccid 30-100 %; synkinetic 10-40 % with both kinds of "
            "synkinesis, 0.4-0.7 each; mixed 60-90 % with the same. Random within these, noise 0.08 mm. Wrong side, of a normal face: any side.",
        ),
    )


def false_normal(found: Sequence[Found]) -> Table:
    """Where nothing moves there is nothing normal."""
    rows: list[tuple[Cell, ...]] = []
    for condition in STILL:
        for name in dict.fromkeys(one.case.where for one in found):
            asked = [one for one in found if one.case.condition == condition and one.case.where == name]
            rows.append(
                (
                    condition.name,
                    name,
                    str(sum(one.palsy.pattern is Pattern.NORMAL for one in asked)),
                    str(sum(one.palsy.affected_side is AffectedSide.NONE for one in asked)),
                    str(sum(any(scale.badness(one.palsy) is not None for scale in SCALES) for one in asked)),
                    str(sum(bool(one.palsy.movements) for one in asked)),
                    str(sum(one.palsy.status is Status.NOT_ASSESSABLE for one in asked)),
                    str(len(asked)),
                )
            )
    return Table(
        name="Nothing moves",
        columns=(
            "noise",
            "clip",
            "pattern normal",
            "no side affected",
            "any grade",
            "any movement found",
            "not assessable",
            "N",
        ),
        rows=tuple(rows),
        remarks=("The first three have to be 0.",),
    )


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
                _graded(one.palsy),
                _measured(one.palsy.sunnybrook and one.palsy.sunnybrook.total),
                _measured(one.palsy.eface and one.palsy.eface.total),
                one.palsy.reason or "",
            )
            for one in found
        ),
    )


def grades(found: Sequence[Found]) -> Table:
    """What each severity reads."""
    rows = [
        (
            one.case.where,
            f"{one.case.severity} %",
            _graded(one.palsy),
            _measured(one.palsy.house_brackmann and one.palsy.house_brackmann.f),
            _true(one.case, house_brackmann.grade),
            _measured(one.palsy.sunnybrook and one.palsy.sunnybrook.total),
            _measured(one.palsy.eface and one.palsy.eface.total),
            _said(one.palsy.fngs),
            _said(one.palsy.fame),
            one.palsy.pattern,
        )
        for one in found
        if one.case.condition == palsy_grid.USUAL
        and one.case.where in (Where.ALL, Where.HANGING)
        and one.case.patient.face.affected is Side.RIGHT
    ]
    return Table(
        name="Grades against severity, right side, noise 0.08 mm",
        columns=(
            "weak",
            "weakness",
            "House-Brackmann",
            "F",
            "of the exact face",
            "Sunnybrook",
            "eFACE",
            "FNGS",
            "FAME",
            "pattern",
        ),
        rows=tuple(rows),
        remarks=("Each with its 95 % range.",),
    )


def house_brackmann_by_region(found: Sequence[Found]) -> Table:
    """The same grade where a single region is weak."""
    rows: list[tuple[Cell, ...]] = []
    for severity in SEVERITIES:
        cells = [
            _graded(one.palsy) + (f" {one.palsy.pattern}" if one.palsy.pattern else "")
            for where in (Where.BROW, Where.EYE, Where.MOUTH)
            for one in found
            if one.case.condition == palsy_grid.USUAL
            and one.case.severity == severity
            and one.case.where == (where if severity else Where.ALL)
            and one.case.patient.face.affected is Side.LEFT
        ]
        rows.append((f"{severity} %", *cells))
    return Table(
        name="House-Brackmann where one region is weak, left side, noise 0.08 mm",
        columns=("weakness", "brow", "eye", "mouth"),
        rows=tuple(rows),
    )


def widths(found: Sequence[Found]) -> Table:
    """How wide the 95 % ranges are."""
    rows: list[tuple[Cell, ...]] = []
    for severity in SEVERITIES:
        asked = [one.palsy for one in found if one.case.condition == palsy_grid.USUAL and one.case.severity == severity]
        spans = [_grades_spanned(palsy) for palsy in asked]
        known = [span for span in spans if span is not None]
        rows.append(
            (
                f"{severity} %",
                _mean(_width(palsy.house_brackmann and palsy.house_brackmann.f) for palsy in asked),
                float(np.mean(known)),
                str(max(known)),
                _mean(_width(palsy.sunnybrook and palsy.sunnybrook.total) for palsy in asked),
                _mean(_width(palsy.eface and palsy.eface.total) for palsy in asked),
                _mean(_width(palsy.fame and palsy.fame.total) for palsy in asked),
                str(len(known)),
            )
        )
    return Table(
        name="Width of the 95 % ranges, noise 0.08 mm",
        columns=("weakness", "F, %", "grades, mean", "grades, most", "Sunnybrook", "eFACE", "FAME", "N"),
        rows=tuple(rows),
        digits=1,
        remarks=(
            "All ladders and both sides. Grades: how many of House-Brackmann's six are in the range, 1 at least.",
        ),
    )


def coverage(found: Sequence[Found]) -> Table:
    """Whether the ranges hold the truth, when errors are of the size that the product says."""
    rows: list[tuple[Cell, ...]] = []
    graders: tuple[tuple[str, Callable[[Examination, PalsySettings], Grade]], ...] = (
        ("Sunnybrook", sunnybrook.grade),
        ("eFACE", eface.grade),
    )
    f, grade = [], []
    for one in found:
        exact, read = _exact(one.case, house_brackmann.grade), one.palsy.house_brackmann
        if read and read.f and read.grade_range and read.grade:
            f.append((exact.total, read.f.value, read.f.interval.low, read.f.interval.high))
            ranks = [float(ROMAN.index(name)) for name in (exact.category or "I", read.grade, *read.grade_range)]
            grade.append((ranks[0], ranks[1], ranks[2], ranks[3]))
    rows += [_covered("F, %", f, len(found)), _covered("House-Brackmann grade", grade, len(found))]
    for name, grader in graders:
        totals = []
        for one in found:
            score = getattr(one.palsy, name.lower())
            if score and score.total:
                total = score.total
                totals.append((_exact(one.case, grader).total, total.value, total.interval.low, total.interval.high))
        rows.append(_covered(name, totals, len(found)))
    ranks = [
        (
            float(ROMAN.index(_exact(one.case, fngs.grade).category or "I")),
            *(float(ROMAN.index(name)) for name in (one.palsy.fngs.category, *one.palsy.fngs.category_range)),
        )
        for one in found
        if one.palsy.fngs and one.palsy.fngs.category and one.palsy.fngs.category_range
    ]
    rows.append(_covered("FNGS grade", [(a, b, c, d) for a, b, c, d in ranks], len(found)))
    return Table(
        name="Coverage of the 95 % ranges, random severity of a hanging face",
        columns=("number", "truth in the range", "of", "not graded", "mean error", "RMS error", "mean width"),
        rows=tuple(rows),
        remarks=(
            "Truth: the same scale of the exact face. Errors are drawn as the product states them: a gain of each region and "
            "side that is common to all movements, places, scale. So this tests their propagation, not their size.",
        ),
    )


def _covered(name: str, read: Sequence[tuple[float, float, float, float]], asked: int) -> tuple[Cell, ...]:
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
                    "; ".join(_graded(one.palsy) for one in asked),
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
                    f"{sum(_side_said(one) == 'right' for one in asked)}",
                    f"{min(items):.0f}-{max(items):.0f}" if items else "-",
                    f"{named}",
                    str(sum(_grade(one.palsy) is not None for one in asked)),
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
        lacking = {task for task in palsy_grid.TASKS if task not in one.case.patient.tasks}
        unnamed = {task for task in lacking if task not in palsy.missing_tasks and task.value != "snarl"}
        rows.append(
            (
                one.case.where,
                palsy.status,
                palsy.affected_side,
                palsy.pattern,
                _graded(palsy),
                *(_measured(score and score.total) for score in (palsy.sunnybrook, palsy.eface)),
                *(_said(score) for score in (palsy.fngs, palsy.fame)),
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


def _exact(case: Case, grader: Callable[[Examination, PalsySettings], Grade]) -> Graded:
    exact = grader(case.patient.face.examined(), PalsySettings())
    if not isinstance(exact, Graded):
        raise TypeError(f"a whole examination could not be graded: {exact.reason}")
    return exact


def _true(case: Case, grader: Callable[[Examination, PalsySettings], Grade]) -> str:
    exact = _exact(case, grader)
    return f"{exact.category} {exact.total:.0f}"


def _graded(palsy: Palsy) -> str:
    found = palsy.house_brackmann
    if found is None or found.grade is None:
        return "-"
    return f"{found.grade} ({'-'.join(found.grade_range)})" if found.grade_range else found.grade


def _said(score: Score | None) -> str:
    if score is None or score.category is None:
        return "-"
    return f"{score.category} ({'-'.join(dict.fromkeys(score.category_range or ()))})"


def _measured(measured: Measured | None) -> str:
    if measured is None:
        return "-"
    return f"{measured.value:.0f} ({measured.interval.low:.0f}-{measured.interval.high:.0f})"


def _width(measured: Measured | None) -> float | None:
    return None if measured is None else measured.interval.high - measured.interval.low


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _grades_spanned(palsy: Palsy) -> int | None:
    found = palsy.house_brackmann
    if found is None or found.grade_range is None:
        return None
    best, worst = (ROMAN.index(grade) for grade in found.grade_range)
    return worst - best + 1


def main() -> None:
    """Measure and print."""
    for table in measure():
        table.write()


if __name__ == "__main__":
    main()
