"""The square around a face follows the head and nothing else, on made-up meshes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import anatomy
from analysis.framing import Framing, framing_of, square_at
from analysis.networks import POINTS, Mesh, Roi
from tests.synthetic_faces import SHAPE

WIDTH = 1280
KEPT = list(anatomy.KEPT)
OTHERS = np.setdiff1d(np.arange(POINTS), KEPT)
_MIDLINE = (10, 151, 9, 8, 168, 6, 197, 195, 164)

seeds = st.integers(0, 2**32 - 1)
rolls = st.floats(-math.pi, math.pi)
scales = st.floats(0.3, 4)
shifts = st.floats(-1000, 1000)


def flat_mesh(points: NDArray[np.float64]) -> Mesh:
    """(478, 2) places as a mesh without depth."""
    return Mesh(points=np.column_stack([points, np.zeros(POINTS)]).astype(np.float32), presence=1.0)


def symmetric(seed: int) -> NDArray[np.float64]:
    """(478, 2): a face that looks straight ahead, upright, its midline on x = 0, with an outline of its own."""
    random = np.random.default_rng(seed)
    jitter = random.normal(0, 2, (len(KEPT), 2))
    mirrored = jitter[list(anatomy.MIRRORED)] * (-1, 1)
    points = np.zeros((POINTS, 2))
    points[KEPT] = 2 * (SHAPE[:, :2] * (1, -1) + (jitter + mirrored) / 2)
    half = len(OTHERS) // 2
    outline = random.uniform((0, -200), (160, 200), (half, 2))
    points[OTHERS[:half]] = outline
    points[OTHERS[half : 2 * half]] = outline * (-1, 1)
    return points


def askew(seed: int) -> NDArray[np.float64]:
    """(478, 2): a face without any symmetry."""
    return symmetric(seed) + np.random.default_rng(seed + 1).normal(0, 4, (POINTS, 2))


def carried(points: NDArray[np.float64], roll: float, scale: float, x: float, y: float) -> NDArray[np.float64]:
    turn = np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
    return np.asarray(scale * points @ turn.T + (x, y))


def alone(framing: Framing) -> Roi:
    return square_at(0.0, [0.0], [framing])


def turn_between(one: float, other: float) -> float:
    return math.remainder(one - other, 2 * math.pi)


@settings(max_examples=60, deadline=None)
@given(seeds, rolls, scales, shifts, shifts)
def test_a_framing_follows_shift_scale_and_rotation(seed: int, roll: float, scale: float, x: float, y: float) -> None:
    points = askew(seed)
    before, after = framing_of(flat_mesh(points)), framing_of(flat_mesh(carried(points, roll, scale, x, y)))
    centre = carried(np.array([before.x, before.y]), roll, scale, x, y)
    assert (after.x, after.y) == pytest.approx(centre, abs=1e-3)
    assert after.size == pytest.approx(scale * before.size, rel=1e-5)
    assert turn_between(after.roll, before.roll + roll) == pytest.approx(0, abs=1e-5)
    assert (after.middle, after.lean, after.extent, after.below) == pytest.approx(
        (before.middle, before.lean, before.extent, before.below), abs=1e-4
    )


@settings(max_examples=60, deadline=None)
@given(seeds, rolls, scales, shifts, shifts)
def test_the_square_follows_shift_scale_and_rotation(seed: int, roll: float, scale: float, x: float, y: float) -> None:
    points = askew(seed)
    before, after = (
        alone(framing_of(flat_mesh(each))) for each in (points, carried(points, roll, scale, x, y))
    )  # fmt: skip
    centre = carried(np.array([before.centre_x, before.centre_y]), roll, scale, x, y)
    assert (after.centre_x, after.centre_y) == pytest.approx(centre, abs=5e-3)
    assert after.size == pytest.approx(scale * before.size, rel=1e-4)
    assert turn_between(after.roll_rad, before.roll_rad + roll) == pytest.approx(0, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(seeds, st.floats(-1, 1), shifts, shifts)
def test_a_mirror_image_gives_the_mirrored_square(seed: int, roll: float, x: float, y: float) -> None:
    points = carried(askew(seed), roll, 1.0, x, y)
    mirrored = points * (-1, 1) + (WIDTH, 0)
    mirrored[KEPT] = mirrored[KEPT][list(anatomy.MIRRORED)]
    there, here = (alone(framing_of(flat_mesh(each))) for each in (mirrored, points))
    assert there.centre_x == pytest.approx(WIDTH - here.centre_x, abs=5e-3)
    assert there.centre_y == pytest.approx(here.centre_y, abs=5e-3)
    assert there.size == pytest.approx(here.size, rel=1e-5)
    assert there.roll_rad == pytest.approx(-here.roll_rad, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_a_symmetric_face_lies_in_the_middle_with_a_quarter_of_its_size_around(seed: int) -> None:
    points = symmetric(seed)
    square = alone(framing_of(flat_mesh(points)))
    low, high = points.min(axis=0), points.max(axis=0)
    assert square.centre_x == pytest.approx(0, abs=1e-3)
    assert square.centre_y == pytest.approx((low + high)[1] / 2, abs=1e-3)
    assert square.size == pytest.approx(1.5 * (high - low).max(), rel=1e-5)
    assert square.roll_rad == pytest.approx(0, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(-0.2, 0.2), st.floats(-20, 20), rolls)
def test_the_centre_line_of_the_square_runs_along_a_midline_that_is_askew(
    seed: int, lean: float, aside: float, roll: float
) -> None:
    points = symmetric(seed)
    points[list(anatomy.MIDLINE), 0] += lean * points[list(anatomy.MIDLINE), 1] + aside
    points = carried(points, roll, 1.0, 640, 360)
    square = alone(framing_of(flat_mesh(points)))
    across = (math.cos(square.roll_rad), math.sin(square.roll_rad))
    off = (points[list(_MIDLINE)] - (square.centre_x, square.centre_y)) @ across
    assert off == pytest.approx(np.zeros(len(_MIDLINE)), abs=2e-3)


@pytest.mark.parametrize("point", [0, 13, 14, 17, 4, 61, 291, 78, 308])
def test_mouth_and_tip_of_the_nose_do_not_carry_the_square(point: int) -> None:
    points = symmetric(0)
    moved = points.copy()
    moved[point] += (7, 5)
    assert alone(framing_of(flat_mesh(moved))) == alone(framing_of(flat_mesh(points)))


STILL = framing_of(flat_mesh(carried(askew(3), 0.1, 1.0, 640, 360)))
TIMES = [0.1 * k for k in range(-7, 8)]


def test_one_wild_midline_moves_nothing() -> None:
    usual = [STILL] * len(TIMES)
    wild = [*usual[:7], replace(STILL, middle=2.0, lean=-1.0, extent=40.0, below=9.0), *usual[8:]]
    assert square_at(0.0, TIMES, wild) == square_at(0.0, TIMES, usual)


def test_a_midline_that_jitters_is_held_still_and_the_head_is_followed() -> None:
    framings = [replace(STILL, middle=STILL.middle + 0.05 * (-1) ** k, x=STILL.x + k) for k in range(len(TIMES))]
    squares = [square_at(t, TIMES, framings) for t in TIMES[3:-3]]
    assert np.diff([square.centre_x for square in squares]) == pytest.approx(1.0, abs=1e-9)


@given(st.floats(-1, 1))
def test_one_framing_alone_is_taken_as_it_is(time_s: float) -> None:
    assert square_at(time_s, [0.0], [STILL]) == alone(STILL)


def moving(times: list[float], speed: float) -> list[Framing]:
    return [
        replace(STILL, x=640 + speed * t, y=360 - 0.5 * speed * t, size=80 + 0.1 * speed * t, roll=0.01 * speed * t)
        for t in times
    ]


@settings(max_examples=60, deadline=None)
@given(st.floats(-200, 200), st.floats(0.03, 0.11), st.floats(0, 0.1), st.sampled_from([-1, 1]))
def test_linear_motion_is_followed_exactly_from_one_side_only(
    speed: float, apart: float, since: float, side: int
) -> None:
    """At either end of a recording, and before and after a cut, nothing is pulled inwards."""
    times = [side * (since + apart * k) for k in range(7)]
    here, truth = square_at(0.0, times, moving(times, speed)), alone(moving([0.0], speed)[0])
    assert (here.centre_x, here.centre_y, here.size, here.roll_rad) == pytest.approx(
        (truth.centre_x, truth.centre_y, truth.size, truth.roll_rad), abs=1e-6
    )


@given(st.floats(-200, 200), st.lists(st.floats(-0.7, 0.7), min_size=5, max_size=15, unique=True))
@settings(max_examples=60, deadline=None)
def test_the_time_that_framings_were_seen_at_counts_and_not_their_number(speed: float, times: list[float]) -> None:
    regular = [0.05 * k for k in range(-3, 4)]
    every = sorted({*times, *regular})
    here = square_at(0.0, every, moving(every, speed))
    assert (here.centre_x, here.size) == pytest.approx(
        (alone(moving([0.0], speed)[0]).centre_x, alone(moving([0.0], speed)[0]).size), abs=1e-6
    )


def test_a_face_upside_down_does_not_spin_where_the_angle_begins_anew() -> None:
    framings = [replace(STILL, lean=0.0, roll=math.remainder(math.pi + 0.1 * t, 2 * math.pi)) for t in TIMES]
    assert {math.copysign(1, framing.roll) for framing in framings} == {-1.0, 1.0}
    assert abs(turn_between(square_at(0.0, TIMES, framings).roll_rad, math.pi)) < 1e-9


def test_the_order_of_magnitude_of_the_picture_does_not_matter() -> None:
    far = [replace(framing, x=framing.x + 30_000) for framing in moving(TIMES, 50)]
    assert square_at(0.0, TIMES, far).centre_x - square_at(0.0, TIMES, moving(TIMES, 50)).centre_x == pytest.approx(
        30_000, abs=1e-6
    )
