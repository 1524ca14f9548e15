"""The analysis of variance against a textbook's numbers, against statsmodels, and against what it must come to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import AnovaRM, anova_lm

from analysis.evaluation.landmark_anova import AnovaEffect, anova, mixed_anova
from analysis.evaluation.landmark_rates import Judged, judge
from analysis.evaluation.landmark_ratings import RatingWeights
from analysis.evaluation.landmark_regions import FaceRegion
from tests.landmark_study import MAJOR, MINOR, NONE, full_key, sheets

REACTION_TIMES = np.array(
    [
        [420, 420, 480, 480, 600, 780],
        [420, 480, 480, 360, 480, 600],
        [480, 480, 540, 660, 780, 780],
        [420, 540, 540, 480, 780, 900],
        [540, 660, 540, 480, 660, 720],
        [360, 420, 360, 360, 480, 540],
        [480, 480, 600, 540, 720, 840],
        [480, 600, 660, 540, 720, 900],
        [540, 600, 540, 480, 720, 780],
        [480, 420, 540, 540, 660, 780],
    ],
    dtype=np.float64,
).reshape(10, 2, 3)
"""Maxwell and Delaney, Designing Experiments and Analyzing Data, table 12.1: noise absent and present by angle 0, 4, 8."""


def _table(values: NDArray[np.float64], groups: list[str]) -> dict[str, AnovaEffect]:
    return {each.effect: each for each in mixed_anova(values, groups, within=("a", "b"), between="g")}


def test_the_textbook_two_way_example() -> None:
    found = _table(REACTION_TIMES, ["all"] * 10)
    assert set(found) == {"a", "b", "a x b"}
    assert found["a"].f == pytest.approx(33.77, abs=0.005)
    assert found["b"].f == pytest.approx(40.72, abs=0.005)
    assert found["a x b"].f == pytest.approx(45.31, abs=0.005)
    corrected = {name: (each.epsilon or 0) * each.df_effect for name, each in found.items()}
    assert corrected == pytest.approx({"a": 1.0, "b": 1.92, "a x b": 1.81}, abs=0.005)
    assert (found["b"].epsilon or 0) * found["b"].df_error == pytest.approx(17.31, abs=0.005)


def test_without_groups_it_is_the_repeated_measures_analysis_of_statsmodels() -> None:
    values = np.random.default_rng(3).random((7, 3, 5))
    rows = [(s, a, b, values[s, a, b]) for s in range(7) for a in range(3) for b in range(5)]
    peer = AnovaRM(pd.DataFrame(rows, columns=["s", "a", "b", "y"]), "y", "s", within=["a", "b"]).fit().anova_table
    for name, each in zip(("a", "b", "a x b"), peer.itertuples(index=False), strict=True):
        ours = _table(values, ["all"] * 7)[name]
        assert (ours.f, ours.df_effect, ours.df_error, ours.p_uncorrected) == pytest.approx(tuple(each))


def test_between_groups_it_is_the_one_way_analysis_of_the_means() -> None:
    values = np.random.default_rng(4).random((9, 2, 5))
    groups = ["mild"] * 2 + ["none"] * 4 + ["severe"] * 3
    means = values.mean(axis=(1, 2))
    peer = stats.f_oneway(means[:2], means[2:6], means[6:])
    ours = _table(values, groups)["g"]
    assert (ours.f, ours.p) == pytest.approx((peer.statistic, peer.pvalue))


def test_two_levels_are_a_difference_within_and_a_one_way_analysis_of_it_between() -> None:
    values = np.random.default_rng(5).random((9, 2, 4))
    groups = ["mild"] * 3 + ["none"] * 4 + ["severe"] * 2
    differences = (values[:, 0] - values[:, 1]).mean(axis=1)
    parts = differences[:3], differences[3:7], differences[7:]
    found = _table(values, groups)
    assert found["a x g"].f == pytest.approx(stats.f_oneway(*parts).statistic)
    within = sum(((part - part.mean()) ** 2).sum() for part in parts) / (9 - 3)
    unweighted = np.mean([part.mean() for part in parts])
    error = within * np.mean([1 / len(part) for part in parts]) / len(parts)
    assert found["a"].f == pytest.approx(unweighted**2 / error)
    assert found["a"].epsilon == 1


def test_with_equal_groups_it_is_the_split_plot_analysis_by_its_strata() -> None:
    values = np.random.default_rng(6).random((6, 3, 2))
    groups = ["x", "x", "x", "y", "y", "y"]
    rows = [(s % 3, groups[s], a, values[s, a].mean()) for s in range(6) for a in range(3)]
    table = pd.DataFrame(rows, columns=["s", "g", "a", "y"])
    squares = anova_lm(ols("y ~ C(g) + C(g):C(s) + C(a) + C(a):C(g)", table).fit())
    found = _table(values, groups)
    residual = squares.loc["Residual", "sum_sq"] / (2 * (6 - 2))
    assert found["a"].f == pytest.approx(squares.loc["C(a)", "sum_sq"] / 2 / residual)
    assert found["a x g"].f == pytest.approx(squares.loc["C(a):C(g)", "sum_sq"] / 2 / residual)


def test_epsilon_is_one_where_contrasts_vary_alike_and_least_where_one_carries_all() -> None:
    random = np.random.default_rng(7)
    alike = random.standard_normal((4000, 1, 4))
    assert _table(alike, ["all"] * 4000)["b"].epsilon == pytest.approx(1, abs=0.01)
    carried = random.standard_normal((40, 1, 1)) * np.array([-1.0, 1.0, 0.0, 0.0])
    assert _table(carried, ["all"] * 40)["b"].epsilon == pytest.approx(1 / 3)


def test_no_variation_gives_no_f() -> None:
    found = _table(np.zeros((5, 2, 3)), ["all"] * 5)
    assert all(each.f is None and each.p is None for each in found.values())


def _judged(recordings: list[str], groups: dict[str, str]) -> tuple[Judged, ...]:
    key = full_key(recordings, 2)
    rated = sheets(
        key,
        ["r"],
        lambda row, _: (
            MAJOR
            if row.algorithm == "plain" and row.frame == 0
            else MINOR
            if ord(row.recording) % 2 and row.region is FaceRegion.EYE
            else NONE
        ),
    )
    used = {(row.recording, row.frame): True for row in key}
    return judge(key, rated, RatingWeights(), groups=groups, used=used, lost_is_major=False)


def test_a_study_gives_every_effect() -> None:
    found = anova(_judged(list("abcdef"), {each: "xy"[ord(each) % 2] for each in "abcdef"}))
    assert [each.effect for each in found.effects] == [
        "group", "algorithm", "algorithm x group", "feature", "feature x group",
        "algorithm x feature", "algorithm x feature x group",
    ]  # fmt: skip
    assert found.recordings == 6


def test_recordings_with_a_cell_missing_are_named() -> None:
    judged = tuple(
        each
        for each in _judged(list("abcd"), {})
        if not (each.recording == "c" and each.algorithm == "plain" and each.region is FaceRegion.NOSE)
    )
    found = anova(judged)
    assert found.left_out == ("c",)
    assert found.recordings == 3


def test_a_feature_that_one_algorithm_has_no_points_in_is_left_out_of_the_comparison() -> None:
    judged = tuple(
        each
        for each in _judged(list("abcd"), {})
        if not (each.algorithm == "plain" and each.region is FaceRegion.OUTLINE)
    )
    found = anova(judged)
    assert found.recordings == 4
    assert next(each for each in found.effects if each.effect == "feature").df_effect == 3


@pytest.mark.parametrize(("recordings", "groups"), [("ab", {}), ("abc", {"a": "x", "b": "y", "c": "z"})])
def test_too_few_recordings_are_refused_with_the_reason(recordings: str, groups: dict[str, str]) -> None:
    found = anova(_judged(list(recordings), groups))
    assert found.effects == ()
    assert found.reason is not None
    assert "too few" in found.reason
