"""The same networks inside MediaPipe's FaceLandmarker: the reference engine.

The running mode is IMAGE: the smoothing of VIDEO mode eats movement (docs/decisions/0001).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import model
from analysis.closing import Closing
from analysis.networks import (
    MARGIN,
    MAX_FACES,
    POINTS,
    Mesh,
    Picture,
    Sighting,
    require_rgb,
    require_square,
    roi_of,
)

_MOUTH: Final = ("mouth", "jaw")


class MediaPipeNetworks(Closing):
    """MediaPipe's FaceLandmarker on the verified bundle. Close it: its finaliser fails at interpreter exit.

    It does not tell the presence: a face that it found has 1, none has 0 and points that are not numbers.
    """

    def __init__(self, bundle: Path) -> None:
        # importing takes a second and maps 100 MB: only where pictures are looked at
        from mediapipe.tasks.python import BaseOptions, vision

        model.verify(bundle)
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=MAX_FACES,
            output_face_blendshapes=True,
        )
        self._landmarker = vision.FaceLandmarker.create_from_options(options)
        self._open = True

    def close(self) -> None:
        """Release the networks. May be called again."""
        if self._open:
            self._landmarker.close()
            self._open = False

    def faces(self, rgb: Picture, *, mouth_activity: bool = False) -> list[Sighting]:
        """As ``FaceNetworks.faces``. The blendshapes are run whether asked for or not."""
        require_rgb(rgb)
        found = self._detect(rgb, margin=0) or self._detect(rgb, margin=int(MARGIN * max(rgb.shape[:2])))
        return found if mouth_activity else [Sighting(mesh=face.mesh, mouth_activity=None) for face in found]

    def mesh(self, square: Picture) -> Mesh:
        """As ``FaceNetworks.mesh``, but the face is looked for: FaceLandmarker cannot leave its detector out."""
        require_square(square)
        for face in self.faces(square):
            return face.mesh
        return Mesh(points=np.full((POINTS, 3), np.nan, dtype=np.float32), presence=0.0)

    def _detect(self, rgb: Picture, *, margin: int) -> list[Sighting]:
        import mediapipe as mp

        picture = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT) if margin else rgb
        height, width = picture.shape[:2]
        answer = self._landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture)))
        faces = []
        for landmarks, blendshapes in zip(answer.face_landmarks, answer.face_blendshapes, strict=True):
            points = np.array([(point.x * width, point.y * height, point.z * width) for point in landmarks])
            points[:, :2] -= margin
            mesh = _with_true_depth(points, width=width, height=height)
            activity = sum(shape.score for shape in blendshapes if shape.category_name.startswith(_MOUTH))
            faces.append(Sighting(mesh=mesh, mouth_activity=float(activity)))
        return faces


def _with_true_depth(points: NDArray[np.float64], *, width: int, height: int) -> Mesh:
    """Undo the stretch of depth that MediaPipe gives to a face that leans in a picture that is not square.

    It measures the square it looked at along its own x axis, in parts of the picture's width and height, and takes the result
    for a part of the width (``landmark_projection_calculator.cc``). The lean is taken from the points found; the detector's,
    which MediaPipe went by, is not told. Depth is right to 1 % in upright faces, to 10 % in those that lie on their side.
    """
    stretched = Mesh(points=points.astype(np.float32), presence=1.0)
    roll = roi_of(stretched).roll_rad
    stretch = math.hypot(math.cos(roll), math.sin(roll) * width / height)
    return Mesh(points=(points / (1, 1, stretch)).astype(np.float32), presence=1.0)
