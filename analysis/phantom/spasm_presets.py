"""The phantoms of hemifacial spasm, and of what must not be taken for it: each half a minute or more, irregular as life is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.phantom.habits import (
    BLINKS,
    Bout,
    Habit,
    complete_blink,
    gentle_closing,
    hearty_smile,
    long_blink,
    partial_blink,
    tight_closing,
    uneven_smile,
    wink,
)
from analysis.phantom.movements import REST_S
from analysis.phantom.scenario import HARDLY_MOVING, ORDINARY, Camera, Head, Movement, Scenario
from analysis.phantom.spasms import Clonic, Tonic, within


@dataclass(frozen=True, kw_only=True)
class SpasmPreset:
    """A habit with a seed: the same recording every time, and fewer ``repetitions`` are its first bouts.

    Blinks among the bouts are drawn after them: they differ with the number of bouts.
    """

    about: str
    habit: Habit
    seed: int
    repetitions: int
    """Bouts: single contractions, trains, holds, or what else the habit has."""
    head: Head = HARDLY_MOVING
    camera: Camera = ORDINARY

    def scenario(self, repetitions: int | None = None) -> Scenario:
        """The bouts, the blinks among them, and a second of rest before and after.

        Raises:
            PhantomError: less than one repetition.
        """
        bouts = self.repetitions if repetitions is None else repetitions
        movements = self.habit.movements(np.random.default_rng(self.seed), bouts=bouts)
        ends = max(movement.course.end_s + max(movement.left_lag_s, 0.0) for movement in movements)
        return Scenario(duration_s=ends + REST_S, movements=movements, head=self.head, camera=self.camera)


def mild(side: str) -> Habit:
    """A few small contractions, each alone: the eye closes by 20 to 40 %, the corner goes less than 3 % of the IOD."""
    small = Clonic(side=side, contractions=(1, 1), per_s=(2.8, 4.0), closure=(0.24, 0.4), mouth_iod=(0.014, 0.026))
    return Habit(bouts=(small.train,), pause_s=(3.0, 9.0), blinks_per_min=14)


def _clonic(side: str) -> tuple[Clonic, Clonic]:
    """Trains that come back to rest between contractions, and faster ones that do not."""
    slow, fast = (2.0, 3.2), (4.0, 5.0)
    return (
        Clonic(side=side, contractions=(3, 8), per_s=slow, closure=(0.58, 0.8), mouth_iod=(0.046, 0.08)),
        Clonic(side=side, contractions=(4, 8), per_s=fast, closure=(0.58, 0.8), mouth_iod=(0.046, 0.08)),
    )


def clonic(side: str) -> Habit:
    """Trains of three to eight contractions, two to five a second: the eye by 50 to 80 %, the corner by 4 to 8 % of the IOD."""
    slow, fast = _clonic(side)
    return Habit(bouts=(slow.train, fast.train), pause_s=(2.5, 8.0), blinks_per_min=15)


def tonic(side: str) -> Habit:
    """Two to six seconds each, jerks on top: the eye by 80 to 100 %, the corner by 8 to 12 % of the IOD; the brow rises."""
    long = Tonic(side=side, hold_s=(2.0, 6.0), closure=(0.88, 1.0), mouth_iod=(0.085, 0.12), brow_iod=(0.03, 0.06))
    return Habit(bouts=(long.contraction,), pause_s=(2.0, 6.0), blinks_per_min=20)


def both_sides() -> Habit:
    """Trains of the right side, of the left, and of both at the same time but not in step."""
    (right, fast_right), (left, fast_left) = _clonic("right"), _clonic("left")

    def at_once(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
        starts = [onset_s + within(random, (0.0, 1.0)) for _ in range(2)]
        return (*right.train(random, starts[0]), *left.train(random, starts[1]))

    bouts = (right.train, left.train, at_once, fast_right.train, fast_left.train)
    return Habit(bouts=bouts, pause_s=(2.0, 6.0), blinks_per_min=20)


def among_blinks(side: str) -> Habit:
    """Trains with blinks of all kinds before, during and after them; some are set off by a blink."""
    slow, fast = _clonic(side)

    def in_it(blink: Bout) -> Bout:
        def bout(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
            train = slow.train(random, onset_s)
            last = train[-1].course
            return (*train, *blink(random, onset_s + within(random, (0.2, 0.6)) * (last.end_s - onset_s)))

        return bout

    def set_off(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
        (blink,) = complete_blink(random, onset_s)
        return (blink, *fast.train(random, blink.course.end_s + within(random, (0.05, 0.2))))

    bouts = (in_it(complete_blink), set_off, fast.train, in_it(partial_blink), in_it(long_blink))
    return Habit(bouts=bouts, pause_s=(2.0, 6.0), blinks_per_min=12, blinks_in_bouts=True)


ONLY_BLINKS: Final = Habit(bouts=BLINKS, pause_s=(2.0, 5.5))
ONLY_SMILES: Final = Habit(bouts=(hearty_smile, hearty_smile, uneven_smile), pause_s=(1.2, 8.0))
WINKS: Final = Habit(
    bouts=(wink("right"), wink("left", mouth_iod=(0.03, 0.06)), wink("left"), wink("right", mouth_iod=(0.03, 0.06))),
    pause_s=(2.0, 5.0),
    blinks_per_min=14,
)
CLOSURES: Final = Habit(bouts=(gentle_closing, tight_closing), pause_s=(1.5, 4.0), blinks_per_min=15)

SPASM_PRESETS: Final[dict[str, SpasmPreset]] = {
    "spasm-mild-right": SpasmPreset(
        about="small single contractions of the right eye and mouth, and blinks",
        habit=mild("right"),
        seed=11,
        repetitions=8,
    ),
    "spasm-clonic-left": SpasmPreset(
        about="clonic trains of the left side, slow ones and fast ones, and blinks",
        habit=clonic("left"),
        seed=12,
        repetitions=8,
    ),
    "spasm-tonic-right": SpasmPreset(
        about="tonic contractions of the right side of 2 to 6 seconds with jerks, the brow rising, and blinks",
        habit=tonic("right"),
        seed=13,
        repetitions=6,
    ),
    "spasm-clonic-both": SpasmPreset(
        about="clonic trains of either side and of both, not in step, and blinks",
        habit=both_sides(),
        seed=14,
        repetitions=10,
    ),
    "spasm-and-blinks": SpasmPreset(
        about="clonic trains of the right side with blinks before, in and after them",
        habit=among_blinks("right"),
        seed=15,
        repetitions=10,
    ),
    "spasm-sway": SpasmPreset(
        about="clonic trains of the right side while the head sways",
        habit=clonic("right"),
        seed=16,
        repetitions=8,
        head=Head(sway_iod=0.03, roll_deg=3),
    ),
    "spasm-yaw": SpasmPreset(
        about="clonic trains of the right side while the head turns 8 degrees",
        habit=clonic("right"),
        seed=17,
        repetitions=8,
        head=Head(yaw_deg=8),
    ),
    "spasm-dim": SpasmPreset(
        about="clonic trains of the left side in bad light",
        habit=clonic("left"),
        seed=18,
        repetitions=8,
        camera=Camera(gain=0.25, noise_sd=4),
    ),
    "blinks-only": SpasmPreset(
        about="blinks: complete, half-way, double, uneven, late on one side, slow",
        habit=ONLY_BLINKS,
        seed=19,
        repetitions=12,
    ),
    "smile-only": SpasmPreset(
        about="smiles that narrow both eyes, every third a little uneven", habit=ONLY_SMILES, seed=20, repetitions=9
    ),
    "wink": SpasmPreset(
        about="either eye closed on purpose, with and without its mouth corner, and blinks",
        habit=WINKS,
        seed=21,
        repetitions=9,
    ),
    "closure-on-command": SpasmPreset(
        about="both eyes closed on purpose, gently and tightly, and blinks", habit=CLOSURES, seed=22, repetitions=9
    ),
}
