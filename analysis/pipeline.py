"""A recording to its result: frames and timestamps in, a value and a table of signals out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.commissure import relate
from analysis.head_frame import stable_among, to_head_frame
from analysis.looking import Seen, TimedPicture, look
from analysis.movement import Excursions, assess_movement
from analysis.quality import FrameSelection, judge, select_frames
from analysis.results import (
    AnalysisResult,
    Bilateral,
    Commissure,
    Movement,
    Provenance,
    Quality,
    Source,
    Status,
    TimestampSource,
)
from analysis.settings import PIPELINE_VERSION, AnalysisSettings
from analysis.signals import (
    Course,
    Rest,
    Scale,
    brow_heights,
    brow_raise,
    commissure_excursion,
    empty_table,
    find_rest,
    iris_scale,
    signal_table,
)
from analysis.smoothing import smooth, window_length
from analysis.tracker import FaceTracker
from analysis.witness import BROW, MOUTH, judged, watch


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is known of a recording besides its pictures."""

    kind: Literal["video", "image"]
    timestamps: Literal["file", "assumed"]
    sop_instance_uid: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Analysis:
    """The result value and the signals it was computed from (columns as in ``signals.COLUMNS``)."""

    result: AnalysisResult
    signals: pd.DataFrame


def analyse(
    pictures: Iterable[TimedPicture],
    recording: Recording,
    *,
    trackers: Sequence[FaceTracker],
    settings: AnalysisSettings,
    provenance: Provenance,
    remarks: Callable[[], Sequence[str]] = tuple,
) -> Analysis:
    """Measure one recording. Anything a face can do gives a result; only broken input raises, from ``pictures``.

    ``trackers`` work side by side, one thread each; the result is the same with any number. ``remarks`` is asked after the last
    picture for what was wrong with the recording itself; each limits the quality.
    """
    seen = look(pictures, trackers, mirrored=settings.mirrored)
    return measure(seen, recording, settings=settings, provenance=provenance, remarks=remarks())


def measure(
    seen: Seen, recording: Recording, *, settings: AnalysisSettings, provenance: Provenance, remarks: Sequence[str] = ()
) -> Analysis:
    """The result of what was seen; pure."""
    source = _describe(seen, recording, mirrored=settings.mirrored)
    interval = 1 / source.fps if source.fps else 0.0
    selection = select_frames(seen, settings, interval_s=interval)
    if not selection.used.any():
        quality = judge(source, seen.track, selection, None, settings, remarks)
        table = empty_table(seen.times_s)
        table["face"] = seen.track.present
        for column in ("yaw_deg", "pitch_deg", "roll_deg", "iod_px"):
            table[column] = getattr(seen.track, column)
        return Analysis(result=_without_movement(source, quality, provenance), signals=table)
    return _measure(seen, source, selection, settings, provenance, remarks)


def provenance(software: str, model_sha256: str, settings: AnalysisSettings, created: datetime) -> Provenance:
    """Where the numbers come from."""
    return Provenance(
        software=software,
        model_sha256=model_sha256,
        config_sha256=settings.sha256,
        pipeline_version=PIPELINE_VERSION,
        created=created,
    )


def _describe(seen: Seen, recording: Recording, *, mirrored: bool) -> Source:
    n = len(seen.times_s)
    video = recording.kind == "video"
    interval = float(np.median(np.diff(seen.times_s))) if n > 1 else 0.0
    return Source(
        sop_instance_uid=recording.sop_instance_uid,
        kind=recording.kind,
        frames=n,
        fps=1 / interval if video and interval > 0 else None,
        duration_s=float(seen.times_s[-1]) + interval if n and video else 0.0,
        timestamps=TimestampSource(recording.timestamps),
        mirrored=mirrored,
    )


