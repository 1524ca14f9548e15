from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from analysis.palsy.fngs import grade
from analysis.palsy.graded import Graded, Ungraded
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.postures import Task
from analysis.palsy.settings import PalsySettings
from tests.palsy_faces import SAGGING, Face, Movements
from tests.palsy_strategies import weakened

SETTINGS = PalsySettings()


def graded(face: Face) -> Graded:
    found = grade(face.examined(), SETTINGS)
    assert isinstance(found, Graded)
    return found


def test_a_symmetrical_face_scores_4():
    found = graded(Face())
    assert (found.total, found.category, found.gate, found.missing) == (4, "I", None, ())


def test_the_total_worked_by_hand():
    # Brow none = 6; eye 67 % with full effort, so not closed = 4; fold 60 % in the snarl, symmetrical at rest = 3; mouth
    # 80 % = 2; secondary movement 0.2 = 1; total 16, IV (15 to 19).
    found = graded(Face(weak=Movements(brow=0, full=0.7, upper_lip=0.6, smile=0.8), synkinesis=0.2))
    assert found.items == {"brow": 6, "eye": 4, "nasolabial": 3, "oral": 2, "secondary": 1}
    assert (found.total, found.category, found.parts["regional"]) == (16, "IV", 15)


@pytest.mark.parametrize(
    ("share", "score"),
    [
        (1, 1),
        (0.85, 1),
        (0.84, 2),
        (0.75, 2),
        (0.74, 3),
        (0.5, 3),
        (0.49, 4),
        (0.25, 4),
        (0.24, 5),
        (0.05, 5),
        (0.04, 6),
        (0, 6),
    ],
)
def test_regional_scores(share: float, score: int):
    items = graded(Face(weak=Movements(brow=share, smile=share, upper_lip=share))).items
    assert (items["brow"], items["oral"], items["nasolabial"]) == (score, score, score)


def test_obvious_weakness_with_asymmetry_at_rest_scores_4():
    items = graded(Face(weak=Movements(brow=0.6, smile=0.6, upper_lip=0.6), hanging=SAGGING)).items
    assert (items["brow"], items["oral"], items["nasolabial"]) == (4, 4, 4)


@pytest.mark.parametrize(
    ("gentle", "full", "score"),
    [(1, 1, 1), (0.82, 1, 2), (0.6, 1, 3), (0.6, 0.8, 4), (0.3, 0.3, 4), (0.1, 0.1, 5), (0, 0, 6)],
)
def test_the_eye_is_scored_by_the_effort_that_closes_it(gentle: float, full: float, score: int):
    assert graded(Face(weak=Movements(gentle=gentle, full=full))).items["eye"] == score


@pytest.mark.parametrize(
    ("weak", "synkinesis", "total", "in_roman"),
    [
        (Movements(), 0.15, 5, "II"),
        (Movements(brow=0, smile=0.8), 0, 10, "III"),  # 6 + 1 + 1 + 2
        (Movements(brow=0, smile=0.8), 0.7, 13, "III"),
        (Movements(brow=0, smile=0, upper_lip=0.8), 0, 15, "IV"),  # 6 + 1 + 2 + 6
        (Movements.all_at(0.1), 0, 20, "V"),
        (Movements.all_at(0), 0, 24, "VI"),
    ],
)
def test_totals_stand_for_the_published_grades(weak: Movements, synkinesis: float, total: float, in_roman: str):
    found = graded(Face(weak=weak, synkinesis=synkinesis))
    assert (found.total, found.category, found.gate) == (total, in_roman, None)


def test_a_region_that_moves_is_not_total_paralysis():
    # Brow, fold and mouth none = 18, eye 10 % = 5, secondary 1: 24, the total of VI.
    found = graded(Face(weak=replace(Movements.all_at(0), full=0.1), synkinesis=0.2))
    assert (found.total, found.category) == (24, "V")
    assert found.gate == "the total is that of VI, but a region still moves: V"


def test_without_a_snarl_the_fold_is_judged_in_the_smile_and_says_so():
    found = graded(Face(weak=Movements(upper_lip=0.6), without=[Task.SNARL]))
    assert found.items["nasolabial"] == 3
    assert found.missing == ("nasolabial: from the upper lip in the full smile; not seen: snarl",)


def test_a_fold_that_moves_in_neither_is_no_score():
    found = grade(Face(sound=Movements(upper_lip=0.1)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == (
        "not performed: snarl (the side that moves further moved 0.5 mm, less than 1.5 mm); "
        "not performed: rise of the upper lip in the full smile (the side that moves further moved 0.5 mm, less than 1.5 mm)"
    )
    assert "nasolabial" not in found.items


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Task.REST, "face at rest"),
        (Task.BROW_RAISE, "brow raise"),
        (Task.GENTLE_CLOSURE, "gentle eye closure"),
        (Task.FULL_CLOSURE, "eye closure with full effort"),
        (Task.FULL_SMILE, "full smile"),
    ],
)
def test_every_missing_task_is_named(task: Task, words: str):
    found = grade(Face(without=[task]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == f"not seen: {words}"


def test_an_eye_that_does_not_close_needs_no_gentle_closure():
    assert graded(Face(weak=Movements(full=0.6), without=[Task.GENTLE_CLOSURE])).items["eye"] == 4


def test_the_secondary_movement_is_the_largest_of_any_task():
    along = dict.fromkeys(Task, 0.0) | {Task.PUCKER: 0.7}
    assert graded(Face(synkinesis=along)).items["secondary"] == 3


@pytest.mark.parametrize("task", [Task.BROW_RAISE, Task.FULL_CLOSURE, Task.FULL_SMILE])
def test_synkinesis_that_was_not_measured_is_not_none(task: Task):
    found = grade(Face(synkinesis={it: 0.0 for it in Task if it is not task}).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert "secondary" not in found.items
    assert found.reason.startswith("involuntary movement was not measured in: ")
    assert found.parts == {"regional": 4}


@settings(deadline=None)
@given(weakened())
def test_weakness_never_improves_the_grade(pair: tuple[Face, Face]):
    before, after = (graded(face) for face in pair)
    assert after.total >= before.total
    assert ROMAN.index(str(after.category)) >= ROMAN.index(str(before.category))
