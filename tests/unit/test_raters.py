"""Every statistic of raters against figures that somebody else published, with the data they were published for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import EvaluationError
from analysis.evaluation.raters import (
    Estimate,
    Form,
    Weights,
    bland_altman,
    cohen_kappa,
    fleiss_kappa,
    icc,
    normal_limit_factors,
    proportion,
)

# Shrout and Fleiss 1979, Psychol Bull 86:420, table 2: four judges, six targets
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

# Bland and Altman 1986, Lancet 1:307, table 1: first reading of the Wright and of the mini Wright peak flow meter, l/min
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]

# Fleiss 1971, Psychol Bull 76:378, table 1: how many of six psychiatrists gave each of 30 patients each of five diagnoses
FLEISS = [
    "00060",
    "03003",
    "01401",
    "00006",
    "03030",
    "20400",
    "00402",
    "20310",
    "20040",
    "00006",
    "10050",
    "11040",
    "03300",
    "10050",
    "02031",
    "00501",
    "30012",
    "51000",
    "02040",
    "10203",
    "00006",
    "01050",
    "02013",
    "20040",
    "10041",
    "05010",
    "40002",
    "02040",
    "10500",
    "00006",
]


def pairs(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Ratings of two raters from the table of how often they met."""
    cells = [(row, column) for row, times in enumerate(table) for column, n in enumerate(times) for _ in range(n)]
    first, second = zip(*cells, strict=True)
    return list(first), list(second)


def diagnoses() -> np.ndarray:
    return np.array([[at for at, times in enumerate(row) for _ in range(int(times))] for row in FLEISS])


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe 1998, Stat Med 17:857, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval(count, n, low, high):
    found = proportion(count, n)
    assert found.value == pytest.approx(count / n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(
    ("table", "weights", "kappa", "error"),
    [
        # Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd edition, table 18.1: 0.676, SE 0.087
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], "none", 0.676, 0.0877),
        # SAS/STAT, PROC FREQ, example "Cohen's kappa coefficient": two dermatologists, 88 patients
        ([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], "none", 0.3449, 0.0724),
        ([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], "linear", 0.5082, 0.0655),
        # Agresti, Categorical Data Analysis: 91 married couples; R package vcd, Kappa(SexualFun)
        ([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], "none", 0.1293, 0.0686),
        ([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], "linear", 0.2374, 0.0783),
        ([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], "quadratic", 0.3320, 0.0973),
    ],
)
def test_cohens_kappa(table: list[list[int]], weights: Weights, kappa: float, error: float):
    found = cohen_kappa(*pairs(table), categories=range(len(table)), weights=weights)
    assert found.value == pytest.approx(kappa, abs=5e-4)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(error, abs=5e-5)
    assert found.n == sum(map(sum, table))


def test_quadratic_kappa_is_the_intraclass_correlation_of_many_subjects():
    """Fleiss and Cohen 1973, Educ Psychol Meas 33:613."""
    random = np.random.default_rng(1)
    first = random.integers(0, 6, 4000)
    second = np.clip(first + random.integers(-1, 3, 4000), 0, 5)
    kappa = cohen_kappa(first.tolist(), second.tolist(), categories=range(6), weights="quadratic")
    assert kappa.value == pytest.approx(icc(np.column_stack([first, second]), form="ICC(2,1)").value, abs=1e-3)


def test_a_category_that_nobody_chose_counts_for_the_weights():
    first, second = ["I", "II", "I", "II"], ["I", "II", "II", "II"]
    narrow = cohen_kappa(first, second, categories=["I", "II"], weights="linear")
    wide = cohen_kappa(first, second, categories=["I", "II", "III"], weights="linear")
    assert narrow.value == pytest.approx(wide.value)


def test_perfect_agreement_has_no_interval():
    assert cohen_kappa("abca", "abca", categories="abc", weights="none") == Estimate(value=1, low=None, high=None, n=4)


def test_fleiss_kappa():
    """Fleiss 1971: kappa = 0.430."""
    found = fleiss_kappa(diagnoses(), categories=5)
    assert found.value == pytest.approx(0.430, abs=5e-4)
    assert found.n == 30


