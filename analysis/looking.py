"""The one pass over a recording's pictures: who is in it, and each side of the subject's face in every frame.

Every picture is decoded once and thrown away. Faces are looked for ten times a second; a crop of the picture waits for three
quarters of a second until the face's midline around it is known, then its two half-face pictures are measured. Memory does not
depend on the length of a recording beyond the points themselves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from queue import SimpleQueue
from typing import Final, Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy, registration, sampling
from analysis.cuts import ChangeMeter, PictureChanges
from analysis.framing import Framing, square_at, square_of
from analysis.hemiface import find_halves
from analysis.networks import Picture, Roi
from analysis.picture_quality import LOOK_INTERVAL_S
from analysis.registration import Glimpse
from analysis.subject import FaceLinker, FaceTrack
from analysis.tracker import Face, FaceTracker

T = TypeVar("T")

_LOOK_EVERY_S: Final = 0.09
"""Faces are looked for at least so far apart: 10 times a second at 30, 60 and 120 frames per second."""
_AHEAD_S: Final = 0.75
_REACH: Final = 1.15
"""A crop is larger than the square by this factor, for what the head moves until the next look."""
_LARGEST_CROP: Final = 800
"""Larger faces are halved before they wait; the network sees 256 pixels."""
_WAITING: Final = 64
"""So many crops wait at most: in fast recordings the midline is steadied over less than the usual time."""
_JUMP: Final = 1.0
"""A face that moves by its own anchors' size, or changes it by a third, between two looks was cut, not moved."""
_SAME_FACE: Final = 0.5
"""Half-face pictures are of the subject if they lie within so many inter-iris distances of the plain looks at it."""
_IN_FLIGHT: Final = 4
_GLIMPSES: Final = 300


