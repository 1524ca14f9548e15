"""Photographs: Emotrics' static measures of each, and its two-picture measures between rest and a movement.

A photograph is one moment, seen once: its noise is not averaged, the head is held differently in each, and whether a movement is
at its peak nobody knows. So nothing is graded on them, there is no R, and changes carry the errors of two places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.palsy.courses import face_courses
from analysis.palsy.draws import drawn, measured
from analysis.palsy.measuring import MEASURES, both, place_sd, with_interval
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import HalfPosture, Task
from analysis.palsy.results import Measured, Palsy, PostureResult, StillResult
from analysis.palsy.settings import PalsySettings
from analysis.palsy.sides import regions
from analysis.readings import Points
from analysis.signals import Course, Rest, brow_heights
from analysis.values import Side, Status

_ONLY: Final = "photographs: measures of single moments, less exact than a video; no relation of the sides, no grade"
_SMILE: Final = np.array([0.8, 0.6])
"""Outward and up: which way a corner's travel counts as positive."""
_WHOLE: Final = Rest(windows=(slice(0, 1),))


def measure_still(
    head: Points,
    used: NDArray[np.bool_],
    lids_hidden: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    *,
    mm_per_px: float,
    label: Task | None,
    source: str | None,
) -> Palsy:
    """Of one photograph; ``head`` is (1, k, 3), its points in the head frame, ``used`` (1,), true."""
    nowhere = Course(px=np.zeros(1), axis=_SMILE)
    courses = face_courses(
        np.zeros(1),
        head,
        used,
        _WHOLE,
        mm_per_px=mm_per_px,
        excursion=(nowhere, nowhere),
        brows=brow_heights(head),
        lids_hidden=lids_hidden,
    )
    right, left = (courses.side(side).median(used) for side in Side)
    still = StillResult(
        shows=label,
        source=source,
        **{name: both(_alone(name, right), _alone(name, left)) for name in MEASURES},
    )
    return Palsy(status=Status.LIMITED, reason=_ONLY, stills=(still,))


def compare_stills(stills: Sequence[StillResult], settings: PalsySettings, pattern: PatternSettings) -> Palsy:
    """Two-picture measures: what moved between the photograph at rest and each that shows a movement.

    Of several photographs of the same movement the last one counts.
    """
    labelled = {still.shows: still for still in stills if still.shows is not None}
    if Task.REST not in labelled or len(labelled) < 2:
        return Palsy(status=Status.LIMITED, reason=_ONLY, stills=tuple(stills))
    rest = labelled[Task.REST]
    postures = tuple(_from_rest(task, labelled[task], rest) for task in Task if task in labelled)
    return Palsy(
        status=Status.LIMITED,
        reason=_ONLY,
        stills=tuple(stills),
        missing_tasks=tuple(task for task in Task if task not in labelled and task is not Task.SNARL),
        regions=regions(measured(postures), list(drawn(postures, pattern.draws)), settings),
    )


def _alone(name: str, half: HalfPosture) -> Measured | None:
    value = getattr(half, name)
    return with_interval(name, value, place_sd(name)) if math.isfinite(value) else None


def _from_rest(task: Task, still: StillResult, rest: StillResult) -> PostureResult:
    def of(name: str, side: Side) -> Measured | None:
        one, before = _of(still, name, side), _of(rest, name, side)
        if one is None or before is None:
            return None
        if name == "commissure_travel_mm":
            return with_interval(name, _travel(still, rest, side), math.sqrt(2) * place_sd("commissure_out_mm"))
        # the place at rest is drawn with its own error: what is left is that of the other picture
        return with_interval(name, one.value, 0.0 if still is rest else math.sqrt(2) * place_sd(name))

    return PostureResult(
        task=task,
        repetitions=1,
        sources=(still.source,) if still.source else (),
        **{name: both(of(name, Side.RIGHT), of(name, Side.LEFT)) for name in MEASURES},
    )


def _of(picture: StillResult, name: str, side: Side) -> Measured | None:
    sides = getattr(picture, name)
    one: Measured | None = sides and getattr(sides, side.value)
    return one


def _travel(still: StillResult, rest: StillResult, side: Side) -> float:
    def at(picture: StillResult) -> NDArray[np.float64]:
        return np.array(
            [getattr(getattr(picture, name), side.value).value for name in ("commissure_out_mm", "commissure_up_mm")]
        )

    moved = at(still) - at(rest)
    return float(math.copysign(np.linalg.norm(moved), moved @ _SMILE))
