"""The four variables of the cohort, in the one order that every table and model uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.spasm.results import Variables

Matrix = NDArray[np.float64]
"""(rows, 4): one row a patient, one column a variable, in the order of ``VARIABLES``."""


@dataclass(frozen=True, kw_only=True)
class CohortVariable:
    """One of the four: its column in tables and results, how people call it, and which values are possible."""

    column: str
    label: str
    unit: str
    low: float
    high: float | None

    @property
    def titled(self) -> str:
        """Label with its unit, for an axis."""
        return f"{self.label} ({self.unit})"

    def possible(self, value: float) -> bool:
        """Whether a measurement can have this value."""
        return self.low <= value and (self.high is None or value <= self.high)

    @property
    def bounds(self) -> str:
        """Which values are possible, in words."""
        return f"at least {self.low:g}" if self.high is None else f"{self.low:g} to {self.high:g}"


VARIABLES: Final = (
    CohortVariable(column="eye_closure_pct", label="Eye closure", unit="%", low=0.0, high=100.0),
    CohortVariable(
        column="mouth_distance_change_pct_iod", label="Mouth distance change", unit="% of IOD", low=0.0, high=None
    ),
    CohortVariable(column="rate_per_min", label="Rate", unit="/min", low=0.0, high=None),
    CohortVariable(column="repetition", label="Repetition", unit="per train", low=1.0, high=None),
)
PATIENT: Final = "patient"
GROUP: Final = "group"
COLUMNS: Final = tuple(each.column for each in VARIABLES)


def vector(variables: Variables) -> tuple[float | None, ...]:
    """The four numbers of one result, in the order of ``VARIABLES``; none where one was not measured."""
    return (
        variables.eye_closure_pct,
        variables.mouth_distance_change_pct_iod,
        variables.rate_per_min,
        variables.repetition,
    )
