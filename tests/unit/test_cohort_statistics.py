"""Every statistic of the cohort tools against a published example."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from analysis.cohort.compare import Correction, adjusted
from analysis.cohort.correlation import rank_correlation
from analysis.cohort.differences import fisher_freeman_halton, kruskal_wallis
from analysis.cohort.grouping import agreement, silhouettes

# Siegel 1956, Nonparametric Statistics, chapter 9: authoritarianism and social status strivings of 12 students, r_s = .82
AUTHORITARIANISM = np.array([82.0, 98, 87, 40, 116, 113, 111, 83, 85, 126, 106, 117])
STRIVINGS = np.array([42.0, 46, 39, 37, 65, 88, 86, 56, 62, 92, 54, 81])

# Kaufman and Rousseeuw 1990, Finding Groups in Data, chapter 2: how unlike 12 countries seem
COUNTRIES = ("BEL", "BRA", "CHI", "CUB", "EGY", "FRA", "IND", "ISR", "USA", "USS", "YUG", "ZAI")
UNLIKE = (
    (5.58,),
    (7.00, 6.50),
    (7.08, 7.00, 3.83),
    (4.83, 5.08, 8.17, 5.83),
    (2.17, 5.75, 6.67, 6.92, 4.92),
    (6.42, 5.00, 5.58, 6.00, 4.67, 6.42),
    (3.42, 5.50, 6.42, 6.42, 5.00, 3.92, 6.17),
    (2.50, 4.92, 6.25, 7.33, 4.50, 2.25, 6.33, 2.75),
    (6.08, 6.67, 4.25, 2.67, 6.00, 6.17, 6.17, 6.92, 6.17),
    (5.25, 6.83, 4.50, 3.75, 5.75, 5.42, 6.08, 5.83, 6.67, 3.67),
    (4.75, 3.00, 6.08, 6.67, 5.00, 5.58, 4.83, 6.17, 5.67, 6.50, 6.92),
)


def test_spearman_of_siegels_students():
    found = rank_correlation(AUTHORITARIANISM, STRIVINGS)
    assert round(found.rho, 2) == 0.82
    assert found.n == 12
    assert found.p < 0.01
    assert found.low < found.rho < found.high


def test_spearman_turned_round_is_the_opposite():
    found, turned = rank_correlation(AUTHORITARIANISM, STRIVINGS), rank_correlation(AUTHORITARIANISM, -STRIVINGS)
    assert (turned.rho, turned.low, turned.high) == pytest.approx((-found.rho, -found.high, -found.low))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_interval_of_spearman_covers_as_it_says(rho: float):
    # the rank correlation of a normal pair is 6 / pi arcsin(rho / 2) (Pearson 1907)
    truth = 6 / np.pi * np.arcsin(rho / 2)
    rng = np.random.default_rng(3)
    pairs = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], (600, 46))
    found = [rank_correlation(x, y) for x, y in pairs.transpose(0, 2, 1)]
    covered = np.mean([each.low <= truth <= each.high for each in found])
    assert 0.93 <= covered <= 0.975


def test_interval_of_a_perfect_rank_order_stays_within_bounds():
    found = rank_correlation(np.arange(12.0), np.arange(12.0))
    assert found.rho == pytest.approx(1.0)
    assert found.high <= 1.0


def test_kruskal_wallis_of_mucociliary_efficiency():
    # Hollander and Wolfe 1973, p. 116: H = 0.7714, p = 0.68
    found = kruskal_wallis(
        [np.array([2.9, 3.0, 2.5, 2.6, 3.2]), np.array([3.8, 2.7, 4.0, 2.4]), np.array([2.8, 3.4, 3.7, 2.2, 2.0])]
    )
    assert found.statistic == pytest.approx(0.7714, abs=5e-5)
    assert round(found.p, 2) == 0.68
    assert found.degrees_of_freedom == 2
    assert found.effect == pytest.approx(0.7714 / 13, abs=1e-5)


def test_fisher_of_the_tea_drinker():
    # Fisher 1935, The Design of Experiments; two-sided in Agresti 2002, p. 92: 0.486
    found = fisher_freeman_halton(np.array([[3, 1], [1, 3]]), tables_drawn=999, seed=1)
    assert found.p == pytest.approx(0.4857, abs=5e-5)


def test_fisher_freeman_halton_of_job_satisfaction():
    # Agresti 2002, Categorical Data Analysis, p. 57: income by job satisfaction, p = 0.7827 (R's fisher.test has it, too)
    income = np.array([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])
    found = fisher_freeman_halton(income, tables_drawn=39_999, seed=1)
    assert found.p == pytest.approx(0.7827, abs=0.008)


def test_holm_of_four_hypotheses():
    # Holm 1979, Scand J Stat 6:65: the smallest times 4, the next times 3, ..., none below the one before
    assert adjusted([0.01, 0.04, 0.03, 0.005], Correction.HOLM) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_benjamini_hochberg_of_thrombolysis():
    # Benjamini and Hochberg 1995, J R Stat Soc B 57:289, section 3: of 15 hypotheses 4 are rejected, by Holm's 3
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(each <= 0.05 for each in adjusted(p, Correction.BENJAMINI_HOCHBERG)) == 4
    assert sum(each <= 0.05 for each in adjusted(p, Correction.HOLM)) == 3


def test_no_test_needs_no_correction():
    assert adjusted([], Correction.HOLM) == ()


def test_adjusted_rand_of_yeung_and_ruzzo():
    # Yeung and Ruzzo 2001, supplement "Details of the adjusted Rand index": 10 objects, index 0.313
    classes, clusters = [0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [0, 1, 0, 1, 1, 2, 2, 2, 2, 2]
    assert round(agreement(np.array(classes), np.array(clusters)), 3) == 0.313


def test_silhouettes_of_twelve_countries():
    # Rousseeuw 1987, J Comput Appl Math 20:53: mean silhouette 0.33 for three groups. The example has no places, only
    # dissimilarities, so the library's function, which ours calls with places, is asked for these
    unlike = np.zeros((12, 12))
    for row, values in enumerate(UNLIKE, start=1):
        unlike[row, :row] = unlike[:row, row] = values
    groups = (("BEL", "EGY", "FRA", "ISR", "USA"), ("BRA", "IND", "ZAI"), ("CHI", "CUB", "USS", "YUG"))
    labels = np.array([next(at for at, group in enumerate(groups) if each in group) for each in COUNTRIES])
    found = silhouette_samples(unlike, labels, metric="precomputed")
    assert round(float(found.mean()), 2) == 0.33
    assert dict(zip(COUNTRIES, np.round(found, 2), strict=True))["EGY"] == 0.02


def test_silhouettes_of_places_follow_the_definition():
    places = np.array([[0.0, 0], [0, 1], [4, 0], [4, 1]])
    own, other = 1.0, (4 + np.sqrt(17)) / 2
    assert silhouettes(places, np.array([0, 0, 1, 1])) == pytest.approx([(other - own) / other] * 4)
