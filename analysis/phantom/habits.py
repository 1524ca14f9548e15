"""Faces that are filmed for a while: bouts of movements at irregular times, and blinks among them.

Whatever is irregular is drawn from a generator that the caller seeds. A blink lasts 100 to 400 ms, 10 to 20 come in a minute, and
many stop half-way [pub]: here two of seven; all other ranges are our choice [ours].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

import numpy as np

from analysis.errors import PhantomError
from analysis.phantom.courses import Hold
from analysis.phantom.movements import FULL_SMILE_IOD, REST_S
from analysis.phantom.scenario import Action, Kind, Movement, Part
from analysis.phantom.spasms import Range, within

Bout = Callable[[np.random.Generator, float], tuple[Movement, ...]]
"""What a face does without a pause, given chance and the onset; nothing of it begins before the onset."""

DUCHENNE: Final = 0.25
"""Share of the eye's opening that a hearty smile closes."""
LONG_BLINK_S: Final = 0.45
UNEVEN_BLINK: Final = 0.75
UNEVEN_SMILE: Final = 0.8
_FRAME_S: Final = 1 / 30
_APART_S: Final = 0.3
"""Between a blink and a movement that it shall not touch."""
_LONGEST_S: Final = 0.75
"""Of a double blink."""


def _end_s(movement: Movement) -> float:
    return movement.course.end_s + max(movement.left_lag_s, 0.0)


def _onset_s(movement: Movement) -> float:
    return movement.course.onset_s + min(movement.left_lag_s, 0.0)


def one_blink(
    random: np.random.Generator,
    onset_s: float,
    *,
    right: float = 1.0,
    left: float = 1.0,
    left_lag_s: float = 0.0,
    lasts_s: float | None = None,
) -> Movement:
    """A blink that closes the eyes by ``right`` and ``left``, in 0.17 to 0.3 s unless said otherwise; from ``onset_s`` on."""
    lasts_s = within(random, (0.17, 0.3)) if lasts_s is None else lasts_s
    return Movement(
        kind=Kind.BLINK,
        parts=(Part(action=Action.LIDS, right=right, left=left),),
        course=Hold(
            onset_s=onset_s - min(left_lag_s, 0.0), rise_s=0.36 * lasts_s, hold_s=0.1 * lasts_s, fall_s=0.54 * lasts_s
        ),
        left_lag_s=left_lag_s,
    )


