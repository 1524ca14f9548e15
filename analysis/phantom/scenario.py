"""What happens in a phantom: movements of the face and of the head, the camera, and things in the way.

Sides are the subject's. Amounts are shares of the inter-iris distance (IOD), except of a lid, whose amount is the closure:
0 open, 1 shut.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

import numpy as np

from analysis.errors import PhantomError
from analysis.palsy.postures import Task
from analysis.phantom.courses import Course, Twitching


class Action(StrEnum):
    """What a part of a movement does."""

    MOUTH = "mouth"
    """A mouth corner goes outward and up."""
    PUCKER = "pucker"
    """A mouth corner goes inward."""
    DRAG = "drag"
    """The middle of the mouth is carried to that side, across the midline."""
    LIDS = "lids"
    """An eye closes."""
    BROW = "brow"
    """A brow and the forehead above it go up."""
    FROWN = "frown"
    """A brow goes down, as when the eyes are squeezed shut."""
    UPPER_LIP = "upper_lip"
    """Half of the upper lip and the skin beside the wing of the nose go up, as in a snarl; what is between the lips is seen."""
    LOWER_LIP = "lower_lip"
    """Half of the lower lip and the skin below it go down, as if to show the lower teeth; the mouth is dark inside."""
    DROOP = "droop"
    """A mouth corner hangs: it goes down and a little inward."""


class Kind(StrEnum):
    """What a clinician would call a movement."""

    SMILE = "smile"
    PUCKER = "pucker"
    DRAG = "drag"
    BLINK = "blink"
    CLOSURE = "closure"
    BROW_RAISE = "brow_raise"
    TWITCH = "twitch"
    SPASM_CLONIC = "spasm_clonic"
    SPASM_TONIC = "spasm_tonic"
    GENTLE_CLOSURE = "gentle_closure"
    FULL_CLOSURE = "full_closure"
    SMALL_SMILE = "small_smile"
    FULL_SMILE = "full_smile"
    LOWER_TEETH = "lower_teeth"
    SNARL = "snarl"


class Thing(StrEnum):
    """What can be in the way."""

    HAND = "hand"
    MASK = "mask"
    SUNGLASSES = "sunglasses"
    SECOND_PERSON = "second_person"
    BLACKNESS = "blackness"


LARGEST: Final = {
    Action.MOUTH: 0.22,
    Action.PUCKER: 0.12,
    Action.DRAG: 0.12,
    Action.LIDS: 1.0,
    Action.BROW: 0.12,
    Action.FROWN: 0.05,
    Action.UPPER_LIP: 0.08,
    Action.LOWER_LIP: 0.12,
    Action.DROOP: 0.08,
}
"""Beyond these the skin would fold over itself."""


LARGEST_TURN_DEG: Final = 15.0
"""Beyond it the photograph lacks the side of the face that would be seen."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one action does on either side."""

    action: Action
    right: float = 0.0
    left: float = 0.0

    def __post_init__(self) -> None:
        if min(self.right, self.left) < 0:
            raise PhantomError(
                f"a phantom's {self.action} cannot move by {min(self.right, self.left):g}: "
                f"choose amounts from 0 to {LARGEST[self.action]:g}"
            )

    @property
    def side(self) -> str:
        """``right``, ``left``, ``both``, or ``none`` where nothing moves."""
        return {(True, True): "both", (True, False): "right", (False, True): "left", (False, False): "none"}[
            bool(self.right), bool(self.left)
        ]


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One event: one or more parts on one course. The first part leads; it names the event's side and amplitude."""

    kind: Kind
    parts: tuple[Part, ...]
    course: Course
    left_lag_s: float = 0.0
    """How much later the left side moves; negative: earlier."""

    @property
    def frequency_hz(self) -> float | None:
        """Of a train of twitches."""
        return self.course.frequency_hz if isinstance(self.course, Twitching) else None

    @property
    def task(self) -> Task | None:
        """The standard movement that its kind is; None where it is none."""
        return next((task for task in Task if task.value == self.kind.value), None)

    def shares(self, time_s: float) -> tuple[float, float]:
        """Of the right and of the left side."""
        return self.course.share(time_s), self.course.share(time_s - self.left_lag_s)


