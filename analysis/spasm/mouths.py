"""Whether a mouth corner moves with a closing eye: a regression of its path on the course of the closure.

So what drifts, or is elsewhere for another reason, does not count, and small movements are read from all frames of a closure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.spasm.closures import Closure
from analysis.spasm.settings import FindingSettings
from analysis.spasm.signals import Signal, Signals
from analysis.values import Side

_BESIDE_S: Final = 0.4
"""Before and after a closure: where the level is from which it begins."""
_BESIDE_A_BLINK_S: Final = 0.1
"""The same of a blink: what is next to it is none of it."""
_SURELY: Final = 0.8
_FEWEST: Final = 6
_TRIED, _TIMES, _SEED = 20, 5, 20_260_101
_OTHER: Final = {Side.RIGHT: Side.LEFT, Side.LEFT: Side.RIGHT}


@dataclass(frozen=True, kw_only=True)
class Along:
    """How a corner goes along with a closure."""

    mm: float
    """How far, at the closure's peak."""
    r: float
    """Multiple correlation of both directions with the closure, 0 to 1."""


_NOT: Final = Along(mm=0.0, r=0.0)


def within(signals: Signals, one: Closure, margin_s: float) -> slice:
    """The frames of a closure and so much before and after it."""
    return within_frames(signals, one.frames, margin_s)


def within_frames(signals: Signals, frames: slice, margin_s: float) -> slice:
    """Some frames and so much before and after them."""
    times = signals.times_s
    first = int(np.searchsorted(times, times[frames.start] - margin_s))
    return slice(first, int(np.searchsorted(times, times[frames.stop - 1] + margin_s, side="right")))


def along(
    signals: Signals, side: Side, one: Closure, eye: Signal, settings: FindingSettings, *, beside_s: float
) -> Along:
    """How the corner of a side goes along with the closure ``eye``, (n,), up to ``around_s`` before or after it."""
    span = within(signals, one, beside_s)
    return _best(eye, np.arange(span.start, span.stop), 0, signals, side, one, settings)


def _best(
    eye: Signal,
    frames: NDArray[np.intp],
    offset: int,
    signals: Signals,
    side: Side,
    one: Closure,
    settings: FindingSettings,
) -> Along:
    """The regression at the best lag, of the corner ``offset`` frames away from the eye."""
    corner = signals.side(side).corner_mm
    furthest = int(settings.around_s / signals.interval_s)
    best = _NOT
    for lag in range(offset - furthest, offset + furthest + 1):
        there = frames[(frames + lag >= 0) & (frames + lag < len(eye))]
        found = _regressed(eye[there], corner[there + lag], one.size)
        best = max(best, found, key=lambda each: each.r)
    return best


def _regressed(eye: Signal, corner: Signal, size: float) -> Along:
    seen = np.isfinite(eye) & np.isfinite(corner).all(axis=1)
    if seen.sum() < _FEWEST:
        return _NOT
    x, y = eye[seen] - eye[seen].mean(), corner[seen] - corner[seen].mean(axis=0)
    power, total = float(x @ x), float((y**2).sum())
    if power == 0 or total == 0:
        return _NOT
    slope = x @ y / power
    return Along(mm=float(np.hypot(*slope)) * size, r=float(np.sqrt(min(power * (slope @ slope) / total, 1.0))))


def both_move(signals: Signals, one: Closure, eye: Signal, settings: FindingSettings) -> bool:
    """Whether both corners surely move along with a short closure of both eyes: a face that is drawn, no blink."""
    corners = [along(signals, side, one, eye, settings, beside_s=_BESIDE_A_BLINK_S) for side in Side]
    least = settings.drawn * _least(one, settings)
    return all(found.mm >= least and found.r >= _SURELY for found in corners)


def moves_alone_mm(signals: Signals, side: Side, one: Closure, eye: Signal, settings: FindingSettings) -> float:
    """How far the corner of a side moves along, mm; 0 where that is too little, may be chance, or the other one does too: a
    head that turns and a smile move both.
    """
    here, there = (along(signals, each, one, eye, settings, beside_s=_BESIDE_S) for each in (side, _OTHER[side]))
    alone = _alone(here, there, settings)
    return alone if alone >= _least(one, settings) else 0.0


def _alone(here: Along, there: Along, settings: FindingSettings) -> float:
    """How far a corner goes, mm; 0 where it may be chance or the other one goes as well."""
    alone = here.r >= settings.least_correlation and there.mm < settings.one_sided * here.mm
    return here.mm if alone else 0.0


def moved_by_chance(
    signals: Signals,
    side: Side,
    found: Sequence[Closure],
    eye: Signal,
    closures: Sequence[Closure],
    settings: FindingSettings,
) -> float:
    """How often the corner moves as with the closures ``found`` where no eye closes: the same course of the eye laid over other
    times. A mouth that chews or speaks goes along with anything; 0 where the eye leaves too little time to say.
    """
    busy = np.zeros(len(eye), dtype=np.bool_)
    for one in closures:
        busy[within(signals, one, _BESIDE_S)] = True
    hits = trials = 0
    random = np.random.default_rng(_SEED)
    for one in found[:: max(len(found) // _TRIED, 1)]:
        span = within(signals, one, _BESIDE_S)
        frames = span.stop - span.start
        free = [
            start
            for start in range(0, len(eye) - frames, max(frames // 4, 1))
            if not busy[start : start + frames].any()
        ]
        for start in random.permutation(free)[:_TIMES]:
            # as there, the best of the lags is taken
            here, other = (
                _best(eye, np.arange(span.start, span.stop), int(start) - span.start, signals, each, one, settings)
                for each in (side, _OTHER[side])
            )
            hits += _alone(here, other, settings) >= _least(one, settings)
            trials += 1
    return hits / trials if trials >= _TIMES else 0.0


def share_of_the_other(signals: Signals, side: Side, one: Closure, eye: Signal, settings: FindingSettings) -> float:
    """How far the other corner moves along, as a share of how far that of a side does."""
    here, there = (along(signals, each, one, eye, settings, beside_s=_BESIDE_S) for each in (side, _OTHER[side]))
    return there.mm / here.mm if here.mm else 1.0


def _least(one: Closure, settings: FindingSettings) -> float:
    return settings.least_mouth_mm + settings.carried_mm * one.size
