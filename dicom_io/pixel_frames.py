"""Frames of a DICOM object whose pictures stand each for itself: uncompressed, RLE, JPEG, JPEG-LS, JPEG 2000."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pydicom.pixels.utils import iter_pixels

from dicom_io.coded_size import coded_size
from dicom_io.dicom_header import PixelHeader, numbers, quiet_pydicom
from dicom_io.errors import ImplausibleFrames, Truncated, UnreadableInput
from dicom_io.foreign_errors import as_unreadable
from dicom_io.fragments import Window
from dicom_io.geometry import Upright, check_size
from dicom_io.grey import to_rgb
from dicom_io.stream import Frame, FrameStream, StreamInfo
from dicom_io.timing import BitstreamTiming, choose_timing


class PixelFrames(FrameStream):
    """Pictures decoded one at a time from disk. One is an image, several are a video.

    Raises:
        Truncated: fewer bytes or fragments than the declared frames need.
        ImplausibleFrames: a picture's own header gives a size that no camera makes.
        UnreadableInput: a damaged picture.
    """

    def __init__(self, path: Path, header: PixelHeader) -> None:
        frames = header.frames or 1
        self._header = header
        warnings: list[str] = []
        columns, rows = header.columns, header.rows
        if header.layout.encapsulated:
            columns, rows = _coded_size(path, header)
            if (columns, rows) != (header.columns, header.rows):
                warnings.append(
                    f"the header says {header.columns} x {header.rows}, the pictures are {columns} x {rows}: "
                    "their own size was used"
                )
            if len(header.layout.extents) < frames:
                raise Truncated(
                    f"the DICOM object declares {frames} frames and holds at most {len(header.layout.extents)}: "
                    "send or export it again"
                )
        else:
            _check_native_length(header, frames)
        self._upright = Upright(pixel_aspect=header.pixel_aspect or Fraction(1))
        width, height = self._upright.size(columns, rows)
        check_size(width, height)
        video = frames > 1
        self._timing = choose_timing(header.timing, BitstreamTiming()) if video else None
        self._source = path.open("rb")
        pixels = iter_pixels(self._source, rows=rows, columns=columns, number_of_frames=frames)
        # It is a generator: closing it before its file keeps it from touching the file when it is collected.
        self._pixels = cast(Generator[NDArray[np.generic], None, None], pixels)
        try:
            self._first: NDArray[np.uint8] | None = self._next()
        except BaseException:
            self.close()
            raise
        if self._first is None:
            self.close()
            raise UnreadableInput("the DICOM object has no picture that can be decoded: export it again")
        info = StreamInfo(
            kind="video" if video else "image",
            width=width,
            height=height,
            timestamps=self._timing.timestamps if self._timing else "file",
            fps=self._timing.fps if self._timing else None,
            time_source=self._timing.source if self._timing else "one image",
        )
        stated = self._timing.warnings if self._timing else ()
        super().__init__(info, frames_declared=frames, warnings=(*warnings, *stated))

    def close(self) -> None:
        """Release the file."""
        self._pixels.close()
        self._source.close()

    def _next(self) -> NDArray[np.uint8] | None:
        with quiet_pydicom(), as_unreadable("the pixel data of the DICOM object"):
            pixels = next(self._pixels, None)
            return None if pixels is None else self._upright.apply(to_rgb(pixels, self._header.header))

    def _frames(self) -> Iterator[Frame]:
        index, rgb, self._first = 0, self._first, None
        while rgb is not None:
            if index == self.frames_declared:
                self._warnings.append(
                    f"the pixel data holds more than the {index} declared frames; the rest was left out"
                )
                return
            time = self._timing.clock.time_of(index, None) if self._timing else 0.0
            if time is None:
                raise UnreadableInput(f"the DICOM object states no time for frame {index}: export it again")
            yield Frame(index=index, time_s=time, rgb=rgb)
            index, rgb = index + 1, self._next()


def _coded_size(path: Path, header: PixelHeader) -> tuple[int, int]:
    """(width, height) from the pictures' own headers, all of them checked; RLE has none and keeps the declared size."""
    sizes: set[tuple[int, int]] = set()
    start = 0
    with as_unreadable("the pixel data of the DICOM object"), Window(path, header.layout.extents) as window:
        for extent in header.layout.extents:
            size = coded_size(window, start)
            if size is not None:
                check_size(*size)
                sizes.add(size)
            start += extent.length
    if len(sizes) > 1:
        raise ImplausibleFrames("the pictures of the DICOM object differ in size: export them one by one")
    return next(iter(sizes), (header.columns, header.rows))


def _check_native_length(header: PixelHeader, frames: int) -> None:
    samples = int(next(iter(numbers(header.header, "SamplesPerPixel")), 1))
    bits = int(next(iter(numbers(header.header, "BitsAllocated")), 8))
    needed = header.columns * header.rows * samples * bits * frames // 8
    if str(header.header.get("PhotometricInterpretation", "")) == "YBR_FULL_422":
        needed = needed * 2 // 3
    if header.layout.length < needed:
        raise Truncated(
            f"the pixel data has {header.layout.length} bytes and {frames} frames need {needed}: send or export it again"
        )
