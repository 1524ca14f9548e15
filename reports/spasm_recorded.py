"""A recording as its timeline shows it: the signals of eyes and mouth with what was found in them, and how it is cut up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from analysis.spasm.results import BlinkEvent, SpasmEvent
from analysis.values import Side
from reports.axes import Samples
from reports.exam import AssessedInstance

LONGEST_STRIP_S: Final = 32.0
"""A minute, and the second that a camera goes on, are two strips."""
ZOOM_S: Final = 5.0
FEWEST_IN_ZOOM: Final = 3
SIGNALS: Final = (("aperture_mm", "eye"), ("commissure_mm", "mouth"))
"""The end of a column's name and what it shows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recorded:
    """The signals of a recording, in mm, NaN where a frame was not used, with what was found in it."""

    time_s: Samples
    value: dict[tuple[str, Side], Samples]
    """By the end of the column's name and the side."""
    contractions: tuple[SpasmEvent, ...]
    blinks: tuple[BlinkEvent, ...]

    @classmethod
    def of(cls, instance: AssessedInstance) -> Recorded:
        """A recording as it was analysed."""
        table, result = instance.signals, instance.result
        used = table["used"].to_numpy(dtype=bool)
        return cls(
            time_s=table["t_s"].to_numpy(dtype=np.float64),
            value={
                (column, side): np.where(used, table[f"{side.value}_{column}"].to_numpy(dtype=np.float64), np.nan)
                for column, _ in SIGNALS
                for side in Side
            },
            contractions=result.spasm.events if result.spasm else (),
            blinks=result.blinks.events if result.blinks else (),
        )

    @property
    def ends_s(self) -> float:
        """The time of the last frame."""
        return float(self.time_s[-1])

    def range(self, column: str) -> tuple[float, float]:
        """One for both sides and the whole recording: eyes from 0."""
        both = np.concatenate([self.value[column, side] for side in Side])
        both = both[np.isfinite(both)]
        if not both.size:
            return 0.0, 1.0
        low = 0.0 if column == "aperture_mm" else min(float(both.min()), 0.0)
        return low, max(float(both.max()), low + 1.0)


def strips(ends_s: float) -> tuple[tuple[float, float], ...]:
    """The times of strips of one length, none longer than ``LONGEST_STRIP_S``."""
    count = max(math.ceil(ends_s / LONGEST_STRIP_S - 1e-6), 1)
    edges = np.linspace(0.0, max(ends_s, 1e-3), count + 1)
    return tuple((float(start), float(end)) for start, end in pairwise(edges))


def densest(contractions: Sequence[SpasmEvent], ends_s: float) -> tuple[float, float] | None:
    """The ``ZOOM_S`` that begin just before a contraction and hold the most; none where that is hardly any, or everything."""
    if ends_s <= 2 * ZOOM_S:
        return None

    def held(start: float) -> int:
        return sum(start <= each.start_s and each.end_s <= start + ZOOM_S for each in contractions)

    starts = [min(max(each.start_s - 0.2, 0.0), ends_s - ZOOM_S) for each in contractions]
    start = max(starts, key=held, default=0.0)
    return (start, start + ZOOM_S) if held(start) >= FEWEST_IN_ZOOM else None
