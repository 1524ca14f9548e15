"""Means over pictures with intervals that know that pictures of one recording belong together.

A share's interval is Wilson's at the effective sample size: the pictures, less by as much as recordings differ more than chance
lets them (never more than the pictures), less again by (1.96 / t)^2 for few recordings (Korn and Graubard 1998, Survey
Methodology 24:193; with Wilson's interval Dean and Pagano 2015, J Surv Stat Methodol 3:484). A difference's is Student's on the
cluster-robust standard error with recordings less one degrees of freedom (Cameron and Miller 2015, J Hum Resour 50:317).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.values import Value

FEW_RECORDINGS: Final = 10
"""With fewer, how far recordings differ is itself not well known."""
_TAIL: Final = 0.975
_NOTHING: Final = 1e-15


class Rate(Value):
    """A mean with its 95 % interval; none of one recording alone."""

    value: float
    low: float | None
    high: float | None


def clustered_share(recordings: Sequence[str], values: Sequence[float]) -> Rate:
    """The mean of values from 0 to 1, one a picture; ``recordings`` names the recording of each."""
    mean, variance, clusters = _mean(recordings, values)
    if clusters < 2:
        return Rate(value=mean, low=None, high=None)
    effective = float(len(values))
    if variance > _NOTHING:
        effective = min(effective, mean * (1 - mean) / variance)
    effective *= float(stats.norm.ppf(_TAIL) / stats.t.ppf(_TAIL, clusters - 1)) ** 2
    low, high = proportion_confint(mean * effective, effective, alpha=2 * (1 - _TAIL), method="wilson")
    return Rate(value=mean, low=float(low), high=float(high))


def clustered_difference(recordings: Sequence[str], values: Sequence[float]) -> Rate:
    """The mean of differences of shares, -1 to 1, one a pair of pictures; no interval where every recording has the same."""
    mean, variance, clusters = _mean(recordings, values)
    if clusters < 2 or variance <= _NOTHING:
        return Rate(value=mean, low=None, high=None)
    half = float(stats.t.ppf(_TAIL, clusters - 1)) * variance**0.5
    return Rate(value=mean, low=max(mean - half, -1.0), high=min(mean + half, 1.0))


def _mean(recordings: Sequence[str], values: Sequence[float]) -> tuple[float, float, int]:
    """The mean over pictures, its cluster-robust variance, and how many recordings there are."""
    _, number = np.unique(np.asarray(recordings), return_inverse=True)
    counts = np.bincount(number).astype(np.float64)
    sums = np.bincount(number, weights=np.asarray(values, dtype=np.float64))
    clusters, pictures = len(counts), counts.sum()
    # rounding must not carry a share out of 0 to 1
    mean = float(np.clip(sums.sum() / pictures, np.min(values), np.max(values)))
    if clusters < 2:
        return mean, 0.0, clusters
    variance = clusters / (clusters - 1) * float(np.square(sums - counts * mean).sum()) / pictures**2
    return mean, variance, clusters
