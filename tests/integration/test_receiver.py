"""The receiver against pynetdicom and plain sockets. Outside programs: ``test_receiver_with_dcmtk.py``."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import resource
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread, uid
from pydicom.uid import UID
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.dimse_messages import C_STORE_RQ
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.presentation import build_context

from dicom_io.association import open_association
from dicom_io.errors import (
    CannotUnderstand,
    ListenError,
    Misidentified,
    OutOfResources,
    PeerFailed,
    PeerRefused,
    PeerUnreachable,
    TlsFilesUnusable,
)
from dicom_io.peers import AllowedPeer, TlsFiles
from dicom_io.receiver import Receiver
from dicom_io.sender import echo, store, store_many
from dicom_io.sop_classes import VIDEO_SYNTAXES
from dicom_io.transport import harden
from tests.integration.dicom_lab import VIDEO, Running, running_receiver, settings_for, write_large_object, write_object


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with running_receiver(tmp_path) as receiver:
        yield receiver


def until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("did not come about within 10 s")


def data_set_bytes(path: Path) -> bytes:
    whole = path.read_bytes()
    return whole[whole.index(b"\x08\x00\x16\x00UI") :]


@pytest.mark.parametrize(
    "syntax", [*VIDEO_SYNTAXES, uid.JPEGBaseline8Bit, uid.ExplicitVRLittleEndian], ids=lambda syntax: syntax.name
)
def test_every_byte_of_a_video_arrives(running: Running, tmp_path: Path, syntax: UID) -> None:
    sent = write_object(tmp_path / "sent.dcm", syntax=syntax, payload=bytes(range(250)) * 2000)
    store(running.peer, sent)
    (arrival,) = running.inbox.arrivals
    assert data_set_bytes(arrival.path) == data_set_bytes(sent)
    assert (arrival.sop_class_uid, arrival.transfer_syntax_uid) == (VIDEO, syntax)
    assert arrival.sop_instance_uid == dcmread(sent).SOPInstanceUID
    assert (arrival.calling_ae, arrival.called_ae, arrival.address) == ("SENDER", "VULTUS", "127.0.0.1")
    assert arrival.path.stat().st_size == arrival.size
    assert running.spooled == []


def test_documents_are_taken(running: Running, tmp_path: Path) -> None:
    classes = (uid.Comprehensive3DSRStorage, uid.EncapsulatedPDFStorage, uid.KeyObjectSelectionDocumentStorage)
    paths = [
        write_object(tmp_path / f"{index}.dcm", sop_class=sop_class, syntax=uid.ImplicitVRLittleEndian)
        for index, sop_class in enumerate(classes)
    ]
    stored = store_many(running.peer, paths)
    assert [one.sop_class_uid for one in stored] == list(classes)
    assert [arrival.sop_class_uid for arrival in running.inbox.arrivals] == list(classes)


def test_other_classes_are_rejected_by_name(running: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_object(tmp_path / "ct.dcm", sop_class=uid.CTImageStorage, syntax=uid.ExplicitVRLittleEndian)
    with pytest.raises(PeerRefused, match="CT Image Storage"):
        store(running.peer, path)
    assert "SOP class not supported): CT Image Storage" in caplog.text
    assert running.inbox.arrivals == []


@pytest.mark.parametrize(
    ("error", "status", "retryable"),
    [
        (OutOfResources("no room"), 0xA700, True),
        (Misidentified("another object"), 0xA900, False),
        (CannotUnderstand("junk"), 0xC000, False),
        (RuntimeError("a bug"), 0xC001, False),
        (OSError(28, "No space left on device"), 0xC001, False),
    ],
)
def test_a_deposit_that_fails_is_never_answered_with_success(
    running: Running, tmp_path: Path, error: Exception, status: int, retryable: bool
) -> None:
    running.inbox.raises = lambda: error
    with pytest.raises(PeerFailed) as caught:
        store(running.peer, write_object(tmp_path / "a.dcm"))
    assert (caught.value.status, caught.value.retryable) == (status, retryable)
    assert running.spooled == []
    running.inbox.raises = None
    store(running.peer, write_object(tmp_path / "b.dcm"))
    assert len(running.inbox.arrivals) == 1


def test_success_is_answered_only_after_the_deposit(running: Running, tmp_path: Path) -> None:
    order: list[str] = []
    original = running.receiver._deposit

    def slow(arrival: object) -> None:
        time.sleep(0.2)
        original(arrival)  # type: ignore[arg-type]
        order.append("deposited")

    running.receiver._deposit = slow
    store(running.peer, write_object(tmp_path / "a.dcm"))
    order.append("answered")
    assert order == ["deposited", "answered"]


def test_nearly_full_storage_is_out_of_resources(tmp_path: Path) -> None:
    with running_receiver(tmp_path, min_free_bytes=1 << 60) as running, pytest.raises(PeerFailed) as caught:
        store(running.peer, write_object(tmp_path / "a.dcm"))
    assert caught.value.status == 0xA700


def test_a_disk_that_fills_up_in_mid_transfer(running: Running, tmp_path: Path) -> None:
    path = write_object(tmp_path / "a.dcm", payload=bytes(5_000_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))  # writes beyond it fail as on a full disk
    try:
        with pytest.raises(PeerFailed, match="Out of Resources") as caught:
            store(running.peer, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.status, caught.value.retryable) == (0xA700, True)
    assert running.spooled == []
    assert running.inbox.arrivals == []
    store(running.peer, path)
    assert data_set_bytes(running.inbox.arrivals[0].path) == data_set_bytes(path)


@pytest.mark.parametrize(("sop_class", "instance"), [(VIDEO, "1.2.3"), (uid.VideoEndoscopicImageStorage, None)])
def test_an_object_that_is_another_than_announced(
    running: Running, tmp_path: Path, sop_class: UID, instance: str | None
) -> None:
    path = write_object(tmp_path / "a.dcm")
    request = C_STORE()
    request.MessageID = 1
    request.Priority = 2
    request.AffectedSOPClassUID = sop_class
    request.AffectedSOPInstanceUID = instance or dcmread(path).SOPInstanceUID
    request.DataSet = io.BytesIO(data_set_bytes(path))
    ae = AE("SENDER")
    ae.add_requested_context(VIDEO, uid.MPEG4HP41)
    association = ae.associate("127.0.0.1", running.receiver.port, ae_title="VULTUS")
    assert association.dul.socket is not None
    harden(association.dul.socket)
    association._reactor_checkpoint.clear()
    association.dimse.send_msg(request, 1)
    _, response = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    assert isinstance(response, C_STORE)
    assert response.Status == 0xA900
    association.release()
    assert running.inbox.arrivals == []


@pytest.mark.parametrize(
    ("allowed", "called", "words"),
    [
        (AllowedPeer.of("OTHER", "127.0.0.0/8"), "VULTUS", "does not know the calling AE title SENDER"),
        (AllowedPeer.of("SENDER", "10.0.0.0/8"), "VULTUS", "does not know the calling AE title SENDER"),
        (AllowedPeer.of("SENDER", "127.0.0.1"), "OTHER", "OTHER is not its AE title"),
    ],
)
def test_strangers_are_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, allowed: AllowedPeer, called: str, words: str
) -> None:
    with running_receiver(tmp_path, allowed_peers=(allowed,)) as running:
        with pytest.raises(PeerRefused, match=words):
            echo(replace(running.peer, ae_title=called))
        assert f"association from SENDER at 127.0.0.1 to {called} refused" in caplog.text
        record = next(record for record in caplog.records if record.message.startswith("association from"))
        assert vars(record)["event"] == "association_refused"


def test_refused_callers_do_not_use_up_the_associations(tmp_path: Path) -> None:
    with running_receiver(tmp_path, maximum_associations=1) as running:
        address = ("127.0.0.1", running.receiver.port)
        video = build_context(VIDEO, uid.MPEG4HP41)
        silent = contextlib.ExitStack()
        for _ in range(5):
            silent.enter_context(socket.create_connection(address))
        with open_association(running.peer, [video]), pytest.raises(PeerRefused, match="too many associations"):
            echo(running.peer)
        until(lambda: not any(association.is_established for association in associations(running)))
        echo_when_free(running)
        silent.close()


def associations(running: Running) -> list[Association]:
    assert running.receiver._running is not None
    return running.receiver._running.server.active_associations


def echo_when_free(running: Running) -> None:
    for _ in range(100):
        try:
            echo(running.peer)
        except PeerRefused:
            time.sleep(0.02)
        else:
            return
    pytest.fail("no association became free")


def begin_transfer(running: Running, tmp_path: Path) -> tuple[Association, list[P_DATA]]:
    """Send the first half of an object and wait until it is on disk."""
    ae = AE("SENDER")
    ae.add_requested_context(VIDEO, uid.MPEG4HP41)
    association = ae.associate("127.0.0.1", running.receiver.port, ae_title="VULTUS")
    assert association.dul.socket is not None
    harden(association.dul.socket)
    request = C_STORE()
    request.MessageID = 1
    request.Priority = 2
    request.AffectedSOPClassUID = VIDEO
    request.AffectedSOPInstanceUID = "1.2.3"
    request.DataSet = io.BytesIO(data_set_bytes(write_object(tmp_path / "half.dcm", payload=bytes(1_000_000))))
    message = C_STORE_RQ()
    message.primitive_to_message(request)
    fragments = list(message.encode_msg(1, 16384))
    for fragment in fragments[: len(fragments) // 2]:
        association.dul.send_pdu(fragment)
    until(lambda: running.spooled and running.spooled[0].stat().st_size > 400_000)
    return association, fragments[len(fragments) // 2 :]


def test_a_sender_killed_in_mid_transfer_leaves_nothing(running: Running, tmp_path: Path) -> None:
    association, _ = begin_transfer(running, tmp_path)
    assert association.dul.socket is not None
    assert association.dul.socket.socket is not None
    association.dul.socket.socket.shutdown(socket.SHUT_RDWR)
    until(lambda: running.spooled == [])
    assert running.inbox.arrivals == []
    association.abort()
    store(running.peer, tmp_path / "half.dcm")
    assert len(running.inbox.arrivals) == 1


def test_stop_aborts_a_stalled_transfer_after_its_grace(tmp_path: Path) -> None:
    with running_receiver(tmp_path) as running:
        association, _ = begin_transfer(running, tmp_path)
        running.receiver.stop(grace_s=0.2)
        assert running.spooled == []
        assert running.inbox.arrivals == []
    until(lambda: not association.is_established)


def test_stop_lets_a_running_transfer_end(running: Running, tmp_path: Path) -> None:
    deposited = threading.Event()
    original = running.receiver._deposit

    def slow(arrival: object) -> None:
        deposited.set()
        time.sleep(0.5)
        original(arrival)  # type: ignore[arg-type]

    running.receiver._deposit = slow
    path = write_object(tmp_path / "a.dcm")
    results: list[object] = []
    peer = running.peer
    sender = threading.Thread(target=lambda: results.append(store(peer, path)))
    sender.start()
    assert deposited.wait(10)
    running.receiver.stop(grace_s=10)
    sender.join(10)
    assert len(results) == 1
    assert len(running.inbox.arrivals) == 1


def test_leftovers_of_a_killed_receiver_are_swept_at_start(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    leftover = spool / "incoming-old.dcm"
    leftover.write_bytes(b"half")
    os.utime(leftover, (1, 1))
    with running_receiver(tmp_path) as running:
        assert running.spooled == []


def test_a_pdu_of_gigabytes_is_not_read(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.receiver.port)) as connection:
        connection.settimeout(10)
        connection.sendall(struct.pack(">BBL", 1, 0, 0x7FFF_FFFF) + bytes(1000))
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    echo(running.peer)


def test_a_port_in_use_is_named(running: Running, tmp_path: Path) -> None:
    second = Receiver(settings_for(tmp_path / "other", port=running.receiver.port), running.inbox)
    with pytest.raises(ListenError, match=rf"port {running.receiver.port}: another program uses this port"):
        second.start()


def test_an_address_of_another_machine_is_named(tmp_path: Path) -> None:
    receiver = Receiver(settings_for(tmp_path, host="192.0.2.1"), print)
    with pytest.raises(ListenError, match=r"does not have that address"):
        receiver.start()


def test_several_receivers_share_a_port(tmp_path: Path) -> None:
    with running_receiver(tmp_path, reuse_port=True) as running:
        second = Receiver(
            settings_for(tmp_path, port=running.receiver.port, reuse_port=True, spool_directory=tmp_path / "spool"),
            running.inbox,
        )
        second.start()
        echo(running.peer)
        second.stop()
        echo(running.peer)


def test_no_uid_and_no_patient_in_the_log(running: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    running.inbox.raises = lambda: OutOfResources("no room")
    path = write_object(tmp_path / "a.dcm")
    with pytest.raises(PeerFailed):
        store(running.peer, path)
    sent = dcmread(path)
    assert "0xA700" in caplog.text
    for secret in (sent.SOPInstanceUID, sent.StudyInstanceUID, sent.PatientID, "Person"):
        assert secret not in caplog.text


RECEIVER_PROCESS = """
import sys
from pathlib import Path
from tests.integration.dicom_lab import running_receiver
with running_receiver(Path(sys.argv[1])) as running:
    print(running.receiver.port, flush=True)
    sys.stdin.readline()
    status = Path("/proc/self/status").read_text()
    print(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1], flush=True)
    print(sum(arrival.size for arrival in running.inbox.arrivals), flush=True)
