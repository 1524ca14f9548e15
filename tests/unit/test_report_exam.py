"""The value that a report is made from, and the UIDs derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from pydicom import Dataset

from analysis.settings import AnalysisSettings
from reports.equipment import MANUFACTURER, is_our_own, sign
from reports.errors import MixedPatients, MixedStudies, NoDicomSource, ReportError
from reports.exam import ExamReport, ReportSettings
from reports.uids import DocumentKind, device_uid, document_uid, series_uid, tracking_uid
from tests.report_examples import CREATED, exam, good, good_result, header, refused, source

PDF, SR = DocumentKind.PDF, DocumentKind.STRUCTURED_REPORT


def test_no_recording_is_no_report() -> None:
    with pytest.raises(ReportError, match="at least one"):
        ExamReport(instances=())


def test_versions_count_from_one() -> None:
    with pytest.raises(ReportError, match="counts from 1"):
        exam(version=0)


def test_recordings_of_two_studies_are_refused() -> None:
    other = header(2)
    other.StudyInstanceUID = "1.2.3.4"
    with pytest.raises(MixedStudies, match="2 studies"):
        exam(good(), replace(good(), source=source(other)))


@pytest.mark.parametrize("attribute", ["PatientID", "PatientBirthDate", "PatientSex"])
def test_two_patients_in_one_study_are_refused_without_naming_them(attribute: str) -> None:
    other = header(2, **{attribute: "19010101" if attribute == "PatientBirthDate" else "O"})
    with pytest.raises(MixedPatients, match=attribute) as refusal:
        exam(good(), replace(good(), source=source(other)))
    assert str(header()[attribute].value) not in str(refusal.value)


def test_a_name_tells_patients_apart_only_without_a_number() -> None:
    exam(good(), replace(good(), source=source(header(2, PatientName="Somebody^Else"))))
    with pytest.raises(MixedPatients, match="PatientName"):
        exam(good(), replace(good(), source=source(header(2, PatientName="Somebody^Else", PatientID=""))))


def test_an_empty_value_is_no_other_patient() -> None:
    exam(good(), replace(good(), source=source(header(2, PatientBirthDate="", PatientSex=""))))


def test_a_loose_file_has_no_study() -> None:
    with pytest.raises(NoDicomSource):
        exam(replace(good(), source=None)).study  # noqa: B018


def test_created_is_the_newest_result_in_any_time_zone() -> None:
    later = CREATED + timedelta(minutes=5)
    tokyo = later.astimezone(timezone(timedelta(hours=9)))
    report = exam(good(), replace(good(2), result=good_result(created=tokyo)))
    assert report.created == later
    assert report.newest is report.instances[1]


def test_the_same_exam_has_the_same_uids_whatever_the_order() -> None:
    one, two = exam(good(1), refused(2)), exam(refused(2), good(1))
    for kind in DocumentKind:
        assert document_uid(one, kind) == document_uid(two, kind)
        assert series_uid(one, kind) == series_uid(two, kind)


CHANGES: dict[str, Callable[[], ExamReport]] = {
    "another recording": lambda: exam(good(5)),
    "one more recording": lambda: exam(good(), refused()),
    "an analysis at another time": lambda: exam(replace(good(), result=good_result(created=CREATED + timedelta(1)))),
    "another label": lambda: exam(good(label="Smile")),
    "a new version": lambda: exam(version=2),
    "another configuration": lambda: exam(replace(good(), result=good_result(config_sha256="1" * 64))),
    "another model": lambda: exam(replace(good(), result=good_result(model_sha256="1" * 64))),
    "another pipeline": lambda: exam(replace(good(), result=good_result(pipeline_version="1"))),
    "another software": lambda: exam(replace(good(), result=good_result(software="vultus 0.2.0"))),
    "an unreadable object": lambda: exam(unreadable=1),
    "other thresholds in the explanations": lambda: exam(settings=ReportSettings(analysis=AnalysisSettings(gate_mm=3))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_the_content_changes_the_uid(change: str) -> None:
    for kind in DocumentKind:
        assert document_uid(exam(), kind) != document_uid(CHANGES[change](), kind)


def test_no_two_purposes_share_a_uid() -> None:
    report = exam()
    uids = [function(report, kind) for function in (document_uid, series_uid) for kind in DocumentKind]
    uids += [tracking_uid(report, 0), tracking_uid(report, 1), device_uid()]
    assert len(set(uids)) == len(uids)
    assert all(uid.is_valid for uid in uids)


def test_our_own_documents_are_recognised_and_nothing_else() -> None:
    ours = Dataset()
    sign(ours, "vultus 0.1.0")
    assert is_our_own(ours)
    phantom = header()
    phantom.Manufacturer = MANUFACTURER
    phantom.ManufacturerModelName = "Vultus phantom"
    assert not is_our_own(phantom)
    assert not is_our_own(header())
    assert not is_our_own(Dataset())


def test_padding_does_not_hide_our_own_documents() -> None:
    ours = Dataset()
    sign(ours, "vultus 0.1.0")
    ours.ManufacturerModelName += " "
    assert is_our_own(ours)
