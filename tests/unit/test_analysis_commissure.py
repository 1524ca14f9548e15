from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.signal import lfilter

from analysis.calibration import Gain
from analysis.commissure import band, deming_slope, effective_sample_size, fisher_interval, relate
from analysis.movement import Excursions, assess_movement
from analysis.results import Band, Commissure
from analysis.settings import AnalysisSettings
from analysis.values import Bilateral, Side, Status

SETTINGS = AnalysisSettings()
QUIET = Bilateral(right=0.05, left=0.05)
SURE = (Gain(own=1, other=0, own_sd=0.01, pictures=100),) * 2
LEAK = 0.25
TIMES = np.arange(300) / 30
SMILE = np.where((TIMES >= 1) & (TIMES <= 9), np.sin(np.pi * (TIMES - 1) / 2) ** 2, 0)
"""Four raised-cosine smiles of two seconds, height 1."""


def related(
    right: NDArray[np.float64],
    left: NDArray[np.float64],
    *,
    rest_sd: Bilateral = QUIET,
    settings: AnalysisSettings = SETTINGS,
    times: NDArray[np.float64] = TIMES,
) -> Commissure:
    smoothed = Excursions(times_s=times, right=right, left=left)
    movement = assess_movement(smoothed, rest_sd, SURE, settings)
    return relate(smoothed, movement, SURE, settings, leak=LEAK)


def noise(seed: int, size: int = 300) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(size)


def test_correlations_are_those_of_numpy_and_scipy() -> None:
    right, left = 8 * SMILE + 0.5 * noise(1), 5 * SMILE + 0.5 * noise(2)
    smoothed = Excursions(times_s=TIMES, right=right, left=left)
    movement = assess_movement(smoothed, QUIET, SURE, SETTINGS)
    commissure = relate(smoothed, movement, SURE, SETTINGS, leak=LEAK)
    active = np.any([(s.start_s <= TIMES) & (s.end_s >= TIMES) for s in movement.segments], axis=0)
    assert commissure.pearson_r == pytest.approx(np.corrcoef(right[active], left[active])[0, 1])
    assert commissure.spearman_rho == pytest.approx(stats.spearmanr(right[active], left[active]).statistic)
    assert commissure.excursion_mm == movement.excursion_mm
    assert movement.excursion_mm is not None
    assert commissure.amplitude_ratio == pytest.approx(movement.excursion_mm.left / movement.excursion_mm.right)
    assert commissure.weaker_side is Side.LEFT
    low, high = commissure.ci95 or (1, 0)
    assert low < (commissure.pearson_r or 0) < high


def test_r_is_blind_to_amplitude_and_the_ratio_is_not() -> None:
    commissure = related(8 * SMILE, 4 * SMILE)
    assert commissure.pearson_r == pytest.approx(1)
    assert commissure.amplitude_ratio == pytest.approx(0.5)
    assert commissure.gain == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("shares", "weaker"),
    [((1, 0.4), Side.LEFT), ((0.4, 1), Side.RIGHT), ((1, 0.85), None), ((0.85, 1), None), ((1, 1), None)],
)
def test_the_weaker_side_is_named_only_where_the_smile_is_uneven(
    shares: tuple[float, float], weaker: Side | None
) -> None:
    assert related(8 * shares[0] * SMILE, 8 * shares[1] * SMILE).weaker_side is weaker


def test_no_side_is_named_where_the_landmarks_gain_is_not_known() -> None:
    """Landmarks alone read one side of a face up to half as large again as the other."""
    unsure = (Gain(own=1, other=0, own_sd=0.2, pictures=0),) * 2
    smoothed = Excursions(times_s=TIMES, right=8 * SMILE, left=5 * SMILE)
    commissure = relate(smoothed, assess_movement(smoothed, QUIET, unsure, SETTINGS), unsure, SETTINGS, leak=LEAK)
    assert commissure.amplitude_ratio == pytest.approx(5 / 8)
    assert commissure.weaker_side is None
    assert commissure.amplitude_ratio_interval is not None
    assert commissure.amplitude_ratio_interval.high > 1


def test_a_dead_side_is_refused() -> None:
    commissure = related(8 * SMILE, 0.1 * noise(3), rest_sd=Bilateral(right=0.1, left=0.1))
    assert commissure.status is Status.NOT_ASSESSABLE
    assert commissure.reason is not None
    assert commissure.reason.startswith("the left mouth corner did not move")
    assert commissure.weaker_side is Side.LEFT
    numbers = commissure.model_dump(exclude={"status", "reason", "weaker_side"})
    assert set(numbers.values()) == {None}


