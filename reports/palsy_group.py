"""Facial palsy as measurement groups (PS3.16 TID 1501): the grades, the regions, and one for each posture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from highdicom.sr import (
    FindingSite,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
)

from analysis.palsy.postures import Task
from analysis.palsy.results import Measured, MeasuredSides, Palsy, PostureResult, RegionalMeasures
from analysis.values import Side, Status
from reports import codes, palsy_codes, palsy_words, words
from reports.exam import ExamReport
from reports.exam_group import Statement, exam_group
from reports.measurement_group import number
from reports.palsy_codes import Category, Number

_IN_PHOTOGRAPHS: Final = tuple(name for name in palsy_codes.CODED_IN[Task.REST] if name != "commissure_travel_mm")


def palsy_groups(report: ExamReport) -> Iterator[MeasurementsAndQualitativeEvaluations]:
    """Every group of the exam's facial palsy; none where it could not be assessed."""
    palsy = report.graded
    if palsy is None:
        return
    for number_of, still in enumerate(palsy.stills, start=1):
        yield _group(
            report,
            f"photograph {number_of}",
            f"Photograph {number_of}: {palsy_words.shows(still).lower()}",
            list(_regional_numbers(still, _IN_PHOTOGRAPHS)),
            [],
            [(palsy_codes.POSTURE_STATEMENT, palsy_words.measures(still))],
            measured_in=(still.source,) if still.source else (),
        )
    if not palsy_words.assessed(palsy):
        return
    yield _group(
        report,
        "grades",
        "Facial palsy, grades",
        list(_grade_numbers(palsy)),
        list(_verdicts(palsy)),
        list(_grade_statements(report, palsy)),
    )
    if palsy.regions:
        yield _group(
            report,
            "regions",
            "Facial palsy, regions",
            list(_region_numbers(palsy)),
            [],
            [(palsy_codes.REGION_STATEMENT, palsy_words.region(each)) for each in palsy.regions],
        )
    for position, posture in enumerate(palsy.postures):
        yield _group(
            report,
            f"posture {position} {posture.task}",
            f"Facial palsy, {palsy_words.TASK[posture.task].lower()}",
            list(_posture_numbers(posture)),
            [QualitativeEvaluation(name=palsy_codes.TASK, value=palsy_codes.TASKS[posture.task])],
            [(palsy_codes.POSTURE_STATEMENT, palsy_words.posture(posture))],
            measured_in=posture.sources,
        )


def _group(
    report: ExamReport,
    part: str,
    name: str,
    measurements: list[Measurement],
    evaluations: list[QualitativeEvaluation],
    statements: Sequence[Statement],
    *,
    measured_in: Sequence[str] = (),
) -> MeasurementsAndQualitativeEvaluations:
    return exam_group(
        report,
        part,
        name,
        measurements,
        evaluations,
        statements,
        method=palsy_codes.METHOD,
        site=FindingSite(anatomic_location=palsy_codes.FACE),
        measured_in=measured_in,
    )


def _with_limits(coded: Number, value: Measured | None, side: Side | None = None) -> Iterator[Measurement]:
    if value is None:
        return
    for name, each in (
        (coded.name, value.value),
        (coded.lower, value.interval.low),
        (coded.upper, value.interval.high),
    ):
        yield from number(name, each, coded.unit, side=side, site=coded.site)


def _grade_numbers(palsy: Palsy) -> Iterator[Measurement]:
    found = palsy.house_brackmann
    if found is not None:
        yield from _with_limits(palsy_codes.HOUSE_BRACKMANN_F, found.f)
        yield from number(palsy_codes.HOUSE_BRACKMANN_POINTS, found.points, codes.COUNTS)
    for scale in palsy_words.SCALES:
        score = palsy_words.score(palsy, scale)
        if score is None:
            continue
        yield from _with_limits(palsy_codes.TOTALS[scale.key], score.total)
        for (key, part), name in palsy_codes.PARTS.items():
            if key == scale.key:
                yield from number(name, score.parts.get(part), codes.NO_UNITS)


