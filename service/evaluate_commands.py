"""``vultus evaluate``: how far the numbers can be trusted. Thin, as all of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.evaluation.landmark_values import OWN, PLAIN, VULTUS

evaluate_app = typer.Typer(no_args_is_help=True, help="Landmark error rates; agreement with clinicians.")
landmarks_app = typer.Typer(
    no_args_is_help=True,
    help="How often landmarks are off, by raters' eyes: prepare pictures, let people rate them, report.",
)
evaluate_app.add_typer(landmarks_app, name="landmarks")

_EXIT_UNREADABLE = 3


@landmarks_app.command()
def prepare(
    paths: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="DICOM objects, videos or images.")],
    out: Annotated[Path, typer.Option("--out", help="Directory for the study; it must be new or empty.")],
    frames: Annotated[int, typer.Option(min=1, max=1000, help="Frames shown of each recording.")] = 8,
    algorithm: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(OWN)}; repeatable. Without: {VULTUS} and {PLAIN}.")
    ] = None,
    landmarks: Annotated[
        Path | None,
        typer.Option(
            help="Another algorithm's landmarks: CSV with recording, frame, algorithm, region, point, x_px, y_px."
        ),
    ] = None,
    repeats: Annotated[float, typer.Option(min=0, max=1, help="Share of the pictures that are shown twice.")] = 0.1,
    measured_only: Annotated[
        bool, typer.Option("--measured-only", help="Only frames that Vultus would measure; else any with a face.")
    ] = False,
    mark_positions: Annotated[
        bool, typer.Option("--mark-positions", help="Also a folder of bare frames for people who mark true positions.")
    ] = False,
    mirrored: Annotated[bool, typer.Option("--mirrored", help="The recordings show a mirror image (selfie).")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the choice of frames.")] = 1,
    config: Annotated[Path | None, typer.Option("--config", help="TOML file; without one the defaults hold.")] = None,
) -> None:
    """Make the pictures that raters judge: shuffled, blinded, some of them twice. The key goes to a folder of its own."""
    from analysis import model
    from service.configuration import load
    from service.landmark_preparing import PrepareOptions, prepare_study

    chosen = tuple(dict.fromkeys(algorithm or (VULTUS, PLAIN)))
    for name in chosen:
        if name not in OWN:
            raise typer.BadParameter(f"there is no algorithm {name!r}: choose from {', '.join(OWN)}")
    configuration = load(config)
    model.verify(model.default_path())
    options = PrepareOptions(
        frames=frames,
        seed=seed,
        algorithms=chosen,
        landmarks=landmarks,
        repeats=repeats,
        measured_only=measured_only,
        bare_frames=mark_positions,
        mirrored=mirrored,
    )
    prepared = prepare_study(paths, out, options, configuration)
    typer.echo(
        f"pictures: {prepared.pictures}, of them shown a second time: {prepared.repeats}; frames: {prepared.frames}; "
        f"recordings: {prepared.recordings}"
    )
    typer.echo(f"  for the raters   {prepared.raters}: let them open rate.html, or fill in ratings.csv")
    typer.echo(f"  for you alone    {prepared.owner}: the key; raters must not see it")
    for remark in prepared.remarks:
        typer.echo(f"  note             {remark}")
    typer.echo("These pictures show people who can be recognised: keep and delete them as you do the recordings.")
    for path, reason in prepared.unread:
        typer.echo(f"vultus: {path}: {reason}", err=True)
    if prepared.unread:
        raise typer.Exit(_EXIT_UNREADABLE)


@landmarks_app.command()
def report(
    ratings: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="The raters' tables, one file for each rater.")
    ],
    study: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="The directory that `prepare` filled, or its owner's part."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Directory for the results; it is made if it is missing.")],
    severity: Annotated[Path | None, typer.Option(help="CSV with recording, group: errors by severity.")] = None,
    positions: Annotated[
        Path | None, typer.Option(help="CSV with frame_id, point, x_px, y_px: positions that people marked.")
    ] = None,
    minor: Annotated[
        float, typer.Option(min=0, max=1, help="What a minor error counts; ours, the paper's is not published.")
    ] = 0.5,
    major: Annotated[float, typer.Option(min=0.01, max=1, help="What a major error counts; ours.")] = 1.0,
    lost_is_major: Annotated[
        bool, typer.Option("--lost-is-major", help="Count features that an algorithm did not find as major errors.")
    ] = False,
    config: Annotated[Path | None, typer.Option("--config", help="TOML file; without one the defaults hold.")] = None,
) -> None:
    """Error rates by algorithm, feature and severity, ANOVA, position errors, and how far the raters agree: PDF, CSV, JSON."""
    from service.configuration import load
    from service.landmark_reporting import ReportOptions, report_study

    if minor > major:
        raise typer.BadParameter(f"a minor error ({minor:g}) cannot count more than a major one ({major:g})")
    options = ReportOptions(
        severity=severity, positions=positions, minor=minor, major=major, lost_is_major=lost_is_major
    )
    reported = report_study(ratings, study, out, options, load(config))
    for sentence in reported.sentences:
        typer.echo(sentence)
    for path in reported.files:
        typer.echo(f"  {path}")
