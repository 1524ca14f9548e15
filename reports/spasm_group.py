"""Hemifacial spasm and blinks as measurement groups (PS3.16 TID 1501): the class, one for each side with contractions, blinks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from highdicom.sr import (
    CodedConcept,
    FindingSite,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
)

from analysis.spasm.results import BlinkEvent, Blinks, SideSpasms, Spasm, SpasmEvent
from analysis.values import Interval, Status
from reports import codes, explanations, palsy_codes, spasm_codes, spasm_event_words, spasm_words, words
from reports.exam import ExamReport
from reports.exam_group import Statement, exam_group
from reports.measurement_group import number

MOST_EVENTS: Final = 200


def spasm_groups(report: ExamReport) -> Iterator[MeasurementsAndQualitativeEvaluations]:
    """Every group of the exam's spasms and blinks; none where nobody looked for them or they could not be assessed."""
    spasm, blinks = report.spasms, report.blinking
    if spasm is not None and spasm_words.assessed(spasm):
        yield _group(
            report,
            "class",
            spasm_words.NAME,
            _class_numbers(spasm),
            _verdicts(spasm),
            _class_statements(report, spasm),
        )
        for each in spasm.sides:
            yield _group(
                report,
                each.side.value,
                f"{spasm_words.NAME}, {each.side.value}",
                _side_numbers(each),
                [QualitativeEvaluation(name=spasm_codes.SPASM_SIDE, value=codes.SIDE[each.side])],
                _side_statements(report, spasm, each),
                site=FindingSite(anatomic_location=palsy_codes.FACE, laterality=codes.SIDE[each.side]),
            )
    if blinks is not None and spasm_event_words.blinks_in_short(blinks):
        yield _group(
            report,
            "blinks",
            "Blinks",
            _blink_numbers(blinks),
            [QualitativeEvaluation(name=codes.QUALITY_ASSESSMENT, value=codes.STATUS[blinks.status])],
            _blink_statements(report, blinks),
            site=FindingSite(anatomic_location=palsy_codes.EYELID),
        )


def spasm_sentences(report: ExamReport) -> Iterator[Statement]:
    """What is said of the whole exam; nothing where nobody looked for spasms."""
    spasm = report.spasms
    if spasm is None or not spasm_words.assessed(spasm):
        if reason := spasm_words.why_none(report):
            yield codes.REASON, reason
        return
    if spasm_words.found(report) is None:
        yield codes.SUMMARY, f"{spasm_words.NAME}. {spasm_words.in_short(report)}"
        return
    yield codes.SUMMARY, f"{spasm_words.NAME}. {spasm_words.summary(spasm, report.blinking)}"
    yield codes.CAUTION, explanations.SPASM_INTERPRETATION
    yield codes.REFERENCE, explanations.SPASM_REFERENCE


def _group(
    report: ExamReport,
    part: str,
    name: str,
    measurements: Iterable[Measurement],
    evaluations: Iterable[QualitativeEvaluation],
    statements: Iterable[Statement],
    *,
    site: FindingSite | None = None,
) -> MeasurementsAndQualitativeEvaluations:
    return exam_group(
        report,
        f"spasm {part}",
        name,
        list(measurements),
        list(evaluations),
        list(statements),
        method=spasm_codes.METHOD,
        site=site or FindingSite(anatomic_location=palsy_codes.FACE),
    )


def _class_numbers(spasm: Spasm) -> Iterator[Measurement]:
    yield from number(codes.DURATION, spasm.analysable_s, codes.SECOND)
    yield from number(spasm_codes.OCCURRENCES, len(spasm.events), codes.COUNTS)
    if spasm.other_babinski is not None and len(spasm.sides) == 1:
        yield from number(spasm_codes.BABINSKI_SEEN, spasm.other_babinski.events, codes.COUNTS)
        yield from number(spasm_codes.BABINSKI_OF, spasm.other_babinski.of, codes.COUNTS)
    yield from number(spasm_codes.CLOSURES_OF_ONE_EYE, spasm.closures_of_one_eye, codes.COUNTS)


