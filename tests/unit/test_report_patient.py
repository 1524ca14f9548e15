"""The identification of the patient as people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.valuerep import PersonName

from reports.patient import identify, local, person_names, readable_date
from tests.report_examples import header


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Muster^Erika Maria", ("Muster, Erika Maria",)),
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", ("Rev. Adams, John Robert Quincy B.A. M.Div.",)),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", ("Yamada, Tarou", "山田 太郎", "やまだ たろう")),
        ("=山田^太郎", ("山田 太郎",)),
        ("Nur Nachname", ("Nur Nachname",)),
        ("^^^^", ()),
        ("", ()),
    ],
)
def test_names_are_shown_by_their_component_groups(value: str, shown: tuple[str, ...]) -> None:
    assert person_names(header(PatientName=value), "PatientName") == shown


def test_nothing_recorded_is_said_so() -> None:
    patient = identify(Dataset())
    assert patient.name == "Name not recorded"
    assert (patient.patient_id, patient.birth_date, patient.sex, patient.accession_number) == ("-", "-", "-", "-")
    assert identify(None) == patient


def test_what_is_recorded_is_shown() -> None:
    patient = identify(header())
    assert patient.birth_date == "1971-03-04"
    assert patient.sex == "female"
    assert patient.study_date == "2026-11-20"
    assert patient.referring_physician == "Haus, Gregor"


@pytest.mark.parametrize("odd", ["1971.03.04", "197103", "", "unknown"])
def test_an_odd_date_is_shown_as_it_is(odd: str) -> None:
    assert readable_date(odd) == odd


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        ("+0900", "2026-11-23 01:27"),
        ("-0330", "2026-11-22 12:57"),
        ("", "2026-11-22 16:27"),
        ("odd", "2026-11-22 16:27"),
    ],
)
def test_times_follow_the_declared_time_zone(offset: str, expected: str) -> None:
    at = datetime(2026, 11, 22, 16, 27, tzinfo=UTC)
    assert local(at, header(TimezoneOffsetFromUTC=offset)).strftime("%Y-%m-%d %H:%M") == expected


@given(st.text(max_size=64))
@settings(deadline=None)
def test_any_name_can_be_shown(text: str) -> None:
    dataset = Dataset()
    dataset.PatientName = PersonName(text)
    assert all(name.strip() for name in person_names(dataset, "PatientName"))
