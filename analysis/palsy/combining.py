"""Several recordings of one exam taken together: every movement from wherever it was shown, each with its provenance.

Each recording is measured from a rest of its own, so that what is taken together are changes from rest, weighted by repetitions;
the face at rest is the mean of all. Recordings that differ by more than their errors widen the errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.palsy.assess import Evidence, assess
from analysis.palsy.measuring import NAMES, with_interval
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Task
from analysis.palsy.results import MeasuredSides, Palsy, PostureResult
from analysis.palsy.settings import PalsySettings
from analysis.values import Side

_MEASURES = (*NAMES, "fissure_mm")


def combine(palsies: Sequence[Palsy], settings: PalsySettings, pattern: PatternSettings) -> Palsy | None:
    """The facial palsy of an exam from that of its recordings; None where none of them was measured."""
    measured = [palsy for palsy in palsies if palsy.postures]
    if not measured:
        return None
    evidence = Evidence(
        postures=tuple(
            _together(task, measured)
            for task in Task
            if any(posture.task is task for palsy in measured for posture in palsy.postures)
        ),
        movements=tuple(movement for palsy in measured for movement in palsy.movements),
        co_movements=tuple(along for palsy in measured for along in palsy.co_movements),
    )
    return assess(evidence, settings, pattern)


def _together(task: Task, palsies: Sequence[Palsy]) -> PostureResult:
    shown = [(posture, _rest(palsy)) for palsy in palsies for posture in palsy.postures if posture.task is task]
    rests = [_rest(palsy) for palsy in palsies]
    weights = np.array([posture.repetitions for posture, _ in shown], dtype=np.float64)
    weights /= weights.sum()

    def measure(name: str, side: Side) -> tuple[float, float]:
        def of(posture: PostureResult) -> tuple[float, float]:
            one = getattr(getattr(posture, name), side.value)
            return one.value, one.sd or 0.0

        place = float(np.mean([of(rest)[0] for rest in rests]))
        if task is Task.REST:
            return place, float(np.mean([of(rest)[1] for rest in rests]))
        changes = np.array([of(posture)[0] - of(rest)[0] for posture, rest in shown])
        errors = np.array([of(posture)[1] for posture, _ in shown])
        mean = float(weights @ changes)
        between = float(np.std(changes, ddof=1) / np.sqrt(len(changes))) if len(changes) > 1 else 0.0
        # gains err alike in every recording of a face: what the recordings say of their errors is averaged, not divided
        return place + mean, float(np.hypot(weights @ errors, between))

    return PostureResult(
        task=task,
        repetitions=sum(posture.repetitions for posture, _ in shown),
        sources=tuple(dict.fromkeys(source for posture, _ in shown for source in posture.sources)),
        **{
            name: MeasuredSides(
                right=with_interval(name, *measure(name, Side.RIGHT)),
                left=with_interval(name, *measure(name, Side.LEFT)),
            )
            for name in _MEASURES
        },
    )


def _rest(palsy: Palsy) -> PostureResult:
    return next(posture for posture in palsy.postures if posture.task is Task.REST)
