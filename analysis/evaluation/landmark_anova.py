"""Analysis of variance of the weighted error: algorithm and feature within recordings, severity between them.

The classical mixed (split-plot) design on the means of each recording's cells: pictures of one recording are not independent,
recordings are. Every within effect is tested against its own interaction with recordings, and degrees of freedom are corrected
after Greenhouse and Geisser (1959), because features need not vary alike. Sums of squares of unequal groups are of type III
(Maxwell and Delaney, Designing Experiments and Analyzing Data, chapters 12 and 14; Kirk, Experimental Design, chapter 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.linalg import helmert

from analysis.evaluation.landmark_rates import Judged
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.values import Value

LEAST_RECORDINGS: Final = 3
_NOTHING: Final = 1e-12


class AnovaEffect(Value):
    """One line of the table. ``f`` and what follows from it are None where recordings do not differ at all in this respect.

    ``p`` is corrected after Greenhouse and Geisser with ``epsilon`` (1: no correction), ``p_uncorrected`` is not;
    ``df_effect`` and ``df_error`` are uncorrected. ``partial_eta_squared`` is SS / (SS + SS error).
    """

    effect: str
    df_effect: int
    df_error: int
    f: float | None
    epsilon: float | None
    p: float | None
    p_uncorrected: float | None
    partial_eta_squared: float | None


class Anova(Value):
    """The table, or why there is none. ``left_out`` are recordings in which a cell was not judged."""

    effects: tuple[AnovaEffect, ...]
    recordings: int
    left_out: tuple[str, ...]
    reason: str | None = None


def anova(judged: Sequence[Judged]) -> Anova:
    """Weighted error by algorithm, feature and, where there are at least two, group."""
    algorithms = list(dict.fromkeys(one.algorithm for one in judged))
    there = {(one.algorithm, one.region) for one in judged}
    # a feature that one algorithm has no points in cannot be compared
    regions = [region for region in FaceRegion if all((algorithm, region) in there for algorithm in algorithms)]
    recordings = sorted({one.recording for one in judged})
    group_of = {one.recording: one.group for one in judged}
    cells: dict[tuple[str, str, FaceRegion], list[float]] = {
        (recording, a, r): [] for recording in recordings for a in algorithms for r in regions
    }
    for one in judged:
        if one.region in regions:
            cells[one.recording, one.algorithm, one.region].append(one.weighted)
    complete = [each for each in recordings if all(cells[each, a, r] for a in algorithms for r in regions)]
    left_out = tuple(each for each in recordings if each not in complete)
    groups = [group_of[each] or "" for each in complete]
    spare = len(complete) - len(set(groups))
    if len(complete) < LEAST_RECORDINGS or spare < 1:
        reason = (
            f"{len(complete)} recordings with every algorithm and feature judged, in {len(set(groups))} groups, are too few: "
            f"at least {LEAST_RECORDINGS}, and more than groups"
        )
        return Anova(effects=(), recordings=len(complete), left_out=left_out, reason=reason)
    values = np.array([[[np.mean(cells[each, a, r]) for r in regions] for a in algorithms] for each in complete])
    return Anova(
        effects=mixed_anova(values, groups, within=("algorithm", "feature"), between="group"),
        recordings=len(complete),
        left_out=left_out,
    )


def mixed_anova(
    values: NDArray[np.float64], groups: Sequence[str], *, within: tuple[str, str], between: str
) -> tuple[AnovaEffect, ...]:
    """The table for ``values`` (subjects, levels of the first, levels of the second within factor), complete.

    ``groups`` names the group of each subject; with one group there is no between factor. Factors with one level give no line.
    """
    design = _sum_coded(groups)
    first, second = (_contrasts(levels) for levels in values.shape[1:])
    mean_first, mean_second = (np.full((1, levels), levels**-0.5) for levels in values.shape[1:])
    strata = (
        ("", mean_first, mean_second),
        (within[0], first, mean_second),
        (within[1], mean_first, second),
        (f"{within[0]} x {within[1]}", first, second),
    )
    effects = []
    for name, of_first, of_second in strata:
        if not (len(of_first) and len(of_second)):
            continue
        contrasted = np.einsum("nab,ia,jb->nij", values, of_first, of_second).reshape(len(values), -1)
        if name:
            effects.append(_effect(name, contrasted, design, [0]))
        if design.shape[1] > 1:
            joined = f"{name} x {between}" if name else between
            effects.append(_effect(joined, contrasted, design, list(range(1, design.shape[1]))))
    return tuple(effects)


def _effect(name: str, contrasted: NDArray[np.float64], design: NDArray[np.float64], tested: list[int]) -> AnovaEffect:
    """Test the rows ``tested`` of the coefficients of ``contrasted`` (n, k) on ``design`` (n, r)."""
    n, k = contrasted.shape
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ contrasted
    residual = contrasted - design @ coefficients
    error = residual.T @ residual
    of_tested = coefficients[tested]
    hypothesis = of_tested.T @ np.linalg.inv(inverse[np.ix_(tested, tested)]) @ of_tested
    df_effect, df_error = k * len(tested), k * (n - design.shape[1])
    explained, left = float(np.trace(hypothesis)), float(np.trace(error))
    if left <= _NOTHING * max(float(np.square(contrasted).sum()), _NOTHING):
        return AnovaEffect(
            effect=name,
            df_effect=df_effect,
            df_error=df_error,
            f=None,
            epsilon=None,
            p=None,
            p_uncorrected=None,
            partial_eta_squared=None,
        )
    f = (explained / df_effect) / (left / df_error)
    epsilon = min(left**2 / (k * float(np.square(error).sum())), 1.0)
    return AnovaEffect(
        effect=name,
        df_effect=df_effect,
        df_error=df_error,
        f=f,
        epsilon=epsilon,
        p=float(stats.f.sf(f, epsilon * df_effect, epsilon * df_error)),
        p_uncorrected=float(stats.f.sf(f, df_effect, df_error)),
        partial_eta_squared=explained / (explained + left),
    )


def _contrasts(levels: int) -> NDArray[np.float64]:
    """Orthonormal contrasts, (levels - 1, levels)."""
    return np.asarray(helmert(levels), dtype=np.float64) if levels > 1 else np.empty((0, levels))


def _sum_coded(groups: Sequence[str]) -> NDArray[np.float64]:
    """(n, groups): the unweighted mean of the groups, and what each but the last differs from it."""
    levels = sorted(set(groups))
    coded = np.vstack([np.eye(len(levels) - 1), np.full((1, len(levels) - 1), -1.0)])
    return np.column_stack([np.ones(len(groups)), coded[[levels.index(group) for group in groups]]])
