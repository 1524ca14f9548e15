"""Health, metrics and the page, as a browser and a monitoring system meet them."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydicom.uid import generate_uid
from starlette.applications import Starlette

from service import heartbeat
from service.console import create_app
from service.exams import DeliveryStatus
from service.store import Store
from tests.integration.service_lab import PATIENT, PATIENT_ID, arrive, configuration_of, reported, root_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


@dataclass(frozen=True)
class Browser:
    app: Starlette

    def get(self, path: str, **request: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8042") as client:
                return await client.get(path, **request)

        return asyncio.run(ask())


def console(store: Store, host: str = "127.0.0.1", **sections: Any) -> Browser:
    return Browser(create_app(configuration_of(store, console={"host": host}, **sections), store))


def test_ready_only_while_both_roles_live(store: Store) -> None:
    browser = console(store)
    assert browser.get("/health/live").status_code == 200
    with heartbeat.beating(store.run, "receive"):
        answer = browser.get("/health/ready")
        assert answer.status_code == 503
        assert set(answer.json()["problems"]) == {"work"}
        with heartbeat.beating(store.run, "work"):
            time.sleep(0.2)
            answer = browser.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "problems": {}})
    assert set(browser.get("/health/ready").json()["problems"]) == {"receive", "work"}


def test_a_killed_role_is_noticed(store: Store) -> None:
    for role in heartbeat.ROLES:
        (store.run / f"{role}.alive").touch()
    os.utime(store.run / "work.alive", (time.time() - 60,) * 2)
    browser = console(store)
    answer = browser.get("/health/ready")
    assert answer.status_code == 503
    assert "no sign of life" in answer.json()["problems"]["work"]


def test_a_full_disk_is_not_ready(store: Store) -> None:
    browser = console(store, storage={"root": store.root, "min_free_gb": 1e9})
    assert "min_free_gb" in browser.get("/health/ready").json()["problems"]["storage"]


def test_metrics(store: Store) -> None:
    exam = reported(store)
    store.exams.note(store.exams.delivery(exam, 1, "pacs"), status=DeliveryStatus.QUARANTINED)
    arrive(store, generate_uid())
    browser = console(store)
    text = browser.get("/metrics").text
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["vultus_objects", "analysed"] == values["vultus_objects", "received"] == 1
    assert values["vultus_objects", "quarantined"] == 0
    assert values["vultus_deliveries", "pacs", "quarantined"] == 1
    assert values["vultus_reports",] == 1
    assert 0 <= values["vultus_oldest_waiting_seconds",] < 60
    assert values["vultus_role_up", "work"] == 0
    assert exam not in text


def test_the_page_shows_what_waits_for_a_person(store: Store) -> None:
    exam = reported(store)
    broken = arrive(store, generate_uid())
    store.inbox.quarantine(broken, reason="it ends <early>", remedy="send it again")
    browser = console(store)
    page = browser.get("/").text
    assert "it ends &lt;early&gt;" in page
    assert "send it again" in page
    assert broken[:12] in page
    assert PATIENT.split("^")[0] not in page
    assert PATIENT_ID not in page
    report = browser.get(f"/exams/{exam}/v1/report.pdf")
    assert report.content.startswith(b"%PDF-")
    assert report.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/exams/{}/v2/report.pdf", "/exams/none/v1/report.pdf", "/exams/..%2f/v1/report.pdf"])
def test_there_is_nothing_else_to_read(store: Store, path: str) -> None:
    browser = console(store)
    assert browser.get(path.format(reported(store))).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8042", "10.0.0.1", "127.0.0.1.evil.example"])
def test_another_sites_name_does_not_reach_it(store: Store, host: str) -> None:
    browser = console(store)
    for path in ("/", "/metrics"):
        assert browser.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:8042", "127.0.0.1", "[::1]:8042"])
def test_its_own_names_do(store: Store, host: str) -> None:
    browser = console(store)
    assert browser.get("/health/live", headers={"Host": host}).status_code == 200


def test_without_a_login_patients_results_stay_on_this_machine(store: Store) -> None:
    exam = reported(store)
    browser = console(store, "0.0.0.0")
    for path in ("/", f"/exams/{exam}/v1/report.pdf"):
        answer = browser.get(path, headers={"Host": "vultus.example"})
        assert answer.status_code == 403
        assert "SSH tunnel" in answer.text
    assert browser.get("/health/live", headers={"Host": "vultus.example"}).status_code == 200
