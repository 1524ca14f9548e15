"""``vultus evaluate agreement``: our grades beside clinicians', and our numbers beside themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.files import write_durably
from service.version import SOFTWARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.evaluation.agreement_results import Assessed
    from analysis.evaluation.agreement_values import Agreement
    from analysis.evaluation.repeatability import Repeatability

_TOLD = 5


def agreement(
    results: Annotated[
        list[Path],
        typer.Argument(exists=True, help="result.json files, or folders that `vultus analyze --out` filled."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", file_okay=False, help="Directory for the tables and the PDF; it is made if it is missing."
        ),
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
    found = find_results(results)
    judged = None if clinicians is None else _agreement(clinicians, found)
    repeated = None if repeats is None else _repeatability(repeats, found)
    out.mkdir(parents=True, exist_ok=True)
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
    from analysis.evaluation.agreement_csv import agreement_csv
    from reports.agreement_report import in_short, render_agreement

    write_durably(out / "agreement.json", found.model_dump_json(indent=1).encode())
    write_durably(out / "agreement.csv", agreement_csv(found).encode())
    write_durably(out / "agreement.pdf", render_agreement(found))
    for line in in_short(found):
        typer.echo(line)
    _name(found.without_result, "recordings of the table without a result")
    _name(found.without_grade, "results without a grade")
    _name(found.ignored_columns, "columns of the table that were not used")
    typer.echo(f"  {out / 'agreement.pdf'}")


def _write_repeatability(found: Repeatability, out: Path) -> None:
    from analysis.evaluation.agreement_csv import repeatability_csv
    from reports.agreement_repeatability import in_short, render_repeatability

    write_durably(out / "repeatability.json", found.model_dump_json(indent=1).encode())
    write_durably(out / "repeatability.csv", repeatability_csv(found).encode())
    write_durably(out / "repeatability.pdf", render_repeatability(found))
    for line in in_short(found):
        typer.echo(line)
    _name(found.without_result, "recordings of the table without a result")
    _name(found.ignored_columns, "columns of the table that were not used")
    typer.echo(f"  {out / 'repeatability.pdf'}")


def _name(names: Sequence[str], what: str) -> None:
    if names:
        more = f", and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        typer.echo(f"{what} ({len(names)}): {', '.join(names[:_TOLD])}{more}", err=True)
