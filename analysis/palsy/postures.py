"""A face at rest and in each standard movement, as numbers: what every grade is computed from.

The movements are those of the MEEI Facial Palsy Photo and Video Standard Set (Greene et al. 2020), and the snarl of the
Sunnybrook system. Lengths are Emotrics' (Guarin et al. 2018), millimetres; sides are the subject's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.values import Side


class Task(StrEnum):
    """What the subject was asked to do."""

    REST = "rest"
    BROW_RAISE = "brow_raise"
    GENTLE_CLOSURE = "gentle_closure"
    FULL_CLOSURE = "full_closure"
    """Eyes closed with full effort."""
    SMALL_SMILE = "small_smile"
    FULL_SMILE = "full_smile"
    SNARL = "snarl"
    PUCKER = "pucker"
    LOWER_TEETH = "lower_teeth"


@dataclass(frozen=True, kw_only=True)
class HalfPosture:
    """One side of a face in one posture.

    Of lids that were hidden the numbers are NaN. The frame is the head's: x along the line of the pupils, y up; the midline is
    perpendicular to it, midway between the pupils.
    """

    brow_height_mm: float
    """From the pupil's height at rest up to the upper edge of the brow's middle."""
    mrd1_mm: float
    """Margin reflex distance 1: from the pupil's height at rest up to the upper lid's margin."""
    mrd2_mm: float
    """From the pupil's height at rest down to the lower lid's margin."""
    commissure_excursion_mm: float
    """Distance of the mouth corner from where the midline crosses the lower lip's border."""
    smile_angle_deg: float
    """Of that line, 90 where the corner is level with the crossing, more where it is higher."""
    commissure_out_mm: float
    """Of the mouth corner from the midline."""
    commissure_up_mm: float
    """Of the mouth corner from the line of the pupils: negative."""
    commissure_travel_mm: float
    """How far the corner has gone from rest along its own main axis, outward and up positive; 0 at rest."""
    upper_lip_mm: float
    """Height of the upper lip's border, midway between midline and corner, from the line of the pupils: negative."""
    lower_lip_mm: float
    """The same of the lower lip's border."""
    dental_show_mm: float
    """Opening between the lips midway between midline and corner."""
    nasolabial_angle_deg: float
    """Between the midline and the line from the wing of the nose to the corner: a stand-in for the nasolabial fold."""

    @property
    def fissure_mm(self) -> float:
        """Palpebral fissure height."""
        return self.mrd1_mm + self.mrd2_mm


@dataclass(frozen=True, kw_only=True)
class Posture:
    """Both sides in one posture."""

    right: HalfPosture
    left: HalfPosture

    def side(self, side: Side) -> HalfPosture:
        """One of them."""
        return self.right if side is Side.RIGHT else self.left


class Region(StrEnum):
    """Part of the face whose voluntary movement is compared between the sides."""

    BROW = "brow"
    EYE_GENTLE = "eye_gentle"
    EYE_FULL = "eye_full"
    SMILE = "smile"
    UPPER_LIP = "upper_lip"
    PUCKER = "pucker"
    LOWER_LIP = "lower_lip"


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What a grade is computed from. ``affected`` is the side that is graded against the other.

    ``postures`` holds rest and every task that was performed. ``synkinesis`` is, for tasks that were performed, the largest
    involuntary movement of the affected side in it (an eye that closes in a smile, a mouth that moves in a brow raise), as a
    share of the same region's voluntary movement: 0 none, 1 as far as on purpose.
    """

    affected: Side
    postures: Mapping[Task, Posture]
    synkinesis: Mapping[Task, float] = field(default_factory=dict)

    @property
    def healthy(self) -> Side:
        """The other side."""
        return Side.LEFT if self.affected is Side.RIGHT else Side.RIGHT

    @property
    def rest(self) -> Posture:
        """The face at rest."""
        return self.postures[Task.REST]

    def missing(self, *tasks: Task) -> tuple[Task, ...]:
        """Those that were not performed."""
        return tuple(task for task in tasks if task not in self.postures)


TASK_OF: Mapping[Region, Task] = {
    Region.BROW: Task.BROW_RAISE,
    Region.EYE_GENTLE: Task.GENTLE_CLOSURE,
    Region.EYE_FULL: Task.FULL_CLOSURE,
    Region.SMILE: Task.FULL_SMILE,
    Region.UPPER_LIP: Task.SNARL,
    Region.PUCKER: Task.PUCKER,
    Region.LOWER_LIP: Task.LOWER_TEETH,
}
"""The movement in which a region is judged."""


def moved(examination: Examination, region: Region, side: Side) -> float:
    """How far a region of a side moved in its task, mm; of an eye the share of its opening at rest that was closed, 0 to 1.

    Raises:
        KeyError: the task was not performed.
    """
    rest, then = (examination.postures[task].side(side) for task in (Task.REST, TASK_OF[region]))
    match region:
        case Region.BROW:
            return then.brow_height_mm - rest.brow_height_mm
        case Region.EYE_GENTLE | Region.EYE_FULL:
            return min(max(1 - then.fissure_mm / rest.fissure_mm, 0.0), 1.0)
        case Region.SMILE:
            return then.commissure_travel_mm
        case Region.UPPER_LIP:
            return then.upper_lip_mm - rest.upper_lip_mm
        case Region.PUCKER:
            return rest.commissure_out_mm - then.commissure_out_mm
        case Region.LOWER_LIP:
            return rest.lower_lip_mm - then.lower_lip_mm


SHUT_MM = 1.0
"""A fissure below it is closed (auto-eFACE, Miller et al. 2021)."""


def closure(rest: HalfPosture, then: HalfPosture) -> float:
    """Share of the opening at rest that is closed, 0 to 1; 1 where less than ``SHUT_MM`` is left; NaN where lids were hidden."""
    if math.isnan(then.fissure_mm + rest.fissure_mm):
        return math.nan
    if then.fissure_mm < SHUT_MM:
        return 1.0
    return min(max(1 - then.fissure_mm / rest.fissure_mm, 0.0), 1.0)


def share(examination: Examination, region: Region) -> float:
    """The affected side's voluntary movement over the healthy side's, 0 to 1.

    Raises:
        KeyError: the task was not performed.
        ZeroDivisionError: the healthy side did not move.
    """
    affected, healthy = (moved(examination, region, side) for side in (examination.affected, examination.healthy))
    return min(max(affected / healthy, 0.0), 1.0)
