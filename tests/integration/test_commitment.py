"""Storage commitment: the report on the same association, on a new one, and from Orthanc."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydicom import Dataset, uid
from pynetdicom import AE, build_role, evt
from pynetdicom.events import Event
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance  # type: ignore[attr-defined]

from dicom_io.commitment import CommitmentReport, InstanceReference, request_commitment
from dicom_io.errors import PeerFailed
from dicom_io.peers import Peer
from tests.integration.dicom_lab import loopback_namespace, needs_namespaces, running_receiver, write_object

STORED = InstanceReference(sop_class_uid=uid.Comprehensive3DSRStorage, sop_instance_uid="1.2.3.1")
MISSING = InstanceReference(sop_class_uid=uid.EncapsulatedPDFStorage, sop_instance_uid="1.2.3.2")
NATIVE = [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian]


def event_information(request: Dataset) -> tuple[int, Dataset]:
    """What a PACS that has STORED only would report."""
    information = Dataset()
    information.TransactionUID = request.TransactionUID
    items = list(request.ReferencedSOPSequence)
    information.ReferencedSOPSequence = [
        item for item in items if item.ReferencedSOPInstanceUID == STORED.sop_instance_uid
    ]
    failed = [item for item in items if item.ReferencedSOPInstanceUID != STORED.sop_instance_uid]
    for item in failed:
        item.FailureReason = 0x0112
    if failed:
        information.FailedSOPSequence = failed
    return (2 if failed else 1), information


@contextmanager
def pacs(*, report_at_once: bool, status: int = 0x0000) -> Iterator[tuple[Peer, list[Dataset]]]:
    requests: list[Dataset] = []

    def take(event: Event) -> tuple[int, None]:
        requests.append(event.action_information)
        if report_at_once:
            threading.Thread(target=report, args=(event,)).start()
        return status, None

    def report(event: Event) -> None:
        time.sleep(0.1)
        kind, information = event_information(requests[-1])
        event.assoc.send_n_event_report(
            information, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )

    ae = AE("PACS")
    ae.add_supported_context(StorageCommitmentPushModel, NATIVE)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_N_ACTION, take)])
    assert server is not None
    try:
        yield Peer(name="pacs", ae_title="PACS", host="127.0.0.1", port=server.server_address[1]), requests
    finally:
        server.shutdown()


def test_a_report_that_comes_later_is_not_waited_for() -> None:
    with pacs(report_at_once=False) as (peer, requests):
        assert request_commitment(peer, [STORED, MISSING], "1.2.9", linger_s=0.1) is None
    (request,) = requests
    assert request.TransactionUID == "1.2.9"
    assert [item.ReferencedSOPInstanceUID for item in request.ReferencedSOPSequence] == ["1.2.3.1", "1.2.3.2"]


def test_a_refused_request() -> None:
    with pacs(report_at_once=False, status=0x0213) as (peer, _), pytest.raises(PeerFailed) as caught:
        request_commitment(peer, [STORED], "1.2.9", linger_s=0.1)
    assert caught.value.status == 0x0213
    assert caught.value.retryable


@pytest.mark.parametrize("references", [[STORED], [STORED, MISSING]])
def test_reports_on_a_new_association(tmp_path: Path, references: list[InstanceReference]) -> None:
    reports: list[CommitmentReport] = []
    with running_receiver(tmp_path, on_commitment=reports.append) as running:
        assert send_report(running.receiver.port, references) == 0x0000
    (report,) = reports
    assert (report.transaction_uid, report.reported_by) == ("1.2.9", "PACS")
    assert report.committed == (STORED,)
    assert [(failed.reference, failed.code, failed.reason) for failed in report.failed] == [
        (reference, 0x0112, "no such object instance") for reference in references if reference is MISSING
    ]


def test_a_report_that_cannot_be_kept_is_a_failure(tmp_path: Path) -> None:
    def fail(_: CommitmentReport) -> None:
        raise OSError("disk full")

    with running_receiver(tmp_path, on_commitment=fail) as running:
        assert send_report(running.receiver.port, [STORED]) == 0x0110


def send_report(port: int, references: list[InstanceReference]) -> int:
    request = Dataset()
    request.TransactionUID = "1.2.9"
    request.ReferencedSOPSequence = []
    for reference in references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = reference.sop_class_uid, reference.sop_instance_uid
        request.ReferencedSOPSequence.append(item)
    kind, information = event_information(request)
    ae = AE("PACS")
    ae.add_requested_context(StorageCommitmentPushModel, NATIVE)
    role = build_role(StorageCommitmentPushModel, scp_role=True)
    association = ae.associate("127.0.0.1", port, ae_title="VULTUS", ext_neg=[role])
    assert association.is_established
    status, _ = association.send_n_event_report(
        information, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
    )
    association.release()
    return int(status.Status)


def test_a_report_on_the_same_association() -> None:
    with pacs(report_at_once=True) as (peer, _):
        report = request_commitment(peer, [STORED, MISSING], "1.2.9", linger_s=10)
    assert report is not None
    assert report.reported_by == "PACS"
    assert report.committed == (STORED,)
    assert [failed.reference for failed in report.failed] == [MISSING]


ORTHANC = {
    "HttpServerEnabled": False, "DicomAet": "ORTHANC", "DicomPort": 4262, "DicomCheckCalledAet": True,
    "DicomAlwaysAllowStore": False, "DicomAlwaysAllowEcho": True, "StrictAetComparison": True,
    "DicomModalities": {
        "vultus": {"AET": "VULTUS", "Host": "127.0.0.1", "Port": 11162, "AllowStore": True, "AllowStorageCommitment": True}
    },
}  # fmt: skip
EXCHANGE = """
import json, sys, time
from pathlib import Path
from dicom_io.commitment import InstanceReference, request_commitment
from dicom_io.errors import PeerUnreachable
from dicom_io.peers import Peer
from dicom_io.sender import echo, store
from tests.integration.dicom_lab import running_receiver
home, reports = Path(sys.argv[1]), []
peer = Peer(name="pacs", ae_title="ORTHANC", host="127.0.0.1", port=4262)
for _ in range(100):
    try:
        echo(peer)
    except PeerUnreachable:
        time.sleep(0.1)
    else:
        break
