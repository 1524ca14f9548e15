"""The phantoms that have names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from analysis.errors import PhantomError
from analysis.phantom.courses import Hold
from analysis.phantom.examination import Palsy, examination
from analysis.phantom.movements import (
    FULL_BROW_IOD,
    FULL_PUCKER_IOD,
    FULL_SMILE_IOD,
    REST_S,
    blink,
    brow_raise,
    closure,
    smile,
    twitch,
)
from analysis.phantom.scenario import HARDLY_MOVING, ORDINARY, Action, Camera, Head, Kind, Movement, Part, Scenario
from analysis.phantom.spasm_presets import SPASM_PRESETS, SpasmPreset
from analysis.phantom.spasms import clonic_train, tonic_hold
from analysis.values import Side

__all__ = [
    "FULL_BROW_IOD",
    "FULL_SMILE_IOD",
    "PRESETS",
    "REST_S",
    "ExaminationPreset",
    "Preset",
    "SpasmPreset",
    "blink",
    "brow_raise",
    "closure",
    "smile",
    "tonic_hold",
    "twitch",
]


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


@dataclass(frozen=True, kw_only=True)
class ExaminationPreset:
    """A whole examination of one face."""

    about: str
    palsy: Palsy
    repetitions: int = 1

    def scenario(self, repetitions: int | None = None) -> Scenario:
        """Every standard movement so many times.

        Raises:
            PhantomError: less than one repetition.
        """
        return examination(self.palsy, repetitions=self.repetitions if repetitions is None else repetitions)


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
    part = Part(action=Action.PUCKER, right=FULL_PUCKER_IOD, left=FULL_PUCKER_IOD)
    return Movement(kind=Kind.PUCKER, parts=(part,), course=Hold(onset_s=onset_s, rise_s=0.5, hold_s=1.0, fall_s=0.5))


_SWAY: Final = Head(sway_iod=0.03, roll_deg=3)
_TURNING: Final = Head(yaw_deg=8)

PRESETS: Final[dict[str, Preset | ExaminationPreset | SpasmPreset]] = {
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
    "exam-normal": ExaminationPreset(about="all standard movements of a healthy face", palsy=Palsy(side=Side.RIGHT)),
    "exam-flaccid-right": ExaminationPreset(
        about="all standard movements with a severe flaccid palsy of the right side",
        palsy=Palsy(
            side=Side.RIGHT,
            brow=0.0,
            eye=0.4,
            eye_gentle=0.25,
            smile=0.1,
            upper_lip=0.1,
            pucker=0.15,
            lower_lip=0.1,
            droop_iod=0.05,
        ),
    ),
    "exam-weak-left": ExaminationPreset(
        about="all standard movements, the left side going half as far",
        palsy=Palsy(side=Side.LEFT, brow=0.5, eye=0.5, smile=0.5, upper_lip=0.5, pucker=0.5, lower_lip=0.5),
    ),
    "exam-synkinetic-right": ExaminationPreset(
        about="all standard movements, the right side a little weak, its eye and mouth moving together",
        palsy=Palsy(
            side=Side.RIGHT,
            brow=0.6,
            smile=0.75,
            upper_lip=0.75,
            pucker=0.7,
            lower_lip=0.7,
            narrow=0.15,
            ocular_oral=0.4,
            oral_ocular=0.5,
        ),
    ),
    "exam-mixed-left": ExaminationPreset(
        about="all standard movements, the left side weak, late and hanging, its eye and mouth moving together",
        palsy=Palsy(
            side=Side.LEFT,
            brow=0.2,
            eye=0.7,
            smile=0.4,
            upper_lip=0.4,
            pucker=0.4,
            lower_lip=0.3,
            droop_iod=0.03,
            ocular_oral=0.25,
            oral_ocular=0.35,
            lag_s=0.08,
        ),
    ),
    **SPASM_PRESETS,
}
