"""The files under deploy/ agree with the Dockerfile, the version and each other, and ask for no more rights than they need."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from service.configuration import DicomDestination, load
from service.supervisor import EXIT_UNUSABLE
from tests.peers import require

yaml: Any = pytest.importorskip("yaml")

_REPOSITORY = Path(__file__).parents[2]
_DEPLOY = _REPOSITORY / "deploy"
_DOCKERFILE = (_REPOSITORY / "Dockerfile").read_text()
_COMPOSE = [_DEPLOY / "compose.yaml", _DEPLOY / "compose.orthanc.yaml"]


def _services(path: Path) -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(path.read_text())["services"]
    return services


@pytest.fixture(scope="module")
def version() -> str:
    found: str = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    return found


def test_one_version_everywhere(version: str) -> None:
    assert f"ARG VERSION={version}\n" in _DOCKERFILE
    assert _services(_COMPOSE[0])["vultus"]["image"] == f"vultus:{version}"


def test_the_dockerfile_names_everything_that_building_the_wheel_needs() -> None:
    """Its list is chosen from dev.txt by name: hatchling, and whatever dev.txt says is there because of hatchling."""
    pinned = (_REPOSITORY / "requirements" / "dev.txt").read_text()
    blocks = re.findall(r"^([a-z0-9-]+)==.*((?:\n    .*)*)", pinned, re.MULTILINE)
    needed = {name for name, block in blocks if re.search(r"(via|#)\s+hatchling$", block, re.MULTILINE)}
    chosen = re.search(r"awk '/\^\(([^)]+)\)==", _DOCKERFILE)
    assert chosen is not None
    assert set(chosen[1].split("|")) == needed | {"hatchling"}


def test_the_service_runs_with_the_least_rights() -> None:
    service = _services(_COMPOSE[0])["vultus"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
    writable = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
    assert writable == ["storage:/var/lib/vultus"]


def test_only_dicom_is_published_beyond_this_machine() -> None:
    for path in _COMPOSE:
        for service in _services(path).values():
            for port in service.get("ports", ()):
                assert port == "11112:11112" or port.startswith("127.0.0.1:")


def test_compose_asks_for_health_as_the_image_does() -> None:
    check = re.search(r"^HEALTHCHECK (.*?)\\\n\s+CMD (\[.*\])$", _DOCKERFILE, re.MULTILINE)
    assert check is not None
    healthcheck = _services(_COMPOSE[0])["vultus"]["healthcheck"]
    assert healthcheck["test"] == ["CMD", *json.loads(check[2])]
    options = dict(re.findall(r"--([a-z-]+)=(\w+)", check[1]))
    assert {name.replace("-", "_"): value for name, value in options.items()} == {
        name: str(value) for name, value in healthcheck.items() if name != "test"
    }


def test_what_is_mounted_is_there() -> None:
    for path in _COMPOSE:
        for service in _services(path).values():
            for volume in service.get("volumes", ()):
                source = volume.split(":")[0]
                assert not source.startswith(".") or (_DEPLOY / source).is_file(), volume


def test_vultus_and_orthanc_know_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    services = _services(_COMPOSE[1])
    for variable, value in services["vultus"]["environment"].items():
        monkeypatch.setenv(variable, value)
    configuration = load(_DEPLOY / "vultus.toml")
    address = services["orthanc"]["networks"]["exchange"]["ipv4_address"]
    orthanc = json.loads((_DEPLOY / "orthanc" / "orthanc.json").read_text())
    (peer,) = configuration.dicom.allowed_peers
    assert (peer.ae_title, peer.address) == (orthanc["DicomAet"], f"{address}/32")
    (destination,) = configuration.destinations
    assert isinstance(destination, DicomDestination)
    assert (destination.ae_title, destination.host, destination.port) == (
        orthanc["DicomAet"],
        address,
        orthanc["DicomPort"],
    )
    vultus = orthanc["DicomModalities"]["vultus"]
    assert (vultus["AET"], vultus["Host"], vultus["Port"]) == (configuration.dicom.ae_title, "vultus", 11112)


def test_compose_files_follow_the_compose_specification() -> None:
    beside = Path(sys.executable).with_name("check-jsonschema")
    program = str(beside) if beside.exists() else shutil.which("check-jsonschema")
    if program is None:
        pytest.skip("check-jsonschema is not installed")
    done = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", *map(str, _COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_systemd_does_not_restart_what_a_restart_cannot_mend() -> None:
    unit = (_DEPLOY / "vultus.service").read_text().splitlines()
    assert f"RestartPreventExitStatus={EXIT_UNUSABLE}" in unit
    assert "User=vultus" in unit
    assert "NoNewPrivileges=yes" in unit
    assert "CapabilityBoundingSet=" in unit


@pytest.mark.peer
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = require("systemd-analyze")
    unit = tmp_path / "vultus.service"
    unit.write_text((_DEPLOY / "vultus.service").read_text().replace("/opt/vultus/bin/vultus", sys.executable))
    done = subprocess.run([program, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if "vultus.service" in line]
    scored = subprocess.run(
        [program, "security", "--offline=yes", "--threshold=25", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert scored.returncode == 0, scored.stdout[-300:] + scored.stderr
