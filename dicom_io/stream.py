"""What every opened recording gives: upright RGB frames with times, read once, in constant memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from dicom_io.errors import UnreadableInput


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One upright picture with square pixels.

    ``rgb`` is (height, width, 3) uint8, C-contiguous; ``time_s`` counts from frame 0.
    """

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class StreamInfo:
    """What is known before the first frame is delivered.

    ``width`` and ``height`` are those of the delivered frames: upright, square pixels. ``fps`` is one over the median
    frame interval, ``None`` for an image. ``time_source`` says in words where the times come from.
    """

    kind: Literal["video", "image"]
    width: int
    height: int
    timestamps: Literal["file", "assumed"]
    fps: float | None
    time_source: str = ""


class FrameStream(ABC):
    """A recording that can be read once, from its beginning, in constant memory.

    ::

        with open_frames(path) as stream:
            for frame in stream:
                ...

    ``frames_declared`` is what the object or container says, ``None`` where it says nothing; it is never used to count.
    ``warnings`` are sentences about what was contradictory, left out or missing; complete once the iteration has ended.
    Iterating raises ``UnreadableInput`` when the recording turns out to be unreadable half way.
    """

    def __init__(self, info: StreamInfo, *, frames_declared: int | None, warnings: tuple[str, ...] = ()) -> None:
        self.info = info
        self.frames_declared = frames_declared
        self.frames_delivered = 0
        self._warnings = list(warnings)
        self._started = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for a person, without any patient's data."""
        return tuple(self._warnings)

    def __iter__(self) -> Iterator[Frame]:
        if self._started:
            raise UnreadableInput("the recording has been read already: open it again to read it again")
        self._started = True
        return self._counted()

    def _counted(self) -> Iterator[Frame]:
        for frame in self._frames():
            self.frames_delivered += 1
            yield frame
        if self.frames_declared is not None and self.frames_declared != self.frames_delivered:
            self._warnings.append(f"{self.frames_delivered} of {self.frames_declared} declared frames could be decoded")

    @abstractmethod
    def _frames(self) -> Iterator[Frame]:
        """The frames in the order of their times."""

    @abstractmethod
    def close(self) -> None:
        """Release the file and the decoder. Harmless when repeated."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
