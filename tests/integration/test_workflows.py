"""The way of an exam on the real engine, with an analysis that does what the test says."""

from __future__ import annotations

import logging
import threading
from functools import partial
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from service import workflows as module
from service.analysing import Attempt
from service.engine import Engine, Queue
from service.errors import AlreadyRunning, StorageError
from service.exams import SR, DeliveryStatus
from service.instances import InstanceStatus
from service.jobs import find, retry
from service.store import Store
from service.work import engine_settings
from tests.archive import Archive, free_port, running_archive
from tests.integration.service_lab import (
    PATIENT,
    PATIENT_ID,
    ScriptedAnalyser,
    arrive,
    clip,
    configuration_of,
    deposit,
    folder_of,
    root_at,
    until,
    working,
)

BROKEN = (Attempt.INPUT_FAILED, "the input crashes a decoder")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


def delivered(store: Store, exam: str, version: int, destination: str = "folder") -> bool:
    return store.exams.delivery(exam, version, destination).status is DeliveryStatus.DELIVERED


def test_from_arrival_to_delivery(store: Store) -> None:
    configuration = configuration_of(store)
    study = generate_uid()
    with working(store, configuration, analyser := ScriptedAnalyser(store)) as workflows:
        jobs = [arrive(store, study), arrive(store, study)]
        workflows.submit_arrivals()
        exam = store.inbox.exam_of(study)
        until(lambda: store.exams.latest(exam) and delivered(store, exam, 1), "delivery")
        workflows.reconcile()
        workflows.reconcile()
    assert sorted(analyser.attempts) == sorted(jobs)
    (folder,) = folder_of(configuration).glob("*/v*")
    assert dcmread(folder / SR).StudyInstanceUID == study
    latest = store.exams.latest(exam)
    assert latest is not None
    assert len(latest.contents) == 2


def test_a_late_object_gives_and_delivers_version_2(store: Store) -> None:
    study = generate_uid()
    with working(store, configuration_of(store), ScriptedAnalyser(store)) as workflows:
        exam = store.inbox.exam_of(study)
        for number in (1, 2):
            arrive(store, study)
            workflows.submit_arrivals()
            until(partial(delivered, store, exam, number), f"delivery of version {number}")
    assert [version.version for version in store.exams.versions(exam)] == [1, 2]


def test_poison_is_laid_aside_and_the_other_clip_is_reported(store: Store) -> None:
    configuration = configuration_of(store, limits={"attempts": 3})
    study = generate_uid()
    good, bad = arrive(store, study), arrive(store, study)
    analyser = ScriptedAnalyser(store, {bad: [BROKEN] * 5})
    with working(store, configuration, analyser) as workflows:
        workflows.submit_arrivals()
        exam = store.inbox.exam_of(study)
        until(lambda: store.inbox.state(bad).status is InstanceStatus.QUARANTINED, "quarantine")
        until(lambda: (found := store.exams.latest(exam)) and found.unreadable == 1, "report")
        until(lambda: delivered(store, exam, store.exams.latest(exam).version), "delivery")  # type: ignore[union-attr]
        assert analyser.attempts.count(bad) == 3
        assert analyser.attempts.count(good) == 1
        reason = store.inbox.state(bad).reason
        assert reason is not None
        assert reason.startswith("3 attempts failed")
        retry(store, find(store, bad))
        analyser.script[bad] = []
        workflows.submit_arrivals()
        until(lambda: (found := store.exams.latest(exam)) and not found.unreadable, "report after the retry")
    latest = store.exams.latest(exam)
    assert latest is not None
    assert len(latest.contents) == 2


def test_an_input_that_is_refused_is_tried_once(store: Store) -> None:
    job = arrive(store, generate_uid())
    analyser = ScriptedAnalyser(store, {job: [(Attempt.SET_ASIDE, "it has no pixel data")]})
    with working(store, configuration_of(store), analyser) as workflows:
        workflows.submit_arrivals()
        until(lambda: store.inbox.state(job).status is InstanceStatus.QUARANTINED, "quarantine")
    assert analyser.attempts == [job]
    assert store.inbox.state(job).reason == "it has no pixel data"


