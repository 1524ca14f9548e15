"""Frames of an MPEG-2, H.264, HEVC or other video bitstream, decoded by FFmpeg through PyAV (decision 0003)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from numpy.typing import NDArray

from dicom_io.demux import Demuxer, Opener, file_opener, open_demuxer, probe_timing
from dicom_io.errors import UnreadableInput
from dicom_io.foreign_errors import as_unreadable
from dicom_io.geometry import Upright, check_size, from_display_matrix, plausible_aspect
from dicom_io.sniff import refuse_unfinished_mp4
from dicom_io.stream import Frame, FrameStream, StreamInfo
from dicom_io.timing import DeclaredTiming, choose_timing

# ISO/IEC 23091-2 matrix coefficients to swscale's names.
_MATRIX = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
_HD_LINES = 720


def open_video_file(path: Path, *, threads: int) -> VideoFrames:
    """Open a video file.

    Raises:
        UnreadableInput: as ``open_frames``.
    """
    refuse_unfinished_mp4(path)
    with as_unreadable("the video file"):
        return VideoFrames(file_opener(path), declared=DeclaredTiming(), threads=threads)


class VideoFrames(FrameStream):
    """A bitstream as upright frames.

    Interlaced pictures are deinterlaced to one frame each (bwdif), at the time of the picture. Damaged pictures are left
    out, not concealed, and keep their place in time.

    Args:
        opener: opens the bitstream from its beginning; called twice, once to read the times and once to decode.
        declared: what the DICOM header around it says about time.
        pixel_aspect: Pixel Aspect Ratio of that header; it goes before the bitstream's own.
        threads: decoder threads, 0 for one per core.
        warnings: sentences already found.

    Raises:
        UnreadableInput: no frame at all can be decoded.
    """

    def __init__(
        self,
        opener: Opener,
        *,
        declared: DeclaredTiming,
        pixel_aspect: Fraction | None = None,
        threads: int = 0,
        warnings: tuple[str, ...] = (),
    ) -> None:
        bitstream = probe_timing(opener)
        timing = choose_timing(declared, bitstream)
        self._timing = timing
        self._damaged = 0
        self._timeless = 0
        self._rgb = VideoReformatter()
        self._threads = threads
        self._demuxer: Demuxer = open_demuxer(opener, threads=threads)
        self._size = (0, 0)
        try:
            stream = self._demuxer.stream
            contained = stream.frames or None
            self._time_base = stream.time_base or Fraction(1)
            self._pictures = self._progressive(self._decoded())
            first = _required(next(self._pictures, None))
            self._size = (first.width, first.height)
            self._pictures = chain([first], self._pictures)
            self._upright = _upright(first, pixel_aspect or plausible_aspect(stream.sample_aspect_ratio))
            width, height = self._upright.size(*self._size)
            check_size(width, height)
        except BaseException:
            self._demuxer.close()
            raise
        info = StreamInfo(
            kind="video",
            width=width,
            height=height,
            timestamps=timing.timestamps,
            fps=timing.fps,
            time_source=timing.source,
        )
        super().__init__(info, frames_declared=declared.frames or contained, warnings=warnings + timing.warnings)

    def close(self) -> None:
        """Release decoder and file."""
        self._demuxer.close()

    def _frames(self) -> Iterator[Frame]:
        zero: float | None = None
        last = -1.0
        index = 0
        with as_unreadable("the video stream"):
            for ordinal, picture in enumerate(self._pictures):
                if (picture.width, picture.height) != self._size:
                    raise UnreadableInput(f"the picture size changes at frame {ordinal}: cut the recording there")
                since = None if picture.pts is None else picture.time - self._timing.origin_s
                stated = self._timing.clock.time_of(ordinal, since)
                if zero is None:
                    zero = stated
                if stated is None or zero is None or stated - zero <= last:
                    self._timeless += 1
                    continue
                last = stated - zero
                yield Frame(index=index, time_s=last, rgb=self._upright.apply(self._to_rgb(picture)))
                index += 1
        self._report()

    def _report(self) -> None:
        if self._damaged:
            self._warnings.append(f"{self._damaged} damaged pictures or packets were left out")
        if self._timeless:
            self._warnings.append(
                f"{self._timeless} frames without a time, or with one that runs backwards, were left out"
            )
        if not self.frames_delivered:
            raise UnreadableInput("no frame of the video has a usable time: send or export it again")

    def _decoded(self) -> Iterator[VideoFrame]:
        """Pictures in presentation order. A damaged packet costs its picture, not the recording."""
        packets = self._demuxer.container.demux(self._demuxer.stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                self._damaged += 1
                packet = None
            try:
                pictures = self._demuxer.stream.decode(packet)
            except (av.error.InvalidDataError, av.error.BufferTooSmallError):
                self._damaged += 1
                pictures = []
            except av.error.EOFError:
                return
            for picture in pictures:
                if picture.is_corrupt:
                    self._damaged += 1
                else:
                    yield picture
            if packet is None or packet.size == 0:
                return

    def _progressive(self, pictures: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """The same pictures without the comb of two interleaved fields; from the first interlaced one on, by a filter."""
        graph: Graph | None = None
        for picture in pictures:
            if graph is None and not picture.interlaced_frame:
                yield picture
                continue
            if graph is None:
                graph = _deinterlacer(picture, self._time_base)
            graph.vpush(picture)
            yield from _pull(graph)
        if graph is not None:
            graph.vpush(None)
            yield from _pull(graph)

    def _to_rgb(self, picture: VideoFrame) -> NDArray[np.uint8]:
        # Streams that do not say: BT.709 from 720 lines on, else BT.601, as players do.
        matrix = _MATRIX.get(
            picture.colorspace, Colorspace.ITU709 if picture.height >= _HD_LINES else Colorspace.ITU601
        )
        converted = self._rgb.reformat(
            picture, format="rgb24", src_colorspace=matrix, dst_colorspace=matrix, threads=self._threads
        )
        # Copies only where the decoder pads its lines.
        return np.ascontiguousarray(converted.to_ndarray(), dtype=np.uint8)


def _required(first: VideoFrame | None) -> VideoFrame:
    if first is None:
        raise UnreadableInput("not one picture of the video could be decoded: send or export it again")
    return first


def _upright(first: VideoFrame, aspect: Fraction | None) -> Upright:
    mirrored, turns = False, 0
    side_data = cast(Mapping[SideDataType, SideData], first.side_data)
    if SideDataType.DISPLAYMATRIX in side_data:
        mirrored, turns = from_display_matrix(bytes(side_data[SideDataType.DISPLAYMATRIX]))
    return Upright(pixel_aspect=aspect or Fraction(1), mirrored=mirrored, quarter_turns=turns)


def _deinterlacer(picture: VideoFrame, time_base: Fraction) -> Graph:
    graph = Graph()
    source = graph.add_buffer(width=picture.width, height=picture.height, format=picture.format, time_base=time_base)
    graph.link_nodes(source, graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink"))
    graph.configure()
    return graph


def _pull(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
