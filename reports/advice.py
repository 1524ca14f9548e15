"""What to do to get an assessable recording: first what this one lacked, then how to film in general."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.values import Status
from reports import units
from reports.exam import AssessedInstance

WANTED = AnalysisSettings()
"""What a recording is to be like, as the method has it by default."""

SHORT_RECORDING_S = 5.0
MANY_FRAMES = 0.2

HOW_TO_FILM = (
    "Film a full smile from rest: 2 s at rest, smile fully, back to rest; at least twice, 30 frames/s or more."
)


def advice(instance: AssessedInstance) -> tuple[str, ...]:
    """Whole sentences, the most particular first."""
    result = instance.result
    said = [*_about_the_picture(instance)]
    if result.source.kind == "image":
        said.insert(0, "Send a video: movement cannot be measured on a single image.")
    else:
        said.extend(_about_the_video(result))
    return (*said, HOW_TO_FILM)


def _about_the_picture(instance: AssessedInstance) -> Iterator[str]:
    wanted = units.pixels(WANTED.good_iod_px)
    eyes = eye_distance_px(instance)
    if eyes is None:
        yield (
            f"Make sure that the whole face is seen from the front, at least {wanted} between the eyes, evenly lit and "
            "not covered by a mask or a hand."
        )
    elif eyes < WANTED.good_iod_px:
        yield f"Film the face larger: at least {wanted} between the eyes (here {units.pixels(eyes)})."
    if _cost_much(instance.result, "turned_away"):
        yield "Keep the face turned to the camera, and the camera at eye height on a stand."
    if _cost_much(instance.result, "half_lost"):
        yield "Keep both halves of the face free of hands, hair and masks, and light them alike."
    if _cost_much(instance.result, "mouth_hidden"):
        yield "Keep hands, cups and masks away from the mouth."
    if _cost_much(instance.result, "blurred"):
        yield "Focus on the face, hold the camera still and give more light."
    if _cost_much(instance.result, "out_of_picture"):
        yield "Keep the whole face inside the picture."


def _about_the_video(result: AnalysisResult) -> Iterator[str]:
    source = result.source
    if source.fps is not None and source.fps < WANTED.good_fps:
        yield f"Record at {units.rate(30)} or more (here {units.rate(source.fps)})."
    if source.duration_s < SHORT_RECORDING_S:
        yield f"Record for longer: {units.seconds(10)} hold two smiles (here {units.seconds(source.duration_s)})."
    if result.quality.status is not Status.NOT_ASSESSABLE and result.movement.status is Status.NOT_ASSESSABLE:
        yield (
            "Ask for the largest smile possible: one mouth corner must move more than "
            f"{units.millimetres(result.movement.gate_mm or WANTED.gate_mm)}."
        )


def _cost_much(result: AnalysisResult, rejection: str) -> bool:
    return result.quality.frames_rejected.get(rejection, 0) > MANY_FRAMES * max(result.source.frames, 1)


def eye_distance_px(instance: AssessedInstance) -> float | None:
    """Median distance between the iris centres in pixels; none where no face was found."""
    distances = instance.signals["iod_px"].to_numpy(dtype=np.float64)
    distances = distances[np.isfinite(distances)]
    return float(np.median(distances)) if distances.size else None
