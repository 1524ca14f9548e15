"""Synthetic patients of ``spasm_faces`` as the regional measures that spasms are looked for in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.palsy.results import Repetition
from analysis.signals import Rest
from analysis.spasm.recording import examine
from analysis.spasm.results import Blinks, Spasm
from analysis.spasm.settings import SpasmSettings
from tests.spasm_faces import SpasmCourses

_CORNER_MM = (26.0, -45.0)
_BROW_MM = 22.0
_REST_S = 0.5
SETTINGS = SpasmSettings()


def as_courses(filmed: SpasmCourses) -> FaceCourses:
    """Lids, mouth corners and brows where they are read; whatever else a face does is still."""
    right, left = (_half(filmed, side) for side in (0, 1))
    return FaceCourses(times_s=filmed.times_s, used=filmed.used, right=right, left=left)


def _half(filmed: SpasmCourses, side: int) -> HalfCourses:
    still = np.where(filmed.used, 0.0, np.nan)
    corner = filmed.corner_mm[:, side] + _CORNER_MM
    return HalfCourses(
        brow_height_mm=_BROW_MM + filmed.brow_mm[:, side],
        mrd1_mm=0.4 * filmed.aperture_mm[:, side],
        mrd2_mm=0.6 * filmed.aperture_mm[:, side],
        commissure_excursion_mm=still,
        smile_angle_deg=still,
        commissure_out_mm=corner[:, 0],
        commissure_up_mm=corner[:, 1],
        commissure_travel_mm=np.hypot(*filmed.corner_mm[:, side].T),
        upper_lip_mm=still,
        lower_lip_mm=still,
        dental_show_mm=still,
        nasolabial_angle_deg=still,
    )


def at_rest(filmed: SpasmCourses) -> Rest:
    """The tenth of all half seconds in which eyes and mouth do least."""
    open_mm = np.nanquantile(filmed.aperture_mm, 0.9, axis=0)
    does = (np.abs(1 - filmed.aperture_mm / open_mm) + np.hypot(*np.moveaxis(filmed.corner_mm, 2, 0)) / 3).max(axis=1)
    frames = max(round(_REST_S / float(np.median(np.diff(filmed.times_s)))), 4)
    starts = [start for start in range(0, len(does) - frames, max(frames // 4, 1)) if _seen(does, start, frames)]
    activity = np.array([does[start : start + frames].mean() for start in starts])
    least = np.quantile(activity, 0.1)
    windows = (slice(start, start + frames) for start, one in zip(starts, activity, strict=True) if one <= least)
    return Rest(windows=tuple(windows))


def _seen(values: NDArray[np.float64], start: int, frames: int) -> bool:
    return bool(np.isfinite(values[start : start + frames]).all())


def examined(
    filmed: SpasmCourses, movements: Sequence[Repetition] = (), settings: SpasmSettings = SETTINGS
) -> tuple[Spasm, Blinks]:
    """What is said of them."""
    return examine(as_courses(filmed), at_rest(filmed), movements, settings, mm_per_iod=filmed.iod_mm)
