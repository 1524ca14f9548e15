"""What is deleted when: never what a person or a destination still waits for."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import generate_uid

from service.configuration import StorageSection
from service.exams import DeliveryStatus, Version
from service.instances import OBJECT, InstanceStatus, now
from service.retention import apply_retention
from service.store import Store
from tests.integration.service_lab import analysed, arrive, reported, reporter_of, root_at

SECTION = StorageSection(keep_video_hours=72, keep_results_days=365)
DAY = timedelta(days=1)


def retain(store: Store, *, in_days: float) -> None:
    apply_retention(store, SECTION, now() + in_days * DAY)


def deliver(store: Store, exam: str, status: DeliveryStatus = DeliveryStatus.DELIVERED) -> None:
    latest = store.exams.latest(exam)
    assert latest is not None
    store.exams.note(store.exams.delivery(exam, latest.version, "pacs"), status=status)


def videos(store: Store) -> int:
    return len(list((store.root / "inbox").glob(f"*/{OBJECT}")))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


def test_a_delivered_exam_loses_its_video_and_then_the_rest(store: Store) -> None:
    exam = reported(store)
    deliver(store, exam)
    retain(store, in_days=2)
    assert videos(store) == 1
    retain(store, in_days=4)
    assert videos(store) == 0
    assert store.exams.latest(exam) is not None
    retain(store, in_days=366)
    assert list(store.inbox.states()) == []
    assert list(store.exams.all_versions()) == []
    assert list((store.root / "exams").iterdir()) == []


@pytest.mark.parametrize("status", [DeliveryStatus.PENDING, DeliveryStatus.QUARANTINED])
def test_what_was_not_delivered_stays(store: Store, status: DeliveryStatus) -> None:
    exam = reported(store)
    deliver(store, exam, status)
    retain(store, in_days=4000)
    assert videos(store) == 1
    assert store.exams.latest(exam) is not None


def test_a_result_that_no_report_speaks_of_stays(store: Store) -> None:
    study = generate_uid()
    exam = reported(store, study)
    deliver(store, exam)
    analysed(store, arrive(store, study))
    retain(store, in_days=4000)
    assert videos(store) == 2


def test_documents_whose_objects_went_before_a_crash_go_too(store: Store) -> None:
    exam = reported(store)
    deliver(store, exam)
    for state in store.inbox.states():
        store.inbox.remove(state.job)
    retain(store, in_days=300)
    assert store.exams.latest(exam) is not None
    retain(store, in_days=366)
    assert list(store.exams.all_versions()) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    statuses=st.lists(st.sampled_from(list(InstanceStatus)), min_size=1, max_size=4),
    delivered=st.none() | st.sampled_from(list(DeliveryStatus)),
    covers=st.booleans(),
    age_days=st.sampled_from([0.0, 2.9, 3.1, 364.0, 366.0, 5000.0]),
)
def test_never_what_somebody_waits_for(
    statuses: list[InstanceStatus], delivered: DeliveryStatus | None, covers: bool, age_days: float
) -> None:
    directory = Path(tempfile.mkdtemp(prefix="vultus-retention-"))
    try:
        store = root_at(directory)
        study = generate_uid()
        jobs = [arrive(store, study) for _ in statuses]
        exam = store.inbox.exam_of(study)
        for job, status in zip(jobs, statuses, strict=True):
            store.inbox.update(job, status=status)
        if delivered is not None:
            spoken_of = tuple(
                f"{job}:1" for job, status in zip(jobs, statuses, strict=True) if status is InstanceStatus.ANALYSED
            )
            version = Version(
                exam=exam,
                version=1,
                contents=spoken_of if covers else (*spoken_of, "another:1"),
                unreadable=0,
                documents=(),
                created=now(),
            )
            store.exams.add(version, {}, ("pacs",))
            deliver(store, exam, delivered)
        retain(store, in_days=age_days)
        finished = delivered in (DeliveryStatus.DELIVERED, DeliveryStatus.DISCARDED) and covers
        for job, status in zip(jobs, statuses, strict=True):
            path = store.root / "inbox" / job / OBJECT
            waits = status in (InstanceStatus.RECEIVED, InstanceStatus.QUARANTINED) or (
                status is InstanceStatus.ANALYSED and not finished
            )
            assert path.exists() or not (waits or age_days < 3), (status, delivered, covers, age_days)
            assert not path.exists() or waits or age_days < 3
        if delivered in (DeliveryStatus.PENDING, DeliveryStatus.QUARANTINED) and InstanceStatus.ANALYSED in statuses:
            assert store.exams.latest(exam) is not None
    finally:
        shutil.rmtree(directory)


def test_a_kept_result_can_still_be_reported_without_its_video(store: Store) -> None:
    study = generate_uid()
    exam = reported(store, study)
    deliver(store, exam)
    retain(store, in_days=4)
    analysed(store, arrive(store, study))
    assert reporter_of(store).report(exam) == 2
