from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from analysis.palsy.graded import Graded, Ungraded
from analysis.palsy.postures import Task
from analysis.palsy.settings import PalsySettings
from analysis.palsy.sunnybrook import grade
from tests.palsy_faces import SAGGING, Face, Hanging, Movements
from tests.palsy_strategies import FACES, weakened

SETTINGS = PalsySettings()
TASKS = {
    Task.BROW_RAISE: "brow raise",
    Task.GENTLE_CLOSURE: "gentle eye closure",
    Task.FULL_SMILE: "full smile",
    Task.SNARL: "snarl",
    Task.PUCKER: "pucker",
}
NO_SYNKINESIS = dict.fromkeys(Task, 0.0)


def graded(face: Face) -> Graded:
    found = grade(face.examined(), SETTINGS)
    assert isinstance(found, Graded)
    return found


def test_a_symmetrical_face_scores_100():
    found = graded(Face())
    assert (found.total, found.missing) == (100, ())
    assert found.parts == {"voluntary": 100, "resting": 0, "synkinesis": 0}


def test_the_composite_worked_by_hand():
    # Voluntary: brow 60 % = 3, eye closed = 5, smile 30 % = 2, snarl 80 % = 4, pucker 50 % = 3; sum 17, x 4 = 68.
    # Resting: eye 2 mm wider of 10 = 1, fold 12 degrees less = 2, corner 6 mm lower over 47 mm = 7.3 degrees = 1;
    # sum 4, x 5 = 20.
    # Synkinesis: brow 0.4 = 2, eye 0.7 = 3, smile 0.2 = 1; sum 6.
    # Composite: 68 - 20 - 6 = 42.
    along = NO_SYNKINESIS | {Task.BROW_RAISE: 0.4, Task.GENTLE_CLOSURE: 0.7, Task.FULL_SMILE: 0.2}
    weak = Movements(brow=0.6, smile=0.3, upper_lip=0.8, pucker=0.5)
    found = graded(Face(weak=weak, hanging=SAGGING, synkinesis=along))
    assert found.parts == {"voluntary": 68, "resting": 20, "synkinesis": 6}
    assert found.total == 42
    assert found.items["resting_cheek"] == 2


def test_complete_flaccid_palsy_scores_0():
    # Five movements at 1, x 4 = 20; resting 4, x 5 = 20.
    assert graded(Face(weak=Movements.all_at(0), hanging=SAGGING)).total == 0


def test_the_scale_ends_at_0():
    found = graded(Face(weak=Movements.all_at(0), hanging=SAGGING, synkinesis=1.0))
    assert (found.total, found.parts["synkinesis"]) == (0, 15)


@pytest.mark.parametrize(
    ("share", "score"),
    [(1, 5), (0.95, 5), (0.94, 4), (0.75, 4), (0.74, 3), (0.5, 3), (0.49, 2), (0.25, 2), (0.24, 1), (0, 1)],
)
def test_voluntary_scores(share: float, score: int):
    assert graded(Face(weak=Movements(brow=share))).items["voluntary_brow"] == score


@pytest.mark.parametrize(("along", "score"), [(0.14, 0), (0.15, 1), (0.3, 2), (0.6, 3)])
def test_synkinesis_scores(along: float, score: int):
    assert graded(Face(synkinesis=along)).items["synkinesis_smile"] == score


@pytest.mark.parametrize(
    ("hanging", "scores"),
    [
        (Hanging(fissure_mm=1.4), (0, 0, 0)),
        (Hanging(fissure_mm=1.6), (1, 0, 0)),
        (Hanging(fissure_mm=-1.6), (1, 0, 0)),
        (Hanging(nasolabial_deg=6), (0, 1, 0)),
        (Hanging(nasolabial_deg=11), (0, 2, 0)),
        (Hanging(nasolabial_deg=-11), (0, 1, 0)),  # deeper than the other: a fold is not absent
        (Hanging(droop_mm=4.9), (0, 0, 0)),  # atan(4.9 / 52) = 5.4 degrees
        (Hanging(droop_mm=5.3), (0, 0, 1)),  # 5.8
        (Hanging(droop_mm=-5.3), (0, 0, 1)),
        (Hanging(inward_mm=4.5), (0, 0, 1)),  # of (21.5 + 26) / 2 = 23.75: 19 %
    ],
)
def test_resting_scores(hanging: Hanging, scores: tuple[int, int, int]):
    items = graded(Face(hanging=hanging)).items
    assert (items["resting_eye"], items["resting_cheek"], items["resting_mouth"]) == scores


def test_without_a_snarl_there_is_no_composite_but_the_rest_is_kept():
    found = grade(Face(hanging=SAGGING, without=[Task.SNARL]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == "not seen: snarl"
    assert found.parts == {"resting": 20}
    assert found.items["voluntary_brow"] == 5
    assert found.missing == ("voluntary_upper_lip: not seen: snarl", "synkinesis_upper_lip: not seen: snarl")


@pytest.mark.parametrize("task", TASKS)
def test_every_missing_task_is_named(task: Task):
    found = grade(Face(without=[task]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == f"not seen: {TASKS[task]}"


def test_without_rest_nothing_can_be_said():
    found = grade(Face(without=[Task.REST]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert "face at rest" in found.reason
    assert not found.parts


def test_synkinesis_that_was_not_measured_is_not_none():
    found = grade(Face(synkinesis={}).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert "involuntary movement was not measured in: full smile" in found.reason
    assert found.parts == {"voluntary": 100, "resting": 0}


def test_a_pucker_that_was_not_performed_is_no_score():
    found = grade(Face(sound=Movements(pucker=0.1)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == "not performed: pucker (the side that moves further moved 0.8 mm, less than 1.5 mm)"


def test_a_closure_that_was_not_performed_is_no_score():
    found = grade(Face(sound=Movements(gentle=0.4)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert (
        found.reason
        == "not performed: gentle eye closure (the side that moves further closed 38 % of its opening, less than 70 %)"
    )


@settings(deadline=None)
@given(weakened())
def test_weakness_never_improves_the_composite(pair: tuple[Face, Face]):
    before, after = (graded(face) for face in pair)
    assert after.total <= before.total


@settings(deadline=None)
@given(FACES)
def test_synkinesis_never_improves_the_composite(face: Face):
    assert (
        graded(replace(face, synkinesis=1.0)).total <= graded(face).total <= graded(replace(face, synkinesis=0.0)).total
    )
