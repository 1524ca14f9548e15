"""Stored pixel values of a DICOM frame to 8 bit RGB, as a display would show them (PS3.3 C.7.6.3 and C.11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.processing import apply_color_lut

from dicom_io.dicom_header import numbers
from dicom_io.errors import UnreadableInput


def to_rgb(pixels: NDArray[np.generic], header: Dataset) -> NDArray[np.uint8]:
    """8 bit RGB of one frame.

    Args:
        pixels: (rows, columns) or (rows, columns, 3) stored values, colour already RGB.
        header: the image pixel module and the VOI of the object.

    Raises:
        UnreadableInput: a photometric interpretation that is no picture of a camera.
    """
    photometric = str(header.get("PhotometricInterpretation", ""))
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        return _to_8_bit(pixels, header)
    if pixels.ndim != 2:
        raise UnreadableInput(f"pixels with {pixels.shape[-1]} samples are not supported: export them as RGB")
    if photometric == "PALETTE COLOR":
        coloured = apply_color_lut(pixels, header)[..., :3]
        return np.ascontiguousarray(coloured if coloured.dtype == np.uint8 else coloured >> 8, dtype=np.uint8)
    grey = _windowed(pixels, header)
    if photometric == "MONOCHROME1":
        grey = 255 - grey
    return np.repeat(grey[..., None], 3, axis=2)


def _windowed(pixels: NDArray[np.generic], header: Dataset) -> NDArray[np.uint8]:
    """Through rescale and the first linear window (PS3.3 C.11.2.1.2.1); the whole stored range without one."""
    centre, width = numbers(header, "WindowCenter"), numbers(header, "WindowWidth")
    linear = str(header.get("VOILUTFunction", "") or "LINEAR") == "LINEAR"
    if not (linear and centre and width and width[0] > 1):
        return _to_8_bit(pixels, header)
    slope, intercept = numbers(header, "RescaleSlope") or (1.0,), numbers(header, "RescaleIntercept") or (0.0,)
    values = pixels.astype(np.float32) * slope[0] + intercept[0]
    shown = (values - (centre[0] - 0.5)) / (width[0] - 1) + 0.5
    return np.asarray(np.rint(shown.clip(0, 1) * 255), dtype=np.uint8)


def _to_8_bit(pixels: NDArray[np.generic], header: Dataset) -> NDArray[np.uint8]:
    """The range of Bits Stored (0028,0101) onto 0 to 255."""
    stored = int(next(iter(numbers(header, "BitsStored")), 8))
    signed = bool(next(iter(numbers(header, "PixelRepresentation")), 0))
    if stored == 8 and not signed and pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels, dtype=np.uint8)
    lowest = -(1 << (stored - 1)) if signed else 0
    scaled = (pixels.astype(np.float32) - lowest) * (255.0 / ((1 << stored) - 1))
    return np.asarray(np.rint(scaled.clip(0, 255)), dtype=np.uint8)
