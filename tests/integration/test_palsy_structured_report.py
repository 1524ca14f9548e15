"""Facial palsy in the structured report read back: every number by its code, side, site and unit; every reason as text."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from highdicom.sr import CodedConcept, MeasurementReport, MeasurementsAndQualitativeEvaluations, srread
from pydicom import Dataset

from analysis.palsy.postures import Region, Task
from analysis.palsy.results import Pattern
from reports import codes, explanations, palsy_codes
from reports.exam import ExamReport
from reports.structured_report import build_structured_report
from tests.palsy_report_examples import FLACCID, flaccid, flaccid_palsy, normal, palsied, partial, synkinetic, ungraded
from tests.report_examples import exam, good, refused

Found = dict[tuple[str, str], tuple[float, str]]


def _read(report: ExamReport) -> Dataset:
    buffer = io.BytesIO()
    build_structured_report(report).save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    return srread(buffer)


def _groups(report: ExamReport) -> dict[str, MeasurementsAndQualitativeEvaluations]:
    content = MeasurementReport.from_sequence([_read(report)])
    return {str(group.tracking_identifier): group for group in content.get_image_measurement_groups()}


def _sides(group: MeasurementsAndQualitativeEvaluations, name: CodedConcept) -> Found:
    """Value and unit by site and laterality."""
    found = {}
    for measurement in group.get_measurements(name=name):
        (site,) = measurement.finding_sites
        laterality = site.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning
        found[site.value.value, laterality] = (float(measurement.value), measurement.unit.value)
    return found


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


def test_side_grade_pattern_and_trust_are_coded() -> None:
    found = _coded(_groups(exam(flaccid()))["Facial palsy, grades"])
    assert found == {
        "111050": "GOOD",
        "AFFECTED-SIDE": "24028007",
        "PATTERN": "FLACCID",
        "HB-GRADE": "GRADE-V",
        "HB-GRADE-LO": "GRADE-IV",
        "HB-GRADE-HI": "GRADE-V",
        "FNGS-GRADE": "GRADE-V",
        "FNGS-GRADE-LO": "GRADE-IV",
        "FNGS-GRADE-HI": "GRADE-V",
        "FAME-SEVERITY": "24484000",
        "FAME-SEVERITY-LO": "24484000",
        "FAME-SEVERITY-HI": "PROFOUND",
    }
    assert _coded(_groups(exam(synkinetic()))["Facial palsy, grades"])["AFFECTED-SIDE"] == "7771000"
    assert _coded(_groups(exam(normal()))["Facial palsy, grades"])["AFFECTED-SIDE"] == "NO-SIDE"


def test_scores_and_subscores_are_numbers_with_their_limits() -> None:
    group = _groups(exam(flaccid()))["Facial palsy, grades"]
    assert _number(group, palsy_codes.HOUSE_BRACKMANN_F.name) == (22.7, "%")
    assert _number(group, palsy_codes.HOUSE_BRACKMANN_F.lower) == (17.9, "%")
    assert _number(group, palsy_codes.HOUSE_BRACKMANN_F.upper) == (27.8, "%")
    assert _number(group, palsy_codes.HOUSE_BRACKMANN_POINTS) == (1, "{counts}")
    assert _number(group, palsy_codes.TOTALS["sunnybrook"].name) == (13, "1")
    assert _number(group, palsy_codes.TOTALS["sunnybrook"].upper) == (19, "1")
    assert [
        _number(group, palsy_codes.PARTS["sunnybrook", part])[0] for part in ("voluntary", "resting", "synkinesis")
    ] == [
        28,
        15,
        0,
    ]
    assert [_number(group, palsy_codes.PARTS["eface", part])[0] for part in ("static", "dynamic", "synkinesis")] == [
        71.2,
        28.6,
        96,
    ]
    assert _number(group, palsy_codes.TOTALS["fngs"].name) == (20, "1")
    assert _number(group, palsy_codes.TOTALS["fame"].name) == (17, "1")


def test_regions_have_sides_sites_and_shares() -> None:
    group = _groups(exam(flaccid()))["Facial palsy, regions"]
    brow, eye = palsy_codes.MOVED[Region.BROW], palsy_codes.MOVED[Region.EYE_FULL]
    assert _sides(group, brow.name) == {("367577003", "Right"): (0.534, "mm"), ("367577003", "Left"): (8.9, "mm")}
    assert _sides(group, brow.upper) == {("367577003", "Right"): (0.934, "mm"), ("367577003", "Left"): (9.3, "mm")}
    assert _sides(group, eye.name) == {("80243003", "Right"): (0.48, "{ratio}"), ("80243003", "Left"): (1, "{ratio}")}
    assert _sides(group, palsy_codes.SHARE[Region.SMILE].name) == {("48477009", "Right"): (0.14, "{ratio}")}


def test_each_posture_has_its_group_with_the_movement_coded() -> None:
    groups = _groups(exam(flaccid()))
    smile = groups["Facial palsy, full smile"]
    assert _coded(smile) == {"TASK": "FULL-SMILE"}
    assert _sides(smile, codes.EXCURSION) == {("48477009", "Right"): (1.736, "mm"), ("48477009", "Left"): (12.4, "mm")}
    assert _sides(smile, palsy_codes.ANGLE) == {
        ("48477009", "Right"): (98.4, "deg"),
        ("48477009", "Left"): (98.4, "deg"),
    }
    assert _sides(groups["Facial palsy, snarl"], palsy_codes.ANGLE)["37108007", "Left"] == (43.5, "deg")
    assert len(groups["Facial palsy, rest"].get_measurements()) == 2 * len(palsy_codes.MEASURES) + 1
    assert _number(smile, palsy_codes.REPETITIONS) == (2, "{counts}")
    (said,) = _texts(smile[0], palsy_codes.POSTURE_STATEMENT)
    assert said.startswith(
        "Full smile, 2 repetitions. Brow height: right 24.2 mm (95 % interval 23.7 to 24.7 mm), left"
    )
    assert len([name for name in groups if name.startswith("Facial palsy, ")]) == 2 + len(Task)


def test_gate_evidence_and_reasons_are_texts() -> None:
    document = _read(exam(flaccid()))
    assert _texts(document, palsy_codes.GATE) == ["Barely perceptible movement with asymmetry at rest: V at least."]
    assert len(_texts(document, palsy_codes.EVIDENCE)) == 3
    assert any("House-Brackmann-equivalent estimate: V (IV-V)." in said for said in _texts(document, codes.SUMMARY))
    assert explanations.EQUIVALENT in _texts(document, codes.CAUTION)
    lacking = _read(exam(partial()))
    assert "FAME: not assessable. Not seen: pucker." in _texts(lacking, codes.REASON)
    assert _texts(lacking, palsy_codes.MISSING_TASKS) == ["Not seen: gentle closure, snarl, pucker, lower teeth."]
    assert "Upper lip (snarl): not assessable. No snarl was seen." in _texts(lacking, palsy_codes.REGION_STATEMENT)
    along = _texts(_read(exam(synkinetic())), palsy_codes.EVIDENCE)
    assert "During the full smile the left eye closes by 36 % of its opening, 0.08 s after it, for 1.6 s." in along


def test_what_could_not_be_graded_has_no_number() -> None:
    group = _groups(exam(partial()))["Facial palsy, grades"]
    for scale in palsy_codes.TOTALS.values():
        assert group.get_measurements(name=scale.name) == []
    assert _number(group, palsy_codes.PARTS["sunnybrook", "resting"]) == (10, "1")


@pytest.mark.parametrize("report", [exam(ungraded()), exam(), exam(good(), refused())], ids=["refused", "none", "two"])
def test_no_palsy_is_a_reason_and_no_group(report: ExamReport) -> None:
    assert not any(name.startswith("Facial palsy") for name in _groups(report))
    assert any(said.startswith("Facial palsy: not ") for said in _texts(_read(report), codes.REASON))


def test_a_number_names_the_recordings_that_it_came_from() -> None:
    clips = [palsied(flaccid_palsy(), FLACCID, number=number, label=f"Clip {number}") for number in (1, 2)]
    uid = "1.2.826.0.1.3680043.10.1.3.2"
    postures = tuple(each.model_copy(update={"sources": (uid,)}) for each in flaccid_palsy().postures)
    palsy = flaccid_palsy().model_copy(update={"postures": postures})
    groups = _groups(exam(*clips, palsy=palsy))
    named = {
        name: [image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for image in group.source_images]
        for name, group in groups.items()
    }
    assert named["Facial palsy, grades"] == ["1.2.826.0.1.3680043.10.1.3.1", uid]
    assert named["Facial palsy, full smile"] == [uid]


def test_the_groups_of_one_exam_are_told_apart() -> None:
    uids = [group.tracking_uid for group in _groups(exam(flaccid())).values()]
    assert len(set(uids)) == len(uids)


def test_a_palsy_of_the_exam_changes_the_documents_uid() -> None:
    clips = [replace(flaccid(), label=label) for label in ("Clip 1", "Clip 2")]
    found = {
        str(_read(exam(*clips, palsy=palsy)).SOPInstanceUID)
        for palsy in (None, flaccid_palsy(), flaccid_palsy().model_copy(update={"pattern": Pattern.MIXED}))
    }
    assert len(found) == 3


def test_every_code_of_ours_fits_and_has_one_meaning() -> None:
    meanings: dict[str, set[str]] = {}
    for report in (exam(flaccid()), exam(partial()), exam(normal())):
        for item in _sequences(build_structured_report(report)):
            if item.get("CodingSchemeDesignator") == codes.PRIVATE_SCHEME and "CodeMeaning" in item:
                assert len(item.CodeValue) <= 16
                assert len(item.CodeMeaning) <= 64
                meanings.setdefault(item.CodeValue, set()).add(item.CodeMeaning)
    assert {value for value, said in meanings.items() if len(said) > 1} == set()
    assert "HB-GRADE" in meanings


def _sequences(dataset: Dataset) -> list[Dataset]:
    found = []
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                found.append(item)
                found.extend(_sequences(item))
    return found
