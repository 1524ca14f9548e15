"""Frames to an H.264 MP4 that fits the DICOM video transfer syntaxes, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray

CLOCK_HZ = 90_000
_HD_LINES = 720
_BT709, _BT601 = 1, 6

TimedPicture = tuple[NDArray[np.uint8], float]


def write_mp4(
    frames: Iterable[TimedPicture], path: Path, *, crf: int = 18, preset: str = "medium", rotation_degrees: int = 0
) -> int:
    """Encode pictures with their own times, evenly spaced or not; returns how many were written.

    H.264 High Profile, 4:2:0, one closed group of pictures a second, limited range, BT.709 from 720 lines on and BT.601
    below, time base 1/90000. One encoder thread and no creation time, so that equal input gives equal bytes with the
    same encoder version.

    Args:
        frames: ((height, width, 3) uint8 RGB, seconds) with growing times; width and height even and constant.
        path: the MP4 to write.
        crf: x264 quality, 0 to 51; lower is better.
        preset: x264 preset, "ultrafast" to "placebo".
        rotation_degrees: counter-clockwise turn that a player has to apply; written into the container only.

    Raises:
        ValueError: no frames, odd or changing sizes, or times that do not grow.
    """
    supply = iter(frames)
    head = [picture for _, picture in zip(range(2), supply, strict=False)]
    if not head:
        raise ValueError("a video needs at least one frame")
    height, width = head[0][0].shape[:2]
    if height % 2 or width % 2:
        raise ValueError(f"4:2:0 video needs even sizes, not {width} x {height}")
    rate = _nominal_rate(head)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=rate, options=_x264(crf, preset, rate, width, height))
        _set_up(stream, width, height)
        if rotation_degrees:
            stream.set_display_rotation(rotation_degrees)
        count = 0
        for picture in _pictures(chain(head, supply), width, height):
            container.mux(stream.encode(picture))
            count += 1
        container.mux(stream.encode(None))
    return count


def _nominal_rate(head: list[TimedPicture]) -> Fraction:
    """The rate for the bitstream's header, from the first two frames; the real times are the container's."""
    if len(head) < 2 or head[1][1] <= head[0][1]:
        return Fraction(25)
    return (1 / Fraction(head[1][1] - head[0][1])).limit_denominator(1001)


def _x264(crf: int, preset: str, rate: Fraction, width: int, height: int) -> dict[str, str]:
    # 8192 macroblocks a frame and 245760 a second are the limits of level 4.1 (ITU-T H.264 table A-1).
    blocks = ((width + 15) // 16) * ((height + 15) // 16)
    level = "4.1" if blocks <= 8192 and blocks * rate <= 245_760 else "4.2"
    return {
        "crf": str(crf),
        "preset": preset,
        "profile": "high",
        "level": level,
        "g": str(max(1, round(rate))),
        # Without cpu-independent the same pictures gave other bytes from run to run; with it they did not.
        "x264-params": "cpu-independent=1:open-gop=0:threads=1:lookahead-threads=1:bframes=2:vbv-maxrate=50000:vbv-bufsize=50000",
    }


def _set_up(stream: VideoStream, width: int, height: int) -> None:
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.thread_count = 1
    stream.time_base = Fraction(1, CLOCK_HZ)
    context = stream.codec_context
    context.time_base = Fraction(1, CLOCK_HZ)
    context.bit_rate = 0
    context.sample_aspect_ratio = Fraction(1)
    context.colorspace = _BT709 if height >= _HD_LINES else _BT601
    context.color_range = ColorRange.MPEG


def _pictures(frames: Iterable[TimedPicture], width: int, height: int) -> Iterator[VideoFrame]:
    matrix = Colorspace.ITU709 if height >= _HD_LINES else Colorspace.ITU601
    last = -1
    for rgb, time_s in frames:
        if rgb.shape != (height, width, 3):
            raise ValueError("the frames of a video must have one size")
        ticks = round(time_s * CLOCK_HZ)
        if ticks <= last:
            raise ValueError("the times of the frames must not be negative and must grow")
        last = ticks
        source = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        picture = source.reformat(
            format="yuv420p", src_colorspace=matrix, dst_colorspace=matrix, dst_color_range=ColorRange.MPEG
        )
        picture.pts, picture.time_base = ticks, Fraction(1, CLOCK_HZ)
        yield picture
