"""A face of a few points, whose every regional measure is worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import anatomy
from analysis.anatomy import HalfFace
from analysis.palsy.courses import FaceCourses, face_courses
from analysis.palsy.measuring import NAMES
from analysis.signals import Course, Rest
from analysis.values import Side

N = 12
TIMES_S = np.arange(N) / 30
REST = Rest(windows=(slice(0, 6),))
AXIS = np.array([0.8, 0.6])
SEEN = (np.zeros(N, dtype=np.bool_), np.zeros(N, dtype=np.bool_))
MOVING = slice(6, N)


def points(half: HalfFace) -> dict[int, tuple[float, float]]:
    """One side, outward and up from midway between the pupils, mm."""
    upper, lower = (half.upper_lid, *half.upper_lid_beside), (half.lower_lid, *half.lower_lid_beside)
    return {
        half.iris_centre: (31, 0),
        **dict(zip(upper, [(31, 4.5), (28, 3.9), (34, 3.6)], strict=True)),
        **dict(zip(lower, [(31, -6), (28, -5.7), (34, -5.4)], strict=True)),
        **dict(zip(half.brow, [(25, 23), (31, 25), (37, 24)], strict=True)),
        half.commissure: (26, -64),
        half.lips.upper: (13, -58),
        half.lips.lower: (13, -73),
        half.lips.inner_upper: (13, -63),
        half.lips.inner_lower: (13, -65),
        half.nose_wing: (17, -41),
    }


def face() -> NDArray[np.float64]:
    """(k, 2) of the picture: the subject's right is to the left."""
    placed = np.zeros((len(anatomy.KEPT), 2))
    for half, outward in ((anatomy.RIGHT, -1), (anatomy.LEFT, 1)):
        for point, (out, up) in points(half).items():
            placed[anatomy.ROW[point]] = (outward * out, up)
    placed[anatomy.ROW[17]] = (0, -76)
    return placed


def still() -> NDArray[np.float64]:
    """(n, k, 2)."""
    return np.repeat(face()[None], N, axis=0)


def measured(
    path: NDArray[np.float64],
    *,
    mm_per_px: float = 1.0,
    travel: float = 0.0,
    axis: NDArray[np.float64] = AXIS,
    hidden: tuple[NDArray[np.bool_], NDArray[np.bool_]] = SEEN,
) -> FaceCourses:
    """``travel`` is what texture says of the right corner in the second half, in pixels."""
    head = np.concatenate([path, np.zeros((N, path.shape[1], 1))], axis=2)
    px = np.zeros(N)
    px[MOVING] = travel
    brows = tuple(
        np.mean([path[:, anatomy.ROW[point], 1] for point in half.brow], axis=0)
        for half in (anatomy.RIGHT, anatomy.LEFT)
    )
    return face_courses(
        TIMES_S,
        head,
        np.ones(N, dtype=np.bool_),
        REST,
        mm_per_px=mm_per_px,
        excursion=(Course(px=px, axis=axis), Course(px=np.zeros(N), axis=axis)),
        brows=(brows[0], brows[1]),
        lids_hidden=hidden,
    )


def at(courses: FaceCourses, side: Side, name: str, frame: int = -1) -> float:
    return float(getattr(courses.side(side), name)[frame])


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("brow_height_mm", (23 + 25 + 24) / 3),
        ("mrd1_mm", (4.5 + 3.9 + 3.6) / 3),
        ("mrd2_mm", (6 + 5.7 + 5.4) / 3),
        ("fissure_mm", 4.0 + 5.7),
        # from (0, -76) to (26, -64)
        ("commissure_excursion_mm", (26**2 + 12**2) ** 0.5),
        ("smile_angle_deg", 90 + 24.7751),
        ("commissure_out_mm", 26),
        ("commissure_up_mm", -64),
        ("commissure_travel_mm", 0),
        ("upper_lip_mm", -58),
        ("lower_lip_mm", -73),
        ("dental_show_mm", 2),
        # from (17, -41) to (26, -64): 9 out, 23 down
        ("nasolabial_angle_deg", 21.3706),
    ],
)
def test_each_measure_worked_by_hand(side: Side, name: str, by_hand: float):
    assert at(measured(still()), side, name) == pytest.approx(by_hand, abs=1e-4)


def test_a_corner_is_moved_along_its_axis_to_where_texture_says():
    # 10 px along (0.8, 0.6): from (26, -64) to (34, -58); the left corner stays.
    courses = measured(still(), travel=10)
    assert at(courses, Side.RIGHT, "commissure_travel_mm") == 10
    assert at(courses, Side.RIGHT, "commissure_out_mm") == pytest.approx(34)
    assert at(courses, Side.RIGHT, "commissure_up_mm") == pytest.approx(-58)
    assert at(courses, Side.RIGHT, "commissure_excursion_mm") == pytest.approx((34**2 + 18**2) ** 0.5)
    assert at(courses, Side.RIGHT, "smile_angle_deg") == pytest.approx(90 + np.degrees(np.arctan2(18, 34)))
    assert at(courses, Side.RIGHT, "nasolabial_angle_deg") == pytest.approx(45)
    for name in NAMES:
        assert at(courses, Side.LEFT, name) == pytest.approx(at(courses, Side.LEFT, name, 0))


