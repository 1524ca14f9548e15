"""Synthetic patients at the level of signals: what the regional measures of a whole examination would read, with known truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import Gain
from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.palsy.measuring import Trust
from analysis.palsy.postures import HalfPosture, Task
from analysis.palsy.recording import examine_courses
from analysis.palsy.results import Palsy
from analysis.settings import AnalysisSettings
from analysis.signals import Rest
from analysis.values import Side
from tests.palsy_faces import Face

FPS = 30.0
RISE_S, HOLD_S, REST_S = 0.5, 1.2, 1.0
EFFORT_BROW_MM = 2.0
"""Both brows come down in a closure with full effort."""
FOLLOWED = Gain(own=1.0, other=0.0, own_sd=0.05, pictures=60)
NAMES = tuple(field.name for field in fields(HalfPosture))


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A face that performs tasks one after the other; the affected side may lag, and move along with what it is not asked to.

    ``oral_ocular`` is how far the affected mouth corner is drawn when the eyes are closed, as a share of a healthy full smile.
    ``drift_mm`` is how far the head's own movement carries everything up and down, unseen by the head frame.
    """

    face: Face
    tasks: tuple[Task, ...] = tuple(task for task in Task if task is not Task.REST)
    repetitions: int = 2
    lag_s: float = 0.0
    oral_ocular: float = 0.0
    noise_mm: float = 0.08
    drift_mm: float = 0.0
    seed: int = 0
    fps: float = FPS

    @cached_property
    def schedule(self) -> tuple[tuple[Task, float], ...]:
        """Tasks and their onsets."""
        each = 2 * RISE_S + HOLD_S + REST_S
        wanted = [task for task in self.tasks for _ in range(self.repetitions)]
        return tuple((task, REST_S + each * k) for k, task in enumerate(wanted))

    @cached_property
    def times_s(self) -> NDArray[np.float64]:
        """(n,)."""
        end = self.schedule[-1][1] + 2 * RISE_S + HOLD_S if self.schedule else 4.0
        return np.arange(0, end + REST_S, 1 / self.fps)

    def courses(self) -> FaceCourses:
        """Of every regional measure."""
        random = np.random.default_rng(self.seed)
        examined = self.face.examined()
        sides = {}
        for side in Side:
            weak = side is self.face.affected
            rest = examined.rest.side(side)
            values = {name: np.full(len(self.times_s), float(getattr(rest, name))) for name in NAMES}
            for task, onset in self.schedule:
                if task not in examined.postures:
                    continue
                share = _share(self.times_s - (self.lag_s if weak else 0.0), onset)
                then = examined.postures[task].side(side)
                for name in NAMES:
                    values[name] += share * (getattr(then, name) - getattr(rest, name))
                if task is Task.FULL_CLOSURE:
                    values["brow_height_mm"] -= share * EFFORT_BROW_MM
                if weak and task in (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE):
                    drawn = share * 12.0 * self.oral_ocular
                    values["commissure_travel_mm"] += drawn
                    values["commissure_out_mm"] += 0.8 * drawn
                    values["commissure_up_mm"] += 0.6 * drawn
            for name in NAMES:
                slow = (
                    self.drift_mm * np.sin(0.7 * self.times_s)
                    if name.endswith(("_up_mm", "lip_mm", "height_mm"))
                    else 0.0
                )
                values[name] += slow + self.noise_mm * random.standard_normal(len(self.times_s))
            sides[side] = HalfCourses(**values)
        used = np.ones(len(self.times_s), dtype=np.bool_)
        return FaceCourses(times_s=self.times_s, used=used, right=sides[Side.RIGHT], left=sides[Side.LEFT])

    def rest(self) -> Rest:
        """Half seconds between the movements."""
        half = round(self.fps / 2)
        moving = np.zeros(len(self.times_s), dtype=np.bool_)
        for _, onset in self.schedule:
            moving |= (self.times_s > onset - 0.1) & (self.times_s < onset + 2 * RISE_S + HOLD_S + self.lag_s + 0.1)
        starts = range(0, len(self.times_s) - half, half)
        return Rest(windows=tuple(slice(k, k + half) for k in starts if not moving[k : k + half].any()))

    def examined(self, settings: AnalysisSettings | None = None, *, label: Task | None = None) -> Palsy:
        """What the product says of them."""
        trust = Trust(mouth=(FOLLOWED, FOLLOWED), brow=(FOLLOWED, FOLLOWED), pose_deg=np.zeros((len(self.times_s), 2)))
        return examine_courses(self.courses(), self.rest(), trust, settings or AnalysisSettings(), label=label)


def _share(times_s: NDArray[np.float64], onset: float) -> NDArray[np.float64]:
    since = times_s - onset
    ramp = np.clip(np.minimum(since, 2 * RISE_S + HOLD_S - since) / RISE_S, 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * ramp))


def movements(palsy: Palsy) -> Sequence[Task]:
    """What was found, in order."""
    return [movement.task for movement in palsy.movements]