def _measure(
    seen: Seen,
    source: Source,
    selection: FrameSelection,
    settings: AnalysisSettings,
    provenance: Provenance,
    remarks: Sequence[str],
) -> Analysis:
    used = selection.used
    head = _in_head_frame(seen, selection, source, settings)
    scale = iris_scale(head, used, iris_diameter_mm=settings.iris_diameter_mm)
    quality = judge(source, seen.track, selection, scale, settings, remarks)
    movable = source.kind == "video" and quality.status is not Status.NOT_ASSESSABLE
    rest = find_rest(seen.track, seen.times_s, used) if movable else None
    if rest is None:
        table = signal_table(
            seen.times_s, seen.track, used, head, scale=scale, brows=brow_heights(head), excursion=None
        )
        return Analysis(result=_without_movement(source, quality, provenance), signals=table)
    interval = float(np.median(np.diff(seen.times_s)))
    landmarks = commissure_excursion(head, used, rest, floor_sd=settings.side_floor_rest_sd)
    iod_px = scale.mm_per_iod / scale.mm_per_px
    activity = np.where(used, np.abs(landmarks[0].px) + np.abs(landmarks[1].px), np.nan)
    texture = watch(seen.glimpses, seen.halves, rest.frames(len(used)), activity) if selection.by_halves else None
    excursion, _ = judged(texture, MOUTH, landmarks, iod_px=iod_px)
    raised = brow_raise(head, rest)
    corrected, _ = judged(texture, BROW, raised, iod_px=iod_px)
    brows = [
        height + after.px - before.px
        for height, before, after in zip(brow_heights(head), raised, corrected, strict=True)
    ]
    table = signal_table(
        seen.times_s, seen.track, used, head, scale=scale, brows=(brows[0], brows[1]), excursion=excursion
    )
    movement, commissure = _relate(seen, used, rest, excursion, scale, interval, settings)
    result = AnalysisResult(
        source=source, quality=quality, movement=movement, commissure=commissure, provenance=provenance
    )
    return Analysis(result=result, signals=table)


def _in_head_frame(
    seen: Seen, selection: FrameSelection, source: Source, settings: AnalysisSettings
) -> NDArray[np.float64]:
    """(n, k, 3): what is measured, in the head frame. Heads move slowly: the fit rests on smoothed places."""
    samples = window_length(settings.smoothing_s, 1 / source.fps) if source.fps else 0
    used = selection.used
    points = np.where(used[:, None, None], seen.track.points, np.nan)
    if selection.by_halves:
        # how deep a point lies only the plain look knows: to a half-face picture every face is seen from the front
        depth = smooth(points[..., 2:], used, samples=samples) if samples else points[..., 2:]
        points = np.concatenate([np.where(used[:, None, None], seen.halves, np.nan), depth], axis=2)
    if not samples:
        return to_head_frame(points)
    return to_head_frame(points, smooth(stable_among(points), used, samples=samples))


def _relate(
    seen: Seen,
    used: NDArray[np.bool_],
    rest: Rest,
    excursion: tuple[Course, Course],
    scale: Scale,
    interval_s: float,
    settings: AnalysisSettings,
) -> tuple[Movement, Commissure]:
    samples = window_length(settings.smoothing_s, interval_s)
    right, left = (side.px * scale.mm_per_px for side in excursion)
    smoothed = Excursions(
        times_s=seen.times_s, right=smooth(right, used, samples=samples), left=smooth(left, used, samples=samples)
    )
    rest_sd = Bilateral(right=rest.noise(right), left=rest.noise(left))
    movement = assess_movement(smoothed, rest_sd, settings)
    return movement, relate(smoothed, movement, settings)


def _without_movement(source: Source, quality: Quality, provenance: Provenance) -> AnalysisResult:
    reason = (
        quality.reasons[0]
        if quality.status is Status.NOT_ASSESSABLE
        else "single image: movement cannot be seen in one picture"
        if source.kind == "image"
        else "no rest: the face is nowhere seen for half a second without a break, so movement cannot be told from noise"
    )
    return AnalysisResult(
        source=source,
        quality=quality,
        movement=Movement(status=Status.NOT_ASSESSABLE, reason=reason),
        commissure=Commissure(status=Status.NOT_ASSESSABLE, reason=reason),
        provenance=provenance,
    )
