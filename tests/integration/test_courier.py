"""Deliveries: every way in which a destination can fail, and what a person is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread

from dicom_io.commitment import CommitmentReport, InstanceReference
from service import delivering
from service.delivering import Courier, Sent, pause_s
from service.exams import PDF, PDF_OBJECT, SR, Delivery, DeliveryStatus
from service.instances import now
from service.store import Store
from tests.archive import Archive, free_port, running_archive
from tests.integration.service_lab import configuration_of, folder_of, reported, root_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


@pytest.fixture
def exam(store: Store) -> str:
    return reported(store)


def courier(store: Store, *destinations: dict[str, object]) -> Courier:
    return Courier(store, configuration_of(store, destinations=destinations))


def delivery(store: Store, exam: str, name: str = "archive") -> Delivery:
    return store.exams.delivery(exam, 1, name)


@given(st.integers(1, 10_000))
def test_pauses_grow_to_a_quarter_of_an_hour(attempts: int) -> None:
    wanted = min(5 * 2 ** min(attempts - 1, 20), 900)
    assert 0.75 * wanted <= pause_s(attempts) <= 1.25 * wanted


def test_a_folder_gets_the_documents_alone(store: Store, exam: str) -> None:
    configuration = configuration_of(store)
    assert Courier(store, configuration).attempt(exam, 1, "folder") is Sent.DELIVERED
    written = folder_of(configuration) / exam / "v1"
    source = store.exams.directory(exam, 1)
    assert {SR, PDF_OBJECT, PDF} <= {file.name for file in written.iterdir()}
    assert not list(written.glob("delivery-*"))
    assert all((written / name).read_bytes() == (source / name).read_bytes() for name in (SR, PDF_OBJECT, PDF))
    assert delivery(store, exam, "folder").status is DeliveryStatus.DELIVERED


def test_a_folder_that_cannot_be_written_is_tried_again(store: Store, exam: str, tmp_path: Path) -> None:
    target = tmp_path / "share"
    target.write_text("a file where the folder should be")
    sender = courier(store, {"name": "share", "protocol": "folder", "path": target})
    assert sender.attempt(exam, 1, "share") is Sent.AGAIN
    pending = delivery(store, exam, "share")
    assert (pending.status, pending.attempts) == (DeliveryStatus.PENDING, 1)
    assert "cannot write results" in str(pending.reason)
    target.unlink()
    assert sender.attempt(exam, 1, "share") is Sent.DELIVERED


def test_a_peer_that_is_down_and_comes_back(store: Store, exam: str) -> None:
    archive = Archive(free_port())
    sender = courier(store, archive.destination())
    assert sender.attempt(exam, 1, "archive") is Sent.AGAIN
    assert "archive" in str(delivery(store, exam).reason)
    with running_archive(archive):
        assert sender.attempt(exam, 1, "archive") is Sent.DELIVERED
        assert sender.attempt(exam, 1, "archive") is Sent.DELIVERED  # done is done: nothing is sent twice
    directory = store.exams.directory(exam, 1)
    assert archive.instances == [str(dcmread(directory / name).SOPInstanceUID) for name in (SR, PDF_OBJECT)]
    done = delivery(store, exam)
    assert (done.status, done.attempts, done.reason) == (DeliveryStatus.DELIVERED, 2, None)


def test_a_peer_that_refuses_our_ae_title(store: Store, exam: str) -> None:
    with running_archive() as archive:
        archive.refuses = True
        sender = courier(store, archive.destination())
        assert sender.attempt(exam, 1, "archive") is Sent.AGAIN
        assert "VULTUS" in str(delivery(store, exam).reason)
        archive.refuses = False
        assert sender.attempt(exam, 1, "archive") is Sent.DELIVERED


def test_certificates_that_are_not_there(store: Store, exam: str, tmp_path: Path) -> None:
    tls = {"certificate": tmp_path / "none.pem", "key": tmp_path / "none.key"}
    sender = courier(store, Archive(free_port()).destination(tls=tls))
    assert sender.attempt(exam, 1, "archive") is Sent.AGAIN
    assert "none.pem" in str(delivery(store, exam).reason)


@pytest.mark.parametrize(
    ("answer", "sent", "named"),
    [
        ("kept", Sent.DELIVERED, ""),
        ("missing", Sent.AGAIN, "no such object instance"),
        ("silent", Sent.AGAIN, "VULTUS"),
    ],
)
def test_storage_commitment(
    store: Store, exam: str, monkeypatch: pytest.MonkeyPatch, answer: str, sent: Sent, named: str
) -> None:
    monkeypatch.setattr(delivering, "_COMMITMENT_WAIT_S", 0.1)
    with running_archive() as archive:
        archive.commitment = answer  # type: ignore[assignment]
        sender = courier(store, archive.destination(storage_commitment=True))
        assert sender.attempt(exam, 1, "archive") is sent
        (request,) = archive.transactions
    version = store.exams.latest(exam)
    assert version is not None
    assert [item.ReferencedSOPInstanceUID for item in request.ReferencedSOPSequence] == [
        document.sop_instance_uid for document in version.documents
    ]
    assert named in str(delivery(store, exam).reason)
    assert list(store.commitments.iterdir()) == []


def test_a_commitment_report_that_comes_late_ends_the_delivery(
    store: Store, exam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "_COMMITMENT_WAIT_S", 0.1)
    with running_archive() as archive:
        archive.commitment = "silent"
        sender = courier(store, archive.destination(storage_commitment=True))
        assert sender.attempt(exam, 1, "archive") is Sent.AGAIN
    version = store.exams.latest(exam)
    assert version is not None
    (transaction,) = delivery(store, exam).transactions
    delivering.CommitmentNotes(store.commitments).leave(
        CommitmentReport(
            transaction_uid=transaction,
            reported_by="ARCHIVE",
            committed=tuple(
                InstanceReference(sop_class_uid=each.sop_class_uid, sop_instance_uid=each.sop_instance_uid)
                for each in version.documents
            ),
            failed=(),
        )
    )
    # the archive is gone by now: nothing has to be sent again
    assert sender.attempt(exam, 1, "archive") is Sent.DELIVERED
    assert delivery(store, exam).transactions == ()


def test_after_days_it_is_laid_before_a_person(store: Store, exam: str) -> None:
    destination = Archive(free_port()).destination(retry_for_days=2)
    sender = courier(store, destination)
    for age, outcome in ((timedelta(days=1.9), Sent.AGAIN), (timedelta(days=2.1), Sent.GIVEN_UP)):
        store.exams.note(delivery(store, exam), since=now() - age)
        assert sender.attempt(exam, 1, "archive") is outcome
    given_up = delivery(store, exam)
    assert given_up.status is DeliveryStatus.QUARANTINED
    assert "2 days" in str(given_up.reason)
    assert "doctor" in str(given_up.remedy)


def test_a_destination_that_was_taken_out_of_the_configuration(store: Store, exam: str) -> None:
    assert courier(store).attempt(exam, 1, "archive") is Sent.GIVEN_UP
    assert "no longer configured" in str(delivery(store, exam).reason)


def test_what_was_discarded_is_not_sent(store: Store, exam: str) -> None:
    with running_archive() as archive:
        store.exams.note(delivery(store, exam), status=DeliveryStatus.DISCARDED)
        courier(store, archive.destination()).attempt(exam, 1, "archive")
        assert archive.stored == []
    assert delivery(store, exam).status is DeliveryStatus.DISCARDED
