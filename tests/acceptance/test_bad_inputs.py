"""What cannot be used: one clear line, the right exit code, and nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from service.instances import InstanceStatus
from service.phantoms import PhantomFiles
from tests.archive import Archive, free_port, running_archive
from tests.integration.recordings import capture, encode, save, video_object
from tests.running import Service, another, serving, toml, until, vultus


def cut_in_pixels(path: Path, phantom: Path) -> None:
    path.write_bytes(phantom.read_bytes()[: phantom.stat().st_size * 6 // 10])


def cut_in_header(path: Path, phantom: Path) -> None:
    path.write_bytes(phantom.read_bytes()[:400])


def without_pixels(path: Path, phantom: Path) -> None:
    dataset = dcmread(phantom)
    del dataset.PixelData
    dataset.save_as(path, enforce_file_format=True)


def garbage_bitstream(path: Path, _: Path) -> None:
    save(video_object(b"this is no video at all " * 400), path)


def without_size(path: Path, _: Path) -> None:
    dataset = capture(4)
    dataset.Rows = dataset.Columns = 0
    save(dataset, path)


def text(path: Path, _: Path) -> None:
    path.write_text("Dear colleague, attached please find the video.\n")


def empty(path: Path, _: Path) -> None:
    path.touch()


def noise(path: Path, _: Path) -> None:
    path.write_bytes(bytes(range(256)) * 50)


INPUTS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "cut-in-pixels.dcm": (cut_in_pixels, "ends"),
    "cut-in-header.dcm": (cut_in_header, "SOP|UID|end"),
    "without-pixels.dcm": (without_pixels, "pixel data"),
    "garbage.dcm": (garbage_bitstream, "video"),
    "without-size.dcm": (without_size, "0 x 0|0x0|Rows|0 rows"),
    "letter.txt": (text, "neither|not a"),
    "empty.mp4": (empty, "empty|neither"),
    "noise.mp4": (noise, "neither|not a"),
}


def make(directory: Path, phantom: Path) -> list[Path]:
    directory.mkdir()
    for name, (write, _) in INPUTS.items():
        write(directory / name, phantom)
    return [directory / name for name in INPUTS]


def test_analyze_says_one_line_for_each_and_does_the_rest(
    tmp_path: Path, phantom: PhantomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = make(tmp_path / "in", phantom.dicom)
    one_frame = encode(tmp_path / "one-frame.mp4", "mp4", "libx264", times=(0.0,))
    done = vultus("analyze", *bad, one_frame, "--out", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == len(bad), done.stderr
    for path, line in zip(bad, lines, strict=True):
        assert line.startswith(f"vultus: {path}: ")
        assert "Traceback" not in line
        assert re.search(INPUTS[path.name][1], line), line
    assert "one-frame.mp4" in done.stdout
    assert (tmp_path / "out" / "one-frame" / "result.json").exists()
    assert (tmp_path / "out" / "one-frame" / "report.pdf").read_bytes().startswith(b"%PDF-")
    with capsys.disabled():
        print("\n  " + "\n  ".join(line.replace(f"{tmp_path}/in/", "") for line in lines))


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = vultus("analyze", tmp_path / "none.mp4", "--out", tmp_path)
    assert done.returncode == 2
    assert "none.mp4" in done.stderr
    assert "does not exist" in done.stderr


def test_analyze_keeps_the_source_as_it_was(tmp_path: Path, phantom: PhantomFiles) -> None:
    before = phantom.dicom.read_bytes()
    done = vultus("analyze", phantom.dicom, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert phantom.dicom.read_bytes() == before
    names = {file.name for file in (tmp_path / "out" / phantom.dicom.stem).iterdir()}
    assert names == {"result.json", "signals.csv", "report.pdf", "sr.dcm", "pdf.dcm"}


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    with running_archive() as archive:
        yield archive


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, archive: Archive) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("service")
    with serving(directory, sections={"destinations": [archive.destination()]}) as service:
        yield service


def test_over_dicom_each_is_kept_with_a_reason_and_the_good_one_is_reported(
    service: Service, phantom: PhantomFiles, tmp_path: Path
) -> None:
    study = generate_uid()
    for name in ("without-pixels.dcm", "garbage.dcm", "without-size.dcm"):  # a file that ends early cannot be sent
        path = tmp_path / name
        INPUTS[name][0](path, phantom.dicom)
        service.send(another(path, path, study=study, PatientName="Geheim^Gustav", PatientID="GEHEIM-7"))
    service.send(another(phantom.dicom, tmp_path / "good.dcm", study=study, PatientName="Geheim^Gustav"))
    exam = service.store.inbox.exam_of(study)

    def finished() -> bool:
        latest = service.store.exams.latest(exam)
        return latest is not None and f"{exam}:v{latest.version}" in service.delivered() and latest.unreadable == 3

    until(finished, "the report of the good clip", 40, log=service.log)
    states = [state for state in service.states() if state.exam == exam]
    assert len(states) == 4
    quarantined = [state for state in states if state.status is InstanceStatus.QUARANTINED]
    assert len(quarantined) == 3
    listed = service.jobs("list", "--quarantined")
    assert len(listed.splitlines()) == 3
    for state in quarantined:
        assert state.reason
        assert state.remedy
        assert (service.store.inbox.directory(state.job) / "object.dcm").exists()
        assert state.reason in listed
        assert state.remedy in service.jobs("show", state.job[:8])
    log = service.log.read_text()
    for secret in ("Geheim", "GEHEIM", study):
        assert secret not in log
    assert "Traceback" not in log


def test_a_destination_that_does_not_know_us_waits_in_sight(
    service: Service, archive: Archive, phantom: PhantomFiles, tmp_path: Path
) -> None:
    archive.refuses = True
    path = another(phantom.dicom, tmp_path / "clip.dcm")
    exam = service.store.inbox.exam_of(str(dcmread(path).StudyInstanceUID))
    service.send(path)
    until(lambda: service.store.exams.delivery(exam, 1, "archive").reason, "the first attempt", log=service.log)
    (line,) = (line for line in service.jobs("list").splitlines() if exam in line and "delivery" in line)
    assert "pending" in line
    assert "VULTUS" in line
    archive.refuses = False
    until(lambda: f"{exam}:v1" in service.delivered(), "delivery after the archive was mended", log=service.log)
    assert len(archive.instances) == len(set(archive.instances))


PATCHED = """
import sys
from pathlib import Path
from analysis import model
path = Path(sys.argv.pop(1))
model.default_path = lambda: path
from service.cli import main
main()
"""


@pytest.mark.parametrize(
    ("damage", "command"),
    [
        ("other", ["model", "verify"]),
        ("other", ["serve"]),
        ("missing", ["analyze", "{clip}", "--out", "out"]),
        ("missing", ["work"]),
    ],
)
def test_another_model_is_not_used(tmp_path: Path, phantom: PhantomFiles, command: list[str], damage: str) -> None:
    model = tmp_path / "face_landmarker.task"
    if damage == "other":
        model.write_bytes(b"not the measured one")
    environment = {**os.environ, "VULTUS__STORAGE__ROOT": str(tmp_path / "root")}
    arguments = [part.format(clip=phantom.video) for part in command]
    done = subprocess.run(
        [sys.executable, "-c", PATCHED, str(model), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 4
    assert "vultus model fetch" in done.stderr
    assert str(model) in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    config = tmp_path / "vultus.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sections = {"dicom": {"port": port}, "console": {"port": free_port()}, "storage": {"root": tmp_path / "root"}}
        config.write_text(toml(sections))
        for command in ("receive", "serve"):
            done = vultus(command, "--config", config)
            assert done.returncode == 4, done.stderr
            assert f"port {port}" in done.stderr
            assert "Traceback" not in done.stderr


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root and unshare to mount a read-only directory"
)
def test_storage_that_cannot_be_written(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o ro none {tmp_path}"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow mounts")
    environment = {**os.environ, "VULTUS__STORAGE__ROOT": str(tmp_path / "root")}
    for command, code in (("serve", 4), ("doctor", 1)):
        prefix = ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh"]
        done = vultus(command, prefix=prefix, env=environment)
        assert done.returncode == code, done.stderr
        said = done.stdout + done.stderr
        assert "storage.root" in said
        assert "Read-only file system" in said
        assert "Traceback" not in said


def test_a_configuration_with_a_typing_error(tmp_path: Path) -> None:
    config = tmp_path / "vultus.toml"
    config.write_text("[dicom]\nprot = 104\n")
    done = vultus("serve", "--config", config)
    assert done.returncode == 4
    assert "dicom.prot: there is no such key" in done.stderr
    assert "Traceback" not in done.stderr
