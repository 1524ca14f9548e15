"""The phantoms that have names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from analysis.errors import PhantomError
from analysis.phantom.courses import Hold, Twitching
from analysis.phantom.scenario import HARDLY_MOVING, ORDINARY, Action, Camera, Head, Kind, Movement, Part, Scenario

FULL_SMILE_IOD: Final = 0.14
FULL_BROW_IOD: Final = 0.09
REST_S: Final = 1.0
"""Before the first movement, between two, and after the last."""
_TWITCHING_S: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A scenario that can be had with any number of repetitions of its movement."""

    about: str
    movements: Callable[[float], tuple[Movement, ...]]
    """Given the onset, one repetition."""
    repetitions: int = 3
    head: Head = HARDLY_MOVING
    camera: Camera = ORDINARY

    def scenario(self, repetitions: int | None = None) -> Scenario:
        """The movements one after the other, with a second of rest around each.

        Raises:
            PhantomError: less than one repetition.
        """
        repetitions = self.repetitions if repetitions is None else repetitions
        if repetitions < 1:
            raise PhantomError(f"a phantom cannot move {repetitions} times: choose 1 or more")
        movements: list[Movement] = []
        at = REST_S
        for _ in range(repetitions):
            again = self.movements(at)
            movements += again
            at = max(movement.course.end_s + max(movement.left_lag_s, 0) for movement in again) + REST_S
        return Scenario(duration_s=at, movements=tuple(movements), head=self.head, camera=self.camera)


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


def spasm_parts(side: str, *, closure: float, mouth_iod: float, brow_iod: float = 0.0) -> tuple[Part, ...]:
    """What a hemifacial spasm moves: the eye closes, the mouth corner is pulled, and (other Babinski sign) the brow goes up."""
    parts = (
        Part(action=Action.LIDS, **{side: closure}),
        Part(action=Action.MOUTH, **{side: mouth_iod}),
        Part(action=Action.BROW, **{side: brow_iod}),
    )
    return tuple(part for part in parts if part.side != "none")


def clonic_train(onset_s: float, side: str, *, contractions: int = 6, per_s: float = 3.0) -> tuple[Movement, ...]:
    """Contractions one after the other, back at rest between them; each is an event."""
    each = 1 / per_s
    return tuple(
        Movement(
            kind=Kind.SPASM_CLONIC,
            parts=spasm_parts(side, closure=0.7, mouth_iod=0.05),
            course=Hold(onset_s=onset_s + k * each, rise_s=0.35 * each, hold_s=0.1 * each, fall_s=0.45 * each),
        )
        for k in range(contractions)
    )


def tonic_hold(onset_s: float, side: str, *, hold_s: float = 2.5) -> Movement:
    """A long contraction of one half of the face, the brow going up while the eye closes."""
    return Movement(
        kind=Kind.SPASM_TONIC,
        parts=spasm_parts(side, closure=0.9, mouth_iod=0.08, brow_iod=0.05),
        course=Hold(onset_s=onset_s, rise_s=0.2, hold_s=hold_s, fall_s=0.4),
    )


def _smile_with_closing_eye(onset_s: float) -> tuple[Movement, ...]:
    even = smile(onset_s, right=0.7)
    return (Movement(kind=Kind.SMILE, parts=(*even.parts, Part(action=Action.LIDS, right=0.5)), course=even.course),)


def _smiles(about: str, right: float, left: float, *, head: Head = HARDLY_MOVING, camera: Camera = ORDINARY) -> Preset:
    def movements(onset_s: float) -> tuple[Movement, ...]:
        return (smile(onset_s, right=right, left=left),)

    return Preset(about=about, movements=movements, head=head, camera=camera)


def _one(make: Callable[[float], Movement]) -> Callable[[float], tuple[Movement, ...]]:
    return lambda onset_s: (make(onset_s),)


def _mouth_twitch(frequency_hz: float) -> Callable[[float], tuple[Movement, ...]]:
    return _one(lambda at: twitch(at, Action.MOUTH, frequency_hz, right=0.15 * FULL_SMILE_IOD))


