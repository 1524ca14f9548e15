"""What the structured report and the PDF object have in common: patient, series, equipment, references, dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, UID, ExplicitVRLittleEndian

from dicom_io.identity import SourceInstance
from reports.carried import carry, encodable
from reports.equipment import IMPLEMENTATION_VERSION, LONG_STRING, sign
from reports.exam import ExamReport, Predecessor
from reports.patient import local
from reports.uids import DocumentKind, document_uid, series_uid

MODALITY = {DocumentKind.STRUCTURED_REPORT: "SR", DocumentKind.PDF: "DOC"}
SERIES_NUMBER = {DocumentKind.STRUCTURED_REPORT: 9901, DocumentKind.PDF: 9902}
SERIES_DESCRIPTION = {
    DocumentKind.STRUCTURED_REPORT: "Vultus facial movement measurements (SR)",
    DocumentKind.PDF: "Vultus facial movement report (PDF)",
}


def complete(document: Dataset, report: ExamReport, kind: DocumentKind, sop_class_uid: UID) -> None:
    """Write everything that does not depend on the content, over whatever stands there.

    Raises:
        NoDicomSource: there is no study to belong to.
    """
    source = report.study.header
    carry(source, document)
    document.StudyInstanceUID = report.study.study_instance_uid
    document.SOPClassUID = sop_class_uid
    document.SOPInstanceUID = document_uid(report, kind)
    document.SeriesInstanceUID = series_uid(report, kind)
    document.SeriesNumber = SERIES_NUMBER[kind]
    document.SeriesDescription = SERIES_DESCRIPTION[kind]
    document.Modality = MODALITY[kind]
    document.InstanceNumber = report.version
    sign(document, report.newest.result.provenance.software)
    institution = report.settings.institution or str(source.get("InstitutionName") or "")
    if institution:
        document.InstitutionName = encodable(institution, source)[:LONG_STRING].strip()
    _date(document, local(report.created, source))
    document.file_meta = _file_meta(sop_class_uid, document.SOPInstanceUID)
    document.preamble = b"\0" * 128


def _date(document: Dataset, at: datetime) -> None:
    for prefix in ("InstanceCreation", "Series", "Content"):
        setattr(document, f"{prefix}Date", at.strftime("%Y%m%d"))
        setattr(document, f"{prefix}Time", at.strftime("%H%M%S.%f"))


def _file_meta(sop_class_uid: UID, sop_instance_uid: UID) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = sop_class_uid
    meta.MediaStorageSOPInstanceUID = sop_instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    return meta


def reference(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    """An item of a SOP Instance Reference macro (PS3.3 10.8)."""
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class_uid
    item.ReferencedSOPInstanceUID = sop_instance_uid
    return item


def source_references(sources: Iterable[SourceInstance]) -> list[Dataset]:
    """Items that name the recordings, each once."""
    named: dict[str, Dataset] = {}
    for source in sources:
        named.setdefault(source.sop_instance_uid, reference(source.sop_class_uid, source.sop_instance_uid))
    return list(named.values())


def predecessor_references(predecessors: Iterable[Predecessor]) -> list[Dataset]:
    """Items of Predecessor Documents Sequence: study, series, instance (PS3.3 C.17.2.1, Table C.17-3)."""
    items: list[Dataset] = []
    for each in predecessors:
        series = Dataset()
        series.SeriesInstanceUID = each.series_instance_uid
        series.ReferencedSOPSequence = [reference(each.sop_class_uid, each.sop_instance_uid)]
        study = Dataset()
        study.StudyInstanceUID = each.study_instance_uid
        study.ReferencedSeriesSequence = [series]
        items.append(study)
    return items
