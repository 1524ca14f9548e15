"""Names in every character set come out of our documents with the bytes they went in with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.valuerep import PersonName

from dicom_io.identity import SourceInstance, read_source
from reports.carried import CARRIED, REQUIRED, carry, encodable, plain
from reports.document import complete
from reports.encapsulated_pdf import build_encapsulated_pdf
from reports.exam import ExamReport, ReportSettings
from reports.pdf import render_pdf
from reports.structured_report import build_structured_report
from reports.uids import DocumentKind
from tests.report_examples import exam, good, header

# name: Specific Character Set, bytes of Patient Name, and as text. PS3.5 Annexes H, I, J and K hold such names.
NAMES: dict[str, tuple[str, bytes, str]] = {
    "default": ("", b"Muster^Erika", "Muster^Erika"),
    "latin 1": ("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
    "latin 2": ("ISO_IR 101", "Wałęsa^Józef".encode("iso8859_2"), "Wałęsa^Józef"),
    "cyrillic": ("ISO_IR 144", "Люксембург^Юрий".encode("iso8859_5"), "Люксембург^Юрий"),
    "arabic": ("ISO_IR 127", "قباني^لنزار".encode("iso8859_6"), "قباني^لنزار"),
    "greek": ("ISO_IR 126", "Διονυσιος".encode("iso8859_7"), "Διονυσιος"),
    "hebrew": ("ISO_IR 138", "שרון^דבורה".encode("iso8859_8"), "שרון^דבורה"),
    "utf-8": ("ISO_IR 192", "Wang^XiaoDong=王^小東=".encode(), "Wang^XiaoDong=王^小東"),
    "gb18030": ("GB18030", "Wang^XiaoDong=王^小东=".encode("gb18030"), "Wang^XiaoDong=王^小东"),
    "japanese": (
        "\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    "half-width katakana": (
        "ISO 2022 IR 13\\ISO 2022 IR 87",
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    "korean": (
        "\\ISO 2022 IR 149",
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
}


def _element(group: int, number: int, vr: str, value: bytes) -> bytes:
    value += (b"\0" if vr == "UI" else b" ") * (len(value) % 2)
    return (
        group.to_bytes(2, "little")
        + number.to_bytes(2, "little")
        + vr.encode()
        + len(value).to_bytes(2, "little")
        + value
    )


def _received(folder: Path, character_set: str, name: bytes) -> Path:
    """A DICOM file written byte by byte, so that nothing has interpreted the name before."""
    uids = header()
    meta = _element(2, 0x10, "UI", b"1.2.840.10008.1.2.1")
    body = (
        _element(0x0008, 0x0005, "CS", character_set.encode())
        + _element(0x0008, 0x0016, "UI", uids.SOPClassUID.encode())
        + _element(0x0008, 0x0018, "UI", uids.SOPInstanceUID.encode())
        + _element(0x0008, 0x0090, "PN", name)
        + _element(0x0010, 0x0010, "PN", name)
        + _element(0x0020, 0x000D, "UI", uids.StudyInstanceUID.encode())
        + _element(0x0020, 0x000E, "UI", uids.SeriesInstanceUID.encode())
    )
    length = _element(2, 0, "UL", len(meta).to_bytes(4, "little"))
    path = folder / "received.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM" + length + meta + body)
    return path


def _raw(path: Path, tag: int) -> bytes:
    value = dcmread(path).get_item(tag).value
    assert isinstance(value, bytes)
    return value


def _documents(report: ExamReport) -> tuple[Dataset, Dataset]:
    return build_structured_report(report), build_encapsulated_pdf(report, b"%PDF-1.4\n%%EOF\n")


@pytest.mark.parametrize("name", NAMES)
def test_names_keep_their_bytes(name: str, tmp_path: Path) -> None:
    character_set, octets, text = NAMES[name]
    received = _received(tmp_path, character_set, octets)
    report = exam(replace(good(), source=read_source(received)))
    for document in _documents(report):
        path = tmp_path / "document.dcm"
        document.save_as(path, enforce_file_format=True)
        for tag in (0x00100010, 0x00080090):
            assert _raw(path, tag).rstrip(b" ") == octets.rstrip(b"=")
        assert dcmread(path).get("SpecificCharacterSet") == read_source(received).header.get("SpecificCharacterSet")
        assert str(dcmread(path).PatientName).rstrip("=") == text


@pytest.mark.parametrize("name", NAMES)
def test_text_of_the_study_keeps_its_meaning(name: str, tmp_path: Path) -> None:
    character_set, _, text = NAMES[name]
    description = text.replace("^", " ").replace("=", " ")
    source = header(SpecificCharacterSet=character_set.split("\\"), PatientName=text, StudyDescription=description)
    for document in _documents(exam(replace(good(), source=replace(_source(), header=source)))):
        path = tmp_path / "document.dcm"
        document.save_as(path, enforce_file_format=True)
        assert dcmread(path).StudyDescription == description


def _source() -> SourceInstance:
    source = good().source
    assert source is not None
    return source


def test_every_carried_attribute_is_carried_and_nothing_else() -> None:
    source = header(OtherPatientIDs=["A", "B"], ClinicalTrialProtocolID="T-9", PatientComments="quiet")
    source.ManufacturerModelName = "Camera 3"
    document = Dataset()
    carry(source, document)
    assert document.OtherPatientIDs == ["A", "B"]
    assert document.ClinicalTrialProtocolID == "T-9"
    assert document.IssuerOfPatientID == "HOSPITAL"
    assert "ManufacturerModelName" not in document
    assert {element.keyword for element in document} <= set(CARRIED)


def test_a_carried_value_is_a_copy() -> None:
    source = header(ReferencedStudySequence=[Dataset()])
    document = Dataset()
    carry(source, document)
    document.ReferencedStudySequence[0].StudyID = "changed"
    assert "StudyID" not in source.ReferencedStudySequence[0]


def test_what_is_required_is_there_even_if_the_source_lacks_it() -> None:
    document = Dataset()
    document.PatientID = "left over from something else"
    carry(Dataset(), document)
    assert all(document[keyword].is_empty for keyword in REQUIRED)
    assert "SpecificCharacterSet" not in document


@pytest.mark.parametrize(
    ("character_set", "institution", "written"),
    [
        ("ISO_IR 100", "Universitätsklinik", "Universitätsklinik"),
        ("ISO_IR 192", "東京大学病院", "東京大学病院"),
        ("ISO_IR 100", "Szpital Łódź", "Szpital ?odz"),
        (None, "Universitätsklinik", "Universitatsklinik"),
        (["", "ISO 2022 IR 87"], "Universitätsklinik", "Universitatsklinik"),
    ],
)
def test_the_sites_own_name_never_breaks_the_character_set(
    character_set: object, institution: str, written: str
) -> None:
    report = exam(good(SpecificCharacterSet=character_set), settings=ReportSettings(institution=institution))
    document = Dataset()
    complete(document, report, DocumentKind.PDF, header().SOPClassUID)
    assert document.InstitutionName == written


@given(st.text(max_size=60))
def test_plain_text_is_printable_ascii(text: str) -> None:
    written = plain(text)
    assert written.isascii()
    assert written.isprintable()
    assert "\\" not in encodable(text, header(SpecificCharacterSet="ISO_IR 192"))


@given(st.text(max_size=64))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_no_name_breaks_a_document(text: str) -> None:
    source = header()
    source.PatientName = PersonName(text)
    report = exam(replace(good(), source=replace(_source(), header=source)))
    for document in (build_structured_report(report), build_encapsulated_pdf(report, render_pdf(report))):
        assert str(document.PatientName) == str(source.PatientName)
