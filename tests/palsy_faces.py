"""Examinations made up from how weak each region is, how the face hangs at rest, and how it moves along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from analysis.palsy.postures import Examination, HalfPosture, Posture, Task
from analysis.values import Side

HEALTHY_REST = HalfPosture(
    brow_height_mm=24,
    mrd1_mm=4,
    mrd2_mm=6,
    commissure_excursion_mm=30,
    smile_angle_deg=95,
    commissure_out_mm=26,
    commissure_up_mm=-65,
    commissure_travel_mm=0,
    upper_lip_mm=-58,
    lower_lip_mm=-72,
    dental_show_mm=0,
    nasolabial_angle_deg=40,
)
"""One side of a healthy face at rest: 10 mm of palpebral fissure."""

HEALTHY_BROW_LIFT_MM = 10.0
HEALTHY_TRAVEL_MM = 12.0
HEALTHY_CLOSURE = 0.96
"""Landmarks do not read 0 on a closed eye: 0.4 mm of 10 are left."""
HEALTHY_UPPER_LIP_MM = 5.0
HEALTHY_PUCKER_MM = 8.0
HEALTHY_LOWER_LIP_MM = 5.0


@dataclass(frozen=True, kw_only=True)
class Movements:
    """What a side does of each movement: 1 as far as a healthy side, 0 nothing."""

    brow: float = 1
    gentle: float = 1
    full: float = 1
    smile: float = 1
    upper_lip: float = 1
    pucker: float = 1
    lower_lip: float = 1
    narrowing: float = 0
    """Share of the eye's opening that closes along with the mouth, in smiles and the pucker."""

    @classmethod
    def all_at(cls, share: float) -> Movements:
        """A side that is evenly weak."""
        return cls(brow=share, gentle=share, full=share, smile=share, upper_lip=share, pucker=share, lower_lip=share)


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """How a side differs from a healthy one at rest."""

    brow_mm: float = 0
    """Lower."""
    fissure_mm: float = 0
    """Wider: by the lower lid."""
    nasolabial_deg: float = 0
    """Less."""
    droop_mm: float = 0
    """Of the mouth corner."""
    inward_mm: float = 0
    """Of the mouth corner."""


SAGGING = Hanging(brow_mm=5, fissure_mm=2, nasolabial_deg=12, droop_mm=6, inward_mm=5)
"""As a face hangs in flaccid palsy."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face of which one side may be weak; ``synkinesis`` is one number for every task, or one for each that was measured."""

    affected: Side = Side.RIGHT
    weak: Movements = field(default_factory=Movements)
    sound: Movements = field(default_factory=Movements)
    hanging: Hanging = field(default_factory=Hanging)
    synkinesis: float | Mapping[Task, float] = 0.0
    without: Iterable[Task] = ()
    scale: float = 1.0

    def examined(self) -> Examination:
        """In every task, but those that are left out."""
        seen = [task for task in Task if task not in tuple(self.without)]
        known = self.synkinesis
        return Examination(
            affected=self.affected,
            postures={task: self._posture(task) for task in seen},
            synkinesis=known if isinstance(known, Mapping) else dict.fromkeys(seen, known),
        )

    def _posture(self, task: Task) -> Posture:
        weak = _scaled(_move(_hang(HEALTHY_REST, self.hanging), task, self.weak), self.scale)
        sound = _scaled(_move(HEALTHY_REST, task, self.sound), self.scale)
        return Posture(right=weak, left=sound) if self.affected is Side.RIGHT else Posture(right=sound, left=weak)


def mirrored(examination: Examination) -> Examination:
    """The same face in a mirror."""
    return Examination(
        affected=examination.healthy,
        postures={task: Posture(right=it.left, left=it.right) for task, it in examination.postures.items()},
        synkinesis=examination.synkinesis,
    )


def _hang(half: HalfPosture, hanging: Hanging) -> HalfPosture:
    return replace(
        half,
        brow_height_mm=half.brow_height_mm - hanging.brow_mm,
        mrd2_mm=half.mrd2_mm + hanging.fissure_mm,
        nasolabial_angle_deg=half.nasolabial_angle_deg - hanging.nasolabial_deg,
        commissure_up_mm=half.commissure_up_mm - hanging.droop_mm,
        commissure_out_mm=half.commissure_out_mm - hanging.inward_mm,
        commissure_excursion_mm=half.commissure_excursion_mm - hanging.inward_mm,
    )


def _move(half: HalfPosture, task: Task, does: Movements) -> HalfPosture:
    match task:
        case Task.REST:
            return half
        case Task.BROW_RAISE:
            return replace(half, brow_height_mm=half.brow_height_mm + HEALTHY_BROW_LIFT_MM * does.brow)
        case Task.GENTLE_CLOSURE:
            return _closed(half, HEALTHY_CLOSURE * does.gentle)
        case Task.FULL_CLOSURE:
            return _closed(half, HEALTHY_CLOSURE * does.full)
        case Task.SMALL_SMILE:
            return _closed(_smiling(half, 0.5, does), does.narrowing)
        case Task.FULL_SMILE:
            return _closed(_smiling(half, 1.0, does), does.narrowing)
        case Task.SNARL:
            return replace(half, upper_lip_mm=half.upper_lip_mm + HEALTHY_UPPER_LIP_MM * does.upper_lip)
        case Task.PUCKER:
            puckered = replace(half, commissure_out_mm=half.commissure_out_mm - HEALTHY_PUCKER_MM * does.pucker)
            return _closed(puckered, does.narrowing)
        case Task.LOWER_TEETH:
            return replace(half, lower_lip_mm=half.lower_lip_mm - HEALTHY_LOWER_LIP_MM * does.lower_lip)


def _smiling(half: HalfPosture, effort: float, does: Movements) -> HalfPosture:
    travel = HEALTHY_TRAVEL_MM * effort * does.smile
    return replace(
        half,
        commissure_travel_mm=travel,
        commissure_excursion_mm=half.commissure_excursion_mm + travel,
        commissure_out_mm=half.commissure_out_mm + 0.8 * travel,
        commissure_up_mm=half.commissure_up_mm + 0.6 * travel,
        upper_lip_mm=half.upper_lip_mm + HEALTHY_UPPER_LIP_MM * effort * does.upper_lip,
    )


def _closed(half: HalfPosture, share: float) -> HalfPosture:
    return replace(half, mrd1_mm=half.mrd1_mm - half.fissure_mm * share)


def _scaled(half: HalfPosture, scale: float) -> HalfPosture:
    lengths = {name: getattr(half, name) * scale for name in HalfPosture.__dataclass_fields__ if name.endswith("_mm")}
    return replace(half, **lengths)