"""


def test_memory_does_not_grow_with_the_object(tmp_path: Path, running: Running) -> None:
    path = write_large_object(tmp_path / "large.dcm", 200)
    home = tmp_path / "process"
    home.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", RECEIVER_PROCESS, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        store(replace(running.peer, port=int(process.stdout.readline())), path)
        process.stdin.write("\n")
        process.stdin.flush()
        peak_kib, received = int(process.stdout.readline()), int(process.stdout.readline())
    assert received > 200 << 20
    assert peak_kib < 120 << 10


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    directory = tmp_path_factory.mktemp("tls")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    openssl("req", "-x509", *ec, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority")
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl("req", *ec[:-2], "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-out", f"{name}.pem", "-days", "2", "-extfile", "names"),
        )
    return directory


def tls_files(directory: Path, name: str) -> TlsFiles:
    return TlsFiles(certificate=directory / f"{name}.pem", key=directory / f"{name}.key", ca=directory / "ca.pem")


@pytest.mark.peer
def test_tls_with_client_certificates(tmp_path: Path, certificates: Path) -> None:
    with running_receiver(tmp_path, tls=tls_files(certificates, "server")) as running:
        peer = replace(running.peer, acse_timeout_s=5)
        path = write_object(tmp_path / "a.dcm", payload=bytes(3_000_000))
        store(replace(peer, tls=tls_files(certificates, "client")), path)
        assert data_set_bytes(running.inbox.arrivals[0].path) == data_set_bytes(path)
        with pytest.raises(PeerUnreachable, match="client certificate"):
            echo(replace(peer, tls=TlsFiles(ca=certificates / "ca.pem")))
        with pytest.raises(PeerUnreachable, match="TLS"):
            echo(peer)
        with pytest.raises(PeerUnreachable, match=r"TLS failed .*CERTIFICATE_VERIFY_FAILED"):
            echo(replace(peer, tls=TlsFiles()))


@pytest.mark.peer
def test_a_silent_caller_does_not_hold_up_tls(tmp_path: Path, certificates: Path) -> None:
    with (
        running_receiver(tmp_path, tls=tls_files(certificates, "server"), acse_timeout_s=2.0) as running,
        socket.create_connection(("127.0.0.1", running.receiver.port)),
    ):
        echo(replace(running.peer, tls=tls_files(certificates, "client")))


def test_unusable_tls_files_are_named(tmp_path: Path) -> None:
    for files, words in (
        (TlsFiles(certificate=tmp_path / "none.pem", key=tmp_path / "none.key"), "none.pem"),
        (TlsFiles(), "needs a certificate"),
    ):
        with pytest.raises(TlsFilesUnusable, match=words):
            Receiver(settings_for(tmp_path, tls=files), print).start()
