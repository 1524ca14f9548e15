"""One recording to the pictures that raters judge: frames chosen, every algorithm run on them, every feature drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from analysis import anatomy
from analysis.evaluation.landmark_frames import choose_frames, shape_movement
from analysis.evaluation.landmark_methods import (
    UprightPicture,
    by_plain_looks,
    fetch,
    measured_frames,
    mediapipe_video,
    plain_look,
    vultus_points,
)
from analysis.evaluation.landmark_pictures import as_jpeg, crop_of, draw
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import (
    MEDIAPIPE_VIDEO,
    PLAIN,
    VULTUS,
    ChosenFrame,
    DrawnRecording,
    FrameLandmarks,
    Landmark,
    ShownRegion,
)
from analysis.looking import TimedPicture, look
from analysis.settings import AnalysisSettings
from analysis.subject import FaceTrack
from analysis.tracker import FaceTracker
from analysis.values import Value

Reading = Callable[[], AbstractContextManager[Iterable[TimedPicture]]]
"""Opens the recording from its beginning."""

BARE_FRAME: Final = "frame-{frame}.png"


class OutsideAlgorithm(Value):
    """An algorithm that is not ours, and the features that it has points in anywhere."""

    name: str
    regions: tuple[FaceRegion, ...]


class DrawingPlan(Value):
    """What is to be drawn of a recording.

    ``algorithms`` are of our own; ``outside`` are others, ``outside_landmarks`` what they found in this recording, in pixels of
    the upright frame before a mirrored recording is turned back. ``measured_only``: choose among the frames that Vultus would
    measure. ``bare_frames``: also keep every chosen frame as it is, for people who mark true positions.
    """

    frames: int
    seed: int
    algorithms: tuple[str, ...]
    outside: tuple[OutsideAlgorithm, ...] = ()
    outside_landmarks: tuple[FrameLandmarks, ...] = ()
    measured_only: bool = False
    bare_frames: bool = False


def draw_recording(
    reading: Reading,
    plan: DrawingPlan,
    output: Path,
    *,
    trackers: Sequence[FaceTracker],
    bundle: Path,
    settings: AnalysisSettings,
) -> DrawnRecording:
    """Write the pictures into ``output`` and tell what they show. The recording is read two or three times.

    Anything that reading it raises is passed on.
    """
    mirrored = settings.mirrored
    with reading() as pictures:
        seen = look(pictures, trackers, mirrored=mirrored)
    movement = shape_movement(seen.track.points[..., :2])
    decoded, with_face = len(seen.times_s), int(np.isfinite(movement).sum())
    selection = measured_frames(seen, settings)
    used = selection.used
    among = np.where(used, movement, np.nan) if plan.measured_only else movement
    frames = choose_frames(among, plan.frames, np.random.default_rng(plan.seed))
    if not frames:
        nobody = f"no face was found in any of {decoded} frames"
        unused = f"Vultus would measure none of the {with_face} frames with a face"
        return DrawnRecording(
            frames_decoded=decoded,
            frames_with_face=with_face,
            frames_measured=int(used.sum()),
            chosen=(),
            landmarks=(),
            pictures=(),
            remarks=(unused if with_face else nobody,),
        )
    chosen = tuple(
        ChosenFrame(
            frame=frame,
            time_s=float(seen.times_s[frame]),
            movement=float(movement[frame]),
            used=bool(used[frame]),
            inter_ocular_px=_inter_ocular_px(seen.track, frame),
        )
        for frame in frames
    )
    video: Mapping[int, tuple[Landmark, ...]] = {}
    if MEDIAPIPE_VIDEO in plan.algorithms:
        with reading() as pictures:
            video = mediapipe_video(pictures, frames, bundle, mirrored=mirrored)
    features = {name: tuple(FaceRegion) for name in plan.algorithms} | {one.name: one.regions for one in plan.outside}
    outside = {
        (one.algorithm, one.frame): _turned(one, seen.size[0]) if mirrored else one for one in plan.outside_landmarks
    }
    landmarks: list[FrameLandmarks] = []
    shown: list[ShownRegion] = []
    distances = {each.frame: each.inter_ocular_px for each in chosen}
    with reading() as pictures:
        for picture in fetch(pictures, frames, mirrored=mirrored):
            own = {VULTUS: vultus_points(seen, picture.frame, selection), MEDIAPIPE_VIDEO: video.get(picture.frame, ())}
            if PLAIN in plan.algorithms:
                own[PLAIN] = plain_look(picture.rgb, picture.frame, trackers[0], seen.track)
            found = [
                *(FrameLandmarks(algorithm=name, frame=picture.frame, landmarks=own[name]) for name in plan.algorithms),
                *(
                    outside.get(
                        (one.name, picture.frame), FrameLandmarks(algorithm=one.name, frame=picture.frame, landmarks=())
                    )
                    for one in plan.outside
                ),
            ]
            landmarks += found
            for region in FaceRegion:
                able = [one for one in found if region in features[one.algorithm]]
                shown += _draw_feature(picture, region, able, distances[picture.frame], output)
            if plan.bare_frames:
                cv2.imwrite(
                    str(output / BARE_FRAME.format(frame=picture.frame)), cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2BGR)
                )
    return DrawnRecording(
        frames_decoded=decoded,
        frames_with_face=with_face,
        frames_measured=int(used.sum()),
        chosen=chosen,
        landmarks=tuple(landmarks),
        pictures=tuple(shown),
        remarks=_remarks(decoded, with_face, by_plain_looks(selection)),
    )


def _draw_feature(
    picture: UprightPicture,
    region: FaceRegion,
    found: Sequence[FrameLandmarks],
    inter_ocular_px: float,
    output: Path,
) -> list[ShownRegion]:
    crop = crop_of(region, found, inter_ocular_px)
    shown = []
    for number, one in enumerate(found):
        landmarks, file = one.of(region), None
        if crop is not None and landmarks:
            file = f"{picture.frame}-{number}-{region}.jpg"
            (output / file).write_bytes(as_jpeg(draw(picture.rgb, crop, landmarks)))
        shown.append(ShownRegion(algorithm=one.algorithm, frame=picture.frame, region=region, file=file))
    return shown


def _inter_ocular_px(track: FaceTrack, frame: int) -> float:
    right, left = (track.points[frame, anatomy.ROW[side.outer_canthus], :2] for side in (anatomy.RIGHT, anatomy.LEFT))
    return float(np.hypot(*(left - right)))


def _turned(one: FrameLandmarks, width: int) -> FrameLandmarks:
    landmarks = tuple(each.model_copy(update={"x": width - each.x}) for each in one.landmarks)
    return one.model_copy(update={"landmarks": landmarks})


def _remarks(decoded: int, with_face: int, plain: bool) -> tuple[str, ...]:
    remarks = []
    if with_face < decoded:
        remarks.append(f"in {decoded - with_face} of {decoded} frames no face was found; none of them is shown")
    if plain:
        remarks.append("Vultus measures this recording by plain looks, as most frames lack a picture of each half")
    return tuple(remarks)
