"""The quarantine as a person works on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from service.errors import NoSuchJob, NotQuarantined, StorageError
from service.exams import DeliveryStatus
from service.instances import InstanceStatus
from service.jobs import all_jobs, discard, find, retry
from service.store import Store, existing_store
from service.work import asked_to_reconcile
from tests.integration.service_lab import analysed, arrive, reported, root_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


@pytest.fixture
def broken(store: Store) -> str:
    job = arrive(store, generate_uid())
    store.inbox.quarantine(job, reason="the file ends early", remedy="send it again")
    return job


@pytest.fixture
def undelivered(store: Store) -> str:
    exam = reported(store)
    delivery = store.exams.delivery(exam, 1, "pacs")
    store.exams.note(delivery, status=DeliveryStatus.QUARANTINED, attempts=7, reason="it refuses us", remedy="mend it")
    return delivery.job


def test_everything_is_listed_with_its_reason(store: Store, broken: str, undelivered: str) -> None:
    jobs = {job.name: job for job in all_jobs(store)}
    assert len(jobs) == 3
    assert (jobs[broken].kind, jobs[broken].reason, jobs[broken].remedy) == (
        "analysis",
        "the file ends early",
        "send it again",
    )
    assert (jobs[undelivered].kind, jobs[undelivered].reason) == ("delivery", "it refuses us")


def test_a_job_is_found_by_its_beginning(store: Store, broken: str) -> None:
    assert find(store, broken[:8]).name == broken
    with pytest.raises(NoSuchJob):
        find(store, "zzz")
    with pytest.raises(NoSuchJob):
        find(store, "zzz:v1:pacs")


def test_a_beginning_of_several_is_not_guessed(store: Store, undelivered: str) -> None:
    exam = undelivered.partition(":")[0]
    store.exams.note(store.exams.delivery(exam, 1, "research"))
    with pytest.raises(StorageError, match="give more"):
        find(store, exam)


def test_retry(store: Store, broken: str, undelivered: str) -> None:
    for name in (broken, undelivered):
        retry(store, find(store, name))
        assert asked_to_reconcile(store)
        assert not find(store, name).quarantined
    state = store.inbox.state(broken)
    assert (state.status, state.attempt) == (InstanceStatus.RECEIVED, 2)
    delivery = store.exams.find_delivery(undelivered)
    assert (delivery.status, delivery.attempts, delivery.reason) == (DeliveryStatus.PENDING, 7, None)


def test_discard(store: Store, broken: str, undelivered: str) -> None:
    for name in (broken, undelivered):
        discard(store, find(store, name))
        assert asked_to_reconcile(store)
        assert find(store, name).status == "discarded"
    assert store.inbox.directory(broken).is_dir()


@pytest.mark.parametrize("act", [retry, discard])
def test_only_what_is_quarantined_can_be_acted_on(store: Store, act: object) -> None:
    job = arrive(store, generate_uid())
    assert callable(act)
    with pytest.raises(NotQuarantined, match="not quarantined"):
        act(store, find(store, job))
    assert store.inbox.state(job).status is InstanceStatus.RECEIVED
    assert not asked_to_reconcile(store)


def test_a_report_that_cannot_be_written_is_given_up_with_its_objects(store: Store) -> None:
    job = arrive(store, generate_uid())
    analysed(store, job)
    exam = store.inbox.state(job).exam
    store.exams.note_failure(exam, (f"{job}:1",), reason="a header nobody foresaw", remedy="report it")
    (failed,) = [each for each in all_jobs(store) if each.quarantined]
    assert (failed.kind, failed.reason) == ("report", "a header nobody foresaw")
    discard(store, failed)
    assert store.inbox.state(job).status is InstanceStatus.DISCARDED
    assert not [each for each in all_jobs(store) if each.quarantined]


def test_looking_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no Vultus storage root"):
        existing_store(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_no_name_is_no_job(store: Store, broken: str) -> None:
    with pytest.raises(NoSuchJob, match="give the name"):
        find(store, "")
    assert store.inbox.state(broken).status is InstanceStatus.QUARANTINED
