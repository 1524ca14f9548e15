"""What one recording shows of a facial palsy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.looking import Seen
from analysis.palsy.assess import Evidence, assess
from analysis.palsy.co_movement import find_co_movements
from analysis.palsy.courses import FaceCourses, face_courses
from analysis.palsy.measuring import Trust, measure_postures
from analysis.palsy.postures import Task
from analysis.palsy.results import Palsy, Repetition
from analysis.palsy.shares import IN_WORDS
from analysis.palsy.tasks import Found, find_tasks, lasting_movement
from analysis.readings import Points, Readings
from analysis.results import Segment
from analysis.settings import AnalysisSettings
from analysis.signals import Rest
from analysis.smoothing import smooth
from analysis.values import Status

_SMILES: Final = (Task.SMALL_SMILE, Task.FULL_SMILE)
_RESTLESS: Final = (
    "no rest: the mouth seems to move for most of the recording while brows and eyes move as well; "
    "it may begin in an expression: begin with the face at rest for two seconds"
)
_MOSTLY: Final = 0.5
_OTHER_MOUTH: Final = (Task.PUCKER, Task.LOWER_TEETH, Task.SNARL)


def courses_of(
    seen: Seen,
    head: Points,
    used: NDArray[np.bool_],
    rest: Rest,
    readings: Readings,
    *,
    lids_hidden: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    mm_per_px: float,
    samples: int,
) -> FaceCourses:
    """The regional measures of every frame, smoothed without phase over so many ``samples``; as they are where that is 0.

    ``head`` is (n, k, 3), the points in the head frame; ``readings`` are what mouth corners and brows do, put right by texture.
    """
    return face_courses(
        seen.times_s,
        smooth(head, used, samples=samples) if samples else head,
        used,
        rest,
        mm_per_px=mm_per_px,
        excursion=readings.smoothed_excursion(used, samples),
        brows=readings.smoothed_brows(used, samples),
        lids_hidden=lids_hidden,
    )


def trust_of(seen: Seen, readings: Readings) -> Trust:
    """How far the measures can be relied on."""
    pose = np.column_stack([seen.track.yaw_deg, seen.track.pitch_deg])
    return Trust(mouth=readings.gains, brow=readings.brow_gains, pose_deg=pose)


def examine(
    courses: FaceCourses,
    rest: Rest,
    trust: Trust,
    settings: AnalysisSettings,
    *,
    label: Task | None = None,
    source: str | None = None,
    limits: tuple[str, ...] = (),
    without: Sequence[Segment] = (),
) -> Palsy:
    """Find the standard movements in smoothed courses, measure the face in them, grade it.

    ``label`` is what the recording is said to show; ``limits`` is what limits everything that is measured in it; what lies for
    the most part in the stretches ``without`` was not asked for. What cannot be said has a reason.
    """
    if lasting_movement(courses, rest, settings.tasks):
        return Palsy(status=Status.NOT_ASSESSABLE, reason=_RESTLESS)
    found = tuple(
        one for one in find_tasks(courses, rest, settings.tasks, label=label) if not _mostly_within(one, without)
    )
    labelled = () if label is None or label is Task.REST else _against_label(label, found)
    evidence = Evidence(
        postures=measure_postures(courses, rest, found, trust, source=source),
        movements=tuple(_repetition(one, source) for one in found),
        co_movements=find_co_movements(courses, rest, found, settings.tasks, trust.pose_deg),
        limits=(*limits, *labelled),
    )
    return assess(evidence, settings.palsy, settings.pattern)


def movements(courses: FaceCourses, rest: Rest, settings: AnalysisSettings) -> tuple[Repetition, ...]:
    """The standard movements alone, whatever else the face does."""
    return tuple(_repetition(one, None) for one in find_tasks(courses, rest, settings.tasks))


def _mostly_within(one: Found, spans: Sequence[Segment]) -> bool:
    shared = sum(max(min(one.end_s, span.end_s) - max(one.start_s, span.start_s), 0.0) for span in spans)
    return shared > _MOSTLY * (one.end_s - one.start_s)


def smiles_among_others(movements: Sequence[Repetition], *, lead_s: float) -> tuple[Segment, ...]:
    """The smiles of a recording that shows other movements of the mouth as well, each begun ``lead_s`` before its onset; none of
    one that does not: what moves a corner there is what there is to be related.
    """
    if not any(movement.task in _OTHER_MOUTH for movement in movements):
        return ()
    return tuple(
        Segment(start_s=max(movement.start_s - lead_s, 0.0), end_s=movement.end_s)
        for movement in movements
        if movement.task in _SMILES
    )


def _against_label(label: Task, found: Sequence[Found]) -> tuple[str, ...]:
    if any(one.found_by == "label" for one in found):
        return ()
    if any(one.task is label for one in found):
        return (f"labelled {IN_WORDS[label]}, but other movements are seen as well: the label was not used",)
    return (f"labelled {IN_WORDS[label]}, but no such movement is seen",)


def _repetition(one: Found, source: str | None) -> Repetition:
    return Repetition(
        task=one.task,
        found_by=one.found_by,
        start_s=one.start_s,
        plateau_start_s=one.plateau_start_s,
        peak_s=one.peak_s,
        plateau_end_s=one.plateau_end_s,
        end_s=one.end_s,
        source=source,
    )
