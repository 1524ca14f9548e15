"""Beside a real PACS: a video stored in Orthanc gets its report and its PDF into the same study, untouched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread

from service.exams import PDF_OBJECT, SR
from service.instances import InstanceStatus, content_sha256
from service.phantoms import PhantomFiles
from tests.integration.dicom_lab import loopback_namespace, needs_namespaces
from tests.peers import iod_errors, require, unwrapped
from tests.running import Service, another, serving, until

pytestmark = [pytest.mark.peer, needs_namespaces]

HTTP, DICOM = 8142, 4242
# it forwards everything, also what came from Vultus: the worst neighbour for a loop
FORWARD = "function OnStoredInstance(id) SendToModality(id, 'vultus') end"
ASK = """
import sys, urllib.request
method, url, body = sys.argv[1:]
data = open(body, "rb").read() if body else None
with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method), timeout=30) as answer:
    sys.stdout.buffer.write(answer.read())
"""


@dataclass(frozen=True)
class Orthanc:
    prefix: list[str]  # runs a program in the network namespace

    def ask(self, path: str, *, method: str = "GET", body: Path | str = "") -> bytes:
        command = [*self.prefix, sys.executable, "-c", ASK, method, f"http://127.0.0.1:{HTTP}{path}", str(body)]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def json(self, path: str) -> Any:
        return json.loads(self.ask(path))

    def keep(self, path: Path) -> None:
        self.ask("/instances", method="POST", body=path)

    def fetch(self, directory: Path, study_uid: str) -> dict[str, Path]:
        """The objects of a study by modality, as Orthanc gives them back."""
        found: dict[str, Path] = {}
        for instance in self.json("/instances?expand"):
            path = directory / f"{instance['ID']}.dcm"
            path.write_bytes(self.ask(f"/instances/{instance['ID']}/file"))
            header = dcmread(path, stop_before_pixels=True)
            if header.StudyInstanceUID == study_uid:
                assert header.Modality not in found
                found[header.Modality] = path
        return found


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    program = require("Orthanc")
    directory = tmp_path_factory.mktemp("orthanc")
    (directory / "forward.lua").write_text(FORWARD)
    vultus = {"AET": "VULTUS", "Host": "127.0.0.1", "Port": 11112, "AllowStorageCommitment": True}
    configuration = {
        "StorageDirectory": str(directory / "db"),
        "IndexDirectory": str(directory / "db"),
        "HttpPort": HTTP,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAet": "ORTHANC",
        "DicomPort": DICOM,
        "DicomCheckCalledAet": True,
        "DicomAlwaysAllowStore": False,
        "StrictAetComparison": True,
        "OverwriteInstances": True,
        "LuaScripts": [str(directory / "forward.lua")],
        "DicomModalities": {"vultus": vultus},
    }
    (directory / "orthanc.json").write_text(json.dumps(configuration))
    with loopback_namespace() as prefix, (directory / "orthanc.log").open("wb") as log:
        command = [*prefix, program, str(directory / "orthanc.json")]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=directory)
        try:
            server = Orthanc(prefix)

            def answers() -> bool:
                assert process.poll() is None, (directory / "orthanc.log").read_text()
                ask = [*prefix, sys.executable, "-c", ASK, "GET", f"http://127.0.0.1:{HTTP}/system", ""]
                return subprocess.run(ask, capture_output=True, timeout=30, check=False).returncode == 0

            until(answers, "Orthanc to answer", 60)
            yield server
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def vultus_beside(orthanc: Orthanc, directory: Path, *, storage_commitment: bool) -> Iterator[Service]:
    sections = {
        "dicom": {"port": 11112, "allowed_peers": [{"ae_title": "ORTHANC", "address": "127.0.0.1/32"}]},
        "destinations": [
            {
                "name": "pacs",
                "ae_title": "ORTHANC",
                "host": "127.0.0.1",
                "port": DICOM,
                "storage_commitment": storage_commitment,
            }
        ],
    }
    with serving(directory, sections=sections, prefix=orthanc.prefix) as service:
        yield service


def seconds(service: Service) -> dict[str, float]:
    """How long the parts of the way took, by the service's own notes."""
    (state,) = service.states(InstanceStatus.ANALYSED)
    (version,) = service.store.exams.all_versions()
    delivery = service.store.exams.delivery(version.exam, version.version, "pacs")
    return {
        "arrival to analysed": (state.updated - state.received).total_seconds(),
        "arrival to report": (version.created - state.received).total_seconds(),
        "arrival to both documents in the PACS": (delivery.updated - state.received).total_seconds(),
    }


def identity(dataset: Dataset) -> list[object]:
    keywords = ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyID")
    more = ("StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyDescription")
    return [dataset.get(keyword) for keyword in (*keywords, *more)]


@pytest.mark.parametrize("storage_commitment", [False, True], ids=["stored", "committed"])
def test_documents_lie_beside_the_video(
    orthanc: Orthanc,
    phantom: PhantomFiles,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    storage_commitment: bool,
) -> None:
    elements = {
        "SpecificCharacterSet": "ISO_IR 192",
        "PatientName": "Yamada^Tarou=山田^太郎",
        "AccessionNumber": "A 77",
    }
    video = another(phantom.dicom, tmp_path / "video.dcm", **elements)
    source = dcmread(video, stop_before_pixels=True)
    with vultus_beside(orthanc, tmp_path, storage_commitment=storage_commitment) as service:
        orthanc.keep(video)
        until(lambda: service.delivered("pacs"), "delivery", log=service.log)
        until(lambda: len(service.states(InstanceStatus.IGNORED)) == 2, "Orthanc to send the documents back")
        orthanc.keep(video)  # stored once more: forwarded once more
        until(lambda: {job["State"] for job in orthanc.json("/jobs?expand")} == {"Success"}, "Orthanc to forward it")
        took = seconds(service)
        fetched = orthanc.fetch(tmp_path, source.StudyInstanceUID)
        (version,) = service.store.exams.all_versions()
        written = service.store.exams.directory(version.exam, 1)
        statuses = sorted(str(state.status) for state in service.states())
    assert statuses == ["analysed", "ignored", "ignored"]
    assert set(fetched) == {source.Modality, "SR", "DOC"}
    for modality, name in (("SR", SR), ("DOC", PDF_OBJECT)):
        assert content_sha256(fetched[modality]) == content_sha256(written / name)
        assert identity(dcmread(fetched[modality])) == identity(source)
        assert iod_errors(fetched[modality]) == []
    assert unwrapped(fetched["DOC"], tmp_path / "out.pdf") == (written / "report.pdf").read_bytes()
    with capsys.disabled():
        words = ", ".join(f"{what} {time:.1f} s" for what, time in took.items())
        cores = len(os.sched_getaffinity(0))
        print(f"\n  {'committed' if storage_commitment else 'stored'}: {words} (quiet period 1 s, {cores} cores)")
