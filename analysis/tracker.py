"""One picture to the faces in it, as the rest of the analysis wants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.closing import Closing
from analysis.framing import Framing, framing_of
from analysis.litert_networks import LitertNetworks
from analysis.networks import FaceNetworks, Mesh, Picture, Sighting
from analysis.picture_quality import FaceLook, look_at_face
from analysis.pose import pose_of

_PARTS: Final = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """One face in one picture.

    ``points`` is (n, 3) float32 in pixels, x to the right, y down and z away from the camera, rows as in ``anatomy.KEPT``;
    depth is the model's estimate. Angles are degrees: yaw is positive when the face turns to the subject's left, pitch when it
    looks down, roll when it leans to the subject's right shoulder. ``mouth_activity`` is the sum of the mouth and jaw
    blendshapes: it tells rest from movement and measures nothing. ``framing`` is where its half-face pictures would be cut,
    None where there is no picture to cut from. ``look`` is what light and things in front leave to be seen, where it was asked.
    """

    points: NDArray[np.float32]
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    mouth_activity: float
    framing: Framing | None = None
    look: FaceLook | None = None

    @property
    def iod_px(self) -> float:
        """Distance between the iris centres."""
        right, left = (self.points[anatomy.ROW[side.iris_centre]] for side in (anatomy.RIGHT, anatomy.LEFT))
        return float(np.hypot(*(left - right)[:2]))

    def moved(self, x: int, y: int) -> Face:
        """The same face in a picture that reaches so many pixels further to the left and above."""
        framing = self.framing and replace(self.framing, x=self.framing.x + x, y=self.framing.y + y)
        return replace(self, points=self.points + np.array([x, y, 0], dtype=np.float32), framing=framing)


class FaceTracker(Protocol):
    """What the analysis asks about pictures. An instance belongs to one thread at a time."""

    def faces(self, rgb: Picture, *, closely: bool = False) -> list[Face]:
        """All faces in a picture of shape (height, width, 3), uint8, red first; ``closely`` with a ``look`` at each."""

    def mesh(self, square: Picture) -> Mesh:
        """The mesh of the upright face that fills a square picture, without looking for it."""


class LandmarkTracker(Closing):
    """The networks of the verified bundle. Close it."""

    def __init__(self, networks: FaceNetworks) -> None:
        self._networks = networks

    @classmethod
    def on(cls, bundle: Path) -> Self:
        """With the engine that the service uses.

        Raises:
            ModelError: the bundle is missing or is not the measured one.
        """
        return cls(LitertNetworks(bundle))

    def close(self) -> None:
        """Release the networks."""
        self._networks.close()

    def faces(self, rgb: Picture, *, closely: bool = False) -> list[Face]:
        """As ``FaceTracker.faces``. In a picture that seems to show nobody, its square parts are looked at: the detector sees
        128 pixels of whatever it is shown, too few for a face that is small in a wide picture.
        """
        found = self._looked_at(rgb, closely=closely)
        for part, x, y in _parts(rgb) if not found else ():
            for face in self._looked_at(part, closely=closely):
                moved = face.moved(x, y)
                if not any(_same(moved, other) for other in found):
                    found.append(moved)
        return found

    def _looked_at(self, rgb: Picture, *, closely: bool) -> list[Face]:
        return [
            replace(_face(sighting), look=look_at_face(rgb, sighting.mesh) if closely else None)
            for sighting in self._networks.faces(rgb, mouth_activity=True)
        ]

    def mesh(self, square: Picture) -> Mesh:
        """As ``FaceTracker.mesh``."""
        return self._networks.mesh(square)


def _face(sighting: Sighting) -> Face:
    pose = pose_of(sighting.mesh)
    return Face(
        points=sighting.mesh.points[list(anatomy.KEPT)],
        yaw_deg=pose.yaw_deg,
        pitch_deg=pose.pitch_deg,
        roll_deg=pose.roll_deg,
        mouth_activity=sighting.mouth_activity or 0.0,
        framing=framing_of(sighting.mesh),
    )


def _parts(rgb: Picture) -> Iterator[tuple[Picture, int, int]]:
    """Squares as wide as the picture's shorter side, overlapping by half, and where they begin."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    if side == max(height, width):
        return
    for start in np.unique(np.linspace(0, max(height, width) - side, _PARTS).round().astype(int)):
        x, y = (int(start), 0) if width > height else (0, int(start))
        yield np.ascontiguousarray(rgb[y : y + side, x : x + side]), x, y


def _same(one: Face, other: Face) -> bool:
    rows = list(anatomy.FITTED)
    apart = one.points[rows].mean(axis=0) - other.points[rows].mean(axis=0)
    return float(np.hypot(*apart[:2])) < max(one.iod_px, other.iod_px)
