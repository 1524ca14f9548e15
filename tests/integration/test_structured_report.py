"""The structured report read back: every number with its unit and side, every sentence, every reference."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from highdicom.sr import (
    CodedConcept,
    Comprehensive3DSR,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    srread,
)
from pydicom import DataElement, Dataset, config, uid

from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.values import Status
from reports import codes, explanations, words
from reports.equipment import is_our_own
from reports.errors import NoDicomSource
from reports.exam import ExamReport, Predecessor
from reports.structured_report import build_structured_report
from tests.report_examples import (
    LEFT_MM,
    RIGHT_MM,
    STUDY_UID,
    exam,
    first_version_result,
    good,
    good_result,
    one_sided_result,
    refused,
    still,
    whole_face_result,
)

PREDECESSOR = Predecessor(
    sop_class_uid="1.2.840.10008.5.1.4.1.1.88.34",
    sop_instance_uid="1.2.3.1",
    series_instance_uid="1.2.3.2",
    study_instance_uid=STUDY_UID,
)


def _bytes(document: Dataset) -> bytes:
    buffer = io.BytesIO()
    document.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _read(report: ExamReport) -> Comprehensive3DSR:
    document = srread(io.BytesIO(_bytes(build_structured_report(report))))
    assert isinstance(document, Comprehensive3DSR)
    return document


def _groups(report: ExamReport) -> list[MeasurementsAndQualitativeEvaluations]:
    content = MeasurementReport.from_sequence([_read(report)])
    return list(content.get_image_measurement_groups())


def _texts(item: Dataset) -> list[tuple[str, str]]:
    found = []
    for child in item.get("ContentSequence", []):
        if child.ValueType == "TEXT":
            found.append((child.ConceptNameCodeSequence[0].CodeValue, child.TextValue))
        found.extend(_texts(child))
    return found


def _value(group: MeasurementsAndQualitativeEvaluations, name: CodedConcept) -> tuple[float, str]:
    (measurement,) = group.get_measurements(name=name)
    return float(measurement.value), measurement.unit.value


def test_the_same_report_gives_the_same_bytes() -> None:
    assert _bytes(build_structured_report(exam())) == _bytes(build_structured_report(exam()))


@pytest.mark.parametrize(
    ("name", "right", "left", "unit"),
    [
        (codes.EXCURSION, RIGHT_MM, LEFT_MM, "mm"),
        (codes.EXCURSION_LOWER, 7.86, 5.31, "mm"),
        (codes.EXCURSION_UPPER, 10.22, 6.93, "mm"),
        (codes.LANDMARK_GAIN, 1.08, 1.16, "{ratio}"),
        (codes.LANDMARK_GAIN_SD, 0.031, 0.031, "{ratio}"),
        (codes.TEXTURE_FOLLOWED, 171, 168, "{counts}"),
    ],
    ids=lambda value: getattr(value, "value", None),
)
def test_each_side_has_its_own_number(name: CodedConcept, right: float, left: float, unit: str) -> None:
    (group,) = _groups(exam())
    found = {}
    for measurement in group.get_measurements(name=name):
        (site,) = measurement.finding_sites
        assert site.value == codes.LIP
        laterality = site.ContentSequence[0].ConceptCodeSequence[0]
        found[laterality.CodeValue, laterality.CodeMeaning] = (measurement.value, measurement.unit.value)
    assert found == {("24028007", "Right"): (right, unit), ("7771000", "Left"): (left, unit)}


@pytest.mark.parametrize(
    ("result", "code", "said"),
    [(good_result(), "HALF-FACES", "yes: each side"), (whole_face_result(), "WHOLE-FACE", "no: ")],
)
def test_how_the_sides_were_told_apart_is_coded_and_said(result: AnalysisResult, code: str, said: str) -> None:
    (group,) = _groups(exam(replace(good(), result=result)))
    found = {each.name.value: each[0].value.value for each in group.get_qualitative_evaluations()}
    assert found["SIDES-APART"] == code
    assert any(f"Clip 1, sides measured apart: {said}" in text for _, text in _texts(group[0]))


def test_a_result_of_the_first_pipeline_keeps_its_method_and_has_no_limits_but_those_of_r() -> None:
    (group,) = _groups(exam(replace(good(), result=first_version_result())))
    assert group.method == codes.FIRST_METHOD
    assert group.get_qualitative_evaluations(name=codes.SIDES_APART) == []
    for name in (codes.EXCURSION_LOWER, codes.RATIO_LOWER, codes.LANDMARK_GAIN):
        assert group.get_measurements(name=name) == []
    assert _value(group, codes.R_LOWER) == (0.9331, "1")


def test_each_number_has_its_unit() -> None:
    (group,) = _groups(exam())
    assert _value(group, codes.R_COEFFICIENT) == (0.9724, "1")
    assert _value(group, codes.R_LOWER) == (0.9331, "1")
    assert _value(group, codes.R_UPPER) == (0.9887, "1")
    assert _value(group, codes.EFFECTIVE_SAMPLES) == (24.3, "1")
    assert _value(group, codes.AMPLITUDE_RATIO) == (0.676991, "{ratio}")
    assert _value(group, codes.RATIO_LOWER) == (0.567, "{ratio}")
    assert _value(group, codes.RATIO_UPPER) == (0.808, "{ratio}")
    assert _value(group, codes.LAG) == (0.067, "s")
    assert _value(group, codes.MOVEMENT_GATE) == (2, "mm")
    assert _value(group, codes.DURATION) == (9.47, "s")
    assert _value(group, codes.FRAMES_DECODED) == (300, "{counts}")
    assert _value(group, codes.FRAMES_USED) == (284, "{counts}")
    assert _value(group, codes.FRAME_RATE) == (30, "Hz")
    assert _value(group, codes.SCALE) == (63.2, "mm")


def test_the_weaker_side_band_and_status_are_coded() -> None:
    (group,) = _groups(exam())
    found = {each.name.value: each[0].value.value for each in group.get_qualitative_evaluations()}
    assert found["WEAKER-SIDE"] == "7771000"
    assert found["RELATION-BAND"] == "LINEAR"
    assert found["111050"] == "GOOD"


def test_the_group_says_what_it_was_measured_on_and_with() -> None:
    (group,) = _groups(exam())
    assert [image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for image in group.source_images] == [
        "1.2.826.0.1.3680043.10.1.3.1"
    ]
    texts = [text for code, text in _texts(group[0]) if code in ("111001", "111002", "111003")]
    assert texts[:2] == ["Vultus", "vultus 0.1.0"]
    assert any("64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff" in text for text in texts)
    assert any(f"configuration SHA-256 {AnalysisSettings().sha256}" in text for text in texts)


def test_the_method_modifies_the_group() -> None:
    (group,) = _groups(exam())
    (method,) = [
        item
        for item in group[0].ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == codes.MEASUREMENT_METHOD.value
    ]
    assert method.RelationshipType == "HAS CONCEPT MOD"


def test_a_refused_recording_has_a_reason_and_no_relation() -> None:
    (group,) = _groups(exam(refused()))
    assert group.get_measurements(name=codes.R_COEFFICIENT) == []
    assert group.get_measurements(name=codes.EXCURSION) == []
    (status,) = group.get_qualitative_evaluations()
    assert status.value == codes.STATUS[Status.NOT_ASSESSABLE]
    assert ("REASON", "Clip 2 is not assessable. No face was found in 300 of 300 frames.") in _texts(group[0])


def test_a_refused_relation_leaves_the_excursions_and_gives_its_reason() -> None:
    (group,) = _groups(exam(replace(good(), result=one_sided_result())))
    assert [each.value for each in group.get_measurements(name=codes.EXCURSION)] == [8.4, 0.4]
    assert group.get_measurements(name=codes.R_COEFFICIENT) == []
    reason = dict(_texts(group[0]))["REASON"]
    assert reason.startswith("Clip 1: R is not assessable. The left mouth corner's movement cannot be told from none")


def test_each_recording_has_its_group_in_order() -> None:
    groups = _groups(exam(good(), refused(), still()))
    assert [group.tracking_identifier for group in groups] == ["Clip 1", "Clip 2", "Clip 3"]
    assert len({group.tracking_uid for group in groups}) == 3


def test_whole_sentences_say_what_matters() -> None:
    texts = dict(_texts(_read(exam())))
    everything = " ".join(text for _, text in _texts(_read(exam())))
    assert texts["RESEARCH-USE"] == words.RESEARCH_USE
    assert (
        "Right mouth corner: 9.0 mm (95 % interval 7.9 to 10.2 mm). Left mouth corner: 6.1 mm (95 % interval 5.3 to 6.9 mm)."
        in everything
    )
    assert "The left side is the weaker one" in everything
    assert explanations.SYMMETRY_CAUTION in everything
    assert explanations.REFERENCE in everything


def test_unreadable_objects_are_named() -> None:
    assert any("2 objects of this study" in text for _, text in _texts(_read(exam(unreadable=2))))


def test_the_document_is_unverified_and_belongs_to_the_study() -> None:
    document = _read(exam())
    assert (document.VerificationFlag, document.CompletionFlag) == ("UNVERIFIED", "COMPLETE")
    assert (document.Modality, document.SeriesNumber) == ("SR", 9901)
    assert document.StudyInstanceUID == STUDY_UID
    assert document.AccessionNumber == "ACC-77"
    assert document.ContentDate == "20261122"
    assert str(document.ContentTime).startswith("162705")
    assert document.SeriesInstanceUID != good().source.series_instance_uid  # type: ignore[union-attr]
    assert is_our_own(document)
    assert document.CodingSchemeIdentificationSequence[0].CodingSchemeDesignator == "99VULTUS"
    assert document.SpecificCharacterSet == "ISO_IR 192"


def test_every_private_code_is_of_the_declared_scheme_and_short_enough() -> None:
    def private(item: Dataset) -> list[Dataset]:
        found = [each for each in item.iterall() if each.tag == 0x00080102 and str(each.value).startswith("99")]
        return [each.value for each in found]

    assert set(private(build_structured_report(exam(good(), refused())))) == {"99VULTUS"}
    assert "LongCodeValue" not in str(build_structured_report(exam()))


def test_a_new_version_names_the_document_that_it_replaces() -> None:
    first, second = _read(exam()), _read(exam(version=2, predecessors=(PREDECESSOR,)))
    (study,) = second.PredecessorDocumentsSequence
    (series,) = study.ReferencedSeriesSequence
    (instance,) = series.ReferencedSOPSequence
    assert study.StudyInstanceUID == STUDY_UID
    assert series.SeriesInstanceUID == "1.2.3.2"
    assert instance.ReferencedSOPInstanceUID == "1.2.3.1"
    assert second.InstanceNumber == 2
    assert second.SOPInstanceUID != first.SOPInstanceUID
    assert "PredecessorDocumentsSequence" not in first


def test_the_request_is_named_where_the_source_names_it() -> None:
    attributes = Dataset()
    attributes.RequestedProcedureID = "RP-1"
    attributes.ScheduledProcedureStepID = "SPS-1"
    (item,) = _read(exam(good(RequestAttributesSequence=[attributes]))).ReferencedRequestSequence
    assert (item.RequestedProcedureID, item.AccessionNumber) == ("RP-1", "ACC-77")


@pytest.mark.parametrize("lacking", ["Rows", "PatientID", "PatientSex", "StudyDate", "Modality", "AccessionNumber"])
def test_a_lacking_attribute_is_no_obstacle(lacking: str) -> None:
    document = _read(exam(good(1, "Clip 1", **{lacking: None})))
    assert document.Modality == "SR"


@pytest.mark.parametrize(
    ("keyword", "odd"), [("PatientSex", "W"), ("PatientBirthDate", "04.03.71"), ("StudyTime", "noon")]
)
def test_an_odd_value_is_carried_as_it_is(keyword: str, odd: str) -> None:
    report = exam()
    tag = report.study.header[keyword].tag
    report.study.header[tag] = DataElement(tag, report.study.header[tag].VR, odd, validation_mode=config.IGNORE)
    assert build_structured_report(report)[tag].value == odd
    assert report.study.header[tag].value == odd


def test_without_a_dicom_source_there_is_no_document() -> None:
    with pytest.raises(NoDicomSource):
        build_structured_report(exam(replace(good(), source=None)))


def test_a_loose_file_beside_dicom_recordings_is_left_out_of_the_groups() -> None:
    assert [group.tracking_identifier for group in _groups(exam(replace(good(), source=None), refused()))] == ["Clip 2"]


@pytest.mark.parametrize(
    "kind",
    [
        uid.VideoPhotographicImageStorage,
        uid.VideoEndoscopicImageStorage,
        uid.VideoMicroscopicImageStorage,
        uid.VLPhotographicImageStorage,
        uid.VLEndoscopicImageStorage,
        uid.SecondaryCaptureImageStorage,
        uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    ],
)
def test_every_class_that_we_receive_can_be_reported(kind: uid.UID) -> None:
    instance = good()
    assert instance.source is not None
    document = _read(exam(replace(instance, source=replace(instance.source, sop_class_uid=kind))))
    (series,) = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPClassUID == kind
