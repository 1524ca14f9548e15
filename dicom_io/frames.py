"""A DICOM object, a video file or an image opened as a stream of frames with true timestamps."""

from __future__ import annotations

from pathlib import Path

from dicom_io.dicom_frames import open_dicom
from dicom_io.sniff import Content, sniff
from dicom_io.still_frames import open_still
from dicom_io.stream import Frame, FrameStream, StreamInfo
from dicom_io.video_frames import open_video_file

__all__ = ["Frame", "FrameStream", "StreamInfo", "open_frames"]


def open_frames(path: Path, *, threads: int = 0) -> FrameStream:
    """Open a recording, whatever its name says it is.

    Args:
        path: a DICOM object, a video file or an image.
        threads: threads of the video decoder; 0 lets it take one per core.

    Raises:
        NotAnInput: neither DICOM, video nor image.
        NoPixelData: a DICOM object without pixels.
        Truncated: the file ends before its data does.
        ImplausibleFrames: dimensions or counts that no camera makes.
        UnreadableInput: anything else that keeps the frames from being decoded.
    """
    match sniff(path):
        case Content.DICOM:
            return open_dicom(path, threads=threads)
        case Content.STILL:
            return open_still(path)
        case Content.OTHER:
            return open_video_file(path, threads=threads)
