"""The Orthanc under deploy/ hands a recording to Vultus, gets the documents into the same study, and hands nothing back again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from analysis import model
from analysis.errors import ModelError
from service.phantoms import write_phantom
from tests.integration.dicom_lab import loopback_namespace, needs_namespaces
from tests.peers import require

yaml: Any = pytest.importorskip("yaml")

pytestmark = [pytest.mark.peer, needs_namespaces, pytest.mark.timeout(240)]

_DEPLOY = Path(__file__).parents[2] / "deploy"
_REST = "http://127.0.0.1:8142"
_ASK = """
import sys, urllib.request
body = open(sys.argv[2], "rb").read() if len(sys.argv) > 2 else None
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], body, timeout=20).read())
"""


def _orthanc_configuration(directory: Path) -> Path:
    """The example, moved from its container to this machine's loopback."""
    configuration = json.loads((_DEPLOY / "orthanc" / "orthanc.json").read_text())
    configuration |= {
        "StorageDirectory": str(directory / "db"),
        "IndexDirectory": str(directory / "db"),
        "HttpPort": 8142,
        "LuaScripts": [str(_DEPLOY / "orthanc" / "vultus.lua")],
    }
    configuration["DicomModalities"]["vultus"]["Host"] = "127.0.0.1"
    (directory / "db").mkdir()
    path = directory / "orthanc.json"
    path.write_text(json.dumps(configuration))
    return path


def _vultus_environment(directory: Path) -> dict[str, str]:
    services = yaml.safe_load((_DEPLOY / "compose.orthanc.yaml").read_text())["services"]
    address = services["orthanc"]["networks"]["exchange"]["ipv4_address"]
    example = {name: text.replace(address, "127.0.0.1") for name, text in services["vultus"]["environment"].items()}
    own = {
        "VULTUS__STORAGE__ROOT": str(directory / "var"),
        "VULTUS__STORAGE__MIN_FREE_GB": "0",
        "VULTUS__EXAM__QUIET_PERIOD_S": "1",
    }
    return {**os.environ, **example, **own}


@contextmanager
def _process(command: list[str], log: Path, environment: dict[str, str] | None = None) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _await_answer(prefix: list[str], path: str, wanted: Any, *, seconds: float, body: Path | None = None) -> Any:
    """Ask Orthanc until ``wanted(answer)`` holds."""
    command = [*prefix, sys.executable, "-c", _ASK, _REST + path, *([str(body)] if body else [])]
    deadline = time.monotonic() + seconds
    while True:
        done = subprocess.run(command, capture_output=True, check=False)
        answer = json.loads(done.stdout) if done.returncode == 0 else None
        if answer is not None and wanted(answer):
            return answer
        assert time.monotonic() < deadline, f"{path}: {answer} {done.stderr[-300:]!r}"
        time.sleep(0.5)


def test_the_round_trip_ends_after_one_turn(tmp_path: Path) -> None:
    orthanc = require("Orthanc")
    try:
        model.verify(model.default_path())
    except ModelError as error:
        pytest.skip(str(error))
    recording = write_phantom("weak-left", tmp_path / "phantom").dicom
    environment = _vultus_environment(tmp_path)
    vultus = [sys.executable, "-m", "service.cli"]
    with (
        loopback_namespace() as prefix,
        _process([*prefix, orthanc, str(_orthanc_configuration(tmp_path))], tmp_path / "orthanc.log"),
        _process([*prefix, *vultus, "serve"], tmp_path / "vultus.log", environment),
    ):
        _await_answer(prefix, "/system", bool, seconds=30)
        # Orthanc tries once, so Vultus has to listen before the recording arrives
        doctor = [*prefix, *vultus, "doctor"]
        deadline = time.monotonic() + 60
        while (
            b"and Vultus runs" not in subprocess.run(doctor, capture_output=True, env=environment, check=False).stdout
        ):
            assert time.monotonic() < deadline, (tmp_path / "vultus.log").read_text()[-2000:]
        _await_answer(prefix, "/instances", bool, seconds=20, body=recording)

        series = _await_answer(prefix, "/series?expand", lambda found: len(found) == 3, seconds=120)
        assert {each["MainDicomTags"]["Modality"] for each in series} == {"XC", "SR", "DOC"}
        assert len({each["ParentStudy"] for each in series}) == 1

        jobs = [*prefix, *vultus, "jobs", "list"]
        deadline = time.monotonic() + 60
        while b"delivered" not in (
            said := subprocess.run(jobs, capture_output=True, env=environment, check=True).stdout
        ):
            assert time.monotonic() < deadline, said
            time.sleep(0.5)
        # one recording, one delivery: the documents that Orthanc stored did not come back
        assert sorted(line.split()[1] for line in said.decode().splitlines()) == ["analysis", "delivery"]
        statistics = _await_answer(prefix, "/statistics", bool, seconds=10)
        assert statistics["CountInstances"] == 3
