"""Patients who stand alone: a group of one is no group, so they must not draw a centroid to themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from analysis.cohort.settings import FitSettings
from analysis.cohort.variables import Matrix

LEAST_NEIGHBOURS = 3
_CONSISTENT = 0.6745


def neighbours_asked(rows: int, settings: FitSettings) -> int:
    """How many others a patient needs nearby: as many as the smallest set that counts as a group."""
    return max(LEAST_NEIGHBOURS, round(settings.smallest_share * rows))


def outlier_scores(values: Matrix, settings: FitSettings) -> NDArray[np.float64]:
    """How far each patient is from its nearest others, as a modified z-score (Iglewicz and Hoaglin 1993).

    The distance to the k-th nearest neighbour (Ramaswamy et al. 2000), k the smallest size of a group, on variables
    divided by their interquartile range; its logarithm x gives 0.6745 (x - median) / MAD. ``values`` is (rows, 4).
    """
    quartiles = np.percentile(values, (25, 75), axis=0)
    spread = quartiles[1] - quartiles[0]
    spread = np.where(spread > 0, spread, values.std(axis=0))
    scaled = values / np.where(spread > 0, spread, 1.0)
    asked = neighbours_asked(len(values), settings)
    distance = NearestNeighbors(n_neighbors=asked + 1).fit(scaled).kneighbors(scaled)[0][:, -1]
    # patients who agree in all four variables are at no distance, which has no logarithm
    positive = distance[distance > 0]
    if not positive.size:
        return np.zeros(len(values))
    logarithm = np.log(np.maximum(distance, positive.min()))
    centre = np.median(logarithm)
    deviation = float(np.median(np.abs(logarithm - centre)))
    if deviation == 0.0:
        return np.zeros(len(values))
    return np.asarray(_CONSISTENT * (logarithm - centre) / deviation, dtype=np.float64)


def standing_alone(values: Matrix, settings: FitSettings) -> NDArray[np.bool_]:
    """Which rows are outliers: no group-sized neighbourhood. Those are kept out of the fit and named."""
    return outlier_scores(values, settings) > settings.outlier_score