def test_a_failing_host_is_waited_for_and_is_no_attempt_at_the_input(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE_AFTER_HOST_FAILURE_S", 0.05)
    job = arrive(store, generate_uid())
    analyser = ScriptedAnalyser(store, {job: [(Attempt.HOST_FAILED, "out of memory")] * 5})
    with working(store, configuration_of(store, limits={"attempts": 1}), analyser) as workflows:
        workflows.submit_arrivals()
        until(lambda: store.inbox.state(job).status is not InstanceStatus.RECEIVED, "an end")
    assert store.inbox.state(job).status is InstanceStatus.ANALYSED
    assert len(analyser.attempts) == 6


def test_a_host_that_stays_broken_is_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE_AFTER_HOST_FAILURE_S", 0.01)
    monkeypatch.setattr(module, "_HOST_FAILURES", 3)
    job = arrive(store, generate_uid())
    analyser = ScriptedAnalyser(store, {job: [(Attempt.HOST_FAILED, "out of memory")] * 5})
    with working(store, configuration_of(store), analyser) as workflows:
        workflows.submit_arrivals()
        until(lambda: store.inbox.state(job).status is InstanceStatus.QUARANTINED, "quarantine")
    assert store.inbox.state(job).reason == "out of memory"
    assert "doctor" in str(store.inbox.state(job).remedy)


def test_losing_the_database_loses_no_exam(store: Store) -> None:
    configuration = configuration_of(store, destinations=[Archive(port := free_port()).destination()])
    waiting, finished = generate_uid(), generate_uid()
    arrive(store, finished)
    with working(store, configuration, ScriptedAnalyser(store)) as workflows:
        workflows.submit_arrivals()
        exam = store.inbox.exam_of(finished)
        until(lambda: store.exams.delivery(exam, 1, "archive").attempts, "an attempt while the archive is down")
    arrive(store, waiting)
    store.inbox.take_arrivals()
    for file in store.root.glob("engine.sqlite*"):
        file.unlink()
    with running_archive(Archive(port)) as archive:
        with working(store, configuration, ScriptedAnalyser(store)) as workflows:
            workflows.reconcile()
            for study in (waiting, finished):
                exam = store.inbox.exam_of(study)
                until(partial(delivered, store, exam, 1, "archive"), "delivery")
            workflows.reconcile()
        assert len(archive.instances) == len(set(archive.instances)) == 4


def test_work_under_way_goes_on_at_the_next_start(store: Store) -> None:
    configuration = configuration_of(store)
    study = generate_uid()
    arrive(store, study)
    abandoned = threading.Event()
    stuck = ScriptedAnalyser(store, proceed=abandoned)
    with working(store, configuration, stuck) as workflows:
        workflows.submit_arrivals()
        until(lambda: stuck.attempts, "the analysis to begin")
    exam = store.inbox.exam_of(study)
    with working(store, configuration, again := ScriptedAnalyser(store)) as workflows:
        workflows.reconcile()
        until(lambda: delivered(store, exam, 1), "delivery")
    abandoned.set()
    assert len(again.attempts) == 1
    assert [version.version for version in store.exams.versions(exam)] == [1]


def test_a_retried_delivery_does_not_wait(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pause_s", lambda _: 3600.0)
    archive = Archive(free_port())
    configuration = configuration_of(store, destinations=[archive.destination()])
    study = generate_uid()
    arrive(store, study)
    with working(store, configuration, ScriptedAnalyser(store)) as workflows:
        workflows.submit_arrivals()
        exam = store.inbox.exam_of(study)
        until(lambda: store.exams.delivery(exam, 1, "archive").attempts == 1, "the first attempt")
        given_up = store.exams.note(
            store.exams.delivery(exam, 1, "archive"), status=DeliveryStatus.QUARANTINED, attempts=2, reason="days"
        )
        with running_archive(archive):
            retry(store, find(store, given_up.job))
            workflows.reconcile()
            until(lambda: delivered(store, exam, 1, "archive"), "delivery")


def test_a_delivery_that_broke_off_is_begun_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = configuration_of(store)
    study = generate_uid()
    arrive(store, study)
    note, broken = store.exams.note, threading.Event()

    def full(*arguments: object, **changes: object) -> object:
        if not broken.is_set():
            broken.set()
            raise OSError(28, "No space left on device")
        return note(*arguments, **changes)  # type: ignore[arg-type]

    monkeypatch.setattr(store.exams, "note", full)
    with working(store, configuration, ScriptedAnalyser(store)) as workflows:
        workflows.submit_arrivals()
        until(broken.is_set, "the failure")
        exam = store.inbox.exam_of(study)

        def again() -> bool:
            workflows.reconcile()
            return delivered(store, exam, 1)

        until(again, "delivery")


def test_one_damaged_object_does_not_stop_the_others(store: Store) -> None:
    study = generate_uid()
    damaged = arrive(store, generate_uid())
    (store.inbox.directory(damaged) / "state.json").write_text("{")
    arrive(store, study)
    with working(store, configuration_of(store), ScriptedAnalyser(store)) as workflows:
        workflows.submit_arrivals()
        workflows.reconcile()
        until(lambda: delivered(store, store.inbox.exam_of(study), 1), "delivery of the other")


def test_a_crash_in_the_analysis_itself_is_shown(store: Store) -> None:
    job = arrive(store, generate_uid())

    class Raising(ScriptedAnalyser):
        def attempt(self, job: str) -> tuple[Attempt, str]:
            self.attempts.append(job)
            raise RuntimeError("unforeseen")

    with working(store, configuration_of(store), analyser := Raising(store)) as workflows:
        workflows.submit_arrivals()

        def shown() -> bool:
            workflows.reconcile()
            return store.inbox.state(job).status is InstanceStatus.QUARANTINED

        until(shown, "quarantine")
    assert analyser.attempts == [job]


def test_our_own_documents_are_never_analysed(store: Store) -> None:
    study = generate_uid()
    arrive(store, study)
    with working(store, configuration_of(store), analyser := ScriptedAnalyser(store)) as workflows:
        workflows.submit_arrivals()
        exam = store.inbox.exam_of(study)
        until(lambda: delivered(store, exam, 1), "delivery")
        arrive(store, study, ignore="it was made by Vultus")
        workflows.submit_arrivals()
        workflows.reconcile()
    assert len(analyser.attempts) == 1
    assert [version.version for version in store.exams.versions(exam)] == [1]


def test_two_workers_on_one_root(store: Store) -> None:
    configuration = configuration_of(store)
    with working(store, configuration, ScriptedAnalyser(store)):
        second = Engine(engine_settings(configuration, store))
        with pytest.raises(AlreadyRunning, match=str(store.root)):
            second.start()


def test_a_database_that_is_no_database(store: Store) -> None:
    store.engine_database.write_bytes(b"this is not an SQLite file at all, and long enough to be looked at" * 100)
    engine = Engine(engine_settings(configuration_of(store), store))
    try:
        with pytest.raises(StorageError, match="may be deleted"):
            engine.start()
    finally:
        engine.stop()


def test_queues_are_named_for_what_waits() -> None:
    assert {str(queue) for queue in Queue} == {"analyses", "reports", "deliveries"}


def test_logs_name_no_patient_and_no_uid(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    archive = Archive(free_port())
    configuration = configuration_of(store, destinations=[archive.destination()])
    study = generate_uid()
    path = clip(store.spool, study=study)
    uid = str(dcmread(path).SOPInstanceUID)
    bad = arrive(store, study)
    analyser = ScriptedAnalyser(store, {bad: [BROKEN] * 3})
    with caplog.at_level(logging.INFO), working(store, configuration, analyser) as workflows:
        deposit(store, path)
        workflows.submit_arrivals()
        exam = store.inbox.exam_of(study)
        until(lambda: store.exams.delivery(exam, 1, "archive").attempts, "an attempt")
    said = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("vultus"))
    assert "analysed" in said
    for secret in (study, uid, PATIENT.split("^")[0], PATIENT_ID):
        assert secret not in said
