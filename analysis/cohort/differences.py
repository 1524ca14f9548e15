"""Whether groups differ: Kruskal and Wallis for numbers, Fisher, Freeman and Halton for categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import MonteCarloMethod, fisher_exact, kruskal
from scipy.stats.contingency import association

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class GroupTest:
    """A test across groups. ``effect`` is epsilon squared, or Cramer's V for categories: 0 none, 1 complete."""

    statistic: float | None
    degrees_of_freedom: int
    effect: float
    p: float


def kruskal_wallis(groups: Sequence[Vector]) -> GroupTest:
    """Kruskal and Wallis' H with correction for ties, p from chi squared.

    Effect: epsilon squared = H / (n - 1) (Kelley 1935; Tomczak and Tomczak 2014).
    """
    found = kruskal(*groups)
    n = sum(len(group) for group in groups)
    statistic = float(found.statistic)
    return GroupTest(
        statistic=statistic, degrees_of_freedom=len(groups) - 1, effect=statistic / (n - 1), p=float(found.pvalue)
    )


def fisher_freeman_halton(counts: Counts, *, tables_drawn: int, seed: int) -> GroupTest:
    """Exact test of independence of a table of counts, (groups, categories), without empty rows and columns.

    2 x 2 is Fisher's exact test; larger ones (Freeman and Halton 1951) by ``tables_drawn`` random tables with the same
    margins: p = (1 + those no more probable) / (1 + drawn). Effect: Cramer's V.
    """
    rows, columns = counts.shape
    if counts.shape == (2, 2):
        p = float(fisher_exact(counts).pvalue)
    else:
        drawn = MonteCarloMethod(n_resamples=tables_drawn, rng=np.random.default_rng(seed))
        p = float(fisher_exact(counts, method=drawn).pvalue)
    return GroupTest(
        statistic=None,
        degrees_of_freedom=(rows - 1) * (columns - 1),
        effect=float(association(counts, method="cramer")),
        p=p,
    )
