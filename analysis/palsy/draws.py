"""The face within its errors: postures as they may truly be, drawn at random, for whatever is computed from them.

Errors of the places at rest are common to rest and movement; those of the changes are a movement's own; the scale is common to
all lengths (Monte Carlo propagation, JCGM 101:2008). The generator is seeded: the same face gives the same ranges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from analysis.palsy.measuring import NAMES, place_sd
from analysis.palsy.postures import HalfPosture, Posture, Task
from analysis.palsy.results import Measured, MeasuredSides, PostureResult
from analysis.uncertainty import SCALE_SD
from analysis.values import Side

Postures = Mapping[Task, Posture]
_SEED: Final = 20_260_101
_LENGTH: Final = np.array([not name.endswith("_deg") for name in NAMES])
_PLACE_SD: Final = np.array([place_sd(name) for name in NAMES])


def measured(results: Sequence[PostureResult]) -> Postures:
    """The postures as they were measured."""
    return _postures({result.task: _table(result) for result in results})


def drawn(results: Sequence[PostureResult], draws: int) -> Iterator[Postures]:
    """So many faces that may be the true one. Rest must be among the results.

    They come in pairs that differ in which side has which errors, so that a mirrored face has mirrored ranges; and every movement
    has errors of its own, whichever others there are.
    """
    random = np.random.default_rng(_SEED)
    values = {result.task: _table(result) for result in results}
    spread = {result.task: _table(result, sd=True) for result in results}
    rest = values[Task.REST]
    for pair in range(0, draws, 2):
        scale = 1 + np.where(_LENGTH, SCALE_SD * random.standard_normal(), 0.0)
        errors = dict(zip(Task, random.standard_normal((len(Task), *rest.shape)), strict=True))
        for swap in (slice(None), slice(None, None, -1))[: draws - pair]:
            place = rest + _PLACE_SD * errors[Task.REST][swap]
            yield _postures(
                {
                    task: scale
                    * (place if task is Task.REST else place + value - rest + spread[task] * errors[task][swap])
                    for task, value in values.items()
                }
            )


def _table(result: PostureResult, *, sd: bool = False) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(2, names): right and left."""
    return np.array([[_number(getattr(result, name), side, sd=sd) for name in NAMES] for side in Side])


def _number(sides: MeasuredSides | None, side: Side, *, sd: bool) -> float:
    if sides is None:
        return float("nan")
    measured: Measured = getattr(sides, side.value)
    return (measured.sd or 0.0) if sd else measured.value


def _postures(tables: Mapping[Task, np.ndarray[tuple[int, int], np.dtype[np.float64]]]) -> Postures:
    return {
        task: Posture(
            right=HalfPosture(**dict(zip(NAMES, table[0].tolist(), strict=True))),
            left=HalfPosture(**dict(zip(NAMES, table[1].tolist(), strict=True))),
        )
        for task, table in tables.items()
    }