class TimedPicture(Protocol):
    """An upright picture with square pixels: ``rgb`` (height, width, 3) uint8, seconds from the first frame."""

    @property
    def rgb(self) -> Picture:
        """The picture, red first."""

    @property
    def time_s(self) -> float:
        """Seconds from the first frame."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """All that remains of n pictures.

    ``track`` is the subject's face by plain looks. ``halves`` is (n, k, 2) float64, pixels, rows of the second axis as in
    ``anatomy.KEPT``: each side's points from its own half-face picture, NaN where there is none. ``glimpses`` are pictures of the
    face, spread over the recording; ``changes`` is how the pictures differ from one another.
    """

    times_s: NDArray[np.float64]
    track: FaceTrack
    halves: NDArray[np.float64]
    size: tuple[int, int]
    changes: PictureChanges
    glimpses: tuple[Glimpse, ...] = ()


class Crew:
    """Trackers that work side by side, one thread each. Results do not depend on how many there are."""

    def __init__(self, trackers: Sequence[FaceTracker]) -> None:
        self._free: SimpleQueue[FaceTracker] = SimpleQueue()
        for tracker in trackers:
            self._free.put(tracker)
        self._threads = ThreadPoolExecutor(max_workers=len(trackers), thread_name_prefix="look")
        self.in_flight = _IN_FLIGHT * len(trackers)

    def close(self) -> None:
        """Let the threads go; what was not begun is dropped."""
        self._threads.shutdown(cancel_futures=True)

    def ask(self, question: Callable[[FaceTracker], T]) -> Future[T]:
        """Put a question to the next free tracker."""

        def answer() -> T:
            tracker = self._free.get()
            try:
                return question(tracker)
            finally:
                self._free.put(tracker)

        return self._threads.submit(answer)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Look:
    rgb: Picture
    closely: bool

    def __call__(self, tracker: FaceTracker) -> list[Face]:
        return tracker.faces(self.rgb, closely=self.closely)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Arrived:
    rgb: Picture
    time_s: float
    faces: Future[list[Face]] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Measured:
    points: NDArray[np.float64]
    glimpse: Glimpse | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Crop:
    """A part of a picture: its pixel (0, 0) is (x, y) of the picture, and one of its pixels is ``step`` of the picture's."""

    frame: int
    time_s: float
    rgb: Picture
    x: float
    y: float
    step: float
    keep: bool
    """Whether a glimpse of it is to be kept."""

    def measured(self, square: Roi, tracker: FaceTracker) -> _Measured | None:
        inside = replace(
            square,
            centre_x=(square.centre_x - self.x) / self.step,
            centre_y=(square.centre_y - self.y) / self.step,
            size=square.size / self.step,
        )
        found = find_halves(self.rgb, inside, tracker)
        if found is None:
            return None
        gray = None
        if self.keep:
            upright = sampling.cut_exactly(self.rgb, inside, side=registration.SIDE)
            gray = np.asarray(cv2.cvtColor(upright, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        return _Measured(
            points=found.points * self.step + (self.x, self.y),
            glimpse=None if gray is None else Glimpse(frame=self.frame, square=square, gray=gray),
        )


def look(pictures: Iterable[TimedPicture], trackers: Sequence[FaceTracker], *, mirrored: bool) -> Seen:
    """Look at all pictures. Anything that they raise is passed on."""
    crew = Crew(trackers)
    try:
        return _Pass(crew).over(_turned(pictures, mirrored=mirrored))
    finally:
        crew.close()


def _turned(pictures: Iterable[TimedPicture], *, mirrored: bool) -> Iterator[tuple[Picture, float]]:
    for picture in pictures:
        # the one place where left and right are decided: a mirrored recording is turned back before anything looks at it
        rgb = np.asarray(cv2.flip(picture.rgb, 1), dtype=np.uint8) if mirrored else picture.rgb
        yield rgb, picture.time_s


class _Pass:
    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._linker = FaceLinker()
        self._times: list[float] = []
        self._arrived: deque[_Arrived] = deque()
        self._frames = 0
        self._looks = 0
        self._crops: deque[_Crop] = deque()
        self._framings: deque[tuple[float, Framing]] = deque()
        self._last: Framing | None = None
        self._asked: dict[int, Future[_Measured | None]] = {}
        self._found: dict[int, NDArray[np.float64]] = {}
        self._glimpses: list[Glimpse] = []
        self._thinned = 1
        self._size = (0, 0)
        self._changes = ChangeMeter()

    def over(self, pictures: Iterable[tuple[Picture, float]]) -> Seen:
        looked = looked_closely = -np.inf
        for rgb, time_s in pictures:
            faces = None
            if time_s - looked >= _LOOK_EVERY_S or time_s < looked:
                looked = time_s
                closely = time_s - looked_closely >= LOOK_INTERVAL_S or time_s < looked_closely
                looked_closely = time_s if closely else looked_closely
                faces = self._crew.ask(_Look(rgb=rgb, closely=closely))
            self._changes.add(rgb)
            self._arrived.append(_Arrived(rgb=rgb, time_s=time_s, faces=faces))
            self._times.append(time_s)
            self._size = (max(self._size[0], rgb.shape[1]), max(self._size[1], rgb.shape[0]))
            while len(self._arrived) > self._crew.in_flight:
                self._take_in()
        while self._arrived:
            self._take_in()
        self._measure(until_s=np.inf)
        self._collect(leaving=0)
        return self._seen()

    def _take_in(self) -> None:
        """The oldest picture's faces are known: keep a crop of it."""
        picture, frame = self._arrived.popleft(), self._frames
        self._frames += 1
        keep = False
        if picture.faces is not None:
            self._looks += 1
            keep = self._looks % self._thinned == 0
            face = self._linker.add(frame, picture.faces.result())
            framing = face.framing if face else None
            if framing is None or (self._last is not None and _jumped(self._last, framing)):
                self._measure(until_s=np.inf)
                self._framings.clear()
            if framing is not None:
                self._framings.append((picture.time_s, framing))
            self._last = framing
        if self._last is not None:
            self._crops.append(_crop(picture, frame, self._last, keep=keep))
        self._measure(until_s=picture.time_s - _AHEAD_S)

    def _measure(self, *, until_s: float) -> None:
        """Measure the crops that have all they need around them."""
        while self._crops and (self._crops[0].time_s <= until_s or len(self._crops) > _WAITING):
            crop = self._crops.popleft()
            while self._framings and self._framings[0][0] < crop.time_s - _AHEAD_S:
                self._framings.popleft()
            around = [(t, framing) for t, framing in self._framings if t <= crop.time_s + _AHEAD_S]
            if around:
                square = square_at(crop.time_s, [t for t, _ in around], [framing for _, framing in around])
                self._asked[crop.frame] = self._crew.ask(partial(crop.measured, square))
            self._collect(leaving=self._crew.in_flight)

    def _collect(self, *, leaving: int) -> None:
        while len(self._asked) > leaving:
            frame = next(iter(self._asked))
            if measured := self._asked.pop(frame).result():
                self._found[frame] = measured.points
                if measured.glimpse is not None:
                    self._glimpses.append(measured.glimpse)
        if len(self._glimpses) > _GLIMPSES:
            # twice as far apart from here on, so that memory does not grow with the length of the recording
            self._glimpses = self._glimpses[::2]
            self._thinned *= 2

    def _seen(self) -> Seen:
        n = len(self._times)
        halves = np.full((n, len(anatomy.KEPT), 2), np.nan)
        for frame, found in self._found.items():
            halves[frame] = found
        times_s = np.array(self._times, dtype=np.float64)
        track = self._linker.subject(n)
        halves[_elsewhere(halves, track)] = np.nan
        return Seen(
            times_s=times_s - times_s[:1],
            track=track,
            halves=halves,
            size=self._size,
            changes=self._changes.changes(),
            glimpses=tuple(glimpse for glimpse in self._glimpses if np.isfinite(halves[glimpse.frame]).all()),
        )


def _elsewhere(halves: NDArray[np.float64], track: FaceTrack) -> NDArray[np.bool_]:
    """(n,) where what was measured is not the face that turned out to be the subject's."""
    rows = [anatomy.ROW[point] for point in anatomy.STABLE]
    apart = halves[:, rows].mean(axis=1) - track.points[:, rows, :2].mean(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.hypot(*apart.T) > _SAME_FACE * track.iod_px)


def _jumped(before: Framing, now: Framing) -> bool:
    size = max(before.size, now.size)
    return (
        float(np.hypot(now.x - before.x, now.y - before.y)) > _JUMP * size or min(before.size, now.size) < size / 1.33
    )


def _crop(picture: _Arrived, frame: int, framing: Framing, *, keep: bool) -> _Crop:
    square = square_of(framing)
    # a rolled square reaches further than its side
    reach = _REACH * square.size / 2 * (abs(np.cos(square.roll_rad)) + abs(np.sin(square.roll_rad)))
    height, width = picture.rgb.shape[:2]
    left, right = (int(np.clip(square.centre_x + side * reach, 0, width)) for side in (-1, 1))
    top, bottom = (int(np.clip(square.centre_y + side * reach, 0, height)) for side in (-1, 1))
    left, top = min(left, width - 1), min(top, height - 1)
    part = picture.rgb[top : max(bottom, top + 1), left : max(right, left + 1)]
    step = 1.0
    while max(part.shape[:2]) > _LARGEST_CROP:
        part, step = np.asarray(cv2.pyrDown(part), dtype=np.uint8), 2 * step
    rgb = part.copy() if step == 1 else part  # or the whole picture would wait with it
    return _Crop(frame=frame, time_s=picture.time_s, rgb=rgb, x=left, y=top, step=step, keep=keep)
