"""The 478 points of the faces in a photograph. The one place where a phantom asks the networks."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import model

_MAX_FACES: Final = 4


def still_meshes(rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """Of each face (478, 3) in pixels: x right, y down, z away from the camera (the model's estimate, same unit).

    The centres of pixels are whole numbers; the networks' own coordinates, whose origin is the picture's corner, are 0.5 larger.

    A face that fills the picture is found by looking again with a margin around.

    Raises:
        ModelError: the bundle is missing or another one.
    """
    # importing takes a second and maps 100 MB
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    bundle = model.default_path()
    model.verify(bundle)
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)),
        running_mode=vision.RunningMode.IMAGE,
        num_faces=_MAX_FACES,
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        for margin in (0, max(rgb.shape[:2]) // 2):
            picture = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
            height, width = picture.shape[:2]
            answer = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture)))
            if answer.face_landmarks:
                return [
                    np.array([(p.x * width - margin - 0.5, p.y * height - margin - 0.5, p.z * width) for p in face])
                    for face in answer.face_landmarks
                ]
    return []
