"""Groups, quality of life and outcome, joined by pseudonym; what could not be joined is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.cohort.categories import MOST_CATEGORIES, check_categories
from analysis.cohort.delimited import Delimited, read_delimited
from analysis.cohort.pseudonyms import check_pseudonyms
from analysis.cohort.questionnaires import Score, absent, scores_of
from analysis.cohort.table import CohortTable
from analysis.cohort.variables import COLUMNS, GROUP, PATIENT
from analysis.counting import first_few
from analysis.errors import CohortError

NUMERIC_FROM: Final = 6
"""A column of numbers with at least so many different values is a measurement, with fewer a set of categories."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One column to compare with: a score, an outcome that is a number, or (``categories``) one that is a word."""

    column: str
    label: str
    source: str
    better: str = ""
    categories: tuple[str, ...] = ()
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class OtherTable:
    """A table to join. ``frame`` is indexed by pseudonym, with the columns of ``measures``."""

    name: str
    frame: pd.DataFrame
    places: dict[str, str]
    measures: tuple[Measure, ...]
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    """Patients of one table whom another lacks: at which places, never who."""

    table: str
    lacking: str
    places: tuple[str, ...]
    patients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Everything by patient: the cohort's rows, with what the other tables say of them."""

    frame: pd.DataFrame
    measures: tuple[Measure, ...]
    unmatched: tuple[Unmatched, ...]
    absent: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, from the least severe by their mean eye closure and mouth distance change."""
        present = self.frame.dropna(subset=[GROUP])
        amplitude = present[list(COLUMNS[:2])]
        z = (amplitude - amplitude.mean()) / amplitude.std().replace(0.0, 1.0)
        mean = z.mean(axis=1).groupby(present[GROUP]).mean()
        return tuple(str(name) for name in mean.sort_values().index)


def read_quality_of_life(path: Path) -> OtherTable:
    """A table of SF-36 and HFS-8 scores. Raises ``CohortError`` for wrong columns, values and pseudonyms, by line."""
    table = read_delimited(path, required=(PATIENT,))
    scores = scores_of(tuple(name for name in table.header if name != PATIENT), file=path.name)
    patients = _patients(table)
    columns, wrong = {}, []
    for header, score in scores.items():
        values = table.numbers(header)
        wrong += [
            f"{line.place}: {header} is {value:g}, must be {score.low:g} to {score.high:g}"
            for line, value in zip(table.lines, values, strict=True)
            if value is not None and not score.low <= value <= score.high
        ]
        columns[score.column] = values
    if wrong:
        raise CohortError(
            f"{path.name}: values that cannot be: {first_few(wrong, separator='; ')}. Mend them, or leave the fields empty"
        )
    return OtherTable(
        name="quality of life",
        frame=pd.DataFrame(columns, index=pd.Index(patients, name=PATIENT), dtype=np.float64),
        places=dict(zip(patients, (line.place for line in table.lines), strict=True)),
        measures=tuple(_scored(score, columns[score.column]) for score in scores.values()),
        absent=absent(scores),
    )


def _scored(score: Score, values: Sequence[float | None]) -> Measure:
    return Measure(
        column=score.column,
        label=score.label,
        source="quality of life",
        better=score.better,
        missing=sum(value is None for value in values),
    )


def read_outcomes(path: Path, *, categorical: Sequence[str] = ()) -> OtherTable:
    """A table of outcomes: numbers or words. ``categorical`` names columns whose numbers are codes.

    Raises:
        CohortError: there is no column of outcomes, one is empty or has more than ``MOST_CATEGORIES`` different words, a
            column named in ``categorical`` is not there, words look like names or free text, or the pseudonyms are wrong.
    """
    table = read_delimited(path, required=(PATIENT, *categorical))
    patients = _patients(table)
    names = [name for name in table.header if name != PATIENT]
    if not names:
        raise CohortError(f"{path.name}: no column of an outcome beside {PATIENT!r}")
    found = {name: _outcome(table, name, coded=name in categorical) for name in names}
    return OtherTable(
        name="outcome",
        frame=pd.DataFrame(
            {name: values for name, (_, values) in found.items()}, index=pd.Index(patients, name=PATIENT)
        ),
        places=dict(zip(patients, (line.place for line in table.lines), strict=True)),
        measures=tuple(measure for measure, _ in found.values()),
    )


def _outcome(table: Delimited, name: str, *, coded: bool) -> tuple[Measure, list[float | None] | list[str | None]]:
    words = [table.cell(line, name) or None for line in table.lines]
    different = sorted({word for word in words if word is not None})
    missing = words.count(None)
    if not different:
        raise CohortError(f"{table.path.name}: the column {name!r} is empty: fill or remove it")
    if not coded and len(different) >= NUMERIC_FROM:
        try:
            return Measure(column=name, label=name, source="outcome", missing=missing), table.numbers(name)
        except CohortError as error:
            if len(different) > MOST_CATEGORIES:
                raise CohortError(
                    f"{table.path.name}: the column {name!r} holds {len(different)} different entries, neither all numbers nor "
                    f"at most {MOST_CATEGORIES} categories ({error}): mend or remove it"
                ) from error
    if len(different) > MOST_CATEGORIES:
        raise CohortError(
            f"{table.path.name}: the column {name!r} holds {len(different)} categories, at most {MOST_CATEGORIES} can be "
            "compared: join some of them, or remove it"
        )
    check_categories(table, name)
    measure = Measure(column=name, label=name, source="outcome", categories=tuple(different), missing=missing)
    return measure, words


def _patients(table: Delimited) -> list[str]:
    patients = [table.cell(line, PATIENT) for line in table.lines]
    try:
        check_pseudonyms([(line.place, patient) for line, patient in zip(table.lines, patients, strict=True)])
    except CohortError as error:
        raise CohortError(f"{table.path.name}: {error}") from error
    return patients


def join(cohort: CohortTable, others: Sequence[OtherTable]) -> Joined:
    """Join by pseudonym; patients who are in one table only are listed by their place.

    Raises:
        CohortError: nobody is in the cohort and in another table, or two tables have a column of the same name.
    """
    frame = pd.DataFrame(cohort.values, columns=list(COLUMNS), index=pd.Index(cohort.patients, name=PATIENT))
    frame[GROUP] = pd.Series(list(cohort.groups), index=frame.index, dtype=object)
    here = dict(zip(cohort.patients, cohort.places, strict=True))
    unmatched: list[Unmatched] = []
    for other in others:
        common = [column for column in other.frame.columns if column in frame.columns]
        if common:
            raise CohortError(f"{', '.join(map(repr, common))} is a column of two tables: rename one")
        if not here.keys() & other.places.keys():
            raise CohortError(
                f"no patient is in both the cohort and the {other.name} table: do they use the same pseudonyms?"
            )
        unmatched.append(_unmatched("cohort", here, other.name, other.places))
        unmatched.append(_unmatched(other.name, other.places, "cohort", here))
        frame = frame.join(other.frame, how="left")
    return Joined(
        frame=frame,
        measures=tuple(measure for other in others for measure in other.measures),
        unmatched=tuple(each for each in unmatched if each.places),
        absent=tuple(column for other in others for column in other.absent),
    )


def _unmatched(name: str, places: dict[str, str], lacking: str, others: dict[str, str]) -> Unmatched:
    only = [patient for patient in places if patient not in others]
    return Unmatched(table=name, lacking=lacking, places=tuple(places[each] for each in only), patients=tuple(only))
