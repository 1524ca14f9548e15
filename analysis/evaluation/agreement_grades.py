"""Clinicians' grades, one row for each rater and recording, joined with our results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from analysis.counting import counted
from analysis.errors import EvaluationError
from analysis.evaluation.agreement_results import Assessed, Names
from analysis.evaluation.agreement_scales import ALIASES, DECLINED, SCALES, UNRATED, Grade, Scale
from analysis.evaluation.tables import Row, Table, plain, read_table, renamed, unknown_columns

US: Final = "Vultus"
CONSENSUS: Final = "Raters together"
SUBJECT_COLUMNS: Final = ("recording", "patient")
RATER: Final = "rater"


@dataclass(frozen=True, kw_only=True)
class Graded:
    """What one rater, or we, said of recordings on one scale; None: looked at, and no grade given."""

    by: str
    grades: Mapping[str, Grade | None]


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Grades of those recordings that have a result."""

    raters: tuple[str, ...]
    scales: tuple[Scale, ...]
    """On which anybody said anything."""
    said: Mapping[str, tuple[Graded, ...]]
    """By the key of the scale, in the order of the raters."""
    without_result: tuple[str, ...]
    """Recordings of the table, as they stand there."""
    ignored_columns: tuple[str, ...]


@dataclass
class _Reading:
    table: Table
    names: Names
    problems: list[str] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    said: dict[tuple[str, str], dict[str, Grade | None]] = field(default_factory=dict)
    without_result: dict[str, None] = field(default_factory=dict)

    def take(self, row: Row, scales: Sequence[Scale]) -> str | None:
        """Keep a row's grades; the rater."""
        rater, subject = row.cells.get(RATER, ""), subject_of(row)
        if not rater or not subject:
            self.problems.append(
                f"row {row.number} does not say {'who graded' if subject else 'which recording it is'}"
            )
            return None
        if plain(rater) in (plain(US), plain(CONSENSUS)):
            self.problems.append(f"row {row.number}: a rater cannot be called {rater}, which has a meaning of its own")
            return None
        try:
            result = self.names.find(subject)
        except EvaluationError as error:
            self.problems.append(f"row {row.number}: {error}")
            return None
        name = subject if result is None else result.name
        first = self.seen.setdefault((rater, name), row.number)
        if first != row.number:
            self.problems.append(f"rows {first} and {row.number} are both of one recording by {rater}: keep one")
        if result is None:
            self.without_result[subject] = None
        for scale in scales:
            self._grade(row, scale, rater, name, joined=result is not None)
        return rater

    def _grade(self, row: Row, scale: Scale, rater: str, name: str, *, joined: bool) -> None:
        text = row.cells.get(scale.key, "")
        written = plain(text)
        if written in UNRATED:
            return
        grade = None if written in DECLINED else scale.grade(text, self.table.number)
        if grade is None and written not in DECLINED:
            self.problems.append(f"row {row.number}: {scale.key} is {text!r}, allowed is {scale.allowed}")
        elif joined:
            self.said.setdefault((scale.key, rater), {})[name] = grade


def subject_of(row: Row) -> str:
    """What a row is about: its recording, or else its patient."""
    return next((row.cells[name] for name in SUBJECT_COLUMNS if row.cells.get(name)), "")


def read_grades(path: Path, results: Sequence[Assessed]) -> Joined:
    """Read the clinicians' table and join it with our results.

    Columns (docs/measurements.md): ``recording`` or ``patient``, ``rater``, and any of the scales; others are left aside, and
    named.

    Raises:
        EvaluationError: columns that are missing or misspelt, impossible values (all with their rows), a rater who graded a
            recording twice, names that could mean several results, or not one recording with a result.
    """
    table = renamed(read_table(path), ALIASES)
    known = (*SUBJECT_COLUMNS, RATER, *(scale.key for scale in SCALES))
    ignored = unknown_columns(table, known)
    columns = ", ".join(table.columns)
    if not set(SUBJECT_COLUMNS) & set(table.columns) or RATER not in table.columns:
        raise EvaluationError(
            f"{table.file} needs a column recording (or patient) and a column rater, one row for each rater and recording; it "
            f"has {columns}"
        )
    scales = [scale for scale in SCALES if scale.key in table.columns]
    if not scales:
        grades = ", ".join(scale.key for scale in SCALES)
        raise EvaluationError(f"{table.file} has no grades: it needs one of the columns {grades}; it has {columns}")
    reading = _Reading(table=table, names=Names(results))
    raters = [rater for row in table.rows if (rater := reading.take(row, scales))]
    alike = {plain(rater): rater for rater in raters}
    reading.problems += [
        f"the rater {rater} is also written {alike[plain(rater)]}: write one name one way"
        for rater in dict.fromkeys(raters)
        if alike[plain(rater)] != rater
    ]
    table.refuse(reading.problems)
    if not reading.said:
        raise EvaluationError(
            f"no grade in {table.file} is of a recording that has a result: not one row means one of "
            f"{counted(len(results), 'result')}. Write the result's folder, as much of its path as needed, or the SOP Instance "
            "UID"
        )
    return Joined(
        raters=tuple(dict.fromkeys(rater for _, rater in sorted(reading.said, key=lambda key: key[1]))),
        scales=tuple(scale for scale in scales if any(key == scale.key for key, _ in reading.said)),
        said={
            scale.key: tuple(
                Graded(by=rater, grades=grades)
                for (key, rater), grades in sorted(reading.said.items(), key=lambda item: item[0])
                if key == scale.key
            )
            for scale in scales
        },
        without_result=tuple(reading.without_result),
        ignored_columns=ignored,
    )
