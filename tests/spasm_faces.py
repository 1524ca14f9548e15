"""Synthetic patients at the level of signals: what lids, mouth corners and brows would read of a scenario, with known truth.

Nothing is rendered. How truly a signal follows the face and how noisy it is are those of rendered phantoms (``Reading``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from analysis.phantom.clip import VARIABLE_RATE_JITTER
from analysis.phantom.filming import frame_times
from analysis.phantom.habits import Habit, hearty_smile, tight_closing, uneven_smile
from analysis.phantom.scenario import Action, Camera, Movement, Scenario
from analysis.phantom.skin import SMILE_DIRECTION
from analysis.phantom.spasm_presets import (
    CLOSURES,
    ONLY_BLINKS,
    ONLY_SMILES,
    WINKS,
    among_blinks,
    both_sides,
    clonic,
    mild,
    tonic,
)
from analysis.phantom.truth import Amounts, EventTruth, _event
from analysis.values import Side

Values = NDArray[np.float64]

REST_APERTURE_MM: Final = 9.5
_OTHER: Final = {"right": "left", "left": "right", "both": "both"}
_LONGEST_GAP_S: Final = 0.25


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the signals follow the face. Gains and leaks are shares of what the side, or the other side, truly does."""

    iod_mm: float = 62.0
    aperture_mm: tuple[float, float] = (REST_APERTURE_MM, REST_APERTURE_MM)
    """Of the open eyes, right and left."""
    lid_gain: float = 0.97
    lid_leak: float = -0.03
    """Below 0: the other eye reads wider while one is shut."""
    shut: float = 0.81
    """Largest closure that is read: of a shut eye, a fifth of the aperture is left."""
    mouth_gain: float = 0.95
    mouth_leak: float = 0.04
    corner_of_lids_mm: float = 0.4
    """What a corner reads of the shut eye above it, along a smile; the other corner reads as much less."""
    brow_gain: float = 0.75
    brow_leak: float = 0.05
    brow_of_lids_mm: float = 0.4
    """What the brow reads of a shut eye below it ..."""
    brow_of_mouth: float = -0.08
    """... and of a corner that is pulled, as a share of its way."""
    aperture_sd_mm: float = 0.10
    corner_sd_mm: float = 0.10
    brow_sd_mm: float = 0.10
    correlation: float = 0.3
    """Of the noise of one frame with that of the frame before, at 30 a second."""
    drift_mm: float = 0.15
    """Slow, each signal on its own, and as much again in both sides alike."""
    gaze_mm: float = 0.4
    """Standard deviation of the aperture between one fixation and the next, both sides alike."""
    lost: float = 0.0
    """Share of frames that cannot be used, a few at a time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SpasmCourses:
    """A recording. Sides are columns, right and left; where a frame is not used, signals are NaN."""

    times_s: Values
    """(n,)."""
    used: NDArray[np.bool_]
    """(n,)."""
    aperture_mm: Values
    """(n, 2)."""
    corner_mm: Values
    """(n, 2, 2): displacement of each mouth corner from rest, outward and up, in the head frame."""
    brow_mm: Values
    """(n, 2): height above rest."""
    iod_mm: float
    truth: tuple[EventTruth, ...]

    def spasms(self) -> tuple[EventTruth, ...]:
        """The contractions of hemifacial spasm, in order of time."""
        return tuple(event for event in self.truth if event.kind.startswith("spasm"))

    def blinks(self) -> tuple[EventTruth, ...]:
        """The blinks, in order of time."""
        return tuple(event for event in self.truth if event.kind == "blink")

    def mirrored(self) -> SpasmCourses:
        """Right is left."""
        return replace(
            self,
            aperture_mm=self.aperture_mm[:, ::-1],
            corner_mm=self.corner_mm[:, ::-1],
            brow_mm=self.brow_mm[:, ::-1],
            truth=tuple(map(_mirrored, self.truth)),
        )

    def shifted(self, by_s: float) -> SpasmCourses:
        """The same, later."""
        return replace(self, times_s=self.times_s + by_s, truth=tuple(_later(event, by_s) for event in self.truth))

    def scaled(self, factor: float) -> SpasmCourses:
        """A face so many times as large."""
        return replace(
            self,
            aperture_mm=self.aperture_mm * factor,
            corner_mm=self.corner_mm * factor,
            brow_mm=self.brow_mm * factor,
            iod_mm=self.iod_mm * factor,
        )

    def then(self, other: SpasmCourses) -> SpasmCourses:
        """This recording and, one frame later, another of the same face."""
        after = other.shifted(float(self.times_s[-1] + np.median(np.diff(self.times_s)) - other.times_s[0]))
        return replace(
            self,
            times_s=np.concatenate([self.times_s, after.times_s]),
            used=np.concatenate([self.used, after.used]),
            aperture_mm=np.concatenate([self.aperture_mm, after.aperture_mm]),
            corner_mm=np.concatenate([self.corner_mm, after.corner_mm]),
            brow_mm=np.concatenate([self.brow_mm, after.brow_mm]),
            truth=self.truth + after.truth,
        )


class PatientKind(StrEnum):
    """Whom to film."""

    MILD = "mild"
    CLONIC = "clonic"
    TONIC = "tonic"
    BOTH_SIDES = "both_sides"
    AMONG_BLINKS = "among_blinks"
    """Clonic, with blinks before, in and after the trains."""
    MIXED = "mixed"
    """The same among smiles and closures on command."""
    BLINKS = "blinks"
    SMILES = "smiles"
    SMILES_AND_BLINKS = "smiles_and_blinks"
    CLOSURES = "closures"
    WINK = "wink"
    """Winks with a mouth corner have the form of a spasm: no detector can be held to anything there."""


HEALTHY: Final = (PatientKind.BLINKS, PatientKind.SMILES, PatientKind.SMILES_AND_BLINKS, PatientKind.CLOSURES)
"""In whom no spasm may be found."""


def habit_of(kind: PatientKind, side: Side) -> Habit:
    """What such a patient does; a spasm of one side is on ``side``."""
    match kind:
        case PatientKind.MILD:
            return mild(side.value)
        case PatientKind.CLONIC:
            return clonic(side.value)
        case PatientKind.TONIC:
            return tonic(side.value)
        case PatientKind.BOTH_SIDES:
            return both_sides()
        case PatientKind.AMONG_BLINKS:
            return among_blinks(side.value)
        case PatientKind.MIXED:
            spasms = among_blinks(side.value)
            bouts = (*spasms.bouts, hearty_smile, uneven_smile, tight_closing)
            return replace(spasms, bouts=bouts, blinks_in_bouts=False)
        case PatientKind.BLINKS:
            return ONLY_BLINKS
        case PatientKind.SMILES:
            return ONLY_SMILES
        case PatientKind.SMILES_AND_BLINKS:
            return replace(ONLY_SMILES, blinks_per_min=15, blinks_in_bouts=True)
        case PatientKind.CLOSURES:
            return CLOSURES
        case PatientKind.WINK:
            return WINKS


def spasm_scenario(kind: PatientKind | str, *, seed: int, seconds: float = 60.0, side: Side | None = None) -> Scenario:
    """A recording of some patient of a kind; without a side, either, by the seed."""
    random = np.random.default_rng((seed, 1))
    either = Side.RIGHT if random.random() < 0.5 else Side.LEFT
    habit = habit_of(PatientKind(kind), side or either)
    order = random.permutation(len(habit.bouts))
    habit = replace(habit, bouts=tuple(habit.bouts[k] for k in order))
    return Scenario(duration_s=seconds, movements=habit.movements(random, within_s=seconds))


def some_reading(seed: int, *, lost: float = 0.0) -> Reading:
    """Of some face and some camera."""
    random = np.random.default_rng((seed, 2))
    wide = random.uniform(9.0, 10.0)
    return Reading(
        iod_mm=float(random.uniform(58, 66)),
        aperture_mm=(float(wide), float(wide + random.uniform(-0.5, 0.5))),
        aperture_sd_mm=float(random.uniform(0.08, 0.15)),
        corner_sd_mm=float(random.uniform(0.05, 0.15)),
        lid_leak=float(random.uniform(-0.06, 0.03)),
        mouth_gain=float(random.uniform(0.8, 1.1)),
        mouth_leak=float(random.uniform(-0.05, 0.05)),
        corner_of_lids_mm=float(random.uniform(-0.4, 0.4)),
        brow_gain=float(random.uniform(0.55, 0.95)),
        brow_of_lids_mm=float(random.uniform(-0.4, 0.7)),
        brow_of_mouth=float(random.uniform(-0.1, 0.05)),
        lost=lost,
    )


def spasm_patient(
    kind: PatientKind | str,
    *,
    seed: int,
    fps: float = 30.0,
    seconds: float = 60.0,
    variable_rate: bool = False,
    side: Side | None = None,
    lost: float = 0.01,
    reading: Reading | None = None,
) -> SpasmCourses:
    """A recording of some patient of a kind; without a side, either; without a reading, some face and camera."""
    return courses_of(
        spasm_scenario(kind, seed=seed, seconds=seconds, side=side),
        fps=fps,
        variable_rate=variable_rate,
        seed=seed,
        reading=some_reading(seed, lost=lost) if reading is None else reading,
    )


def courses_of(
    scenario: Scenario, *, fps: float = 30.0, variable_rate: bool = False, seed: int = 0, reading: Reading | None = None
) -> SpasmCourses:
    """What is read of a scenario: of mouth corners that are pulled, pursed or dragged, of lids, and of brows."""
    reading = Reading() if reading is None else reading
    random = np.random.default_rng((seed, 3))
    camera = Camera(fps=fps, rate_jitter=VARIABLE_RATE_JITTER if variable_rate else 0.0)
    times_s = np.array(frame_times(camera, scenario.duration_s))
    does = amounts(scenario, times_s)
    noise = _Noise(random=random, times_s=times_s, fps=fps, reading=reading)

    shut = does[Action.LIDS]
    lids = np.minimum(_leaking(shut, reading.lid_gain, reading.lid_leak), reading.shut)
    aperture = np.array(reading.aperture_mm) * (1 - lids)
    aperture += noise.of(reading.aperture_sd_mm) * (1 - 0.5 * lids) + noise.gaze()[:, None] * (1 - lids)

    pulled, pursed, dragged = (
        _leaking(does[action], reading.mouth_gain, reading.mouth_leak) * reading.iod_mm
        for action in (Action.MOUTH, Action.PUCKER, Action.DRAG)
    )
    along = pulled + reading.corner_of_lids_mm * (shut - shut[:, ::-1])
    corner = along[..., None] * SMILE_DIRECTION
    corner[..., 0] += dragged - dragged[:, ::-1] - pursed
    corner += np.stack([noise.of(reading.corner_sd_mm), noise.of(reading.corner_sd_mm)], axis=-1)

    up = _leaking(does[Action.BROW] - does[Action.FROWN], reading.brow_gain, reading.brow_leak) * reading.iod_mm
    brow = up + reading.brow_of_lids_mm * shut + reading.brow_of_mouth * pulled + noise.of(reading.brow_sd_mm)

    used = noise.used()
    for signal in (aperture, corner, brow):
        signal[~used] = np.nan
    return SpasmCourses(
        times_s=times_s,
        used=used,
        aperture_mm=aperture,
        corner_mm=corner,
        brow_mm=brow,
        iod_mm=reading.iod_mm,
        truth=tuple(_event(movement) for movement in scenario.movements if movement.parts[0].side != "none"),
    )


def amounts(scenario: Scenario, times_s: Values) -> dict[Action, Values]:
    """``Scenario.expression`` at all times at once, (n, 2) each, without its check of what the skin allows."""
    does = {action: np.zeros((len(times_s), 2)) for action in Action}
    for movement in scenario.movements:
        start, stop = np.searchsorted(times_s, _span(movement))
        some = [movement.shares(float(time)) for time in times_s[start:stop]]
        if not some:
            continue
        shares = np.array(some)
        for part in movement.parts:
            seen = does[part.action][start:stop]
            new = shares * (part.right, part.left)
            seen[:] = np.maximum(seen, new) if part.action is Action.LIDS else seen + new
    for part in scenario.rest:
        constant, moving = np.array([part.right, part.left]), does[part.action]
        moving[:] = constant + moving * (1 - constant) if part.action is Action.LIDS else constant + moving
    return does


def _span(movement: Movement) -> tuple[float, float]:
    course, lag = movement.course, movement.left_lag_s
    return course.onset_s + min(lag, 0.0), course.end_s + max(lag, 0.0)


def _leaking(truth: Values, gain: float, leak: float) -> Values:
    return np.asarray(gain * truth + leak * truth[:, ::-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Noise:
    """Whatever is read that the face does not do."""

    random: np.random.Generator
    times_s: Values
    fps: float
    reading: Reading

    def of(self, sd_mm: float) -> Values:
        """Of a signal of both sides, (n, 2)."""
        n = len(self.times_s)
        kept = self.reading.correlation ** (30.0 / self.fps)
        jitter = lfilter([np.sqrt(1 - kept**2)], [1, -kept], self.random.standard_normal((n, 2)), axis=0)
        return np.asarray(sd_mm * jitter + self._drift(2) + self._drift(1))

    def _drift(self, columns: int) -> Values:
        """Two slow waves of any phase, together of the reading's drift as standard deviation."""
        phase = self.random.uniform(0, 2 * np.pi, (2, columns))
        slow = self.random.uniform(0.03, 0.25, (2, columns))
        waves = np.sin(2 * np.pi * slow[:, None] * self.times_s[:, None] + phase[:, None])
        return np.asarray(self.reading.drift_mm * waves.sum(axis=0))

    def gaze(self) -> Values:
        """The eyes look elsewhere every second or two, within 40 ms; (n,) mm, 0 at first."""
        looks = np.cumsum(self.random.gamma(2.0, 0.8, max(int(self.times_s[-1]), 1) + 2))
        high = self.reading.gaze_mm * self.random.standard_normal(len(looks))
        steps = np.diff(high, prepend=0.0)
        moved = np.clip((self.times_s[:, None] - looks) / 0.04, 0, 1)
        return np.asarray(moved @ steps)

    def used(self) -> NDArray[np.bool_]:
        """(n,) all but some gaps of a few frames."""
        n = len(self.times_s)
        used = np.ones(n, dtype=np.bool_)
        longest = max(round(_LONGEST_GAP_S * self.fps), 1)
        while (~used).mean() < self.reading.lost:
            start = int(self.random.integers(n))
            used[start : start + int(self.random.integers(1, longest + 1))] = False
        return used


def _mirrored(event: EventTruth) -> EventTruth:
    def swap(both: Amounts) -> Amounts:
        return Amounts(right=both.left, left=both.right)

    swapped = replace(event.amounts, **{str(action): swap(getattr(event.amounts, action)) for action in Action})
    return replace(
        event,
        side=_OTHER[event.side],
        left_lag_s=-event.left_lag_s,
        mouth_iod=swap(event.mouth_iod),
        closure=swap(event.closure),
        brow_iod=swap(event.brow_iod),
        amounts=swapped,
    )


def _later(event: EventTruth, by_s: float) -> EventTruth:
    return replace(event, onset_s=event.onset_s + by_s, peak_s=event.peak_s + by_s, end_s=event.end_s + by_s)
