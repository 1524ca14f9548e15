"""Each side from its own half of the picture, with a network that only looks at brightness."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import anatomy
from analysis.hemiface import SIDE, Halves, find_halves, twins
from analysis.networks import POINTS, Mesh, Picture, Roi
from tests.synthetic_faces import SHAPE

WIDTH, HEIGHT = 400, 300
KEPT = list(anatomy.KEPT)
MIRRORED = list(anatomy.MIRRORED)
SQUARE = Roi(centre_x=190.0, centre_y=140.0, size=float(SIDE), roll_rad=0.0)
"""One pixel of the half-face pictures is one of the picture."""
RIGHT_ROWS = [anatomy.ROW[point] for point in anatomy.RIGHT.points]
LEFT_ROWS = [anatomy.ROW[point] for point in anatomy.LEFT.points]
MIDLINE_ROWS = [anatomy.ROW[point] for point in anatomy.MIDLINE]

seeds = st.integers(0, 2**32 - 1)


def mesh_of(kept: NDArray[np.float64], presence: float = 1.0) -> Mesh:
    points = np.zeros((POINTS, 3), dtype=np.float32)
    points[KEPT, :2] = kept
    return Mesh(points=points, presence=presence)


FACE = SHAPE[:, :2] * (1, -1) + SIDE / 2
"""(k, 2): a symmetric face that fills the half-face picture."""


def smiling(px: float) -> NDArray[np.float64]:
    """Both corners so far outward and up."""
    kept = FACE.copy()
    kept[anatomy.ROW[anatomy.RIGHT.commissure]] += px * np.array([-1, -1])
    kept[anatomy.ROW[anatomy.LEFT.commissure]] += px * np.array([1, -1])
    return kept


class BrightSmiles:
    """Both corners go up by the brightness of the picture."""

    def mesh(self, square: Picture) -> Mesh:
        return mesh_of(smiling(float(square[:, :100].mean()) / 10))


class Handed:
    """Sees every picture in a way of its own, and nothing symmetrically."""

    def mesh(self, square: Picture) -> Mesh:
        random = np.random.default_rng(zlib.crc32(square.tobytes()))
        return mesh_of(FACE + random.normal(0, 5, FACE.shape) + (3, 0))


@dataclass(kw_only=True)
class Sure:
    """As sure of the first picture and the second as it is told to be."""

    presence: list[float]

    def mesh(self, square: Picture) -> Mesh:
        return mesh_of(FACE, self.presence.pop(0))


def noise(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def halved(right: int, left: int, square: Roi) -> Picture:
    """A picture whose two sides of the square's centre line are of one brightness each."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    aside = (x - square.centre_x) * math.cos(square.roll_rad) + (y - square.centre_y) * math.sin(square.roll_rad)
    return np.repeat(np.where(aside < 0, right, left)[..., None], 3, axis=2).astype(np.uint8)


def measured(picture: Picture, square: Roi, finder: BrightSmiles | Handed | Sure) -> NDArray[np.float64]:
    found = find_halves(picture, square, finder)
    assert isinstance(found, Halves)
    return found.points


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 20))
def test_each_twin_is_symmetric_and_keeps_its_own_half(seed: int, half: int) -> None:
    upright = noise(seed, width=2 * half, height=2 * half)
    right, left = twins(upright)
    for twin in (right, left):
        assert twin.shape == upright.shape
        assert np.array_equal(twin, twin[:, ::-1])
        assert twin.flags.c_contiguous
    assert np.array_equal(right[:, :half], upright[:, :half])
    assert np.array_equal(left[:, half:], upright[:, half:])


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 20))
def test_the_other_half_changes_nothing_in_a_twin(seed: int, half: int) -> None:
    upright, other = noise(seed, 2 * half, 2 * half), noise(seed + 1, 2 * half, 2 * half)
    right, left = twins(upright)
    assert np.array_equal(twins(np.concatenate([upright[:, :half], other[:, half:]], axis=1))[0], right)
    assert np.array_equal(twins(np.concatenate([other[:, :half], upright[:, half:]], axis=1))[1], left)


def test_the_mirror_image_of_a_picture_has_the_same_twins_the_other_way_round() -> None:
    right, left = twins(noise(0, SIDE, SIDE))
    mirrored_right, mirrored_left = twins(noise(0, SIDE, SIDE)[:, ::-1])
    assert np.array_equal(mirrored_right, left)
    assert np.array_equal(mirrored_left, right)


@pytest.mark.parametrize(
    "square",
    [SQUARE, replace(SQUARE, roll_rad=0.3), replace(SQUARE, size=180.0, roll_rad=-0.2), replace(SQUARE, size=700.0)],
)
@pytest.mark.parametrize(("right", "left"), [(100, 0), (0, 100), (200, 50)])
def test_what_happens_on_one_side_is_read_on_that_side_only(square: Roi, right: int, left: int) -> None:
    found = measured(halved(right, left, square), square, BrightSmiles())
    of_right, of_left = (
        measured(np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8), square, BrightSmiles()) for level in (right, left)
    )
    assert np.array_equal(found[RIGHT_ROWS], of_right[RIGHT_ROWS])
    assert np.array_equal(found[LEFT_ROWS], of_left[LEFT_ROWS])
    assert not np.array_equal(of_right, of_left)


