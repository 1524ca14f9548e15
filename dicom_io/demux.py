"""A video bitstream opened for decoding: which formats are allowed, and what its packets say about time.

FFmpeg would also open play lists and text that lead it to other files, so only recordings are on the list.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, cast

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from dicom_io.errors import NotAnInput, UnreadableInput
from dicom_io.fragments import Extent, Window
from dicom_io.geometry import MAX_PIXELS, check_count, check_size
from dicom_io.timing import BitstreamTiming

_FORMATS = "mov,mp4,matroska,webm,avi,gif,apng,mpegts,mpeg,h264,hevc,mpegvideo,m4v,asf,flv,ogg,mjpeg,mxf,dv"
# Bitstreams without a container: FFmpeg invents their timestamps, so none of them is used.
_BARE = frozenset({"h264", "hevc", "mpegvideo", "m4v", "mjpeg"})
# Given to FFmpeg as the rate of bare bitstreams: a rate found equal to it was not in the bitstream.
_NO_RATE = Fraction(7919, 1000)
_BUFFER = 1 << 18

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, kw_only=True, eq=False)
class Demuxer:
    """An open container and its video. ``file`` is what it reads from."""

    container: InputContainer
    stream: VideoStream
    file: BinaryIO

    def close(self) -> None:
        """Close container and file. Harmless when repeated."""
        self.container.close()
        self.file.close()


def file_opener(path: Path) -> Opener:
    """An opener of a plain file. It has no name, so that none is taken for a protocol or quoted in an error."""
    return extents_opener(path, (Extent(start=0, length=path.stat().st_size),))


def extents_opener(path: Path, extents: tuple[Extent, ...]) -> Opener:
    """An opener of parts of a file, end to end."""
    return lambda: cast(BinaryIO, Window(path, extents))


def open_demuxer(opener: Opener, *, threads: int) -> Demuxer:
    """Open a bitstream and set up its decoder.

    Raises:
        NotAnInput: no known recording, or one without pictures.
        ImplausibleFrames: the coded size is none that a camera makes.
    """
    options = {"format_whitelist": _FORMATS, "framerate": f"{_NO_RATE.numerator}/{_NO_RATE.denominator}"}
    file = opener()
    container: InputContainer | None = None
    try:
        # Wrong metadata bytes are of no interest here and must not stop the decoding.
        container = av.open(file, mode="r", container_options=options, metadata_errors="replace", buffer_size=_BUFFER)
        stream = _video_of(container)
        context = stream.codec_context
        check_size(context.width, context.height)
        context.options = {"max_pixels": str(MAX_PIXELS)}
        stream.thread_type = "AUTO"
        stream.thread_count = threads
    except UnreadableInput:
        _close(container, file)
        raise
    except (av.FFmpegError, OSError, ValueError, EOFError) as error:
        _close(container, file)
        raise NotAnInput(
            "the file is neither a DICOM object nor a video nor an image that can be read: send or export it again"
        ) from error
    return Demuxer(container=container, stream=stream, file=file)


def _close(container: InputContainer | None, file: BinaryIO) -> None:
    if container is not None:
        container.close()
    file.close()


def _video_of(container: InputContainer) -> VideoStream:
    """The first moving picture; cover art is none."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    raise NotAnInput("the file has sound but no pictures: send the video")


def probe_timing(opener: Opener) -> BitstreamTiming:
    """Read all packets once, without decoding, for their presentation times: 8 bytes a frame.

    Raises:
        ImplausibleFrames: more packets than any recording has.
        UnreadableInput: as ``open_demuxer``.
    """
    demuxer = open_demuxer(opener, threads=1)
    times = array("d")
    pictures = 0
    complete = True
    try:
        stream = demuxer.stream
        bare = demuxer.container.format.name in _BARE
        base = float(stream.time_base or 1)
        try:
            for packet in demuxer.container.demux(stream):
                if packet.size == 0 or packet.is_discard:
                    continue
                pictures += 1
                check_count(pictures)
                if packet.pts is None:
                    complete = False
                else:
                    times.append(packet.pts * base)
        except av.FFmpegError:
            pass  # A file that is cut off has times up to there; the decoder meets the same end and says so.
        rate = demuxer.stream.codec_context.framerate
        known = bool(rate) and rate != _NO_RATE
        usable = not bare and (complete or demuxer.container.format.name in ("mpeg", "mpegts"))
        return BitstreamTiming(
            decode_order_s=np.array(times) if usable and times else None,
            pictures=pictures,
            header_rate_hz=float(rate) if known else None,
        )
    finally:
        demuxer.close()
