"""What a cohort without groups would look like: every variable with one mode, and related as the data are.

The reference of a test for groups decides what counts as none. A normal distribution would call skewed variables
groups, and rates and repetitions are skewed. So each variable keeps its own shape, as far as it has one mode only, and
the ranks keep their correlations (a Gaussian copula). Groups show as what this leaves out: more than one mode, or places
in the space of all four that are emptier than the variables one by one can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata
from sklearn.isotonic import isotonic_regression

from analysis.cohort.variables import Matrix

Vector = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class UnimodalShape:
    """A distribution with one mode: its cumulative probability is linear between ``edges``."""

    edges: Vector
    cumulative: Vector

    def quantiles(self, probability: Vector) -> Vector:
        """Values below which the given shares lie."""
        return np.asarray(np.interp(probability, self.cumulative, self.edges), dtype=np.float64)


def unimodal_shape(values: Vector) -> UnimodalShape:
    """The distribution with one mode that is nearest to the sample's: convex up to the mode, concave after it.

    Density estimates on either side of a mode are Grenander's (1956): isotonic regression on the gaps between
    neighbouring values. The mode is where the greatest distance of the cumulative probabilities, as in Hartigan and
    Hartigan's dip (1985, Ann Stat 13:70), is least.
    """
    places, counts = np.unique(values, return_counts=True)
    # the smallest value needs a gap before it, to have its share in
    edges = np.concatenate(([places[0] - (places[-1] - places[0]) / (2 * len(values))], places))
    observed = np.concatenate(([0.0], np.cumsum(counts) / len(values)))
    gaps = np.diff(edges)
    density = np.diff(observed) / gaps
    best, least = observed, np.inf
    for mode in range(len(gaps) + 1):
        rising = _monotone(density[:mode], gaps[:mode], increasing=True)
        falling = _monotone(density[mode:], gaps[mode:], increasing=False)
        fitted = np.concatenate(([0.0], np.cumsum(np.concatenate((rising, falling)) * gaps)))
        distance = float(np.abs(fitted - observed).max())
        if distance < least:
            best, least = fitted, distance
    return UnimodalShape(edges=edges, cumulative=best)


def _monotone(density: Vector, gaps: Vector, *, increasing: bool) -> Vector:
    if not density.size:
        return density
    return np.asarray(isotonic_regression(density, sample_weight=gaps, increasing=increasing), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class OneGroup:
    """A cohort of one group, to draw from."""

    shapes: tuple[UnimodalShape, ...]
    correlation: Matrix

    def draw(self, rows: int, generator: np.random.Generator) -> Matrix:
        """``rows`` patients of a cohort without groups, (rows, 4), in the units of the data."""
        normal = generator.multivariate_normal(np.zeros(len(self.shapes)), self.correlation, rows, method="eigh")
        share = norm.cdf(normal)
        return np.column_stack([shape.quantiles(share[:, at]) for at, shape in enumerate(self.shapes)])


def one_group(values: Matrix) -> OneGroup:
    """The cohort without groups that is nearest to ``values`` (rows, 4). No variable may be constant."""
    scores = norm.ppf((np.apply_along_axis(rankdata, 0, values) - 0.5) / len(values))
    return OneGroup(
        shapes=tuple(unimodal_shape(column) for column in values.T),
        correlation=np.atleast_2d(np.corrcoef(scores, rowvar=False)),
    )
