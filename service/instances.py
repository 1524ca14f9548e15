"""The inbox: one directory for each received object, named by a keyed hash. It is the record of truth.

``object.dcm`` is what was sent, ``header.dcm`` the same without pixels, ``state.json`` where it stands, ``result.json`` and
``signals.csv`` what was measured. The engine's database can be lost without losing an exam.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError
from pydicom.dataset import FileDataset
from pydicom.filereader import read_file_meta_info

from analysis.pipeline import Analysis
from analysis.results import AnalysisResult
from dicom_io.identity import SourceInstance, read_source
from service.errors import NoSuchJob, StorageError
from service.files import staged_directory, sync_directory, write_durably
from service.pseudonyms import Pseudonyms

OBJECT: Final = "object.dcm"
HEADER: Final = "header.dcm"
STATE: Final = "state.json"
RESULT: Final = "result.json"
SIGNALS: Final = "signals.csv"
_STALE_STAGING_S: Final = 3600

logger = logging.getLogger("vultus.inbox")


class InstanceStatus(StrEnum):
    """Where an object stands."""

    RECEIVED = "received"
    ANALYSED = "analysed"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


class InstanceState(BaseModel):
    """What is known of one object besides its content. ``attempt`` counts how often a person asked for it again."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job: str
    exam: str
    status: InstanceStatus
    reason: str | None = None
    remedy: str | None = None
    attempt: int = 1
    received: datetime
    updated: datetime
    size: int
    content_sha256: str | None = None
    conflicts_with: str | None = None
    """The object that came first under the same SOP Instance UID, for one that was laid aside because of it."""


def now() -> datetime:
    """The time of day, with its zone."""
    return datetime.now(UTC)


