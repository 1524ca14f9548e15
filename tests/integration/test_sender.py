"""The sender against our receiver, pynetdicom and DCMTK's storescp."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread, uid
from pynetdicom import AE, evt
from pynetdicom.events import Event

from dicom_io.errors import NotAnInput, PeerFailed, PeerRefused, PeerUnreachable
from dicom_io.peers import Peer
from dicom_io.sender import echo, store, store_many
from tests.integration.dicom_lab import loopback_namespace, needs_namespaces, write_object

needs_dcmtk = pytest.mark.skipif(shutil.which("storescp") is None, reason="DCMTK (storescp) is not installed")
SR = uid.Comprehensive3DSRStorage


def peer_at(port: int) -> Peer:
    return Peer(name="archive", ae_title="ARCHIVE", host="127.0.0.1", port=port, connection_timeout_s=2)


@contextmanager
def archive(status: int, *syntaxes: str, called: str = "ARCHIVE") -> Iterator[Peer]:
    ae = AE(called)
    ae.require_called_aet = True
    ae.add_supported_context(SR, list(syntaxes) or [uid.ExplicitVRLittleEndian])
    received: list[str] = []

    def take(event: Event) -> int:
        received.append(event.context.transfer_syntax)
        return status

    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, take)])
    assert server is not None
    try:
        yield peer_at(server.server_address[1])
    finally:
        server.shutdown()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return write_object(tmp_path / "sr.dcm", sop_class=SR, syntax=uid.ExplicitVRLittleEndian)


def test_success_has_no_warning(report: Path) -> None:
    with archive(0x0000) as peer:
        stored = store(peer, report)
    assert (stored.sop_class_uid, stored.sop_instance_uid, stored.warning) == (SR, dcmread(report).SOPInstanceUID, None)


@pytest.mark.parametrize(("status", "words"), [(0xB000, "Coercion"), (0xB007, "Does Not Match"), (0x0111, "already")])
def test_warnings_and_duplicates_count_as_stored(
    report: Path, status: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with archive(status) as peer:
        warning = store(peer, report).warning
    assert warning is not None
    assert words in warning
    assert words in caplog.text


@pytest.mark.parametrize(
    ("status", "words", "retryable"),
    [
        (0xA700, "Out of Resources.*make room", True),
        (0xA900, "Does Not Match SOP Class.*content", False),
        (0xC123, "Cannot Understand.*content", False),
        (0x0110, "Processing Failure.*log", True),
        (0x0122, "enable this SOP class", True),
        (0x0124, "the right to store", True),
        (0x0999, "0x0999", True),
    ],
)
def test_failures_say_what_to_mend(report: Path, status: int, words: str, retryable: bool) -> None:
    with archive(status) as peer, pytest.raises(PeerFailed, match=words) as caught:
        store(peer, report)
    assert (caught.value.status, caught.value.retryable) == (status, retryable)
    assert dcmread(report).SOPInstanceUID not in str(caught.value)


def test_a_peer_that_knows_only_implicit_little_endian(report: Path) -> None:
    with archive(0x0000, uid.ImplicitVRLittleEndian) as peer:
        assert store(peer, report).warning is None


def test_a_syntax_that_is_not_accepted_is_named(tmp_path: Path, report: Path) -> None:
    compressed = write_object(
        tmp_path / "sc.dcm", sop_class=uid.SecondaryCaptureImageStorage, syntax=uid.JPEGBaseline8Bit
    )
    with archive(0x0000) as peer, pytest.raises(PeerRefused, match=r"Secondary Capture Image Storage in JPEG Baseline"):
        store_many(peer, [report, compressed])
    with archive(0x0000) as peer, pytest.raises(PeerRefused, match=r"accepts none .*Secondary Capture"):
        store(peer, compressed)


def test_nothing_to_send_calls_nobody() -> None:
    assert store_many(peer_at(1), []) == ()


def test_a_file_that_is_no_dicom_object(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not DICOM" * 100)
    with pytest.raises(NotAnInput):
        store(peer_at(1), path)


def test_a_wrong_called_title(report: Path) -> None:
    with archive(0x0000, called="OTHER") as peer, pytest.raises(PeerRefused, match="ARCHIVE is not its AE title"):
        store(peer, report)


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(PeerUnreachable, match="nothing listens on that port") as caught:
            echo(peer_at(free.getsockname()[1]))
    assert caught.value.retryable


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(PeerUnreachable, match="host name"):
        echo(replace(peer_at(104), host="no-such-host.invalid"))


def test_a_port_that_is_no_dicom_node() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        peer = replace(peer_at(silent.getsockname()[1]), acse_timeout_s=0.3)
        with pytest.raises(PeerUnreachable, match=r"silent for 0\.3 s"):
            echo(peer)


def test_a_peer_that_takes_an_object_and_falls_silent(report: Path) -> None:
    ae = AE("ARCHIVE")
    ae.add_supported_context(SR, uid.ExplicitVRLittleEndian)

    def stall(_: Event) -> int:
        time.sleep(1)
        return 0x0000

    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, stall)])
    assert server is not None
    try:
        with pytest.raises(PeerUnreachable, match="did not answer"):
            store(replace(peer_at(server.server_address[1]), dimse_timeout_s=0.3), report)
    finally:
        server.shutdown()


SEND_TO_STORESCP = """
import sys, time
from pathlib import Path
from dicom_io.errors import DicomIoError, PeerUnreachable
from dicom_io.peers import Peer
from dicom_io.sender import echo, store
peer = Peer(name="archive", ae_title="ARCHIVE", host="127.0.0.1", port=11163, connection_timeout_s=2)
for _ in range(200):
    try:
        store(peer, Path(sys.argv[1]))
    except PeerUnreachable as error:
        if "nothing listens" in str(error):
            time.sleep(0.05)
            continue
        print(type(error).__name__)
    except DicomIoError as error:
        print(type(error).__name__)
    else:
        echo(peer)
        print("stored")
    break
"""


def send_to_storescp(directory: Path, path: Path, *options: str) -> str:
    """``storescp`` binds every address: it and the sender run where there is loopback only."""
    directory.mkdir()
    with loopback_namespace() as inside:
        server = [*inside, "storescp", "-aet", "ARCHIVE", "-od", str(directory), *options, "11163"]
        with subprocess.Popen(server, stderr=subprocess.DEVNULL) as storescp:
            try:
                client = [*inside, sys.executable, "-c", SEND_TO_STORESCP, str(path)]
                return subprocess.run(client, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
            finally:
                storescp.terminate()


@pytest.mark.peer
@needs_dcmtk
@needs_namespaces
def test_storescp_gets_the_same_bytes(tmp_path: Path) -> None:
    path = write_object(tmp_path / "a.dcm", payload=bytes(range(250)) * 4000)
    assert send_to_storescp(tmp_path / "received", path, "+xa", "+B", "-pm") == "stored"
    (received,) = (tmp_path / "received").iterdir()
    assert dcmread(received).PixelData == dcmread(path).PixelData


@pytest.mark.peer
@needs_dcmtk
@needs_namespaces
@pytest.mark.parametrize(("option", "error"), [("--refuse", "PeerRefused"), ("--abort-after", "PeerUnreachable")])
def test_storescp_that_refuses_or_aborts(tmp_path: Path, report: Path, option: str, error: str) -> None:
    assert send_to_storescp(tmp_path / "received", report, option) == error
