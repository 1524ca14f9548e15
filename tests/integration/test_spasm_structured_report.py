"""Hemifacial spasm in the structured report read back: numbers by code, side, site and unit; events and reasons as text."""

from __future__ import annotations

import io
from functools import cache

import pytest
from highdicom.sr import CodedConcept, MeasurementReport, MeasurementsAndQualitativeEvaluations, srread
from pydicom import Dataset

from analysis.spasm.combining import combine_blinks, combine_spasms
from analysis.spasm.settings import ClassSettings
from reports import codes, explanations, spasm_codes
from reports.exam import ExamReport
from reports.spasm_group import MOST_EVENTS
from reports.structured_report import build_structured_report
from tests.report_examples import exam, good, refused
from tests.spasm_report_examples import (
    SOME_BLINKS,
    TONIC_EVENTS,
    TOO_SHORT,
    UID,
    both_sides,
    clonic,
    indeterminate,
    long_recording,
    mild,
    none_seen,
    palsied_and,
    spasms,
    spastic,
    tonic,
    too_short,
)

REPORTS = {
    "mild": exam(mild()),
    "clonic": exam(clonic()),
    "tonic": exam(tonic()),
    "both": exam(both_sides()),
    "indeterminate": exam(indeterminate()),
    "none": exam(none_seen()),
    "none beside a palsy": exam(palsied_and(spasms([]))),
    "too short": exam(too_short()),
    "long": exam(long_recording()),
    "older": exam(good(), refused()),
}
Found = dict[tuple[str, str], tuple[float, str]]


@cache
def _read(name: str) -> Dataset:
    return _written(REPORTS[name])


def _written(report: ExamReport) -> Dataset:
    buffer = io.BytesIO()
    build_structured_report(report).save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    return srread(buffer)


def _groups(document: Dataset) -> dict[str, MeasurementsAndQualitativeEvaluations]:
    content = MeasurementReport.from_sequence([document])
    return {str(group.tracking_identifier): group for group in content.get_image_measurement_groups()}


def _sided(group: MeasurementsAndQualitativeEvaluations, name: CodedConcept) -> tuple[str, str, float, str]:
    """Site, laterality, value and unit of a number."""
    (measurement,) = group.get_measurements(name=name)
    (site,) = measurement.finding_sites
    laterality = site.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning
    return site.value.value, laterality, float(measurement.value), measurement.unit.value


def _number(group: MeasurementsAndQualitativeEvaluations, name: CodedConcept) -> tuple[float, str]:
    (measurement,) = group.get_measurements(name=name)
    return float(measurement.value), measurement.unit.value


def _coded(group: MeasurementsAndQualitativeEvaluations) -> dict[str, str]:
    return {each.name.value: each[0].value.value for each in group.get_qualitative_evaluations()}


def _texts(item: Dataset, code: CodedConcept) -> list[str]:
    found = []
    for child in item.get("ContentSequence", []):
        if child.ValueType == "TEXT" and child.ConceptNameCodeSequence[0].CodeValue == code.value:
            found.append(child.TextValue)
        found.extend(_texts(child, code))
    return found


@pytest.mark.parametrize(
    ("name", "side", "kind", "babinski"),
    [
        ("mild", "24028007", "255604002", "272519000"),
        ("clonic", "7771000", "MODERATE-CLONIC", "52101004"),
        ("tonic", "24028007", "SEVERE-TONIC", "52101004"),
        ("both", "51440002", "SEVERE-TONIC", None),
        ("indeterminate", "24028007", "INDETERMINATE", None),
        ("none", "NO-SIDE", "NO-SPASM", None),
        ("none beside a palsy", "NO-SIDE", "NO-SPASM", None),
    ],
)
def test_side_class_and_sign_are_coded(name: str, side: str, kind: str, babinski: str | None) -> None:
    found = _coded(_groups(_read(name))["Hemifacial spasm"])
    expected = {"111050": "GOOD", "SPASM-SIDE": side, "SPASM-CLASS": kind}
    assert found == (expected | {"OTHER-BABINSKI": babinski} if babinski else expected)


def test_variables_are_numbers_of_their_side_with_limits() -> None:
    groups = _groups(_read("both"))
    right, left = groups["Hemifacial spasm, right"], groups["Hemifacial spasm, left"]
    closure, mouth = (spasm_codes.VARIABLES[name] for name in ("eye_closure_pct", "mouth_distance_change_pct_iod"))
    assert _sided(right, closure.name) == ("80243003", "Right", 93, "%")
    assert _sided(left, closure.name) == ("80243003", "Left", 64, "%")
    assert _sided(right, mouth.name) == ("48477009", "Right", 9.4, "%")
    assert _sided(right, mouth.lower)[2] < 9.4 < _sided(right, mouth.upper)[2]
    assert _sided(left, spasm_codes.VARIABLES["repetition"].name) == ("89545001", "Left", 3, "1")
    assert _sided(left, spasm_codes.VARIABLES["rate_per_min"].name) == ("89545001", "Left", 9, "/min")
    assert _sided(left, spasm_codes.CLONIC_FREQUENCY)[2:] == (3.2, "Hz")
    assert _sided(right, spasm_codes.LONGEST) == ("89545001", "Right", 5.5, "s")
    assert _sided(right, spasm_codes.OCCURRENCES)[2:] == (5, "{counts}")
    assert _coded(left) == {"SPASM-SIDE": "7771000"}
    whole = groups["Hemifacial spasm"]
    assert _number(whole, codes.DURATION) == (60, "s")
    assert _number(whole, spasm_codes.OCCURRENCES) == (14, "{counts}")


