"""Which frames are used, and what the recording as a whole is good for, in words a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.looking import Seen
from analysis.picture_quality import PictureQuality, judge_pictures
from analysis.results import Quality, Source, TimestampSource, Tracking
from analysis.settings import AnalysisSettings
from analysis.signals import Scale
from analysis.smoothing import runs
from analysis.subject import FaceTrack
from analysis.values import Status

_PLAUSIBLE_IOD_MM: Final = (45.0, 80.0)
"""Inter-iris distance from a small child to a large adult (54-74 mm in adults: Dodgson 2004), with room for error."""

_STRANGER_SHARE: Final = 0.02
_OUTLINE: Final = {
    10,
    151,
    152,
    *anatomy.RIGHT.temple,
    *anatomy.LEFT.temple,
    *anatomy.RIGHT.forehead,
    *anatomy.LEFT.forehead,
}
_INNER: Final = [row for point, row in anatomy.ROW.items() if point not in _OUTLINE]
"""What must be in the picture: a cut-off forehead or chin does not disturb the eyes and the mouth."""


class Rejection(StrEnum):
    """Why a frame is not used; the first that applies."""

    NO_FACE = "no_face"
    TURNED_AWAY = "turned_away"
    FACE_TOO_SMALL = "face_too_small"
    OUT_OF_PICTURE = "out_of_picture"
    TILTED = "tilted"
    CUT = "cut"
    BLURRED = "blurred"
    MOUTH_HIDDEN = "mouth_hidden"
    HALF_LOST = "half_lost"
    BRIEF = "brief"


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameSelection:
    """(n,) which frames are used, how many were rejected for what, and whether the half-face pictures are what is measured."""

    used: NDArray[np.bool_]
    rejected: dict[Rejection, int]
    by_halves: bool
    pictures: PictureQuality


def select_frames(seen: Seen, settings: AnalysisSettings, *, interval_s: float = 0.0) -> FrameSelection:
    """Judge every frame by pose, face size and completeness.

    Each side's places come from its own half-face picture; frames without are not used. Where most of a recording has none,
    all of it is measured by the plain looks instead: the two are never mixed, because they are not wrong in the same way.

    ``interval_s`` is the median frame interval of a video: good frames that stand alone for less than ``min_run_s`` are not used.
    """
    track, size = seen.track, seen.size
    found_at = list(track.found_at)
    found = np.full_like(track.points, np.nan)
    found[found_at] = track.points[found_at]
    pictures = judge_pictures(
        seen.changes,
        track.looks,
        np.array(track.looked_at, dtype=np.int_),
        found,
        seen.times_s,
        max_blur_iod=settings.max_blur_iod,
    )
    half_lost = np.asarray(np.isnan(seen.halves).any(axis=(1, 2)))
    width, height = size
    inner = track.points[:, _INNER, :2]
    with np.errstate(invalid="ignore"):
        outside = (
            (inner < 0) | (inner > np.array([width - 1, height - 1], dtype=np.float64))
        ).any(axis=(1, 2))  # fmt: skip
        checks = {
            Rejection.NO_FACE: ~track.present,
            Rejection.TURNED_AWAY: (np.abs(track.yaw_deg) > settings.max_yaw_deg)
            | (np.abs(track.pitch_deg) > settings.max_pitch_deg),
            Rejection.TILTED: np.abs(track.roll_deg) > settings.max_roll_deg,
            Rejection.FACE_TOO_SMALL: track.iod_px < settings.min_iod_px,
            Rejection.OUT_OF_PICTURE: outside,
            Rejection.BLURRED: pictures.blurred,
            Rejection.MOUTH_HIDDEN: pictures.mouth_hidden,
            # one frame is left out so that nothing is carried from before a cut to after it
            Rejection.CUT: pictures.cut,
        }
    used = np.ones(len(track.iod_px), dtype=np.bool_)
    rejected: dict[Rejection, int] = {}
    for reason, applies in checks.items():
        rejected[reason] = int((applies & used).sum())
        used = used & ~applies
    by_halves = bool(used.any() and half_lost[used].mean() < 1 - settings.min_halves_share)
    if by_halves:
        rejected[Rejection.HALF_LOST] = int((half_lost & used).sum())
        used = used & ~half_lost
    if interval_s > 0:
        brief = _brief(used, shortest=settings.min_run_s / interval_s, gap=settings.segment_gap_s / interval_s)
        rejected[Rejection.BRIEF] = int(brief.sum())
        used = used & ~brief
    return FrameSelection(
        used=used,
        rejected={reason: n for reason, n in rejected.items() if n},
        by_halves=by_halves,
        pictures=pictures,
    )


def _brief(used: NDArray[np.bool_], *, shortest: float, gap: float) -> NDArray[np.bool_]:
    """(n,) used frames of stretches with fewer than ``shortest`` of them; a hole of up to ``gap`` frames breaks no stretch."""
    closed = used.copy()
    for hole in runs(~used):
        if hole.start > 0 and hole.stop < len(used) and hole.stop - hole.start <= gap:
            closed[hole] = True
    brief = np.zeros(len(used), dtype=np.bool_)
    for stretch in runs(closed):
        brief[stretch] = used[stretch] & (used[stretch].sum() < round(shortest))
    return brief


def judge(
    source: Source,
    track: FaceTrack,
    selection: FrameSelection,
    scale: Scale | None,
    settings: AnalysisSettings,
    remarks: Sequence[str],
) -> Quality:
    """The quality section: a status, and a reason for every limit that was met; ``remarks`` are limits of the file."""
    frames_used = int(selection.used.sum())
    analysable_s = source.duration_s * frames_used / source.frames if source.frames else 0.0
    refusals = _refusals(source, track, selection, analysable_s, settings)
    limits = [
        limit for limit in (*_limits(source, track, selection, scale, settings), *remarks) if limit not in refusals
    ]
    status = Status.NOT_ASSESSABLE if refusals else Status.LIMITED if limits else Status.GOOD
    return Quality(
        status=status,
        reasons=(*refusals, *limits),
        analysable_s=analysable_s,
        frames_used=frames_used,
        frames_rejected={str(reason): n for reason, n in selection.rejected.items()},
        scale_mm_per_iod=scale.mm_per_iod if scale else None,
        scale_source=f"iris diameter {settings.iris_diameter_mm:.2f} mm (+-4 %)" if scale else None,
    )


def doubting(quality: Quality, tracking: Tracking, settings: AnalysisSettings) -> Quality:
    """The quality section, limited where two ways of looking at the mouth contradict each other."""
    apart = tracking.discrepancy_iod
    if apart is None or apart <= settings.max_discrepancy_iod:
        return quality
    reason = (
        f"tracking in doubt: half-face pictures and plain looks differ by {100 * apart:.0f} % of the inter-iris distance in "
        "the mouth corners' movement; is something in front of the face?"
    )
    return quality.model_copy(update={"status": Status.LIMITED, "reasons": (*quality.reasons, reason)})


def _rate(source: Source, selection: FrameSelection) -> float | None:
    """Different pictures per second as printed: 25 fps is 24.99999 when it comes from differences of times."""
    if source.fps is None:
        return None
    repeated = selection.pictures.repeated
    return round(source.fps * (1 - float(repeated.mean() if len(repeated) else 0.0)), 1)


def _refusals(
    source: Source, track: FaceTrack, selection: FrameSelection, analysable_s: float, settings: AnalysisSettings
) -> list[str]:
    if source.frames == 0:
        return ["no frames: nothing could be decoded"]
    too_little = (
        analysable_s < settings.min_analysable_s if source.kind == "video" else not selection.used.any()
    )  # fmt: skip
    if too_little:
        if not selection.rejected:
            return [
                f"too short: {analysable_s:.1f} s of usable video, at least {settings.min_analysable_s:.1f} s are needed"
            ]
        main = max(selection.rejected, key=lambda reason: selection.rejected[reason])
        return [_sentence(main, source, track, selection, settings)]
    fps = _rate(source, selection)
    if fps is not None and fps < settings.min_fps:
        return [f"frame rate too low: {fps:.1f} fps, at least {settings.min_fps:.0f} fps are needed"]
    return []


def _limits(
    source: Source, track: FaceTrack, selection: FrameSelection, scale: Scale | None, settings: AnalysisSettings
) -> list[str]:
    limits: list[str] = []
    fps = _rate(source, selection)
    if fps is not None and settings.min_fps <= fps < settings.good_fps:
        limits.append(f"frame rate low: {fps:.1f} fps, {settings.good_fps:.0f} fps or more are wanted")
    if source.timestamps is TimestampSource.ASSUMED:
        limits.append("frame rate assumed: the file does not say when its frames were taken, so times may be wrong")
    if not selection.used.any():
        return limits
    if round(float(np.median(track.iod_px[selection.used]))) < settings.good_iod_px:
        limits.append(
            f"face small: {np.median(track.iod_px[selection.used]):.0f} px between the irises, "
            f"{settings.good_iod_px:.0f} px or more are wanted"
        )
    if not selection.by_halves:
        limits.append(
            "sides not measured apart: no half-face picture could be made for most frames, so the two sides read more alike "
            "than they are"
        )
    if selection.used.mean() < settings.good_used_share and source.kind == "video":
        most = max(selection.rejected.values())
        limits += [
            _sentence(reason, source, track, selection, settings)
            for reason, n in selection.rejected.items()
            if n == most or n / source.frames > (1 - settings.good_used_share) / 2
        ]
    if track.bystander:
        limits.append("second person: another face of similar size is in the picture; the largest one was measured")
    if track.stranger_frames > _STRANGER_SHARE * source.frames:
        limits.append(f"another person: in {track.stranger_frames} frames somebody else is seen and not the subject")
    if track.returned:
        limits.append("face left the picture and came back: taken to be the same person because of its size")
    if scale and not _PLAUSIBLE_IOD_MM[0] <= scale.mm_per_iod <= _PLAUSIBLE_IOD_MM[1]:
        limits.append(
            f"scale doubtful: {scale.mm_per_iod:.0f} mm between the irises is not plausible, so no millimetre value is safe"
        )
    return limits


def _sentence(
    reason: Rejection, source: Source, track: FaceTrack, selection: FrameSelection, settings: AnalysisSettings
) -> str:
    share = f"{selection.rejected[reason]} of {source.frames} frames"
    if reason is Rejection.NO_FACE:
        return f"no face: none was found in {share}"
    if reason is Rejection.TURNED_AWAY:
        return (
            f"head turned away: more than {settings.max_yaw_deg:.0f} deg to a side or {settings.max_pitch_deg:.0f} deg "
            f"up or down in {share}"
        )
    if reason is Rejection.FACE_TOO_SMALL:
        return (
            f"face too small: {np.nanmedian(track.iod_px):.0f} px between the irises, at least "
            f"{settings.min_iod_px:.0f} px are needed, in {share}"
        )
    if reason is Rejection.TILTED:
        return f"head tilted: more than {settings.max_roll_deg:.0f} deg in {share}; turn the video upright"
    if reason is Rejection.BLURRED:
        return f"face too blurred: in {share}; focus on the face, hold still, give more light"
    if reason is Rejection.MOUTH_HIDDEN:
        return f"mouth covered: something is in front of it in {share}"
    if reason is Rejection.CUT:
        return f"cut: the recording is not continuous, {share} follow a cut"
    if reason is Rejection.HALF_LOST:
        return f"half of the face hidden or not recognised: {share}"
    if reason is Rejection.BRIEF:
        return f"face seen too briefly: for less than {settings.min_run_s:.1f} s at a stretch in {share}"
    return f"face cut off: part of it lies outside the picture in {share}"
