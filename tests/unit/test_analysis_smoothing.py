from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.settings import AnalysisSettings
from analysis.smoothing import runs, smooth, window_length

FIVE_AT_30 = window_length(AnalysisSettings().smoothing_s, 1 / 30)


@given(st.lists(st.booleans()))
def test_runs_are_the_stretches_of_true(mask: list[bool]) -> None:
    array = np.array(mask, dtype=np.bool_)
    rebuilt = np.zeros_like(array)
    last = -1
    for run in runs(array):
        assert run.start > last  # apart and in order
        assert array[run].all()
        assert run.start < run.stop
        rebuilt[run] = True
        last = run.stop
    assert (rebuilt == array).all()


@given(st.floats(0.01, 2), st.floats(1 / 240, 0.5))
def test_the_window_is_odd_longer_than_the_polynomial_and_the_nearest(seconds: float, interval: float) -> None:
    length = window_length(seconds, interval)
    assert length % 2 == 1
    assert length >= 5
    if length > 5:
        assert abs(length - seconds / interval) <= 1 + 1e-6


def test_the_default_window_is_five_samples_at_30_fps() -> None:
    assert FIVE_AT_30 == 5
    assert window_length(AnalysisSettings().smoothing_s, 1 / 60) in (9, 11)


@given(st.lists(st.floats(-100, 100), min_size=7, max_size=40))
def test_zero_phase(values: list[float]) -> None:
    """A filter without phase gives the same backwards as forwards."""
    array = np.array(values)
    used = np.ones(len(array), dtype=np.bool_)
    assert smooth(array[::-1], used, samples=7)[::-1] == pytest.approx(smooth(array, used, samples=7), abs=1e-9)


@given(st.tuples(*[st.floats(-5, 5)] * 4))
def test_a_cubic_passes_unchanged(coefficients: tuple[float, ...]) -> None:
    values = np.asarray(np.polyval(coefficients, np.linspace(-2, 2, 30)), dtype=np.float64)
    used = np.ones(30, dtype=np.bool_)
    assert smooth(values, used, samples=7) == pytest.approx(values, abs=1e-9)


def kept(duration_s: float) -> float:
    """Share of the depth of a raised-cosine dip, full width at half depth ``duration_s``, that the filter keeps."""
    t = np.linspace(-1, 1, 61, dtype=np.float64)
    dip = np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(t / duration_s, -1, 1)), dtype=np.float64)
    return float(smooth(dip, np.ones(len(t), dtype=np.bool_), samples=FIVE_AT_30).max())


def test_closures_keep_their_depth() -> None:
    assert kept(0.2) > 0.99
    assert kept(0.1) > 0.9


def test_runs_are_smoothed_apart_and_short_ones_stay_raw() -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal((40, 2))
    used = np.ones(40, dtype=np.bool_)
    used[[15, 20]] = False
    smoothed = smooth(values, used, samples=7)
    assert np.isnan(smoothed[~used]).all()
    assert (smoothed[16:20] == values[16:20]).all()
    assert smoothed[:15] == pytest.approx(smooth(values[:15], used[:15], samples=7))
    assert not np.isnan(smoothed[used]).any()
