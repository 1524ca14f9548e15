"""MediaPipe as everybody runs it: VIDEO mode, one face, the built-in smoothing on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.tracker import MediaPipeTracker


class VideoModeTracker(MediaPipeTracker):
    """The product's tracker in VIDEO mode with true timestamps. One recording each."""

    def __init__(self, bundle: Path, *, fps: float) -> None:
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=vision.RunningMode.VIDEO,
            num_faces=1,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        self._landmarker = _Clocked(vision.FaceLandmarker.create_from_options(options), fps)


class _Clocked:
    """Gives every picture the next timestamp."""

    def __init__(self, landmarker: Any, fps: float) -> None:
        self._landmarker = landmarker
        self._interval_ms = 1000 / fps
        self._pictures = 0

    def detect(self, image: Any) -> Any:
        self._pictures += 1
        return self._landmarker.detect_for_video(image, round(self._pictures * self._interval_ms))

    def close(self) -> None:
        self._landmarker.close()
