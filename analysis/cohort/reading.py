"""Where a cohort comes from: a table, or stored results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.cohort.categories import check_categories
from analysis.cohort.delimited import read_delimited
from analysis.cohort.table import CohortRow, CohortTable, LeftOut, cohort_table
from analysis.cohort.variables import COLUMNS, GROUP, PATIENT, vector
from analysis.counting import first_few
from analysis.errors import CohortError
from analysis.results import SCHEMA
from analysis.spasm.results import SpasmClass, Variables
from analysis.values import Status

RESULT: Final = "result.json"
RESULT_COLUMN: Final = "result"
_EMPTY: Final = (None,) * len(COLUMNS)


class _Source(BaseModel):
    """Which object a result is of; the rest of it is not read here."""

    model_config = ConfigDict(frozen=True)

    sop_instance_uid: str | None = None


class _Provenance(BaseModel):
    """What computed a result."""

    model_config = ConfigDict(frozen=True)

    pipeline_version: str


class _Variables(BaseModel):
    """The four variables of a result, in the order of ``VARIABLES``."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    eye_closure_pct: float | None = None
    mouth_distance_change_pct_iod: float | None = None
    rate_per_min: float | None = None
    repetition: float | None = None


class _Spasm(BaseModel):
    """What a result says of spasms, as far as a cohort needs it."""

    model_config = ConfigDict(frozen=True)

    status: Status
    class_: SpasmClass | None = Field(default=None, alias="class")
    variables: _Variables | None = None


class _Recorded(BaseModel):
    """The part of a result that a cohort is made of, whatever else a later version says, within ``spasm`` too."""

    model_config = ConfigDict(frozen=True)

    schema_: Annotated[Literal["vultus.analysis/1"], Field(alias="schema")]
    source: _Source
    provenance: _Provenance | None = None
    spasm: _Spasm | None = None


@dataclass(frozen=True, kw_only=True)
class StoredResult:
    """A result.json and what it says of spasms. ``place`` is its number among those that were read."""

    place: str
    path: Path
    uid: str | None
    spasm: _Spasm | None
    pipeline_version: str | None

    def kept_out(self) -> str | None:
        """Why it can be no part of a cohort; none where it can."""
        if self.spasm is None:
            return "spasms were not looked for by the version that wrote the result"
        if self.spasm.status is Status.NOT_ASSESSABLE:
            return "spasm not assessable"
        if self.spasm.class_ is SpasmClass.NONE:
            return "no spasm"
        return None

    def group(self) -> str | None:
        """The class it says; none where that is indeterminate."""
        found = None if self.spasm is None else self.spasm.class_
        return None if found in (None, SpasmClass.INDETERMINATE) else found.value


def read_cohort(paths: Sequence[Path], *, patients: Path | None = None, mixed_versions: bool = False) -> CohortTable:
    """The cohort in one CSV table, or in results: files, or directories that are searched for ``result.json``.

    Without ``patients`` a result's pseudonym is the name of its directory, as ``vultus analyze --out`` makes it. With it, a
    CSV with the columns ``result`` (path, as from the working directory or from the CSV, or SOP Instance UID) and
    ``patient``; results that it does not list are left out. Results of several pipeline versions are refused unless
    ``mixed_versions``: their numbers are not the same, and the difference would pass for one between patients.

    Raises:
        CohortError: something cannot be read, tables contradict themselves, or versions are mixed.
    """
    tables = [path for path in paths if path.suffix.lower() == ".csv"]
    if not tables:
        return _from_results(tuple(_results(paths)), patients, mixed_versions=mixed_versions)
    if len(paths) > 1 or patients is not None:
        raise CohortError("a cohort is either one CSV, or results with or without a file of patients: not both")
    return _from_table(tables[0])


def _from_table(path: Path) -> CohortTable:
    table = read_delimited(path, required=(PATIENT, *COLUMNS))
    values = zip(*(table.numbers(column) for column in COLUMNS), strict=True)
    grouped = GROUP in table.header
    if grouped:
        check_categories(table, GROUP)
    return cohort_table(
        [
            CohortRow(
                place=line.place,
                patient=table.cell(line, PATIENT),
                values=row,
                group=(table.cell(line, GROUP) or None) if grouped else None,
            )
            for line, row in zip(table.lines, values, strict=True)
        ]
    )


