"""One recording as a measurement group (PS3.16 TID 1501): numbers with units and sides, codes, and whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

from highdicom.sr import (
    AlgorithmIdentification,
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

from analysis.results import AnalysisResult, BilateralGains, Commissure
from analysis.values import Bilateral, Side, Status
from dicom_io.identity import SourceInstance
from reports import codes, tracking_words, words
from reports.carried import plain
from reports.equipment import MANUFACTURER
from reports.exam import AssessedInstance, ExamReport
from reports.uids import tracking_uid

SIGNIFICANT_DIGITS = 6


def measurement_group(
    report: ExamReport, position: int, source: SourceInstance
) -> MeasurementsAndQualitativeEvaluations:
    """The group of the recording at ``position``, which came from the DICOM object ``source``."""
    instance = report.instances[position]
    result = instance.result
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=tracking_uid(report, position), identifier=plain(instance.label) or f"Recording {position + 1}"
        ),
        method=codes.FIRST_METHOD if result.provenance.pipeline_version == "1" else codes.METHOD,
        algorithm_id=algorithm(result),
        finding_sites=[FindingSite(anatomic_location=codes.MOUTH)],
        measurements=list(_measurements(result)),
        qualitative_evaluations=list(_evaluations(result)),
        source_images=[
            SourceImageForMeasurementGroup(
                referenced_sop_class_uid=source.sop_class_uid, referenced_sop_instance_uid=source.sop_instance_uid
            )
        ],
    )
    modify_by_method(group)
    content = group[0].ContentSequence
    for name, text in statements(instance):
        content.append(TextContentItem(name=name, value=plain(text), relationship_type=RelationshipTypeValues.CONTAINS))
    return group


def statements(instance: AssessedInstance) -> Iterator[tuple[CodedConcept, str]]:
    """What a reader must know even where a viewer drops the names of codes and numbers."""
    result = instance.result
    yield codes.SUMMARY, f"{instance.label}: {words.answer(instance)}"
    yield codes.QUALITY_STATEMENT, f"{instance.label}, quality: {words.quality(result)}"
    if words.overall(result) is Status.NOT_ASSESSABLE:
        yield codes.REASON, f"{instance.label} is not assessable. {words.why_not(result)}"
    elif result.commissure.status is Status.NOT_ASSESSABLE:
        yield codes.REASON, f"{instance.label}: {words.correlation(result.commissure)}"
    if limits := words.limits(result):
        yield codes.QUALITY_STATEMENT, f"{instance.label}, limits: {limits}"
    yield codes.QUALITY_STATEMENT, f"{instance.label}, sides measured apart: {_apart(result)}."
    yield codes.MOVEMENT_TIMES, f"{instance.label}: {words.segments(result)}"
    yield (
        codes.QUALITY_STATEMENT,
        f"{instance.label}, origin of the numbers: frame rate {words.frame_rate(result).rstrip('.')}; "
        f"scale {words.scale(result)}; frames not used: {words.rejected(result)}; "
        f"mirroring {words.mirrored(result)}.",
    )


def _apart(result: AnalysisResult) -> str:
    texture = tracking_words.texture(result.tracking)
    return (
        f"{tracking_words.apart(result)}. Texture of the skin: {texture}" if texture else tracking_words.apart(result)
    )


def modify_by_method(group: MeasurementsAndQualitativeEvaluations) -> None:
    """TID 1501 row 5 relates the Measurement Method by HAS CONCEPT MOD; highdicom 0.28 writes CONTAINS."""
    for item in group[0].ContentSequence:
        if item.ConceptNameCodeSequence[0].CodeValue == codes.MEASUREMENT_METHOD.value:
            item.RelationshipType = RelationshipTypeValues.HAS_CONCEPT_MOD.value


def algorithm(result: AnalysisResult) -> AlgorithmIdentification:
    """What made a result: software, pipeline, model, configuration."""
    made = result.provenance
    return AlgorithmIdentification(
        name=MANUFACTURER,
        version=plain(made.software),
        parameters=[
            f"pipeline version {plain(made.pipeline_version)}",
            f"model SHA-256 {plain(made.model_sha256)}",
            f"configuration SHA-256 {plain(made.config_sha256)}",
        ],
    )


def _measurements(result: AnalysisResult) -> Iterator[Measurement]:
    movement, quality, source = result.movement, result.quality, result.source
    yield from _sided(codes.EXCURSION, words.excursions(result))
    if movement.excursion_interval_mm is not None:
        right, left = movement.excursion_interval_mm.right, movement.excursion_interval_mm.left
        yield from _sided(codes.EXCURSION_LOWER, Bilateral(right=right.low, left=left.low))
        yield from _sided(codes.EXCURSION_UPPER, Bilateral(right=right.high, left=left.high))
    yield from _sided(codes.REST_NOISE, movement.rest_sd_mm)
    yield from number(codes.MOVEMENT_GATE, movement.gate_mm, codes.MILLIMETRE)
    yield from _relation(result.commissure)
    if result.tracking is not None and result.tracking.mouth is not None:
        yield from _gains(result.tracking.mouth)
    yield from number(codes.DURATION, quality.analysable_s, codes.SECOND)
    yield from number(codes.FRAMES_DECODED, source.frames, codes.COUNTS)
    yield from number(codes.FRAMES_USED, quality.frames_used, codes.COUNTS)
    yield from number(codes.FRAME_RATE, source.fps, codes.HERTZ)
    yield from number(codes.SCALE, quality.scale_mm_per_iod, codes.MILLIMETRE)


def _relation(relation: Commissure) -> Iterator[Measurement]:
    yield from number(codes.R_COEFFICIENT, relation.pearson_r, codes.NO_UNITS)
    # limits are numbers of their own: DicomSRValidator takes the uncertainties of TID 310 for wrongly related measurements
    if relation.ci95 is not None:
        yield from number(codes.R_LOWER, relation.ci95[0], codes.NO_UNITS)
        yield from number(codes.R_UPPER, relation.ci95[1], codes.NO_UNITS)
    yield from number(codes.EFFECTIVE_SAMPLES, relation.n_eff, codes.NO_UNITS)
    yield from number(codes.AMPLITUDE_RATIO, relation.amplitude_ratio, codes.RATIO)
    if relation.amplitude_ratio_interval is not None:
        yield from number(codes.RATIO_LOWER, relation.amplitude_ratio_interval.low, codes.RATIO)
        yield from number(codes.RATIO_UPPER, relation.amplitude_ratio_interval.high, codes.RATIO)
    yield from number(codes.SPEARMAN, relation.spearman_rho, codes.NO_UNITS)
    yield from number(codes.MAX_LAG_R, relation.max_lag_r, codes.NO_UNITS)
    yield from number(codes.LAG, relation.lag_s, codes.SECOND)
    yield from number(codes.GAIN, relation.gain, codes.RATIO)
    if relation.nonlinearity is not None:
        yield from number(codes.DELTA_R2, relation.nonlinearity.delta_r2, codes.NO_UNITS)
        yield from number(codes.HYSTERESIS, relation.nonlinearity.hysteresis, codes.RATIO)


def _gains(gains: BilateralGains) -> Iterator[Measurement]:
    right, left = gains.right, gains.left
    yield from _sided(codes.LANDMARK_GAIN, Bilateral(right=right.factor, left=left.factor), codes.RATIO)
    yield from _sided(codes.LANDMARK_GAIN_SD, Bilateral(right=right.sd, left=left.sd), codes.RATIO)
    yield from _sided(codes.TEXTURE_FOLLOWED, Bilateral(right=right.pictures, left=left.pictures), codes.COUNTS)


def _sided(name: CodedConcept, value: Bilateral | None, unit: CodedConcept = codes.MILLIMETRE) -> Iterator[Measurement]:
    if value is None:
        return
    for side in Side:
        yield from number(name, getattr(value, side.value), unit, side=side)


def number(
    name: CodedConcept,
    value: float | None,
    unit: CodedConcept,
    *,
    side: Side | None = None,
    site: CodedConcept = codes.LIP,
) -> Iterator[Measurement]:
    """A number with its unit; of one side of the subject with the site that it was measured at. Nothing where there is none."""
    if value is None:
        return
    sites = None if side is None else [FindingSite(anatomic_location=site, laterality=codes.SIDE[side])]
    yield Measurement(name=name, value=rounded(value), unit=unit, finding_sites=sites)


def rounded(value: float) -> float:
    """Six significant digits: more than the video holds, and few enough for a decimal string (PS3.5 6.2, DS)."""
    rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _evaluations(result: AnalysisResult) -> Iterator[QualitativeEvaluation]:
    yield QualitativeEvaluation(name=codes.QUALITY_ASSESSMENT, value=codes.STATUS[words.overall(result)])
    if result.tracking is not None:
        yield QualitativeEvaluation(name=codes.SIDES_APART, value=codes.TRACKING[result.tracking.method])
    relation = result.commissure
    if relation.weaker_side is not None:
        yield QualitativeEvaluation(name=codes.WEAKER_SIDE, value=codes.SIDE[relation.weaker_side])
    if relation.band is not None:
        yield QualitativeEvaluation(name=codes.RELATION_BAND, value=codes.BAND[relation.band])
