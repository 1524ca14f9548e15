"""One object to its result: the child process around the analysis, and what its failures mean for the object."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from analysis import model
from analysis.palsy.postures import Task
from analysis.settings import AnalysisSettings
from dicom_io.identity import SourceInstance
from service import analyse_job, child
from service.child_values import Limits
from service.configuration import Configuration
from service.errors import ChildError, ChildRefused
from service.instances import OBJECT
from service.scratch import scratch_directory
from service.store import Store
from service.task_labels import label_of

_ROOM_BYTES = 64 * 1024 * 1024
"""With less left, a child that could not answer most likely could not write its answer."""

_HOST_KINDS = frozenset({"ModelMissing", "ModelMismatch"})


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


class Attempt(StrEnum):
    """What came of one attempt at an object."""

    DONE = "done"
    SET_ASIDE = "set_aside"
    INPUT_FAILED = "input_failed"
    HOST_FAILED = "host_failed"


def limits_of(configuration: Configuration) -> Limits:
    """What one analysis may use."""
    section = configuration.limits
    return Limits(
        wall_s=section.wall_minutes * 60,
        cpu_s=round(section.wall_minutes * 60 * 4),
        memory_mb=section.memory_mb,
        allow_network=section.allow_network,
    )


def analyse_file(
    recording: Path,
    output: Path,
    *,
    scratch: Path,
    settings: AnalysisSettings,
    limits: Limits,
    threads: int = 1,
    task: Task | None = None,
) -> None:
    """Analyse a recording in a child process; ``result.json`` and ``signals.csv`` appear in ``output``.

    ``task`` is the one standard movement that it is said to show.

    Raises:
        ChildError: it could not be done; see ``service.errors``.
    """
    request = analyse_job.AnalyseRequest(
        recording=recording.absolute(),
        output=output.absolute(),
        model=model.default_path(),
        settings=settings,
        threads=threads,
        task=task,
        # DICOM dates are local unless an object says otherwise (PS3.3 C.12.1.1.8), and the child does not know the zone
        created=datetime.now().astimezone(),
    )
    child.run("service.analyse_job", request, limits=limits, scratch=scratch, writable=[output.absolute()])


def settings_for(source: SourceInstance | None, configuration: Configuration) -> AnalysisSettings:
    """The analysis settings, with what is known about the station that the object came from."""
    station = str(source.header.get("StationName", "")) if source else ""
    if station and station in configuration.sources.mirrored_stations:
        return configuration.analysis.model_copy(update={"mirrored": True})
    return configuration.analysis


def task_of(source: SourceInstance | None, configuration: Configuration) -> Task | None:
    """The standard movement that the object says it shows."""
    return label_of(source.header, configuration.sources.task_labels) if source else None


class Analyser:
    """Analyses objects of the inbox, never more at a time than there are workers."""

    def __init__(self, store: Store, configuration: Configuration) -> None:
        self._store = store
        self._configuration = configuration
        # work that is recovered after a crash does not pass through the queue and its limit
        self._free = threading.BoundedSemaphore(configuration.engine.worker_count)

    def attempt(self, job: str) -> tuple[Attempt, str]:
        """Analyse one object and keep the result. Returns what came of it and why, in words."""
        try:
            with self._free, scratch_directory(self._store.scratch) as output:
                return self._analyse(job, output)
        except OSError as error:
            reason = (
                f"the storage root cannot be read or written ({error.strerror}): free space on it, or mend the disk"
            )
            return Attempt.HOST_FAILED, reason

    def _analyse(self, job: str, output: Path) -> tuple[Attempt, str]:
        inbox = self._store.inbox
        try:
            analyse_file(
                inbox.directory(job) / OBJECT,
                output,
                scratch=self._store.scratch,
                settings=settings_for(inbox.source(job), self._configuration),
                task=task_of(inbox.source(job), self._configuration),
                limits=limits_of(self._configuration),
                threads=max(1, cores() // self._configuration.engine.worker_count),
            )
        except ChildRefused as error:
            return (Attempt.HOST_FAILED if error.kind in _HOST_KINDS else Attempt.SET_ASIDE), str(error)
        except ChildError as error:
            if self._store.free_bytes() < _ROOM_BYTES:
                return Attempt.HOST_FAILED, "the disk of the storage root is full: free space on it"
            return (Attempt.INPUT_FAILED if error.blame == "input" else Attempt.HOST_FAILED), str(error)
        inbox.keep_analysis(job, output / analyse_job.RESULT, output / analyse_job.SIGNALS)
        return Attempt.DONE, ""
