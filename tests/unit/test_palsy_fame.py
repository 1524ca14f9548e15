from __future__ import annotations

import pytest
from hypothesis import given, settings

from analysis.palsy.fame import SEVERITIES, grade
from analysis.palsy.graded import Graded, Ungraded
from analysis.palsy.postures import Region, Task
from analysis.palsy.settings import PalsySettings
from tests.palsy_faces import SAGGING, Face, Movements
from tests.palsy_strategies import weakened

SETTINGS = PalsySettings()
TASKS = {
    Task.BROW_RAISE: "brow raise",
    Task.FULL_CLOSURE: "eye closure with full effort",
    Task.FULL_SMILE: "full smile",
    Task.PUCKER: "pucker",
    Task.LOWER_TEETH: "showing of the lower teeth",
}
NOTE = "complications: synkinesis alone; hyperkinesis and contracture are not measured"


def graded(face: Face, choices: PalsySettings = SETTINGS) -> Graded:
    found = grade(face.examined(), choices)
    assert isinstance(found, Graded)
    return found


def test_a_symmetrical_face_scores_0():
    found = graded(Face())
    assert (found.total, found.category, found.missing) == (0, "normal", (NOTE,))


def test_the_total_worked_by_hand():
    # Brow none = 4, eye 48 % = 2, smile 60 % = 1, pucker 90 % = 0, lower lip 30 % = 2, synkinesis 0.35 = 2.
    # Total 11, moderate (7 to 12).
    weak = Movements(brow=0, full=0.48, smile=0.6, pucker=0.9, lower_lip=0.3)
    found = graded(Face(weak=weak, synkinesis=0.35))
    assert found.items == {"brow": 4, "eye_full": 2, "smile": 1, "pucker": 0, "lower_lip": 2, "complications": 2}
    assert (found.total, found.category, found.parts) == (11, "moderate", {"voluntary": 9})


@pytest.mark.parametrize(
    ("share", "score"),
    [(1, 0), (0.85, 0), (0.84, 1), (0.5, 1), (0.49, 2), (0.25, 2), (0.24, 3), (0.05, 3), (0.04, 4), (0, 4)],
)
def test_movement_scores(share: float, score: int):
    assert graded(Face(weak=Movements(smile=share))).items["smile"] == score


@pytest.mark.parametrize(("along", "score"), [(0.1, 0), (0.15, 1), (0.3, 2), (0.45, 3), (0.6, 4)])
def test_complications(along: float, score: int):
    assert graded(Face(synkinesis=along)).items["complications"] == score


@pytest.mark.parametrize(
    ("share", "total", "severity"),
    [(1, 0, "normal"), (0.6, 5, "mild"), (0.4, 10, "moderate"), (0.15, 15, "severe"), (0, 20, "profound")],
)
def test_an_evenly_weak_face_falls_into_the_severity_of_its_weakness(share: float, total: float, severity: str):
    found = graded(Face(weak=Movements.all_at(share), hanging=SAGGING))
    assert (found.total, found.category) == (total, severity)


def test_the_worst_total_is_24():
    assert graded(Face(weak=Movements.all_at(0), synkinesis=1.0)).total == 24


@pytest.mark.parametrize("task", TASKS)
def test_every_missing_task_is_named(task: Task):
    found = grade(Face(without=[task]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == f"not seen: {TASKS[task]}"
    assert len(found.items) == 4


def test_without_rest_nothing_can_be_said():
    found = grade(Face(without=[Task.REST]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert "voluntary" not in found.parts


def test_a_movement_that_was_not_performed_is_no_score():
    found = grade(Face(sound=Movements(brow=0.1)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == "not performed: brow raise (the side that moves further moved 1.0 mm, less than 2.0 mm)"


def test_synkinesis_that_was_not_measured_is_not_none():
    found = grade(Face(synkinesis={Task.FULL_SMILE: 0.0}).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.parts == {"voluntary": 0}


def test_a_site_can_name_other_movements():
    regions = (Region.BROW, Region.EYE_GENTLE, Region.SMILE, Region.UPPER_LIP, Region.PUCKER)
    found = graded(Face(weak=Movements(upper_lip=0)), PalsySettings(fame_regions=regions))
    assert found.items["upper_lip"] == 4


@settings(deadline=None)
@given(weakened())
def test_weakness_never_improves_the_severity(pair: tuple[Face, Face]):
    before, after = (graded(face) for face in pair)
    assert after.total >= before.total
    assert SEVERITIES.index(str(after.category)) >= SEVERITIES.index(str(before.category))