def test_what_landmarks_show_beside_the_axis_is_kept():
    path = still()
    path[MOVING, anatomy.ROW[61]] += (
        -(2 * 0.8 - 0.6),
        2 * 0.6 + 0.8,
    )  # 2 along the axis, 1 across it, of the right side
    courses = measured(path, travel=5)
    assert at(courses, Side.RIGHT, "commissure_out_mm") == pytest.approx(26 + 5 * 0.8 - 0.6)
    assert at(courses, Side.RIGHT, "commissure_up_mm") == pytest.approx(-64 + 5 * 0.6 + 0.8)


@pytest.mark.parametrize(
    ("point", "by", "name", "change"),
    [
        (159, (0, -3), "mrd1_mm", -1),  # one of three places of the lid
        (145, (0, 3), "mrd2_mm", -1),
        (39, (0, 2), "upper_lip_mm", 2),
        (181, (0, -2), "lower_lip_mm", -2),
        (178, (0, -3), "dental_show_mm", 3),
        (178, (0, 9), "dental_show_mm", -2),  # lips that overlap show no teeth
        (105, (0, 6), "brow_height_mm", 2),
        (98, (-9, 0), "nasolabial_angle_deg", -21.3706),
    ],
)
def test_a_point_that_moves_changes_its_own_measure_of_its_own_side(
    point: int, by: tuple[float, float], name: str, change: float
):
    path = still()
    path[MOVING, anatomy.ROW[point]] += by
    courses = measured(path)
    assert at(courses, Side.RIGHT, name) - at(courses, Side.RIGHT, name, 0) == pytest.approx(change, abs=1e-4)
    changed = {
        (side, other)
        for side in Side
        for other in NAMES
        if abs(at(courses, side, other) - at(courses, side, other, 0)) > 1e-9
    }
    assert changed == {(Side.RIGHT, name)}


def test_a_gaze_that_wanders_changes_nothing():
    path = still()
    path[MOVING, anatomy.ROW[468]] += (4, -3)
    for side in Side:
        for name in NAMES:
            assert at(measured(path), side, name) == at(measured(path), side, name, 0)


def turned(path: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(path @ np.array([[c, s], [-s, c]]))


@pytest.mark.parametrize("degrees", [-20, -5, 3, 20])
def test_turning_the_picture_changes_no_measure(degrees: float):
    straight, skew = measured(still()), measured(turned(still(), degrees))
    for side in Side:
        for name in (*NAMES, "fissure_mm"):
            if name != "brow_height_mm":  # given from outside, along the frame's own y
                assert at(skew, side, name) == pytest.approx(at(straight, side, name)), name


@pytest.mark.parametrize("size", [0.5, 0.8, 1.25, 3.0])
def test_the_size_of_the_picture_scales_lengths_and_no_angle(size: float):
    one, other = measured(still(), travel=6), measured(size * still(), travel=size * 6)
    for side in Side:
        for name in (*NAMES, "fissure_mm"):
            scale = 1 if name.endswith("_deg") else size
            assert at(other, side, name) == pytest.approx(scale * at(one, side, name)), name
    in_mm = measured(size * still(), mm_per_px=1 / size, travel=size * 6)
    for side in Side:
        for name in NAMES:
            assert at(in_mm, side, name) == pytest.approx(at(one, side, name)), name


def test_a_mirrored_picture_swaps_the_sides():
    random = np.random.default_rng(5)
    path = still() + 0.5 * random.standard_normal(still().shape)
    mirrored = (path * (-1, 1))[:, list(anatomy.MIRRORED)]
    one, other = measured(path), measured(mirrored)
    for name in (*NAMES, "fissure_mm"):
        for side, opposite in ((Side.RIGHT, Side.LEFT), (Side.LEFT, Side.RIGHT)):
            assert getattr(one.side(side), name) == pytest.approx(getattr(other.side(opposite), name)), name


def test_frames_that_are_not_used_have_no_measures():
    used = np.ones(N, dtype=np.bool_)
    used[8] = False
    head = np.concatenate([still(), np.zeros((N, len(anatomy.KEPT), 1))], axis=2)
    flat = Course(px=np.where(used, 0.0, np.nan), axis=AXIS)
    height = np.where(used, 24.0, np.nan)
    courses = face_courses(
        TIMES_S, head, used, REST, mm_per_px=1.0, excursion=(flat, flat), brows=(height, height), lids_hidden=SEEN
    )
    for side in Side:
        for name in NAMES:
            assert (np.isfinite(getattr(courses.side(side), name)) == used).all(), name


def test_medians_over_frames():
    path = still()
    path[MOVING, anatomy.ROW[39], 1] += [0, 1, 2, 3, 4, 50]
    frames = np.zeros(N, dtype=np.bool_)
    frames[MOVING] = True
    assert measured(path).right.median(frames).upper_lip_mm == pytest.approx(-58 + 2.5)


def test_lids_that_are_hidden_are_not_measured():
    hidden = np.zeros(N, dtype=np.bool_)
    hidden[MOVING] = True
    courses = measured(still(), hidden=(hidden, SEEN[1]))
    assert (np.isnan(courses.right.fissure_mm) == hidden).all()
    assert np.isfinite(courses.left.fissure_mm).all()
    assert np.isfinite(courses.right.brow_height_mm).all()
    assert np.isnan(courses.right.median(hidden).mrd1_mm)
