"""The PDF as an Encapsulated PDF object (PS3.3 A.45.1), for archives and viewers that show nothing else."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.uid import EncapsulatedPDFStorage

from reports import codes, words
from reports.document import complete, predecessor_references, source_references
from reports.exam import ExamReport
from reports.uids import DocumentKind

KIND = DocumentKind.PDF


def build_encapsulated_pdf(report: ExamReport, pdf: bytes) -> Dataset:
    """``pdf`` in the study of its recordings. The length given is that before padding, so the bytes come out again.

    Raises:
        NoDicomSource: every recording is a loose file.
    """
    document = Dataset()
    complete(document, report, KIND, EncapsulatedPDFStorage)
    document.ConversionType = "WSD"
    document.AcquisitionDateTime = ""
    document.BurnedInAnnotation = "YES"
    document.RecognizableVisualFeatures = "NO"
    document.SourceInstanceSequence = source_references(report.sources)
    document.DocumentTitle = f"{words.TITLE} (research use only)"
    document.ConceptNameCodeSequence = [codes.REPORT_TITLE]
    document.VerificationFlag = "UNVERIFIED"
    if report.predecessors:
        document.PredecessorDocumentsSequence = predecessor_references(report.predecessors)
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document.EncapsulatedDocumentLength = len(pdf)
    document.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return document