def _verdicts(palsy: Palsy) -> Iterator[QualitativeEvaluation]:
    yield QualitativeEvaluation(name=codes.QUALITY_ASSESSMENT, value=codes.STATUS[palsy.status])
    if palsy.affected_side is not None:
        yield QualitativeEvaluation(name=palsy_codes.AFFECTED_SIDE, value=palsy_codes.AFFECTED[palsy.affected_side])
    if palsy.pattern is not None:
        yield QualitativeEvaluation(name=palsy_codes.PATTERN, value=palsy_codes.PATTERNS[palsy.pattern])
    found = palsy.house_brackmann
    if found is not None:
        yield from _category(palsy_codes.HOUSE_BRACKMANN, found.grade, found.grade_range)
    for scale in palsy_words.SCALES:
        score = palsy_words.score(palsy, scale)
        if score is not None and scale.key in palsy_codes.CATEGORIES:
            yield from _category(palsy_codes.CATEGORIES[scale.key], score.category, score.category_range)


def _category(coded: Category, word: str | None, ends: tuple[str, str] | None) -> Iterator[QualitativeEvaluation]:
    names = (coded.name, coded.best, coded.worst)
    for name, each in zip(names, (word, *(ends or (None, None))), strict=True):
        if each is not None and each in palsy_codes.LEVELS:
            yield QualitativeEvaluation(name=name, value=palsy_codes.LEVELS[each])


def _grade_statements(report: ExamReport, palsy: Palsy) -> Iterator[Statement]:
    yield codes.SUMMARY, f"Facial palsy. {palsy_words.summary(palsy)}"
    for each in palsy.evidence:
        yield palsy_codes.EVIDENCE, words.sentence(each)
    for along in palsy.co_movements:
        yield palsy_codes.EVIDENCE, palsy_words.co_movement(along)
    for said in palsy_words.scores(palsy):
        yield palsy_codes.GRADE_STATEMENT, said
    found = palsy.house_brackmann
    if found is not None and found.gate:
        yield palsy_codes.GATE, words.sentence(found.gate)
    yield from _reasons(palsy)
    if limits := palsy_words.limits(palsy):
        yield codes.QUALITY_STATEMENT, f"Limits: {limits}"
    if missing := palsy_words.missing_tasks(palsy):
        yield palsy_codes.MISSING_TASKS, missing
    labels = {source.sop_instance_uid: each.label for each in report.instances if (source := each.source) is not None}
    for movement in palsy.movements:
        recording = labels.get(movement.source or "")
        where = f"{recording}, " if recording and len(labels) > 1 else ""
        yield (
            codes.MOVEMENT_TIMES,
            f"{where}{palsy_words.TASK[movement.task]}: {palsy_words.times(movement)}, found "
            f"{palsy_words.found_by([movement])}.",
        )


def _reasons(palsy: Palsy) -> Iterator[Statement]:
    found = palsy.house_brackmann
    if found is not None and found.status is Status.NOT_ASSESSABLE:
        yield codes.REASON, f"House-Brackmann: not assessable. {words.sentence(found.reason or '')}".strip()
    for scale in palsy_words.SCALES:
        score = palsy_words.score(palsy, scale)
        if score is not None and score.status is Status.NOT_ASSESSABLE:
            yield codes.REASON, f"{scale.name}: not assessable. {words.sentence(score.reason or '')}".strip()


def _region_numbers(palsy: Palsy) -> Iterator[Measurement]:
    for each in palsy.regions:
        yield from _with_limits(palsy_codes.MOVED[each.region], each.right, Side.RIGHT)
        yield from _with_limits(palsy_codes.MOVED[each.region], each.left, Side.LEFT)
        yield from _with_limits(palsy_codes.SHARE[each.region], each.share, palsy_words.smaller_side(each))


def _posture_numbers(posture: PostureResult) -> Iterator[Measurement]:
    yield from number(palsy_codes.REPETITIONS, posture.repetitions, codes.COUNTS)
    yield from _regional_numbers(posture, palsy_codes.CODED_IN[posture.task])


def _regional_numbers(measured: RegionalMeasures, fields: Sequence[str]) -> Iterator[Measurement]:
    for field in fields:
        coded = palsy_codes.MEASURES[field]
        sides: MeasuredSides | None = getattr(measured, field)
        for side in Side if sides else ():
            value: Measured = getattr(sides, side.value)
            yield from number(coded.name, value.value, coded.unit, side=side, site=coded.site)
