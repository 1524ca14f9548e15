"""Are there groups at all, and how many? The answer may be: none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from analysis.cohort.grouping import Labels, agreement, divisive, refined, scale_of
from analysis.cohort.one_group import one_group
from analysis.cohort.settings import FitSettings
from analysis.cohort.variables import Matrix

NO_GROUPS: Final = 1


@dataclass(frozen=True, kw_only=True)
class AgainstOneGroup:
    """How much better groups are parted than in cohorts drawn from one group. Arrays are over ``groups`` (2, 3, ...).

    ``excess`` is the larger one of two: silhouettes in the space of all variables, and on its first principal component.
    """

    groups: tuple[int, ...]
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    excess: NDArray[np.float64]
    p_each: NDArray[np.float64]
    p: float

    @property
    def gain(self) -> NDArray[np.float64]:
        """How much the silhouette in the space of all variables exceeds that of one group."""
        return self.observed - self.expected


def against_one_group(values: Matrix, settings: FitSettings) -> AgainstOneGroup:
    """Monte Carlo test of "there is one group" on ``values`` (rows, 4).

    For each number of groups the mean silhouette of Ward's groups is compared with that of ``settings.references``
    cohorts drawn from one group: in the space of all four variables, where groups may lie in any direction, and on the
    first principal component (Adolfsson, Ackerman and Brownstein 2019), where groups in a row show best. The excess in
    standard deviations is compared over all of these at once, so that trying several costs nothing:
    p = (1 + references with at least the greatest excess) / (1 + references) (Davison and Hinkley 1997, 4.2).
    Ward, because one tree serves every number of groups. Of more than ``settings.most_tested`` patients so many are drawn
    once, and cohorts of as many are compared with them: the test stays one, and time does not grow.
    """
    groups = tuple(range(2, settings.most_groups + 1))
    generator = np.random.default_rng(settings.seed)
    if len(values) > settings.most_tested:
        values = values[generator.choice(len(values), settings.most_tested, replace=False)]
    alone = one_group(values)
    share = settings.smallest_share
    drawn = np.array(
        [silhouettes_of_ward(alone.draw(len(values), generator), groups, share) for _ in range(settings.references)]
    )
    observed = silhouettes_of_ward(values, groups, share)
    expected, spread = drawn.mean(axis=0), np.maximum(drawn.std(axis=0, ddof=1), 1e-9)
    excess = ((observed - expected) / spread).max(axis=0)
    greatest = ((drawn - expected) / spread).max(axis=(1, 2))
    reached = 1 + (greatest[:, np.newaxis] >= excess).sum(axis=0)
    return AgainstOneGroup(
        groups=groups,
        observed=observed[0],
        expected=expected[0],
        excess=excess,
        p_each=reached / (1 + settings.references),
        p=float(reached.min() / (1 + settings.references)),
    )


def silhouettes_of_ward(values: Matrix, groups: tuple[int, ...], smallest_share: float) -> NDArray[np.float64]:
    """Mean silhouette of Ward's groups on z-scores, (2, len(groups)): of all variables, of the first component.

    A patient of a set that is too small for a group counts as 0, that is as lying between groups: a far-off few must not
    pass for a group.
    """
    z = scale_of(values).standardised(values)
    first = first_component(z)[:, np.newaxis]
    return np.array([_silhouettes_of_tree(points, groups, smallest_share) for points in (z, first)])


def first_component(z: Matrix) -> NDArray[np.float64]:
    """Place of each row of z-scores on their first principal component."""
    left, singular, _ = np.linalg.svd(z - z.mean(axis=0), full_matrices=False)
    return np.asarray(left[:, 0] * singular[0], dtype=np.float64)


def _silhouettes_of_tree(points: Matrix, groups: tuple[int, ...], smallest_share: float) -> list[float]:
    distances = pdist(points)
    tree = linkage(distances, method="ward")
    square = squareform(distances)
    return [
        _mean(square, fcluster(tree, count, criterion="maxclust").astype(np.int64) - 1, smallest_share)
        for count in groups
    ]


def _mean(distances: Matrix, labels: Labels, smallest_share: float) -> float:
    rows = np.arange(len(labels))
    member = np.eye(int(labels.max()) + 1)[labels]
    size = member.sum(axis=0)
    total = distances @ member
    own = total[rows, labels] / np.maximum(size[labels] - 1, 1)
    other = total / size
    other[rows, labels] = np.inf
    nearest = other.min(axis=1)
    width = (nearest - own) / np.maximum(np.maximum(nearest, own), 1e-12)
    counted = size[labels] >= max(2, smallest_share * len(labels))
    return float(np.where(counted, width, 0.0).mean())


def stability(z: Matrix, labels: Labels, groups: int, settings: FitSettings) -> NDArray[np.float64]:
    """Adjusted Rand index of the groups of bootstrap resamples with ``labels``, on the patients drawn (Hennig 2007).

    A patient drawn twice counts once, so that the copy cannot make a group look tight.
    """
    generator = np.random.default_rng(settings.seed)
    once = settings.model_copy(update={"restarts": 5})
    found = []
    for _ in range(settings.resamples):
        drawn = np.unique(generator.integers(0, len(z), len(z)))
        again = refined(z[drawn], divisive(z[drawn], groups, once))
        found.append(agreement(labels[drawn], again))
    return np.array(found)
