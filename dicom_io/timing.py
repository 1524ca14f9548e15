"""When each frame was taken: which of the statements about time in a recording is believed, and why.

The order (decision 0003):

1. Frame Time Vector (0018,1065), "the real time increments" (PS3.3 C.7.6.5.1.2), if it has one value per frame, the
   later ones positive.
2. Frame Time (0018,1063), "the nominal time" (C.7.6.5.1.1). A bitstream whose own presentation timestamps are evenly
   spaced is stretched to it: the object's header governs. A bitstream whose timestamps are variable cannot be described
   by one nominal number: then its timestamps are taken.
3. Presentation timestamps of the bitstream or container.
4. The frame rate in the bitstream's own header (H.264 and HEVC VUI, MPEG-2 sequence header).
5. Cine Rate (0018,0040), then Recommended Display Frame Rate (0008,2144).
6. 25 per second, marked as assumed.

Frame Increment Pointer (0028,0009), where it names 1 or 2, puts that one first. Whatever is not usable or contradicts
what was chosen by more than 5 % is said in ``warnings``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

ASSUMED_FPS = 25.0
_SHORTEST_S, _LONGEST_S = 0.001, 10.0
_DISAGREE = 0.05
# Containers round to their time base (1 ms in Matroska, 10 ms in GIF); less than this is not a variable rate.
_EVEN_PART, _EVEN_S = 0.1, 0.002
# H.264 and HEVC reorder at most 16 frames; timestamps further out of place are a jump of the clock.
_REORDER = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class DeclaredTiming:
    """What a DICOM header says. Milliseconds as in the standard; None where absent."""

    frames: int | None = None
    vector_ms: NDArray[np.float64] | None = None
    frame_time_ms: float | None = None
    cine_rate_hz: float | None = None
    display_rate_hz: float | None = None
    pointer: Literal["vector", "time"] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class BitstreamTiming:
    """What container and bitstream say.

    ``decode_order_s`` holds the presentation times of the coded pictures in the order they are stored, None where the
    format carries none; ``header_rate_hz`` is the rate in the codec's own header.
    """

    decode_order_s: NDArray[np.float64] | None = None
    pictures: int = 0
    header_rate_hz: float | None = None


class Clock(Protocol):
    """Gives each frame its time."""

    def time_of(self, ordinal: int, presented_s: float | None) -> float | None:
        """Seconds of the frame at a position and presentation time, or None if it has no time."""


@dataclass(frozen=True, kw_only=True)
class EvenClock:
    """Frames at equal intervals, by their position."""

    interval_s: float

    def time_of(self, ordinal: int, presented_s: float | None) -> float | None:
        """Position times interval."""
        return ordinal * self.interval_s


@dataclass(frozen=True, kw_only=True)
class PresentationClock:
    """The bitstream's own timestamps, stretched by ``scale``. Frames that cannot be decoded leave their gap."""

    scale: float = 1.0

    def time_of(self, ordinal: int, presented_s: float | None) -> float | None:
        """The frame's own timestamp, stretched."""
        return None if presented_s is None else presented_s * self.scale


@dataclass(frozen=True, kw_only=True, eq=False)
class TableClock:
    """One stated time per frame; found by the frame's timestamp where the bitstream has as many, else by position."""

    times_s: NDArray[np.float64]
    presented_s: NDArray[np.float64] | None = None

    def time_of(self, ordinal: int, presented_s: float | None) -> float | None:
        """The stated time; None past the end of the table."""
        row = ordinal
        if self.presented_s is not None and presented_s is not None:
            right = int(np.searchsorted(self.presented_s, presented_s).clip(1, max(1, len(self.presented_s) - 1)))
            left = right - 1
            row = left
            if right < len(self.presented_s) and (
                self.presented_s[right] - presented_s < presented_s - self.presented_s[left]
            ):
                row = right
        return float(self.times_s[row]) if row < len(self.times_s) else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Timing:
    """The choice: a clock, its rate from the median interval, and where both come from.

    The clock counts presentation times from ``origin_s``, the first one in the bitstream.
    """

    clock: Clock
    fps: float | None
    source: str
    timestamps: Literal["file", "assumed"] = "file"
    origin_s: float = 0.0
    warnings: tuple[str, ...] = ()


def choose_timing(declared: DeclaredTiming, bitstream: BitstreamTiming) -> Timing:
    """Pick the clock of a recording in the order of this module's docstring. Never fails."""
    warnings: list[str] = []
    presented = _presented(bitstream.decode_order_s, warnings)
    vector = _vector(declared, bitstream, warnings)
    interval = _interval(declared.frame_time_ms, "Frame Time (0018,1063)", declared.frames, warnings)
    if declared.pointer == "time" and interval is not None:
        vector = None
    if vector is not None:
        timing = _by_vector(vector, presented, warnings)
    elif interval is not None:
        timing = _by_frame_time(interval, presented, bitstream.header_rate_hz, warnings)
    else:
        timing = _without_frame_time(declared, bitstream, presented, warnings)
    origin = 0.0 if presented is None or bitstream.decode_order_s is None else float(bitstream.decode_order_s.min())
    return replace(timing, warnings=tuple(warnings), origin_s=origin)


