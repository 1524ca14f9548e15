"""The regional measures of a face, frame by frame: Emotrics' set (Guarin et al. 2018) on every picture of a recording.

Emotrics' axes are the line of the pupils and its perpendicular midway between them. Here both are taken where the pupils are at
rest, in the head frame: a gaze that wanders or an eye that is shut does not carry the axes with it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.anatomy import HalfFace
from analysis.palsy.postures import HalfPosture
from analysis.signals import Course, Rest
from analysis.values import Side

Points = NDArray[np.float64]
_LOWER_LIP_MIDDLE = 17


@dataclass(frozen=True, kw_only=True, eq=False)
class HalfCourses:
    """One side over n frames, (n,) each, NaN where a frame is not used; fields and units as in ``postures.HalfPosture``."""

    brow_height_mm: Points
    mrd1_mm: Points
    mrd2_mm: Points
    commissure_excursion_mm: Points
    smile_angle_deg: Points
    commissure_out_mm: Points
    commissure_up_mm: Points
    commissure_travel_mm: Points
    upper_lip_mm: Points
    lower_lip_mm: Points
    dental_show_mm: Points
    nasolabial_angle_deg: Points

    @property
    def fissure_mm(self) -> Points:
        """Palpebral fissure height."""
        return self.mrd1_mm + self.mrd2_mm

    def median(self, frames: NDArray[np.bool_]) -> HalfPosture:
        """The medians over some frames."""
        return HalfPosture(**{field.name: middle(getattr(self, field.name)[frames]) for field in fields(self)})


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceCourses:
    """Both sides; times in seconds, (n,)."""

    times_s: Points
    used: NDArray[np.bool_]
    right: HalfCourses
    left: HalfCourses

    def side(self, side: Side) -> HalfCourses:
        """One of them."""
        return self.right if side is Side.RIGHT else self.left


def middle(values: Points) -> float:
    """Median of what was seen; NaN where nothing was."""
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else float("nan")


def face_courses(
    times_s: Points,
    head: Points,
    used: NDArray[np.bool_],
    rest: Rest,
    *,
    mm_per_px: float,
    excursion: tuple[Course, Course],
    brows: tuple[Points, Points],
    lids_hidden: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> FaceCourses:
    """From the points of a recording in the head frame, (n, k, 3).

    ``excursion`` are the courses of the right and left mouth corner and ``brows`` the heights (n,) of the brows, both put right
    by texture, in pixels of the head frame. In the frames ``lids_hidden``, (n,), the right and the left lids cannot be seen.
    """
    at = _on_pupil_axes(np.where(used[:, None, None], head[..., :2], np.nan), rest) * mm_per_px
    crossing = at[:, anatomy.ROW[_LOWER_LIP_MIDDLE], 1]
    sides = [
        _half(at, rest, half, outward, crossing, travel, brow * mm_per_px, hidden, mm_per_px=mm_per_px)
        for half, outward, travel, brow, hidden in zip(
            (anatomy.RIGHT, anatomy.LEFT), (-1.0, 1.0), excursion, brows, lids_hidden, strict=True
        )
    ]
    return FaceCourses(times_s=times_s, used=used, right=sides[0], left=sides[1])


def _on_pupil_axes(points: Points, rest: Rest) -> Points:
    """Points (n, k, 2) with the origin midway between the pupils at rest and x from the right pupil to the left one."""
    right, left = (rest.position(points[:, anatomy.ROW[half.iris_centre]]) for half in (anatomy.RIGHT, anatomy.LEFT))
    x = (left - right) / np.linalg.norm(left - right)
    return np.asarray((points - (right + left) / 2) @ np.column_stack([x, (-x[1], x[0])]))


def _half(
    at: Points,
    rest: Rest,
    half: HalfFace,
    outward: float,
    crossing: Points,
    travel: Course,
    brow: Points,
    lids_hidden: NDArray[np.bool_],
    *,
    mm_per_px: float,
) -> HalfCourses:
    def of(point: int) -> Points:
        return np.asarray(at[:, anatomy.ROW[point]] * (outward, 1.0))

    def height(*points: int) -> Points:
        return np.asarray(np.mean([of(point)[:, 1] for point in points], axis=0))

    corner = _put_right(of(half.commissure), rest, travel, mm_per_px=mm_per_px)
    to_corner = corner - np.column_stack([np.zeros_like(crossing), crossing])
    excursion = np.hypot(*to_corner.T)
    raw_brow = height(*half.brow)
    wing = corner - of(half.nose_wing)
    return HalfCourses(
        brow_height_mm=brow - float(rest.position(brow)) + float(rest.position(raw_brow)),
        mrd1_mm=np.where(lids_hidden, np.nan, height(half.upper_lid, *half.upper_lid_beside)),
        mrd2_mm=np.where(lids_hidden, np.nan, -height(half.lower_lid, *half.lower_lid_beside)),
        commissure_excursion_mm=excursion,
        smile_angle_deg=90 + np.degrees(np.arcsin(np.clip(to_corner[:, 1] / excursion, -1, 1))),
        commissure_out_mm=corner[:, 0],
        commissure_up_mm=corner[:, 1],
        commissure_travel_mm=np.where(np.isfinite(corner[:, 0]), travel.px * mm_per_px, np.nan),
        upper_lip_mm=height(half.lips.upper),
        lower_lip_mm=height(half.lips.lower),
        dental_show_mm=np.maximum(height(half.lips.inner_upper) - height(half.lips.inner_lower), 0),
        nasolabial_angle_deg=np.degrees(np.arctan2(wing[:, 0], -wing[:, 1])),
    )


def _put_right(corner: Points, rest: Rest, travel: Course, *, mm_per_px: float) -> Points:
    """The corner (n, 2), moved along its axis to where texture says that it is."""
    along = (corner - rest.position(corner)) @ travel.axis
    return corner + (travel.px * mm_per_px - along)[:, None] * travel.axis
