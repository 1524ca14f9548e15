"""A whole examination of facial palsy: every standard movement one after the other, by a face whose palsy is known.

The order is that of the MEEI Facial Palsy Photo and Video Standard Set (Greene et al. 2020); the snarl of the Sunnybrook system
comes last. How far a healthy face goes is our choice [ours]; a full smile, about 9 mm, lies within the published 7 to 22 mm.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Final

from analysis.errors import PhantomError
from analysis.palsy.postures import Task
from analysis.phantom.courses import Hold
from analysis.phantom.movements import FULL_BROW_IOD, FULL_PUCKER_IOD, FULL_SMILE_IOD, REST_S
from analysis.phantom.scenario import HARDLY_MOVING, ORDINARY, Action, Camera, Head, Kind, Movement, Part, Scenario
from analysis.values import Side

FULL_UPPER_LIP_IOD: Final = 0.06
FULL_LOWER_LIP_IOD: Final = 0.1
FULL_FROWN_IOD: Final = 0.045
"""Of brows in a closure with full effort."""
SMALL_SMILE: Final = 0.5
"""Share of a full one."""

ORDER: Final = (
    Task.BROW_RAISE,
    Task.GENTLE_CLOSURE,
    Task.FULL_CLOSURE,
    Task.SMALL_SMILE,
    Task.FULL_SMILE,
    Task.PUCKER,
    Task.LOWER_TEETH,
    Task.SNARL,
)
"""Rest is before, between and after them."""

_COURSES: Final = {
    Task.BROW_RAISE: (0.4, 0.4),
    Task.GENTLE_CLOSURE: (0.35, 0.35),
    Task.FULL_CLOSURE: (0.25, 0.3),
    Task.SMALL_SMILE: (0.4, 0.4),
    Task.FULL_SMILE: (0.5, 0.5),
    Task.PUCKER: (0.5, 0.5),
    Task.LOWER_TEETH: (0.4, 0.4),
    Task.SNARL: (0.4, 0.4),
}
"""Seconds of rise and fall."""
_HELD_S: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Palsy:
    """What is wrong with one side. Without anything more it is a healthy face, whose ``side`` then means nothing.

    Shares are of the other side's movement, 0 none, 1 as far.
    """

    side: Side
    brow: float = 1.0
    eye: float = 1.0
    """Share of the opening at rest that closes with full effort, and gently ..."""
    eye_gentle: float | None = None
    """... unless that is another one."""
    smile: float = 1.0
    upper_lip: float = 1.0
    pucker: float = 1.0
    lower_lip: float = 1.0
    droop_iod: float = 0.0
    """How far the mouth corner hangs at rest."""
    narrow: float = 0.0
    """Share of the eye that is closed at rest."""
    ocular_oral: float = 0.0
    """Share of a full smile that the mouth corner makes when the eyes close or the brows go up."""
    oral_ocular: float = 0.0
    """Share of a full closure that the eye makes when the mouth moves; half of it in a small smile."""
    lag_s: float = 0.0
    """How much later the side moves."""

    def __post_init__(self) -> None:
        """Raise PhantomError for what is no share, and for a negative lag; the skin itself limits how far a corner hangs."""
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name not in ("side", "droop_iod", "lag_s") and value is not None and not 0 <= value <= 1:
                raise PhantomError(f"a palsy's {each.name} is a share and cannot be {value:g}: choose 0 to 1")
        if not 0 <= self.lag_s <= REST_S / 2:
            raise PhantomError(f"a side cannot move {self.lag_s:g} s late: choose 0 to {REST_S / 2:g}")

    @property
    def left_lag_s(self) -> float:
        """How much later the left side moves than the right."""
        return self.lag_s if self.side is Side.LEFT else 0.0 - self.lag_s

    def part(self, action: Action, full: float, share: float) -> Part:
        """A voluntary action: the other side in full, the affected one by its share."""
        right, left = (share, 1.0) if self.side is Side.RIGHT else (1.0, share)
        return Part(action=action, right=full * right, left=full * left)

    def alone(self, action: Action, amount: float) -> tuple[Part, ...]:
        """An action of the affected side that nobody asked for; none where it is nothing."""
        if not amount:
            return ()
        right, left = (amount, 0.0) if self.side is Side.RIGHT else (0.0, amount)
        return (Part(action=action, right=right, left=left),)


def examination(
    palsy: Palsy,
    *,
    repetitions: int = 1,
    without: Collection[Task] = (),
    head: Head = HARDLY_MOVING,
    camera: Camera = ORDINARY,
) -> Scenario:
    """Every standard movement ``repetitions`` times in succession, with a second of rest around each.

    Args:
        without: movements that are left out; rest cannot be.

    Raises:
        PhantomError: less than one repetition, or no rest.
    """
    if repetitions < 1:
        raise PhantomError(f"a phantom cannot move {repetitions} times: choose 1 or more")
    if Task.REST in without:
        raise PhantomError("a face cannot be without rest: leave out movements only")
    movements: list[Movement] = []
    at = REST_S
    for task in ORDER:
        for _ in range(0 if task in without else repetitions):
            movements.append(performed(task, palsy, at))
            at = movements[-1].course.end_s + max(palsy.left_lag_s, 0) + REST_S
    return Scenario(
        duration_s=at,
        movements=tuple(movements),
        head=head,
        camera=camera,
        rest=(*palsy.alone(Action.DROOP, palsy.droop_iod), *palsy.alone(Action.LIDS, palsy.narrow)),
    )


def performed(task: Task, palsy: Palsy, onset_s: float) -> Movement:
    """One movement of an examination; ``onset_s`` is when the first side begins."""
    rise_s, fall_s = _COURSES[task]
    return Movement(
        kind=Kind(task.value),
        parts=_parts(task, palsy),
        course=Hold(onset_s=onset_s - min(palsy.left_lag_s, 0), rise_s=rise_s, hold_s=_HELD_S, fall_s=fall_s),
        left_lag_s=palsy.left_lag_s,
    )


def _parts(task: Task, palsy: Palsy) -> tuple[Part, ...]:
    mouth_too = palsy.alone(Action.MOUTH, palsy.ocular_oral * FULL_SMILE_IOD)
    eye_too = palsy.alone(Action.LIDS, palsy.oral_ocular)
    match task:
        case Task.BROW_RAISE:
            return (palsy.part(Action.BROW, FULL_BROW_IOD, palsy.brow), *mouth_too)
        case Task.GENTLE_CLOSURE:
            gentle = palsy.eye if palsy.eye_gentle is None else palsy.eye_gentle
            return (palsy.part(Action.LIDS, 1.0, gentle), *mouth_too)
        case Task.FULL_CLOSURE:
            frown = palsy.part(Action.FROWN, FULL_FROWN_IOD, palsy.eye)
            return (palsy.part(Action.LIDS, 1.0, palsy.eye), frown, *mouth_too)
        case Task.SMALL_SMILE:
            half = palsy.alone(Action.LIDS, SMALL_SMILE * palsy.oral_ocular)
            return (palsy.part(Action.MOUTH, SMALL_SMILE * FULL_SMILE_IOD, palsy.smile), *half)
        case Task.FULL_SMILE:
            return (palsy.part(Action.MOUTH, FULL_SMILE_IOD, palsy.smile), *eye_too)
        case Task.PUCKER:
            return (palsy.part(Action.PUCKER, FULL_PUCKER_IOD, palsy.pucker), *eye_too)
        case Task.LOWER_TEETH:
            return (palsy.part(Action.LOWER_LIP, FULL_LOWER_LIP_IOD, palsy.lower_lip), *eye_too)
        case Task.SNARL:
            return (palsy.part(Action.UPPER_LIP, FULL_UPPER_LIP_IOD, palsy.upper_lip), *eye_too)
        case Task.REST:
            return ()
