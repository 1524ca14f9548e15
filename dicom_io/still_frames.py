"""A PNG, JPEG, TIFF, BMP, WebP or GIF picture as a stream of one frame."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dicom_io.errors import ImplausibleFrames, UnreadableInput
from dicom_io.foreign_errors import as_unreadable
from dicom_io.geometry import check_size
from dicom_io.stream import Frame, FrameStream, StreamInfo
from dicom_io.video_frames import open_video_file

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "AVIF")
_WIDE_GREY = frozenset({"I;16", "I;16L", "I;16B", "I"})


class StillFrame(FrameStream):
    """One picture, already decoded."""

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self._picture = rgb
        height, width, _ = rgb.shape
        info = StreamInfo(
            kind="image", width=width, height=height, timestamps="file", fps=None, time_source="one image"
        )
        super().__init__(info, frames_declared=1)

    def _frames(self) -> Iterator[Frame]:
        yield Frame(index=0, time_s=0.0, rgb=self._picture)

    def close(self) -> None:
        """Nothing is held open."""


def open_still(path: Path) -> FrameStream:
    """Open a picture file, upright by its EXIF orientation; transparency is dropped. Animated GIF and PNG are videos.

    Raises:
        ImplausibleFrames: a size that no camera makes.
        UnreadableInput: a damaged picture, or several pages of them.
    """
    with as_unreadable("the picture"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(path, formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise ImplausibleFrames("the picture has more pixels than any face recording needs") from error
        with image:
            check_size(image.width, image.height)
            if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
                if image.format not in ("GIF", "PNG"):
                    raise UnreadableInput("the file holds several pictures: send them one by one, or as a video")
                return open_video_file(path, threads=1)
            return StillFrame(_rgb(image))


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _WIDE_GREY:
        grey = (np.asarray(upright).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    return np.array(upright.convert("RGB"), dtype=np.uint8)
