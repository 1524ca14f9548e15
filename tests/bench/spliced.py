"""Real clips whose left half has been replaced, so that the relation of the sides is known though the movement is real.

Three ways to fill the subject's left half of the face, along a midline that carries a slow error of its own:

``frozen``    the left half of one still picture, laid on the moving head: the left side does not move against the head
``delayed``   the mirror image of the right half a fifth of a second earlier: equal amplitudes, the left side late
``twin``      the mirror image of the right half: the sides do the same

The recordings lie beside the project (``shared/faces``); a splice of made-up pictures needs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from dicom_io.frames import open_frames
from tests.bench.peers import MediaPipe, Mode
from tests.bench.reading import Complex, Picture, Points, Values, as_complex, as_points
from tests.bench.spliced_pose import HeadTrack, track_head

FACES: Final = Path(__file__).parents[2].parent / "shared" / "faces"
DELAY_S: Final = 0.2
BLEND_IOD: Final = 0.015
"""Half the width of the seam's blend."""


class Kind(Enum):
    """What the left half is replaced by."""

    FROZEN = "frozen"
    DELAYED = "delayed"
    TWIN = "twin"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A stretch of a recording without hands and with little yaw, a picture at rest in it, and the splices it is good for."""

    file: str
    first: int
    last: int
    still: int
    kinds: tuple[Kind, ...]

    @property
    def path(self) -> Path:
        return FACES / self.file


SOURCES: Final = {
    "pyfeat": Source(file="pyfeat_WolfgangLanger_Pexels.mp4", first=234, last=302, still=243, kinds=tuple(Kind)),
    # the head turns and the face hardly moves: only a twin turns with it on both sides
    "dynaface": Source(file="dynaface_video1-512.mp4", first=102, last=148, still=140, kinds=(Kind.TWIN,)),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Spliced:
    """A spliced clip: iterate ``frames()`` for (rgb, time_s).

    ``true_ratio``, left to right, and ``true_lag_s``, positive where the left side comes later, hold for every structure.
    """

    kind: Kind
    pictures: Sequence[Picture]
    time_s: Values
    track: HeadTrack
    still: int
    shift: int

    @property
    def true_ratio(self) -> float:
        return 0.0 if self.kind is Kind.FROZEN else 1.0

    @property
    def true_lag_s(self) -> float | None:
        """None where the left side does not move."""
        if self.kind is Kind.FROZEN:
            return None
        return float(np.median(np.diff(self.time_s))) * self.shift

    def __len__(self) -> int:
        return len(self.pictures) - self.shift

    def frames(self) -> Iterator[tuple[Picture, float]]:
        """Splice; the first pictures of a delayed clip are left out."""
        for index in range(self.shift, len(self.pictures)):
            yield self._spliced(index), float(self.time_s[index] - self.time_s[self.shift])

    def to_head(self, points: Points) -> Points:
        """Undo the head's motion for points (n, k, 2) px of n spliced pictures; px of the median face.

        A frozen half rests in these coordinates; of a mirrored half and its origin the coordinates are mirror images.
        """
        z = as_complex(points)
        head = np.empty_like(z)
        for row, index in enumerate(range(self.shift, len(self.pictures))):
            head[row] = self.track.to_head(index, z[row])
            if self.kind is not Kind.FROZEN:
                head[row] = self.track.to_mirror(index, head[row])
        return as_points(head * np.median(np.abs(self.track.turn)))

    def _spliced(self, index: int) -> Picture:
        track, picture = self.track, self.pictures[index]
        y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
        head = track.to_head(index, x + 1j * y)
        mirror = track.to_mirror(index, head)
        if self.kind is Kind.FROZEN:
            other = _sampled(self.pictures[self.still], track.to_picture(self.still, head))
        else:
            earlier = index - self.shift
            partner = track.from_mirror(earlier, -np.conj(mirror))
            other = _sampled(self.pictures[earlier], track.to_picture(earlier, partner))
        weight = np.clip(0.5 + mirror.real / (2 * BLEND_IOD), 0, 1)[..., None]
        return np.asarray(np.rint(picture * (1 - weight) + other * weight), dtype=np.uint8)


def splice(
    kind: Kind, pictures: Sequence[Picture], time_s: Values, meshes: Points, *, still: int, seed: int = 0
) -> Spliced:
    """Of pictures with their landmarks (n, 478, 2), px, none missing; ``still`` is the picture that a frozen half shows."""
    interval = float(np.median(np.diff(time_s)))
    return Spliced(
        kind=kind,
        pictures=pictures,
        time_s=time_s,
        track=track_head(meshes, 1 / interval, seed=seed),
        still=still,
        shift=round(DELAY_S / interval) if kind is Kind.DELAYED else 0,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class RealClip:
    """A stretch of a recording in memory, with a plain tracker's landmarks."""

    pictures: tuple[Picture, ...]
    time_s: Values
    meshes: Points
    still: int

    def spliced(self, kind: Kind, *, seed: int = 0) -> Spliced:
        """One of its splices."""
        return splice(kind, self.pictures, self.time_s, self.meshes, still=self.still, seed=seed)


def real_clip(source: Source) -> RealClip:
    """Read and track it. The file must be there: ask ``source.path.is_file()`` first."""
    with open_frames(source.path, threads=1) as stream:
        frames = [frame for frame in stream if source.first <= frame.index <= source.last]
    clip = [(frame.rgb, frame.time_s - frames[0].time_s) for frame in frames]
    times, meshes = MediaPipe(mode=Mode.IMAGE).meshes(clip)
    if not np.isfinite(meshes).all():
        raise ValueError(f"{source.file} has pictures without a face between {source.first} and {source.last}")
    return RealClip(
        pictures=tuple(rgb for rgb, _ in clip), time_s=times, meshes=meshes, still=source.still - source.first
    )


def _sampled(picture: Picture, z: Complex) -> Picture:
    x, y = z.real.astype(np.float32), z.imag.astype(np.float32)
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)
