"""Axes: round ticks, and long recordings thinned without losing their extremes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.values import Side
from reports.axes import MOST_POINTS, Axes, thinned, ticks
from reports.plots import excursion, stretches
from tests.report_examples import LEFT_MM, RIGHT_MM, good


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0, 10, 5, (0, 2, 4, 6, 8, 10)), (-0.6, 9.9, 7, (0, 2, 4, 6, 8)), (0, 0.9, 4, (0, 0.5))],
)
def test_ticks_are_round(low: float, high: float, most: int, expected: tuple[float, ...]) -> None:
    assert ticks(low, high, most) == pytest.approx(expected)


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e4), st.integers(1, 12))
def test_ticks_lie_inside_and_are_few(low: float, span: float, most: int) -> None:
    found = ticks(low, low + span, most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 * span <= tick <= low + span + 1e-6 * span for tick in found)


def test_data_become_points() -> None:
    axes = Axes(left=10, bottom=20, width=100, height=50, x_range=(0, 4), y_range=(-1, 1))
    assert (axes.x(1.0), axes.y(0.0)) == (35.0, 45.0)


def test_a_long_signal_keeps_its_extremes_and_its_order() -> None:
    time = np.arange(40_000, dtype=np.float64)
    value = np.sin(time / 700.0)
    value[12_345] = 9.0
    value[23_456] = -7.0
    t, v = thinned(time, value)
    assert v.size <= MOST_POINTS
    assert (v.max(), v.min()) == (9.0, -7.0)
    assert np.all(np.diff(t) > 0)


def test_a_short_signal_is_kept() -> None:
    time = np.arange(10, dtype=np.float64)
    assert thinned(time, time)[1] is time


def test_a_curve_shows_its_own_side_and_only_frames_that_were_used() -> None:
    instance = good()
    used = instance.signals["used"].to_numpy()
    for side, amplitude in ((Side.RIGHT, RIGHT_MM), (Side.LEFT, LEFT_MM)):
        value = excursion(instance, side)
        assert np.nanmax(value) == pytest.approx(amplitude, abs=0.4)
        assert np.isfinite(value).tolist() == used.tolist()
    assert not used.all()


def test_gaps_part_the_stretches() -> None:
    value = np.array([np.nan, 1, 2, np.nan, 3, np.nan, np.nan, 4, 5])
    assert [(each.start, each.stop) for each in stretches(value)] == [(1, 3), (4, 5), (7, 9)]
    assert list(stretches(np.full(3, np.nan))) == []
