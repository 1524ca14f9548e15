"""The UIDs of our documents, derived from what they are made of.

The same results in the same words get the same UIDs, so that building or sending them twice makes no duplicate; anything that
changes the content, a new analysis at another time among it, changes the UID, so that no UID is used for two contents.
"""

from __future__ import annotations

from enum import StrEnum

from pydicom.uid import UID, generate_uid

from reports.exam import ExamReport


class DocumentKind(StrEnum):
    """The documents of an exam."""

    STRUCTURED_REPORT = "sr"
    PDF = "pdf"


def _entropy(report: ExamReport) -> list[str]:
    sources = sorted(source.sop_instance_uid for source in report.sources)
    provenances = sorted(
        "|".join(
            (
                each.result.provenance.software,
                each.result.provenance.pipeline_version,
                each.result.provenance.model_sha256,
                each.result.provenance.config_sha256,
            )
        )
        for each in report.instances
    )
    # whatever else is printed: two documents that differ in a byte must not share a UID (PS3.5 9)
    wording = sorted(f"{each.label}|{each.result.provenance.created.isoformat()}" for each in report.instances)
    chosen = report.settings
    settings = [chosen.institution, chosen.page_size, chosen.analysis.sha256]
    numbers = [f"{report.version}", f"{report.unreadable}"]
    combined = [part.model_dump_json() for part in (report.palsy, report.spasm, report.blinks) if part is not None]
    return [report.study.study_instance_uid, *sources, *provenances, *wording, *settings, *numbers, *combined]


def palsy_uid(report: ExamReport, part: str) -> UID:
    """Tracking Unique Identifier of a measurement group of facial palsy: the grades, the regions, or one posture."""
    return _derived("palsy", report, part)


def _derived(purpose: str, report: ExamReport, *more: str) -> UID:
    return generate_uid(entropy_srcs=["vultus", purpose, *_entropy(report), *more])


def document_uid(report: ExamReport, kind: DocumentKind) -> UID:
    """SOP Instance UID of a document."""
    return _derived("instance", report, kind)


def series_uid(report: ExamReport, kind: DocumentKind) -> UID:
    """Series Instance UID of a document's series. Every version opens a series of its own: its date is its own."""
    return _derived("series", report, kind)


def device_uid() -> UID:
    """The UID by which Vultus names itself as the observer, the same at every site."""
    return generate_uid(entropy_srcs=["vultus", "device observer"])


def tracking_uid(report: ExamReport, position: int) -> UID:
    """Tracking Unique Identifier of the measurement group of the recording at ``position``."""
    return _derived("tracking", report, f"{position}")
