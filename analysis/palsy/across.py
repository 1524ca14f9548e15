"""Recordings of one exam put on common terms: which smile is the full one, and what a co-movement is a share of.

A recording that holds one movement alone cannot know either: its only smile is its largest, and a mouth that is drawn along with
a closing eye is held against what mouths usually do, because the smile is in another recording.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.palsy.co_movement import DRIVE, OF_PURPOSE, Involved
from analysis.palsy.postures import Task
from analysis.palsy.results import MeasuredSides, Palsy, PostureResult
from analysis.palsy.task_settings import TaskSettings
from analysis.values import Side


def smiles_told_apart(palsies: Sequence[Palsy], settings: TaskSettings) -> tuple[Palsy, ...]:
    """Full smiles that are less than ``full_smile_share`` of the exam's largest become small ones, unless a label says full."""
    travels = {id(palsy): _travel(palsy) for palsy in palsies}
    least = settings.full_smile_share * max(travels.values(), default=0.0)
    return tuple(
        _small(palsy) if 0 < travels[id(palsy)] < least and not _labelled(palsy) else palsy for palsy in palsies
    )


def _travel(palsy: Palsy) -> float:
    smiles = [posture for posture in palsy.postures if posture.task is Task.FULL_SMILE]
    return max((_of(smile.commissure_travel_mm, side) for smile in smiles for side in Side), default=0.0)


def _labelled(palsy: Palsy) -> bool:
    return any(movement.found_by == "label" for movement in palsy.movements)


def _small(palsy: Palsy) -> Palsy:
    def renamed(task: Task) -> Task:
        return Task.SMALL_SMILE if task is Task.FULL_SMILE else task

    return palsy.model_copy(
        update={
            "postures": tuple(one.model_copy(update={"task": renamed(one.task)}) for one in palsy.postures),
            "movements": tuple(one.model_copy(update={"task": renamed(one.task)}) for one in palsy.movements),
            "co_movements": tuple(one.model_copy(update={"during": renamed(one.during)}) for one in palsy.co_movements),
        }
    )


def on_common_terms(palsy: Palsy, together: Sequence[PostureResult], settings: TaskSettings) -> Palsy:
    """Its co-movements as shares of what the regions do on purpose in the whole exam, whose postures are ``together``."""
    return palsy.model_copy(
        update={
            "co_movements": tuple(
                along.model_copy(
                    update={
                        "ratio": along.ratio
                        * _on_purpose(along.region, palsy.postures, settings)
                        / _on_purpose(along.region, together, settings)
                    }
                )
                for along in palsy.co_movements
            )
        }
    )


def _on_purpose(region: Involved, postures: Sequence[PostureResult], settings: TaskSettings) -> float:
    """The furthest that either side of a region went in a movement of its own: mm, of an eye the share that closed."""
    rest = next(posture for posture in postures if posture.task is Task.REST)
    reached = [
        _went(region, rest, posture, side)
        for posture in postures
        if posture.task in OF_PURPOSE[region]
        for side in Side
    ]
    return max((went for went in reached if went > 0), default=settings.drives[DRIVE[region]].usual)


def _went(region: Involved, rest: PostureResult, then: PostureResult, side: Side) -> float:
    match region:
        case "brow":
            return _of(then.brow_height_mm, side) - _of(rest.brow_height_mm, side)
        case "mouth":
            out = _of(then.commissure_out_mm, side) - _of(rest.commissure_out_mm, side)
            return float(np.hypot(out, _of(then.commissure_up_mm, side) - _of(rest.commissure_up_mm, side)))
        case "eye":
            return 1 - _of(then.fissure_mm, side) / _of(rest.fissure_mm, side)


def _of(sides: MeasuredSides | None, side: Side) -> float:
    """NaN where lids were hidden."""
    if sides is None:
        return float("nan")
    return sides.right.value if side is Side.RIGHT else sides.left.value
