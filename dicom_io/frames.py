"""A DICOM object, a video file or an image opened as a stream of frames with true timestamps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One upright picture with square pixels. ``rgb`` is (height, width, 3) uint8; ``time_s`` counts from frame 0."""

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class StreamInfo:
    """What is known before the first frame is decoded."""

    kind: Literal["video", "image"]
    width: int
    height: int
    timestamps: Literal["file", "assumed"]
    fps: float | None


class FrameStream(Protocol):
    """A recording that can be read once, from its beginning, in constant memory."""

    info: StreamInfo

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None: ...


def open_frames(path: Path) -> FrameStream:
    """Open a recording. Raises ``UnreadableInput`` (``dicom_io.errors``)."""
    raise NotImplementedError
