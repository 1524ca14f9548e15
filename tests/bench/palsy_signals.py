"""Grades, side and pattern against known palsy at the level of signals: ``python -m tests.bench.palsy_signals``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from analysis.palsy import house_brackmann
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.results import AffectedSide, Measured, Palsy, Pattern, Score
from analysis.values import Side, Status
from tests.bench import palsy_circumstances, palsy_grid
from tests.bench.palsy_grid import CONDITIONS, SEVERITIES, STILL, Case, Found, Where
from tests.bench.palsy_words import f_of, graded, measured, said, spanned, total
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
        *palsy_grid.around_the_bounds(),
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
        palsy_circumstances.contradictions([*of("ladder"), *of("bounds")]),
        false_normal(of("still")),
        palsy_circumstances.both_sides(of("even")),
        grades(of("ladder")),
        house_brackmann_by_region(of("ladder")),
        widths(of("ladder")),
        palsy_circumstances.coverage(of("misread")),
        palsy_circumstances.lag(of("lag")),
        palsy_circumstances.synkinesis(of("synkinesis")),
        palsy_circumstances.missing(of("without")),
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
            said = Counter(one.side for one in asked)
            unseen = [f"{one.case.where} {one.case.patient.face.affected}" for one in asked if one.side == "none"]
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


def pattern_confusion(found: Sequence[Found]) -> Table:
    """What each pattern is taken for."""
    rows: list[tuple[Cell, ...]] = []
    for pattern in _READ[:4]:
        asked = [one for one in found if one.case.pattern is pattern]
        read = Counter(one.palsy.pattern for one in asked)
        sides = Counter(one.side for one in asked)
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
            "By construction: normal 0-10 % weak; flaccid 30-100 %; synkinetic 10-40 % with both kinds of synkinesis, 0.4-0.7 "
            "each; mixed 60-90 % with the same. Random within these, noise 0.08 mm. Wrong side, of a normal face: any side.",
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


def grades(found: Sequence[Found]) -> Table:
    """What each severity reads."""
    rows = [
        (
            one.case.where,
            f"{one.case.severity} %",
            graded(one.palsy),
            measured(f_of(one.palsy)),
            _exactly(one.case),
            measured(total(one.palsy.sunnybrook)),
            measured(total(one.palsy.eface)),
            said(one.palsy.fngs),
            said(one.palsy.fame),
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
            graded(one.palsy) + (f" {one.palsy.pattern}" if one.palsy.pattern else "")
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
        spans = [spanned(palsy) for palsy in asked]
        known = [span for span in spans if span is not None]
        rows.append(
            (
                f"{severity} %",
                _mean(_width(f_of(palsy)) for palsy in asked),
                float(np.mean(known)),
                str(max(known)),
                _mean(_width(total(palsy.sunnybrook)) for palsy in asked),
                _mean(_width(total(palsy.eface)) for palsy in asked),
                _mean(_width(total(palsy.fame)) for palsy in asked),
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


def _exactly(case: Case) -> str:
    found = palsy_grid.exact(case, house_brackmann.grade)
    return f"{found.category} {found.total:.0f}"


def _width(measured: Measured | None) -> float | None:
    return None if measured is None else measured.interval.high - measured.interval.low


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def main() -> None:
    """Measure and print."""
    for table in measure():
        table.write()


if __name__ == "__main__":
    main()