def content_sha256(path: Path) -> str:
    """SHA-256 of a DICOM file's data set: the file meta information may differ from sending to sending (PS3.10 7.1)."""
    meta = read_file_meta_info(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        # preamble, prefix, group length element, and as many bytes as that says
        file.seek(128 + 4 + 12 + int(meta.FileMetaInformationGroupLength))
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class Inbox:
    """The objects of one storage root."""

    def __init__(self, root: Path, pseudonyms: Pseudonyms) -> None:
        self._inbox = root / "inbox"
        self._arrivals = root / "arrivals"
        self._pseudonyms = pseudonyms
        for directory in (self._inbox, self._arrivals):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def job_of(self, sop_instance_uid: str) -> str:
        """The name under which an object lies here."""
        return self._pseudonyms.of(sop_instance_uid)

    def exam_of(self, study_instance_uid: str) -> str:
        """The name of the exam that an object belongs to."""
        return self._pseudonyms.of(study_instance_uid)

    def directory(self, job: str) -> Path:
        """Where an object lies. Raises ``NoSuchJob``."""
        path = self._inbox / job
        if not job.replace("-", "").isalnum() or not path.is_dir():
            raise NoSuchJob(f"there is no object {job!r} in the inbox: `vultus jobs list` shows all of them")
        return path

    def deposit(self, received: Path, source: SourceInstance, *, ignore: str | None) -> str:
        """Take over a complete Part 10 file and make it durable; return its job. Only if this raises is the file still there.

        The same content again is the same job. Other content under a known SOP Instance UID replaces an object that could not be
        analysed: that is what sending it again is for. Otherwise it is kept beside the first, in quarantine: PS3.5 9 forbids it,
        and which of the two is right only a person can say. ``ignore`` is why an object is not for analysis.
        """
        job = self.job_of(source.sop_instance_uid)
        status = InstanceStatus.IGNORED if ignore else InstanceStatus.RECEIVED
        try:
            return self._place(job, received, source, status=status, reason=ignore, remedy=None)
        except FileExistsError:
            digest = content_sha256(received)
            if digest == self._digest(job):
                received.unlink()
                return job
        conflict = f"{job}-{digest[:8]}"
        if self.state(job).status in (InstanceStatus.QUARANTINED, InstanceStatus.DISCARDED):
            return self._replace(job, conflict, received, source, ignore=ignore)
        try:
            return self._place(
                conflict,
                received,
                source,
                status=InstanceStatus.QUARANTINED,
                reason="another object with the same SOP Instance UID but other content was received before",
                remedy=f"compare it with {job}; correct the sender, which must not reuse UIDs; then retry or discard it",
                conflicts_with=job,
            )
        except FileExistsError:
            received.unlink()
            return conflict

    def _replace(self, old: str, new: str, received: Path, source: SourceInstance, *, ignore: str | None) -> str:
        status = InstanceStatus.IGNORED if ignore else InstanceStatus.RECEIVED
        try:
            self._place(new, received, source, status=status, reason=ignore, remedy=None)
        except FileExistsError:  # the replacement was sent again
            received.unlink()
        self.update(
            old, status=InstanceStatus.DISCARDED, reason=f"replaced by {new}, which was sent later", remedy=None
        )
        return new

    def _place(
        self,
        job: str,
        received: Path,
        source: SourceInstance,
        *,
        status: InstanceStatus,
        reason: str | None,
        remedy: str | None,
        conflicts_with: str | None = None,
    ) -> str:
        final = self._inbox / job
        if final.exists():
            raise FileExistsError(job)
        at = now()
        state = InstanceState(
            job=job,
            exam=self.exam_of(source.study_instance_uid),
            status=status,
            reason=reason,
            remedy=remedy,
            received=at,
            updated=at,
            size=received.stat().st_size,
            conflicts_with=conflicts_with,
        )
        with staged_directory(final) as staging:
            (staging / STATE).write_text(state.model_dump_json(indent=1))
            # a second name: if another association places the same object first, ours is still there to be compared
            (staging / OBJECT).hardlink_to(received)
        received.unlink()
        if status is InstanceStatus.RECEIVED:
            (self._arrivals / job).touch()
        return job

    def _digest(self, job: str) -> str | None:
        known = self.state(job).content_sha256
        if known is None and (self._inbox / job / OBJECT).exists():
            known = content_sha256(self._inbox / job / OBJECT)
        return known

    def take_arrivals(self) -> list[str]:
        """The objects that arrived since the last call. A marker that is lost does no harm: reconciliation finds the object."""
        jobs = []
        for marker in sorted(self._arrivals.iterdir()):
            marker.unlink(missing_ok=True)
            jobs.append(marker.name)
        return jobs

    def state(self, job: str) -> InstanceState:
        """Where an object stands.

        Raises:
            NoSuchJob: it is not here.
            StorageError: its state file is damaged.
        """
        try:
            return InstanceState.model_validate_json((self.directory(job) / STATE).read_bytes())
        except (OSError, ValidationError) as error:
            raise StorageError(f"the state of object {job} cannot be read: {type(error).__name__}") from error

    def states(self) -> Iterator[InstanceState]:
        """All objects; one whose state cannot be read is logged and left out."""
        for path in sorted(self._inbox.iterdir()):
            if path.name.startswith("."):
                continue
            try:
                yield self.state(path.name)
            except StorageError as error:
                logger.warning("unreadable state", extra={"job": path.name, "why": str(error)})

    def update(self, job: str, **changes: object) -> InstanceState:
        """Change the state durably and return the new one."""
        state = self.state(job).model_copy(update={**changes, "updated": now()})
        self._write(state)
        return state

    def _write(self, state: InstanceState) -> None:
        write_durably(self.directory(state.job) / STATE, state.model_dump_json(indent=1).encode())

    def quarantine(self, job: str, *, reason: str, remedy: str) -> None:
        """Lay an object aside with a reason and what a person can do."""
        self.update(job, status=InstanceStatus.QUARANTINED, reason=reason, remedy=remedy)

    def again(self, job: str) -> None:
        """Have an object analysed once more."""
        state = self.state(job)
        if not (self.directory(job) / OBJECT).exists():
            raise StorageError(f"object {job} cannot be analysed again: its video was deleted after the retention time")
        self.update(job, status=InstanceStatus.RECEIVED, reason=None, remedy=None, attempt=state.attempt + 1)
        (self._arrivals / job).touch()

    def keep_analysis(self, job: str, result: Path, signals: Path) -> None:
        """Take over the files of a finished analysis, then mark the object as analysed."""
        directory = self.directory(job)
        write_durably(directory / SIGNALS, signals.read_bytes())
        write_durably(directory / RESULT, result.read_bytes())
        self.keep_header(job)
        self.update(
            job,
            status=InstanceStatus.ANALYSED,
            reason=None,
            remedy=None,
            content_sha256=content_sha256(directory / OBJECT),
        )

    def keep_header(self, job: str) -> None:
        """Write the object's header beside it, so that reports can be rebuilt when the video is gone."""
        directory = self.directory(job)
        header = read_source(directory / OBJECT).header
        temporary = directory / f".{HEADER}"
        if isinstance(header, FileDataset):
            header.save_as(temporary, enforce_file_format=True)
        write_durably(directory / HEADER, temporary.read_bytes())
        temporary.unlink()

    def source(self, job: str) -> SourceInstance:
        """Who the object belongs to."""
        directory = self.directory(job)
        header = directory / HEADER
        return read_source(header if header.exists() else directory / OBJECT)

    def analysis(self, job: str) -> Analysis:
        """What was measured."""
        directory = self.directory(job)
        return Analysis(
            result=AnalysisResult.model_validate_json((directory / RESULT).read_bytes()),
            signals=pd.read_csv(directory / SIGNALS),
        )

    def drop_video(self, job: str) -> int:
        """Delete the object itself; header, result and state stay. Returns the bytes that were freed."""
        directory = self.directory(job)
        path = directory / OBJECT
        if not path.exists():
            return 0
        size = path.stat().st_size
        state = self.state(job)
        if state.content_sha256 is None:
            # by it the object is recognised when it is sent again; the time of the last change stays
            self._write(state.model_copy(update={"content_sha256": content_sha256(path)}))
        path.unlink()
        sync_directory(directory)
        return size

    def remove(self, job: str) -> None:
        """Delete everything of an object."""
        directory = self.directory(job)
        for file in directory.iterdir():
            file.unlink()
        directory.rmdir()
        sync_directory(self._inbox)

    def sweep(self) -> None:
        """Delete what a killed receiver left half staged; nobody was told that it arrived."""
        for path in self._inbox.glob(".staging-*"):
            if time.time() - path.stat().st_mtime > _STALE_STAGING_S:
                for file in path.iterdir():
                    file.unlink()
                path.rmdir()
