"""Everything that was chosen for the cohort tools. All of it is [ours]; ``docs/measurements.md`` says why."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from analysis.values import Value

LEAST_PATIENTS: Final = 60
PAPERS_GROUPS: Final = 3


class FitSettings(Value):
    """How groups are looked for."""

    at_least: int = Field(
        default=LEAST_PATIENTS, ge=LEAST_PATIENTS, description="fewer patients are refused, also of those kept"
    )
    most: int = Field(
        default=5000, ge=60, description="more patients are refused: time and memory grow with their square"
    )
    groups: int = Field(default=PAPERS_GROUPS, ge=2, le=6, description="how many groups the model holds")
    most_groups: int = Field(default=6, ge=2, le=6, description="2 up to this many are tried")
    seed: int = Field(default=20250101, ge=0)
    restarts: int = Field(default=20, ge=1, description="starts of each bisection, the best is kept")
    references: int = Field(default=299, ge=99, description="cohorts drawn from one group, to compare with")
    most_tested: int = Field(default=500, ge=60, description="of more patients so many, drawn by the seed, are tested")
    significance: float = Field(default=0.05, gt=0, lt=0.5, description="one group is given up at this probability")
    resamples: int = Field(default=50, ge=20, description="bootstrap resamples for the stability")
    stable: float = Field(default=0.75, ge=0, le=1, description="median adjusted Rand over the resamples")
    smallest_share: float = Field(default=0.05, gt=0, lt=0.5, description="a smaller set of patients is no group")
    outlier_score: float = Field(default=3.5, gt=0, description="modified z-score from which a patient stands alone")
    most_alone: float = Field(
        default=0.1, ge=0, lt=1, description="share of patients standing alone above which no fit"
    )
    least_different: float = Field(
        default=0.5, gt=0, le=1, description="share of patients that must be unlike all before"
    )
    indeterminate_margin: float = Field(default=0.25, ge=0, description="difference of distances, SD")
    reach: float = Field(default=1.5, ge=1, description="times the radius of a group: beyond is unlike the cohort")


class CompareSettings(Value):
    """How groups are compared with quality of life and outcome."""

    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    least_pairs: int = Field(default=10, ge=4, description="fewer patients with both numbers give no correlation")
    least_per_group: int = Field(default=3, ge=2, description="a smaller group gives no comparison")
    tables_drawn: int = Field(default=99_999, ge=999, description="random tables for Fisher's test beyond 2 x 2")
    seed: int = Field(default=20250101, ge=0)