def test_a_side_that_does_not_move_reads_no_movement_at_all() -> None:
    corners = [anatomy.ROW[side.commissure] for side in (anatomy.RIGHT, anatomy.LEFT)]
    rest, smile = (measured(halved(level, 50, SQUARE), SQUARE, BrightSmiles())[corners] for level in (50, 150))
    assert smile[0] - rest[0] == pytest.approx([-10, -10], abs=1e-4)
    assert smile[1] - rest[1] == pytest.approx([0, 0], abs=0)


def test_points_come_back_to_where_they_are_in_the_picture() -> None:
    square = Roi(centre_x=210.0, centre_y=120.0, size=2.0 * SIDE, roll_rad=0.4)
    found = measured(np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8), square, BrightSmiles())
    turn = np.array([[math.cos(0.4), -math.sin(0.4)], [math.sin(0.4), math.cos(0.4)]])
    assert found == pytest.approx(2 * (FACE - SIDE / 2) @ turn.T + (210, 120), abs=1e-3)


def test_the_midline_is_the_mean_of_what_the_two_pictures_say() -> None:
    class OneThenTheOther:
        def __init__(self) -> None:
            self.height = 0.0

        def mesh(self, square: Picture) -> Mesh:
            self.height += 4
            return mesh_of(FACE + np.array([0, self.height]))

    found = find_halves(noise(0), SQUARE, OneThenTheOther())
    assert found is not None
    drop = (found.points - (FACE - SIDE / 2 + (SQUARE.centre_x, SQUARE.centre_y)))[:, 1]
    assert drop[RIGHT_ROWS] == pytest.approx(4, abs=1e-4)
    assert drop[LEFT_ROWS] == pytest.approx(8, abs=1e-4)
    assert drop[MIDLINE_ROWS] == pytest.approx(6, abs=1e-4)


@pytest.mark.parametrize(
    ("presence", "found"),
    [
        ((0.51, 0.51), True),
        ((0.5, 0.9), False),
        ((0.9, 0.5), False),
        ((0.0, 0.0), False),
        ((math.nan, 0.9), False),
        ((0.9, math.nan), False),
    ],
)
def test_both_pictures_must_show_a_face(presence: tuple[float, float], found: bool) -> None:
    assert (find_halves(noise(0), SQUARE, Sure(presence=list(presence))) is not None) is found


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_network_with_a_hand_gives_a_symmetric_picture_a_symmetric_face(seed: int) -> None:
    half = noise(seed, SIDE // 2, SIDE)
    square = Roi(centre_x=SIDE / 2, centre_y=SIDE / 2, size=float(SIDE), roll_rad=0.0)
    found = measured(np.ascontiguousarray(np.concatenate([half, half[:, ::-1]], axis=1)), square, Handed())
    assert found[:, 0] + found[MIRRORED, 0] == pytest.approx(float(SIDE), abs=1e-4)
    assert found[:, 1] == pytest.approx(found[MIRRORED, 1], abs=1e-4)
    assert found[MIDLINE_ROWS, 0] == pytest.approx(SIDE / 2, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(60, 340), st.integers(60, 240))
def test_a_mirror_image_gives_the_mirrored_points_even_where_the_face_is_cut_off(seed: int, x: int, y: int) -> None:
    picture = noise(seed)
    found = measured(picture, replace(SQUARE, centre_x=float(x), centre_y=float(y)), Handed())
    mirrored = measured(
        np.ascontiguousarray(picture[:, ::-1]), replace(SQUARE, centre_x=float(WIDTH - x), centre_y=float(y)), Handed()
    )
    assert mirrored == pytest.approx(found[MIRRORED] * (-1, 1) + (WIDTH, 0), abs=1e-4)


@pytest.mark.parametrize("size", [128, 256, 384, 512, 768])
def test_the_halves_of_a_symmetric_picture_are_alike_at_any_scale(size: int) -> None:
    """The cut's pixels lie evenly about the midline, not half a step beside it."""
    y, x = np.mgrid[0:size, 0:size] + 0.5 - size / 2
    gray = 128 + 60 * np.cos(np.abs(x) * 24 / size) * np.cos(y * 18 / size)
    rgb = np.repeat(gray.round().astype(np.uint8)[..., None], 3, axis=2)
    shown: list[Picture] = []

    class Looking:
        def mesh(self, square: Picture) -> Mesh:
            shown.append(square)
            return mesh_of(FACE)

    find_halves(rgb, Roi(centre_x=size / 2, centre_y=size / 2, size=size, roll_rad=0.0), Looking())
    right, left = (picture.astype(np.int16)[4:-4, 4:-4] for picture in shown)
    assert np.abs(right - left).max() <= 2
