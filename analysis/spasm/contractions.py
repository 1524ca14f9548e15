"""Contractions of one side of the face: an eye that closes beyond the other one while the mouth corner of its side is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.palsy.results import Repetition
from analysis.smoothing import runs
from analysis.spasm.blinks import during
from analysis.spasm.closures import Closure, find_closures
from analysis.spasm.mouths import moved_by_chance, moves_alone_mm, share_of_the_other, within, within_frames
from analysis.spasm.settings import FindingSettings
from analysis.spasm.signals import Frames, Signal, Signals
from analysis.values import Side

_LOW_QUANTILE: Final = 0.2
_ASYNCHRONY_S: Final = 0.1
_FEWEST: Final = 3
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
    one_sided: int
    """Movements that were asked for, in which the other side does not take part."""
    with_blinks: int
    """Contractions as short as a blink, right beside one or under one."""
    by_chance: float
    """How often the mouth corner moves so at other times; 0 where no other time is left."""
    restless: bool
    """Whether the noise at rest is too large for small contractions to be told."""


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
    blinking = np.zeros(len(signals.times_s), dtype=np.bool_)
    for one in short:
        blinking |= during(signals, side, one, settings)
    alone = _closing_alone(signals, side, blinking, settings)
    closed = np.where(blinking, alone, signals.side(side).closure)
    least = _least(signals, side, settings)
    contractions, winks, one_sided = [], 0, 0
    closures = find_closures(alone, least=least, settings=settings)
    for one in closures:
        if not moves_alone_mm(signals, side, one, alone, settings):
            winks += one.size >= _WINK and not _beside_a_blink(signals, one, short)
        elif (shared := _asked_for(signals, side, one, movements, alone, settings)) is not None:
            one_sided += shared < settings.shared
        else:
            contractions.append(_measured(signals, side, one, closed, settings))
    found = [each.closure for each in contractions]
    return Found(
        contractions=tuple(contractions),
        winks=winks,
        one_sided=one_sided,
        with_blinks=sum(
            _beside_a_blink(signals, one, short)
            for one in found
            if one.lasts_s(signals.times_s) <= settings.longest_blink_s
        ),
        by_chance=moved_by_chance(signals, side, found, alone, closures, settings),
        restless=least >= settings.restless_closure,
    )


def _least(signals: Signals, side: Side, settings: FindingSettings) -> float:
    noisy = min(settings.noise_sd * signals.noise(signals.more_closed(side)), settings.restless_closure)
    return max(settings.least_closure, noisy)


def _closing_alone(signals: Signals, side: Side, blinking: Frames, settings: FindingSettings) -> Signal:
    """(n,) by how much the eye is further closed than the other one. While both blink that is not known: there the mouth corner
    says how far its side contracts, as far as it does so elsewhere in the recording.
    """
    alone = np.clip(signals.more_closed(side), 0, None)
    crossed = _crossed(signals, np.where(blinking, np.nan, alone))
    per_mm = _closure_per_mm(signals, side, crossed, blinking, settings)
    if per_mm is None:
        return crossed
    moved = signals.more_moved_mm(side)
    for run in runs(blinking):
        level = within_frames(signals, run, settings.level_s)
        low = moved[level][np.isfinite(moved[level])]
        gone = moved[run] - (np.quantile(low, _LOW_QUANTILE) if low.size else np.nan)
        if (gone >= settings.drawn * (settings.least_mouth_mm + settings.carried_mm)).any():
            crossed[run] = np.clip(per_mm * gone, 0, 1)
    return _crossed(signals, crossed)


def _crossed(signals: Signals, values: Signal) -> Signal:
    """(n,) with a line over frames that were seen and do not tell."""
    known, unknown = np.isfinite(values), ~np.isfinite(values) & signals.seen
    if known.any():
        values[unknown] = np.interp(signals.times_s[unknown], signals.times_s[known], values[known])
    return values


def _closure_per_mm(
    signals: Signals, side: Side, alone: Signal, blinking: Frames, settings: FindingSettings
) -> float | None:
    """Closure for each mm of the mouth corner in contractions that no blink hides; None where there are too few of them."""
    least = _least(signals, side, settings)
    shares = [
        one.size / far
        for one in find_closures(alone, least=least, settings=settings)
        if not blinking[one.frames].any() and (far := moves_alone_mm(signals, side, one, alone, settings)) > 0
    ]
    return float(np.median(shares)) if len(shares) >= _FEWEST else None


def _beside_a_blink(signals: Signals, one: Closure, short: Sequence[Closure]) -> bool:
    """Whether it may be what is left of a blink in which one eye is ahead of the other."""
    near = within(signals, one, _ASYNCHRONY_S)
    return any(each.start < near.stop and each.stop >= near.start for each in short)


def _asked_for(
    signals: Signals,
    side: Side,
    one: Closure,
    movements: Sequence[Repetition],
    alone: Signal,
    settings: FindingSettings,
) -> float | None:
    """The share in which the other side takes part in a standard movement that this is, or is part of; None if it is none.

    It is one if they are one stretch of time, whatever the other side does: that of a palsy does nothing. It is part of one if
    the other side takes part, or if it rises as slowly as what is done on purpose.
    """
    begin, end = float(signals.times_s[one.start]), float(signals.times_s[one.stop])
    overlaps = [(max(min(end, each.end_s) - max(begin, each.start_s), 0.0), each) for each in movements]
    if sum(overlap for overlap, _ in overlaps) < (end - begin) / 2:
        return None
    frames = within(signals, one, settings.around_s)
    closing, other = (float(np.nanmedian(half.closure[frames])) for half in (signals.side(side), signals.other(side)))
    shared = max(other / closing, share_of_the_other(signals, side, one, alone, settings))
    same = any(overlap >= (each.end_s - each.start_s) / 2 for overlap, each in overlaps)
    slow = _rise_s(signals, one, alone) > settings.slow_rise_s
    return shared if same or slow or shared >= settings.shared else None


def _rise_s(signals: Signals, one: Closure, alone: Signal) -> float:
    """From the last frame below 10 % to the first above 90 % of the peak."""
    rise = alone[one.start : one.peak + 1]
    low = np.flatnonzero(rise <= 0.1 * one.size)
    high = np.flatnonzero(rise >= 0.9 * one.size)
    first = one.start + (int(low[-1]) if low.size else 0)
    last = one.start + (int(high[0]) if high.size else len(rise) - 1)
    return float(signals.times_s[last] - signals.times_s[first])


def _measured(signals: Signals, side: Side, one: Closure, closed: Signal, settings: FindingSettings) -> Contraction:
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
        eye=float(np.clip(_reached(closed[one.frames], settings, tonic=tonic), 0, 1)),
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
