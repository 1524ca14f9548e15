"""The receiver against the tools of DCMTK."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread, uid
from pydicom.uid import UID

from dicom_io.peers import AllowedPeer
from tests.integration.dicom_lab import Running, running_receiver, write_large_object, write_object

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("storescu") is None, reason="DCMTK (storescu, echoscu, dcmsend) is not installed"),
]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with running_receiver(tmp_path, allowed_peers=(AllowedPeer.of("SENDER", "127.0.0.1"),)) as receiver:
        yield receiver


def dcmtk(
    program: str, running: Running, *arguments: str, calling: str = "SENDER", called: str = "VULTUS"
) -> subprocess.CompletedProcess[str]:
    port = str(running.receiver.port)
    command = [program, "-v", "-aet", calling, "-aec", called, *arguments[:-1], "127.0.0.1", port, *arguments[-1:]]
    return subprocess.run([part for part in command if part], capture_output=True, text=True, timeout=60)


def test_echo(running: Running) -> None:
    assert dcmtk("echoscu", running, "").returncode == 0


@pytest.mark.parametrize(
    ("option", "syntax"),
    [
        ("-xm", uid.MPEG2MPML),
        ("-xh", uid.MPEG2MPHL),
        ("-xn", uid.MPEG4HP41),
        ("-xl", uid.MPEG4HP41BD),
        ("-x2", uid.MPEG4HP422D),
        ("-x3", uid.MPEG4HP423D),
        ("-xo", uid.MPEG4HP42STEREO),
        ("-x4", uid.HEVCMP51),
        ("-x5", uid.HEVCM10P51),
    ],
)
def test_storescu_sends_video(running: Running, tmp_path: Path, option: str, syntax: UID) -> None:
    path = write_object(tmp_path / "a.dcm", syntax=syntax)
    sent = dcmtk("storescu", running, "-R", option, str(path))
    assert sent.returncode == 0, sent.stderr
    (arrival,) = running.inbox.arrivals
    assert arrival.transfer_syntax_uid == syntax
    assert dcmread(arrival.path).PixelData == dcmread(path).PixelData


def test_dcmsend_sends_a_whole_study(running: Running, tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    write_object(study / "1.dcm", syntax=uid.MPEG4HP41)
    write_object(study / "2.dcm", sop_class=uid.VLPhotographicImageStorage, syntax=uid.JPEGBaseline8Bit)
    write_object(study / "3.dcm", sop_class=uid.SecondaryCaptureImageStorage, syntax=uid.ImplicitVRLittleEndian)
    write_object(study / "4.dcm", sop_class=uid.Comprehensive3DSRStorage, syntax=uid.ExplicitVRLittleEndian)
    write_object(study / "5.dcm", sop_class=uid.EncapsulatedPDFStorage, syntax=uid.ExplicitVRLittleEndian)
    sent = dcmtk("dcmsend", running, "+sd", "-dn", str(study))
    assert sent.returncode == 0, sent.stderr
    assert len({arrival.sop_instance_uid for arrival in running.inbox.arrivals}) == 5


def test_computed_tomography_is_rejected(running: Running, tmp_path: Path) -> None:
    path = write_object(tmp_path / "ct.dcm", sop_class=uid.CTImageStorage, syntax=uid.ExplicitVRLittleEndian)
    sent = dcmtk("storescu", running, str(path))
    assert sent.returncode != 0
    assert "No valid Presentation Context" in sent.stderr
    assert running.inbox.arrivals == []


@pytest.mark.parametrize(
    ("calling", "called", "words"),
    [("STRANGER", "VULTUS", "Calling AE Title Not Recognized"), ("SENDER", "OTHER", "Called AE Title Not Recognized")],
)
def test_strangers_are_told_why(running: Running, calling: str, called: str, words: str) -> None:
    refused = dcmtk("echoscu", running, "", calling=calling, called=called)
    assert refused.returncode != 0
    assert words in refused.stderr


def test_the_right_title_from_a_wrong_address(tmp_path: Path) -> None:
    with running_receiver(tmp_path, allowed_peers=(AllowedPeer.of("SENDER", "10.0.0.0/8"),)) as running:
        refused = dcmtk("echoscu", running, "")
    assert refused.returncode != 0
    assert "Calling AE Title Not Recognized" in refused.stderr


def test_the_status_of_a_failed_deposit_reaches_the_sender(running: Running, tmp_path: Path) -> None:
    running.inbox.raises = lambda: RuntimeError("a bug")
    sent = dcmtk("storescu", running, "-R", "-xn", str(write_object(tmp_path / "a.dcm")))
    assert sent.returncode != 0
    assert "c001" in sent.stderr.lower() or "CannotUnderstand" in sent.stderr


def test_storescu_killed_in_mid_transfer_leaves_nothing(running: Running, tmp_path: Path) -> None:
    path = write_large_object(tmp_path / "large.dcm", 300)
    port = str(running.receiver.port)
    with subprocess.Popen(["storescu", "-aet", "SENDER", "-aec", "VULTUS", "127.0.0.1", port, str(path)]) as sender:
        while sender.poll() is None and not any(spooled.stat().st_size > 1 << 20 for spooled in running.spooled):
            time.sleep(0.001)
        sender.kill()
    for _ in range(1000):
        if not running.spooled:
            break
        time.sleep(0.01)
    assert running.spooled == []
    assert running.inbox.arrivals == []
    assert dcmtk("echoscu", running, "").returncode == 0
