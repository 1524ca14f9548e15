"""What moves along: an eye that closes in a smile, a mouth that moves while the eyes are closed, on one side beyond the other.

Both eyes narrow in a healthy full smile, and both cheeks rise when the eyes are shut with effort. So only what one side does
beyond the other counts, as a share of what the same region does when it is moved on purpose. A brow that does not come down with
the other one, or an eye that does not widen with it, has not moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.palsy.courses import FaceCourses
from analysis.palsy.measuring import unsteady_sd
from analysis.palsy.postures import Task
from analysis.palsy.results import CoMovement
from analysis.palsy.task_settings import Drive, TaskSettings
from analysis.palsy.tasks import Found, drives
from analysis.signals import Rest
from analysis.smoothing import runs
from analysis.values import Side

Signal = NDArray[np.float64]
Involved = Literal["eye", "mouth", "brow"]

OF_PURPOSE: Final[Mapping[Involved, tuple[Task, ...]]] = {
    "eye": (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE),
    "mouth": (Task.SMALL_SMILE, Task.FULL_SMILE, Task.PUCKER, Task.LOWER_TEETH, Task.SNARL),
    "brow": (Task.BROW_RAISE,),
}
DRIVE: Final[Mapping[Involved, Drive]] = {"eye": Drive.LIDS_CLOSE, "mouth": Drive.CORNER_OUT, "brow": Drive.BROW_UP}
_LEAST: Final = 0.1
_NOISE_SD: Final = 4.0
_HALF: Final = 0.5
_ONSET: Final = 0.15
_AROUND_S: Final = 0.3
_LATEST_S: Final = 0.5
_COVERAGE: Final = 1.96
_MEASURE: Final[Mapping[Involved, str]] = {"eye": "mrd1_mm", "mouth": "commissure_out_mm", "brow": "brow_height_mm"}
_CARRIED_BROW_MM: Final = 0.5
"""Lids that close carry the landmarks of their brow by about so much, not of both brows alike."""
_PEAK_S: Final = 0.1
"""What is exceeded for less is a spike, not how far a region went."""


def find_co_movements(
    courses: FaceCourses,
    rest: Rest,
    found: Sequence[Found],
    settings: TaskSettings,
    pose_deg: NDArray[np.float64] | None = None,
) -> tuple[CoMovement, ...]:
    """Every region of a side that moves along with a movement by a tenth of its own or more, beyond the other side, noise, and
    what the head's turning (``pose_deg``, (n, 2)) may leave in it; begun no later than half a second after it.
    """
    signals = {region: _moved(region, courses, rest) for region in OF_PURPOSE}
    purposeful = {
        region: _reached(signals[region], [one for one in found if one.task in tasks], courses.times_s)
        or settings.drives[DRIVE[region]].usual
        for region, tasks in OF_PURPOSE.items()
    }
    return tuple(
        along
        for one in found
        for region, tasks in OF_PURPOSE.items()
        if one.task not in tasks
        for side in Side
        if (
            along := _along(
                one,
                region,
                side,
                _beyond(signals[region], side),
                purposeful[region],
                times_s=courses.times_s,
                around=(around := _around(one, found, courses.times_s)),
                rest=rest,
                doubt=_doubt(one, region, courses, rest, pose_deg, around),
            )
        )
        is not None
    )


def _doubt(
    one: Found,
    region: Involved,
    courses: FaceCourses,
    rest: Rest,
    pose_deg: NDArray[np.float64] | None,
    around: NDArray[np.intp],
) -> float:
    """Standard error of how far a region went beyond the other side: mm, of an eye the share of its opening."""
    turned = 0.0
    if pose_deg is not None and around.size:
        at_rest = pose_deg[rest.frames(len(pose_deg)) & courses.used].mean(axis=0)
        turned = float(np.sqrt(np.nanmean(((pose_deg[around] - at_rest) ** 2).sum(axis=1))))
    each = unsteady_sd(_MEASURE[region], turned)
    if region == "eye":
        openings = [float(rest.position(half.fissure_mm)) for half in (courses.right, courses.left)]
        each *= np.sqrt(2) / min((opening for opening in openings if np.isfinite(opening)), default=np.nan)
    if region == "brow" and one.task in OF_PURPOSE["eye"]:
        each = float(np.hypot(each, _CARRIED_BROW_MM))
    return float(np.sqrt(2) * each)


def _beyond(moved: Mapping[Side, Signal], side: Side) -> Signal:
    other = Side.LEFT if side is Side.RIGHT else Side.RIGHT
    return np.asarray(np.maximum(moved[side], 0) - np.maximum(moved[other], 0))


def _around(one: Found, found: Sequence[Found], times_s: Signal) -> NDArray[np.intp]:
    """Frames of a movement, a little before it and after it, but none of its neighbours'."""
    begin = max([one.start_s - _AROUND_S, *(other.end_s for other in found if other.end_s <= one.start_s)])
    end = min([one.end_s + _AROUND_S, *(other.start_s for other in found if other.start_s >= one.end_s)])
    return np.flatnonzero((times_s >= begin) & (times_s <= end))


def _moved(region: Involved, courses: FaceCourses, rest: Rest) -> Mapping[Side, Signal]:
    """(n,) of either side: how far a region has gone from rest, wherever to."""
    if region == "mouth":
        return {side: _corner(courses, side, rest) for side in Side}
    right, left = drives(courses, rest)[DRIVE[region]]
    return {Side.RIGHT: right, Side.LEFT: left}


def _corner(courses: FaceCourses, side: Side, rest: Rest) -> Signal:
    half = courses.side(side)
    out, up = (values - rest.position(values) for values in (half.commissure_out_mm, half.commissure_up_mm))
    return np.asarray(np.hypot(out, up))


def _reached(moved: Mapping[Side, Signal], found: Sequence[Found], times_s: Signal) -> float:
    """The furthest that either side went on purpose; 0 where it was not asked to."""
    return max((float(np.nanmedian(moved[side][one.plateau(times_s)])) for one in found for side in Side), default=0.0)


def _along(
    one: Found,
    region: Involved,
    side: Side,
    beyond: Signal,
    purposeful: float,
    *,
    times_s: Signal,
    around: NDArray[np.intp],
    rest: Rest,
    doubt: float,
) -> CoMovement | None:
    times, course = times_s[around], np.nan_to_num(beyond[around])
    frames = max(round(_PEAK_S / float(np.median(np.diff(times_s)))), 1)
    if course.size < frames:
        return None
    peak = float(np.sort(course)[-frames])
    # a region that was hidden has no doubt that could be named, and moved nowhere
    if not peak > np.nanmax([_LEAST * purposeful, _NOISE_SD * rest.noise(beyond), _COVERAGE * doubt]):
        return None
    lasting = max(runs(course > _HALF * peak), key=lambda run: float(times[run.stop - 1] - times[run.start]))
    # frames that were not used are no return to rest
    before = np.flatnonzero(beyond[around][: lasting.start] <= _ONSET * peak)
    lag = float(times[before[-1] if before.size else 0]) - one.start_s
    if lag > _LATEST_S:
        return None
    return CoMovement(
        during=one.task,
        region=region,
        side=side,
        ratio=float(np.median(course[lasting])) / purposeful,
        lag_s=lag,
        duration_s=float(times[lasting.stop - 1] - times[lasting.start]),
    )
