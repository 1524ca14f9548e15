"""One picture to the faces in it, as the rest of the analysis wants them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.framing import Framing, framing_of
from analysis.litert_networks import LitertNetworks
from analysis.networks import FaceNetworks, Mesh, Picture, Sighting
from analysis.pose import pose_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """One face in one picture.

    ``points`` is (n, 3) float32 in pixels, x to the right, y down and z away from the camera, rows as in ``anatomy.KEPT``;
    depth is the model's estimate. Angles are degrees: yaw is positive when the face turns to the subject's left, pitch when it
    looks down, roll when it leans to the subject's right shoulder. ``mouth_activity`` is the sum of the mouth and jaw
    blendshapes: it tells rest from movement and measures nothing. ``framing`` is where its half-face pictures would be cut,
    None where there is no picture to cut from.
    """

    points: NDArray[np.float32]
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    mouth_activity: float
    framing: Framing | None = None

    @property
    def iod_px(self) -> float:
        """Distance between the iris centres."""
        right, left = (self.points[anatomy.ROW[side.iris_centre]] for side in (anatomy.RIGHT, anatomy.LEFT))
        return float(np.hypot(*(left - right)[:2]))


class FaceTracker(Protocol):
    """What the analysis asks about pictures. An instance belongs to one thread at a time."""

    def faces(self, rgb: Picture) -> list[Face]:
        """All faces in a picture of shape (height, width, 3), uint8, red first."""

    def mesh(self, square: Picture) -> Mesh:
        """The mesh of the upright face that fills a square picture, without looking for it."""


class LandmarkTracker:
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the networks."""
        self._networks.close()

    def faces(self, rgb: Picture) -> list[Face]:
        """As ``FaceTracker.faces``."""
        return [_face(sighting) for sighting in self._networks.faces(rgb, mouth_activity=True)]

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
