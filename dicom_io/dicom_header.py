"""The few header values that decide how a DICOM object's frames are decoded, read without trusting any of them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.filereader import read_file_meta_info
from pydicom.multival import MultiValue
from pydicom.tag import Tag
from pydicom.uid import UID, AllTransferSyntaxes, DeflatedExplicitVRLittleEndian, MPEGTransferSyntaxes

from dicom_io.errors import ImplausibleFrames, NoPixelData, UnreadableInput
from dicom_io.foreign_errors import FOREIGN, as_unreadable
from dicom_io.fragments import PixelDataLayout, locate_pixel_data
from dicom_io.geometry import check_count, check_size, plausible_aspect
from dicom_io.timing import DeclaredTiming

_KEYWORDS = (
    "SpecificCharacterSet",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "SamplesPerPixel",
    "BitsAllocated",
    "BitsStored",
    "PixelRepresentation",
    "PhotometricInterpretation",
    "PixelAspectRatio",
    "FrameIncrementPointer",
    "FrameTime",
    "FrameTimeVector",
    "CineRate",
    "RecommendedDisplayFrameRate",
    "RescaleSlope",
    "RescaleIntercept",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
    "RedPaletteColorLookupTableDescriptor",
    "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor",
    "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelHeader:
    """A DICOM object without its pixels: where they lie and how they are to be understood."""

    header: Dataset
    transfer_syntax: UID
    layout: PixelDataLayout
    columns: int
    rows: int
    frames: int | None
    pixel_aspect: Fraction | None
    timing: DeclaredTiming

    @property
    def is_video(self) -> bool:
        """Whether Pixel Data is one MPEG-2, H.264 or HEVC bitstream (PS3.5 section 8.2.5 and later)."""
        return self.transfer_syntax in MPEGTransferSyntaxes


def read_pixel_header(path: Path) -> PixelHeader:
    """Read what is needed to decode; only that, so that a huge private element costs nothing.

    Raises:
        NoPixelData: the object has no (7FE0,0010), or an empty one.
        Truncated: the file ends before its pixel data does.
        ImplausibleFrames: rows, columns or frames that no camera makes.
        UnreadableInput: a damaged header, or a transfer syntax that is not supported.
    """
    with quiet_pydicom(), as_unreadable("the DICOM header"):
        syntax = UID(str(read_file_meta_info(path).get("TransferSyntaxUID", "")))
        # A deflated data set can only be inflated as a whole, however large it turns out.
        if syntax not in AllTransferSyntaxes or syntax == DeflatedExplicitVRLittleEndian:
            raise UnreadableInput("the transfer syntax of the DICOM object is not supported: send it in another one")
        with path.open("rb") as file:
            header = dcmread(file, stop_before_pixels=True, specific_tags=list(_KEYWORDS))
            layout = locate_pixel_data(
                file,
                path.stat().st_size,
                implicit=syntax.is_implicit_VR,
                little_endian=syntax.is_little_endian,
            )
        columns, rows = _integer(header, "Columns"), _integer(header, "Rows")
        frames = _integer(header, "NumberOfFrames")
    if columns is not None and rows is not None:
        check_size(columns, rows)
    elif syntax not in MPEGTransferSyntaxes:
        raise NoPixelData("the DICOM object does not say how many rows and columns it has: export it again")
    if frames is not None:
        if frames < 1:
            raise ImplausibleFrames(f"the DICOM object declares {frames} frames: export it again")
        check_count(frames)
    return PixelHeader(
        header=header,
        transfer_syntax=syntax,
        layout=layout,
        columns=columns or 0,
        rows=rows or 0,
        frames=frames,
        pixel_aspect=_pixel_aspect(header),
        timing=_timing(header, frames),
    )


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Silence pydicom's warnings, which quote header values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def numbers(header: Dataset, keyword: str) -> tuple[float, ...]:
    """The values of a numeric element; empty if it is absent, empty, or no number."""
    try:
        with quiet_pydicom():
            value = header.get(keyword)
            if value is None or value == "":
                return ()
            return tuple(float(part) for part in (value if isinstance(value, MultiValue | list) else [value]))
    except FOREIGN:
        return ()


def _integer(header: Dataset, keyword: str) -> int | None:
    values = numbers(header, keyword)
    return int(values[0]) if values and math.isfinite(values[0]) else None


def _first(header: Dataset, keyword: str) -> float | None:
    return next(iter(numbers(header, keyword)), None)


def _pixel_aspect(header: Dataset) -> Fraction | None:
    """Width over height of a pixel from Pixel Aspect Ratio (0028,0034), which gives the vertical size first."""
    values = numbers(header, "PixelAspectRatio")
    if len(values) != 2 or not all(math.isfinite(value) and value > 0 for value in values):
        return None
    return plausible_aspect(
        Fraction(values[1]).limit_denominator(10_000) / Fraction(values[0]).limit_denominator(10_000)
    )


def _timing(header: Dataset, frames: int | None) -> DeclaredTiming:
    vector = numbers(header, "FrameTimeVector")
    return DeclaredTiming(
        frames=frames,
        vector_ms=np.array(vector) if vector else None,
        frame_time_ms=_first(header, "FrameTime"),
        cine_rate_hz=_first(header, "CineRate"),
        display_rate_hz=_first(header, "RecommendedDisplayFrameRate"),
        pointer=_pointer(header),
    )


def _pointer(header: Dataset) -> Literal["vector", "time"] | None:
    try:
        pointer = header.get("FrameIncrementPointer")
        tags = {Tag(part) for part in (pointer if isinstance(pointer, MultiValue | list) else [pointer])}
    except FOREIGN:
        return None
    if Tag("FrameTimeVector") in tags:
        return "vector"
    return "time" if Tag("FrameTime") in tags else None