def complete_blink(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """Both eyes, shut or nearly so."""
    closure = within(random, (0.9, 1.0))
    return (one_blink(random, onset_s, right=closure, left=closure),)


def partial_blink(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """Half-way, the eyes not quite alike."""
    closure, ratio = within(random, (0.42, 0.58)), within(random, (0.9, 1.0))
    return (one_blink(random, onset_s, right=closure, left=ratio * closure),)


def double_blink(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """Two with hardly a pause."""
    first = one_blink(random, onset_s)
    return (first, one_blink(random, _end_s(first) + within(random, (0.05, 0.15)), right=0.9, left=0.9))


def uneven_blink(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """One eye, either, closes by ``UNEVEN_BLINK`` of the other."""
    sides = random.permutation([1.0, UNEVEN_BLINK])
    return (one_blink(random, onset_s, right=float(sides[0]), left=float(sides[1])),)


def uneven_onset_blink(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """One eye, either, closes one to three frames of 30 a second later."""
    lag_s = float(random.choice([-1, 1]) * random.integers(1, 4)) * _FRAME_S
    return (one_blink(random, onset_s, left_lag_s=lag_s),)


def long_blink(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """As slow as blinks are."""
    return (one_blink(random, onset_s, lasts_s=LONG_BLINK_S),)


BLINKS: Final[tuple[Bout, ...]] = (
    complete_blink,
    partial_blink,
    double_blink,
    uneven_blink,
    partial_blink,
    long_blink,
    uneven_onset_blink,
)


def hearty_smile(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """The eyes narrow with it by ``DUCHENNE``, alike."""
    return (_smile(random, onset_s, right=1.0, left=1.0),)


def uneven_smile(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """One side, either, does ``UNEVEN_SMILE`` of the other, mouth and eye."""
    sides = random.permutation([1.0, UNEVEN_SMILE])
    return (_smile(random, onset_s, right=float(sides[0]), left=float(sides[1])),)


def _smile(random: np.random.Generator, onset_s: float, *, right: float, left: float) -> Movement:
    wide = within(random, (0.5, 1.0)) * FULL_SMILE_IOD
    return Movement(
        kind=Kind.SMILE,
        parts=(
            Part(action=Action.MOUTH, right=right * wide, left=left * wide),
            Part(action=Action.LIDS, right=right * DUCHENNE, left=left * DUCHENNE),
        ),
        course=Hold(
            onset_s=onset_s,
            rise_s=within(random, (0.35, 0.7)),
            hold_s=within(random, (0.6, 2.5)),
            fall_s=within(random, (0.4, 0.8)),
        ),
    )


def wink(side: str, *, mouth_iod: Range | None = None) -> Bout:
    """One eye closed on purpose. With the corner raised, as many people wink, its form is that of a spasm: no signal tells them
    apart, only whom one films and what he was asked. Without, the lower face's rest does."""

    def bout(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
        parts = [Part(action=Action.LIDS, **{side: within(random, (0.85, 1.0))})]
        if mouth_iod is not None:
            parts.append(Part(action=Action.MOUTH, **{side: within(random, mouth_iod)}))
        return (_closure(random, onset_s, tuple(parts), hold_s=(0.15, 0.8)),)

    return bout


def gentle_closing(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """Both eyes closed as in sleep, one a little less."""
    sides = random.permutation([1.0, within(random, (0.92, 1.0))])
    part = Part(action=Action.LIDS, right=float(sides[0]), left=float(sides[1]))
    return (_closure(random, onset_s, (part,), hold_s=(0.8, 2.5)),)


def tight_closing(random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
    """Both eyes squeezed: the brows come down, the corners are drawn up a little, not quite alike."""
    frown, mouth = within(random, (0.025, 0.045)), within(random, (0.015, 0.03))
    ratio = within(random, (0.85, 1.0))
    parts = (
        Part(action=Action.LIDS, right=1.0, left=1.0),
        Part(action=Action.FROWN, right=frown, left=ratio * frown),
        Part(action=Action.MOUTH, right=ratio * mouth, left=mouth),
    )
    return (_closure(random, onset_s, parts, hold_s=(0.8, 2.5)),)


def _closure(random: np.random.Generator, onset_s: float, parts: tuple[Part, ...], *, hold_s: Range) -> Movement:
    course = Hold(
        onset_s=onset_s,
        rise_s=within(random, (0.15, 0.3)),
        hold_s=within(random, hold_s),
        fall_s=within(random, (0.2, 0.35)),
    )
    return Movement(kind=Kind.CLOSURE, parts=parts, course=course)


@dataclass(frozen=True, kw_only=True)
class Habit:
    """What a face does for as long as it is filmed."""

    bouts: tuple[Bout, ...]
    """In turn, from the first again."""
    pause_s: Range
    """Between two; the logarithm is drawn, so that short ones are as common as long ones."""
    blinks_per_min: float = 0.0
    """Among the bouts, of all kinds ..."""
    blinks_in_bouts: bool = False
    """... also while a bout lasts, but not while it blinks; otherwise clear of all, after what is in the way."""

    def movements(
        self, random: np.random.Generator, *, bouts: int | None = None, within_s: float | None = None
    ) -> tuple[Movement, ...]:
        """So many bouts, or as many as end a moment of rest before a time, and the blinks until then; in order of time.

        Raises:
            PhantomError: neither a number nor a time, or less than one bout.
        """
        if within_s is None and bouts is None:
            raise PhantomError("a habit without an end: say how many bouts there are, or how long they may last")
        if bouts is not None and bouts < 1:
            raise PhantomError(f"a phantom cannot move {bouts} times: choose 1 or more")
        done: list[Movement] = []
        at = REST_S
        for bout in islice(cycle(self.bouts), bouts):
            new = bout(random, at)
            ends = max(map(_end_s, new))
            if within_s is not None and ends > within_s - REST_S:
                break
            done += new
            shortest, longest = self.pause_s
            at = ends + shortest * (longest / shortest) ** random.random()
        until_s = within_s - REST_S if within_s is not None else max(map(_end_s, done))
        done += self._blinks(random, tuple(done), until_s)
        return tuple(sorted(done, key=_onset_s))

    def _blinks(self, random: np.random.Generator, bouts: tuple[Movement, ...], until_s: float) -> Iterator[Movement]:
        if not self.blinks_per_min:
            return
        spared = [one for one in bouts if one.kind is Kind.BLINK or not self.blinks_in_bouts]
        at = REST_S / 2
        while True:
            # a gamma distribution of shape 3 is as uneven as the pauses between blinks are
            at += max(float(random.gamma(3.0, 20.0 / self.blinks_per_min)), _APART_S)
            make = BLINKS[int(random.integers(len(BLINKS)))]
            while touched := [
                _end_s(one)
                for one in spared
                if _onset_s(one) - _APART_S < at + _LONGEST_S and at < _end_s(one) + _APART_S
            ]:
                at = max(touched) + within(random, (_APART_S, 3 * _APART_S))
            blinks = make(random, at)
            at = max(map(_end_s, blinks))
            if at > until_s:
                return
            yield from blinks