def _results(paths: Sequence[Path]) -> Iterator[StoredResult]:
    seen: set[Path] = set()
    for path in paths:
        found = sorted(path.rglob(RESULT)) if path.is_dir() else [path]
        if not found:
            raise CohortError(f"there is no {RESULT} in {path} or below: name what 'vultus analyze --out' wrote")
        for each in found:
            if each.resolve() not in seen:
                seen.add(each.resolve())
                yield _read_result(each, place=f"result {len(seen)}")


def _read_result(path: Path, *, place: str) -> StoredResult:
    try:
        recorded = _Recorded.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CohortError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "the whole"
        raise CohortError(
            f"{path} is no result of this version ({SCHEMA}; wrong: {where}): analyse the recording again, or leave it out"
        ) from error
    return StoredResult(
        place=place,
        path=path,
        uid=recorded.source.sop_instance_uid,
        spasm=recorded.spasm,
        pipeline_version=None if recorded.provenance is None else recorded.provenance.pipeline_version,
    )


def _from_results(results: Sequence[StoredResult], patients: Path | None, *, mixed_versions: bool) -> CohortTable:
    if patients is None:
        named = {result.path: result.path.resolve().parent.name for result in results}
    else:
        named = _mapped(results, patients)
    rows, left_out = [], []
    used: dict[str, str] = {}
    for result in results:
        reason = result.kept_out() if result.path in named else "not listed in the file of patients"
        if reason is not None:
            left_out.append(LeftOut(place=result.place, reason=reason, file=str(result.path)))
            continue
        found = result.spasm.variables if result.spasm else None
        values = _EMPTY if found is None else vector(Variables(**found.model_dump()))
        if result.pipeline_version is not None:
            used.setdefault(result.pipeline_version, result.place)
        rows.append(
            CohortRow(
                place=result.place,
                patient=named[result.path],
                values=values,
                group=result.group(),
                file=str(result.path),
            )
        )
    if len(used) > 1 and not mixed_versions:
        told = ", ".join(f"{version} (first {place})" for version, place in sorted(used.items()))
        raise CohortError(
            f"the results are of pipeline versions {told}: their numbers are not the same, and the difference would pass for "
            "one between patients. Analyse all recordings with one version, or insist with --mixed-versions"
        )
    try:
        return replace(cohort_table(rows, left_out), pipeline_versions=tuple(sorted(used)))
    except CohortError as error:
        if patients is not None:
            raise
        raise CohortError(
            f"{error}. A result's pseudonym is the name of its directory unless --patients names a CSV with the columns "
            f"{RESULT_COLUMN!r} and {PATIENT!r}"
        ) from error


def _mapped(results: Sequence[StoredResult], patients: Path) -> dict[Path, str]:
    table = read_delimited(patients, required=(RESULT_COLUMN, PATIENT))
    by_uid: dict[str, Path] = {}
    for result in results:
        if result.uid is not None and result.uid in by_uid:
            raise CohortError(f"{by_uid[result.uid]} and {result.path} are of the same object: name one of them")
        if result.uid is not None:
            by_uid[result.uid] = result.path
    by_path = {result.path.resolve(): result.path for result in results}
    named: dict[Path, str] = {}
    unknown = []
    for line in table.lines:
        text = table.cell(line, RESULT_COLUMN)
        places = [base / text / tail for base in (Path(), patients.parent) for tail in ("", RESULT)]
        found = by_uid.get(text) or next((by_path[at.resolve()] for at in places if at.resolve() in by_path), None)
        if found is None:
            unknown.append(line.place)
        elif found in named:
            raise CohortError(f"{patients.name}: {line.place} names a result that a line before it names: keep one")
        else:
            named[found] = table.cell(line, PATIENT)
    if unknown:
        raise CohortError(
            f"{patients.name}: {first_few(unknown)} name no result that was given: a result is named by the path of its "
            f"{RESULT} or of its directory, or by its SOP Instance UID"
        )
    return named
