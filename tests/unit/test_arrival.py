from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, uid
from pydicom.dataset import FileMetaDataset

from dicom_io.arrival import Arrival, verify
from dicom_io.errors import CannotUnderstand, Misidentified


def stored(path: Path, instance: str = "1.2.3") -> Arrival:
    data_set = Dataset()
    data_set.SOPClassUID = uid.VideoPhotographicImageStorage
    data_set.SOPInstanceUID = instance
    data_set.PatientID = "P1"
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    data_set.save_as(path, enforce_file_format=True)
    return arrival(path, instance)


def arrival(path: Path, instance: str = "1.2.3") -> Arrival:
    return Arrival(
        path=path,
        sop_class_uid=uid.VideoPhotographicImageStorage,
        sop_instance_uid=instance,
        transfer_syntax_uid=uid.ExplicitVRLittleEndian,
        calling_ae="A",
        called_ae="B",
        address="127.0.0.1",
        size=path.stat().st_size,
    )


def test_an_object_that_is_what_it_says(tmp_path: Path) -> None:
    complete = stored(tmp_path / "a.dcm")
    assert verify(complete) is complete


def test_another_instance_than_announced(tmp_path: Path) -> None:
    stored(tmp_path / "a.dcm")
    with pytest.raises(Misidentified):
        verify(arrival(tmp_path / "a.dcm", "1.2.4"))


def test_a_file_that_lost_its_end(tmp_path: Path) -> None:
    complete = stored(tmp_path / "a.dcm")
    complete.path.write_bytes(complete.path.read_bytes()[:-2])
    with pytest.raises(CannotUnderstand, match="complete"):
        verify(complete)


def test_a_data_set_without_identity(tmp_path: Path) -> None:
    complete = stored(tmp_path / "a.dcm")
    whole = complete.path.read_bytes()
    complete.path.write_bytes(whole[: whole.index(b"\x08\x00\x16\x00")])
    with pytest.raises(CannotUnderstand, match="lacks"):
        verify(arrival(complete.path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300), st.booleans())
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_hostile_bytes_are_refused_in_words(tmp_path: Path, junk: bytes, with_meta: bool) -> None:
    path = tmp_path / "a.dcm"
    whole = stored(path).path.read_bytes()
    path.write_bytes((whole[: whole.index(b"\x08\x00\x16\x00")] if with_meta else b"") + junk)
    with pytest.raises((CannotUnderstand, Misidentified)):
        verify(arrival(path))
