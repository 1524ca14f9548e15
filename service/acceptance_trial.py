"""``vultus phantom PRESET --send``: an installation tried on a face whose movements are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from analysis.results import AnalysisResult
from dicom_io.identity import read_source
from service.acceptance import Row, compare
from service.acceptance_sending import knock, own_receiver, send
from service.acceptance_table import ProgressLine, table
from service.acceptance_watch import Whereabouts, delivery_rows, faults, watch
from service.analysing import settings_for
from service.configuration import Configuration, DicomDestination
from service.instances import RESULT
from service.phantoms import PATIENT_ID, PATIENT_NAME, PhantomFiles, read_truth
from service.store import Store, existing_store

_PATIENCE_S: Final = 600.0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How to try: as whom to call, and how long to wait after sending; without a time 10 minutes and the quiet period."""

    preset: str
    calling_ae_title: str | None = None
    timeout_s: float | None = None
    config: Path | None = None
    """The file that the configuration comes from, for the commands that are told."""
    keep: Path | None = None
    """Where the phantom's files are left; without a directory they are deleted."""


def archives(configuration: Configuration) -> tuple[DicomDestination, ...]:
    """The destinations in which a trial leaves a test study that somebody has to delete."""
    return tuple(each for each in configuration.delivers_to if isinstance(each, DicomDestination))


def residue(configuration: Configuration) -> str:
    """What a trial leaves behind, in a sentence."""
    patient = f"patient {PATIENT_NAME}, ID {PATIENT_ID}"
    if names := ", ".join(
        f"{each.name} ({each.ae_title} at {each.host}:{each.port})" for each in archives(configuration)
    ):
        return f"this leaves a test study with a report in {names}: {patient}; delete it there"
    return f"this leaves a test exam in the service's own storage and folders: {patient}"


def try_installation(
    configuration: Configuration,
    trial: Trial,
    *,
    render: Callable[[Path], PhantomFiles],
    tell: Callable[[str], None],
) -> bool:
    """Send a phantom through the running service and print the verdict; whether all of it passed.

    Args:
        configuration: of the running service.
        trial: how to try.
        render: writes the phantom's files into a directory.
        tell: prints a line.

    Raises:
        SendError: the service is down or refuses the phantom.
        ConfigurationError, StorageError: this configuration is not that of the service, or admits nobody from here.
        ChildError: the phantom cannot be rendered.
    """
    with own_receiver(configuration, calling_ae_title=trial.calling_ae_title) as peer:
        knock(peer, configuration.dicom)
        store = existing_store(configuration.storage.root)
        tell(residue(configuration))
        tell(f"rendering {trial.preset} ...")
        with TemporaryDirectory(prefix="vultus-phantom-") as directory:
            files = render(trial.keep or Path(directory))
            truth, source = read_truth(files.truth), read_source(files.dicom)
            send(peer, configuration.dicom, files.dicom)
        tell(f"sent to {peer.ae_title} at {peer.host}:{peer.port} as {peer.calling_ae_title}")
    progress = ProgressLine()
    seconds = _PATIENCE_S + configuration.exam.quiet_period_s if trial.timeout_s is None else trial.timeout_s
    try:
        found = watch(store, store.inbox.job_of(source.sop_instance_uid), seconds=seconds, tell=progress)
    finally:
        progress.end()
    settings = settings_for(source, configuration)
    rows: list[Row] = []
    if found.analysed:
        result = _result(store, store.inbox.job_of(source.sop_instance_uid))
        rows += compare(truth, result, settings, station=str(source.header.get("StationName", "")))
    if found.reported:
        rows += delivery_rows(configuration, found.deliveries)
    return _pronounce(rows, found, _why_stuck(configuration, trial, store, found, seconds), tell)


def _result(store: Store, job: str) -> AnalysisResult:
    return AnalysisResult.model_validate_json((store.inbox.directory(job) / RESULT).read_bytes())


def _why_stuck(
    configuration: Configuration, trial: Trial, store: Store, found: Whereabouts, seconds: float
) -> tuple[str, ...]:
    if found.ended and found.reported:
        return ()
    look = f"look at it with `vultus jobs show {found.job}{f' --config {trial.config}' if trial.config else ''}`"
    if found.ended:
        return (f"the exam goes no further: {found.stage}; {look}",)
    over = f"time is over after {seconds:g} s. Where the exam stands: {found.stage}; {look}"
    return (over, *faults(configuration, store))


def _pronounce(rows: list[Row], found: Whereabouts, stuck: tuple[str, ...], tell: Callable[[str], None]) -> bool:
    if rows:
        for line in table(rows):
            tell(line)
    for sentence in stuck:
        tell(sentence)
    failed = [row.quantity for row in rows if not row.passed]
    if failed:
        tell(f"FAIL: {len(failed)} of {len(rows)}: {'; '.join(failed)}")
    elif stuck:
        tell("FAIL: the exam did not come to its end")
    else:
        tell(f"PASS: all {len(rows)}")
    return not failed and not stuck