def test_what_the_trackers_own_pull_may_show_is_refused() -> None:
    commissure = related(0.2 * 8 * SMILE, 8 * SMILE)
    assert commissure.status is Status.NOT_ASSESSABLE
    assert commissure.reason is not None
    assert commissure.reason.startswith("the right mouth corner's movement cannot be told from none")
    assert related(0.26 * 8 * SMILE, 8 * SMILE).status is Status.GOOD


def test_no_movement_is_refused_with_the_reason_of_the_gate() -> None:
    commissure = related(1.0 * SMILE, 1.0 * SMILE)
    assert commissure.status is Status.NOT_ASSESSABLE
    assert commissure.reason is not None
    assert commissure.reason.startswith("no movement")
    assert commissure.weaker_side is None


@pytest.mark.parametrize("frames", [1, 2, 4])
def test_a_movement_in_a_few_frames_is_refused(frames: int) -> None:
    right = np.full(300, np.nan)
    right[:20] = 0
    right[100 : 100 + frames] = np.arange(frames) + 5
    commissure = related(right, right + 0.0)
    assert commissure.status is Status.NOT_ASSESSABLE
    assert commissure.reason is not None
    assert commissure.reason.startswith(f"the course of the movement was not seen: {frames} usable frames show it")


def test_a_plateau_alone_is_refused() -> None:
    """R over a held smile would be the correlation of its noise."""
    right = np.where(TIMES < 3, 0, 8) + 0.05 * noise(10)
    right[(TIMES > 2.5) & (TIMES < 4)] = np.nan
    commissure = related(right, 0.8 * right)
    assert commissure.status is Status.NOT_ASSESSABLE
    assert "the course of the movement was not seen" in (commissure.reason or "")


@pytest.mark.parametrize("delay", [-6, -1, 0, 2, 6])
def test_the_lag_is_positive_when_left_follows_right(delay: int) -> None:
    right, left = 8 * SMILE, np.interp(TIMES - delay / 30, TIMES, 6 * SMILE)
    commissure = related(right, left)
    assert commissure.lag_s == pytest.approx(delay / 30)
    assert commissure.max_lag_r == pytest.approx(1, abs=1e-3)
    assert (commissure.max_lag_r or 0) >= (commissure.pearson_r or 0)


def test_a_lag_beyond_the_limit_is_not_found() -> None:
    left = np.interp(TIMES - 0.3, TIMES, 6 * SMILE)
    found = related(8 * SMILE, left, settings=SETTINGS.model_copy(update={"max_lag_s": 0.1}))
    assert found.lag_s == pytest.approx(0.1)


def test_deming_slope_against_the_closed_form_and_a_known_slope() -> None:
    truth = np.linspace(0, 10, 20_000)
    right, left = truth + 0.7 * noise(4, 20_000), 0.6 * truth + 0.7 * noise(5, 20_000)
    assert deming_slope(right, left) == pytest.approx(0.6, abs=0.01)
    assert np.polyfit(right, left, 1)[0] < 0.585  # which least squares does not find
    (sxx, sxy), (_, syy) = np.cov(right, left)
    eigenvalues, vectors = np.linalg.eigh(np.array([[sxx, sxy], [sxy, syy]]))
    direction = vectors[:, int(np.argmax(eigenvalues))]
    assert deming_slope(right, left) == pytest.approx(direction[1] / direction[0])


@given(st.floats(0.1, 10))
def test_the_deming_slope_of_the_other_side_is_the_inverse(slope: float) -> None:
    right = noise(6)
    left = slope * right + 0.3 * noise(7)
    forwards, backwards = deming_slope(right, left), deming_slope(left, right)
    assert forwards is not None
    assert backwards is not None
    assert forwards * backwards == pytest.approx(1)


def test_sides_that_do_not_vary_together_have_no_slope() -> None:
    assert deming_slope(np.array([1.0, -1.0, 1.0, -1.0]), np.array([1.0, 1.0, -1.0, -1.0])) is None


