"""Which frames are shown: every part of the movement is there, and the head's movement is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import anatomy
from analysis.evaluation.landmark_frames import choose_frames, shape_movement
from tests.synthetic_faces import SHAPE, SMILE

FACE = SHAPE[:, :2] * (1, -1)


def _smiling(millimetres: list[float]) -> np.ndarray:
    faces = np.repeat(FACE[None], len(millimetres), axis=0)
    faces[:, anatomy.ROW[anatomy.LEFT.commissure]] += np.outer(millimetres, SMILE[:2] * (1, -1))
    return faces


def test_movement_is_the_root_mean_square_in_inter_iris_distances() -> None:
    found = shape_movement(_smiling([0, 0, 0, 10, 0]))
    assert found[3] == pytest.approx(10 / 63 / np.sqrt(len(anatomy.KEPT)))
    assert np.delete(found, 3) == pytest.approx(0, abs=1e-12)


@given(st.floats(0.2, 20), st.floats(-3, 3), st.floats(-500, 500), st.floats(-500, 500), st.integers(0, 2**16))
def test_where_the_head_is_and_how_large_does_not_count(
    size: float, roll: float, x: float, y: float, seed: int
) -> None:
    faces = _smiling([0, 2, 5, 0, 9])
    turn = size * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    moved = faces @ turn.T + (x, y)
    moved += np.random.default_rng(seed).normal(0, 100, (5, 1, 2))
    assert shape_movement(moved) == pytest.approx(shape_movement(faces), abs=1e-9)


def test_frames_without_a_face_are_never_chosen() -> None:
    faces = _smiling(list(np.linspace(0, 10, 40)))
    faces[10:30] = np.nan
    movement = shape_movement(faces)
    assert np.isnan(movement[10:30]).all()
    for seed in range(20):
        assert not set(choose_frames(movement, 8, np.random.default_rng(seed))) & set(range(10, 30))
    assert choose_frames(np.full(5, np.nan), 3, np.random.default_rng(0)) == ()
    assert choose_frames(shape_movement(np.full((3, len(FACE), 2), np.nan)), 3, np.random.default_rng(0)) == ()


def test_few_frames_are_all_shown() -> None:
    assert choose_frames(np.array([0.3, np.nan, 0.1]), 5, np.random.default_rng(0)) == (0, 2)


@given(st.integers(1, 12), st.integers(12, 300), st.integers(0, 2**16))
def test_one_of_each_quantile_of_movement(count: int, n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    movement = random.permutation(np.arange(n) / n)
    chosen = choose_frames(movement, count, np.random.default_rng(seed))
    assert chosen == tuple(sorted(chosen)) == choose_frames(movement, count, np.random.default_rng(seed))
    strata = np.array_split(np.arange(n) / n, count)
    found = sorted(movement[list(chosen)])
    assert all(stratum[0] <= value <= stratum[-1] for stratum, value in zip(strata, found, strict=True))


def test_all_frames_are_about_equally_likely() -> None:
    movement = np.arange(24.0)
    drawn = [frame for seed in range(600) for frame in choose_frames(movement, 4, np.random.default_rng(seed))]
    counts = np.bincount(drawn, minlength=24)
    assert counts.min() > 60
    assert counts.max() < 140
