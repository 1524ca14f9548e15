"""The four variables beside those of the true events, and how often their intervals hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from analysis.phantom.skin import SMILE_DIRECTION
from analysis.phantom.truth import EventTruth
from analysis.spasm.results import VariableIntervals, Variables
from tests.bench.spasm_tables import Case
from tests.bench.tables import Table

NAMES: Final = ("eye_closure_pct", "mouth_distance_change_pct_iod", "rate_per_min", "repetition")
_TRAIN_GAP_S: Final = 1.0
_TREMBLING: Final = 0.95
"""A tonic contraction that comes and goes by 5 to 15 % is measured by its median."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One recording with spasms: found minus true, and whether the interval holds the truth; None where there is none."""

    errors: dict[str, float]
    held: dict[str, bool | None]


def true_variables(events: Sequence[EventTruth], analysable_s: float) -> dict[str, float]:
    """Of the contractions of one side, in order of time."""
    side = events[0].side
    breaks = sum(later.onset_s - earlier.end_s > _TRAIN_GAP_S for earlier, later in pairwise(events))
    held = [_TREMBLING if one.kind == "spasm_tonic" else 1.0 for one in events]
    closures = [share * getattr(one.closure, side) for one, share in zip(events, held, strict=True)]
    mouths = [share * getattr(one.mouth_iod, side) for one, share in zip(events, held, strict=True)]
    return {
        "eye_closure_pct": 100 * float(np.median(closures)),
        "mouth_distance_change_pct_iod": 100 * SMILE_DIRECTION[0] * float(np.median(mouths)),
        "rate_per_min": 60 * len(events) / analysable_s,
        "repetition": len(events) / (1 + breaks),
    }


def compared(case: Case) -> Compared | None:
    """None where no side has spasms, truly or as found."""
    told = next((side for side in case.spasm.sides if side.variables == case.spasm.variables), None)
    events = [one for one in case.contractions if told is not None and one.side == told.side.value]
    if told is None or not events or case.spasm.analysable_s is None:
        return None
    true = true_variables(events, case.spasm.analysable_s)
    return Compared(
        errors={name: _of(told.variables, name) - true[name] for name in NAMES},
        held={name: _holds(told.intervals, name, true[name]) for name in NAMES},
    )


def _of(variables: Variables, name: str) -> float:
    value: float | None = getattr(variables, name)
    assert value is not None
    return value


def _holds(intervals: VariableIntervals, name: str, true: float) -> bool | None:
    interval = getattr(intervals, name)
    return None if interval is None else bool(interval.low <= true <= interval.high)


def table(name: str, cases: Sequence[Case]) -> Table:
    """One row a kind of recording that has spasms."""
    rows = []
    for kind in dict.fromkeys(case.kind for case in cases):
        found = [one for case in cases if case.kind == kind and (one := compared(case)) is not None]
        if found:
            rows.append((kind, f"{len(found)}", *(cell for each in NAMES for cell in _cells(found, each))))
    return Table(
        name=f"{name}: the four variables beside the true ones",
        columns=("recordings of", "N", "eye closure, points", "held", "mouth, % IOD", "held ", "rate, /min", "held  ",
                 "repetition", "held   "),
        rows=tuple(rows),
        remarks=(
            "Found minus true, mean ± SD; held: how often the 95 % interval holds the truth of this very recording. "
            "The intervals allow for other trains of the same face as well, so they should hold it more often than 95 %.",
        ),
    )  # fmt: skip


def _cells(found: Sequence[Compared], name: str) -> tuple[str, str]:
    errors = [one.errors[name] for one in found]
    held = [one.held[name] for one in found if one.held[name] is not None]
    digits = 1 if name in ("mouth_distance_change_pct_iod", "repetition", "rate_per_min") else 0
    share = f"{sum(map(bool, held))} of {len(held)}" if held else "-"
    return f"{np.mean(errors):+.{digits}f} ± {np.std(errors):.{digits}f}", share
