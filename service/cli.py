"""The command line. Thin: every command reads its arguments, calls one function, and prints what came of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from analysis import model as landmark_model
from analysis.errors import AnalysisError, ModelError
from analysis.phantom import PRESETS
from dicom_io.errors import DicomIoError, ListenError, UnreadableInput
from dicom_io.peers import valid_ae_title
from reports.errors import ReportError
from service.agreement_commands import agreement
from service.cohort_commands import cohort_app
from service.configuration import Configuration, load
from service.errors import AlreadyRunning, ChildError, ConfigurationError, NoSuchJob, StorageError, VultusError
from service.evaluate_commands import evaluate_app
from service.version import SOFTWARE

if TYPE_CHECKING:
    from service.acceptance_trial import Trial
    from service.phantoms import PhantomFiles

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Face-video analysis for a hospital PACS. Research use only - not for diagnosis.",
)
jobs_app = typer.Typer(no_args_is_help=True, help="The work and the quarantine.")
model_app = typer.Typer(no_args_is_help=True, help="The landmark model bundle.")
app.add_typer(jobs_app, name="jobs")
app.add_typer(model_app, name="model")
app.add_typer(cohort_app, name="cohort")
app.add_typer(evaluate_app, name="evaluate")
evaluate_app.command()(agreement)

ConfigOption = Annotated[Path | None, typer.Option("--config", help="TOML file; without one the defaults hold.")]
OutOption = Annotated[Path, typer.Option("--out", help="Directory for the results; it is made if it is missing.")]

EXIT_FAILED, EXIT_UNREADABLE, EXIT_UNUSABLE = 1, 3, 4
_UNUSABLE = (ConfigurationError, AlreadyRunning, ListenError, ModelError)


def main() -> None:
    """Run a command; every error that was foreseen is one sentence on standard error."""
    try:
        app()
    except SystemExit as ended:
        _leave(ended.code if isinstance(ended.code, int) else int(ended.code is not None))
    except (VultusError, DicomIoError, AnalysisError, ReportError) as error:
        typer.echo(f"vultus: {error}", err=True)
        unusable = isinstance(error, _UNUSABLE) or (
            isinstance(error, StorageError) and not isinstance(error, NoSuchJob)
        )
        _leave(EXIT_UNUSABLE if unusable else EXIT_FAILED)
    except BaseException:  # noqa: BLE001 - shown as Python shows it
        sys.excepthook(*sys.exc_info())
        _leave(EXIT_FAILED)


def _leave(code: int) -> NoReturn:
    """End without waiting for threads: an analysis under way may take an hour more, and goes on at the next start."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(SOFTWARE)
        raise typer.Exit


@app.command()
def serve(config: ConfigOption = None) -> None:
    """Run all roles on this machine."""
    from service.logs import configure_logging
    from service.store import open_store
    from service.supervisor import supervise
    from service.waiting import StopSignal

    configuration = load(config)
    configure_logging("serve", level=configuration.log.level)
    landmark_model.verify(landmark_model.default_path())
    open_store(configuration.storage.root)
    raise typer.Exit(supervise(config, wait=StopSignal().within))


@app.command()
def receive(config: ConfigOption = None) -> None:
    """Run the receiver alone."""
    from service.logs import configure_logging
    from service.receive import receive as run
    from service.store import open_store
    from service.waiting import StopSignal

    configuration = load(config)
    configure_logging("receive", level=configuration.log.level)
    run(configuration, open_store(configuration.storage.root), wait=StopSignal().forever)


@app.command()
def work(config: ConfigOption = None) -> None:
    """Run the worker alone: analyses, reports, deliveries."""
    from service.logs import configure_logging
    from service.store import open_store
    from service.waiting import StopSignal
    from service.work import work as run

    configuration = load(config)
    configure_logging("work", level=configuration.log.level)
    run(configuration, open_store(configuration.storage.root), wait=StopSignal().within)


@app.command()
def console(config: ConfigOption = None) -> None:
    """Run the console alone: health, metrics, exams and jobs."""
    from service.console import serve_console
    from service.logs import configure_logging
    from service.store import open_store
    from service.waiting import StopSignal

    configuration = load(config)
    configure_logging("console", level=configuration.log.level)
    serve_console(configuration, open_store(configuration.storage.root), wait=StopSignal().forever)


