"""Exams: the reported versions of each study and how far each got to each destination.

``exams/<exam>/v<n>/`` holds the documents of one version, ``report.json`` what it was made of, and ``delivery-<name>.json`` where
each delivery stands. A version is never changed once it is there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from reports.exam import Predecessor
from service.errors import NoSuchJob
from service.files import staged_directory, write_durably
from service.instances import now

SR: Final = "sr.dcm"
PDF_OBJECT: Final = "pdf.dcm"
PDF: Final = "report.pdf"
_REPORT: Final = "report.json"

logger = logging.getLogger("vultus.exams")
_FAILURE: Final = "failure.json"


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Document(_Value):
    """One document of a version, as others refer to it."""

    file: str
    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str

    def as_predecessor(self) -> Predecessor:
        """The reference that a later version makes to it."""
        return Predecessor(
            sop_class_uid=self.sop_class_uid,
            sop_instance_uid=self.sop_instance_uid,
            series_instance_uid=self.series_instance_uid,
            study_instance_uid=self.study_instance_uid,
        )


class Version(_Value):
    """What one version of a report was made of. ``contents`` identifies its results (``job``:``attempt``)."""

    exam: str
    version: int
    contents: tuple[str, ...]
    unreadable: int
    documents: tuple[Document, ...]
    created: datetime


class Delivery(_Value):
    """One version on its way to one destination."""

    exam: str
    version: int
    destination: str
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    since: datetime
    updated: datetime
    reason: str | None = None
    remedy: str | None = None
    transactions: tuple[str, ...] = ()
    """Transaction UIDs of the storage commitment requests whose reports have not come yet."""

    @property
    def job(self) -> str:
        """Its name among the jobs."""
        return f"{self.exam}:v{self.version}:{self.destination}"


class ReportFailure(_Value):
    """A report that could not be written, until a person has it tried again. ``contents`` is what it was to be made of."""

    exam: str
    contents: tuple[str, ...]
    reason: str
    remedy: str
    updated: datetime

    @property
    def job(self) -> str:
        """Its name among the jobs."""
        return f"{self.exam}:report"


_V = TypeVar("_V", bound=_Value)


def _read(kind: type[_V], path: Path) -> _V | None:
    """A file of this module; none if it is not there, or damaged, which is logged: one of them must not stop the others."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        where = "/".join(path.parts[-3:])  # names of ours alone
        logger.warning("unreadable file", extra={"file": where, "why": type(error).__name__})
        return None


def _delivery_name(destination: str) -> str:
    return f"delivery-{destination}.json"


class Exams:
    """The exams of one storage root."""

    def __init__(self, root: Path) -> None:
        self._exams = root / "exams"
        self._exams.mkdir(parents=True, exist_ok=True, mode=0o700)

    def directory(self, exam: str, version: int) -> Path:
        """Where the documents of a version lie."""
        return self._exams / exam / f"v{version}"

    def lock_file(self, exam: str) -> Path:
        """The file whose lock whoever writes a version holds; it goes with the exam."""
        directory = self._exams / exam
        directory.mkdir(exist_ok=True, mode=0o700)
        return directory / ".lock"

    def latest(self, exam: str) -> Version | None:
        """The newest version, if there is any."""
        return max(self.versions(exam), key=lambda version: version.version, default=None)

    def versions(self, exam: str) -> Iterator[Version]:
        """All versions of an exam."""
        for path in sorted((self._exams / exam).glob(f"v*/{_REPORT}")):
            if version := _read(Version, path):
                yield version

    def all_versions(self) -> Iterator[Version]:
        """All versions of all exams."""
        for exam in sorted(self._exams.iterdir()):
            yield from self.versions(exam.name)

    def add(self, version: Version, documents: dict[str, bytes], destinations: Sequence[str]) -> None:
        """Place a new version with its deliveries, whole and durable. Raises ``FileExistsError`` if there is one of that number.

        Where it is to go is decided here: a destination that is configured later does not get what was reported before.
        """
        final = self.directory(version.exam, version.version)
        final.parent.mkdir(exist_ok=True, mode=0o700)
        with staged_directory(final) as staging:
            for name, content in documents.items():
                (staging / name).write_bytes(content)
            for destination in destinations:
                delivery = self._new_delivery(version.exam, version.version, destination)
                (staging / _delivery_name(destination)).write_text(delivery.model_dump_json(indent=1))
            (staging / _REPORT).write_text(version.model_dump_json(indent=1))

    def delivery(self, exam: str, version: int, destination: str) -> Delivery:
        """Where a delivery stands; one that was never tried is pending, and so is one whose file is damaged: sending twice
        does no harm, sending never does.
        """
        if known := _read(Delivery, self._delivery_file(exam, version, destination)):
            return known
        return self._new_delivery(exam, version, destination)

    def _new_delivery(self, exam: str, version: int, destination: str) -> Delivery:
        at = now()
        return Delivery(exam=exam, version=version, destination=destination, since=at, updated=at)

    def deliveries(self, exam: str, version: int) -> Iterator[Delivery]:
        """The deliveries of a version."""
        for path in sorted(self.directory(exam, version).glob("delivery-*.json")):
            if delivery := _read(Delivery, path):
                yield delivery

    def find_delivery(self, job: str) -> Delivery:
        """A delivery by its name among the jobs. Raises ``NoSuchJob``."""
        for version in self.all_versions():
            for delivery in self.deliveries(version.exam, version.version):
                if delivery.job == job:
                    return delivery
        raise NoSuchJob(f"there is no delivery {job!r}: `vultus jobs list` shows all of them")

    def note(self, delivery: Delivery, **changes: object) -> Delivery:
        """Change where a delivery stands, durably."""
        changed = delivery.model_copy(update={**changes, "updated": now()})
        path = self._delivery_file(delivery.exam, delivery.version, delivery.destination)
        write_durably(path, changed.model_dump_json(indent=1).encode())
        return changed

    def _delivery_file(self, exam: str, version: int, destination: str) -> Path:
        return self.directory(exam, version) / _delivery_name(destination)

    def note_failure(self, exam: str, contents: tuple[str, ...], *, reason: str, remedy: str) -> None:
        """Lay a report aside that could not be written."""
        failure = ReportFailure(exam=exam, contents=contents, reason=reason, remedy=remedy, updated=now())
        path = self._exams / exam / _FAILURE
        path.parent.mkdir(exist_ok=True, mode=0o700)
        write_durably(path, failure.model_dump_json(indent=1).encode())

    def failure(self, exam: str) -> ReportFailure | None:
        """Why an exam has no report of its newest contents, if writing it failed."""
        return _read(ReportFailure, self._exams / exam / _FAILURE)

    def failures(self) -> Iterator[ReportFailure]:
        """All reports that could not be written."""
        for path in sorted(self._exams.glob(f"*/{_FAILURE}")):
            if failure := _read(ReportFailure, path):
                yield failure

    def forget_failure(self, exam: str) -> None:
        """Let a report be tried again."""
        (self._exams / exam / _FAILURE).unlink(missing_ok=True)

    def discard_failure(self, exam: str) -> tuple[str, ...]:
        """Give a report up and return what it was to be made of."""
        failure = self.failure(exam)
        self.forget_failure(exam)
        return failure.contents if failure else ()

    def remove(self, exam: str) -> None:
        """Delete all versions of an exam."""
        directory = self._exams / exam
        for path in sorted(directory.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        directory.rmdir()
