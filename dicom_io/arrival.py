"""A received object, complete on disk and known to be what its request says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom.filereader import read_partial
from pydicom.tag import BaseTag

from dicom_io.errors import CannotUnderstand, Misidentified

_SOP_CLASS_UID = 0x00080016
_SOP_INSTANCE_UID = 0x00080018
_LARGEST_VALUE = 1024  # bytes; a longer one before these two tags stays on disk


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """``path`` is a Part 10 file (PS3.10) that may be renamed or linked; it is gone once the deposit has returned."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    calling_ae: str
    called_ae: str
    address: str
    size: int  # bytes on disk


def verify(arrival: Arrival) -> Arrival:
    """Hold the file against the request: complete, readable, of the same SOP class and instance (PS3.4 B.2.3).

    Raises:
        CannotUnderstand: it is no data set, or not all of it is on disk.
        Misidentified: it is another object than was announced.
    """
    if not arrival.sop_class_uid or not arrival.sop_instance_uid:
        raise CannotUnderstand("the request names no SOP class or no SOP instance")
    if arrival.path.stat().st_size != arrival.size:
        raise CannotUnderstand("the object is not complete on disk")
    try:
        with arrival.path.open("rb") as stream:
            header = read_partial(stream, stop_when=_past_identity, defer_size=_LARGEST_VALUE)
            in_data_set = tuple(
                str(header.get(tag).value) if tag in header else "" for tag in (_SOP_CLASS_UID, _SOP_INSTANCE_UID)
            )
            in_file_meta = (
                str(header.file_meta.MediaStorageSOPClassUID),
                str(header.file_meta.MediaStorageSOPInstanceUID),
            )
    # pydicom's parser raises whatever a hostile byte sequence leads it to.
    except Exception as error:
        raise CannotUnderstand("the data set cannot be parsed") from error
    if not all(in_data_set):
        raise CannotUnderstand("the data set lacks SOP Class UID or SOP Instance UID")
    if in_data_set != in_file_meta or in_data_set != (arrival.sop_class_uid, arrival.sop_instance_uid):
        raise Misidentified("data set and request name different objects")
    return arrival


def _past_identity(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return int(tag) > _SOP_INSTANCE_UID