@pytest.mark.parametrize("phase", [0.0, 0.3, np.pi / 2])
def test_the_hysteresis_of_an_ellipse_is_its_area(phase: float) -> None:
    """One full turn, ranges 2a and 2b: the area pi a b sin(phase) is pi/4 sin(phase) of their product."""
    turn = 2 * np.pi * np.arange(300) / 300
    right, left = 10 + 4 * np.cos(turn), 10 + 3 * np.cos(turn - phase)
    commissure = related(right, left)
    assert commissure.nonlinearity is not None
    assert commissure.nonlinearity.hysteresis == pytest.approx(np.pi / 4 * np.sin(phase), abs=2e-3)


def test_a_parabola_gains_what_a_line_leaves() -> None:
    right = 10 * SMILE
    bent = related(right, right**2 / 10)
    straight = related(right, 0.6 * right)
    assert bent.nonlinearity is not None
    assert straight.nonlinearity is not None
    active = right > 0
    line = 1 - np.polyfit(right[active], right[active] ** 2, 1, full=True)[1][0] / (
        active.sum() * (right[active] ** 2).var()
    )
    assert bent.nonlinearity.delta_r2 == pytest.approx(1 - line, abs=0.01)
    assert straight.nonlinearity.delta_r2 == pytest.approx(0, abs=1e-12)
    assert straight.nonlinearity.hysteresis == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("r", "expected"),
    [
        (1.0, Band.LINEAR),
        (0.95, Band.LINEAR),
        (0.9499, Band.BORDERLINE),
        (0.90, Band.BORDERLINE),
        (0.8999, Band.REDUCED),
        (-1.0, Band.REDUCED),
    ],
)
def test_bands(r: float, expected: Band) -> None:
    assert band(r, SETTINGS) is expected


@given(st.floats(-0.999, 0.999), st.floats(4.01, 1e4))
def test_the_interval_holds_r_and_shrinks_with_the_sample(r: float, n: float) -> None:
    interval, larger = fisher_interval(r, n), fisher_interval(r, 2 * n)
    assert interval is not None
    assert larger is not None
    assert -1 <= interval[0] <= larger[0] <= r + 1e-9
    assert r - 1e-9 <= larger[1] <= interval[1] <= 1


def test_the_interval_is_that_of_the_textbook_when_samples_are_independent() -> None:
    low, high = fisher_interval(0.8, 30) or (0, 0)
    published = stats.pearsonr(*_exactly(0.8, 30)).confidence_interval(0.95)
    assert (low, high) == pytest.approx((published.low, published.high), abs=1e-6)


def _exactly(r: float, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """n pairs whose sample correlation is r."""
    x, y = noise(8, n), noise(9, n)
    x = (x - x.mean()) / x.std()
    y = y - y.mean() - x * (x @ (y - y.mean())) / n
    return x, r * x + np.sqrt(1 - r**2) * y / y.std()


def test_no_interval_from_fewer_than_four_samples() -> None:
    assert fisher_interval(0.9, 4.0) is None


@given(st.integers(0, 1000), st.floats(0.1, 3))
def test_the_effective_sample_size_does_not_care_for_unit_or_order_of_sides(seed: int, scale: float) -> None:
    right, left = SMILE + 0.1 * noise(seed), 0.5 * SMILE + 0.1 * noise(seed + 1)
    together = np.ones(299, dtype=np.bool_)
    n = effective_sample_size(right, left, together)
    assert 1 - 1e-9 <= n <= 300 + 1e-9
    assert effective_sample_size(left, right, together) == pytest.approx(n)
    assert effective_sample_size(scale * right + 1, left, together) == pytest.approx(n)


def test_perfectly_proportional_sides_have_no_noise_to_judge_by() -> None:
    assert effective_sample_size(SMILE, SMILE, np.ones(299, dtype=np.bool_)) == 300


def test_the_effective_sample_size_of_known_noise() -> None:
    """First-order autoregressive noise of coefficient b leaves (1 - b^2) / (1 + b^2) of the samples."""
    movement = np.tile(SMILE, 100)
    noises = []
    for seed in (11, 12):
        steps = noise(seed, len(movement))
        noises.append(lfilter([1.0], [1.0, -0.8], steps))
    runs = np.ones(len(movement) - 1, dtype=np.bool_)
    runs[299::300] = False
    n = effective_sample_size(movement + 0.1 * noises[0], movement + 0.1 * noises[1], runs)
    assert n / len(movement) == pytest.approx((1 - 0.8**2) / (1 + 0.8**2), rel=0.1)
