"""Several recordings of one exam taken together: every movement from wherever it was shown, each with its provenance.

Each recording is measured from a rest of its own, so that what is taken together are changes from rest, weighted by repetitions;
the face at rest is the mean of all. Recordings that differ by more than their errors widen the errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.palsy.across import on_common_terms, smiles_told_apart
from analysis.palsy.assess import Evidence, assess
from analysis.palsy.measuring import MEASURES, both, with_interval
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Task
from analysis.palsy.results import AffectedSide, Measured, Palsy, PostureResult
from analysis.palsy.settings import PalsySettings
from analysis.palsy.stills import compare_stills
from analysis.palsy.task_settings import TaskSettings
from analysis.values import Side

_TASKS: Final = TaskSettings()


def combine(
    palsies: Sequence[Palsy], settings: PalsySettings, pattern: PatternSettings, tasks: TaskSettings = _TASKS
) -> Palsy | None:
    """The facial palsy of an exam from that of its recordings; None where none of them was measured.

    Photographs count only where there is no video: then they are compared with one another.
    """
    measured = smiles_told_apart([palsy for palsy in palsies if palsy.postures], tasks)
    stills = tuple(still for palsy in palsies for still in palsy.stills)
    if not measured:
        return compare_stills(stills, settings, pattern) if stills else None
    postures = tuple(
        _together(task, measured)
        for task in Task
        if any(posture.task is task for palsy in measured for posture in palsy.postures)
    )
    evidence = Evidence(
        postures=postures,
        movements=tuple(movement for palsy in measured for movement in palsy.movements),
        co_movements=tuple(
            along for palsy in measured for along in on_common_terms(palsy, postures, tasks).co_movements
        ),
        limits=tuple(dict.fromkeys(limit for palsy in measured for limit in palsy.limits)),
        contradiction=_contradiction(measured),
    )
    return assess(evidence, settings, pattern).model_copy(update={"stills": stills})


def _contradiction(palsies: Sequence[Palsy]) -> str | None:
    sides = {palsy.affected_side for palsy in palsies} & {AffectedSide.RIGHT, AffectedSide.LEFT}
    if len(sides) < 2:
        return None
    return "the recordings contradict each other: some show the right side affected, some the left; one may be mirrored"


def _together(task: Task, palsies: Sequence[Palsy]) -> PostureResult:
    shown = [(posture, _rest(palsy)) for palsy in palsies for posture in palsy.postures if posture.task is task]
    rests = [_rest(palsy) for palsy in palsies]
    weights = np.array([posture.repetitions for posture, _ in shown], dtype=np.float64)
    weights /= weights.sum()

    def measure(name: str, side: Side) -> Measured | None:
        places = [one.value for rest in rests if (one := _of(rest, name, side))]
        pairs = [
            (one, before, weight)
            for (posture, rest), weight in zip(shown, weights, strict=True)
            if (one := _of(posture, name, side)) and (before := _of(rest, name, side))
        ]
        if not pairs:
            return None
        place = float(np.mean(places))
        share = np.array([weight for _, _, weight in pairs]) / sum(weight for _, _, weight in pairs)
        changes = np.array([one.value - before.value for one, before, _ in pairs])
        errors = np.array([one.sd or 0.0 for one, _, _ in pairs])
        between = float(np.std(changes, ddof=1) / np.sqrt(len(changes))) if len(changes) > 1 else 0.0
        # gains err alike in every recording of a face: what the recordings say of their errors is averaged, not divided
        return with_interval(name, place + float(share @ changes), float(np.hypot(share @ errors, between)))

    return PostureResult(
        task=task,
        repetitions=sum(posture.repetitions for posture, _ in shown),
        sources=tuple(dict.fromkeys(source for posture, _ in shown for source in posture.sources)),
        **{name: both(measure(name, Side.RIGHT), measure(name, Side.LEFT)) for name in MEASURES},
    )


def _of(posture: PostureResult, name: str, side: Side) -> Measured | None:
    sides = getattr(posture, name)
    one: Measured | None = sides and getattr(sides, side.value)
    return one


def _rest(palsy: Palsy) -> PostureResult:
    return next(posture for posture in palsy.postures if posture.task is Task.REST)
