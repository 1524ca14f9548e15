"""Who is being examined: faces linked from frame to frame, and the largest persistent one chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.picture_quality import FaceLook
from analysis.tracker import Face

_REACH_IOD: Final = 1.0
"""A face may move this many of its own inter-iris distances between two sightings and still be the same."""
_SUDDEN_SIZE: Final = 2.0
"""No face doubles or halves between two sightings: turning the head shortens it by less."""
_SAME_SIZE: Final = 1.4
_BYSTANDER_SHARE: Final = 0.5
"""A second face this large beside the subject's is worth a remark."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceTrack:
    """The subject's face over all n decoded frames, between two looks carried along a line; NaN where it was not found.

    ``points`` is (n, k, 3) float64 in pixels (x right, y down, z away), rows of the second axis as in ``anatomy.KEPT``;
    ``iod_px``, ``yaw_deg``, ``pitch_deg``, ``roll_deg`` and ``mouth_activity`` are (n,). It was found in the
    frames ``found_at``; ``looks`` were made at frames ``looked_at``.
    """

    points: NDArray[np.float64]
    iod_px: NDArray[np.float64]
    yaw_deg: NDArray[np.float64]
    pitch_deg: NDArray[np.float64]
    roll_deg: NDArray[np.float64]
    mouth_activity: NDArray[np.float64]
    bystander: bool
    returned: bool
    stranger_frames: int
    found_at: tuple[int, ...] = ()
    looks: tuple[FaceLook, ...] = ()
    looked_at: tuple[int, ...] = ()

    @property
    def present(self) -> NDArray[np.bool_]:
        """(n,) whether the face was found."""
        return np.isfinite(self.iod_px)


@dataclass(kw_only=True, eq=False)
class _Sightings:
    frames: list[int] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)
    weight: float = 0.0
    """Size times persistence."""

    def add(self, frame: int, face: Face) -> None:
        self.frames.append(frame)
        self.faces.append(face)
        self.weight += face.iod_px

    @property
    def size(self) -> float:
        return float(np.median([face.iod_px for face in self.faces]))


class FaceLinker:
    """Collects the faces of one look after the other."""

    def __init__(self) -> None:
        self._people: list[_Sightings] = []
        self._looks: list[int] = []

    def add(self, frame: int, faces: Sequence[Face]) -> Face | None:
        """Add the faces seen in a frame: each goes to the nearest person within reach, or is a new person.

        Returns the face of whoever among them has been largest and longest in the picture so far.
        """
        self._looks.append(frame)
        free = list(self._people)
        here: list[_Sightings] = []
        for face in sorted(faces, key=lambda face: -face.iod_px):
            near = [person for person in free if _within_reach(person.faces[-1], face)]
            if near:
                person = min(near, key=lambda person: _distance(person.faces[-1], face))
                free.remove(person)
            else:
                person = _Sightings()
                self._people.append(person)
            person.add(frame, face)
            here.append(person)
        return max(here, key=lambda person: person.weight).faces[-1] if here else None

    def subject(self, frames_decoded: int) -> FaceTrack:
        """The largest persistent face, with its reappearances: faces of its size that are never seen beside it."""
        subject = max(self._people, key=lambda person: person.weight, default=_Sightings())
        frames, faces = list(subject.frames), list(subject.faces)
        bystander = returned = False
        strangers: set[int] = set()
        for person in sorted(self._people, key=lambda person: -person.weight):
            if person is subject:
                continue
            if set(frames).isdisjoint(person.frames):
                if 1 / _SAME_SIZE < person.size / subject.size < _SAME_SIZE:
                    frames += person.frames
                    faces += person.faces
                    returned = True
                else:
                    strangers |= set(person.frames)
            elif person.size > _BYSTANDER_SHARE * subject.size:
                bystander = True
        alone = len(strangers - set(frames))
        looks = sorted(
            ((frame, face.look) for frame, face in zip(frames, faces, strict=True) if face.look is not None),
            key=lambda look: look[0],
        )
        between = _Between(looks=self._looks, frames=frames, n=frames_decoded)
        scalars = [(f.iod_px, f.yaw_deg, f.pitch_deg, f.roll_deg, f.mouth_activity) for f in faces]
        iod, yaw, pitch, roll, activity = between.fill(np.array(scalars).reshape(len(faces), 5)).T
        return FaceTrack(
            points=between.fill(np.array([face.points for face in faces]).reshape(len(faces), len(anatomy.KEPT), 3)),
            iod_px=iod,
            yaw_deg=yaw,
            pitch_deg=pitch,
            roll_deg=roll,
            mouth_activity=activity,
            bystander=bystander,
            returned=returned,
            # a look stands for all frames up to the next
            stranger_frames=round(alone * frames_decoded / max(len(self._looks), 1)),
            found_at=tuple(sorted(frames)),
            looks=tuple(look for _, look in looks),
            looked_at=tuple(frame for frame, _ in looks),
        )


def _within_reach(before: Face, now: Face) -> bool:
    grown = now.iod_px / max(before.iod_px, 1.0)
    return _distance(before, now) < _REACH_IOD and 1 / _SUDDEN_SIZE < grown < _SUDDEN_SIZE


def _distance(before: Face, now: Face) -> float:
    """Distance of two faces in their own inter-iris distances."""
    rows = list(anatomy.FITTED)
    shift = now.points[rows].mean(axis=0) - before.points[rows].mean(axis=0)
    return float(np.hypot(*shift[:2]) / max(before.iod_px, now.iod_px, 1.0))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Between:
    """What was seen in some frames, carried to those between two looks that both saw it."""

    looks: list[int]
    frames: list[int]
    n: int

    def fill(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Values (m, ...) of the m ``frames``, in any order, on all n frames: (n, ...), NaN where not seen."""
        filled = np.full((self.n, *values.shape[1:]), np.nan)
        filled[self.frames] = values
        for before, after in pairwise([*self.looks, self.n]):
            last = after == self.n
            for frame in range(before + 1, after):
                share = 0.0 if last else (frame - before) / (after - before)
                filled[frame] = filled[before] if last else (1 - share) * filled[before] + share * filled[after]
        return filled
