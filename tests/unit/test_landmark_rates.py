"""Error rates worked by hand, and their intervals against formulas written out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.evaluation.landmark_intervals import clustered_difference, clustered_share
from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_rates import ErrorRate, error_differences, error_rates, judge
from analysis.evaluation.landmark_ratings import RatingWeights, Sheet
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.raters import proportion
from tests.landmark_study import MAJOR, MINOR, NONE, full_key, sheets, shown

BOTH = (FaceRegion.BROW, FaceRegion.EYE)


def _rates(
    key: Sequence[Shown],
    rated: Sequence[Sheet],
    weights: RatingWeights | None = None,
    groups: dict[str, str] | None = None,
    *,
    lost_is_major: bool = False,
    used: dict[tuple[str, int], bool] | None = None,
) -> tuple[ErrorRate, ...]:
    used = used or {(row.recording, row.frame): True for row in key}
    groups = groups or {}
    judged = judge(key, rated, weights or RatingWeights(), groups=groups, used=used, lost_is_major=lost_is_major)
    lost = [row for row in key if row.picture is None]
    return error_rates(judged, lost, groups, used)


def _one(
    rates: tuple[ErrorRate, ...],
    algorithm: str,
    region: FaceRegion | None = None,
    group: str | None = None,
    *,
    measured: bool = False,
) -> ErrorRate:
    (found,) = (
        rate
        for rate in rates
        if (rate.algorithm, rate.region, rate.group, rate.measured_only) == (algorithm, region, group, measured)
    )
    return found


def test_weighted_and_major_rates_by_hand() -> None:
    # two raters, four pictures of "vultus": none/none, none/minor, minor/major, major/major
    key = full_key(["a", "b"], 1, ("vultus",), BOTH)
    said = [(NONE, NONE), (NONE, MINOR), (MINOR, MAJOR), (MAJOR, MAJOR)]
    rated = sheets(key, ["r", "s"], lambda row, rater: said[row.order - 1][rater])
    rate = _one(_rates(key, rated), "vultus")
    assert rate.weighted.value == pytest.approx((0 + 0.25 + 0.75 + 1) / 4)
    assert rate.minor.value == pytest.approx((0 + 0.5 + 0.5 + 0) / 4)
    assert rate.major.value == pytest.approx((0 + 0 + 0.5 + 1) / 4)
    assert (rate.pictures, rate.recordings) == (4, 2)
    heavier = _one(_rates(key, rated, RatingWeights(minor=0.2, major=0.8)), "vultus")
    assert heavier.weighted.value == pytest.approx((0 + 0.1 + 0.5 + 0.8) / 4)
    assert heavier.major.value == rate.major.value


def test_a_picture_shown_twice_counts_once_and_an_unrated_one_not_at_all() -> None:
    key = full_key(["a"], 2, ("vultus",), (FaceRegion.BROW,), twice=1)
    rated = sheets(key, ["r"], lambda row, _: MAJOR if row.repeat_of else NONE)
    ratings = {picture: rating for picture, rating in rated[0].ratings.items() if picture != "p0002"}
    only = type(rated[0])(rater="r", ratings=ratings, missing=("p0002",))
    rate = _one(_rates(key, [only]), "vultus")
    assert (rate.pictures, rate.weighted.value) == (1, 0)


def test_what_was_not_found_is_counted_beside_the_rates_or_in_them() -> None:
    key = (shown("p1"), shown(None, frame=1), shown("p2", frame=2))
    rated = sheets(key, ["r"], lambda *_: NONE)
    beside = _one(_rates(key, rated), "vultus")
    assert (beside.pictures, beside.not_found, beside.major.value) == (2, 1, 0)
    inside = _one(_rates(key, rated, lost_is_major=True), "vultus")
    assert (inside.pictures, inside.not_found) == (3, 1)
    assert inside.major.value == inside.weighted.value == pytest.approx(1 / 3)


def test_frames_that_vultus_would_measure_have_a_row_of_their_own() -> None:
    key = (shown("p1"), shown("p2", frame=1), shown(None, frame=1, region=FaceRegion.EYE))
    rated = sheets(key, ["r"], lambda row, _: MAJOR if row.frame else NONE)
    used = {("a", 0): True, ("a", 1): False}
    rates = _rates(key, rated, used=used)
    assert _one(rates, "vultus").major.value == 0.5
    measured = _one(rates, "vultus", measured=True)
    assert (measured.major.value, measured.pictures, measured.not_found) == (0, 1, 0)


def test_groups_and_features_are_rates_of_their_own_pictures() -> None:
    key = full_key(["a", "b"], 1, ("vultus",), BOTH)
    rated = sheets(
        key, ["r"], lambda row, _: MAJOR if row.recording == "b" else MINOR if row.region is FaceRegion.EYE else NONE
    )
    rates = _rates(key, rated, groups={"a": "mild", "b": "severe"})
    assert _one(rates, "vultus", None, "severe").weighted.value == 1
    assert _one(rates, "vultus", None, "mild").weighted.value == 0.25
    assert _one(rates, "vultus", FaceRegion.EYE).weighted.value == 0.75
    assert _one(rates, "vultus", FaceRegion.EYE, "mild").weighted.value == 0.5


def test_differences_are_of_the_same_pictures_only() -> None:
    key = (
        shown("p1", recording="a"),
        shown("p2", recording="a", algorithm="plain"),
        shown("p3", recording="b"),
        shown("p4", recording="b", algorithm="plain"),
        shown("p5", recording="b", frame=7),  # "plain" found nothing here
        shown(None, recording="b", frame=7, algorithm="plain"),
    )
    rating = {"p1": NONE, "p2": MAJOR, "p3": MINOR, "p4": MINOR, "p5": MAJOR}
    rated = sheets(key, ["r"], lambda row, _: rating[row.picture or ""])
    used = {(row.recording, row.frame): True for row in key}
    judged = judge(key, rated, RatingWeights(), groups={}, used=used, lost_is_major=False)
    overall = error_differences(judged, {})[0]
    assert (overall.first, overall.second, overall.pairs, overall.recordings) == ("vultus", "plain", 2, 2)
    assert overall.weighted.value == -0.5


def test_with_one_picture_of_each_recording_the_interval_is_wilsons_with_t_for_few() -> None:
    # Korn and Graubard: n_eff = n (z / t)^2 where pictures are independent
    values = [1.0] * 3 + [0.0] * 17
    found = clustered_share([str(k) for k in range(20)], values)
    variance = 20 / 19 * (3 * 0.85**2 + 17 * 0.15**2) / 20**2
    effective = min(20, 0.15 * 0.85 / variance) * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 19)) ** 2
    z = stats.norm.ppf(0.975)
    centre = (0.15 + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * math.sqrt(0.15 * 0.85 / effective + z**2 / (4 * effective**2))
    assert (found.value, found.low, found.high) == pytest.approx((0.15, centre - half, centre + half))
    many = clustered_share([str(k) for k in range(4000)], values * 200)
    wilson = proportion(600, 4000)
    assert (many.low, many.high) == pytest.approx((wilson.low, wilson.high), abs=1e-4)


def test_pictures_that_only_repeat_their_recording_add_nothing() -> None:
    values = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    names = [str(k) for k in range(10)]
    once, ten_times = clustered_share(names, values), clustered_share(names * 10, values * 10)
    assert (ten_times.low, ten_times.high) == pytest.approx((once.low, once.high), abs=0.01)


def test_no_error_seen_is_no_proof_of_none() -> None:
    found = clustered_share(["a"] * 5 + ["b"] * 5 + ["c"] * 5, [0.0] * 15)
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 0.3 < found.high < 0.9


def test_a_difference_has_students_interval_on_recordings() -> None:
    # one pair each: the ordinary paired t interval
    values = [-0.5, 0.0, -0.25, -0.25, 0.0, -0.5]
    found = clustered_difference([str(k) for k in range(6)], values)
    peer = stats.ttest_1samp(values, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high))


def test_one_recording_has_no_interval() -> None:
    assert clustered_share(["a", "a"], [0.0, 1.0]).low is None
    assert clustered_difference(["a", "a"], [0.0, 1.0]).high is None
    assert clustered_difference(["a", "b"], [0.5, 0.5]).low is None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([0.0, 1 / 6, 0.5, 1.0])), min_size=1, max_size=60))
def test_an_interval_holds_its_rate_and_stays_within_nothing_and_all(pictures: list[tuple[str, float]]) -> None:
    found = clustered_share([name for name, _ in pictures], [value for _, value in pictures])
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


@pytest.mark.parametrize("weights", [{"minor": 0.9, "major": 0.5}, {"minor": -0.1}, {"major": 1.5}])
def test_impossible_weights_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"minor|major"):
        RatingWeights(**weights)
