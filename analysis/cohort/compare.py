"""What the variables and groups have to do with quality of life and outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.cohort.correlation import RankCorrelation, rank_correlation
from analysis.cohort.differences import GroupTest, fisher_freeman_halton, kruskal_wallis
from analysis.cohort.joining import Joined, Measure
from analysis.cohort.settings import CompareSettings
from analysis.cohort.variables import GROUP, VARIABLES, CohortVariable
from analysis.counting import counted


class Correction(StrEnum):
    """How several tests are paid for."""

    HOLM = "holm"
    BENJAMINI_HOCHBERG = "bh"


_METHOD = {Correction.HOLM: "holm", Correction.BENJAMINI_HOCHBERG: "fdr_bh"}


@dataclass(frozen=True, kw_only=True)
class CorrelationRow:
    """One variable against one measure; ``why_not`` where it was not computed."""

    variable: CohortVariable
    measure: Measure
    n: int
    found: RankCorrelation | None
    p_adjusted: float | None = None
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class GroupSummary:
    """One group in one comparison: patients with a value, and median with quartiles or counts by category."""

    group: str
    n: int
    quartiles: tuple[float, float, float] | None = None
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DifferenceRow:
    """One measure across the groups; ``why_not`` where it was not computed."""

    measure: Measure
    summaries: tuple[GroupSummary, ...]
    found: GroupTest | None
    p_adjusted: float | None = None
    why_not: str = ""

    @property
    def test(self) -> str:
        """Which test it is."""
        return "Fisher-Freeman-Halton" if self.measure.categories else "Kruskal-Wallis"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All tests of one run. ``tests`` were paid for together."""

    joined: Joined
    settings: CompareSettings
    correction: Correction
    correlations: tuple[CorrelationRow, ...]
    differences: tuple[DifferenceRow, ...]
    ungrouped: int

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why tests were not made, and how many, the most frequent first."""
        rows: tuple[CorrelationRow | DifferenceRow, ...] = (*self.correlations, *self.differences)
        return tuple(Counter(each.why_not for each in rows if each.why_not).most_common())

    @property
    def tests(self) -> int:
        """How many tests were made."""
        rows: tuple[CorrelationRow | DifferenceRow, ...] = (*self.correlations, *self.differences)
        return sum(each.found is not None for each in rows)


def compare(joined: Joined, settings: CompareSettings, correction: Correction) -> Comparison:
    """Correlate every variable with every number, compare every measure across the groups, adjust all p together.

    All tests of a run are one family: whoever looks at all of them may be misled by any.
    """
    correlations = tuple(
        _correlate(joined.frame, variable, measure, settings)
        for measure in joined.measures
        if not measure.categories
        for variable in VARIABLES
    )
    differences = tuple(_differ(joined, measure, settings) for measure in joined.measures)
    computed = [each.found.p for each in correlations if each.found is not None]
    computed += [each.found.p for each in differences if each.found is not None]
    remaining = iter(adjusted(computed, correction))
    return Comparison(
        joined=joined,
        settings=settings,
        correction=correction,
        correlations=tuple(
            each if each.found is None else replace(each, p_adjusted=next(remaining)) for each in correlations
        ),
        differences=tuple(
            each if each.found is None else replace(each, p_adjusted=next(remaining)) for each in differences
        ),
        ungrouped=int(joined.frame[GROUP].isna().sum()),
    )


def adjusted(p: Sequence[float], correction: Correction) -> tuple[float, ...]:
    """p-values for several tests: Holm (1979) keeps the chance of any false one, BH (1995) the share of false ones."""
    if not p:
        return ()
    return tuple(float(value) for value in multipletests(p, method=_METHOD[correction])[1])


def _correlate(
    frame: pd.DataFrame, variable: CohortVariable, measure: Measure, settings: CompareSettings
) -> CorrelationRow:
    pairs = frame[[variable.column, measure.column]].dropna().to_numpy(dtype=np.float64)
    row = CorrelationRow(variable=variable, measure=measure, n=len(pairs), found=None)
    if len(pairs) < settings.least_pairs:
        return replace(
            row, why_not=f"{counted(len(pairs), 'patient')} with both, at least {settings.least_pairs} are needed"
        )
    if np.ptp(pairs, axis=0).min() == 0:
        return replace(row, why_not="the same value in all patients")
    return replace(row, found=rank_correlation(pairs[:, 0], pairs[:, 1], confidence=settings.confidence))


def _differ(joined: Joined, measure: Measure, settings: CompareSettings) -> DifferenceRow:
    present = joined.frame[[GROUP, measure.column]].dropna()
    summaries = tuple(_summary(present, group, measure) for group in joined.groups)
    row = DifferenceRow(measure=measure, summaries=summaries, found=None)
    large = [each.group for each in summaries if each.n >= settings.least_per_group]
    if len(large) < len(summaries) or len(large) < 2:
        return replace(
            row,
            why_not="fewer than two groups"
            if len(summaries) < 2
            else f"a group with fewer than {settings.least_per_group} patients: "
            + ", ".join(each.group for each in summaries if each.group not in large),
        )
    if measure.categories:
        counts = np.array([each.counts for each in summaries], dtype=np.int64)
        counts = counts[:, counts.sum(axis=0) > 0]
        if counts.shape[1] < 2:
            return replace(row, why_not="the same value in all patients")
        return replace(row, found=fisher_freeman_halton(counts, tables_drawn=settings.tables_drawn, seed=settings.seed))
    values = [_values(present, group, measure) for group in joined.groups]
    if np.ptp(np.concatenate(values)) == 0:
        return replace(row, why_not="the same value in all patients")
    return replace(row, found=kruskal_wallis(values))


def _values(present: pd.DataFrame, group: str, measure: Measure) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return present.loc[present[GROUP] == group, measure.column].to_numpy(dtype=np.float64)


def _summary(present: pd.DataFrame, group: str, measure: Measure) -> GroupSummary:
    chosen = present.loc[present[GROUP] == group, measure.column]
    if measure.categories:
        counts = tuple(int((chosen == category).sum()) for category in measure.categories)
        return GroupSummary(group=group, n=len(chosen), counts=counts)
    if chosen.empty:
        return GroupSummary(group=group, n=0)
    low, median, high = (float(value) for value in np.percentile(chosen.to_numpy(dtype=np.float64), (25, 50, 75)))
    return GroupSummary(group=group, n=len(chosen), quartiles=(low, median, high))
