"""Exams with a facial palsy of known grades: each standard movement twice, the affected side moving a known share as far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.palsy.postures import TASK_OF, Region, Task
from analysis.palsy.results import (
    AffectedSide,
    CoMovement,
    HouseBrackmann,
    Measured,
    MeasuredSides,
    Palsy,
    Pattern,
    PostureResult,
    RegionResult,
    Repetition,
    Score,
)
from analysis.results import Segment
from analysis.values import Bilateral, Interval, Side, Status
from reports.exam import AssessedInstance
from tests.report_examples import good_result, header, one_sided_result, signals, source

FPS = 30.0
PAUSE_S, HELD_S = 1.6, 2.0
TASKS = tuple(task for task in Task if task is not Task.REST)
REST_MM = {
    "brow_height_mm": 24.2,
    "mrd1_mm": 4.1,
    "mrd2_mm": 5.3,
    "fissure_mm": 9.4,
    "commissure_excursion_mm": 27.6,
    "smile_angle_deg": 98.4,
    "commissure_out_mm": 25.1,
    "commissure_up_mm": -62.4,
    "commissure_travel_mm": 0.0,
    "upper_lip_mm": -58.3,
    "lower_lip_mm": -67.9,
    "dental_show_mm": 0.2,
    "nasolabial_angle_deg": 37.5,
}
CHANGE: Mapping[Task, Mapping[str, float]] = {
    Task.BROW_RAISE: {"brow_height_mm": 8.9, "mrd1_mm": 0.8, "fissure_mm": 0.8},
    Task.GENTLE_CLOSURE: {"mrd1_mm": -7.9, "mrd2_mm": -1.2, "fissure_mm": -9.1},
    Task.FULL_CLOSURE: {"brow_height_mm": -3.1, "mrd1_mm": -8.0, "mrd2_mm": -1.4, "fissure_mm": -9.4},
    Task.SMALL_SMILE: {"commissure_excursion_mm": 4.8, "commissure_travel_mm": 5.6, "smile_angle_deg": 7.2},
    Task.FULL_SMILE: {"commissure_excursion_mm": 9.8, "commissure_travel_mm": 12.4, "dental_show_mm": 6.3},
    Task.SNARL: {"upper_lip_mm": 5.1, "nasolabial_angle_deg": 6.0, "commissure_travel_mm": 1.9},
    Task.PUCKER: {"commissure_excursion_mm": -7.2, "commissure_travel_mm": -7.7},
    Task.LOWER_TEETH: {"lower_lip_mm": -6.4, "dental_show_mm": 5.2, "commissure_travel_mm": 2.2},
}
FULL: Mapping[Region, float] = {
    Region.BROW: 8.9,
    Region.EYE_GENTLE: 0.97,
    Region.EYE_FULL: 1.0,
    Region.SMILE: 12.4,
    Region.UPPER_LIP: 5.1,
    Region.PUCKER: 7.7,
    Region.LOWER_LIP: 6.4,
}
EVEN: Mapping[Region, float] = dict.fromkeys(Region, 0.96)


@dataclass(frozen=True, kw_only=True)
class Face:
    """What a patient of these examples can do: the weaker side's share of each region's movement."""

    weaker: Side
    shares: Mapping[Region, float]
    unseen: tuple[Task, ...] = ()
    eye_in_smile: float = 0.0
    seen: tuple[Task, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", tuple(task for task in TASKS if task not in self.unseen))


def measured(value: float, spread: float = 0.05) -> Measured:
    """A number with an interval of this relative width and at least 0.2 to either side."""
    half = max(abs(value) * spread, 0.2)
    return Measured(value=round(value, 3), interval=Interval(low=round(value - half, 3), high=round(value + half, 3)))


def share_of(face: Face, task: Task) -> float:
    """How far the weaker side goes in a task, as a share of the other side."""
    region = next((region for region, wanted in TASK_OF.items() if wanted is task), Region.SMILE)
    return face.shares[region]


def _sides(face: Face, weaker: Measured, stronger: Measured) -> MeasuredSides:
    right_is_weaker = face.weaker is Side.RIGHT
    return MeasuredSides(right=weaker if right_is_weaker else stronger, left=stronger if right_is_weaker else weaker)


def _posture(face: Face, task: Task) -> PostureResult:
    change = CHANGE.get(task, {})
    both = {
        name: _sides(
            face,
            measured(rest + change.get(name, 0.0) * share_of(face, task), 0.02),
            measured(rest + change.get(name, 0.0), 0.02),
        )
        for name, rest in REST_MM.items()
    }
    return PostureResult(task=task, repetitions=1 if task is Task.REST else 2, **both)


def _region(face: Face, region: Region) -> RegionResult:
    if TASK_OF[region] in face.unseen:
        wanted = TASK_OF[region].value.replace("_", " ")
        return RegionResult(region=region, status=Status.NOT_ASSESSABLE, reason=f"no {wanted} was seen")
    share, full = face.shares[region], FULL[region]
    half = 0.04 if region in (Region.EYE_GENTLE, Region.EYE_FULL) else 0.4
    weaker, stronger = (
        Measured(value=round(value, 3), interval=Interval(low=round(value - half, 3), high=round(value + half, 3)))
        for value in (share * full, full)
    )
    sides = _sides(face, weaker, stronger)
    within = Interval(low=max(share - 0.07, 0.0), high=min(share + 0.07, 1.0))
    return RegionResult(
        region=region,
        status=Status.GOOD,
        right=sides.right,
        left=sides.left,
        share=Measured(value=share, interval=within),
    )


def _begins(position: int, repetition: int) -> float:
    return PAUSE_S + (2 * position + repetition) * (PAUSE_S + HELD_S)


def movements(face: Face, uid: str | None) -> tuple[Repetition, ...]:
    """Each task that is seen, twice, in the order of the standard set."""
    return tuple(
        Repetition(
            task=task,
            found_by="signals",
            start_s=start,
            plateau_start_s=start + 0.4,
            peak_s=start + 0.9,
            plateau_end_s=start + HELD_S - 0.4,
            end_s=start + HELD_S,
            source=uid,
        )
        for position, task in enumerate(face.seen)
        for start in (_begins(position, 0), _begins(position, 1))
    )


def palsy_signals(face: Face) -> pd.DataFrame:
    """The curves of these movements, with the columns of ``signals.csv``."""
    frames = int((_begins(len(face.seen), 0) + PAUSE_S) * FPS)
    table = signals(frames=frames)
    time = table["t_s"].to_numpy(dtype=np.float64)
    generator = np.random.default_rng(3)
    for side in Side:
        curves = {"commissure": np.zeros(frames), "aperture": np.full(frames, 9.4), "brow": np.full(frames, 24.2)}
        for each in movements(face, None):
            held = _held(time, each)
            share = share_of(face, each.task) if side is face.weaker else 1.0
            change = CHANGE[each.task]
            curves["commissure"] += share * held * change.get("commissure_travel_mm", 0.0)
            curves["aperture"] += share * held * change.get("fissure_mm", 0.0)
            curves["brow"] += share * held * change.get("brow_height_mm", 0.0)
            if side is face.weaker and each.task in (Task.FULL_SMILE, Task.PUCKER):
                curves["aperture"] -= face.eye_in_smile * 9.4 * held
        for name, curve in curves.items():
            table[f"{side.value}_{name}_mm"] = np.where(
                table["used"], np.maximum(curve, -9.0) + generator.normal(0, 0.06, frames), np.nan
            )
    return table


def _held(time: np.ndarray[Any, np.dtype[np.float64]], each: Repetition) -> np.ndarray[Any, np.dtype[np.float64]]:
    onset, offset = 12 * (time - each.start_s - 0.25), 12 * (time - each.end_s + 0.25)
    return (0.5 + 0.5 * np.tanh(onset / 2)) * (0.5 - 0.5 * np.tanh(offset / 2))


def score(total: float, half: float, **more: Any) -> Score:
    """A score with an interval of ``half`` to either side."""
    return Score(
        status=Status.GOOD,
        total=Measured(value=total, interval=Interval(low=total - half, high=total + half)),
        **more,
    )


def _items(part: str, *values: float) -> dict[str, float]:
    regions = (Region.BROW, Region.EYE_GENTLE, Region.SMILE, Region.UPPER_LIP, Region.PUCKER)
    return {f"{part}_{region.value}": value for region, value in zip(regions, values, strict=True)}


def unscored(reason: str, missing: Sequence[str] = (), parts: Mapping[str, float] | None = None) -> Score:
    """A score that could not be given."""
    return Score(status=Status.NOT_ASSESSABLE, reason=reason, missing=tuple(missing), parts=dict(parts or {}))


def _palsy(face: Face, uid: str, **said: Any) -> Palsy:
    return Palsy(
        **{
            "status": Status.GOOD,
            "movements": movements(face, uid),
            "missing_tasks": face.unseen,
            "postures": tuple(_posture(face, task) for task in (Task.REST, *face.seen)),
            "regions": tuple(_region(face, region) for region in Region),
        }
        | said
    )


FLACCID = Face(
    weaker=Side.RIGHT,
    shares={
        Region.BROW: 0.06,
        Region.EYE_GENTLE: 0.31,
        Region.EYE_FULL: 0.48,
        Region.SMILE: 0.14,
        Region.UPPER_LIP: 0.11,
        Region.PUCKER: 0.36,
        Region.LOWER_LIP: 0.22,
    },
)
SYNKINETIC = Face(
    weaker=Side.LEFT,
    shares={
        Region.BROW: 0.72,
        Region.EYE_GENTLE: 0.94,
        Region.EYE_FULL: 1.0,
        Region.SMILE: 0.78,
        Region.UPPER_LIP: 0.81,
        Region.PUCKER: 0.86,
        Region.LOWER_LIP: 0.74,
    },
    eye_in_smile=0.36,
)
HEALTHY = Face(weaker=Side.LEFT, shares=EVEN)
FEW = Face(
    weaker=Side.RIGHT,
    shares={**FLACCID.shares, Region.SMILE: 0.41},
    unseen=(Task.GENTLE_CLOSURE, Task.SNARL, Task.PUCKER, Task.LOWER_TEETH),
)


def flaccid_palsy(uid: str = "1.2.826.0.1.3680043.10.1.3.1") -> Palsy:
    """Right, House-Brackmann-equivalent V (IV-V), flaccid."""
    return _palsy(
        FLACCID,
        uid,
        affected_side=AffectedSide.RIGHT,
        pattern=Pattern.FLACCID,
        evidence=(
            "the right side moves less in 7 of 7 regions; the mean of brow, eye and smile is 23 % of the left side",
            "at rest the right mouth corner hangs 4.1 mm lower and the right eye opens 1.3 mm wider",
            "no co-movement: neither eye closes in the smile or the pucker, neither mouth corner moves with the eyes",
        ),
        house_brackmann=HouseBrackmann(
            status=Status.GOOD,
            grade="V",
            grade_range=("IV", "V"),
            f=Measured(value=22.7, interval=Interval(low=17.9, high=27.8)),
            gate="barely perceptible movement with asymmetry at rest: V at least",
            points=1,
        ),
        sunnybrook=score(
            13.0,
            6.0,
            parts={"voluntary": 28.0, "resting": 15.0, "synkinesis": 0.0},
            items=_items("voluntary", 1, 2, 1, 1, 2)
            | _items("synkinesis", 0, 0, 0, 0, 0)
            | {"resting_eye": 1, "resting_cheek": 1, "resting_mouth": 1},
        ),
        eface=score(52.4, 4.4, parts={"static": 71.2, "dynamic": 28.6, "synkinesis": 96.0}),
        fngs=score(
            20.0,
            1.0,
            parts={"regional": 20.0},
            items={"brow": 6, "eye": 4, "nasolabial": 5, "oral": 5, "secondary": 0},
            category="V",
            category_range=("IV", "V"),
        ),
        fame=score(
            17.0,
            2.0,
            parts={"voluntary": 17.0},
            items={"brow": 4, "eye_full": 2, "upper_lip": 4, "smile": 4, "pucker": 3, "complications": 0},
            category="severe",
            category_range=("severe", "profound"),
        ),
    )


def synkinetic_palsy(uid: str = "1.2.826.0.1.3680043.10.1.3.1") -> Palsy:
    """Left, House-Brackmann-equivalent II (II-III), synkinetic."""
    return _palsy(
        SYNKINETIC,
        uid,
        affected_side=AffectedSide.LEFT,
        pattern=Pattern.SYNKINETIC,
        evidence=(
            "the left eye closes by 36 % during the full smile, 0.08 s after it, for 1.6 s; the right eye by 3 %",
            "the left eye closes by 29 % during the pucker",
            "the left side moves 78 % as far in the smile and 72 % in the brow raise",
        ),
        co_movements=(
            CoMovement(during=Task.FULL_SMILE, region="eye", side=Side.LEFT, ratio=0.36, lag_s=0.08, duration_s=1.6),
            CoMovement(during=Task.PUCKER, region="eye", side=Side.LEFT, ratio=0.29, lag_s=0.11, duration_s=1.4),
        ),
        house_brackmann=HouseBrackmann(
            status=Status.GOOD,
            grade="II",
            grade_range=("II", "III"),
            f=Measured(value=81.5, interval=Interval(low=74.0, high=88.1)),
            points=7,
        ),
        sunnybrook=score(61.0, 7.0, parts={"resting": 5.0, "voluntary": 76.0, "synkinesis": 10.0}),
        eface=score(77.3, 3.9, parts={"static": 91.7, "dynamic": 79.5, "synkinesis": 58.0}),
        fngs=score(9.0, 1.5, parts={"regional": 7.0}, category="II", category_range=("II", "III")),
        fame=score(6.0, 1.0, category="mild", category_range=("mild", "moderate")),
    )


def normal_palsy(uid: str = "1.2.826.0.1.3680043.10.1.3.1") -> Palsy:
    """No affected side, House-Brackmann-equivalent I, normal."""
    return _palsy(
        HEALTHY,
        uid,
        affected_side=AffectedSide.NONE,
        pattern=Pattern.NORMAL,
        evidence=(
            "every region of the weaker side moves at least 96 % as far as that of the other",
            "no resting asymmetry beyond 1 mm, no co-movement",
        ),
        house_brackmann=HouseBrackmann(
            status=Status.GOOD,
            grade="I",
            grade_range=("I", "I"),
            f=Measured(value=96.4, interval=Interval(low=91.0, high=100.0)),
            points=8,
        ),
        sunnybrook=score(100.0, 4.0, parts={"resting": 0.0, "voluntary": 100.0, "synkinesis": 0.0}),
        eface=score(95.9, 2.8, parts={"static": 96.6, "dynamic": 95.1, "synkinesis": 97.0}),
        fngs=score(4.0, 0.4, parts={"regional": 4.0}, category="I", category_range=("I", "I")),
        fame=score(0.0, 0.9, category="normal", category_range=("normal", "mild")),
    )


def partial_palsy(uid: str = "1.2.826.0.1.3680043.10.1.3.1") -> Palsy:
    """Right, House-Brackmann-equivalent IV (IV-V); four movements were not seen, and with them three scores."""
    return _palsy(
        FEW,
        uid,
        status=Status.LIMITED,
        reason="4 of 8 movements were not seen; the recording has 24.0 frames/s",
        affected_side=AffectedSide.RIGHT,
        pattern=Pattern.INDETERMINATE,
        evidence=(
            "the right side moves less in 3 of 3 regions that were seen",
            "whether movement is flaccid or synkinetic cannot be told: co-movement needs a pucker or a gentle closure",
        ),
        house_brackmann=HouseBrackmann(
            status=Status.LIMITED,
            reason="closure with little effort was not seen, so it rests on the full closure alone",
            grade="IV",
            grade_range=("IV", "V"),
            f=Measured(value=31.6, interval=Interval(low=24.4, high=39.8)),
            gate="incomplete maximal closure: IV at least",
            points=3,
        ),
        sunnybrook=unscored(
            "not seen: gentle eye closure; not seen: snarl; not seen: pucker",
            tuple(
                f"{part}_{region}: not seen: {task}"
                for part in ("voluntary", "synkinesis")
                for region, task in (("eye_gentle", "gentle eye closure"), ("upper_lip", "snarl"), ("pucker", "pucker"))
            ),
            {"resting": 10.0},
        ),
        eface=unscored(
            "not seen: gentle eye closure; not seen: showing of the lower teeth",
            ("gentle_closure: not seen: gentle eye closure", "lower_lip: not seen: showing of the lower teeth"),
        ),
        fngs=unscored("not seen: snarl", ("nasolabial: not seen: snarl",)),
        fame=unscored("not seen: pucker"),
    )


REFUSED_REASON = "no movement exceeds the noise of this recording at rest"


def refused_palsy() -> Palsy:
    """Nothing that could be graded."""
    return Palsy(status=Status.NOT_ASSESSABLE, reason=REFUSED_REASON, missing_tasks=TASKS)


def palsied(
    palsy: Palsy, face: Face = FLACCID, number: int = 1, label: str = "Clip 1", **values: Any
) -> AssessedInstance:
    """A recording with this palsy, filmed from this face."""
    table = palsy_signals(face)
    plain = good_result() if face is not FLACCID else one_sided_result()
    full = FULL[Region.SMILE]
    weaker = full * face.shares[Region.SMILE]
    moved = Bilateral(right=weaker, left=full) if face.weaker is Side.RIGHT else Bilateral(right=full, left=weaker)
    duration = len(table) / FPS
    result = plain.model_copy(
        update={
            "palsy": palsy,
            "source": plain.source.model_copy(update={"frames": len(table), "duration_s": duration}),
            "quality": plain.quality.model_copy(
                update={"frames_used": int(table["used"].sum()), "analysable_s": float(table["used"].sum() / FPS)}
            ),
            "movement": plain.movement.model_copy(
                update={
                    "segments": tuple(
                        Segment(start_s=each.start_s, end_s=each.end_s)
                        for each in movements(face, None)
                        if "commissure_travel_mm" in CHANGE[each.task]
                    ),
                    "excursion_mm": moved,
                    "excursion_interval_mm": plain.movement.excursion_interval_mm.model_copy(  # type: ignore[union-attr]
                        update={
                            side.value: Interval(
                                low=0.87 * getattr(moved, side.value), high=1.13 * getattr(moved, side.value)
                            )
                            for side in Side
                        }
                    ),
                }
            ),
            "commissure": plain.commissure.model_copy(
                update={
                    "reason": _told_from_none(moved) if face is FLACCID else None,
                    "weaker_side": None if face is HEALTHY else face.weaker,
                    "excursion_mm": moved,
                    **({} if face is FLACCID else _ratio(face)),
                }
            ),
        }
    )
    return AssessedInstance(label=label, source=source(header(number, **values)), result=result, signals=table)


def _told_from_none(moved: Bilateral) -> str:
    return (
        f"the right mouth corner's movement cannot be told from none: it reads {moved.right:.1f} mm beside "
        f"{moved.left:.1f} mm on the left, and a side at rest may read up to 15 % of the other side's movement"
    )


def _ratio(face: Face) -> dict[str, Any]:
    share = face.shares[Region.SMILE]
    return {"amplitude_ratio": share, "amplitude_ratio_interval": Interval(low=share - 0.08, high=share + 0.08)}


def flaccid(**values: Any) -> AssessedInstance:
    """A flaccid right side, severe."""
    return palsied(flaccid_palsy(), FLACCID, **values)


def synkinetic(**values: Any) -> AssessedInstance:
    """A synkinetic left side, mild."""
    return palsied(synkinetic_palsy(), SYNKINETIC, **values)


def normal(**values: Any) -> AssessedInstance:
    """A normal face."""
    return palsied(normal_palsy(), HEALTHY, **values)


def partial(**values: Any) -> AssessedInstance:
    """A weak right side in a recording that lacks half of the movements."""
    return palsied(partial_palsy(), FEW, **values)


def ungraded(**values: Any) -> AssessedInstance:
    """A recording whose palsy is not assessable."""
    return palsied(refused_palsy(), HEALTHY, **values)
