"""Movements that clinicians have names for, made of parts and a course."""

from __future__ import annotations

from typing import Final

from analysis.phantom.courses import Hold, Twitching
from analysis.phantom.scenario import Action, Kind, Movement, Part

FULL_SMILE_IOD: Final = 0.14
FULL_BROW_IOD: Final = 0.09
FULL_PUCKER_IOD: Final = 0.1
REST_S: Final = 1.0
"""Before the first movement, between two, and after the last."""
_TWITCHING_S: Final = 3.0


def smile(onset_s: float, *, right: float = 1.0, left: float = 1.0, left_lag_s: float = 0.0) -> Movement:
    """A smile held for a second; amounts are shares of a full one."""
    return Movement(
        kind=Kind.SMILE,
        parts=(Part(action=Action.MOUTH, right=right * FULL_SMILE_IOD, left=left * FULL_SMILE_IOD),),
        course=Hold(onset_s=onset_s, rise_s=0.5, hold_s=1.0, fall_s=0.5),
        left_lag_s=left_lag_s,
    )


def blink(onset_s: float, *, closure: float = 1.0) -> Movement:
    """A quarter of a second, both eyes."""
    return Movement(
        kind=Kind.BLINK,
        parts=(Part(action=Action.LIDS, right=closure, left=closure),),
        course=Hold(onset_s=onset_s, rise_s=0.09, hold_s=0.02, fall_s=0.14),
    )


def closure(onset_s: float, *, right: float = 0.0, left: float = 0.0, hold_s: float = 1.0) -> Movement:
    """Eyes closed on purpose."""
    return Movement(
        kind=Kind.CLOSURE,
        parts=(Part(action=Action.LIDS, right=right, left=left),),
        course=Hold(onset_s=onset_s, rise_s=0.25, hold_s=hold_s, fall_s=0.3),
    )


def brow_raise(onset_s: float, *, right: float = 1.0, left: float = 1.0) -> Movement:
    """Brows raised for a second; amounts are shares of a full raise."""
    return Movement(
        kind=Kind.BROW_RAISE,
        parts=(Part(action=Action.BROW, right=right * FULL_BROW_IOD, left=left * FULL_BROW_IOD),),
        course=Hold(onset_s=onset_s, rise_s=0.4, hold_s=1.0, fall_s=0.4),
    )


def twitch(
    onset_s: float,
    action: Action,
    frequency_hz: float,
    *,
    right: float = 0.0,
    left: float = 0.0,
    lasts_s: float = _TWITCHING_S,
) -> Movement:
    """A sinusoidal twitch of any region."""
    return Movement(
        kind=Kind.TWITCH,
        parts=(Part(action=action, right=right, left=left),),
        course=Twitching(onset_s=onset_s, lasts_s=lasts_s, frequency_hz=frequency_hz),
    )