@dataclass(frozen=True, kw_only=True)
class Expression:
    """What the face does at one moment: (right, left) of every action."""

    mouth: tuple[float, float] = (0.0, 0.0)
    pucker: tuple[float, float] = (0.0, 0.0)
    drag: tuple[float, float] = (0.0, 0.0)
    lids: tuple[float, float] = (0.0, 0.0)
    brow: tuple[float, float] = (0.0, 0.0)
    frown: tuple[float, float] = (0.0, 0.0)
    upper_lip: tuple[float, float] = (0.0, 0.0)
    lower_lip: tuple[float, float] = (0.0, 0.0)
    droop: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Where the head is, against the still.

    ``dx_iod`` is positive to the subject's left and ``dy_iod`` up. Degrees: yaw is positive when the face turns to the subject's
    left, pitch when it looks down, roll when it leans to the subject's right shoulder. The turns leave the point between the
    irises where it is.
    """

    dx_iod: float = 0.0
    dy_iod: float = 0.0
    roll_deg: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Cut:
    """From a moment on the head is elsewhere, or of another size, as after a cut of the film."""

    at_s: float
    dx_iod: float = 0.0
    dy_iod: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Head:
    """Sinusoidal movements of the head, each with a slow frequency of its own, and jumps. A head is never quite still."""

    sway_iod: float = 0.01
    roll_deg: float = 0.5
    scale: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    pace: float = 1.0
    """Multiplies all frequencies."""
    cuts: tuple[Cut, ...] = ()
    leaves_at_s: float = inf
    leaving_iod_s: float = 2.0
    """From ``leaves_at_s`` on the head goes sideways out of the picture, this fast."""

    def __post_init__(self) -> None:
        if max(abs(self.yaw_deg), abs(self.pitch_deg)) > LARGEST_TURN_DEG:
            raise PhantomError(
                f"a photograph cannot be turned by {max(abs(self.yaw_deg), abs(self.pitch_deg)):g} degrees: "
                f"choose at most {LARGEST_TURN_DEG:g}"
            )

    def pose(self, time_s: float) -> Pose:
        """The pose at a time."""

        def wave(frequency_hz: float) -> float:
            return float(np.sin(2 * np.pi * frequency_hz * self.pace * time_s))

        dx, dy = self.sway_iod * wave(0.31), -self.sway_iod * wave(0.17)
        scale = 1 + self.scale * wave(0.13)
        for cut in self.cuts:
            if time_s >= cut.at_s:
                dx, dy, scale = dx + cut.dx_iod, dy + cut.dy_iod, scale * cut.scale
        return Pose(
            dx_iod=dx + self.leaving_iod_s * max(time_s - self.leaves_at_s, 0.0),
            dy_iod=dy,
            roll_deg=self.roll_deg * wave(0.23),
            yaw_deg=self.yaw_deg * wave(0.27),
            pitch_deg=self.pitch_deg * wave(0.21),
            scale=scale,
        )


@dataclass(frozen=True, kw_only=True)
class Camera:
    """How the face is filmed."""

    fps: float = 30.0
    width: int = 1280
    height: int = 720
    iod_px: float = 128.0
    """Distance between the irises in the picture; smaller where the photograph does not give as much."""
    rate_jitter: float = 0.0
    """Largest change of the time between two frames, as a share of it: a variable frame rate."""
    exposure_s: float = 0.0
    """Time the shutter is open: what moves meanwhile is blurred."""
    defocus_px: float = 0.0
    """Standard deviation of a Gaussian blur."""
    gain: float = 1.0
    """Share of the light that arrives."""
    shade: float = 0.0
    """Share of the light that the subject's left side loses; negative: the right side."""
    flicker: float = 0.0
    """Share of the light that comes and goes ..."""
    flicker_hz: float = 9.0
    noise_sd: float = 1.5
    """Of each pixel and colour, in grey levels of 255."""
    jpeg_quality: int | None = None
    """1 to 100: each picture goes through JPEG."""
    mirrored: bool = False
    """As a selfie camera shows it."""

    def __post_init__(self) -> None:
        if not 1 <= self.fps <= 240:
            raise PhantomError(f"a phantom cannot have {self.fps:g} frames per second: choose 1 to 240")
        if not 0 <= self.rate_jitter <= 0.8:
            raise PhantomError(f"frame times cannot vary by {self.rate_jitter:g} of their distance: choose 0 to 0.8")
        if not (64 <= self.width <= 3840 and 64 <= self.height <= 2160 and not (self.width % 2 or self.height % 2)):
            raise PhantomError(
                f"a phantom cannot have {self.width} x {self.height} pixels: choose even numbers, 64 x 64 to 3840 x 2160"
            )
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= 100:
            raise PhantomError(f"there is no JPEG quality {self.jpeg_quality}: choose 1 to 100")


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Something in the way for a while."""

    thing: Thing
    from_s: float = 0.0
    until_s: float = inf


HARDLY_MOVING: Final = Head()
ORDINARY: Final = Camera()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """All of a phantom but the photograph."""

    duration_s: float
    movements: tuple[Movement, ...] = ()
    head: Head = HARDLY_MOVING
    camera: Camera = ORDINARY
    obstacles: tuple[Obstacle, ...] = ()
    rest: tuple[Part, ...] = ()
    """What the face does all the time: a corner that hangs, an eye that is never quite open."""

    def __post_init__(self) -> None:
        if not 0 < self.duration_s <= 3600:
            raise PhantomError(f"a phantom cannot last {self.duration_s:g} s: choose more than 0 and at most 3600")

    def expression(self, time_s: float) -> Expression:
        """What the face does at a time: amounts add up; of two closures of one eye the stronger holds.

        A closure closes as much of what rest leaves open: an eye half closed at rest that then closes by half is closed by
        three quarters.

        Raises:
            PhantomError: movements at the same time add up to more than the skin allows.
        """
        amounts = {action: [0.0, 0.0] for action in Action}
        for movement in self.movements:
            shares = movement.shares(time_s)
            if shares == (0.0, 0.0):
                continue
            for part in movement.parts:
                for side, share, full in zip((0, 1), shares, (part.right, part.left), strict=True):
                    old = amounts[part.action][side]
                    amounts[part.action][side] = (
                        max(old, share * full) if part.action is Action.LIDS else old + share * full
                    )
        for part in self.rest:
            for side, constant in enumerate((part.right, part.left)):
                moving = amounts[part.action][side]
                amounts[part.action][side] = (
                    constant + moving * (1 - constant) if part.action is Action.LIDS else constant + moving
                )
        for action, sides in amounts.items():
            if max(sides) > LARGEST[action] + 1e-9:
                raise PhantomError(
                    f"at {time_s:.2f} s the phantom's {action} would move by {max(sides):g}: "
                    f"choose amounts from 0 to {LARGEST[action]:g}"
                )
        return Expression(**{str(action): (sides[0], sides[1]) for action, sides in amounts.items()})
