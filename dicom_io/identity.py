"""Who an instance belongs to: its header without pixels, carried from the source to the results unchanged."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError

from dicom_io.errors import NotAnInput, UnreadableInput

_UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
# What pydicom raises on damaged headers; its sentences may quote their values.
_DAMAGED = (
    BytesLengthException,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RuntimeError,
    ArithmeticError,
    EOFError,
    struct.error,
)


_UID = re.compile(r"[0-9][0-9.]{0,63}")
"""Digits and dots (PS3.5 9.1). Leading zeros are forbidden too, but met in practice and harmless."""


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
        UnreadableInput: its header is damaged, or lacks a UID that says what it is and where it belongs.
        OSError: the file cannot be opened or read.
    """
    try:
        header = dcmread(path, stop_before_pixels=True)
        uids = {keyword: str(header.get(keyword) or "") for keyword in _UIDS}
    except InvalidDicomError as error:
        raise NotAnInput("not a DICOM file: it has no DICOM preamble") from error
    except _DAMAGED as error:
        raise UnreadableInput(
            f"the DICOM header cannot be read ({type(error).__name__}): send or export it again"
        ) from error
    for keyword, value in uids.items():
        if not value:
            raise UnreadableInput(f"the DICOM object has no {keyword}: it cannot be put into a study")
        if not _UID.fullmatch(value):
            raise UnreadableInput(f"the {keyword} of the DICOM object is no UID: correct it at its source")
    return SourceInstance(
        sop_class_uid=uids["SOPClassUID"],
        sop_instance_uid=uids["SOPInstanceUID"],
        study_instance_uid=uids["StudyInstanceUID"],
        series_instance_uid=uids["SeriesInstanceUID"],
        header=header,
    )
