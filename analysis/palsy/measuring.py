"""Postures with their errors: medians of the regional measures over the plateaus of each movement, and how far they may be off.

What a landmark is off by at rest (a place) and what its movement is off by (a gain) are two errors: the first is common to
rest and movement and leaves their difference alone. Both, and the scale, are added in quadrature for the interval of a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import Gain
from analysis.palsy.courses import FaceCourses, HalfCourses, middle
from analysis.palsy.postures import HalfPosture, Task
from analysis.palsy.results import Measured, MeasuredSides, PostureResult
from analysis.palsy.tasks import Found
from analysis.signals import Rest
from analysis.uncertainty import DRIFT_SD_MM, POSE_SD_MM_PER_DEG, SCALE_SD
from analysis.values import Interval, Side

_COVERAGE: Final = 1.96
_PLACE_SD_MM: Final = 0.8
"""Of a place at rest: mouth corners lie 1.2 to 1.7 % of the inter-iris distance from where a person marks them."""
_LID_PLACE_SD_MM: Final = 0.2
"""Of a lid's margin, of one eye beyond the other: two people who mark margins differ by 0.5 mm, three places are averaged, and
eyes that close alike read 0.2 mm apart on phantoms."""
_PLACE_SD_DEG: Final = 2.0
_FOLLOWING_SD: Final = 0.05
LID_GAIN_SD: Final = 0.03
"""Relative, of one side beyond the other: what both eyes' lids are under-read by (by up to a fifth) leaves their relation alone,
and one lid alone reads 1.00 to 1.02 of what it reads in a blink of both."""
PARTLY_CLOSED_SD: Final = 0.3
"""The same of an eye that closes hardly, falling to nothing where it is shut: landmarks make more of half a closure than it is on
some faces (0.50 of the other eye reads 0.47 to 0.77 on phantoms of two), and hardly of a whole one."""
LIP_GAIN_SD: Final = 0.15
"""Relative, where texture is not followed."""
_ALIKE_FRAMES: Final = 5
"""Neighbours that the smoothing has made alike: so many frames of a plateau count as one."""
_LID_DRIFT_SD_MM: Final = 0.05
_LID_POSE_SD_MM_PER_DEG: Final = 0.06
_BROW_POSE_SD_MM_PER_DEG: Final = 0.1
"""Lids and brows lie beside what the head frame rests on: a phantom that turns by 4 degrees moves them by 0.03 to 0.11 mm a
degree."""
_SMALL_RAISE_SD_MM: Final = 0.8
"""Landmarks hardly follow a small raise of a brow, and texture, which does, is not believed where they did not move: raises of
1.0, 2.6 and 5.2 mm read 0.5, 1.0 and 4.2 to 4.9 mm on phantoms of a whole examination."""
_BROW: Final = ("brow_height_mm",)
_LIDS: Final = ("mrd1_mm", "mrd2_mm", "fissure_mm")
_CORNER: Final = (
    "commissure_excursion_mm",
    "smile_angle_deg",
    "commissure_out_mm",
    "commissure_up_mm",
    "commissure_travel_mm",
)
NAMES: Final = tuple(field.name for field in fields(HalfPosture))
MEASURES: Final = (*NAMES, "fissure_mm")


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What is known of the measuring: gains of the right and left mouth corner and brow, and the pose (n, 2) in degrees."""

    mouth: tuple[Gain, Gain]
    brow: tuple[Gain, Gain]
    pose_deg: NDArray[np.float64]

    def gain_sd(self, name: str, side: Side, *, closed: float = 0.0) -> float:
        """Relative standard error of a change in a measure."""
        which = 0 if side is Side.RIGHT else 1
        if name in _LIDS:
            return LID_GAIN_SD + PARTLY_CLOSED_SD * (1 - closed)
        gains = self.brow if name in _BROW else self.mouth if name in _CORNER else None
        return LIP_GAIN_SD if gains is None else float(np.hypot(gains[which].own_sd / gains[which].own, _FOLLOWING_SD))