def test_interval_of_fleiss_kappa_is_that_of_the_jackknife():
    table = diagnoses()
    found = fleiss_kappa(table, categories=5)
    without = [fleiss_kappa(np.delete(table, row, axis=0), categories=5).value for row in range(30)]
    error = float(np.sqrt(29 / 30 * np.sum((np.array(without) - np.mean(without)) ** 2)))
    assert found.high is not None
    assert (found.high - found.value) / stats.t.ppf(0.975, 29) == pytest.approx(error, rel=0.1)


@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    # values: Shrout and Fleiss 1979, table 4; intervals of the same data: documentation of the R package psych, ICC()
    [
        ("ICC(1,1)", 0.17, -0.133, 0.72),
        ("ICC(2,1)", 0.29, 0.019, 0.76),
        ("ICC(3,1)", 0.71, 0.342, 0.95),
        ("ICC(2,k)", 0.62, 0.071, 0.93),
        ("ICC(3,k)", 0.91, 0.676, 0.99),
    ],
)
def test_intraclass_correlation(form: Form, value: float, low: float, high: float):
    found = icc(SHROUT_FLEISS, form=form)
    assert found.value == pytest.approx(value, abs=0.005)
    assert found.low == pytest.approx(low, abs=5e-4)
    assert found.high == pytest.approx(high, abs=5e-3)
    assert found.n == 6


def test_raters_who_differ_by_a_constant_are_consistent_but_do_not_agree():
    table = np.array([[1.0, 3.0], [2.0, 4.0], [5.0, 7.0], [6.0, 8.0]])
    consistent = icc(table, form="ICC(3,1)")
    assert consistent.value == pytest.approx(1)
    assert consistent.low is None
    assert consistent.high is None
    assert icc(table, form="ICC(2,1)").value < 0.8


def test_limits_of_agreement():
    """Bland and Altman 1986: mean difference -2.1, SD 38.8, its interval -22.0 to 17.8."""
    found = bland_altman(WRIGHT, MINI)
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.0, 17.8), abs=0.05)
    assert found.lower.value == pytest.approx(-2.1176 - 1.959964 * 38.7651, abs=1e-3)
    assert found.upper.value == pytest.approx(-2.1176 + 1.959964 * 38.7651, abs=1e-3)
    assert found.n == 17


def test_factor_of_exact_limits():
    """NIST/SEMATECH e-Handbook of Statistical Methods 7.2.6.3: 90 % of a population with 99 % confidence, n = 43: 1.8740."""
    assert normal_limit_factors(43, share=0.90, confidence=0.99)[1] == pytest.approx(1.8740, abs=5e-5)


def test_exact_limits_come_to_the_approximation_of_many_subjects():
    """Bland and Altman 1999: the standard error of a limit is about 1.71 SD / sqrt(n)."""
    random = np.random.default_rng(2)
    found = bland_altman(random.normal(size=5000), np.zeros(5000))
    assert found.upper.low is not None
    assert found.upper.high is not None
    half = (found.upper.high - found.upper.low) / 2
    assert half == pytest.approx(1.96 * 1.71 * found.sd / np.sqrt(5000), rel=0.01)


