"""What was seen, as movements in the head frame: by half-face pictures or plain looks, put right by the skin's texture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.calibration import Gain
from analysis.head_frame import to_head_frame
from analysis.looking import Seen
from analysis.quality import FrameSelection, Rejection
from analysis.results import BilateralGains, LandmarkGain, Tracking
from analysis.settings import AnalysisSettings
from analysis.signals import Course, Rest, brow_heights, brow_raise, commissure_excursion, eyes_open
from analysis.smoothing import smooth
from analysis.witness import BROW, MOUTH, Texture, judged, watch

Points = NDArray[np.float64]
_CORNERS = [anatomy.ROW[side.commissure] for side in (anatomy.RIGHT, anatomy.LEFT)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """Excursions of the right and left commissure and heights (n,) of the right and left brow, in pixels of the head frame."""

    excursion: tuple[Course, Course]
    gains: tuple[Gain, Gain]
    brows: tuple[NDArray[np.float64], NDArray[np.float64]]
    brow_gains: tuple[Gain, Gain]
    turned_deg: float
    tracking: Tracking

    def smoothed_excursion(self, used: NDArray[np.bool_], samples: int) -> tuple[Course, Course]:
        """The excursions without phase, (n,); as they are where ``samples`` is 0."""
        right, left = (replace(course, px=_smoothed(course.px, used, samples)) for course in self.excursion)
        return right, left

    def smoothed_brows(self, used: NDArray[np.bool_], samples: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same of the brows' heights."""
        right, left = (_smoothed(height, used, samples) for height in self.brows)
        return right, left


def _smoothed(values: NDArray[np.float64], used: NDArray[np.bool_], samples: int) -> NDArray[np.float64]:
    return smooth(values, used, samples=samples) if samples else np.where(used, values, np.nan)


def measured_head(seen: Seen, selection: FrameSelection, *, samples: int) -> Points:
    """(n, k, 3): what is measured, in the head frame. Heads move slowly: the fit rests on places smoothed over ``samples``."""
    return _head(seen, selection.used, by_halves=selection.by_halves, samples=samples)


def _head(seen: Seen, used: NDArray[np.bool_], *, by_halves: bool, samples: int) -> Points:
    points = np.where(used[:, None, None], seen.track.points, np.nan)
    if by_halves:
        # how deep a point lies only the plain look knows: to a half-face picture every face is seen from the front
        depth = smooth(points[..., 2:], used, samples=samples) if samples else points[..., 2:]
        points = np.concatenate([np.where(used[:, None, None], seen.halves, np.nan), depth], axis=2)
    return to_head_frame(points, smooth(points, used, samples=samples) if samples else None)


def read(
    seen: Seen,
    selection: FrameSelection,
    head: Points,
    rest: Rest,
    settings: AnalysisSettings,
    *,
    iod_px: float,
    samples: int,
) -> Readings:
    """Movements from rest, each side's landmarks multiplied by what texture says of them."""
    used = selection.used
    corners = commissure_excursion(head, used, rest, floor_sd=settings.side_floor_rest_sd)
    raised = brow_raise(head, rest)
    excursion, gains = judged(
        _texture(seen, selection, rest, corners, MOUTH, used), corners, noise_px=_noise(corners, rest), iod_px=iod_px
    )
    # lids that close carry the landmarks of the brow along, not its skin: that says nothing of how a raise is read
    of_brows = _texture(seen, selection, rest, raised, BROW, used & eyes_open(head, used))
    put_right, brow_gains = judged(of_brows, raised, noise_px=_noise(raised, rest), iod_px=iod_px)
    right, left = (
        height + after.px - before.px
        for height, before, after in zip(brow_heights(head), raised, put_right, strict=True)
    )
    return Readings(
        excursion=excursion,
        gains=gains,
        brows=(right, left),
        brow_gains=brow_gains,
        turned_deg=_turned_deg(seen, used, rest, corners),
        tracking=Tracking(
            method="half_faces" if selection.by_halves else "plain",
            half_lost=selection.rejected.get(Rejection.HALF_LOST, 0),
            discrepancy_iod=_discrepancy(seen, used, head, rest, samples=samples) / iod_px
            if selection.by_halves
            else None,
            mouth=_as_result(gains),
            brow=_as_result(brow_gains),
        ),
    )


def _texture(
    seen: Seen,
    selection: FrameSelection,
    rest: Rest,
    courses: tuple[Course, Course],
    parts: tuple[Sequence[int], Sequence[int]],
    where: NDArray[np.bool_],
) -> Texture | None:
    """What the skin shows of a pair of parts in the frames ``where``, (n,); None where the sides were not measured apart."""
    if not selection.by_halves:
        return None
    activity = np.where(where, np.abs(courses[0].px) + np.abs(courses[1].px), np.nan)
    pose = np.column_stack([seen.track.yaw_deg, seen.track.pitch_deg])
    return watch(seen.glimpses, seen.halves, rest.frames(len(where)), activity, pose, parts)


def _noise(courses: tuple[Course, Course], rest: Rest) -> tuple[float, float]:
    right, left = (rest.least_noise(course.px) for course in courses)
    return right, left


def _turned_deg(seen: Seen, used: NDArray[np.bool_], rest: Rest, corners: tuple[Course, Course]) -> float:
    """How far yaw and pitch lie from where they were at rest: RMS over the frames in which the mouth has gone furthest."""
    pose = np.column_stack([seen.track.yaw_deg, seen.track.pitch_deg])
    gone = np.where(used, np.abs(corners[0].px) + np.abs(corners[1].px), np.nan)
    far = used & (gone >= np.nanquantile(gone, 0.95) / 2)
    return float(np.sqrt(((pose[far] - pose[rest.frames(len(used))].mean(axis=0)) ** 2).sum(axis=1).mean()))


def _discrepancy(seen: Seen, used: NDArray[np.bool_], head: Points, rest: Rest, *, samples: int) -> float:
    """RMS over frames and mouth corners, px, of the difference in movement from rest between ``head`` and plain looks."""
    apart = (head - _head(seen, used, by_halves=False, samples=samples))[:, _CORNERS, :2]
    from_rest = apart - rest.position(apart)
    return float(np.sqrt((from_rest[used] ** 2).sum(axis=2).mean()))


def _as_result(gains: tuple[Gain, Gain]) -> BilateralGains:
    right, left = (LandmarkGain(factor=gain.own, sd=gain.own_sd, pictures=gain.pictures) for gain in gains)
    return BilateralGains(right=right, left=left)
