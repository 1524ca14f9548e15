from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.fidelity import Sides, jitter, one_sided, pearson, relation, response, slope

TIME_S = np.arange(150) / 30
SMILE = np.clip(np.sin(2 * np.pi * 0.4 * TIME_S), 0, None)
STILL = np.zeros_like(SMILE)
NOISE = np.random.default_rng(1).normal(0, 0.01, (2, SMILE.size))


@given(st.floats(-2, 2), st.floats(-5, 5))
def test_slope_is_the_share_that_is_read(gain: float, offset: float) -> None:
    assert slope(gain * SMILE + offset, SMILE) == pytest.approx(gain, abs=1e-9)


def test_pictures_without_a_face_do_not_count() -> None:
    read = 0.7 * SMILE
    read[20:30] = np.nan
    assert slope(read, SMILE) == pytest.approx(0.7)
    assert pearson(read, SMILE) == pytest.approx(1)
    assert np.isfinite(jitter(read))


def test_what_does_not_move_has_neither_slope_nor_correlation() -> None:
    assert np.isnan(slope(SMILE, STILL))
    assert np.isnan(pearson(SMILE, STILL))


@pytest.mark.parametrize("moving", ["right", "left"])
def test_gain_and_leak_of_a_one_sided_movement(moving: str) -> None:
    read, true = (0.8 * SMILE + NOISE[0], 0.15 * SMILE + NOISE[1]), (SMILE, STILL)
    if moving == "left":
        read, true = read[::-1], true[::-1]
    one = one_sided(Sides(right=read[0], left=read[1]), Sides(right=true[0], left=true[1]))
    assert one.moving == moving
    assert one.gain == pytest.approx(0.8, abs=0.01)
    assert one.leak == pytest.approx(0.15, abs=0.01)


@pytest.mark.parametrize("frequency_hz", [1, 3, 5, 8])
@pytest.mark.parametrize("lag_s", [0.0, 0.03])
def test_response_to_a_twitch_on_a_drifting_head(frequency_hz: float, lag_s: float) -> None:
    true = np.sin(2 * np.pi * frequency_hz * TIME_S)
    read = 0.4 * np.sin(2 * np.pi * frequency_hz * (TIME_S - lag_s)) + 3 - TIME_S + TIME_S**2
    answer = response(read, true, TIME_S, frequency_hz)
    assert answer.gain == pytest.approx(0.4, abs=0.02)
    assert answer.lag_s == pytest.approx(lag_s, abs=0.003)


def test_jitter_is_the_noise_and_not_the_slow_drift() -> None:
    noise = np.random.default_rng(2).normal(0, 0.5, 20_000)
    assert jitter(noise + np.linspace(0, 50, noise.size)) == pytest.approx(0.5, rel=0.03)


def test_relation_of_a_late_weaker_side() -> None:
    waves = np.sin(2 * np.pi * 0.6 * TIME_S) + 0.5 * np.sin(2 * np.pi * 1.1 * TIME_S)
    late = np.interp(TIME_S - 0.2, TIME_S, waves)
    found = relation(Sides(right=waves, left=0.5 * late), TIME_S)
    assert found.lag_s == pytest.approx(0.2, abs=0.01)
    assert found.peak_r == pytest.approx(1, abs=0.001)
    assert found.pearson_r < 0.7
    assert found.ratio == pytest.approx(0.5, abs=0.03)


def test_nothing_seen_has_no_relation() -> None:
    nothing = np.full_like(SMILE, np.nan)
    found = relation(Sides(right=nothing, left=nothing), TIME_S)
    assert np.isnan([found.pearson_r, found.peak_r, found.lag_s, found.ratio, found.slope, found.right_sd]).all()


def test_relation_of_a_side_that_leaks() -> None:
    found = relation(Sides(right=SMILE + NOISE[0], left=0.2 * SMILE + NOISE[1]), TIME_S)
    assert found.slope == pytest.approx(0.2, abs=0.01)
    assert found.pearson_r > 0.9
    assert abs(found.lag_s) < 0.02
