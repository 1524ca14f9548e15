"""The exam as a Comprehensive 3D SR with the template TID 1500 Measurement Report (PS3.16), built by highdicom."""

from __future__ import annotations

from collections.abc import Iterator

from highdicom.sr import (
    CodedConcept,
    Comprehensive3DSR,
    ContainerContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    RelationshipTypeValues,
    TextContentItem,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes as dicom_codes
from pydicom.uid import Comprehensive3DSRStorage

from dicom_io.identity import SourceInstance
from reports import codes, explanations, palsy_words, words
from reports.carried import plain
from reports.document import complete, predecessor_references
from reports.equipment import MANUFACTURER, MODEL_NAME
from reports.errors import NoDicomSource
from reports.exam import ExamReport
from reports.measurement_group import measurement_group
from reports.palsy_group import palsy_groups
from reports.spasm_group import spasm_groups, spasm_sentences
from reports.uids import DocumentKind, device_uid, document_uid, series_uid

KIND = DocumentKind.STRUCTURED_REPORT


def build_structured_report(report: ExamReport) -> Dataset:
    """The report as a Comprehensive 3D SR: one measurement group for each recording that came from a DICOM
    object, and those of the exam's facial palsy, spasms and blinks.

    The document is complete and unverified: nobody has looked at it yet (PS3.3 C.17.2). Identical reports give
    identical data sets.

    Raises:
        NoDicomSource: every recording is a loose file.
    """
    recordings = tuple(
        (position, each.source) for position, each in enumerate(report.instances) if each.source is not None
    )
    if not recordings:
        raise NoDicomSource
    evidence = [_evidence(source) for _, source in recordings]
    groups = [
        *(measurement_group(report, position, source) for position, source in recordings),
        *palsy_groups(report),
        *spasm_groups(report),
    ]
    content = _content(report, evidence, groups)
    document = Comprehensive3DSR(
        evidence=evidence,
        content=content[0],
        series_instance_uid=series_uid(report, KIND),
        series_number=1,
        sop_instance_uid=document_uid(report, KIND),
        instance_number=1,
        is_complete=True,
        is_final=False,
        is_verified=False,
    )
    return _finished(document, report)


def _finished(document: Comprehensive3DSR, report: ExamReport) -> Dataset:
    """A plain data set with our own identification over what highdicom filled in from today's clock."""
    finished = Dataset()
    finished.update(document)
    # highdicom names itself there with the time of today, and nothing of ours depends on it
    finished.pop("ContributingEquipmentSequence", None)
    complete(finished, report, KIND, Comprehensive3DSRStorage)
    finished.CodingSchemeIdentificationSequence = [codes.scheme_identification()]
    requests = _requests(report)
    if requests:
        finished.ReferencedRequestSequence = requests
    if report.predecessors:
        finished.PredecessorDocumentsSequence = predecessor_references(report.predecessors)
    return finished


def _evidence(source: SourceInstance) -> Dataset:
    """What highdicom needs to know of a source. The patient is left out: ``carry`` copies it without interpreting it."""
    header = source.header
    minimal = Dataset()
    minimal.SOPClassUID = source.sop_class_uid
    minimal.SOPInstanceUID = source.sop_instance_uid
    minimal.StudyInstanceUID = source.study_instance_uid
    minimal.SeriesInstanceUID = source.series_instance_uid
    minimal.Modality = str(header.get("Modality") or "OT")
    for keyword in ("Rows", "Columns"):
        if header.get(keyword):
            setattr(minimal, keyword, int(header[keyword].value))
    for keyword in ("PatientID", "PatientName", "PatientSex", "AccessionNumber", "StudyID", "ReferringPhysicianName"):
        setattr(minimal, keyword, "")
    minimal.PatientBirthDate = minimal.StudyDate = minimal.StudyTime = None
    return minimal


def _content(
    report: ExamReport, evidence: list[Dataset], groups: list[MeasurementsAndQualitativeEvaluations]
) -> MeasurementReport:
    made = report.newest.result.provenance
    observer = ObserverContext(
        observer_type=dicom_codes.DCM.Device,
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=device_uid(),
            name=MANUFACTURER,
            manufacturer_name=MANUFACTURER,
            model_name=f"{MODEL_NAME}, software {plain(made.software)}",
        ),
    )
    content = MeasurementReport(
        observation_context=ObservationContext(observer_device_context=observer),
        procedure_reported=codes.PROCEDURE,
        imaging_measurements=groups,
        title=codes.REPORT_TITLE,
        referenced_images=[each for each in evidence if "Rows" in each and "Columns" in each] or None,
    )
    content[0].ContentSequence.append(_statements(report))
    return content


def _statements(report: ExamReport) -> ContainerContentItem:
    """Whole sentences about the whole exam (TID 1500 rows 12 and 14)."""
    container = ContainerContentItem(
        name=codes.QUALITATIVE_EVALUATIONS, relationship_type=RelationshipTypeValues.CONTAINS
    )
    container.ContentSequence = ContentSequence(
        [
            TextContentItem(name=name, value=plain(text), relationship_type=RelationshipTypeValues.CONTAINS)
            for name, text in _sentences(report)
        ]
    )
    return container


def _sentences(report: ExamReport) -> Iterator[tuple[CodedConcept, str]]:
    yield codes.RESEARCH_USE, words.RESEARCH_USE
    palsy = report.graded
    if palsy is not None and palsy_words.assessed(palsy):
        yield codes.SUMMARY, f"Facial palsy. {palsy_words.summary(palsy)}"
        yield codes.CAUTION, explanations.EQUIVALENT
    else:
        yield codes.REASON, palsy_words.why_none(report)
    yield from spasm_sentences(report)
    for each in report.instances:
        yield codes.SUMMARY, f"{each.label}: {words.answer(each)}"
    yield codes.CAUTION, explanations.SIDES
    yield codes.CAUTION, explanations.SYMMETRY_CAUTION
    yield codes.REFERENCE, explanations.REFERENCE
    if missing := words.unreadable(report):
        yield codes.COMPLETENESS, missing
    if replaced := words.version(report):
        yield codes.COMPLETENESS, replaced


def _requests(report: ExamReport) -> list[Dataset]:
    """The requests that the recordings were made for, where the source names them (PS3.3 Table C.17-2)."""
    source = report.study.header
    items: list[Dataset] = []
    for attributes in source.get("RequestAttributesSequence") or ():
        item = Dataset()
        item.StudyInstanceUID = report.study.study_instance_uid
        item.ReferencedStudySequence = []
        item.AccessionNumber = str(attributes.get("AccessionNumber") or source.get("AccessionNumber") or "")
        item.PlacerOrderNumberImagingServiceRequest = ""
        item.FillerOrderNumberImagingServiceRequest = ""
        item.RequestedProcedureID = str(attributes.get("RequestedProcedureID") or "")
        item.RequestedProcedureDescription = str(attributes.get("RequestedProcedureDescription") or "")
        item.RequestedProcedureCodeSequence = list(attributes.get("RequestedProcedureCodeSequence") or ())
        items.append(item)
    return items
