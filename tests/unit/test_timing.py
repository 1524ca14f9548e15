from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom_io.timing import BitstreamTiming, DeclaredTiming, EvenClock, choose_timing, is_even

INTERVALS = st.lists(st.floats(0.002, 1.0), min_size=1, max_size=60)


def presented(intervals: list[float], start: float = 0.0) -> np.ndarray:
    return start + np.concatenate([[0.0], np.cumsum(intervals)])


def times(timing, presentation: np.ndarray) -> list[float]:
    since = presentation - timing.origin_s
    return [timing.clock.time_of(index, since[index]) for index in range(len(presentation))]


@given(INTERVALS, st.floats(0, 1e5), st.randoms())
def test_container_times_come_back_whatever_their_origin_and_storage_order(intervals, start, random) -> None:
    stored = presented(intervals, start)
    pairs = list(stored)
    for index in range(0, len(pairs) - 1, 2):
        if random.random() < 0.5:
            pairs[index], pairs[index + 1] = pairs[index + 1], pairs[index]
    timing = choose_timing(DeclaredTiming(), BitstreamTiming(decode_order_s=np.array(pairs), pictures=len(pairs)))
    assert timing.timestamps == "file"
    assert times(timing, stored) == pytest.approx(presented(intervals), abs=1e-6)


@given(INTERVALS)
def test_a_vector_that_fits_governs_over_everything_else(intervals) -> None:
    vector = np.concatenate([[0.0], intervals]) * 1000
    frames = len(vector)
    even = np.arange(frames) / 30
    timing = choose_timing(
        DeclaredTiming(frames=frames, vector_ms=vector, frame_time_ms=40, cine_rate_hz=10),
        BitstreamTiming(decode_order_s=even, pictures=frames, header_rate_hz=60),
    )
    assert timing.source.startswith("Frame Time Vector")
    assert times(timing, even) == pytest.approx(presented(intervals))


@given(INTERVALS, st.integers(-3, 3).filter(bool))
def test_a_vector_of_the_wrong_length_is_never_used_and_said(intervals, excess) -> None:
    vector = np.concatenate([[0.0], intervals]) * 1000
    timing = choose_timing(DeclaredTiming(frames=len(vector) + excess, vector_ms=vector), BitstreamTiming())
    assert timing.timestamps == "assumed"
    assert any("Frame Time Vector" in sentence for sentence in timing.warnings)


def test_a_vector_still_serves_a_bitstream_that_ends_early() -> None:
    vector = np.array([0, 10, 20, 30, 40.0])
    timing = choose_timing(
        DeclaredTiming(frames=5, vector_ms=vector), BitstreamTiming(decode_order_s=np.arange(3) / 50, pictures=3)
    )
    assert times(timing, np.arange(3) / 50) == pytest.approx([0, 0.01, 0.03])


def test_a_vector_finds_frames_behind_a_lost_one() -> None:
    vector = np.array([0, 10, 20, 30.0])
    stored = np.arange(4) / 25
    timing = choose_timing(
        DeclaredTiming(frames=4, vector_ms=vector), BitstreamTiming(decode_order_s=stored, pictures=4)
    )
    assert [timing.clock.time_of(position, stored[row]) for position, row in enumerate((0, 2, 3))] == pytest.approx(
        [0, 0.03, 0.06]
    )


@pytest.mark.parametrize("bad", [0.0, -40.0, 1e-9, 1e9, float("nan"), float("inf")])
def test_absurd_frame_times_fall_through_to_the_next_statement(bad) -> None:
    timing = choose_timing(DeclaredTiming(frames=9, frame_time_ms=bad, cine_rate_hz=50), BitstreamTiming())
    assert timing.source == "Cine Rate (0018,0040)"
    assert any("Frame Time" in sentence for sentence in timing.warnings)


@pytest.mark.parametrize("bad", [0.0, -1.0, 1e9, float("nan"), float("inf")])
def test_absurd_rates_end_in_an_assumption_that_is_marked(bad) -> None:
    timing = choose_timing(DeclaredTiming(frames=9, cine_rate_hz=bad, display_rate_hz=bad), BitstreamTiming())
    assert (timing.timestamps, timing.fps, timing.source) == ("assumed", 25.0, "assumed")


@pytest.mark.parametrize("increment", [0.0, -5.0, 20_000.0, float("nan")])
def test_a_vector_with_an_impossible_increment_is_not_used(increment) -> None:
    vector = np.array([0, 33, increment, 33])
    timing = choose_timing(DeclaredTiming(frames=4, vector_ms=vector, frame_time_ms=33), BitstreamTiming())
    assert timing.source == "Frame Time (0018,1063)"


def test_zero_frame_time_of_a_single_frame_is_no_fault() -> None:
    timing = choose_timing(
        DeclaredTiming(frames=1, frame_time_ms=0), BitstreamTiming(decode_order_s=np.zeros(1), pictures=1)
    )
    assert not timing.warnings


def test_frame_time_stretches_an_even_bitstream_and_says_so() -> None:
    stored = np.arange(30) / 30
    timing = choose_timing(
        DeclaredTiming(frames=30, frame_time_ms=1000 / 240), BitstreamTiming(decode_order_s=stored, pictures=30)
    )
    assert timing.fps == pytest.approx(240)
    assert times(timing, stored)[-1] == pytest.approx(29 / 240)
    assert "disagrees" in timing.warnings[0]


def test_frame_time_yields_to_variable_timestamps() -> None:
    stored = presented([0.03, 0.03, 0.2, 0.03, 0.03])
    timing = choose_timing(
        DeclaredTiming(frames=6, frame_time_ms=64), BitstreamTiming(decode_order_s=stored, pictures=6)
    )
    assert times(timing, stored) == pytest.approx(stored)
    assert "nominal" in timing.source
    assert not timing.warnings


def test_the_pointer_chooses_frame_time_before_the_vector() -> None:
    vector = np.array([0, 100, 100.0])
    timing = choose_timing(
        DeclaredTiming(frames=3, vector_ms=vector, frame_time_ms=50, pointer="time"), BitstreamTiming()
    )
    assert timing.clock == EvenClock(interval_s=0.05)


@pytest.mark.parametrize(
    "stored",
    [np.array([0, 0.1, 0.1, 0.2]), np.concatenate([np.arange(60), np.arange(60) + 0.5]) / 30],
    ids=["repeated", "clock set back"],
)
def test_broken_timestamps_are_not_used(stored) -> None:
    timing = choose_timing(DeclaredTiming(), BitstreamTiming(decode_order_s=stored, pictures=len(stored)))
    assert timing.timestamps == "assumed"
    assert "repeat or run backwards" in timing.warnings[0]


@given(st.floats(5, 240), st.integers(2, 400), st.sampled_from([0.001, 1e-6]))
def test_rounding_to_a_time_base_is_not_a_variable_rate(rate, frames, step) -> None:
    grid = np.round(np.arange(frames) / rate / step) * step
    assert is_even(grid)


def test_a_dropped_frame_is_a_variable_rate() -> None:
    assert not is_even(np.array([0, 1, 2, 4, 5, 6, 7]) / 30)
