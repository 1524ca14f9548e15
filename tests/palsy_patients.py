"""Synthetic patients at the level of signals: what the regional measures of a whole examination would read, with known truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import Gain
from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.palsy.measuring import Trust
from analysis.palsy.postures import Examination, HalfPosture, Task
from analysis.palsy.recording import examine
from analysis.palsy.results import Palsy
from analysis.settings import AnalysisSettings
from analysis.signals import Rest
from analysis.values import Side

FPS = 30.0
RISE_S, HOLD_S, REST_S = 0.5, 1.2, 1.0
EFFORT_BROW_MM = 2.0
"""Both brows come down in a closure with full effort."""
FOLLOWED = Gain(own=1.0, other=0.0, own_sd=0.05, pictures=60)
NAMES = tuple(field.name for field in fields(HalfPosture))


class Examined(Protocol):
    """Whatever can be said in every task how its two sides look."""

    @property
    def affected(self) -> Side: ...

    def examined(self) -> Examination: ...


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A face that performs tasks one after the other; the affected side may lag, and move along with what it is not asked to.

    ``oral_ocular`` is how far the affected mouth corner is drawn when the eyes are closed, as a share of a healthy full smile.
    ``drift_mm`` is how far the head's own movement carries everything up and down, unseen by the head frame. ``blinks`` are when
    both eyes blink, ``lost`` the spans in which no frame can be used; of ``shown`` alone there is a recording.
    """

    face: Examined
    tasks: tuple[Task, ...] = tuple(task for task in Task if task is not Task.REST)
    repetitions: int = 2
    lag_s: float = 0.0
    oral_ocular: float = 0.0
    noise_mm: float = 0.08
    drift_mm: float = 0.0
    seed: int = 0
    fps: float = FPS
    hold_s: float = HOLD_S
    pause_s: float = REST_S
    begins_s: float = 0.0
    blinks: tuple[float, ...] = ()
    lost: tuple[tuple[float, float], ...] = ()
    shown: tuple[float, float] | None = None
    effort_brow_mm: float = EFFORT_BROW_MM

    @cached_property
    def schedule(self) -> tuple[tuple[Task, float], ...]:
        """Tasks and their onsets."""
        each = self._movement_s + self.pause_s
        wanted = [task for task in self.tasks for _ in range(self.repetitions)]
        return tuple((task, self.begins_s + REST_S + each * k) for k, task in enumerate(wanted))

    @property
    def _movement_s(self) -> float:
        return 2 * RISE_S + self.hold_s

    @cached_property
    def times_s(self) -> NDArray[np.float64]:
        """(n,)."""
        end = self.schedule[-1][1] + self._movement_s if self.schedule else self.begins_s + 4.0
        times_s = self.begins_s + np.arange(0, end - self.begins_s + REST_S, 1 / self.fps)
        return times_s if self.shown is None else times_s[(times_s >= self.shown[0]) & (times_s < self.shown[1])]

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """(n,)."""
        used = np.ones(len(self.times_s), dtype=np.bool_)
        for start, stop in self.lost:
            used &= (self.times_s < start) | (self.times_s >= stop)
        return used

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
                share = _share(self.times_s - (self.lag_s if weak else 0.0), onset, self.hold_s)
                then = examined.postures[task].side(side)
                for name in NAMES:
                    values[name] += share * (getattr(then, name) - getattr(rest, name))
                if task is Task.FULL_CLOSURE:
                    values["brow_height_mm"] -= share * self.effort_brow_mm
                if weak and task in (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE):
                    drawn = share * 12.0 * self.oral_ocular
                    values["commissure_travel_mm"] += drawn
                    values["commissure_out_mm"] += 0.8 * drawn
                    values["commissure_up_mm"] += 0.6 * drawn
            for blink in self.blinks:
                values["mrd1_mm"] -= (values["mrd1_mm"] + values["mrd2_mm"]) * _blink(self.times_s, blink)
            for name in NAMES:
                slow = (
                    self.drift_mm * np.sin(0.7 * self.times_s)
                    if name.endswith(("_up_mm", "lip_mm", "height_mm"))
                    else 0.0
                )
                values[name] += slow + self.noise_mm * random.standard_normal(len(self.times_s))
                values[name][~self.used] = np.nan
            sides[side] = HalfCourses(**values)
        return FaceCourses(times_s=self.times_s, used=self.used, right=sides[Side.RIGHT], left=sides[Side.LEFT])

    def rest(self) -> Rest:
        """Half seconds between the movements."""
        half = round(self.fps / 2)
        moving = ~self.used
        spans = [(onset, onset + self._movement_s + self.lag_s) for _, onset in self.schedule]
        for start, end in spans + [(blink, blink + 0.3) for blink in self.blinks]:
            moving |= (self.times_s > start - 0.1) & (self.times_s < end + 0.1)
        windows: list[slice] = []
        k = 0
        while k + half <= len(moving):
            quiet = not moving[k : k + half].any()
            windows += [slice(k, k + half)] if quiet else []
            k += half if quiet else max(half // 5, 1)
        return Rest(windows=tuple(windows))

    def examined(
        self, settings: AnalysisSettings | None = None, *, label: Task | None = None, source: str | None = None
    ) -> Palsy:
        """What the product says of them."""
        return examine(
            self.courses(), self.rest(), self.trust(), settings or AnalysisSettings(), label=label, source=source
        )

    def trust(self) -> Trust:
        """In a head that is still."""
        return Trust(mouth=(FOLLOWED, FOLLOWED), brow=(FOLLOWED, FOLLOWED), pose_deg=np.zeros((len(self.times_s), 2)))


def _share(times_s: NDArray[np.float64], onset: float, hold_s: float) -> NDArray[np.float64]:
    since = times_s - onset
    ramp = np.clip(np.minimum(since, 2 * RISE_S + hold_s - since) / RISE_S, 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * ramp))


def _blink(times_s: NDArray[np.float64], at_s: float) -> NDArray[np.float64]:
    """Closed within 0.1 s, open again 0.2 s later."""
    since = times_s - at_s
    return np.asarray(np.clip(np.minimum(since / 0.1, (0.3 - since) / 0.2), 0, 1))


def movements(palsy: Palsy) -> Sequence[Task]:
    """What was found, in order."""
    return [movement.task for movement in palsy.movements]
