"""The tables of a comparison, for CSV files."""

from __future__ import annotations

import pandas as pd

from analysis.cohort.compare import Comparison, GroupSummary
from analysis.cohort.joining import Measure


def correlation_table(comparison: Comparison) -> pd.DataFrame:
    """One row for each variable and measure."""
    return pd.DataFrame(
        [
            {
                "variable": row.variable.column,
                "measure": row.measure.column,
                "n": row.n,
                "spearman_rho": row.found and row.found.rho,
                "ci_low": row.found and row.found.low,
                "ci_high": row.found and row.found.high,
                "p": row.found and row.found.p,
                "p_adjusted": row.p_adjusted,
                "not_computed": row.why_not,
            }
            for row in comparison.correlations
        ],
        columns=[
            *("variable", "measure", "n", "spearman_rho", "ci_low", "ci_high", "p", "p_adjusted", "not_computed"),
        ],
    )


def difference_table(comparison: Comparison) -> pd.DataFrame:
    """One row for each measure: the test, and what each group holds in words."""
    return pd.DataFrame(
        [
            {
                "measure": row.measure.column,
                "test": row.test,
                "n": sum(each.n for each in row.summaries),
                **{each.group: summary(row.measure, each) for each in row.summaries},
                "statistic": row.found and row.found.statistic,
                "degrees_of_freedom": row.found and row.found.degrees_of_freedom,
                "effect": "Cramer's V" if row.measure.categories else "epsilon squared",
                "effect_size": row.found and row.found.effect,
                "p": row.found and row.found.p,
                "p_adjusted": row.p_adjusted,
                "not_computed": row.why_not,
            }
            for row in comparison.differences
        ]
    )


def summary(measure: Measure, group: GroupSummary) -> str:
    """Median with quartiles, or counts by category."""
    if not group.n:
        return "no patient"
    if group.quartiles is None:
        return ", ".join(
            f"{category} {count}" for category, count in zip(measure.categories, group.counts, strict=True)
        )
    low, median, high = group.quartiles
    return f"{median:.1f} ({low:.1f} to {high:.1f})"


def unmatched_table(comparison: Comparison) -> pd.DataFrame:
    """One row for each patient who is in one table only."""
    return pd.DataFrame(
        [
            (each.table, place, patient, each.lacking)
            for each in comparison.joined.unmatched
            for place, patient in zip(each.places, each.patients, strict=True)
        ],
        columns=["table", "place", "patient", "not_in"],
    )
