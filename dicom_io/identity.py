"""Who an instance belongs to: its header without pixels, carried from the source to the results unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from dicom_io.errors import NotAnInput, UnreadableInput


@dataclass(frozen=True, kw_only=True, eq=False)
class SourceInstance:
    """A received object, without its pixels.

    ``header`` is the whole data set up to Pixel Data (PS3.5), from which patient, study and character set are copied.
    """

    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    header: Dataset


def read_source(path: Path) -> SourceInstance:
    """Read the header of a DICOM file.

    Raises:
        NotAnInput: it is no DICOM file.
        UnreadableInput: it lacks a UID that says what it is and where it belongs.
    """
    try:
        header = dcmread(path, stop_before_pixels=True)
    except InvalidDicomError as error:
        raise NotAnInput("not a DICOM file: it has no DICOM preamble") from error
    uids: dict[str, str] = {}
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        value = str(header.get(keyword) or "")
        if not value:
            raise UnreadableInput(f"the DICOM object has no {keyword}: it cannot be put into a study")
        uids[keyword] = value
    return SourceInstance(
        sop_class_uid=uids["SOPClassUID"],
        sop_instance_uid=uids["SOPInstanceUID"],
        study_instance_uid=uids["StudyInstanceUID"],
        series_instance_uid=uids["SeriesInstanceUID"],
        header=header,
    )