@app.command()
def analyze(
    paths: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="DICOM objects, videos or images.")],
    out: OutOption,
    mirrored: Annotated[bool, typer.Option("--mirrored", help="The recordings show a mirror image (selfie).")] = False,
    together: Annotated[
        bool,
        typer.Option(
            "--together", help="The files are one examination of one patient: a report of all of them as well."
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Analyse files: result.json, signals.csv, report.pdf, and for DICOM input sr.dcm and pdf.dcm."""
    from reports import palsy_words, spasm_words
    from reports.words import answer
    from service.analyze import TOGETHER, analyse_path, analyse_together, output_directories

    configuration = load(config)
    landmark_model.verify(landmark_model.default_path())
    done = []
    for path, output in zip(paths, output_directories(paths, out, together=together), strict=True):
        try:
            analysed = analyse_path(path, output, configuration, mirrored=mirrored)
        except (UnreadableInput, ChildError, ReportError, OSError) as error:
            typer.echo(f"vultus: {path}: {error}", err=True)
            continue
        done.append(analysed)
        typer.echo(f"{path.name}: {answer(analysed.report.instances[0])}")
        _say(palsy_words.in_short(analysed.report), spasm_words.told(analysed.report), str(output))
    failures = len(paths) - len(done)
    if together and done:
        exam = analyse_together(done, out / TOGETHER, configuration, unreadable=failures)
        typer.echo(f"{len(done)} recordings together: {palsy_words.in_short(exam.report)}")
        _say(spasm_words.told(exam.report), str(exam.output))
    if failures:
        raise typer.Exit(EXIT_UNREADABLE)


@app.command()
def phantom(
    preset: Annotated[str, typer.Argument(help=f"One of {', '.join(PRESETS)}.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Directory for the files; it is made if it is missing.")
    ] = None,
    fps: Annotated[float, typer.Option(help="Frames per second, 1 to 240.")] = 30.0,
    mirrored: Annotated[bool, typer.Option("--mirrored", help="Render the mirror image.")] = False,
    variable_rate: Annotated[bool, typer.Option("--variable-rate", help="Let the time between frames vary.")] = False,
    smiles: Annotated[int | None, typer.Option(help="How often the movement is repeated.")] = None,
    photograph: Annotated[
        Path | None,
        typer.Option(help="Whom to animate: a picture of one face that you may use; else a portrait of ours."),
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send it through the service of this machine and print the verdict.")
    ] = False,
    calling_ae: Annotated[
        str | None, typer.Option("--calling-ae", help="With --send: as whom; else one that is allowed from here.")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(min=1, help="With --send: seconds to wait for the report; else 600 and the quiet period."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --send: a test study may be left in the configured archives.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Make a face video with known motion: MP4, DICOM object and truth. Or send it through the service, for a verdict."""
    from service.acceptance_trial import Trial
    from service.phantoms import write_phantom

    def render(directory: Path) -> PhantomFiles:
        return write_phantom(
            preset,
            directory,
            fps=fps,
            mirrored=mirrored,
            variable_rate=variable_rate,
            smiles=smiles,
            photograph=photograph,
        )

    if preset not in PRESETS:
        _usage(f"there is no preset {preset!r}: choose one of {', '.join(PRESETS)}")
    if send:
        trial = Trial(preset=preset, calling_ae_title=calling_ae, timeout_s=timeout, config=config, keep=out)
        _send_phantom(trial, load(config), render, yes=yes)
        return
    if calling_ae is not None or timeout is not None or yes or config is not None:
        _usage("--calling-ae, --timeout, --yes and --config belong to --send")
    if out is None:
        _usage("name a directory with --out, or send the phantom with --send")
    files = render(out)
    for path in (files.video, files.dicom, files.truth):
        typer.echo(str(path))


def _send_phantom(
    trial: Trial, configuration: Configuration, render: Callable[[Path], PhantomFiles], *, yes: bool
) -> None:
    from service.acceptance_trial import archives, residue, try_installation

    if trial.calling_ae_title is not None and not valid_ae_title(trial.calling_ae_title):
        _usage(f"{trial.calling_ae_title!r} is no AE title: 1 to 16 ASCII characters, no backslash")
    if archives(configuration) and not yes:
        _usage(f"{residue(configuration)}. Say --yes if that is wanted")
    landmark_model.verify(landmark_model.default_path())
    if not try_installation(configuration, trial, render=render, tell=typer.echo):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Check the installation; exit 1 with what to mend."""
    from service.doctor import examine

    problems = 0
    for finding in examine(load(config)):
        problems += finding.problem is not None
        mark, words = ("MEND", finding.problem) if finding.problem else ("ok", finding.remark)
        typer.echo(f"{mark:<5}{finding.name}: {words}")
    if problems:
        typer.echo(f"{problems} to mend")
        raise typer.Exit(EXIT_FAILED)
    typer.echo("all is well")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after the delivery.")] = False, config: ConfigOption = None
) -> None:
    """Start the service, send it a sample exam over DICOM, and show where the documents lie."""
    from service.demo import demo_environment, demonstrate
    from service.logs import configure_logging
    from service.store import open_store

    demo_environment()
    configuration = load(config)
    configure_logging("demo", level=configuration.log.level)
    store = open_store(configuration.storage.root)
    raise typer.Exit(demonstrate(configuration, store, config, once=once, tell=typer.echo))


@jobs_app.command("list")
def list_jobs(
    quarantined: Annotated[bool, typer.Option("--quarantined", help="Only what waits for a person.")] = False,
    config: ConfigOption = None,
) -> None:
    """All objects and deliveries, the oldest first."""
    from service.jobs import all_jobs
    from service.store import existing_store

    jobs = sorted(all_jobs(existing_store(load(config).storage.root)), key=lambda job: job.updated)
    for job in jobs:
        if job.quarantined or not quarantined:
            words = f"  {job.reason}" if job.reason else ""
            typer.echo(f"{job.name}  {job.kind:<8}  {job.status:<11}  {job.updated:%Y-%m-%d %H:%M:%S}Z{words}")


@jobs_app.command("show")
def show_job(name: str, config: ConfigOption = None) -> None:
    """One job: where it stands, why, and what to do."""
    from service.jobs import find
    from service.store import existing_store

    job = find(existing_store(load(config).storage.root), name)
    typer.echo(f"job      {job.name}\nexam     {job.exam}\nkind     {job.kind}\nstatus   {job.status}")
    typer.echo(f"changed  {job.updated:%Y-%m-%d %H:%M:%S} UTC")
    if job.reason:
        typer.echo(f"why      {job.reason}")
    if job.remedy:
        typer.echo(f"to do    {job.remedy}")


@jobs_app.command("retry")
def retry_job(name: str, config: ConfigOption = None) -> None:
    """Try a quarantined job again."""
    from service.jobs import find, retry
    from service.store import existing_store

    store = existing_store(load(config).storage.root)
    job = find(store, name)
    retry(store, job)
    typer.echo(f"{job.name} will be tried again")


@jobs_app.command("discard")
def discard_job(name: str, config: ConfigOption = None) -> None:
    """Give a quarantined job up."""
    from service.jobs import discard, find
    from service.store import existing_store

    store = existing_store(load(config).storage.root)
    job = find(store, name)
    discard(store, job)
    typer.echo(f"{job.name} is discarded; its files go when the retention time is over")


@model_app.command("fetch")
def fetch_model() -> None:
    """Fetch the bundle if it is not there, and verify it."""
    path = landmark_model.default_path()
    source = landmark_model.fetch(path)
    typer.echo(f"{path} ({source})")


@model_app.command("verify")
def verify_model() -> None:
    """Print the bundle's path and SHA-256; exit 4 if it is not the expected one."""
    path = landmark_model.default_path()
    typer.echo(f"{path} {landmark_model.verify(path)}")


def _say(*lines: str) -> None:
    for line in lines:
        if line:
            typer.echo(f"  {line}")


def _usage(sentence: str) -> NoReturn:
    raise typer.BadParameter(sentence)


if __name__ == "__main__":
    main()