with running_receiver(home, port=11162, on_commitment=reports.append) as running:
    stored = store(peer, home / "sr.dcm")
    have = InstanceReference(sop_class_uid=stored.sop_class_uid, sop_instance_uid=stored.sop_instance_uid)
    lack = InstanceReference(sop_class_uid=stored.sop_class_uid, sop_instance_uid="1.2.3.4.5")
    request_commitment(peer, [have, lack], "1.2.9.9", linger_s=0.0)
    for _ in range(150):
        if reports:
            break
        time.sleep(0.1)
for report in reports:
    print(json.dumps([report.transaction_uid, report.reported_by, report.committed == (have,),
                      [(failed.reference == lack, failed.reason) for failed in report.failed]]))
"""


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("Orthanc") is None, reason="Orthanc is not installed")
@needs_namespaces
def test_orthanc_reports_on_a_new_association(tmp_path: Path) -> None:
    configuration = tmp_path / "orthanc.json"
    directory = str(tmp_path / "db")
    configuration.write_text(json.dumps(ORTHANC | {"StorageDirectory": directory, "IndexDirectory": directory}))
    write_object(tmp_path / "sr.dcm", sop_class=uid.Comprehensive3DSRStorage, syntax=uid.ExplicitVRLittleEndian)
    with loopback_namespace() as inside:
        server = [*inside, "Orthanc", str(configuration)]
        client = [*inside, sys.executable, "-c", EXCHANGE, str(tmp_path)]
        with subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as orthanc:
            try:
                exchange = subprocess.run(client, capture_output=True, text=True, timeout=60)
            finally:
                orthanc.terminate()
    assert exchange.returncode == 0, exchange.stderr
    assert json.loads(exchange.stdout) == ["1.2.9.9", "ORTHANC", True, [[True, "no such object instance"]]]
