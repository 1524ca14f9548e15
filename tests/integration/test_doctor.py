"""``vultus doctor``: a sound installation, and each thing that can be wrong with one."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis import model
from service import child, heartbeat
from service.child_values import NO_PROTECTIONS
from service.doctor import Finding, examine
from service.store import Store
from tests.archive import Archive, free_port, running_archive
from tests.integration.service_lab import configuration_of, root_at
from tests.running import toml, vultus


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


@pytest.fixture
def archive() -> Iterator[Archive]:
    with running_archive() as archive:
        yield archive


def sections(store: Store, archive: Archive | None = None, **changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "dicom": {"port": free_port()},
        "console": {"port": free_port()},
        "storage": {"root": store.root, "min_free_gb": 0},
        "destinations": [archive.destination()] if archive else [],
    }
    return {**given, **changed}


def problems(store: Store, archive: Archive | None = None, **changed: Any) -> dict[str, str]:
    findings = list(examine(configuration_of(store, **sections(store, archive, **changed))))
    assert all(finding.problem or finding.remark for finding in findings)
    return {finding.name: finding.problem for finding in findings if finding.problem}


def test_all_is_well(store: Store, archive: Archive) -> None:
    assert problems(store, archive) == {}


def test_the_command_says_so(store: Store, archive: Archive, tmp_path: Path) -> None:
    config = tmp_path / "vultus.toml"
    config.write_text(toml(sections(store, archive)))
    well = vultus("doctor", "--config", config)
    assert well.returncode == 0, well.stdout
    assert well.stdout.splitlines()[-1] == "all is well"
    archive.refuses = True
    ill = vultus("doctor", "--config", config)
    assert ill.returncode == 1
    (line,) = (line for line in ill.stdout.splitlines() if line.startswith("MEND"))
    assert "destination archive" in line
    assert "VULTUS" in line
    assert ill.stdout.splitlines()[-1] == "1 to mend"


def test_a_destination_that_is_down(store: Store) -> None:
    found = problems(store, destinations=[Archive(free_port()).destination()])
    assert set(found) == {"destination archive"}
    assert "archive" in found["destination archive"]


def test_certificates_that_are_not_there(store: Store, tmp_path: Path) -> None:
    tls = {"certificate": tmp_path / "none.pem", "key": tmp_path / "none.key"}
    found = problems(store, destinations=[Archive(free_port()).destination(tls=tls)])
    assert "none.pem" in found["destination archive"]


def test_a_folder_that_cannot_be_written(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != share and access(path, mode))
    found = problems(store, destinations=[{"name": "share", "protocol": "folder", "path": share / "results"}])
    assert str(share) in found["destination share"]


def test_anybody_may_send(store: Store) -> None:
    peers = [{"address": "0.0.0.0/0"}, {"address": "10.0.0.0/8"}, {"ae_title": "PACS", "address": "10.0.0.7"}]
    found = problems(store, dicom={"port": free_port(), "allowed_peers": peers})
    assert set(found) == {"allowed peer * from 0.0.0.0/0"}


@pytest.mark.parametrize("running", [False, True])
def test_a_port_that_is_taken(store: Store, running: bool) -> None:
    alive = store.run / "receive.alive"
    alive.touch()
    if not running:  # what a killed receiver leaves
        os.utime(alive, (time.time() - 10 * heartbeat.STALE_S,) * 2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = problems(store, dicom={"port": port})
    assert found == {} if running else "choose another port" in found["DICOM port"]


def test_a_host_that_is_not_ours(store: Store) -> None:
    found = problems(store, dicom={"host": "192.0.2.1", "port": free_port()})
    assert "192.0.2.1" in found["DICOM port"]


def test_little_room(store: Store) -> None:
    assert "min_free_gb" in problems(store, storage={"root": store.root, "min_free_gb": 1e6})["storage"]


def test_a_root_that_cannot_be_used(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    configuration = configuration_of(store, storage={"root": tmp_path / "file" / "root"})
    *_, last = examine(configuration)
    assert last == Finding(name="storage", problem=last.problem)
    assert "storage.root" in str(last.problem)


def test_a_damaged_engine_database(store: Store) -> None:
    store.engine_database.write_bytes(b"no database at all, whatever its name says" * 100)
    assert "engine.database_url" in problems(store)["engine"]


def test_a_postgresql_that_does_not_answer(store: Store) -> None:
    url = f"postgresql://vultus:hunter2@127.0.0.1:{free_port()}/vultus"
    found = problems(store, engine={"database_url": url})
    assert "database" in found["engine"]
    assert "hunter2" not in found["engine"]


def test_another_model(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "default_path", lambda: tmp_path / "none.task")
    assert "vultus model fetch" in problems(store)["model"]


def test_a_kernel_that_cannot_keep_the_child_off_the_network(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "probe", lambda **_: NO_PROTECTIONS)
    assert "network" in problems(store)["child process"]
