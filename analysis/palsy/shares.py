"""What the grades judge: a region's voluntary movement against the healthy side's, and involuntary movement."""

from __future__ import annotations

import math

from analysis.palsy.graded import HIDDEN, Unjudged, bounds_reached
from analysis.palsy.postures import TASK_OF, Examination, Region, Task, closure, moved, share
from analysis.palsy.settings import PalsySettings

IN_WORDS = {
    Task.REST: "face at rest",
    Task.BROW_RAISE: "brow raise",
    Task.GENTLE_CLOSURE: "gentle eye closure",
    Task.FULL_CLOSURE: "eye closure with full effort",
    Task.SMALL_SMILE: "small smile",
    Task.FULL_SMILE: "full smile",
    Task.SNARL: "snarl",
    Task.PUCKER: "pucker",
    Task.LOWER_TEETH: "showing of the lower teeth",
}
EYES = frozenset({Region.EYE_GENTLE, Region.EYE_FULL})


def not_seen(examination: Examination, *tasks: Task) -> Unjudged | None:
    """That a task was not seen, if one was not."""
    missing = examination.missing(Task.REST, *tasks)
    if not missing:
        return None
    return Unjudged(reason="not seen: " + ", ".join(IN_WORDS[task] for task in missing))


def not_open(examination: Examination, settings: PalsySettings) -> Unjudged | None:
    """That an eye is not open at rest, if one is not."""
    for side in (examination.affected, examination.healthy):
        opening = examination.rest.side(side).fissure_mm
        if opening < settings.least_opening_mm:
            return Unjudged(reason=f"the {side} eye is not open at rest: {opening:.1f} mm")
    return None


def hindrance(examination: Examination, region: Region, settings: PalsySettings) -> Unjudged | None:
    """Why a region's voluntary movement cannot be judged, if it cannot: not seen, or hardly performed by the healthy side."""
    task = TASK_OF[region]
    if unseen := not_seen(examination, task):
        return unseen
    if region in EYES and (narrow := not_open(examination, settings)):
        return narrow
    if math.isnan(moved(examination, region, examination.affected) + moved(examination, region, examination.healthy)):
        return Unjudged(reason=HIDDEN)
    healthy, gate = moved(examination, region, examination.healthy), gate_of(region, settings)
    if healthy < gate:
        return not_performed(task, healthy, gate, share_of_opening=region in EYES)
    return None


def not_performed(
    task: Task, healthy: float, gate: float, *, share_of_opening: bool = False, place: str = ""
) -> Unjudged:
    """That even the side that is taken for healthy hardly moved, or a ``place`` of it."""
    amounts = (
        f"closed {100 * healthy:.0f} % of its opening, less than {100 * gate:.0f} %"
        if share_of_opening
        else f"moved {healthy:.1f} mm, less than {gate:.1f} mm"
    )
    return Unjudged(reason=f"not performed: {place}{IN_WORDS[task]} (the side that moves further {amounts})")


def gate_of(region: Region, settings: PalsySettings) -> float:
    """Least movement of the healthy side: mm, of an eye the share of its opening."""
    match region:
        case Region.BROW:
            return settings.brow_gate_mm
        case Region.EYE_GENTLE | Region.EYE_FULL:
            return settings.closure_gate
        case Region.SMILE:
            return settings.smile_gate_mm
        case Region.PUCKER:
            return settings.pucker_gate_mm
        case Region.UPPER_LIP | Region.LOWER_LIP:
            return settings.lip_gate_mm


def voluntary_share(examination: Examination, region: Region, settings: PalsySettings) -> float | Unjudged:
    """The affected side's movement over the healthy side's, 0 to 1; 1 for an eye that is closed (``closed_share``).

    An eye that reads nearly as closed as the healthy one is closed: what is left is the landmarks' floor, not the palsy's.
    """
    if hindered := hindrance(examination, region, settings):
        return hindered
    found = share(examination, region)
    if region in EYES and (closed(examination, region) == 1 or bounds_reached(found, (settings.closed_share,))):
        return 1.0
    return found


def closed(examination: Examination, region: Region) -> float:
    """Share of the affected eye's opening that is closed, 1 where its fissure is as good as closed."""
    rest, then = (examination.postures[task].side(examination.affected) for task in (Task.REST, TASK_OF[region]))
    return closure(rest, then)


def upper_lip_share_in_smile(examination: Examination, settings: PalsySettings) -> float | Unjudged:
    """Rise of the upper lip in the full smile, affected over healthy side, 0 to 1: for a nasolabial region without a snarl."""
    if unseen := not_seen(examination, Task.FULL_SMILE):
        return unseen
    rest, smile = examination.rest, examination.postures[Task.FULL_SMILE]
    affected, healthy = (
        smile.side(side).upper_lip_mm - rest.side(side).upper_lip_mm
        for side in (examination.affected, examination.healthy)
    )
    if healthy < settings.lip_gate_mm:
        return not_performed(Task.FULL_SMILE, healthy, settings.lip_gate_mm, place="rise of the upper lip in the ")
    return min(max(affected / healthy, 0.0), 1.0)


def co_movement(examination: Examination, task: Task) -> float | Unjudged:
    """Largest involuntary movement of the affected side in a task, as a share of the voluntary one.

    A task that was seen but whose involuntary movements were not measured is not taken for one without any.
    """
    if unseen := not_seen(examination, task):
        return unseen
    if task not in examination.synkinesis:
        return Unjudged(reason=f"involuntary movement was not measured in: {IN_WORDS[task]}")
    return examination.synkinesis[task]


def largest_co_movement(examination: Examination, *tasks: Task) -> float | Unjudged:
    """The largest in any task, where it was measured at least in these."""
    for task in tasks:
        found = co_movement(examination, task)
        if isinstance(found, Unjudged):
            return found
    return max(examination.synkinesis.values(), default=0.0)
