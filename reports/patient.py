"""Who the report is about, as text for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from pydicom import Dataset
from pydicom.valuerep import PersonName

_SEX = {"M": "male", "F": "female", "O": "other"}


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The identification on every page. ``names`` holds the component groups in the order of PS3.5 6.2.1.1."""

    names: tuple[str, ...]
    patient_id: str
    birth_date: str
    sex: str
    study_date: str
    accession_number: str
    referring_physician: str

    @property
    def name(self) -> str:
        """The name in its first group, or that there is none."""
        return self.names[0] if self.names else NO_NAME


NO_NAME = "Name not recorded"
EMPTY = "-"


def identify(header: Dataset | None) -> Patient:
    """Read the identification from a source header; none for a loose file."""
    if header is None:
        header = Dataset()
    return Patient(
        names=person_names(header, "PatientName"),
        patient_id=_text(header, "PatientID"),
        birth_date=readable_date(_text(header, "PatientBirthDate")),
        sex=_SEX.get(_text(header, "PatientSex"), _text(header, "PatientSex")),
        study_date=readable_date(_text(header, "StudyDate")),
        accession_number=_text(header, "AccessionNumber"),
        referring_physician=" / ".join(person_names(header, "ReferringPhysicianName")) or EMPTY,
    )


def person_names(header: Dataset, keyword: str) -> tuple[str, ...]:
    """The component groups of a person name: "Family, Given Middle" in Latin script, family first in the others."""
    value = header.get(keyword)
    if value is None or not str(value).strip(" ^="):
        return ()
    name = value if isinstance(value, PersonName) else PersonName(str(value))
    groups = str(name).split("=")
    shown = [_alphabetic(groups[0]), *(_written(group) for group in groups[1:3])]
    return tuple(each for each in shown if each)


def _alphabetic(group: str) -> str:
    family, given, middle, prefix, suffix = ([part.strip() for part in group.split("^")] + [""] * 5)[:5]
    first = " ".join(part for part in (given, middle) if part)
    name = ", ".join(part for part in (family, first) if part)
    return " ".join(part for part in (prefix, name, suffix) if part)


def _written(group: str) -> str:
    return " ".join(part.strip() for part in group.split("^") if part.strip())


def _text(header: Dataset, keyword: str) -> str:
    value = header.get(keyword)
    text = "" if value is None else str(value).strip()
    return text or EMPTY


def readable_date(value: str) -> str:
    """A DICOM date (PS3.5 6.2, DA) as year-month-day; anything else as it is."""
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if len(value) == 8 and value.isdecimal() else value


def local(at: datetime, header: Dataset | None) -> datetime:
    """``at`` in the time zone that the source declares (Timezone Offset From UTC, PS3.3 C.12.1.1.8), else as it is."""
    offset = "" if header is None else str(header.get("TimezoneOffsetFromUTC") or "").strip()
    if at.tzinfo is None or len(offset) != 5 or offset[0] not in "+-" or not offset[1:].isdecimal():
        return at
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    if ahead >= timedelta(hours=24):
        return at
    return at.astimezone(timezone(ahead if offset[0] == "+" else -ahead))