def test_exact_limits_hold_the_true_limit_as_often_as_they_say():
    random = np.random.default_rng(3)
    low, high = normal_limit_factors(8)
    samples = random.normal(size=(20_000, 8))
    mean, sd = samples.mean(axis=1), samples.std(axis=1, ddof=1)
    inside = (mean + low * sd <= 1.959964) & (mean + high * sd >= 1.959964)
    assert inside.mean() == pytest.approx(0.95, abs=0.006)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (lambda: cohen_kappa("ab", "ab", categories="ab", weights="none"), "too few"),
        (lambda: cohen_kappa("aaa", "aaa", categories="ab", weights="none"), "not defined"),
        (lambda: cohen_kappa("aab", "aa", categories="ab", weights="none"), "paired"),
        (lambda: cohen_kappa("aab", "aac", categories="ab", weights="none"), "'c' is none of the categories"),
        (lambda: cohen_kappa(["I", None, "I"], ["I"] * 3, categories=["I", "II"], weights="none"), "None is none"),
        (lambda: cohen_kappa("aab", "aab", categories="aab", weights="none"), "named once"),
        (lambda: fleiss_kappa([[0, 1], [1, 1]], categories=2), "too few"),
        (lambda: fleiss_kappa([[1, 1]] * 4, categories=2), "not defined"),
        (lambda: fleiss_kappa(np.array([[0, 1], [1, np.nan], [1, 1]]), categories=2), "missing for subject 2, rater 2"),
        (lambda: fleiss_kappa([[0, 1], [1, 2], [1, 1]], categories=2), "from 0 to 1"),
        (lambda: icc([[1, 2], [3, 4]], form="ICC(2,1)"), "too few"),
        (lambda: icc([[1], [2], [3]], form="ICC(2,1)"), "two raters"),
        (lambda: icc([[2, 2]] * 5, form="ICC(2,1)"), "all values of the 5 subjects are equal"),
        (lambda: icc([[1, 2]] * 5, form="ICC(3,1)"), "every rater gives all 5 subjects the same"),
        (lambda: icc(np.array([[1, 2], [3, np.nan], [4, 5]]), form="ICC(1,1)"), "missing for subject 2"),
        (lambda: icc([[1, 3], [3, 1], [1, 3]], form="ICC(3,k)"), "no intraclass correlation"),
        (lambda: bland_altman([1, 2], [1, 2]), "too few"),
        (lambda: bland_altman([1, 2, 3], [1, 2]), "equal length"),
        (lambda: bland_altman([1, 2, 3], [2, 3, 4]), "all 3 differences are -1"),
        (lambda: bland_altman([1, 2, np.nan], [2, 3, 9]), "missing for subject 3"),
        (lambda: proportion(1, 0), "no share"),
        (lambda: proportion(3, 2), "no share"),
    ],
)
def test_what_a_statistic_is_not_defined_for(refused, why):
    with pytest.raises(EvaluationError, match=why):
        refused()


grades = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40).filter(
    lambda both: len({grade for pair in both for grade in pair}) > 1
)


@settings(max_examples=60, deadline=None)
@given(grades, st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_is_the_same_whoever_comes_first_and_in_whatever_order_subjects_come(both, weights):
    first, second = zip(*both, strict=True)
    found = cohen_kappa(first, second, categories=range(6), weights=weights)
    turned = cohen_kappa(second[::-1], first[::-1], categories=range(6), weights=weights)
    assert turned.value == pytest.approx(found.value)
    assert -1 <= found.value <= 1
    mirrored = cohen_kappa(
        [5 - grade for grade in first], [5 - grade for grade in second], categories=range(6), weights=weights
    )
    assert mirrored.value == pytest.approx(found.value)


scores = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=3, max_size=20)


@settings(max_examples=60, deadline=None)
@given(scores, st.floats(0.1, 10), st.floats(-100, 100), st.sampled_from(["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"]))
def test_correlation_knows_neither_unit_nor_origin(both, scale, shift, form):
    table = np.round(np.array(both), 1)
    if np.ptp(table) < 1 or np.any(table.std(axis=0) < 0.5):
        return
    found, moved = icc(table, form=form), icc(scale * table + shift, form=form)
    assert moved.value == pytest.approx(found.value, abs=1e-6)
    assert found.value <= 1 + 1e-9
    if found.low is not None and found.high is not None:
        assert found.low <= found.value + 1e-9
        assert found.value <= found.high + 1e-9


@settings(max_examples=60, deadline=None)
@given(scores)
def test_limits_turn_with_the_sign(both):
    first, second = np.round(np.array(both), 1).T
    if np.std(first - second) < 0.5:
        return
    found, turned = bland_altman(first, second), bland_altman(second, first)
    assert turned.bias.value == pytest.approx(-found.bias.value, abs=1e-9)
    assert turned.lower.value == pytest.approx(-found.upper.value)
    assert turned.lower.low == pytest.approx(-found.upper.high)  # type: ignore[operator]
    assert found.lower.low < found.lower.value < found.lower.high  # type: ignore[operator]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=3, max_size=6),
    st.sampled_from(["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(2,k)", "ICC(3,k)"]),
)
def test_whatever_raters_say_a_correlation_is_a_number_or_refused(table, form):
    try:
        found = icc(table, form=form)
    except EvaluationError:
        return
    assert np.isfinite([each for each in (found.value, found.low, found.high) if each is not None]).all()
