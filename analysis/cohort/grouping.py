"""Both clusterings of the paper, and how well groups are told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from sklearn.cluster import AgglomerativeClustering, BisectingKMeans, KMeans
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_samples

from analysis.cohort.settings import FitSettings
from analysis.cohort.variables import Matrix

Labels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Mean and standard deviation (n - 1) of each variable."""

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]

    def standardised(self, values: Matrix) -> Matrix:
        """z-scores."""
        return np.asarray((values - self.mean) / self.sd, dtype=np.float64)


def scale_of(values: Matrix) -> Scale:
    """What turns ``values`` into z-scores."""
    return Scale(mean=values.mean(axis=0), sd=values.std(axis=0, ddof=1))


def divisive(z: Matrix, groups: int, settings: FitSettings) -> Labels:
    """Bisecting k-means: the group with the greatest inertia is split in two until there are ``groups``."""
    bisecting = BisectingKMeans(
        n_clusters=groups,
        n_init=settings.restarts,
        random_state=settings.seed,
        bisecting_strategy="biggest_inertia",
    )
    return np.asarray(bisecting.fit_predict(z), dtype=np.int64)


def refined(z: Matrix, labels: Labels) -> Labels:
    """k-means begun at the centres of ``labels`` (Steinbach, Karypis and Kumar 2000).

    A bisection is never taken back, so of three groups in a row the first cut goes through the middle one. This moves
    each patient to the nearest centre, which is how a new patient will be placed as well.
    """
    begun = centres_of(z, labels)
    return np.asarray(KMeans(n_clusters=len(begun), init=begun, n_init=1).fit_predict(z), dtype=np.int64)


def agglomerative(z: Matrix, groups: int) -> Labels:
    """Agglomerative clustering by Ward's criterion."""
    return np.asarray(AgglomerativeClustering(n_clusters=groups, linkage="ward").fit_predict(z), dtype=np.int64)


def ward_tree(z: Matrix) -> Matrix:
    """Ward's tree as SciPy's linkage matrix, for the dendrogram."""
    return np.asarray(linkage(z, method="ward"), dtype=np.float64)


def centres_of(z: Matrix, labels: Labels) -> Matrix:
    """Mean of each group, in the order of the labels."""
    return np.vstack([z[labels == group].mean(axis=0) for group in np.unique(labels)])


def sizes_of(labels: Labels) -> tuple[int, ...]:
    """How many belong to each group."""
    return tuple(int(count) for count in np.unique(labels, return_counts=True)[1])


def agreement(first: Labels, second: Labels) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 the same groups, 0 no more alike than by chance."""
    return float(adjusted_rand_score(first, second))


def silhouettes(z: Matrix, labels: Labels) -> NDArray[np.float64]:
    """Silhouette of each patient (Rousseeuw 1987): 1 well inside its group, 0 between two, below 0 nearer another."""
    return np.asarray(silhouette_samples(z, labels), dtype=np.float64)


def calinski_harabasz(z: Matrix, labels: Labels) -> float:
    """Ratio of the spread between to the spread within groups (Calinski and Harabasz 1974)."""
    return float(calinski_harabasz_score(z, labels))
