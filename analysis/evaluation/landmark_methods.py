"""The algorithms that Vultus can put before raters, each run over one recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from analysis import anatomy
from analysis.evaluation.landmark_values import Landmark, named_landmarks
from analysis.looking import Seen, TimedPicture
from analysis.networks import POINTS, Picture
from analysis.quality import FrameSelection, select_frames
from analysis.settings import AnalysisSettings
from analysis.subject import FaceTrack
from analysis.tracker import Face, FaceTracker

_SAME_FACE_IOD: Final = 0.5
_ALL: Final = {point: point for point in range(POINTS)}


@dataclass(frozen=True, kw_only=True, eq=False)
class UprightPicture:
    """A chosen frame as the analysis saw it: turned back where the recording is declared mirrored."""

    frame: int
    rgb: Picture


def fetch(pictures: Iterable[TimedPicture], frames: Sequence[int], *, mirrored: bool) -> Iterator[UprightPicture]:
    """The pictures of ``frames`` out of a recording that is read once more."""
    wanted = set(frames)
    for frame, picture in enumerate(pictures):
        if frame in wanted:
            rgb = np.asarray(cv2.flip(picture.rgb, 1), dtype=np.uint8) if mirrored else picture.rgb.copy()
            yield UprightPicture(frame=frame, rgb=rgb)
            wanted.discard(frame)
        if not wanted:
            return


def measured_frames(seen: Seen, settings: AnalysisSettings) -> FrameSelection:
    """Which frames Vultus would measure, and by what."""
    interval = float(np.median(np.diff(seen.times_s))) if len(seen.times_s) > 1 else 0.0
    return select_frames(seen, settings, interval_s=interval)


def by_plain_looks(selection: FrameSelection) -> bool:
    """Whether Vultus measures the whole recording by plain looks, as most frames lack a picture of each half."""
    return bool(selection.used.any()) and not selection.by_halves


def vultus_points(seen: Seen, frame: int, selection: FrameSelection) -> tuple[Landmark, ...]:
    """What Vultus measures with: half-face pictures, or plain looks carried from look to look; nothing where it has neither."""
    points = seen.track.points[frame, :, :2] if by_plain_looks(selection) else seen.halves[frame]
    return named_landmarks(points)


def plain_look(rgb: Picture, frame: int, tracker: FaceTracker, track: FaceTrack) -> tuple[Landmark, ...]:
    """The networks on this picture by itself; of several faces the subject's."""
    rows = [anatomy.ROW[point] for point in anatomy.STABLE]
    subject = track.points[frame, rows, :2].mean(axis=0)

    def apart(face: Face) -> float:
        return float(np.hypot(*(face.points[rows, :2].mean(axis=0) - subject)))

    face = min(tracker.faces(rgb), key=apart, default=None)
    if face is None or not apart(face) < _SAME_FACE_IOD * track.iod_px[frame]:
        return ()
    return named_landmarks(face.points)


def mediapipe_video(
    pictures: Iterable[TimedPicture], frames: Sequence[int], bundle: Path, *, mirrored: bool
) -> Mapping[int, tuple[Landmark, ...]]:
    """FaceLandmarker in VIDEO mode over all pictures, one face, real timestamps, smoothing as it comes."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)), running_mode=vision.RunningMode.VIDEO, num_faces=1
    )
    wanted, found = set(frames), dict[int, tuple[Landmark, ...]]()
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        before_ms = -1
        for frame, picture in enumerate(pictures):
            rgb = np.ascontiguousarray(cv2.flip(picture.rgb, 1) if mirrored else picture.rgb, dtype=np.uint8)
            # it refuses times that do not increase by whole milliseconds
            before_ms = max(before_ms + 1, round(picture.time_s * 1000))
            answer = landmarker.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb), before_ms)
            if frame in wanted:
                found[frame] = _first(answer.face_landmarks, rgb)
                wanted.discard(frame)
            if not wanted:
                break
    return found


def _first(faces: Sequence[Sequence[Any]], rgb: Picture) -> tuple[Landmark, ...]:
    height, width = rgb.shape[:2]
    for face in faces:
        return named_landmarks(np.array([(point.x * width, point.y * height) for point in face]), _ALL)
    return ()
