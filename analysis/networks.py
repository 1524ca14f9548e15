"""The network engine as the rest of the analysis sees it: a picture in, the faces' meshes out.

Two engines stand behind ``FaceNetworks``: ``litert_networks`` runs the three networks of the verified bundle by themselves,
``mediapipe_networks`` runs them inside MediaPipe's FaceLandmarker and is the reference the first is held against. Both look at
every picture afresh: no memory, no smoothing (docs/decisions/0001).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnusablePicture

MAX_FACES: Final = 4
"""More are not told apart; a recording with a second person is not measured anyhow."""

POINTS: Final = 478
MARGIN: Final = 0.5
"""Black border for the second look at a picture without a face, in parts of its longer side: a face may fill the frame."""

PRESENCE_THRESHOLD: Final = 0.5

_ROI_SCALE: Final = 1.5
_EYE_CORNERS: Final = (33, 263)
_LONGEST_SIDE: Final = 32_766
"""OpenCV addresses the pixels it samples with 16 bits."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class Mesh:
    """The 478 points of one face.

    ``points`` is (478, 3) float32 in pixels of the picture given: x to the right, y down, z away from the camera on the scale
    of x, zero near the head's centre; depth is the network's estimate. Pixel coordinates are MediaPipe's: the top left corner
    of the picture is (0, 0). ``presence`` is the network's probability, 0 to 1, that this is a face.
    """

    points: NDArray[np.float32]
    presence: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Sighting:
    """One face in a picture. ``mouth_activity`` is the sum of the mouth and jaw blendshapes, None where not asked for.

    Blendshapes tell rest from movement and measure nothing.
    """

    mesh: Mesh
    mouth_activity: float | None


@dataclass(frozen=True, kw_only=True)
class Roi:
    """The square that the landmark network looks at, in pixels of the picture.

    ``roll_rad`` turns the square's own x axis onto the line of the eyes, clockwise on the screen (y is down).
    """

    centre_x: float
    centre_y: float
    size: float
    roll_rad: float


class FaceNetworks(Protocol):
    """One engine. An instance belongs to one thread at a time; instances do not share anything."""

    def close(self) -> None:
        """Release the networks. May be called again."""

    def faces(self, rgb: Picture, *, mouth_activity: bool = False) -> list[Sighting]:
        """Up to ``MAX_FACES`` faces in a picture of shape (height, width, 3), uint8, red first; the surest detection first.

        A picture without a face gives an empty list. A face that fills the frame is found by looking again with a margin.

        Raises:
            UnusablePicture: the array is no such picture.
        """

    def mesh(self, square: Picture) -> Mesh:
        """The mesh of the upright face in a square RGB picture framed as ``roi_of`` frames it; any size, no detection.

        Where there is no face ``presence`` is below ``PRESENCE_THRESHOLD`` and the points mean nothing (NaN from MediaPipe).

        Raises:
            UnusablePicture: the array is no such picture, or not square.
        """


def roi_of(mesh: Mesh) -> Roi:
    """The square that MediaPipe looks at in the next frame of a stream, after this mesh.

    1.5 times the longer side of the points' bounding box, around its centre, rolled with the outer corners of the eyes
    (``face_landmarks_detector_graph.cc`` of MediaPipe 0.10: DetectionsToRects, RectTransformation).
    """
    low, high = mesh.points[:, :2].min(axis=0), mesh.points[:, :2].max(axis=0)
    right, left = (mesh.points[corner] for corner in _EYE_CORNERS)
    centre = (low + high) / 2
    return Roi(
        centre_x=float(centre[0]),
        centre_y=float(centre[1]),
        size=_ROI_SCALE * float((high - low).max()),
        roll_rad=math.atan2(float(left[1] - right[1]), float(left[0] - right[0])),
    )


def require_rgb(rgb: Picture) -> None:
    """Refuse what is no 8-bit RGB picture.

    Raises:
        UnusablePicture: with the shape and type that were found.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise UnusablePicture(
            f"an array of shape {rgb.shape} and type {rgb.dtype} is no picture: "
            "hand over (height, width, 3), uint8, red first; repeat a gray picture three times"
        )
    if not 0 < min(rgb.shape[:2]) <= max(rgb.shape[:2]) <= _LONGEST_SIDE:
        raise UnusablePicture(
            f"a picture of {rgb.shape[1]} x {rgb.shape[0]} pixels cannot be looked at: "
            f"each side must be 1 to {_LONGEST_SIDE}; scale it down"
        )


def require_square(square: Picture) -> None:
    """Refuse what is no square 8-bit RGB picture.

    Raises:
        UnusablePicture: with the shape and type that were found.
    """
    require_rgb(square)
    if square.shape[0] != square.shape[1]:
        raise UnusablePicture(
            f"a picture of {square.shape[1]} x {square.shape[0]} pixels is not square: cut it as `roi_of` says"
        )