def _presented(decode_order: NDArray[np.float64] | None, warnings: list[str]) -> NDArray[np.float64] | None:
    """Presentation times in order, or None if they repeat or jump."""
    if decode_order is None or len(decode_order) == 0:
        return None
    order = np.argsort(decode_order, kind="stable")
    times = decode_order[order]
    displaced = np.abs(order - np.arange(len(order))).max()
    if displaced > _REORDER or (len(times) > 1 and np.diff(times).min() <= 0) or not np.isfinite(times).all():
        warnings.append("the timestamps in the video stream repeat or run backwards and were not used")
        return None
    return np.asarray(times - times[0], dtype=np.float64)


def _vector(declared: DeclaredTiming, bitstream: BitstreamTiming, warnings: list[str]) -> NDArray[np.float64] | None:
    """Times from Frame Time Vector, or None if it does not fit the frames."""
    increments = declared.vector_ms
    if increments is None or len(increments) == 0:
        return None
    name = "Frame Time Vector (0018,1065)"
    if len(increments) not in (declared.frames, bitstream.pictures) or len(increments) < bitstream.pictures:
        frames = bitstream.pictures or declared.frames
        warnings.append(f"{name} has {len(increments)} values for {frames} frames and was not used")
        return None
    later = increments[1:] / 1000
    if not np.isfinite(later).all() or (later <= 0).any() or (later > _LONGEST_S).any():
        warnings.append(f"{name} has increments that are not positive or longer than {_LONGEST_S:g} s and was not used")
        return None
    return np.concatenate([[0.0], np.cumsum(later)])


def _interval(value_ms: float | None, name: str, frames: int | None, warnings: list[str]) -> float | None:
    """Seconds per frame from a header value in ms, or None if no camera does that."""
    if value_ms is None:
        return None
    interval = value_ms / 1000
    if _SHORTEST_S <= interval <= _LONGEST_S:
        return interval
    if frames != 1:  # PS3.3 C.7.6.5.1.1 allows 0 for a single frame.
        warnings.append(f"{name} is {value_ms:g} ms, which no camera does, and was not used")
    return None


def _by_vector(times: NDArray[np.float64], presented: NDArray[np.float64] | None, warnings: list[str]) -> Timing:
    same = presented is not None and len(presented) == len(times)
    if presented is not None and same and len(times) > 1:
        _compare(float(times[-1]), float(presented[-1]), "Frame Time Vector (0018,1065)", warnings)
    return Timing(
        clock=TableClock(times_s=times, presented_s=presented if same else None),
        fps=_rate(times),
        source="Frame Time Vector (0018,1065)",
    )


def _by_frame_time(
    interval: float, presented: NDArray[np.float64] | None, header_rate: float | None, warnings: list[str]
) -> Timing:
    name = "Frame Time (0018,1063)"
    if presented is None or len(presented) < 2:
        if header_rate is not None:
            _compare(interval, 1 / header_rate, name, warnings)
        return Timing(clock=EvenClock(interval_s=interval), fps=1 / interval, source=name)
    mean = float(presented[-1]) / (len(presented) - 1)
    _compare(interval, mean, name, warnings)
    if is_even(presented):
        return Timing(clock=PresentationClock(scale=interval / mean), fps=1 / interval, source=name)
    source = "presentation timestamps of the video stream (variable; Frame Time (0018,1063) is nominal)"
    return Timing(clock=PresentationClock(), fps=_rate(presented), source=source)


def _without_frame_time(
    declared: DeclaredTiming,
    bitstream: BitstreamTiming,
    presented: NDArray[np.float64] | None,
    warnings: list[str],
) -> Timing:
    header_rate = bitstream.header_rate_hz
    if presented is not None:
        fps = _rate(presented) if len(presented) > 1 else header_rate
        return Timing(clock=PresentationClock(), fps=fps, source="presentation timestamps of the video stream")
    for rate, name in (
        (header_rate, "frame rate in the header of the video stream"),
        (declared.cine_rate_hz, "Cine Rate (0018,0040)"),
        (declared.display_rate_hz, "Recommended Display Frame Rate (0008,2144)"),
    ):
        interval = _interval(None if not rate else 1000 / rate, name, declared.frames, warnings)
        if interval is not None:
            return Timing(clock=EvenClock(interval_s=interval), fps=1 / interval, source=name)
    warnings.append(f"the recording does not say how fast it is: {ASSUMED_FPS:g} frames per second were assumed")
    return Timing(clock=EvenClock(interval_s=1 / ASSUMED_FPS), fps=ASSUMED_FPS, source="assumed", timestamps="assumed")


def is_even(times: NDArray[np.float64]) -> bool:
    """Whether times that begin at 0 lie on a regular grid, but for rounding: one nominal interval describes them."""
    mean = times[-1] / (len(times) - 1)
    return bool(np.abs(times - np.arange(len(times)) * mean).max() <= max(_EVEN_S, _EVEN_PART * mean))


def _rate(times: NDArray[np.float64]) -> float | None:
    """Of the median interval; of the mean one where the rate is even, which rounding to a time base does not bend."""
    if len(times) < 2:
        return None
    if is_even(times):
        return (len(times) - 1) / float(times[-1])
    return float(1 / np.median(np.diff(times)))


def _compare(stated: float, found: float, name: str, warnings: list[str]) -> None:
    if abs(stated - found) > _DISAGREE * max(stated, found):
        warnings.append(f"{name} disagrees with the video stream by a factor of {stated / found:.3g}")
