"""Processes killed in the middle of their work: what was acknowledged is delivered, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dicom_io.errors import SendError
from service.instances import InstanceStatus
from service.phantoms import PhantomFiles
from tests.archive import Archive, running_archive
from tests.integration.dicom_lab import write_large_object
from tests.running import Service, another, serving, until, vultus


@pytest.fixture
def archive() -> Iterator[Archive]:
    with running_archive() as archive:
        yield archive


@pytest.fixture
def service(tmp_path: Path, archive: Archive) -> Iterator[Service]:
    with serving(tmp_path, sections={"destinations": [archive.destination()]}) as service:
        yield service


def assert_delivered_once(service: Service, archive: Archive) -> None:
    until(service.delivered, "delivery", log=service.log)
    assert len(archive.instances) == 2
    assert len(set(archive.instances)) == 2
    assert [version.version for version in service.store.exams.all_versions()] == [1]
    (state,) = service.states()
    assert state.status is InstanceStatus.ANALYSED


def test_the_worker_is_killed_in_mid_analysis(service: Service, archive: Archive, phantom: PhantomFiles) -> None:
    service.send(phantom.dicom)
    child, worker = service.analysis(), service.role("work")
    worker.kill()
    until(lambda: not child.is_running(), "the child to end with its worker", 10)
    assert_delivered_once(service, archive)
    assert service.role("work").pid != worker.pid


def test_the_receiver_is_killed_in_mid_transfer(
    service: Service, archive: Archive, phantom: PhantomFiles, tmp_path: Path
) -> None:
    large = write_large_object(tmp_path / "large.dcm", 400)
    outcome: list[BaseException | None] = []

    def send() -> None:
        try:
            service.send(large)
            outcome.append(None)
        except SendError as error:
            outcome.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    spool = service.store.spool
    until(lambda: any(file.stat().st_size > 1 << 20 for file in spool.iterdir()), "the transfer to begin")
    receiver, killed_at = service.role("receive"), time.time()
    receiver.kill()
    sender.join(60)
    (error,) = outcome
    assert isinstance(error, SendError)
    assert error.retryable
    assert service.states() == []  # what was not acknowledged is not there in part
    service.wait_until_ready(since=killed_at)
    service.send(phantom.dicom)
    assert_delivered_once(service, archive)


def test_the_supervisor_is_killed(service: Service, archive: Archive, phantom: PhantomFiles, tmp_path: Path) -> None:
    service.send(phantom.dicom)
    service.analysis()
    assert service.process is not None
    supervisor = psutil.Process(service.process.pid)
    family = supervisor.children(recursive=True)
    assert len(family) >= 4
    supervisor.kill()
    service.process.wait(10)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    second = another(phantom.dicom, tmp_path / "second.dcm")
    service.start()
    assert_delivered_once(service, archive)
    service.send(second)
    until(lambda: len(service.delivered()) == 2, "delivery of the next exam", log=service.log)
    assert service.stop() == 0


def test_a_second_service_on_the_same_root_says_so_and_ends(service: Service) -> None:
    (other := service.directory / "other").mkdir()
    second = Service(other, sections={"storage": {"root": service.directory / "root", "min_free_gb": 0}})
    said = vultus("serve", "--config", second.config)
    assert said.returncode == 4
    assert f"another Vultus worker works on the storage root {service.directory / 'root'}" in said.stderr
    service.role("work")