def _verdicts(spasm: Spasm) -> Iterator[QualitativeEvaluation]:
    yield QualitativeEvaluation(name=codes.QUALITY_ASSESSMENT, value=codes.STATUS[spasm.status])
    if spasm.side is not None:
        yield QualitativeEvaluation(name=spasm_codes.SPASM_SIDE, value=spasm_codes.SIDES[spasm.side])
    if spasm.class_ is not None:
        name = spasm_codes.SITE_CLASS if spasm.decided_by == "site cohort" else spasm_codes.SPASM_CLASS
        yield QualitativeEvaluation(name=name, value=spasm_codes.CLASSES[spasm.class_])
    if spasm.other_babinski is not None and len(spasm.sides) == 1:
        seen = spasm_codes.PRESENT if spasm.other_babinski.present else spasm_codes.ABSENT
        yield QualitativeEvaluation(name=spasm_codes.OTHER_BABINSKI, value=seen)


def _class_statements(report: ExamReport, spasm: Spasm) -> Iterator[Statement]:
    yield codes.SUMMARY, f"{spasm_words.NAME}. {spasm_words.summary(spasm, report.blinking)}"
    for said in spasm_words.decided(spasm):
        yield spasm_codes.DECISION, said


def _side_numbers(told: SideSpasms) -> Iterator[Measurement]:
    side = told.side
    yield from number(spasm_codes.OCCURRENCES, told.events, codes.COUNTS, side=side, site=palsy_codes.FACE)
    for field, coded in spasm_codes.VARIABLES.items():
        value: float | None = getattr(told.variables, field)
        within: Interval | None = getattr(told.intervals, field)
        yield from number(coded.name, value, coded.unit, side=side, site=coded.site)
        if within is not None:
            yield from number(coded.lower, within.low, coded.unit, side=side, site=coded.site)
            yield from number(coded.upper, within.high, coded.unit, side=side, site=coded.site)
    for name, number_of, unit in (
        (spasm_codes.TIME_IN_SPASM, told.time_in_spasm_pct, palsy_codes.PERCENT),
        (spasm_codes.LONGEST, told.longest_event_s, codes.SECOND),
        (spasm_codes.CLONIC_FREQUENCY, told.clonic_frequency_hz, codes.HERTZ),
    ):
        yield from number(name, number_of, unit, side=side, site=palsy_codes.FACE)


def _side_statements(report: ExamReport, spasm: Spasm, told: SideSpasms) -> Iterator[Statement]:
    yield spasm_codes.VARIABLES_TEXT, spasm_words.side_in_short(spasm, told)
    yield spasm_codes.VARIABLES_TEXT, spasm_words.variables(told)
    own = [each for each in spasm.events if each.side is told.side]
    yield from _listed(report, own, spasm_codes.EVENT, "contractions")


def _blink_numbers(blinks: Blinks) -> Iterator[Measurement]:
    yield from number(codes.DURATION, blinks.analysable_s, codes.SECOND)
    yield from number(spasm_codes.OCCURRENCES, blinks.count, codes.COUNTS)
    yield from number(spasm_codes.PARTIAL_BLINKS, blinks.partial, codes.COUNTS)
    yield from number(spasm_codes.BLINK_RATE, blinks.rate_per_min, spasm_codes.PER_MINUTE)


def _blink_statements(report: ExamReport, blinks: Blinks) -> Iterator[Statement]:
    limits = f" {words.sentence(blinks.reason)}" if blinks.reason and blinks.status is not Status.GOOD else ""
    yield codes.SUMMARY, f"{spasm_event_words.blinks_in_short(blinks)}.{limits}"
    yield from _listed(report, blinks.events, spasm_codes.BLINK, "blinks")


def _listed(
    report: ExamReport, events: Sequence[SpasmEvent | BlinkEvent], name: CodedConcept, plural: str
) -> Iterator[Statement]:
    """Each as a sentence with its times, in which recording where there are several; and how many are left out."""
    labels = {source.sop_instance_uid: each.label for each in report.instances if (source := each.source) is not None}
    for each in events[:MOST_EVENTS]:
        recording = labels.get(each.source or "")
        where = f"{recording}, " if recording and len(report.instances) > 1 else ""
        said = spasm_event_words.contraction(each) if isinstance(each, SpasmEvent) else spasm_event_words.blink(each)
        yield name, f"{where}{said}"
    if len(events) > MOST_EVENTS:
        left_out = len(events) - MOST_EVENTS
        yield (
            spasm_codes.EVENTS_LEFT_OUT,
            f"The first {MOST_EVENTS} of {len(events)} {plural} are listed; result.json holds the other {left_out} too.",
        )
