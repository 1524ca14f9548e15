"""Where an exam stands, told from the files of a storage root in which nothing runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from service.acceptance_watch import Whereabouts, delivery_rows, faults, watch, whereabouts
from service.errors import StorageError
from service.exams import DeliveryStatus
from service.instances import InstanceStatus
from service.store import Store
from tests.integration.service_lab import analysed, arrive, configuration_of, reporter_of, root_at

DESTINATIONS = [
    {"name": "pacs", "ae_title": "PACS", "host": "127.0.0.1", "port": 104, "storage_commitment": True},
    {"name": "other", "ae_title": "OTHER", "host": "127.0.0.1", "port": 105},
    {"name": "copies", "protocol": "folder", "path": "copies"},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


def report(store: Store, job: str, *destinations: str) -> None:
    assert reporter_of(store, destinations=destinations).report(store.inbox.state(job).exam) == 1


def note(store: Store, found: Whereabouts, name: str, status: DeliveryStatus, reason: str | None = None) -> None:
    (delivery,) = [each for each in found.deliveries if each.destination == name]
    store.exams.note(delivery, status=status, reason=reason)


def test_every_station_on_the_way(store: Store) -> None:
    job = arrive(store, generate_uid())
    assert whereabouts(store, job) == Whereabouts(stage="received, waits for its analysis", job=job)
    analysed(store, job)
    found = whereabouts(store, job)
    assert (found.stage, found.job, found.analysed) == ("analysed, waits for its report", job, True)
    report(store, job, "pacs", "copies")
    found = whereabouts(store, job)
    assert found.stage == "reported, waits for its delivery to copies, pacs"
    assert found.job in {delivery.job for delivery in found.deliveries}
    assert not found.ended
    note(store, found, "copies", DeliveryStatus.DELIVERED)
    assert whereabouts(store, job).stage == "reported, waits for its delivery to pacs"
    note(store, found, "pacs", DeliveryStatus.DELIVERED)
    assert (whereabouts(store, job).stage, whereabouts(store, job).ended) == ("delivered", True)


def test_what_is_laid_aside_goes_no_further(store: Store) -> None:
    job = arrive(store, generate_uid())
    store.inbox.quarantine(job, reason="the video is broken", remedy="send it again")
    found = whereabouts(store, job)
    assert (found.stage, found.ended, found.analysed) == ("quarantined: the video is broken", True, False)
    other = arrive(store, generate_uid())
    analysed(store, other)
    exam = store.inbox.state(other).exam
    store.exams.note_failure(exam, (f"{other}:1",), reason="two patients", remedy="discard one")
    found = whereabouts(store, other)
    assert (found.stage, found.job, found.ended) == ("no report: two patients", f"{exam}:report", True)


def test_an_object_that_is_not_here_means_another_configuration(store: Store) -> None:
    with pytest.raises(StorageError, match="runs with another configuration; name that one with --config"):
        whereabouts(store, store.inbox.job_of(generate_uid()))


def test_watching_ends_with_the_exam_or_with_the_time(store: Store) -> None:
    job = arrive(store, generate_uid())
    told: list[str] = []
    assert not watch(store, job, seconds=0, tell=lambda stage, _: told.append(stage)).ended
    assert told == ["received, waits for its analysis"]
    store.inbox.update(job, status=InstanceStatus.IGNORED, reason="it is a document")
    assert watch(store, job, seconds=3600, tell=lambda stage, _: told.append(stage)).ended
    assert told[1:] == ["ignored: it is a document"]


def test_each_destination_gets_its_verdict(store: Store) -> None:
    configuration = configuration_of(store, destinations=DESTINATIONS)
    job = arrive(store, generate_uid())
    analysed(store, job)
    report(store, job, "pacs", "other")
    found = whereabouts(store, job)
    note(store, found, "pacs", DeliveryStatus.DELIVERED)
    note(store, found, "other", DeliveryStatus.PENDING, "nothing listens on that port")
    rows = {row.quantity: row for row in delivery_rows(configuration, whereabouts(store, job).deliveries)}
    assert [(name, row.measured, row.passed) for name, row in rows.items()] == [
        ("report in pacs", "committed", True),
        ("report in other", "not yet", False),
        ("report in copies", "not begun", False),
    ]
    assert (rows["report in other"].note or "").startswith("nothing listens on that port (`vultus jobs show ")
    assert "another configuration" in (rows["report in copies"].note or "")
    note(store, found, "other", DeliveryStatus.QUARANTINED, "not delivered within 7 days")
    assert whereabouts(store, job).ended
    rows = {row.quantity: row for row in delivery_rows(configuration, whereabouts(store, job).deliveries)}
    assert (rows["report in other"].measured, rows["report in other"].passed) == ("quarantined", False)


def test_a_role_that_does_not_run_is_named(store: Store) -> None:
    problems = faults(configuration_of(store), store)
    assert any("the role `work` does not run" in problem for problem in problems)
