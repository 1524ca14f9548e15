"""The cohort as a table: one row a patient, with what was left out and why."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cohort.pseudonyms import check_pseudonyms
from analysis.cohort.variables import COLUMNS, PATIENT, VARIABLES, Matrix
from analysis.counting import first_few
from analysis.errors import CohortError


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A row that is no part of the cohort. ``place`` is where it stood, never whose it is; ``file`` the result, if it was one."""

    place: str
    reason: str
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class CohortRow:
    """What was read of one patient. A variable that was not measured is none."""

    place: str
    patient: str
    values: tuple[float | None, ...]
    group: str | None = None
    file: str = ""

    @property
    def called(self) -> str:
        """How the row is called to the person who gave it."""
        return f"{self.place} ({self.file})" if self.file else self.place


@dataclass(frozen=True, kw_only=True)
class CohortTable:
    """The patients that groups are made of. ``values`` is (rows, 4) in the order of ``VARIABLES``, sorted by pseudonym.

    ``groups`` is what the input says each patient belongs to, if it says so; a fit does not look at it.
    ``pipeline_versions`` is empty where a table was read: it does not say.
    """

    places: tuple[str, ...]
    patients: tuple[str, ...]
    values: Matrix
    groups: tuple[str | None, ...]
    left_out: tuple[LeftOut, ...] = ()
    pipeline_versions: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def sha256(self) -> str:
        """SHA-256 of the rows as CSV, sorted by pseudonym: the same for results and for a table that says the same."""
        lines = [",".join((PATIENT, *COLUMNS))]
        lines += [
            ",".join((patient, *(repr(float(value)) for value in row)))
            for patient, row in zip(self.patients, self.values, strict=True)
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why rows were left out, and how many, the most frequent first."""
        return tuple(Counter(each.reason for each in self.left_out).most_common())


def cohort_table(rows: Sequence[CohortRow], left_out: Sequence[LeftOut] = ()) -> CohortTable:
    """Sort rows by pseudonym, leave out those with a missing variable.

    Raises:
        CohortError: a value is impossible, or a pseudonym is given twice or is none; the first places are named.
    """
    check_pseudonyms([(row.called, row.patient) for row in rows])
    _check_ranges(rows)
    missing = [
        LeftOut(place=row.place, reason=f"no {' and no '.join(names)}", file=row.file)
        for row in rows
        if (names := [each.column for each, value in zip(VARIABLES, row.values, strict=True) if value is None])
    ]
    whole = sorted((row for row in rows if None not in row.values), key=lambda row: row.patient)
    return CohortTable(
        places=tuple(row.place for row in whole),
        patients=tuple(row.patient for row in whole),
        values=np.array([row.values for row in whole], dtype=np.float64).reshape(-1, len(VARIABLES)),
        groups=tuple(row.group for row in whole),
        left_out=(*left_out, *missing),
    )


def _check_ranges(rows: Sequence[CohortRow]) -> None:
    wrong = [
        f"{row.called}: {variable.column} is {value:g}, must be {variable.bounds}"
        for row in rows
        for variable, value in zip(VARIABLES, row.values, strict=True)
        if value is not None and not variable.possible(value)
    ]
    if wrong:
        raise CohortError(
            f"values that cannot be: {first_few(wrong, separator='; ')}. Mend the table, or leave these fields empty"
        )
