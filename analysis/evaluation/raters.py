"""Agreement of raters: kappa of categories, intraclass correlation and limits of agreement of numbers, each with a 95 % interval.

Every statistic refuses what it is not defined for; none leaves a rating out by itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as kappa_of_counts
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import EvaluationError

LEAST_SUBJECTS: Final = 3
"""With fewer no interval says anything."""
_TAIL: Final = 0.975
_TWO_SIDED: Final = 0.05
LIMIT_SD: Final = float(stats.norm.ppf(_TAIL))
"""95 % of normally distributed differences lie within this many standard deviations of their mean."""
_NOTHING: Final = 1e-12
"""Mean squares that are this small a share of all variation are rounding."""

Form = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(2,k)", "ICC(3,k)"]
Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A statistic of ``n`` subjects with its 95 % interval; ``low`` and ``high`` are None where it has none."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, kw_only=True)
class BlandAltman:
    """First minus second: the mean difference and between what limits 95 % of the differences lie."""

    bias: Estimate
    sd: float
    """Of the differences."""
    lower: Estimate
    upper: Estimate
    n: int


def proportion(count: int, n: int) -> Estimate:
    """Share ``count / n`` with Wilson's interval (Wilson 1927; Newcombe 1998, Stat Med 17:857).

    Raises:
        EvaluationError: ``n`` is 0, or ``count`` is not among 0 to ``n``.
    """
    if n < 1 or not 0 <= count <= n:
        raise EvaluationError(f"{count} of {n} is no share: count at least one subject, and none that is not there")
    low, high = proportion_confint(count, n, alpha=_TWO_SIDED, method="wilson")
    return Estimate(value=count / n, low=float(low), high=float(high), n=n)


def cohen_kappa(
    first: Sequence[Hashable], second: Sequence[Hashable], *, categories: Sequence[Hashable], weights: Weights
) -> Estimate:
    """Agreement of two raters beyond chance (Cohen 1960; weighted Cohen 1968), -1 to 1.

    ``categories`` in their order, also those that nobody chose: weights are distances in it, ``linear`` after Cicchetti and
    Allison 1971, ``quadratic`` after Fleiss and Cohen 1973. The interval is the large-sample one of Fleiss, Cohen and Everitt
    1969; where its standard error is 0 (all agree, or a rater always says the same) there is none.

    Raises:
        EvaluationError: ratings not in pairs, fewer than 3, not among the categories, or all in one and the same category.
    """
    table = pair_table(first, second, categories=categories)
    n = int(table.sum())
    _enough(n)
    if np.count_nonzero(table.sum(axis=0) + table.sum(axis=1)) < 2:
        raise EvaluationError(
            f"kappa is not defined: all {n} pairs of ratings are the same category, so chance agrees as often; give the share "
            "of equal ratings instead, or rate subjects who differ"
        )
    with np.errstate(invalid="ignore", divide="ignore"):  # a variance of 0 comes out as a hair less
        found = cohens_kappa(table, wt=None if weights == "none" else weights)
    variance = float(found.var_kappa)
    if variance <= _NOTHING:
        return Estimate(value=float(found.kappa), low=None, high=None, n=n)
    half = LIMIT_SD * variance**0.5
    return _within(float(found.kappa), float(found.kappa) - half, float(found.kappa) + half, n)


def pair_table(
    first: Sequence[Hashable], second: Sequence[Hashable], *, categories: Sequence[Hashable]
) -> NDArray[np.int64]:
    """How often ``first`` said the row's and ``second`` the column's category: (categories, categories) counts.

    Raises:
        EvaluationError: ratings not in pairs, or not among the categories; categories twice, or fewer than two.
    """
    if len(first) != len(second):
        raise EvaluationError(
            f"{len(first)} ratings cannot be paired with {len(second)}: give one of each for a subject"
        )
    place = {category: at for at, category in enumerate(categories)}
    if len(place) != len(categories) or len(place) < 2:
        raise EvaluationError("categories must be two or more, each named once")
    table = np.zeros((len(place), len(place)), dtype=np.int64)
    for one, other in zip(first, second, strict=True):
        for rating in (one, other):
            if rating not in place:
                known = ", ".join(str(category) for category in categories)
                raise EvaluationError(
                    f"the rating {rating!r} is none of the categories ({known}): correct or leave it out"
                )
        table[place[one], place[other]] += 1
    return table


def fleiss_kappa(ratings: ArrayLike, *, categories: int) -> Estimate:
    """Agreement of any number of raters beyond chance (Fleiss 1971), on categories without order.

    ``ratings``: (subjects, raters), each the index of a category, 0 to ``categories`` - 1; not all subjects need the same
    raters, but the same number of them. The interval is that of Gwet 2021 (Educ Psychol Meas 81:781), with t on n - 1 degrees of
    freedom: Fleiss' own standard error holds only where kappa is 0.

    Raises:
        EvaluationError: no such table, fewer than 3 subjects or 2 raters, missing ratings, or all in one category.
    """
    table = _complete(ratings, "a rating")
    if categories < 2 or np.any(table != np.floor(table)) or np.any((table < 0) | (table >= categories)):
        raise EvaluationError(f"ratings must be whole numbers from 0 to {categories - 1}, the index of their category")
    n, raters = table.shape
    counts, _ = aggregate_raters(table.astype(np.int64), n_cat=categories)
    marginal = counts.sum(axis=0) / counts.sum()
    if np.count_nonzero(marginal) < 2:
        raise EvaluationError(
            f"kappa is not defined: all ratings of the {n} subjects are the same category, so chance agrees as often; rate "
            "subjects who differ"
        )
    kappa = float(kappa_of_counts(counts))
    agreeing = (counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))
    by_chance = counts @ marginal / raters
    expected = float(marginal @ marginal)
    own = (agreeing - expected - 2 * (1 - kappa) * (by_chance - expected)) / (1 - expected)
    half = float(stats.t.ppf(_TAIL, n - 1)) * float(np.sqrt(np.sum((own - kappa) ** 2) / (n * (n - 1))))
    if half <= _NOTHING:
        return Estimate(value=kappa, low=None, high=None, n=n)
    return _within(kappa, kappa - half, kappa + half, n)


def icc(ratings: ArrayLike, *, form: Form) -> Estimate:
    """Intraclass correlation of numbers, (subjects, raters), without gaps; at most 1.

    Forms after Shrout and Fleiss 1979: ``(1,1)`` raters differ from subject to subject or are repetitions, ``(2,1)`` the same
    raters, drawn from many, their bias counts (absolute agreement), ``(3,1)`` these raters, bias does not count; ``k`` the mean
    of all of them. Intervals from F: Shrout and Fleiss 1979, McGraw and Wong 1996 (their tables 4 and 7). None where nothing but
    the subjects differs.

    Raises:
        EvaluationError: no such table, fewer than 3 subjects or 2 raters, missing values, or all values equal.
    """
    table = _complete(ratings, "a value")
    n, k = table.shape
    subjects, raters, error, within = _mean_squares(table)
    nothing = _NOTHING * float(np.square(table).mean())
    if max(subjects, within) <= nothing:
        raise EvaluationError(f"the intraclass correlation is not defined: all values of the {n} subjects are equal")
    if max(subjects, error) <= nothing and form in ("ICC(3,1)", "ICC(3,k)"):
        raise EvaluationError(
            f"the intraclass correlation is not defined: every rater gives all {n} subjects the same value"
        )
    if form == "ICC(1,1)":
        value = (subjects - within) / (subjects + (k - 1) * within)
        return _from_f(value, subjects, within, df=(n - 1, n * (k - 1)), k=k, n=n)
    if form == "ICC(3,1)":
        value = (subjects - error) / (subjects + (k - 1) * error)
        return _from_f(value, subjects, error, df=(n - 1, (n - 1) * (k - 1)), k=k, n=n)
    if form == "ICC(3,k)":
        return _of_mean(icc(table, form="ICC(3,1)"), k)
    single = (subjects - error) / (subjects + (k - 1) * error + k * (raters - error) / n)
    agreeing = _absolute(single, subjects, raters, error, n=n, k=k)
    return _of_mean(agreeing, k) if form == "ICC(2,k)" else agreeing


def _mean_squares(table: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Between subjects, between raters, residual, and within subjects."""
    n, k = table.shape
    of_subjects, of_raters, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    residual = table - of_subjects[:, None] - of_raters + mean
    return (
        float(k * np.sum((of_subjects - mean) ** 2) / (n - 1)),
        float(n * np.sum((of_raters - mean) ** 2) / (k - 1)),
        float(np.sum(residual**2) / ((n - 1) * (k - 1))),
        float(np.sum((table - of_subjects[:, None]) ** 2) / (n * (k - 1))),
    )


