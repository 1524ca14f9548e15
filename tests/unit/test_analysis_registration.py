from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import anatomy
from analysis.networks import Roi
from analysis.registration import SIDE, Glimpse, follow
from analysis.signals import Course
from analysis.witness import BROW, MOUTH, Texture, judged, watch
from tests.synthetic_faces import face

IOD = 80.0
SQUARE = Roi(centre_x=640, centre_y=360, size=float(SIDE), roll_rad=0.0)
POINTS = face(px_per_mm=IOD / 63, centre=(640, 360)).points[:, :2].astype(np.float64)
CORNER = POINTS[anatomy.ROW[anatomy.RIGHT.commissure]]


def skin(seed: int = 0) -> NDArray[np.float32]:
    """Texture at all scales, so that it can be followed anywhere."""
    random = np.random.default_rng(seed)
    layers = [
        cv2.GaussianBlur(random.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), sigma) * sigma
        for sigma in (1, 2, 4, 8)
    ]
    total = sum(layers)
    return np.asarray(128 + 40 * total / np.std(total), dtype=np.float32)


def moved(picture: NDArray[np.float32], by: NDArray[np.float64], sigma: float, head: tuple[float, float]) -> Glimpse:
    """The corner of the mouth carried ``by`` px with the skin around it, and the whole head by ``head``."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    cx, cy = CORNER - (640, 360) + SIDE / 2
    near = np.exp(-((x - head[0] - by[0] - cx) ** 2 + (y - head[1] - by[1] - cy) ** 2) / (2 * sigma**2))
    source_x, source_y = x - head[0] - near * by[0], y - head[1] - near * by[1]
    warped = cv2.remap(picture, source_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_CUBIC)
    gray = np.clip(warped + np.random.default_rng(1).standard_normal(warped.shape), 0, 255).astype(np.uint8)
    return Glimpse(frame=1, square=SQUARE, gray=gray)


def at_rest() -> Glimpse:
    return Glimpse(frame=0, square=SQUARE, gray=np.clip(skin(), 0, 255).astype(np.uint8))


@pytest.mark.parametrize("head", [(0.0, 0.0), (2.5, -1.5)])
def test_a_moving_corner_is_followed_and_the_head_taken_out(head: tuple[float, float]) -> None:
    by = np.array([-6.0, -4.0])
    halves = np.stack([POINTS, POINTS + head])  # the landmarks say nothing of the movement
    found = follow(at_rest(), [moved(skin(), by, 22.0, head)], halves, (*MOUTH, *BROW)).moved[0]
    assert found[0] == pytest.approx(by / IOD, abs=0.008)
    for part in (1, 2, 3):
        assert found[part] == pytest.approx(np.zeros(2), abs=0.004)


def test_texture_that_is_not_there_is_lost_and_not_guessed() -> None:
    gray = moved(skin(), np.zeros(2), 40.0, (0, 0)).gray.copy()
    cx, cy = (CORNER - (640, 360) + SIDE / 2).round().astype(int)
    gray[cy - 25 : cy + 25, cx - 25 : cx + 25] = np.clip(skin(7), 0, 255).astype(np.uint8)[:50, :50]
    covered = Glimpse(frame=1, square=SQUARE, gray=gray)
    found = follow(at_rest(), [covered], np.stack([POINTS, POINTS]), (*MOUTH, *BROW)).moved[0]
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1:]).all()


def test_another_picture_altogether_gives_nothing() -> None:
    other = Glimpse(frame=1, square=SQUARE, gray=np.clip(skin(9), 0, 255).astype(np.uint8))
    assert np.isnan(follow(at_rest(), [other], np.stack([POINTS, POINTS]), (*MOUTH, *BROW)).moved).all()


def test_pictures_are_held_only_against_rests_in_the_same_pose() -> None:
    turned = np.array([[0.0, 0.0], [9.0, 0.0]])
    pictures = [at_rest(), moved(skin(), np.array([-6.0, -4.0]), 40.0, (0, 0))]
    halves = np.stack([POINTS, POINTS])
    resting, activity = np.array([True, False]), np.array([0.0, 7.0])
    apart = watch(pictures, halves, resting, activity, turned, MOUTH)
    alike = watch(pictures, halves, resting, activity, np.zeros((2, 2)), MOUTH)
    assert apart is not None
    assert set(apart.frame) == {0}
    assert alike is not None
    assert set(alike.frame) == {0, 1}
    assert watch(pictures, halves, np.zeros(2, dtype=np.bool_), activity, turned, MOUTH) is None
    assert watch((), halves, resting, activity, turned, MOUTH) is None


def test_a_course_is_put_right_by_what_texture_says_of_it() -> None:
    n = 40
    true = 10 * np.sin(np.linspace(0, 9, n)) ** 2
    axis = np.array([0.8, 0.6])
    courses = (Course(px=0.8 * true, axis=axis), Course(px=np.zeros(n), axis=axis))
    shown = np.zeros((n, 2, 2))
    shown[:, 0] = (
        true[:, None] / IOD * axis * (-1, -1)
    )  # outward is to the picture's left on the right side, and up is less y
    texture = Texture(since=np.zeros(n, dtype=np.int64), frame=np.arange(n), moved=shown)
    (right, left), gains = judged(texture, courses, noise_px=(0.05, 0.05), iod_px=IOD)
    assert gains[0].own == pytest.approx(1.25, abs=0.03)
    assert right.px == pytest.approx(true, abs=0.4)
    assert np.abs(left.px).max() < 0.4
    unseen, unknown = judged(None, courses, noise_px=(0.05, 0.05), iod_px=IOD)
    assert unseen == courses
    assert {gain.pictures for gain in unknown} == {0}
