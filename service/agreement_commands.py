"""``vultus evaluate agreement``: our grades beside clinicians', and our numbers beside themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.errors import EvaluationError
from service.research_output import check_directory, write_documents
from service.version import SOFTWARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.evaluation.agreement_results import Assessed
    from analysis.evaluation.agreement_values import Agreement
    from analysis.evaluation.repeatability import Repeatability

_TOLD = 5
_KEY = "agreement-recordings.csv"
"""Which number is which recording: for the owner of the study, because folders may be called after people."""


def agreement(
    results: Annotated[
        list[Path],
        typer.Argument(exists=True, help="result.json files, or folders that `vultus analyze --out` filled."),
    ],
    out: Annotated[
        Path, typer.Option("--out", help="Directory for the tables and the PDF; it is made if it is missing.")
    ],
    clinicians: Annotated[
        Path | None,
        typer.Option(
            "--clinicians",
            exists=True,
            dir_okay=False,
            help="CSV, one row for each rater and recording: recording (or patient), rater, and any of house_brackmann, "
            "sunnybrook, eface, fngs, fngs_grade, fame, fame_severity, affected_side, pattern, spasm_side, spasm_class.",
        ),
    ] = None,
    repeats: Annotated[
        Path | None,
        typer.Option(
            "--repeats",
            exists=True,
            dir_okay=False,
            help="CSV of patients recorded more than once without change: patient, recording, and visit (a number or a date) "
            "where the rows are not in order.",
        ),
    ] = None,
) -> None:
    """Hold our grades against clinicians', and our numbers against themselves: agreement.* and repeatability.* in DIR."""
    from analysis.evaluation.agreement_results import find_results

    if clinicians is None and repeats is None:
        raise typer.BadParameter(
            "name a table with --clinicians, with --repeats, or both: there is nothing to compare with"
        )
    check_directory(out, EvaluationError)
    found = find_results(results)
    judged = None if clinicians is None else _agreement(clinicians, found)
    repeated = None if repeats is None else _repeatability(repeats, found)
    if judged is not None:
        _write_agreement(judged, out)
    if repeated is not None:
        _write_repeatability(repeated, out)


def _agreement(table: Path, results: Sequence[Assessed]) -> Agreement:
    from analysis.evaluation.agreement import agree
    from analysis.evaluation.agreement_grades import read_grades

    return agree(read_grades(table, results), results, software=SOFTWARE)


def _repeatability(table: Path, results: Sequence[Assessed]) -> Repeatability:
    from datetime import UTC, datetime

    from analysis.evaluation.repeatability import measure_repeatability
    from analysis.evaluation.repeatability_visits import read_visits

    return measure_repeatability(read_visits(table, results), software=SOFTWARE, created=datetime.now(UTC))


def _write_agreement(found: Agreement, out: Path) -> None:
    from analysis.evaluation.agreement_csv import agreement_csv, recordings_csv
    from reports.agreement_report import in_short, render_agreement

    documents = {
        "agreement.json": found.model_dump_json(indent=1).encode(),
        "agreement.csv": agreement_csv(found).encode(),
        _KEY: recordings_csv(found).encode(),
        "agreement.pdf": render_agreement(found),
    }
    write_documents(out, documents, EvaluationError)
    for line in in_short(found):
        typer.echo(line)
    numbered = found.numbered()
    _name(numbered.without_result, "recordings of the table without a result")
    _name(numbered.without_grade, "results without a grade")
    if numbered.without_result or numbered.without_grade:
        typer.echo(f"which recording has which number stands in {out / _KEY}", err=True)
    _name(found.ignored_columns, "columns of the table that were not used")
    typer.echo(f"  {out / 'agreement.pdf'}")


def _write_repeatability(found: Repeatability, out: Path) -> None:
    from analysis.evaluation.agreement_csv import repeatability_csv
    from reports.agreement_repeatability import in_short, render_repeatability

    documents = {
        "repeatability.json": found.model_dump_json(indent=1).encode(),
        "repeatability.csv": repeatability_csv(found).encode(),
        "repeatability.pdf": render_repeatability(found),
    }
    write_documents(out, documents, EvaluationError)
    for line in in_short(found):
        typer.echo(line)
    if found.without_result:
        count = len(found.without_result)
        typer.echo(f"recordings of the table without a result: {count}; repeatability.json names them", err=True)
    _name(found.ignored_columns, "columns of the table that were not used")
    typer.echo(f"  {out / 'repeatability.pdf'}")


def _name(names: Sequence[str], what: str) -> None:
    if names:
        more = f", and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        typer.echo(f"{what} ({len(names)}): {', '.join(names[:_TOLD])}{more}", err=True)