def measure_postures(
    courses: FaceCourses, rest: Rest, found: Sequence[Found], trust: Trust, *, source: str | None
) -> tuple[PostureResult, ...]:
    """Rest, then each task that was found, its repetitions taken together."""
    n = len(courses.times_s)
    at_rest = rest.frames(n) & courses.used
    by_task: dict[Task, list[NDArray[np.bool_]]] = {Task.REST: [at_rest]}
    for one in found:
        frames = one.plateau(courses.times_s) & courses.used
        if frames.any():
            by_task.setdefault(one.task, []).append(frames)
    rest_pose = trust.pose_deg[at_rest].mean(axis=0)
    sources = () if source is None else (source,)
    postures = []
    for task, plateaus in by_task.items():
        everywhere = np.logical_or.reduce(plateaus)
        turned = float(np.sqrt(((trust.pose_deg[everywhere] - rest_pose) ** 2).sum(axis=1).mean()))
        sides = {
            side: _half(
                courses.side(side), rest, plateaus, trust, side, turned_deg=0.0 if task is Task.REST else turned
            )
            for side in Side
        }
        postures.append(
            PostureResult(
                task=task,
                repetitions=len(plateaus),
                sources=sources,
                **{name: both(sides[Side.RIGHT][name], sides[Side.LEFT][name]) for name in MEASURES},
            )
        )
    return tuple(postures)


def _half(
    half: HalfCourses,
    rest: Rest,
    plateaus: Sequence[NDArray[np.bool_]],
    trust: Trust,
    side: Side,
    *,
    turned_deg: float,
) -> Mapping[str, Measured | None]:
    measured: dict[str, Measured | None] = {}
    fissure = middle(half.fissure_mm[np.logical_or.reduce(list(plateaus))])
    # of lids that were partly hidden the most doubtful is assumed
    closed = float(np.nan_to_num(np.clip(1 - fissure / rest.position(half.fissure_mm), 0, 1)))
    for name in MEASURES:
        course: NDArray[np.float64] = getattr(half, name)
        each = [seen for frames in plateaus if np.isfinite(seen := middle(course[frames]))]
        if not each:
            measured[name] = None
            continue
        value, place = float(np.mean(each)), float(rest.position(course))
        repeated = float(np.std(each, ddof=1) / np.sqrt(len(each))) if len(each) > 1 else 0.0
        change_sd = float(
            np.sqrt(
                (trust.gain_sd(name, side, closed=closed) * (value - place)) ** 2
                + (rest.noise(course) / np.sqrt(max(sum(frames.sum() for frames in plateaus) / _ALIKE_FRAMES, 1))) ** 2
                + unsteady_sd(name, turned_deg) ** 2
                + repeated**2
            )
        )
        # lids that were hidden whenever the face was at rest: nothing is known of their noise
        measured[name] = with_interval(name, value, change_sd) if np.isfinite(change_sd) else None
    return measured


def unsteady_sd(name: str, turned_deg: float) -> float:
    """What the head frame's drift and the head's turning leave in a change, and what a brow's landmarks do not follow."""
    if name in _LIDS:
        return float(np.hypot(_LID_DRIFT_SD_MM, _LID_POSE_SD_MM_PER_DEG * turned_deg))
    if name in _BROW:
        return float(np.hypot(_SMALL_RAISE_SD_MM, _BROW_POSE_SD_MM_PER_DEG * turned_deg))
    return float(np.hypot(DRIFT_SD_MM, POSE_SD_MM_PER_DEG * turned_deg))


def both(right: Measured | None, left: Measured | None) -> MeasuredSides | None:
    """None where either was not seen: a side is only ever judged beside the other."""
    return None if right is None or left is None else MeasuredSides(right=right, left=left)


def with_interval(name: str, value: float, sd: float) -> Measured:
    """A measure of a posture with the interval of its place; ``sd`` is that of its change from rest."""
    scale = 0.0 if name.endswith("_deg") else SCALE_SD * value
    half = _COVERAGE * float(np.sqrt(sd**2 + place_sd(name) ** 2 + scale**2))
    return Measured(value=value, interval=Interval(low=value - half, high=value + half), sd=sd)


def place_sd(name: str) -> float:
    """Standard error of a measure at rest, without that of the scale; of a change from rest there is none."""
    if name == "commissure_travel_mm":
        return 0.0
    if name in _LIDS:
        return _LID_PLACE_SD_MM
    return _PLACE_SD_DEG if name.endswith("_deg") else _PLACE_SD_MM
