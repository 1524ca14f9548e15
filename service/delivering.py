"""One version of an exam's documents to one destination, and what a failure means."""

from __future__ import annotations

import hashlib
import random
import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict
from pydicom.uid import generate_uid

from dicom_io.commitment import CommitmentReport, InstanceReference, request_commitment
from dicom_io.errors import DicomIoError, SendError
from dicom_io.sender import store_many
from service.configuration import Configuration, DicomDestination, FolderDestination
from service.errors import StorageError
from service.exams import PDF_OBJECT, SR, Delivery, DeliveryStatus, Version
from service.files import write_durably
from service.store import Store

_FIRST_PAUSE_S: Final = 5.0
_LONGEST_PAUSE_S: Final = 900.0
_COMMITMENT_WAIT_S: Final = 60.0
_POLL_S: Final = 0.5
_REMEMBERED_TRANSACTIONS: Final = 100


class Sent(StrEnum):
    """What came of one attempt at a delivery."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GIVEN_UP = "given_up"


class CommitmentNote(BaseModel):
    """A storage commitment report as it is left on disk, by the process that received it, for the one that waits."""

    model_config = ConfigDict(frozen=True)

    committed: tuple[str, ...]
    failed: dict[str, str]


class CommitmentNotes:
    """Storage commitment reports by Transaction UID."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def leave(self, report: CommitmentReport) -> None:
        """Keep a report that came in on an association of its own."""
        note = CommitmentNote(
            committed=tuple(reference.sop_instance_uid for reference in report.committed),
            failed={each.reference.sop_instance_uid: each.reason for each in report.failed},
        )
        write_durably(self._path(report.transaction_uid), note.model_dump_json().encode())

    def wait_for(self, transaction_uid: str, *, seconds: float) -> CommitmentNote | None:
        """The report of a transaction, once it is there; none if it does not come in time."""
        deadline = time.monotonic() + seconds
        while (note := self.take(transaction_uid)) is None and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return note

    def take(self, transaction_uid: str) -> CommitmentNote | None:
        """The report of a transaction, if it is there."""
        path = self._path(transaction_uid)
        if not path.exists():
            return None
        note = CommitmentNote.model_validate_json(path.read_bytes())
        path.unlink()
        return note

    def _path(self, transaction_uid: str) -> Path:
        return self._directory / f"{hashlib.sha256(transaction_uid.encode()).hexdigest()[:32]}.json"


def pause_s(attempts: int) -> float:
    """How long to wait after so many attempts: 5 s doubled each time, at most 15 min, give or take a quarter."""
    pause = min(_FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 16), _LONGEST_PAUSE_S)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, no secret


class Courier:
    """Takes documents to destinations."""

    def __init__(self, store: Store, configuration: Configuration) -> None:
        self._store = store
        self._ae_title = configuration.dicom.ae_title
        self._destinations = {destination.name: destination for destination in configuration.delivers_to}
        self._notes = CommitmentNotes(store.commitments)

    def attempt(self, exam: str, version: int, destination: str) -> Sent:
        """Try one delivery and note where it stands."""
        exams = self._store.exams
        delivery = exams.delivery(exam, version, destination)
        if delivery.status in (DeliveryStatus.DELIVERED, DeliveryStatus.DISCARDED):
            return Sent.DELIVERED
        delivery = delivery.model_copy(update={"attempts": delivery.attempts + 1})
        target = self._destinations.get(destination)
        if target is None:
            return self._quarantine(
                delivery,
                f"the destination {destination!r} is no longer configured",
                "configure it again and retry, or discard the delivery",
            )
        documents = next(v for v in exams.versions(exam) if v.version == version)
        try:
            if not self._committed_late(delivery, documents):
                self._send(target, documents, delivery)
        except (DicomIoError, StorageError) as error:
            if datetime.now(UTC) - delivery.since > timedelta(days=target.retry_for_days):
                return self._quarantine(
                    delivery,
                    f"not delivered within {target.retry_for_days:g} days: {error}",
                    f"see that {destination} takes results (`vultus doctor` tries it), then retry",
                )
            exams.note(exams.delivery(exam, version, destination), attempts=delivery.attempts, reason=str(error))
            return Sent.AGAIN
        exams.note(delivery, status=DeliveryStatus.DELIVERED, reason=None, remedy=None, transactions=())
        return Sent.DELIVERED

    def _quarantine(self, delivery: Delivery, reason: str, remedy: str) -> Sent:
        self._store.exams.note(delivery, status=DeliveryStatus.QUARANTINED, reason=reason, remedy=remedy)
        return Sent.GIVEN_UP

    def _committed_late(self, delivery: Delivery, version: Version) -> bool:
        """Whether a report on an earlier request has come since: a PACS may take hours to answer for what it stored."""
        notes = [self._notes.take(transaction) for transaction in delivery.transactions]
        wanted = {document.sop_instance_uid for document in version.documents}
        return any(note is not None and wanted <= set(note.committed) for note in notes)

    def _send(self, target: DicomDestination | FolderDestination, version: Version, delivery: Delivery) -> None:
        directory = self._store.exams.directory(version.exam, version.version)
        if isinstance(target, FolderDestination):
            _copy(directory, target.path / version.exam / directory.name)
            return
        store_many(target.peer(self._ae_title), [directory / SR, directory / PDF_OBJECT])
        if target.storage_commitment:
            self._commit(target, version, delivery)

    def _commit(self, target: DicomDestination, version: Version, delivery: Delivery) -> None:
        """Done means that the PACS answers for the documents (PS3.4 Annex J)."""
        transaction = str(generate_uid())
        references = [
            InstanceReference(sop_class_uid=document.sop_class_uid, sop_instance_uid=document.sop_instance_uid)
            for document in version.documents
        ]
        transactions = (*delivery.transactions, transaction)[-_REMEMBERED_TRANSACTIONS:]
        self._store.exams.note(delivery, transactions=transactions)
        report = request_commitment(target.peer(self._ae_title), references, transaction)
        if report is not None:
            self._notes.leave(report)
        note = self._notes.wait_for(transaction, seconds=_COMMITMENT_WAIT_S)
        if note is None:
            raise SendError(
                f"{target.name} took the documents but sent no storage commitment report within {_COMMITMENT_WAIT_S:.0f} s: "
                f"it must know {self._ae_title} and where it listens; or set storage_commitment = false"
            )
        missing = [reference for reference in references if reference.sop_instance_uid not in note.committed]
        if missing:
            reasons = ", ".join(sorted(set(note.failed.values()))) or "it names no reason"
            raise SendError(
                f"{target.name} does not answer for {len(missing)} of {len(references)} documents: {reasons}"
            )


def _copy(source: Path, target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.iterdir()):
            if not file.name.startswith("delivery-"):
                write_durably(target / file.name, file.read_bytes())
    except OSError as error:
        raise StorageError(
            f"cannot write results to {target.parents[1]}: {error.strerror}; free space or correct the destination's path"
        ) from error
