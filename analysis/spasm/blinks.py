"""Blinks: both eyes close at once, alike, for a moment, and the mouth does not move with them.

A mouth of which one corner moves is that of a spasm in which somebody blinks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.spasm.closures import Closure, find_closures
from analysis.spasm.mouths import both_move
from analysis.spasm.settings import FindingSettings
from analysis.spasm.signals import Frames, Signal, Signals
from analysis.values import Side

_LOWERED_S: Final = 1.5
"""Lids that are lowered for longer than half of this follow a gaze, or are closed on purpose."""
_ASYNCHRONY_S: Final = 0.25


def short_closures_of_both(signals: Signals, settings: FindingSettings) -> tuple[Closure, ...]:
    """Whatever closes both eyes for no longer than a blink lasts, seen in the eye that closes less."""
    both = np.minimum(signals.right.closure, signals.left.closure)
    least = max(settings.least_closure, settings.noise_sd * signals.noise(both))
    found = find_closures(both - _lowered(both, signals.interval_s), least=least, settings=settings)
    return tuple(
        one
        for one in found
        if one.lasts_s(signals.times_s) <= settings.longest_blink_s
        and _half_closed_s(both, one, signals.times_s) <= settings.longest_blink_s
    )


@dataclass(frozen=True, kw_only=True)
class Blinked:
    """The short closures of both eyes that are blinks, each with the closure of the eye that closes further; and the others."""

    blinks: tuple[tuple[Closure, float], ...]
    unlike: int
    """In which one eye closes much further than the other."""


def find_blinks(signals: Signals, short: Sequence[Closure], settings: FindingSettings) -> Blinked:
    """Which of the short closures are blinks."""
    blinks, unlike = [], 0
    both = np.minimum(signals.right.closure, signals.left.closure)
    for one in short:
        right, left = (float(np.nanmax(signals.side(side).closure[one.frames])) for side in Side)
        if both_move(signals, one, both, settings):
            continue
        if min(right, left) >= settings.blink_ratio * max(right, left):
            blinks.append((one, max(right, left)))
        else:
            unlike += 1
    return Blinked(blinks=tuple(blinks), unlike=unlike)


def during(signals: Signals, side: Side, one: Closure, settings: FindingSettings) -> Frames:
    """(n,) whether a frame lies in a short closure of both eyes, as the eye that is not of ``side`` shows it: it may be ahead or
    behind.
    """
    other, times = signals.other(side).closure, signals.times_s
    near = (times >= times[one.start] - _ASYNCHRONY_S) & (times <= times[one.stop] + _ASYNCHRONY_S)
    closing = other > settings.onset_share * float(np.nanmax(other[one.frames]))
    inside = _connected(near & closing, one)
    inside[one.frames] = True
    return inside


def _connected(frames: Frames, one: Closure) -> Frames:
    """Those of the frames from which a closure is reached without a break."""
    joined = np.zeros_like(frames)
    before, after = np.flatnonzero(~frames[: one.start]), np.flatnonzero(~frames[one.stop :])
    joined[before[-1] + 1 if before.size else 0 : one.stop + (after[0] if after.size else len(frames))] = True
    return joined


def _half_closed_s(both: Signal, one: Closure, times_s: Signal) -> float:
    """How long the lids are more than half-way between where they are before and where they are at the peak."""
    level = (min(both[one.start], both[one.stop]) + both[one.peak]) / 2
    opened = np.flatnonzero(~(both > level))
    before, after = opened[opened < one.peak], opened[opened > one.peak]
    first = before[-1] + 1 if before.size else 0
    last = after[0] - 1 if after.size else len(both) - 1
    return float(times_s[last] - times_s[first])


def _lowered(both: Signal, interval_s: float) -> Signal:
    """How far the lids are lowered anyway: a gaze that goes down is no blink, and must hide none."""
    frames = max(round(_LOWERED_S / interval_s), 3)
    level = pd.Series(both).rolling(frames, center=True, min_periods=1).median().to_numpy()
    return np.asarray(np.clip(level, 0, None))