def _drag(onset_s: float) -> Movement:
    parts = (Part(action=Action.DRAG, right=0.06), Part(action=Action.MOUTH, right=0.06))
    return Movement(kind=Kind.DRAG, parts=parts, course=Hold(onset_s=onset_s, rise_s=0.5, hold_s=1.0, fall_s=0.5))


def _pucker(onset_s: float) -> Movement:
    part = Part(action=Action.PUCKER, right=0.1, left=0.1)
    return Movement(kind=Kind.PUCKER, parts=(part,), course=Hold(onset_s=onset_s, rise_s=0.5, hold_s=1.0, fall_s=0.5))


_SWAY: Final = Head(sway_iod=0.03, roll_deg=3)
_TURNING: Final = Head(yaw_deg=8)

PRESETS: Final = {
    "smile": _smiles("three even smiles", 1, 1),
    "weak-left": _smiles("three smiles, the left corner going half as far", 1, 0.5),
    "weak-right": _smiles("three smiles, the right corner going half as far", 0.5, 1),
    "right-only": _smiles("three smiles of the right corner alone", 1, 0),
    "left-only": _smiles("three smiles of the left corner alone", 0, 1),
    "rest": _smiles("a face at rest", 0, 0),
    "twitch": Preset(about="a small twitch of the right corner, 8 a second", movements=_mouth_twitch(8), repetitions=1),
    "slow-twitch": Preset(about="the same small twitch, once a second", movements=_mouth_twitch(1), repetitions=1),
    "lagging-left": Preset(
        about="three smiles, the left corner 0.1 s late", movements=_one(lambda at: smile(at, left_lag_s=0.1))
    ),
    "pucker": Preset(about="the lips pursed three times", movements=_one(_pucker)),
    "philtrum-drag": Preset(about="the whole mouth carried to the right", movements=_one(_drag)),
    "blink": Preset(about="blinks of both eyes", movements=_one(blink), repetitions=5),
    "half-blink": Preset(
        about="blinks that stop half-way", movements=_one(lambda at: blink(at, closure=0.5)), repetitions=5
    ),
    "closure": Preset(about="both eyes closed", movements=_one(lambda at: closure(at, right=1, left=1))),
    "right-closure": Preset(about="the right eye closed alone", movements=_one(lambda at: closure(at, right=1))),
    "left-closure": Preset(about="the left eye closed alone", movements=_one(lambda at: closure(at, left=1))),
    "right-spasm": Preset(
        about="clonic contractions of the right eye and mouth", movements=lambda at: clonic_train(at, "right")
    ),
    "left-spasm": Preset(
        about="clonic contractions of the left eye and mouth", movements=lambda at: clonic_train(at, "left")
    ),
    "tonic-right": Preset(
        about="long contractions on the right, the brow rising", movements=_one(lambda at: tonic_hold(at, "right"))
    ),
    "tonic-left": Preset(
        about="long contractions on the left, the brow rising", movements=_one(lambda at: tonic_hold(at, "left"))
    ),
    "brow-raise": Preset(about="both brows raised", movements=_one(brow_raise)),
    "right-brow": Preset(about="the right brow raised alone", movements=_one(lambda at: brow_raise(at, left=0))),
    "left-brow": Preset(about="the left brow raised alone", movements=_one(lambda at: brow_raise(at, right=0))),
    "synkinesis-right": Preset(about="smiles with which the right eye half closes", movements=_smile_with_closing_eye),
    "sway-smile": _smiles("smiles of the right corner alone while the head sways", 1, 0, head=_SWAY),
    "yaw-smile": _smiles("smiles of the right corner alone while the head turns 8 degrees", 1, 0, head=_TURNING),
    "dim": _smiles("weak-left in bad light", 1, 0.5, camera=Camera(gain=0.25, noise_sd=4)),
    "blurred": _smiles("weak-left out of focus", 1, 0.5, camera=Camera(defocus_px=4)),
    "small": _smiles("weak-left with 40 pixels between the irises", 1, 0.5, camera=Camera(iod_px=40)),
}
