"""The header of a damaged DICOM file: read, or refused with a sentence, whatever was damaged."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import pytest
from pydicom import config, dcmread

from dicom_io.errors import UnreadableInput
from dicom_io.identity import read_source
from tests.integration.dicom_lab import write_object


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    path = write_object(tmp_path / "whole.dcm", SpecificCharacterSet="ISO_IR 192", PatientName="Muster^Erika")
    return path.read_bytes()


def read(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, of values that break the rules
        try:
            read_source(path)
        except UnreadableInput as error:
            assert "Muster" not in str(error)
            return str(error)
    return ""


def test_a_header_that_ends_anywhere(whole: bytes, tmp_path: Path) -> None:
    header = whole.index(b"\xe0\x7f\x10\x00")
    said = {read(tmp_path / "cut.dcm", whole[:length]) for length in range(header)}
    assert any("preamble" in sentence for sentence in said)
    assert any("cannot be read" in sentence for sentence in said)
    assert any("has no S" in sentence for sentence in said)


def test_flipped_bytes(whole: bytes, tmp_path: Path) -> None:
    assert config.settings.reading_validation_mode == config.WARN
    generator = random.Random(1)  # noqa: S311 - for the same damage every time
    said = set()
    for _ in range(1500):
        damaged = bytearray(whole)
        for _ in range(generator.randint(1, 4)):
            damaged[generator.randrange(128, len(whole) - 2000)] = generator.randrange(256)
        said.add(read(tmp_path / "flipped.dcm", bytes(damaged)))
    assert "" in said
    assert any("cannot be read" in sentence for sentence in said)


@pytest.mark.parametrize("uid", ["../../x", "a/b", "..", ".", "1.2\\3.4", "1" * 65])
def test_what_is_no_uid_is_refused(uid: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.dcm"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_object(path, StudyInstanceUID="1.2.3")
        content = path.read_bytes()
        elements = dcmread(path)
        elements.StudyInstanceUID = uid
        elements.save_as(path, enforce_file_format=True)
    assert read(tmp_path / "whole.dcm", content) == ""
    assert "is no UID" in read(path, path.read_bytes())