def _from_f(value: float, subjects: float, error: float, *, df: tuple[int, int], k: int, n: int) -> Estimate:
    if error <= _NOTHING * subjects:
        return Estimate(value=value, low=None, high=None, n=n)
    ratio = subjects / error
    low = ratio / float(stats.f.ppf(_TAIL, *df))
    high = ratio * float(stats.f.ppf(_TAIL, *reversed(df)))
    return Estimate(value=value, low=(low - 1) / (low + k - 1), high=(high - 1) / (high + k - 1), n=n)


def _absolute(value: float, subjects: float, raters: float, error: float, *, n: int, k: int) -> Estimate:
    """Interval of ICC(2,1), with Satterthwaite's degrees of freedom for the raters and the error together."""
    if error <= _NOTHING * (subjects + raters):
        return Estimate(value=value, low=None, high=None, n=n)
    of_raters = k * value * raters / error
    of_error = n * (1 + (k - 1) * value) - k * value
    freedom = (k - 1) * (n - 1) * (of_raters + of_error) ** 2 / ((n - 1) * of_raters**2 + of_error**2)
    below = float(stats.f.ppf(_TAIL, n - 1, freedom))
    above = float(stats.f.ppf(_TAIL, freedom, n - 1))
    noise = k * raters + (k * n - k - n) * error
    low = n * (subjects - below * error) / (below * noise + n * subjects)
    high = n * (above * subjects - error) / (noise + n * above * subjects)
    # raters who contradict each other leave next to no degrees of freedom
    known = bool(np.isfinite(low) and np.isfinite(high))
    return Estimate(value=value, low=low if known else None, high=high if known else None, n=n)


