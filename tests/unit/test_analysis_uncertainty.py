from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.calibration import UNKNOWN, Gain
from analysis.uncertainty import DRIFT_SD_MM, SCALE_SD, SideError, ratio_interval, side_error

SURE = Gain(own=1, other=0, own_sd=0.01, pictures=100)
sizes = st.floats(0.5, 20)


def error(excursion_mm: float, gain: Gain = SURE, **more: object) -> SideError:
    known: dict[str, object] = {"rest_sd_mm": 0.05, "turned_deg": 0.0, "repetitions_mm": (), **more}
    return side_error(excursion_mm, gain=gain, **known)  # type: ignore[arg-type]


@given(sizes, st.floats(0, 1), st.floats(0, 20), st.lists(sizes, max_size=5))
def test_every_source_of_error_widens_the_interval(
    size: float, rest: float, turned: float, repetitions: list[float]
) -> None:
    least = error(size, rest_sd_mm=0.0)
    more = error(size, rest_sd_mm=rest, turned_deg=turned, repetitions_mm=repetitions)
    assert more.sd_mm >= least.sd_mm
    interval = more.interval_mm()
    assert interval.low < size < interval.high
    assert interval.high - interval.low >= 2 * 1.96 * SCALE_SD * size


@given(sizes)
def test_an_unknown_gain_makes_the_interval_wide(size: float) -> None:
    of_gain, at_rest = np.hypot(0.2, 0.05), np.hypot(0.05, DRIFT_SD_MM)
    assert error(size, UNKNOWN).relative == pytest.approx(np.hypot(of_gain, at_rest / size))


@given(sizes, sizes)
def test_the_ratio_lies_in_its_interval_and_the_inverse_in_the_inverse(weak: float, strong: float) -> None:
    one, other = error(weak), error(strong)
    interval, inverse = ratio_interval(one, other), ratio_interval(other, one)
    assert interval.low < weak / strong < interval.high
    assert inverse.high == pytest.approx(1 / interval.low)


def test_the_scale_is_common_to_both_sides_and_leaves_the_ratio_alone() -> None:
    gain = Gain(own=1, other=0, own_sd=0, pictures=100)
    interval = ratio_interval(error(4, gain, rest_sd_mm=0), error(8, gain, rest_sd_mm=0))
    assert np.log(interval.high / 0.5) == pytest.approx(
        1.96 * np.sqrt(2 * 0.05**2 + (DRIFT_SD_MM / 4) ** 2 + (DRIFT_SD_MM / 8) ** 2)
    )


def test_a_movement_within_its_error_is_not_told_from_none() -> None:
    moved, still = error(3.0), error(0.08)
    assert moved.told_from_none
    assert not still.told_from_none
    assert ratio_interval(still, moved).low == 0


def test_no_movement_has_no_relative_error() -> None:
    assert error(0.0).relative == float("inf")
    assert not error(0.0).told_from_none


def test_repetitions_that_differ_widen_the_interval_but_do_not_make_a_movement_none() -> None:
    even, torn = error(8), error(8, repetitions_mm=(0.5, 8, 15.5))
    assert torn.interval_mm().high - torn.interval_mm().low > even.interval_mm().high - even.interval_mm().low
    assert torn.told_from_none
    assert error(8, repetitions_mm=(6,)) == even


def test_ratios_of_single_movements_that_differ_widen_the_interval_of_the_ratio() -> None:
    one, other = error(8), error(8)
    alike, torn = ratio_interval(one, other, (1.0, 1.02)), ratio_interval(one, other, (0.1, 8.0))
    assert torn.low < 0.5 < alike.low < 1 < alike.high < 2 < torn.high
