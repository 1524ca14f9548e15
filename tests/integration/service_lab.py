"""A storage root with exams in it, and the durable workflows on it, for the tests of the service: no video is decoded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydicom.uid import generate_uid

from dicom_io.identity import read_source
from reports.exam import ReportSettings
from service.analysing import Analyser, Attempt
from service.configuration import Configuration, FolderDestination
from service.delivering import Courier
from service.engine import Engine
from service.instances import now
from service.reporting import Reporter
from service.store import Store, open_store
from service.work import engine_settings
from service.workflows import Workflows
from tests.integration.dicom_lab import write_object
from tests.report_examples import good_result, signals

PATIENT, PATIENT_ID = "Muster^Erika", "PID-0042"
FIRST_RESULT = datetime(2026, 11, 22, 16, 27, 5, tzinfo=UTC)


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for a condition; the time is only there so that a broken test ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        time.sleep(0.05)


def root_at(directory: Path) -> Store:
    return open_store(directory / "root")


def configuration_of(store: Store, **sections: Any) -> Configuration:
    given: dict[str, Any] = {
        "storage": {"root": store.root, "min_free_gb": 0},
        "exam": {"quiet_period_s": 0},
        "engine": {"workers": 2},
        "destinations": [{"name": "folder", "protocol": "folder", "path": store.root / "results"}],
    }
    return Configuration(**{**given, **sections})


def folder_of(configuration: Configuration) -> Path:
    (destination,) = configuration.delivers_to
    assert isinstance(destination, FolderDestination)
    return destination.path


def clip(directory: Path, *, study: str, payload: bytes = bytes(2000), **elements: Any) -> Path:
    """A received object of a study, in a file that may be renamed."""
    values: dict[str, Any] = {"PatientName": PATIENT, "PatientID": PATIENT_ID, "AccessionNumber": "ACC-77", **elements}
    directory.mkdir(exist_ok=True)
    return write_object(directory / f"{generate_uid()}.dcm", payload=payload, StudyInstanceUID=study, **values)


def deposit(store: Store, path: Path, *, ignore: str | None = None) -> str:
    return store.inbox.deposit(path, read_source(path), ignore=ignore)


def arrive(store: Store, study: str, *, ignore: str | None = None, **elements: Any) -> str:
    """A new object of a study in the inbox; returns its job."""
    return deposit(store, clip(store.spool, study=study, **elements), ignore=ignore)


def analysed(store: Store, job: str, *, created: datetime = FIRST_RESULT) -> None:
    """Give an object the result that an analysis would have left."""
    result, table = store.scratch / f"{job}.json", store.scratch / f"{job}.csv"
    result.write_text(good_result(created=created).model_dump_json())
    signals().to_csv(table, index=False)
    store.inbox.keep_analysis(job, result, table)


def reporter_of(store: Store, *, quiet_period_s: float = 0, destinations: Sequence[str] = ("pacs",)) -> Reporter:
    return Reporter(store, ReportSettings(), quiet_period=timedelta(seconds=quiet_period_s), destinations=destinations)


def reported(store: Store, study: str | None = None) -> str:
    """An exam with one analysed object and its first version; returns its name."""
    job = arrive(store, study or generate_uid())
    analysed(store, job)
    exam = store.inbox.state(job).exam
    assert reporter_of(store).report(exam) is not None
    return exam


@dataclass(eq=False)
class ScriptedAnalyser(Analyser):
    """Does at each attempt what the script says for the object; without a script it succeeds."""

    store: Store
    script: dict[str, list[tuple[Attempt, str]]] = field(default_factory=dict)
    attempts: list[str] = field(default_factory=list)
    proceed: threading.Event | None = None

    def attempt(self, job: str) -> tuple[Attempt, str]:
        self.attempts.append(job)
        if self.proceed is not None:
            assert self.proceed.wait(60)
        outcome, reason = self.script[job].pop(0) if self.script.get(job) else (Attempt.DONE, "")
        if outcome is Attempt.DONE:
            analysed(self.store, job, created=now())
        return outcome, reason


@contextmanager
def working(store: Store, configuration: Configuration, analyser: Analyser) -> Iterator[Workflows]:
    """The workflows on a started engine, as the working role builds them."""
    engine = Engine(engine_settings(configuration, store))
    workflows = Workflows(
        engine,
        store,
        analyser=analyser,
        reporter=reporter_of(
            store,
            quiet_period_s=configuration.exam.quiet_period_s,
            destinations=[destination.name for destination in configuration.delivers_to],
        ),
        courier=Courier(store, configuration),
        attempts=configuration.limits.attempts,
    )
    try:
        engine.start()
        yield workflows
    finally:
        engine.stop()