def _of_mean(single: Estimate, k: int) -> Estimate:
    """Spearman-Brown: of the mean of ``k`` raters, from that of one."""

    def stepped(one: float | None) -> float | None:
        if one is None or 1 + (k - 1) * one <= _NOTHING:
            return None
        return k * one / (1 + (k - 1) * one)

    value = stepped(single.value)
    if value is None:
        raise EvaluationError(
            f"the mean of {k} raters has no intraclass correlation: subjects differ less than raters disagree about one of them"
        )
    return Estimate(value=value, low=stepped(single.low), high=stepped(single.high), n=single.n)


def bland_altman(first: ArrayLike, second: ArrayLike) -> BlandAltman:
    """Limits of agreement of two measurements of the same subjects (Bland and Altman 1986, 1999), in their unit.

    The interval of the bias is Student's. Those of the limits are exact for normally distributed differences (Carkeet 2015,
    Optom Vis Sci 92:e71: a quantile's interval from the noncentral t), each limit for itself.

    Raises:
        EvaluationError: values not in pairs, fewer than 3, missing, or all differences equal.
    """
    pair = [np.asarray(values, dtype=np.float64) for values in (first, second)]
    if pair[0].ndim != 1 or pair[0].shape != pair[1].shape:
        raise EvaluationError("limits of agreement need pairs: give two lists of equal length, a subject in each place")
    difference = np.subtract(*_complete(np.column_stack(pair), "a value").T)
    n, bias, sd = len(difference), float(difference.mean()), float(difference.std(ddof=1))
    if sd <= _NOTHING * float(np.abs(pair[0]).max() + np.abs(pair[1]).max()):
        raise EvaluationError(f"limits of agreement are not defined: all {n} differences are {bias:g}")
    half = float(stats.t.ppf(_TAIL, n - 1)) * sd / n**0.5
    down, up = normal_limit_factors(n)
    return BlandAltman(
        bias=Estimate(value=bias, low=bias - half, high=bias + half, n=n),
        sd=sd,
        lower=Estimate(value=bias - LIMIT_SD * sd, low=bias - up * sd, high=bias - down * sd, n=n),
        upper=Estimate(value=bias + LIMIT_SD * sd, low=bias + down * sd, high=bias + up * sd, n=n),
        n=n,
    )


def normal_limit_factors(n: int, *, share: float = _TAIL, confidence: float = _TAIL) -> tuple[float, float]:
    """One-sided tolerance factors of a normal sample: the ``share`` quantile lies between mean + these times the SD.

    The second is exceeded with probability 1 - ``confidence``, the first undercut (noncentral t; NIST handbook 7.2.6.3).
    """
    noncentrality = float(stats.norm.ppf(share)) * n**0.5
    low, high = (float(stats.nct.ppf(at, n - 1, noncentrality)) / n**0.5 for at in (1 - confidence, confidence))
    return low, high


def _complete(ratings: ArrayLike, what: str) -> NDArray[np.float64]:
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise EvaluationError("agreement needs a table of subjects by raters, with two raters or more")
    _enough(len(table))
    gaps = np.argwhere(~np.isfinite(table))
    if len(gaps):
        raise EvaluationError(
            f"{what} is missing for subject {gaps[0][0] + 1}, rater {gaps[0][1] + 1} ({len(gaps)} missing in all): leave the "
            "subject out, and say so"
        )
    return table


def _enough(subjects: int) -> None:
    if subjects < LEAST_SUBJECTS:
        raise EvaluationError(f"{subjects} subjects are too few for a figure of agreement: {LEAST_SUBJECTS} at least")


def _within(value: float, low: float, high: float, n: int) -> Estimate:
    return Estimate(value=value, low=max(low, -1.0), high=min(high, 1.0), n=n)
