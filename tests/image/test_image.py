"""The image, built for real and run as user 10001 on a read-only root without capabilities, new privileges or a network."""

from __future__ import annotations

import json
import signal
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.model import SHA256
from tests.image.image_lab import REPOSITORY, Buildah, Container, Image, need_what_it_takes, pip_access

pytestmark = [pytest.mark.image, pytest.mark.timeout(1800)]

_PRESENT = "import shutil, sys; print(*filter(shutil.which, sys.argv[1:]))"
_BUILD_TOOLS = ("gcc", "cc", "g++", "clang", "ld", "as", "make", "pip", "pip3", "curl", "wget")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    need_what_it_takes()
    buildah = Buildah(tmp_path_factory.mktemp("buildah"))
    try:
        yield buildah.build(pip_access())
    finally:
        buildah.clear()


@pytest.fixture
def container(image: Image, tmp_path: Path) -> Container:
    state = tmp_path / "state"
    state.mkdir()
    return Container(image, state)


def test_figures(image: Image, record_property: Callable[[str, object], None]) -> None:
    record_property("size_mb", round(image.size_bytes / 1e6))
    record_property("build_s", round(image.build_s))
    print(f"\nimage {image.size_bytes / 1e6:.0f} MB, built in {image.build_s:.0f} s")
    assert image.size_bytes < 1.2e9


def test_it_says_what_it_is_and_how_it_wants_to_be_run(image: Image) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert image.command == ["vultus", "serve"]
    assert image.config["User"] == "10001:10001"
    assert image.config["StopSignal"] == "SIGTERM"
    assert set(image.config["ExposedPorts"]) == {"11112/tcp", "8042/tcp"}
    assert set(image.config["Volumes"]) == {"/var/lib/vultus"}
    assert image.config["Healthcheck"]["Test"][0] == "CMD"
    assert image.config["Labels"]["org.opencontainers.image.version"] == project["version"]
    assert image.config["Labels"]["org.opencontainers.image.licenses"] == project["license"]


def test_nothing_of_the_build_is_left(image: Image, container: Container) -> None:
    found = container.run("python", "-c", _PRESENT, *_BUILD_TOOLS)
    assert (found.returncode, found.stdout.strip()) == (0, ""), found.stderr
    assert container.run("python", "-c", "import pip").returncode == 1
    assert not any(variable.startswith(("PIP_", "SSL_")) for variable in image.environment)
    for mounted in image.mounted_for_the_build:
        inside = image.root / mounted.relative_to("/")
        if inside.is_dir():
            assert not any(inside.iterdir()), f"{mounted} has content"
        elif mounted.suffix == ".conf":
            assert inside.read_bytes() == b"", f"{mounted} has content"
    for leftover in ("build", "root/.cache", "var/lib/apt/lists"):
        directory = image.root / leftover
        assert not directory.exists() or not any(directory.iterdir()), f"/{leftover} has content"


def test_its_user_can_write_only_to_the_storage_root_and_tmp(container: Container) -> None:
    script = """
import os, sys
def writable(path):
    try:
        open(os.path.join(path, "probe"), "w").close()
    except OSError:
        return False
    return True
print(os.getuid(), os.getgid(), os.getgroups())
print([path for path in sys.argv[1:] if writable(path)])
print([line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapEff", "CapBnd", "NoNewPrivs"))])
"""
    done = container.run("python", "-c", script, "/", "/opt/vultus", "/etc", "/usr", "/var", "/var/lib/vultus", "/tmp")
    assert done.stdout.splitlines() == [
        "10001 10001 []",
        "['/var/lib/vultus', '/tmp']",
        f"{['0' * 16, '0' * 16, '1']}",
    ], done.stderr


def test_the_model_is_in_it(container: Container) -> None:
    done = container.run("vultus", "model", "verify")
    assert done.stdout.split() == ["/opt/vultus/share/vultus/face_landmarker.task", SHA256], done.stderr


def test_doctor_finds_nothing_to_mend(container: Container) -> None:
    done = container.run("vultus", "doctor", environment=["VULTUS__STORAGE__MIN_FREE_GB=1"])
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    # a container may not make namespaces: there the filter keeps decoders off the network, and needs libseccomp
    assert "no network (by seccomp)" in done.stdout


def test_the_demonstration_delivers_both_documents(container: Container) -> None:
    done = container.run("vultus", "demo", "--once")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    version = next((container.state / "results").glob("*/v1"))
    for name in ("sr.dcm", "pdf.dcm"):
        assert (version / name).read_bytes()[128:132] == b"DICM"
        assert (version / name).stat().st_uid == 10001
    assert (version / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_it_becomes_healthy_and_stops_when_told(image: Image, container: Container) -> None:
    check = image.config["Healthcheck"]["Test"][1:]
    signal_number = signal.Signals[image.config["StopSignal"]]
    with container.running(*image.command, environment=["VULTUS__STORAGE__MIN_FREE_GB=1"]) as running:
        deadline = time.monotonic() + 120
        while (answer := running.execute(*check)).returncode != 0:
            assert time.monotonic() < deadline, answer.stdout + answer.stderr
            time.sleep(0.5)
        assert json.loads(answer.stdout) == {"status": "ready", "problems": {}}
        assert running.execute("vultus", "jobs", "list").returncode == 0
        assert running.stop(signal_number) == 0


def test_its_health_check_fails_where_the_receiver_does_not_run(image: Image, container: Container) -> None:
    check = image.config["Healthcheck"]["Test"][1:]
    with container.running("vultus", "console", environment=["VULTUS__STORAGE__MIN_FREE_GB=1"]) as running:
        deadline = time.monotonic() + 120
        while not (answer := running.execute(*check)).stdout:
            assert time.monotonic() < deadline, answer.stderr
            time.sleep(0.5)
    assert answer.returncode == 1
    assert set(json.loads(answer.stdout)["problems"]) == {"receive", "work"}


def test_configuration_of_the_environment_that_is_no_good_stops_it(container: Container) -> None:
    done = container.run("vultus", "serve", environment=["VULTUS__DICOM__PORT=99999"])
    assert done.returncode == 4
    assert "dicom.port" in done.stderr
