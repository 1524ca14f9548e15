"""``vultus cohort``: groups of a site's own patients, their model, and what they have to do with quality of life and outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    import pandas as pd

    from analysis.cohort.compare import Comparison
    from analysis.cohort.fit import Fit

cohort_app = typer.Typer(no_args_is_help=True, help="Spasm groups of a site's own patients. Research use only.")

_LONG = 200
"""Patients from which on a fit is announced, because it takes long."""

InputArgument = Annotated[
    list[Path],
    typer.Argument(
        exists=True,
        help="result.json files, directories that hold them, or one CSV with the columns that are documented.",
    ),
]
PatientsOption = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="CSV with 'result' (path or SOP Instance UID) and 'patient' (pseudonym); else directories name the patients.",
    ),
]
OutOption = Annotated[Path, typer.Option("--out", help="Directory for the documents; it is made if it is missing.")]
MixedOption = Annotated[
    bool, typer.Option("--mixed-versions", help="Take results of several pipeline versions together all the same.")
]
PageOption = Annotated[Literal["A4", "Letter"], typer.Option("--page-size", help="Of the PDF.")]


@cohort_app.command()
def fit(
    inputs: InputArgument,
    out: OutOption,
    patients: PatientsOption = None,
    name: Annotated[str, typer.Option(help="What the model is called in results and reports.")] = "site cohort",
    model_version: Annotated[str, typer.Option("--model-version", help="Its version.")] = "1",
    groups: Annotated[int, typer.Option(min=2, max=6, help="Groups of the model; only 3 have class names.")] = 3,
    at_least: Annotated[int, typer.Option("--at-least", min=60, help="Refuse fewer patients.")] = 60,
    mixed_versions: MixedOption = False,
    page_size: PageOption = "A4",
) -> None:
    """Look for groups in the four variables: cohort-model.json, cohort.csv, left-out.csv, cohort.pdf and its figures."""
    from analysis.cohort import fit as fitting
    from analysis.cohort.reading import read_cohort
    from analysis.cohort.settings import FitSettings
    from analysis.errors import CohortError
    from service.research_output import check_directory
    from service.version import SOFTWARE

    for value, longest in ((name, 64), (model_version, 32)):
        if not 0 < len(value.strip()) <= longest:
            raise typer.BadParameter(f"a name has 1 to 64 characters, a version 1 to 32; {value!r} has not")
    check_directory(out, CohortError)
    _keep_signed_off(out)
    table = read_cohort(inputs, patients=patients, mixed_versions=mixed_versions)
    if len(table) > _LONG:
        typer.echo(f"looking for groups among {len(table)} patients: this may take minutes", err=True)
    made = fitting.fit(
        table,
        FitSettings(groups=groups, at_least=at_least),
        name=name,
        version=model_version,
        created=datetime.now(UTC).replace(microsecond=0),
        software=SOFTWARE,
    )
    _write_fit(made, out, page_size)


def _keep_signed_off(out: Path) -> None:
    """Refuse a directory whose model the service may be using. Raises ``CohortError``."""
    from analysis.cohort.model_file import MODEL, read_model
    from analysis.errors import CohortError

    if not (out / MODEL).exists():
        return
    model = read_model(out / MODEL)
    if model.approved_by is not None:
        raise CohortError(
            f"{out / MODEL} was signed off by {model.approved_by} on {model.approved_on} and may be in use: "
            "choose another directory with --out"
        )


def _write_fit(made: Fit, out: Path, page_size: str) -> None:
    from analysis.cohort.assigned import LEFT_OUT, TABLE, assigned, left_out
    from analysis.cohort.model_file import MODEL, as_json
    from analysis.counting import counted
    from analysis.errors import CohortError
    from reports import cohort_words
    from reports.cohort_figures import fit_figures
    from reports.cohort_report import render_cohort
    from reports.cohort_style import as_png, as_svg
    from service.research_output import writing_to

    documents = {
        "cohort.pdf": render_cohort(made, page_size=page_size),
        TABLE: _csv(assigned(made)),
        LEFT_OUT: _csv(left_out(made.table)),
    }
    for stem, figure in fit_figures(made).items():
        documents[f"{stem}.svg"] = as_svg(figure)
        documents[f"{stem}.png"] = as_png(figure)
    if made.usable:
        documents[MODEL] = as_json(made.model)
    else:
        # it would look as if it belonged to the report beside it
        with writing_to(out, CohortError):
            (out / MODEL).unlink(missing_ok=True)
    _write(out, documents)
    typer.echo(f"{cohort_words.verdict(made)}\n{cohort_words.meaning(made)}")
    if warning := cohort_words.versions(made):
        typer.echo(warning)
    if made.table.left_out:
        typer.echo(f"left out: {'; '.join(f'{count} ({reason})' for reason, count in made.table.reasons())}")
    typer.echo(cohort_words.alone(made))
    if made.usable and made.model.named:
        for group in made.model.groups:
            called = (group.name or "").replace("_", " ")
            typer.echo(f"group {group.number}: proposed as {called}, {counted(group.patients, 'patient')}")
        typer.echo(f"sign it off with: vultus cohort approve {out / MODEL} --by NAME --on DATE")
    typer.echo(str(out / "cohort.pdf"))


@cohort_app.command()
def approve(
    model: Annotated[Path, typer.Argument(help="cohort-model.json")],
    by: Annotated[str, typer.Option("--by", help="Who read the report and answers for the names of the groups.")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="When.")],
    names: Annotated[
        str | None,
        typer.Option(help="Classes of group 1, 2 and 3, comma-separated, where the proposal does not fit."),
    ] = None,
) -> None:
    """Sign a model off, so that the service may use it."""
    from analysis.cohort.model import CLASSES
    from analysis.cohort.model_file import approved, as_json, read_model
    from analysis.errors import CohortError
    from analysis.spasm.results import SpasmClass
    from service.files import write_durably
    from service.research_output import writing_to

    chosen = None
    if names is not None:
        words = [each.strip() for each in names.split(",")]
        if sorted(words) != sorted(CLASSES):
            raise typer.BadParameter(f"--names needs each of {', '.join(CLASSES)} once, not {names!r}")
        chosen = tuple(SpasmClass(each) for each in words)
    # the day here or in Greenwich, whichever is later: a model's creation is dated in UTC
    today = max(datetime.now().astimezone().date(), datetime.now(UTC).date())
    if on.date() > today:
        raise CohortError(f"{on:%Y-%m-%d} is in the future, today is {today}: give the day on which it is signed off")
    signed = approved(read_model(model), by=by, on=on.date(), names=chosen)
    with writing_to(model.parent, CohortError):
        write_durably(model, as_json(signed))
    typer.echo(f"{signed.title}: signed off by {signed.approved_by} on {signed.approved_on}")
    for group in signed.groups:
        typer.echo(f"group {group.number}: {(group.name or '').replace('_', ' ')}")


@cohort_app.command()
def compare(
    inputs: InputArgument,
    out: OutOption,
    quality_of_life: Annotated[
        Path | None,
        typer.Option("--qol", exists=True, dir_okay=False, help="CSV: patient, and scores of SF-36 and HFS-8."),
    ] = None,
    outcome: Annotated[
        Path | None, typer.Option("--outcome", exists=True, dir_okay=False, help="CSV: patient, and outcomes.")
    ] = None,
    patients: PatientsOption = None,
    categorical: Annotated[
        list[str] | None, typer.Option(help="A column of the outcome whose numbers are codes; may be repeated.")
    ] = None,
    correction: Annotated[
        Literal["holm", "bh"], typer.Option(help="For several tests: Holm, or Benjamini and Hochberg.")
    ] = "holm",
    mixed_versions: MixedOption = False,
    page_size: PageOption = "A4",
) -> None:
    """Hold variables and groups (cohort.csv or results) against quality of life and outcome: comparison.pdf and tables."""
    from analysis.cohort import compare as comparing
    from analysis.cohort.joining import join, read_outcomes, read_quality_of_life
    from analysis.cohort.reading import read_cohort
    from analysis.cohort.settings import CompareSettings
    from analysis.errors import CohortError
    from service.research_output import check_directory

    if quality_of_life is None and outcome is None:
        raise typer.BadParameter("name a table to compare with: --qol, --outcome, or both")
    check_directory(out, CohortError)
    others = [
        *([read_quality_of_life(quality_of_life)] if quality_of_life else []),
        *([read_outcomes(outcome, categorical=categorical or ())] if outcome else []),
    ]
    made = comparing.compare(
        join(read_cohort(inputs, patients=patients, mixed_versions=mixed_versions), others),
        CompareSettings(),
        comparing.Correction(correction),
    )
    _write_comparison(made, out, page_size)


def _write_comparison(made: Comparison, out: Path, page_size: str) -> None:
    from analysis.cohort.tables import correlation_table, difference_table, unmatched_table
    from reports import cohort_comparison_words
    from reports.cohort_comparison import render_comparison
    from reports.cohort_comparison_figures import comparison_figures
    from reports.cohort_style import as_png, as_svg

    documents = {
        "comparison.pdf": render_comparison(made, page_size=page_size),
        "correlations.csv": _csv(correlation_table(made)),
        "differences.csv": _csv(difference_table(made)),
        "unmatched.csv": _csv(unmatched_table(made)),
    }
    for stem, figure in comparison_figures(made).items():
        documents[f"{stem}.svg"] = as_svg(figure)
        documents[f"{stem}.png"] = as_png(figure)
    _write(out, documents)
    typer.echo(cohort_comparison_words.verdict(made))
    for sentence in cohort_comparison_words.joined(made):
        typer.echo(sentence)
    typer.echo(str(out / "comparison.pdf"))


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _write(out: Path, documents: dict[str, bytes]) -> None:
    from analysis.errors import CohortError
    from service.research_output import write_documents

    write_documents(out, documents, CohortError)
