"""Recordings to the documents of their exam: the same for the service and for `vultus analyze`."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pydicom import Dataset, dcmwrite

from analysis.palsy.combining import combine
from analysis.palsy.results import Palsy
from analysis.spasm.combining import combine_blinks, combine_spasms
from analysis.spasm.results import Blinks, Spasm
from reports.encapsulated_pdf import build_encapsulated_pdf
from reports.exam import AssessedInstance, ExamReport, Predecessor, ReportSettings
from reports.pdf import render_pdf
from reports.structured_report import build_structured_report
from service.exams import PDF, PDF_OBJECT, SR


def exam_report(
    instances: Sequence[AssessedInstance],
    settings: ReportSettings,
    *,
    version: int = 1,
    predecessors: tuple[Predecessor, ...] = (),
    unreadable: int = 0,
) -> ExamReport:
    """What all recordings say together. Raises ``ReportError``, e.g. where they are not of one patient and study."""
    return ExamReport(
        instances=tuple(instances),
        palsy=_palsy(instances, settings),
        spasm=_spasm(instances, settings),
        blinks=_blinks(instances),
        version=version,
        predecessors=predecessors,
        unreadable=unreadable,
        settings=settings,
    )


def documents_of(report: ExamReport) -> dict[str, bytes]:
    """The documents of an exam by file name: PDF, and where there is a study to put them into, both DICOM objects."""
    pdf = render_pdf(report)
    files = {PDF: pdf}
    if report.sources:
        files[SR] = part10(build_structured_report(report))
        files[PDF_OBJECT] = part10(build_encapsulated_pdf(report, pdf))
    return files


def part10(dataset: Dataset) -> bytes:
    """The data set as a DICOM file (PS3.10)."""
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _palsy(instances: Sequence[AssessedInstance], settings: ReportSettings) -> Palsy | None:
    """That of all recordings together; a single one speaks for itself."""
    shown = [each.result.palsy for each in instances if each.result.palsy]
    analysis = settings.analysis
    return combine(shown, analysis.palsy, analysis.pattern, analysis.tasks) if len(shown) > 1 else None


def _spasm(instances: Sequence[AssessedInstance], settings: ReportSettings) -> Spasm | None:
    shown = [each.result.spasm for each in instances if each.result.spasm]
    return combine_spasms(shown, settings.analysis.spasm.classes) if len(shown) > 1 else None


def _blinks(instances: Sequence[AssessedInstance]) -> Blinks | None:
    shown = [each.result.blinks for each in instances if each.result.blinks]
    return combine_blinks(shown) if len(shown) > 1 else None
