"""What the sitters do for the bench: short clips of one movement each, filmed at 30 frames a second without a turning head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from analysis.phantom.presets import FULL_SMILE_IOD, PRESETS, REST_S, brow_raise, closure, smile, twitch
from analysis.phantom.scenario import Action, Camera, Movement, Scenario

CAMERA: Final = Camera(width=720, height=576)
"""Faces as large as in the presets, with less around them."""
TWITCH_IOD: Final = 0.15 * FULL_SMILE_IOD
"""A small twitch: 1.3 mm in a face of 62 mm between the irises."""
CLONIC_IOD: Final = 0.05
TWITCHES_HZ: Final = (1.0, 3.0, 5.0, 8.0)
RATIOS: Final = (0.10, 0.25, 0.50, 0.75, 1.0)
SIDES: Final = ("right", "left")
DEAD_AMOUNTS: Final = (0.35, 0.7)
_REPETITIONS: Final = 2
_TWITCHING_S: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Staging:
    """A clip by its name."""

    name: str
    scenario: Scenario


def one_sided(region: Action, side: str) -> Staging:
    """A full movement of one side, twice."""
    return _repeated(f"{region} {side}", _full(region, **{side: 1.0}))


def both_sided(region: Action) -> Staging:
    """The same of both sides."""
    return _repeated(f"{region} both", _full(region, right=1.0, left=1.0))


def clonic(side: str) -> Staging:
    """A mouth corner pulled three times a second by 5 % of the inter-iris distance."""
    return _repeated(f"3 Hz {side}", lambda at: _mouth_twitch(at, 3.0, CLONIC_IOD, side), times=1)


def small_twitch(frequency_hz: float) -> Staging:
    """The right mouth corner, with a small amplitude."""
    name = f"{frequency_hz:g} Hz small"
    return _repeated(name, lambda at: _mouth_twitch(at, frequency_hz, TWITCH_IOD, "right"), times=1)


def weaker(ratio: float, side: str) -> Staging:
    """A smile in which a side goes ``ratio`` times as far as the other."""
    amounts = {"right": 1.0, "left": 1.0, side: ratio}
    return _repeated(f"ratio {ratio:.2f} {side}", lambda at: smile(at, **amounts), times=1)


def dead(amount: float, side: str) -> Staging:
    """A smile of ``amount`` times the full one in which ``side`` does not move at all."""
    amounts = {"right": amount, "left": amount, side: 0.0}
    return _repeated(f"dead {side} {amount:.2f}", lambda at: smile(at, **amounts), times=1)


def at_rest() -> Staging:
    """Nothing moves but, hardly, the head."""
    return _filmed("rest", replace(PRESETS["rest"].scenario(1), movements=()))


def preset(name: str, repetitions: int = _REPETITIONS) -> Staging:
    """One of the phantom's presets."""
    return _filmed(name, PRESETS[name].scenario(repetitions))


def _full(region: Action, *, right: float = 0.0, left: float = 0.0) -> Callable[[float], Movement]:
    make = {Action.MOUTH: smile, Action.LIDS: closure, Action.BROW: brow_raise}[region]
    return lambda at: make(at, right=right, left=left)


def _mouth_twitch(onset_s: float, frequency_hz: float, amount_iod: float, side: str) -> Movement:
    return twitch(onset_s, Action.MOUTH, frequency_hz, lasts_s=_TWITCHING_S, **{side: amount_iod})


def _repeated(name: str, movement: Callable[[float], Movement], *, times: int = _REPETITIONS) -> Staging:
    movements: list[Movement] = []
    at = REST_S
    for _ in range(times):
        movements.append(movement(at))
        at = movements[-1].course.end_s + REST_S
    return _filmed(name, Scenario(duration_s=at, movements=tuple(movements)))


def _filmed(name: str, scenario: Scenario) -> Staging:
    return Staging(name=name, scenario=replace(scenario, camera=CAMERA))
