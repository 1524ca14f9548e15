"""One picture to the faces in it: MediaPipe's FaceLandmarker, run so that its smoothing cannot eat movement.

The running mode is IMAGE. In VIDEO mode with one face the built-in one-euro filter leaves 25 % of an 8 Hz twitch; IMAGE mode
leaves 88-97 %, has no lag and no memory, and gives the same bits every time (docs/decisions/0001).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from analysis import anatomy, model

MAX_FACES: Final = 4
_PADDING: Final = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """One face in one picture.

    ``points`` is (n, 3) float32 in pixels, x to the right, y down and z away from the camera, rows as in ``anatomy.KEPT``;
    depth is the model's estimate. Angles are degrees: yaw is positive when the face turns to the subject's left, pitch when it
    looks down, roll when it leans to the subject's right shoulder. ``mouth_activity`` is the sum of the mouth and jaw
    blendshapes: it tells rest from movement and measures nothing.
    """

    points: NDArray[np.float32]
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    mouth_activity: float

    @property
    def iod_px(self) -> float:
        """Distance between the iris centres."""
        right, left = (self.points[anatomy.ROW[side.iris_centre]] for side in (anatomy.RIGHT, anatomy.LEFT))
        return float(np.hypot(*(left - right)[:2]))


class FaceTracker(Protocol):
    """The network engine, as the rest of the analysis sees it."""

    def faces(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """All faces in a picture of shape (height, width, 3), uint8, red first."""


class MediaPipeTracker:
    """MediaPipe's FaceLandmarker on the verified bundle. Close it: its finaliser fails at interpreter exit."""

    def __init__(self, bundle: Path) -> None:
        # importing takes a second and maps 100 MB: only where pictures are looked at
        from mediapipe.tasks.python import BaseOptions, vision

        model.verify(bundle)
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=MAX_FACES,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        self._landmarker = vision.FaceLandmarker.create_from_options(options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the networks."""
        self._landmarker.close()

    def faces(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """All faces in the picture; a face that fills it is found by looking again with a margin around."""
        found = self._detect(rgb, margin=0)
        if found:
            return found
        return self._detect(rgb, margin=int(_PADDING * max(rgb.shape[:2])))

    def _detect(self, rgb: NDArray[np.uint8], *, margin: int) -> list[Face]:
        import mediapipe as mp

        picture = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT) if margin else rgb
        height, width = picture.shape[:2]
        answer = self._landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture)))
        faces: list[Face] = []
        for landmarks, matrix, blendshapes in zip(
            answer.face_landmarks, answer.facial_transformation_matrixes, answer.face_blendshapes, strict=True
        ):
            points = np.array(
                [
                    (landmarks[i].x * width - margin, landmarks[i].y * height - margin, landmarks[i].z * width)
                    for i in anatomy.KEPT
                ],
                dtype=np.float32,
            )
            yaw, pitch, roll = Rotation.from_matrix(matrix[:3, :3]).as_euler("YXZ", degrees=True)
            activity = sum(shape.score for shape in blendshapes if shape.category_name.startswith(("mouth", "jaw")))
            faces.append(
                Face(
                    points=points,
                    yaw_deg=float(yaw),
                    pitch_deg=float(pitch),
                    roll_deg=float(roll),
                    mouth_activity=float(activity),
                )
            )
        return faces
