"""A DICOM object as frames: video bitstreams and pictures take different ways."""

from __future__ import annotations

from pathlib import Path

from dicom_io.demux import extents_opener
from dicom_io.dicom_header import PixelHeader, read_pixel_header
from dicom_io.errors import NotAnInput, UnreadableInput
from dicom_io.foreign_errors import as_unreadable
from dicom_io.pixel_frames import PixelFrames
from dicom_io.stream import FrameStream
from dicom_io.video_frames import VideoFrames


def open_dicom(path: Path, *, threads: int) -> FrameStream:
    """Open a DICOM object. A video bitstream is read through a window on its fragments and never held as a whole.

    Raises:
        UnreadableInput: as ``open_frames``.
    """
    header = read_pixel_header(path)
    with as_unreadable("the pixel data of the DICOM object"):
        if header.is_video:
            return _open_bitstream(path, header, threads=threads)
        return PixelFrames(path, header)


def _open_bitstream(path: Path, header: PixelHeader, *, threads: int) -> VideoFrames:
    warnings: tuple[str, ...] = ()
    if not header.layout.encapsulated:
        warnings = ("the video stream is not encapsulated as PS3.5 A.4 asks; it was read all the same",)

    try:
        return VideoFrames(
            extents_opener(path, header.layout.extents),
            declared=header.timing,
            pixel_aspect=header.pixel_aspect,
            threads=threads,
            warnings=warnings,
        )
    except NotAnInput as error:
        raise UnreadableInput("the pixel data is no video that can be decoded: send or export it again") from error