def test_a_side_without_contractions_has_no_group() -> None:
    assert [name for name in _groups(_read("clonic")) if name.startswith("Hemi")] == [
        "Hemifacial spasm",
        "Hemifacial spasm, left",
    ]


def test_a_number_without_an_interval_has_no_limits() -> None:
    few = exam(spastic(TONIC_EVENTS[:2]))
    group = _groups(_written(few))["Hemifacial spasm, right"]
    for coded in spasm_codes.VARIABLES.values():
        assert group.get_measurements(name=coded.name)
        assert not group.get_measurements(name=coded.lower)


def test_the_whole_answer_is_text() -> None:
    document = _read("clonic")
    (group,) = [group for name, group in _groups(document).items() if name == "Hemifacial spasm"]
    decision = _texts(group[0], spasm_codes.DECISION)
    assert decision[0].startswith("Moderate clonic: more than mild")
    assert any(said.startswith("Beside the bounds: eye closure 64 % (mild below 50 %)") for said in decision)
    assert explanations.SPASM_INTERPRETATION in decision
    (summary,) = _texts(group[0], codes.SUMMARY)
    assert summary.startswith(
        "Hemifacial spasm. Side: left. Class: moderate clonic (our interpretation). Left side: 29"
    )
    assert summary in _texts(document, codes.SUMMARY)
    assert explanations.SPASM_REFERENCE in _texts(document, codes.REFERENCE)
    events = _texts(document, spasm_codes.EVENT)
    assert len(events) == 29
    assert events[0] == (
        "5.00 s to 5.22 s (peak 5.11 s), left, clonic, train 1: eye closure 60 %, mouth corner 5.0 % (3.1 mm), "
        "brow rises 1.7 mm."
    )


def test_blinks_have_a_group() -> None:
    group = _groups(_read("none"))["Blinks"]
    assert _number(group, spasm_codes.OCCURRENCES) == (8, "{counts}")
    assert _number(group, spasm_codes.PARTIAL_BLINKS) == (3, "{counts}")
    assert _number(group, spasm_codes.BLINK_RATE) == (8, "/min")
    said = _texts(group[0], spasm_codes.BLINK)
    assert len(said) == 8
    assert said[1] == "11.18 s to 11.48 s (peak 11.30 s), both eyes, partial: closure 52 %."


def test_long_lists_end_with_how_many_are_left_out() -> None:
    document = _read("long")
    assert len(_texts(document, spasm_codes.EVENT)) == MOST_EVENTS
    assert _texts(document, spasm_codes.EVENTS_LEFT_OUT) == [
        f"The first {MOST_EVENTS} of 245 contractions are listed; result.json holds the other 45 too."
    ]


def test_no_spasm_is_a_result_and_not_assessable_a_reason() -> None:
    assert any("No spasm seen in 60 s; 8 blinks" in said for said in _texts(_read("none"), codes.SUMMARY))
    document = _read("too short")
    assert not any(name.startswith("Hemi") for name in _groups(document))
    assert any(TOO_SHORT[1:] in said for said in _texts(document, codes.REASON))


def test_older_results_have_nothing_of_it() -> None:
    document = _read("older")
    assert not any(name.startswith(("Hemi", "Blink")) for name in _groups(document))
    assert "spasm" not in str(document).lower()


def test_events_of_several_recordings_name_theirs() -> None:
    second = [each.model_copy(update={"source": UID.format(2)}) for each in TONIC_EVENTS]
    clips = (mild(), spastic(second, number=2, label="Clip 2"))
    shown = [each.result.spasm for each in clips if each.result.spasm]
    report = exam(
        *clips, spasm=combine_spasms(shown, ClassSettings()), blinks=combine_blinks([SOME_BLINKS, SOME_BLINKS])
    )
    events = _texts(_written(report), spasm_codes.EVENT)
    assert events[0].startswith("Clip 1, 6.10 s to")
    assert events[-1].startswith("Clip 2, 46.10 s to")


def test_a_mouth_that_spasms_move_is_not_called_weaker() -> None:
    for said in _texts(_read("clonic"), codes.SUMMARY):
        assert "weaker" not in said


def test_nothing_is_a_diagnosis_and_every_code_of_ours_has_one_meaning() -> None:
    meanings: dict[str, set[str]] = {}
    for name in REPORTS:
        for item in _sequences(_read(name)):
            if "CodeMeaning" not in item:
                continue
            assert not str(item.get("CodingSchemeDesignator", "")).startswith("I10")
            if item.CodingSchemeDesignator == codes.PRIVATE_SCHEME:
                assert len(item.CodeValue) <= 16
                assert len(item.CodeMeaning) <= 64
                meanings.setdefault(item.CodeValue, set()).add(item.CodeMeaning)
    assert {value for value, said in meanings.items() if len(said) > 1} == set()
    assert "SPASM-CLASS" in meanings


def _sequences(dataset: Dataset) -> list[Dataset]:
    found = []
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                found.append(item)
                found.extend(_sequences(item))
    return found


def test_the_groups_of_one_exam_are_told_apart() -> None:
    uids = [group.tracking_uid for group in _groups(_read("both")).values()]
    assert len(set(uids)) == len(uids) == 5
