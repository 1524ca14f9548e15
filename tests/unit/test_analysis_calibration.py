from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.calibration import UNKNOWN, Gain, learn_gain

N = 60
QUIET = 0.0002


def course(seed: int, size: float = 0.1) -> NDArray[np.float64]:
    return size * np.abs(np.sin(np.linspace(0, 6, N) + seed))


def learn(
    true_own: float, true_other: float = 0.0, *, noise: float = 0.001, seed: int = 0, moments: int = 3
) -> tuple[Gain, NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    own, other = np.tile(course(0), moments), np.tile(course(2), moments)
    texture = true_own * own + true_other * other + noise * random.standard_normal(len(own))
    return learn_gain(own, other, texture, np.repeat(np.arange(moments), N), own_noise=QUIET), texture


@settings(max_examples=30, deadline=None)
@given(st.floats(0.7, 1.5), st.floats(-0.1, 0.1), st.integers(0, 100))
def test_a_known_gain_is_found_within_its_error(own: float, other: float, seed: int) -> None:
    gain, _ = learn(own, other, seed=seed)
    assert gain.own == pytest.approx(own, abs=0.03)
    assert abs(gain.own - own) < 3 * gain.own_sd
    assert gain.pictures == 3 * N


def test_without_texture_the_priors_stand_alone() -> None:
    lost = np.full(N, np.nan)
    assert learn_gain(course(0), course(1), lost, np.zeros(N, dtype=np.int64), own_noise=QUIET) == UNKNOWN
    few = np.where(np.arange(N) < 7, course(0), np.nan)
    assert learn_gain(course(0), course(1), few, np.zeros(N, dtype=np.int64), own_noise=QUIET) == UNKNOWN


def test_nothing_moves_and_little_is_learnt() -> None:
    random = np.random.default_rng(1)
    still = 0.003 * random.standard_normal((3, 4 * N))
    since = np.zeros(4 * N, dtype=np.int64)
    gain = learn_gain(still[0], still[1], np.zeros(4 * N), since, own_noise=0.003)
    assert gain.own == pytest.approx(1, abs=1e-9)
    assert gain.own_sd == pytest.approx(UNKNOWN.own_sd)
    diluted = learn_gain(still[0], still[1], np.zeros(4 * N), since, own_noise=0.0)
    assert diluted.own < 0.75  # what would be learnt if noise were taken for movement


def test_what_is_followed_wrongly_in_some_pictures_does_not_count() -> None:
    gain, texture = learn(1.2)
    own, other = np.tile(course(0), 3), np.tile(course(2), 3)
    texture[::12] += 0.1
    assert learn_gain(own, other, texture, np.repeat(np.arange(3), N), own_noise=QUIET).own == pytest.approx(
        gain.own, abs=0.06
    )


def test_moments_of_rest_that_contradict_each_other_are_trusted_less() -> None:
    own, other = np.tile(course(0), 3), np.tile(course(2), 3)
    since = np.repeat(np.arange(3), N)
    slopes = np.repeat([0.4, 0.8, 1.3], N)
    torn = learn_gain(own, other, slopes * own, since, own_noise=QUIET)
    agreed = learn_gain(own, other, slopes.mean() * own, since, own_noise=QUIET)
    assert torn.own_sd > 2 * agreed.own_sd
    assert torn.own_sd > 0.1
    assert 0.6 < torn.own < 1.1


def test_where_rest_lies_does_not_matter() -> None:
    own, other = np.tile(course(0), 2), np.tile(course(2), 2)
    since = np.repeat(np.arange(2), N)
    texture = 1.2 * own
    shift = np.repeat([0.05, -0.02], N)
    plain = learn_gain(own, other, texture, since, own_noise=QUIET)
    shifted = learn_gain(own + shift, other - shift, texture + 3 * shift, since, own_noise=QUIET)
    assert shifted.own == pytest.approx(plain.own, rel=1e-9)


def test_both_sides_change_places() -> None:
    """The other side's share is symmetric: what leaks in is taken out on whichever side it is."""
    own, other = course(0), course(2)
    since = np.zeros(N, dtype=np.int64)
    one = learn_gain(own, other, own + 0.05 * other, since, own_noise=QUIET)
    assert one.other > 0.01
    assert one.own == pytest.approx(1, abs=0.03)
