"""The systems that a hospital could run instead, each behind one interface: MediaPipe in three modes, and Python-OS.

Python-OS (Greene, Kalavacherla, Mills 2025, doi 10.1089/fpsam.2024.0381) is dlib's frontal face detector and its 68-point
predictor on every picture by itself: grey, in whole pixels, nothing smoothed. dlib is not among this project's packages; where
it is absent ``PeerMissing`` says how to get it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from analysis import model
from tests.bench.reading import Clip, HalfFace, Picture, Points, Reading, System

STRETCH: Final = 30_000
"""Between pictures that seem half an hour apart the built-in smoothing has nothing to remember."""
_MESH: Final = 478


class PeerMissing(Exception):
    """A system to compare with is not installed."""


class Mode(Enum):
    """How MediaPipe's FaceLandmarker is run."""

    VIDEO = "VIDEO"
    IMAGE = "IMAGE"
    STRETCHED = "stretched VIDEO"


@dataclass(frozen=True, kw_only=True)
class MediaPipe:
    """FaceLandmarker on the product's bundle, and nothing else: the largest face of each picture."""

    mode: Mode
    blendshapes: bool = False

    @property
    def name(self) -> str:
        return f"MediaPipe {self.mode.value}"

    def read(self, clip: Clip) -> Reading:
        times, mesh = self.meshes(clip)
        halves = [
            HalfFace(
                commissure=mesh[:, commissure],
                upper_lid=mesh[:, upper],
                lower_lid=mesh[:, lower],
                brow=mesh[:, brow].mean(axis=1),
                outer_canthus=mesh[:, outer],
                inner_canthus=mesh[:, inner],
                iris=mesh[:, iris],
            )
            for commissure, upper, lower, brow, outer, inner, iris in (
                (61, 159, 145, [63, 105, 66], 33, 133, 468),
                (291, 386, 374, [293, 334, 296], 263, 362, 473),
            )
        ]
        return Reading(time_s=times, right=halves[0], left=halves[1], nose=mesh[:, [168, 6, 197, 4]])

    def meshes(self, clip: Clip) -> tuple[Points, Points]:
        """Times (n,) and all landmarks (n, 478, 2), px; NaN where no face is found."""
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        image_mode = self.mode is Mode.IMAGE
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model.default_path())),
            running_mode=vision.RunningMode.IMAGE if image_mode else vision.RunningMode.VIDEO,
            num_faces=4 if image_mode else 1,
            output_face_blendshapes=self.blendshapes,
        )
        stretch = STRETCH if self.mode is Mode.STRETCHED else 1
        times: list[float] = []
        meshes: list[Points] = []
        with vision.FaceLandmarker.create_from_options(options) as landmarker:
            for rgb, time_s in clip:
                picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
                if image_mode:
                    answer = landmarker.detect(picture)
                else:
                    answer = landmarker.detect_for_video(picture, round(time_s * 1000 * stretch))
                times.append(time_s)
                meshes.append(_largest([_mesh(face, rgb) for face in answer.face_landmarks]))
        return np.array(times), np.array(meshes).reshape(len(times), _MESH, 2)


def _mesh(face: Any, rgb: Picture) -> Points:
    height, width = rgb.shape[:2]
    return np.array([(point.x * width, point.y * height) for point in face])


def _largest(faces: list[Points]) -> Points:
    return max(faces, key=lambda face: float(np.ptp(face[:, 0])), default=np.full((_MESH, 2), np.nan))


@dataclass(frozen=True, kw_only=True)
class PythonOs:
    """dlib's detector and 68 points on every picture."""

    name: str = "Python-OS (dlib)"

    def read(self, clip: Clip) -> Reading:
        """Look at every picture.

        Raises:
            PeerMissing: dlib or its 68-point model is not installed.
        """
        detect, predict, rectangle = _dlib()
        times: list[float] = []
        found: list[Points] = []
        for rgb, time_s in clip:
            grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
            faces = sorted(detect(grey), key=rectangle.area)
            times.append(time_s)
            if faces:
                shape = predict(grey, faces[-1])
                found.append(np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float64))
            else:
                found.append(np.full((68, 2), np.nan))
        points = np.array(found).reshape(len(times), 68, 2)
        halves = [
            HalfFace(
                commissure=points[:, commissure],
                upper_lid=points[:, upper].mean(axis=1),
                lower_lid=points[:, lower].mean(axis=1),
                brow=points[:, brow].mean(axis=1),
                outer_canthus=points[:, outer],
                inner_canthus=points[:, inner],
                iris=np.full((len(times), 2), np.nan),
            )
            for commissure, upper, lower, brow, outer, inner in (
                (48, [37, 38], [41, 40], [17, 18, 19, 20, 21], 36, 39),
                (54, [43, 44], [47, 46], [22, 23, 24, 25, 26], 45, 42),
            )
        ]
        return Reading(time_s=np.array(times), right=halves[0], left=halves[1], nose=points[:, 27:31])


def _dlib() -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any], Any]:
    """Detector, predictor, and the type of a face's rectangle."""
    models = importlib.util.find_spec("face_recognition_models")
    if importlib.util.find_spec("dlib") is None or models is None or not models.submodule_search_locations:
        raise PeerMissing(
            "Python-OS cannot be run beside this product: dlib and its 68-point model are not installed. "
            "Run `pip install dlib-bin face-recognition-models` in the same environment"
        )
    # the package of models needs pkg_resources to be imported; only its file is wanted
    landmarks = Path(models.submodule_search_locations[0], "models", "shape_predictor_68_face_landmarks.dat")
    dlib: Any = importlib.import_module("dlib")
    return dlib.get_frontal_face_detector(), dlib.shape_predictor(str(landmarks)), dlib.rectangle


SYSTEMS: Final[dict[str, Callable[[], System]]] = {
    "video": lambda: MediaPipe(mode=Mode.VIDEO),
    "image": lambda: MediaPipe(mode=Mode.IMAGE),
    "stretched": lambda: MediaPipe(mode=Mode.STRETCHED),
    "python-os": PythonOs,
}
"""By the word that names them on a command line."""
