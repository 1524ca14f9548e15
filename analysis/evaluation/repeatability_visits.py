"""Who was recorded more than once without change: the table of repeats, joined with results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from analysis.errors import EvaluationError
from analysis.evaluation.agreement_results import Assessed, Names
from analysis.evaluation.tables import Table, read_table, renamed, unknown_columns

_COLUMNS: Final = ("patient", "recording", "visit")
_ALIASES: Final = {"visit_date": "visit", "date": "visit", "session": "visit"}


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Results of each patient in the order of the visits, two or more."""

    patients: tuple[tuple[Assessed, ...], ...]
    single: int
    """Patients with one result alone."""
    without_result: tuple[str, ...]
    ignored_columns: tuple[str, ...]


def read_visits(path: Path, results: Sequence[Assessed]) -> Visits:
    """Read the table of repeats: ``patient``, ``recording``, and ``visit`` (numbers or dates) where rows are not in order.

    Raises:
        EvaluationError: columns that are missing or misspelt, a recording or a visit of a patient twice, a visit that is neither
            number nor date, or names that could mean several results.
    """
    table = renamed(read_table(path), _ALIASES)
    ignored = unknown_columns(table, _COLUMNS)
    missing = [name for name in _COLUMNS[:2] if name not in table.columns]
    if missing:
        raise EvaluationError(
            f"{table.file} has no column {' and no column '.join(missing)}: it needs patient and recording, one row for each "
            f"recording; it has {', '.join(table.columns)}"
        )
    names, problems = Names(results), []
    used: dict[str, int] = {}
    came: dict[tuple[str, float], int] = {}
    found: dict[str, list[tuple[float, Assessed]]] = {}
    without: list[str] = []
    for row in table.rows:
        patient, recording = row.cells.get("patient", ""), row.cells.get("recording", "")
        if not patient or not recording:
            problems.append(f"row {row.number} has no {'recording' if patient else 'patient'}")
            continue
        order = _order(row.cells.get("visit", ""), row.number, table)
        if order is None:
            problems.append(
                f"row {row.number}: visit is {row.cells.get('visit', '')!r}, allowed is a number or a date as 2026-01-31"
            )
            continue
        if (first := came.setdefault((patient, order), row.number)) != row.number:
            problems.append(f"rows {first} and {row.number} are the same visit of {patient}")
        try:
            result = names.find(recording)
        except EvaluationError as error:
            problems.append(f"row {row.number}: {error}")
            continue
        name = recording if result is None else result.name
        if (first := used.setdefault(name, row.number)) != row.number:
            problems.append(f"rows {first} and {row.number} are the same recording {name}")
        mine = found.setdefault(patient, [])
        if result is None:
            without.append(recording)
        else:
            mine.append((order, result))
    table.refuse(problems)
    ordered = [[result for _, result in sorted(mine, key=lambda visit: visit[0])] for mine in found.values()]
    return Visits(
        patients=tuple(tuple(mine) for mine in ordered if len(mine) > 1),
        single=sum(len(mine) == 1 for mine in ordered),
        without_result=tuple(without),
        ignored_columns=ignored,
    )


def _order(said: str, number: int, table: Table) -> float | None:
    """Where a visit stands in time; without a column, where its row stands."""
    if "visit" not in table.columns:
        return float(number)
    try:
        return float(date.fromisoformat(said).toordinal())
    except ValueError:
        return table.number(said)
