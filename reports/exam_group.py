"""A measurement group of the whole exam (PS3.16 TID 1501): of facial palsy, of spasms, of blinks."""

from __future__ import annotations

from collections.abc import Sequence

from highdicom.sr import (
    CodedConcept,
    FindingSite,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    TextContentItem,
    TrackingIdentifier,
)

from dicom_io.identity import SourceInstance
from reports.carried import plain
from reports.exam import ExamReport
from reports.measurement_group import algorithm, modify_by_method
from reports.uids import palsy_uid

Statement = tuple[CodedConcept, str]


def exam_group(
    report: ExamReport,
    part: str,
    name: str,
    measurements: list[Measurement],
    evaluations: list[QualitativeEvaluation],
    statements: Sequence[Statement],
    *,
    method: CodedConcept,
    site: FindingSite,
    measured_in: Sequence[str] = (),
) -> MeasurementsAndQualitativeEvaluations:
    """A group under ``name``; ``part`` tells it from the exam's others, ``measured_in`` are the SOP Instance UIDs it rests on."""
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(uid=palsy_uid(report, part), identifier=name),
        method=method,
        algorithm_id=algorithm(report.newest.result),
        finding_sites=[site],
        measurements=measurements or None,
        qualitative_evaluations=evaluations or None,
        source_images=[
            SourceImageForMeasurementGroup(
                referenced_sop_class_uid=source.sop_class_uid, referenced_sop_instance_uid=source.sop_instance_uid
            )
            for source in _sources(report, measured_in)
        ],
    )
    modify_by_method(group)
    group[0].ContentSequence.extend(
        TextContentItem(name=code, value=plain(text), relationship_type=RelationshipTypeValues.CONTAINS)
        for code, text in statements
    )
    return group


def _sources(report: ExamReport, measured_in: Sequence[str]) -> Sequence[SourceInstance]:
    """The recordings that a number came from; all of them where it is not known or they are not among them."""
    named = [source for source in report.sources if source.sop_instance_uid in measured_in]
    return named or report.sources
