"""The documents before independent validators: none of them may find an error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset

from reports.encapsulated_pdf import build_encapsulated_pdf
from reports.exam import ExamReport, Predecessor
from reports.pdf import render_pdf
from reports.structured_report import build_structured_report
from tests import peers
from tests.palsy_report_examples import flaccid, flaccid_palsy, partial, synkinetic, ungraded
from tests.report_examples import (
    STUDY_UID,
    exam,
    first_version_result,
    good,
    refused,
    still,
    undecided_result,
    whole_face_result,
)
from tests.spasm_report_examples import TONIC_EVENTS, both_sides, indeterminate, none_seen, spastic, too_short

pytestmark = pytest.mark.peer

SR_CLASS, PDF_CLASS = "1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.104.1"


def _predecessor(sop_class_uid: str) -> Predecessor:
    return Predecessor(
        sop_class_uid=sop_class_uid,
        sop_instance_uid="1.2.826.0.1.3680043.10.1.8",
        series_instance_uid="1.2.826.0.1.3680043.10.1.9",
        study_instance_uid=STUDY_UID,
    )


def _bare() -> dict[str, None]:
    """A header that lacks everything but the UIDs."""
    return dict.fromkeys(
        (
            "SpecificCharacterSet",
            "PatientName",
            "PatientID",
            "IssuerOfPatientID",
            "PatientBirthDate",
            "PatientSex",
            "StudyDate",
            "StudyTime",
            "StudyID",
            "AccessionNumber",
            "ReferringPhysicianName",
            "StudyDescription",
            "Rows",
            "Columns",
            "InstitutionName",
        )
    )


EXAMS: dict[str, ExamReport] = {
    "good": exam(),
    "undecided": exam(replace(good(), result=undecided_result())),
    "whole face": exam(replace(good(), result=whole_face_result())),
    "first version": exam(replace(good(), result=first_version_result())),
    "not assessable": exam(refused()),
    "hardly moving": exam(still()),
    "two clips": exam(good(), refused()),
    "second version": exam(version=2, unreadable=1, predecessors=(_predecessor(SR_CLASS),)),
    "latin 1": exam(good(SpecificCharacterSet="ISO_IR 100", PatientName="M\xfcller^J\xf6rg")),
    "japanese": exam(
        good(SpecificCharacterSet=["", "ISO 2022 IR 87"], PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう")
    ),
    "chinese": exam(good(SpecificCharacterSet="GB18030", PatientName="Wang^XiaoDong=王^小东")),
    "flaccid": exam(flaccid()),
    "synkinetic": exam(synkinetic()),
    "movements missing": exam(partial()),
    "not graded": exam(ungraded()),
    "exam of two": exam(flaccid(), refused(), palsy=flaccid_palsy()),
    "spasms of both sides": exam(both_sides()),
    "indeterminate spasms": exam(indeterminate()),
    "few spasms": exam(spastic(TONIC_EVENTS[:2], None)),
    "no spasm": exam(none_seen()),
    "too short for spasms": exam(too_short()),
    "bare": exam(good(1, "Clip 1", **_bare())),
}


def _saved(document: Dataset, folder: Path) -> Path:
    path = folder / f"{document.Modality}.dcm"
    document.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize("name", EXAMS)
def test_structured_report_follows_its_iod(name: str, tmp_path: Path) -> None:
    assert peers.iod_errors(_saved(build_structured_report(EXAMS[name]), tmp_path)) == []


@pytest.mark.parametrize("name", ["two clips", "second version", "whole face", "movements missing", "few spasms"])
def test_structured_report_follows_its_template(name: str, tmp_path: Path) -> None:
    assert peers.template_errors(_saved(build_structured_report(EXAMS[name]), tmp_path)) == []


def test_the_template_validator_would_find_an_error(tmp_path: Path) -> None:
    document = build_structured_report(EXAMS["good"])
    measurements = document.ContentSequence[-2]
    assert measurements.ConceptNameCodeSequence[0].CodeMeaning == "Imaging Measurements"
    group = measurements.ContentSequence[0]
    method = next(item for item in group.ContentSequence if item.ConceptNameCodeSequence[0].CodeValue == "370129005")
    method.RelationshipType = "CONTAINS"
    assert peers.template_errors(_saved(document, tmp_path)) != []


def test_dcmtk_reads_every_sentence(tmp_path: Path) -> None:
    text = peers.tree(_saved(build_structured_report(EXAMS["good"]), tmp_path))
    assert "Research use only - not for diagnosis - clinician review required" in text
    assert (
        "Right mouth corner: 9.0 mm (95 % interval 7.9 to 10.2 mm). Left mouth corner: 6.1 mm (95 % interval 5.3 to 6.9 mm)."
        in text
    )


def test_dcmtk_reads_the_grades(tmp_path: Path) -> None:
    text = peers.tree(_saved(build_structured_report(EXAMS["flaccid"]), tmp_path))
    assert "Affected side: right. House-Brackmann-equivalent estimate: V (IV-V). Pattern: flaccid." in text
    assert "Barely perceptible movement with asymmetry at rest: V at least." in text
    assert '=(GRADE-V,99VULTUS,"Grade V")' in text


@pytest.mark.parametrize("name", EXAMS)
def test_pdf_object_follows_its_iod(name: str, tmp_path: Path) -> None:
    report = EXAMS[name]
    assert peers.iod_errors(_saved(build_encapsulated_pdf(report, render_pdf(report)), tmp_path)) == []


def test_pdf_predecessor_follows_its_iod(tmp_path: Path) -> None:
    report = exam(version=2, predecessors=(_predecessor(PDF_CLASS),))
    assert peers.iod_errors(_saved(build_encapsulated_pdf(report, render_pdf(report)), tmp_path)) == []


@pytest.mark.parametrize("length", [1000, 1001])
def test_dcm2pdf_returns_the_identical_bytes(length: int, tmp_path: Path) -> None:
    pdf = b"%PDF-1.4\n".ljust(length - 6, b"x") + b"%%EOF\n"
    assert len(pdf) == length
    path = _saved(build_encapsulated_pdf(exam(), pdf), tmp_path)
    assert peers.unwrapped(path, tmp_path / "out.pdf") == pdf
