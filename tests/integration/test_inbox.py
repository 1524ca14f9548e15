"""The inbox: what is received once, twice, differently, and what a crash leaves."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from dicom_io.identity import read_source
from service.errors import NoSuchJob, StorageError
from service.instances import HEADER, OBJECT, STATE, InstanceStatus, content_sha256
from service.store import Store
from tests.integration.service_lab import PATIENT, PATIENT_ID, analysed, arrive, clip, deposit, root_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


def test_an_object_is_taken_over_whole(store: Store) -> None:
    path = clip(store.spool, study=generate_uid())
    content = path.read_bytes()
    job = deposit(store, path)
    state = store.inbox.state(job)
    assert (state.status, state.size, state.attempt) == (InstanceStatus.RECEIVED, len(content), 1)
    assert (store.inbox.directory(job) / OBJECT).read_bytes() == content
    assert not path.exists()
    assert store.inbox.take_arrivals() == [job]
    assert store.inbox.take_arrivals() == []


def test_names_on_disk_say_nothing_of_the_patient(store: Store) -> None:
    path = clip(store.spool, study=generate_uid())
    source = read_source(path)
    deposit(store, path)
    names = " ".join(str(entry.relative_to(store.root)) for entry in store.root.rglob("*"))
    for secret in (source.sop_instance_uid, source.study_instance_uid, PATIENT.split("^")[0], PATIENT_ID):
        assert secret not in names


def test_the_same_object_again_is_the_same_job(store: Store, tmp_path: Path) -> None:
    path = clip(store.spool, study=generate_uid())
    again = shutil.copy(path, store.spool / "again.dcm")
    job = deposit(store, path)
    assert deposit(store, Path(again)) == job
    assert [state.job for state in store.inbox.states()] == [job]
    assert list(store.spool.iterdir()) == []


def test_another_file_meta_is_not_another_object(store: Store) -> None:
    path = clip(store.spool, study=generate_uid())
    relayed = dcmread(path)
    relayed.file_meta.ImplementationVersionName = "SOMEBODY_ELSE"
    relayed.save_as(store.spool / "relayed.dcm", enforce_file_format=True)
    job = deposit(store, path)
    assert deposit(store, store.spool / "relayed.dcm") == job


@pytest.mark.parametrize("finished", [False, True])
def test_other_content_under_a_known_uid_is_kept_for_a_person(store: Store, finished: bool) -> None:
    path = clip(store.spool, study=generate_uid(), payload=b"a" * 2000)
    copies = [store.spool / f"{number}.dcm" for number in range(2)]
    for copy in copies:
        copy.write_bytes(path.read_bytes().replace(b"a" * 2000, b"b" * 2000))
    first = deposit(store, path)
    if finished:
        analysed(store, first)
        store.inbox.drop_video(first)
    second, third = (deposit(store, copy) for copy in copies)
    assert second == third != first
    conflict = store.inbox.state(second)
    assert conflict.status is InstanceStatus.QUARANTINED
    assert conflict.remedy is not None
    assert first in conflict.remedy
    assert store.inbox.state(first).status is (InstanceStatus.ANALYSED if finished else InstanceStatus.RECEIVED)


def test_sending_again_replaces_what_could_not_be_analysed(store: Store) -> None:
    path = clip(store.spool, study=generate_uid(), payload=b"a" * 2000)
    whole = store.spool / "whole.dcm"
    whole.write_bytes(path.read_bytes().replace(b"a" * 2000, b"b" * 2000))
    broken = deposit(store, path)
    store.inbox.take_arrivals()
    store.inbox.quarantine(broken, reason="the file ends early", remedy="send it again")
    replacement = deposit(store, whole)
    assert store.inbox.take_arrivals() == [replacement]
    assert store.inbox.state(replacement).status is InstanceStatus.RECEIVED
    old = store.inbox.state(broken)
    assert old.status is InstanceStatus.DISCARDED
    assert replacement in str(old.reason)


@pytest.mark.parametrize("ending", ["ignored", "analysed"])
def test_an_object_is_recognised_after_its_video_was_deleted(store: Store, ending: str) -> None:
    path = clip(store.spool, study=generate_uid())
    copy = shutil.copy(path, store.spool / "copy.dcm")
    job = deposit(store, path, ignore="not for analysis" if ending == "ignored" else None)
    if ending == "analysed":
        analysed(store, job)
    updated = store.inbox.state(job).updated
    assert store.inbox.drop_video(job) > 0
    assert store.inbox.drop_video(job) == 0
    assert store.inbox.state(job).updated == updated  # deleting is no news that would prolong the retention time
    assert deposit(store, Path(copy)) == job
    assert [state.job for state in store.inbox.states()] == [job]


def test_two_associations_with_the_same_object_at_once(store: Store) -> None:
    path = clip(store.spool, study=generate_uid())
    copies = [Path(shutil.copy(path, store.spool / f"{number}.dcm")) for number in range(8)]
    sources = [read_source(copy) for copy in copies]
    barrier = threading.Barrier(len(copies))
    jobs: list[str] = []
    errors: list[BaseException] = []

    def send(number: int) -> None:
        barrier.wait()
        try:
            jobs.append(store.inbox.deposit(copies[number], sources[number], ignore=None))
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(copies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(jobs) == len(copies)
    assert len(set(jobs)) == 1
    assert [state.status for state in store.inbox.states()] == [InstanceStatus.RECEIVED]


def test_a_full_disk_leaves_nothing_and_raises(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clip(store.spool, study=generate_uid())

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            deposit(store, path)
    assert list((store.root / "inbox").iterdir()) == []
    assert store.inbox.take_arrivals() == []


def test_a_lost_marker_or_a_killed_receiver_loses_nothing(store: Store) -> None:
    job = arrive(store, generate_uid())
    (store.root / "arrivals" / job).unlink()
    young, old = (store.root / "inbox" / f".staging-{name}" for name in ("young", "old"))
    for staging in (young, old):
        staging.mkdir()
        (staging / OBJECT).write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    store.inbox.sweep()
    assert [state.job for state in store.inbox.states()] == [job]
    assert young.exists()
    assert not old.exists()


def test_a_damaged_state_is_left_out_and_named(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    good, bad = arrive(store, generate_uid()), arrive(store, generate_uid())
    (store.inbox.directory(bad) / STATE).write_text("{")
    assert [state.job for state in store.inbox.states()] == [good]
    assert bad in {getattr(record, "job", None) for record in caplog.records}
    with pytest.raises(StorageError, match=bad):
        store.inbox.state(bad)


@pytest.mark.parametrize("name", ["", "..", "../secret.key", "nothing", "."])
def test_no_name_leads_out_of_the_inbox(store: Store, name: str) -> None:
    with pytest.raises(NoSuchJob):
        store.inbox.state(name)


def test_again_needs_the_video(store: Store) -> None:
    job = arrive(store, generate_uid())
    store.inbox.quarantine(job, reason="why", remedy="what to do")
    store.inbox.again(job)
    state = store.inbox.state(job)
    assert (state.status, state.attempt, state.reason, state.remedy) == (InstanceStatus.RECEIVED, 2, None, None)
    store.inbox.quarantine(job, reason="why", remedy="what to do")
    store.inbox.drop_video(job)
    with pytest.raises(StorageError, match="retention"):
        store.inbox.again(job)


def test_the_header_outlives_the_video(store: Store) -> None:
    path = clip(
        store.spool, study=generate_uid(), SpecificCharacterSet="ISO_IR 192", PatientName="Yamada^Tarou=山田^太郎"
    )
    before = read_source(path)
    job = deposit(store, path)
    analysed(store, job)
    store.inbox.drop_video(job)
    after = store.inbox.source(job)
    assert after.header == before.header
    assert after.sop_instance_uid == before.sop_instance_uid
    assert (store.inbox.directory(job) / HEADER).exists()


def test_a_header_that_breaks_the_rules_is_kept_as_it_is(store: Store) -> None:
    path = clip(store.spool, study=generate_uid())
    content = path.read_bytes()
    # an 8-byte StudyDate with letters in it, and a UID-sized gap of nonsense in the patient's ID
    path.write_bytes(content.replace(b"PID-0042", b"\xff\xfe\x80D-\x0042"))
    job = deposit(store, path)
    analysed(store, job)
    assert store.inbox.state(job).status is InstanceStatus.ANALYSED
    assert content_sha256(store.inbox.directory(job) / OBJECT) == store.inbox.state(job).content_sha256


def test_removing_leaves_no_trace(store: Store) -> None:
    job = arrive(store, generate_uid())
    analysed(store, job)
    store.inbox.remove(job)
    assert list((store.root / "inbox").iterdir()) == []
    with pytest.raises(NoSuchJob):
        store.inbox.state(job)
