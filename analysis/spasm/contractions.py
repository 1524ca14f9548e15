"""Contractions of one side of the face: an eye that closes beyond the other one while the mouth corner of its side is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.palsy.results import Repetition
from analysis.spasm.blinks import during
from analysis.spasm.closures import Closure, find_closures
from analysis.spasm.mouths import moves_alone, moves_in_a_blink, within
from analysis.spasm.settings import FindingSettings
from analysis.spasm.signals import Signal, Signals
from analysis.values import Side

_LOW_QUANTILE: Final = 0.2
_WINK: Final = 0.3
"""An eye that closes alone by less is not worth telling."""


@dataclass(frozen=True, kw_only=True)
class Contraction:
    """One contraction as it was measured; shares, mm and seconds."""

    side: Side
    closure: Closure
    tonic: bool
    eye: float
    mouth_mm: float
    """Change of the corner's distance from the midline."""
    brow_mm: float | None
    babinski: bool | None
    """Whether the brow rises beyond the other one; None where it was not seen."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one side does."""

    contractions: tuple[Contraction, ...]
    winks: int
    """Closures of that eye alone in which no mouth corner moves."""
    voluntary: int
    """Movements that were asked for, by their symmetry and form."""


def find_contractions(
    signals: Signals,
    side: Side,
    short: Sequence[Closure],
    movements: Sequence[Repetition],
    settings: FindingSettings,
) -> Found:
    """All contractions of a side. ``short`` are the closures of both eyes that are as short as blinks, ``movements`` the standard
    movements that were found in the recording.
    """
    alone = _closing_alone(signals, side, short, settings)
    least = max(settings.least_closure, settings.noise_sd * signals.noise(signals.more_closed(side)))
    contractions, winks, voluntary = [], 0, 0
    for one in find_closures(alone, least=least, settings=settings):
        if not moves_alone(signals, side, one, alone, settings):
            winks += one.size >= _WINK
        elif _asked_for(signals, side, one, movements, alone, settings):
            voluntary += 1
        else:
            contractions.append(_measured(signals, side, one, settings))
    return Found(contractions=tuple(contractions), winks=winks, voluntary=voluntary)


def _closing_alone(signals: Signals, side: Side, short: Sequence[Closure], settings: FindingSettings) -> Signal:
    """(n,) by how much the eye is further closed than the other one. In a blink that is not known: there it goes on as it was, or
    is closed as far as it is where the mouth corner says that its side contracts.
    """
    alone = np.clip(signals.more_closed(side), 0, None)
    for one in short:
        frames = during(signals, [one], settings)
        closure = signals.side(side).closure
        hidden = moves_in_a_blink(signals, side, one, closure, settings)
        alone[frames] = closure[frames] if hidden else np.nan
    unknown = ~np.isfinite(alone) & signals.seen
    known = np.isfinite(alone)
    if known.any():
        alone[unknown] = np.interp(signals.times_s[unknown], signals.times_s[known], alone[known])
    return alone


def _asked_for(
    signals: Signals,
    side: Side,
    one: Closure,
    movements: Sequence[Repetition],
    alone: Signal,
    settings: FindingSettings,
) -> bool:
    """Within a standard movement in which the other side takes part, or that is as slow as what is done on purpose."""
    begin, end = float(signals.times_s[one.start]), float(signals.times_s[one.stop])
    overlap = sum(max(min(end, each.end_s) - max(begin, each.start_s), 0.0) for each in movements)
    if overlap < (end - begin) / 2:
        return False
    frames = within(signals, one, settings.around_s)
    here, there = signals.side(side), signals.other(side)
    shares = [
        float(np.nanmedian(other[frames]) / max(float(np.nanmedian(own[frames])), 1e-9))
        for own, other in ((here.closure, there.closure), (here.mouth_mm, there.mouth_mm))
    ]
    return max(shares) >= settings.shared or _rise_s(signals, one, alone) > settings.slow_rise_s


def _rise_s(signals: Signals, one: Closure, alone: Signal) -> float:
    """From the last frame below 10 % to the first above 90 % of the peak."""
    rise = alone[one.start : one.peak + 1]
    low = np.flatnonzero(rise <= 0.1 * one.size)
    high = np.flatnonzero(rise >= 0.9 * one.size)
    first = one.start + (int(low[-1]) if low.size else 0)
    last = one.start + (int(high[0]) if high.size else len(rise) - 1)
    return float(signals.times_s[last] - signals.times_s[first])


def _measured(signals: Signals, side: Side, one: Closure, settings: FindingSettings) -> Contraction:
    half = signals.side(side)
    lasting = one.lasts_s(signals.times_s)
    tonic = lasting >= settings.tonic_s
    around, level = within(signals, one, settings.around_s), within(signals, one, settings.level_s)
    raised = signals.more_raised_mm(side)
    brow_seen = bool(np.isfinite(raised[around]).any())
    least = max(settings.least_brow_mm, settings.noise_sd * signals.noise(raised))
    return Contraction(
        side=side,
        closure=one,
        tonic=tonic,
        eye=float(np.clip(_reached(half.closure[one.frames], settings, tonic=tonic), 0, 1)),
        mouth_mm=_mouth_change(signals, side, one, settings, tonic=tonic),
        brow_mm=_risen(half.brow_mm, around, level) if brow_seen else None,
        babinski=_risen(raised, around, level) >= least if brow_seen else None,
    )


def _mouth_change(signals: Signals, side: Side, one: Closure, settings: FindingSettings, *, tonic: bool) -> float:
    """|change of the corner's distance from the midline| from where the corner is before and after the train."""
    half, eye = signals.side(side), signals.more_closed(side)
    level = within(signals, one, settings.level_s)
    corner = half.corner_mm[:, 0]
    shut = np.where(np.isfinite(corner[level]), eye[level], np.nan)
    low = corner[level][shut <= np.nanquantile(shut, _LOW_QUANTILE)]
    around = corner[within(signals, one, settings.around_s)] - float(np.median(low))
    return max(_reached(np.abs(around), settings, tonic=tonic), 0.0)


def _risen(values: Signal, frames: slice, level: slice) -> float:
    """The most that a signal, (n,), reaches in some frames above where it is low in others; 0 where either was not seen."""
    there, low = (values[some][np.isfinite(values[some])] for some in (frames, level))
    return float(there.max() - np.quantile(low, _LOW_QUANTILE)) if there.size and low.size else 0.0


def _reached(values: Signal, settings: FindingSettings, *, tonic: bool) -> float:
    """How far a contraction goes: the plateau's median of a long one, the peak of a short one."""
    seen = values[np.isfinite(values)]
    peak = float(seen.max())
    return float(np.median(seen[seen >= settings.plateau_share * peak])) if tonic else peak
