"""An exam's versions: when the next one is due, what it names, and that it never changes."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from service import reporting
from service.errors import NoSuchJob
from service.exams import PDF, PDF_OBJECT, SR, DeliveryStatus, Version
from service.instances import OBJECT, InstanceStatus, now
from service.jobs import discard, find, retry
from service.store import Store, open_store
from tests.integration.service_lab import FIRST_RESULT, analysed, arrive, deposit, reported, reporter_of, root_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


def test_a_report_speaks_of_all_analysed_objects_of_its_study_and_no_other(store: Store) -> None:
    study = generate_uid()
    for owner in (study, study, generate_uid()):
        analysed(store, arrive(store, owner))
    exam = store.inbox.exam_of(study)
    assert reporter_of(store).report(exam) == 1
    latest = store.exams.latest(exam)
    assert latest is not None
    assert len(latest.contents) == 2
    sr, pdf = (dcmread(store.exams.directory(exam, 1) / name) for name in (SR, PDF_OBJECT))
    assert sr.StudyInstanceUID == pdf.StudyInstanceUID == study
    assert {document.sop_instance_uid for document in latest.documents} == {sr.SOPInstanceUID, pdf.SOPInstanceUID}
    assert (store.exams.directory(exam, 1) / PDF).read_bytes().startswith(b"%PDF-")


def test_it_waits_for_what_is_still_to_be_analysed(store: Store) -> None:
    study = generate_uid()
    analysed(store, arrive(store, study))
    pending = arrive(store, study)
    exam = store.inbox.exam_of(study)
    assert reporter_of(store).report(exam) is None
    analysed(store, pending)
    assert reporter_of(store).report(exam) == 1


def test_nothing_new_is_no_new_version(store: Store) -> None:
    exam = reported(store)
    arrive(store, str(store.inbox.source(next(store.inbox.states()).job).study_instance_uid), ignore="our own")
    assert reporter_of(store).report(exam) is None
    assert [version.version for version in store.exams.versions(exam)] == [1]


def test_a_late_object_gives_a_version_that_names_its_predecessor(store: Store) -> None:
    study = generate_uid()
    exam = reported(store, study)
    first = dcmread(store.exams.directory(exam, 1) / SR)
    kept = {file.name: file.read_bytes() for file in store.exams.directory(exam, 1).iterdir()}
    analysed(store, arrive(store, study), created=FIRST_RESULT + timedelta(minutes=5))
    assert reporter_of(store).report(exam) == 2
    second = dcmread(store.exams.directory(exam, 2) / SR)
    references = [
        item.ReferencedSOPInstanceUID
        for document in second.PredecessorDocumentsSequence
        for series in document.ReferencedSeriesSequence
        for item in series.ReferencedSOPSequence
    ]
    assert first.SOPInstanceUID in references
    assert second.SOPInstanceUID != first.SOPInstanceUID
    assert {file.name: file.read_bytes() for file in store.exams.directory(exam, 1).iterdir()} == kept


def test_an_object_that_cannot_be_analysed_is_mentioned(store: Store) -> None:
    study = generate_uid()
    exam = reported(store, study)
    damaged = arrive(store, study)
    store.inbox.quarantine(damaged, reason="broken", remedy="send it again")
    assert reporter_of(store).report(exam) == 2
    version = store.exams.latest(exam)
    assert version is not None
    assert version.unreadable == 1
    store.inbox.update(damaged, status=InstanceStatus.DISCARDED)
    assert reporter_of(store).report(exam) == 3


def test_an_exam_of_broken_objects_alone_has_no_report(store: Store) -> None:
    study = generate_uid()
    store.inbox.quarantine(arrive(store, study), reason="broken", remedy="send it again")
    assert reporter_of(store).report(store.inbox.exam_of(study)) is None


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    store = root_at(tmp_path)
    exam = reported(store)
    directory = store.exams.directory(exam, 1)
    first = {name: (directory / name).read_bytes() for name in (SR, PDF_OBJECT, PDF)}
    store.exams.remove(exam)
    for state in store.inbox.states():  # from the header, as the video is gone
        store.inbox.drop_video(state.job)
    assert reporter_of(open_store(store.root)).report(exam) == 1
    assert {name: (directory / name).read_bytes() for name in first} == first


def test_two_reporters_at_once_write_one_version(store: Store) -> None:
    study = generate_uid()
    analysed(store, arrive(store, study))
    exam = store.inbox.exam_of(study)
    barrier = threading.Barrier(3)
    written: list[int | None] = []

    def write() -> None:
        barrier.wait()
        written.append(reporter_of(store).report(exam))

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written, key=str) == [1, None, None]


def test_the_quiet_period_counts_from_the_newest_object(store: Store) -> None:
    study = generate_uid()
    job = arrive(store, study)
    exam = store.inbox.exam_of(study)
    assert 50 < reporter_of(store, quiet_period_s=60).seconds_until_quiet(exam) <= 60
    store.inbox.update(job, received=now() - timedelta(hours=1))
    assert reporter_of(store, quiet_period_s=60).seconds_until_quiet(exam) == 0


def test_a_header_against_the_rules_does_not_stop_the_report(store: Store) -> None:
    study = generate_uid()
    job = arrive(store, study, StudyDate="20261120", PatientBirthDate="19710304", PatientSex="F")
    path = store.inbox.directory(job) / "object.dcm"
    content = path.read_bytes()
    for good, bad in ((b"20261120", b"today!  "), (b"19710304", b"n.known "), (b"ACC-77", b"\xe9\xff\x5c-77")):
        assert good in content
        content = content.replace(good, bad)
    path.write_bytes(content)
    analysed(store, job)
    assert reporter_of(store).report(store.inbox.exam_of(study)) == 1


def test_a_report_that_cannot_be_written_is_laid_aside_and_can_be_retried(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    study = generate_uid()
    analysed(store, arrive(store, study))
    exam = store.inbox.exam_of(study)

    def fail(_: object) -> None:
        raise ValueError("cannot write 'Muster^Erika' (1.2.3)")

    with monkeypatch.context() as broken, caplog.at_level(logging.INFO):
        broken.setattr(reporting, "documents_of", fail)
        assert reporter_of(store).report(exam) is None
    job = find(store, f"{exam}:report")
    assert job.quarantined
    assert "ValueError" in str(job.reason)
    assert "Muster" not in f"{job.reason} {job.remedy}"
    assert reporter_of(store).report(exam) is None  # not again and again
    retry(store, job)
    assert reporter_of(store).report(exam) == 1
    assert store.exams.failure(exam) is None
    assert "ValueError" in str([vars(record) for record in caplog.records])
    assert "Muster" not in caplog.text


def test_a_damaged_file_stops_nothing_else(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    damaged, whole = reported(store), reported(store)
    (store.exams.directory(damaged, 1) / "report.json").write_text("{")
    assert [version.exam for version in store.exams.all_versions()] == [whole]
    (store.exams.directory(whole, 1) / "delivery-pacs.json").write_text("{")
    assert store.exams.delivery(whole, 1, "pacs").status is DeliveryStatus.PENDING
    assert list(store.exams.deliveries(whole, 1)) == []
    assert "unreadable file" in caplog.text


def test_versions_are_numbers_not_words(store: Store) -> None:
    for number in range(1, 12):
        version = Version(exam="e", version=number, contents=(), unreadable=0, documents=(), created=now())
        store.exams.add(version, {}, ())
    latest = store.exams.latest("e")
    assert latest is not None
    assert latest.version == 11
    with pytest.raises(FileExistsError):
        store.exams.add(latest, {}, ())
    with pytest.raises(NoSuchJob):
        store.exams.find_delivery("e:v1:nowhere")


def test_a_conflict_makes_no_new_version(store: Store) -> None:
    exam = reported(store)
    (state,) = store.inbox.states()
    changed = dcmread(store.inbox.directory(state.job) / OBJECT)
    changed.PatientComments = "the archive added this"
    changed.save_as(store.spool / "changed.dcm", enforce_file_format=True)
    conflict = store.inbox.state(deposit(store, store.spool / "changed.dcm"))
    assert (conflict.status, conflict.conflicts_with) == (InstanceStatus.QUARANTINED, state.job)
    assert reporter_of(store).report(exam) is None


def test_a_destination_that_is_added_later_gets_no_old_reports(store: Store) -> None:
    exam = reported(store)
    assert [each.destination for each in store.exams.deliveries(exam, 1)] == ["pacs"]
    late = arrive_in(store, exam)
    assert reporter_of(store, destinations=("pacs", "research")).report(exam) == 2
    assert late
    assert [each.destination for each in store.exams.deliveries(exam, 1)] == ["pacs"]
    assert [each.destination for each in store.exams.deliveries(exam, 2)] == ["pacs", "research"]


def arrive_in(store: Store, exam: str) -> str:
    """One more analysed object of a known exam."""
    (known,) = [state for state in store.inbox.states() if state.exam == exam]
    job = arrive(store, store.inbox.source(known.job).study_instance_uid)
    analysed(store, job)
    return job


def test_two_patients_in_one_study_are_laid_before_a_person(store: Store) -> None:
    study = generate_uid()
    first, second = arrive(store, study, PatientID="A1"), arrive(store, study, PatientID="B2")
    for job in (first, second):
        analysed(store, job)
    exam = store.inbox.state(first).exam
    assert reporter_of(store).report(exam) is None
    assert reporter_of(store).report(exam) is None
    failure = store.exams.failure(exam)
    assert failure is not None
    assert "different patients" in failure.reason
    discard(store, find(store, second))
    assert reporter_of(store).report(exam) == 1


def test_odd_numbers_in_a_header_do_not_stop_a_report(store: Store) -> None:
    study = generate_uid()
    for number in ("1\\2", "3"):
        analysed(store, arrive(store, study, InstanceNumber=number))
    (exam,) = {state.exam for state in store.inbox.states()}
    assert reporter_of(store).report(exam) == 1


def test_retrying_a_conflict_replaces_the_first_object(store: Store) -> None:
    exam = reported(store)
    (state,) = store.inbox.states()
    changed = dcmread(store.inbox.directory(state.job) / OBJECT)
    changed.PatientComments = "the right one"
    changed.save_as(store.spool / "changed.dcm", enforce_file_format=True)
    conflict = deposit(store, store.spool / "changed.dcm")
    retry(store, find(store, conflict))
    assert store.inbox.state(state.job).status is InstanceStatus.DISCARDED
    analysed(store, conflict)
    assert reporter_of(store).report(exam) == 2
    version = store.exams.latest(exam)
    assert version is not None
    assert [each.partition(":")[0] for each in version.contents] == [conflict]
