"""Storage commitment: asking a PACS to take responsibility for what it was sent (PS3.4 Annex J, push model)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import evt
from pynetdicom.events import Event
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance  # type: ignore[attr-defined]

from dicom_io.association import open_association, raise_for_status
from dicom_io.peers import Peer

_REQUEST_COMMITMENT = 1  # N-ACTION action type, PS3.4 J.3.2.1
_EVENT_TYPES = (1, 2)  # all committed; failures exist, PS3.4 J.3.3.1
_SUCCESS, _NO_SUCH_EVENT_TYPE, _INVALID_ARGUMENT = 0x0000, 0x0113, 0x0115

FAILURE_REASONS: dict[int, str] = {
    0x0110: "processing failure",
    0x0112: "no such object instance",
    0x0119: "class and instance do not match",
    0x0122: "SOP class not supported",
    0x0131: "duplicate transaction UID",
    0x0213: "resource limitation",
}
"""Failure Reason (0008,1197), PS3.3 C.14.1.1."""


@dataclass(frozen=True, kw_only=True)
class InstanceReference:
    """One stored object."""

    sop_class_uid: str
    sop_instance_uid: str


@dataclass(frozen=True, kw_only=True)
class FailedCommitment:
    """An object the PACS does not answer for. ``code`` is Failure Reason (0008,1197)."""

    reference: InstanceReference
    code: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CommitmentReport:
    """What a PACS reported for one transaction; ``reported_by`` is its AE title."""

    transaction_uid: str
    reported_by: str
    committed: tuple[InstanceReference, ...]
    failed: tuple[FailedCommitment, ...]


def request_commitment(
    peer: Peer, references: Sequence[InstanceReference], transaction_uid: str, *, linger_s: float = 2.0
) -> CommitmentReport | None:
    """Ask for commitment; the request was accepted when this returns.

    The report comes on the same association if the peer is quick (then it is returned; ``linger_s`` is how long to
    wait for it), or on a new association to our receiver, perhaps hours later (then ``None`` is returned here).

    Raises:
        SendError: the request could not be made or was not accepted.
    """
    reports: list[CommitmentReport] = []
    arrived = threading.Event()

    def keep(report: CommitmentReport) -> None:
        if report.transaction_uid == transaction_uid:
            reports.append(report)
            arrived.set()

    request = Dataset()
    request.TransactionUID = transaction_uid
    request.ReferencedSOPSequence = [_item(reference) for reference in references]
    context = build_context(StorageCommitmentPushModel, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    handler = (evt.EVT_N_EVENT_REPORT, report_handler(keep, reported_by=lambda _: peer.ae_title))
    with open_association(peer, [context], handlers=[handler]) as association:
        status, _ = association.send_n_action(
            request, _REQUEST_COMMITMENT, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        raise_for_status(peer, status, "the storage commitment request")
        arrived.wait(linger_s)
    return reports[0] if reports else None


def report_handler(
    deliver: Callable[[CommitmentReport], None], *, reported_by: Callable[[Event], str]
) -> Callable[[Event], tuple[int, None]]:
    """A handler for ``EVT_N_EVENT_REPORT``; an exception of ``deliver`` is answered with 0x0110, processing failure."""

    def handle(event: Event) -> tuple[int, None]:
        if event.event_type not in _EVENT_TYPES:
            return _NO_SUCH_EVENT_TYPE, None
        information = event.event_information
        if not information.get("TransactionUID"):
            return _INVALID_ARGUMENT, None
        deliver(_report(information, reported_by(event)))
        return _SUCCESS, None

    return handle


def _report(information: Dataset, reported_by: str) -> CommitmentReport:
    return CommitmentReport(
        transaction_uid=str(information.TransactionUID),
        reported_by=reported_by,
        committed=tuple(_reference(item) for item in information.get("ReferencedSOPSequence") or ()),
        failed=tuple(_failed(item) for item in information.get("FailedSOPSequence") or ()),
    )


def _failed(item: Dataset) -> FailedCommitment:
    code = int(item.get("FailureReason") or 0x0110)
    return FailedCommitment(
        reference=_reference(item), code=code, reason=FAILURE_REASONS.get(code, f"reason 0x{code:04X}")
    )


def _reference(item: Dataset) -> InstanceReference:
    return InstanceReference(
        sop_class_uid=str(item.get("ReferencedSOPClassUID") or ""),
        sop_instance_uid=str(item.get("ReferencedSOPInstanceUID") or ""),
    )


def _item(reference: InstanceReference) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = reference.sop_class_uid
    item.ReferencedSOPInstanceUID = reference.sop_instance_uid
    return item
