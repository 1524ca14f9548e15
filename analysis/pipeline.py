"""A recording to its result: frames and timestamps in, a value and a table of signals out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.commissure import relate
from analysis.looking import Seen, TimedPicture, look
from analysis.movement import Excursions, assess_movement, no_steady_rest
from analysis.palsy.postures import Task
from analysis.palsy.recording import courses_of, examine, movements, smiles_among_others, trust_of
from analysis.palsy.results import Palsy
from analysis.palsy.stills import measure_still
from analysis.picture_limits import picture_limits
from analysis.quality import FrameSelection, doubting, judge, select_frames
from analysis.readings import Readings, measured_head, read
from analysis.results import AnalysisResult, Commissure, Movement, Provenance, Quality, Segment, Source, TimestampSource
from analysis.settings import PIPELINE_VERSION, AnalysisSettings
from analysis.signals import (
    Rest,
    Scale,
    brow_heights,
    empty_table,
    eyes_open,
    find_rest,
    iris_scale,
    signal_table,
    where_it_dwells,
)
from analysis.smoothing import smooth, window_length
from analysis.spasm.assess import refused
from analysis.spasm.recording import examine as look_for_spasms
from analysis.spasm.recording import trains_of
from analysis.spasm.results import Blinks
from analysis.tracker import FaceTracker
from analysis.values import Bilateral, Status


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is known of a recording besides its pictures."""

    kind: Literal["video", "image"]
    timestamps: Literal["file", "assumed"]
    sop_instance_uid: str | None = None
    task: Task | None = None
    """The one standard movement that the recording is said to show."""


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

    Times have to increase, as those of ``dicom_io.frames`` do.

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
    remarks = [*picture_limits(selection.pictures, seen.times_s, source.fps, settings), *remarks]
    if not selection.used.any():
        quality = judge(source, seen.track, selection, None, settings, remarks)
        table = empty_table(seen.times_s)
        table["face"] = seen.track.present
        for column in ("yaw_deg", "pitch_deg", "roll_deg", "iod_px"):
            table[column] = getattr(seen.track, column)
        return Analysis(result=_without_movement(source, quality, provenance), signals=table)
    return _measure(seen, source, selection, settings, provenance, remarks, task=recording.task)


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
    *,
    task: Task | None,
) -> Analysis:
    used = selection.used
    samples = window_length(settings.smoothing_s, 1 / source.fps) if source.fps else 0
    head = measured_head(seen, selection, samples=samples)
    scale = iris_scale(head, used, iris_diameter_mm=settings.iris_diameter_mm)
    quality = judge(source, seen.track, selection, scale, settings, remarks)
    movable = source.kind == "video" and quality.status is not Status.NOT_ASSESSABLE
    rest = None
    if movable:
        rest = find_rest(seen.track, seen.times_s, used, selection.pictures.repeated, eyes_open(head, used))
    if rest is None:
        table = signal_table(
            seen.times_s, seen.track, used, head, scale=scale, brows=brow_heights(head), excursion=None
        )
        still = None
        if source.kind == "image" and quality.status is not Status.NOT_ASSESSABLE:
            still = measure_still(
                head,
                used,
                _lids_hidden(selection),
                mm_per_px=scale.mm_per_px,
                label=task,
                source=source.sop_instance_uid,
            )
        return Analysis(
            result=_without_movement(source, quality, provenance, palsy=still),
            signals=_without_hidden_lids(table, selection),
        )
    rest = where_it_dwells(rest, head, used, seen.times_s, tolerance_px=settings.gate_mm / 2 / scale.mm_per_px)
    readings = read(seen, selection, head, rest, settings, iod_px=scale.mm_per_iod / scale.mm_per_px, samples=samples)
    table = signal_table(
        seen.times_s, seen.track, used, head, scale=scale, brows=readings.brows, excursion=readings.excursion
    )
    quality = doubting(quality, readings.tracking, settings)
    rest_sd = _rest_sd_mm(readings, rest, scale)
    unsteady = no_steady_rest(rest_sd, settings)
    courses = partial(
        courses_of, seen, head, used, rest, readings, lids_hidden=_lids_hidden(selection), mm_per_px=scale.mm_per_px
    )
    spasm, blinks = look_for_spasms(
        courses(samples=0),
        rest,
        movements(courses(samples=samples), rest, settings),
        settings.spasm,
        mm_per_iod=scale.mm_per_iod,
        source=source.sop_instance_uid,
        limits=(*quality.reasons, *([unsteady] if unsteady else [])),
    )
    palsy = (
        Palsy(status=Status.NOT_ASSESSABLE, reason=unsteady)
        if unsteady
        else examine(
            courses(samples=samples),
            rest,
            trust_of(seen, readings),
            settings,
            limits=quality.reasons,
            label=task,
            source=source.sop_instance_uid,
            without=trains_of(spasm),
        )
    )
    smiles = smiles_among_others(palsy.movements, lead_s=settings.segment_lead_s)
    movement, commissure = _relate(
        seen.times_s, used, rest_sd, readings, scale, settings, samples=samples, smiles=smiles
    )
    result = AnalysisResult(
        source=source,
        quality=quality,
        tracking=readings.tracking,
        movement=movement,
        commissure=commissure,
        palsy=palsy,
        spasm=spasm,
        blinks=blinks,
        provenance=provenance,
    )
    return Analysis(result=result, signals=_without_hidden_lids(table, selection))


def _without_hidden_lids(table: pd.DataFrame, selection: FrameSelection) -> pd.DataFrame:
    for side, hidden in zip(("right", "left"), _lids_hidden(selection), strict=True):
        table.loc[hidden, f"{side}_aperture_mm"] = np.nan
    return table


def _lids_hidden(selection: FrameSelection) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    seen = selection.pictures
    return seen.eye_hidden_right | seen.dark_glasses, seen.eye_hidden_left | seen.dark_glasses


def _rest_sd_mm(readings: Readings, rest: Rest, scale: Scale) -> Bilateral:
    right, left = (rest.noise(side.px * scale.mm_per_px) for side in readings.excursion)
    return Bilateral(right=right, left=left)


def _relate(
    times_s: NDArray[np.float64],
    used: NDArray[np.bool_],
    rest_sd: Bilateral,
    readings: Readings,
    scale: Scale,
    settings: AnalysisSettings,
    *,
    samples: int,
    smiles: tuple[Segment, ...],
) -> tuple[Movement, Commissure]:
    right, left = (side.px * scale.mm_per_px for side in readings.excursion)
    smoothed = Excursions(
        times_s=times_s,
        right=smooth(right, used, samples=samples),
        left=smooth(left, used, samples=samples),
        turned_deg=readings.turned_deg,
    )
    movement = assess_movement(smoothed, rest_sd, readings.gains, settings, smiles=smiles)
    return movement, relate(smoothed, movement, readings.gains, settings, leak=_leak(readings, settings))


def _leak(readings: Readings, settings: AnalysisSettings) -> float:
    """The amplitude ratio that a corner at complete rest may read, the way this recording was tracked."""
    if readings.tracking.method == "plain":
        return settings.plain_leak
    vouched = all(gain.pictures > 0 for gain in readings.gains)
    return settings.texture_leak if vouched else settings.half_face_leak


def _without_movement(
    source: Source, quality: Quality, provenance: Provenance, *, palsy: Palsy | None = None
) -> AnalysisResult:
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
        palsy=palsy or Palsy(status=Status.NOT_ASSESSABLE, reason=reason),
        spasm=refused(reason),
        blinks=Blinks(status=Status.NOT_ASSESSABLE, reason=reason),
        provenance=provenance,
    )
