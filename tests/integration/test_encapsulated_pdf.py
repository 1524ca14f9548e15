"""The PDF as a DICOM object: the identical bytes come out, and it lies in the right study."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pydicom import Dataset, dcmread

from reports.encapsulated_pdf import build_encapsulated_pdf
from reports.equipment import is_our_own
from reports.errors import NoDicomSource
from reports.exam import Predecessor
from reports.structured_report import build_structured_report
from tests.report_examples import STUDY_UID, exam, good, refused

PDF = b"%PDF-1.4\n%%EOF\n"


def _read(document: Dataset) -> Dataset:
    buffer = io.BytesIO()
    document.save_as(buffer, enforce_file_format=True)
    return dcmread(io.BytesIO(buffer.getvalue()))


@pytest.mark.parametrize("pdf", [PDF, PDF + b"\n"])
def test_the_identical_bytes_come_out(pdf: bytes) -> None:
    document = _read(build_encapsulated_pdf(exam(), pdf))
    assert document.EncapsulatedDocument[: document.EncapsulatedDocumentLength] == pdf
    assert len(document.EncapsulatedDocument) % 2 == 0


def test_it_lies_beside_the_structured_report() -> None:
    report = exam(good(), refused())
    pdf, sr = build_encapsulated_pdf(report, PDF), build_structured_report(report)
    for keyword in ("StudyInstanceUID", "PatientID", "PatientName", "AccessionNumber", "ContentDate", "ContentTime"):
        assert pdf[keyword].value == sr[keyword].value
    assert pdf.SOPInstanceUID != sr.SOPInstanceUID
    assert pdf.SeriesInstanceUID != sr.SeriesInstanceUID
    assert (pdf.Modality, pdf.SeriesNumber) == ("DOC", 9902)
    assert is_our_own(pdf)


def test_it_says_that_it_names_the_patient_and_shows_no_face() -> None:
    document = build_encapsulated_pdf(exam(), PDF)
    assert (document.BurnedInAnnotation, document.RecognizableVisualFeatures) == ("YES", "NO")
    assert document.VerificationFlag == "UNVERIFIED"
    assert document.MIMETypeOfEncapsulatedDocument == "application/pdf"
    assert document.DocumentTitle == "Facial movement report (research use only)"


def test_it_names_each_recording_once() -> None:
    document = build_encapsulated_pdf(exam(good(), good(), refused()), PDF)
    assert [item.ReferencedSOPInstanceUID for item in document.SourceInstanceSequence] == [
        "1.2.826.0.1.3680043.10.1.3.1",
        "1.2.826.0.1.3680043.10.1.3.2",
    ]


def test_a_new_version_names_the_document_that_it_replaces() -> None:
    predecessor = Predecessor(
        sop_class_uid="1.2.840.10008.5.1.4.1.1.104.1",
        sop_instance_uid="1.2.3.1",
        series_instance_uid="1.2.3.2",
        study_instance_uid=STUDY_UID,
    )
    document = build_encapsulated_pdf(exam(version=2, predecessors=(predecessor,)), PDF)
    series = document.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0]
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == "1.2.3.1"
    assert document.InstanceNumber == 2


def test_without_a_dicom_source_there_is_no_object() -> None:
    with pytest.raises(NoDicomSource):
        build_encapsulated_pdf(exam(replace(good(), source=None)), PDF)
