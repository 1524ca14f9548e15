from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from analysis.palsy.eface import DYNAMIC, STATIC, SYNKINESIS, grade
from analysis.palsy.graded import Graded, Ungraded
from analysis.palsy.postures import Task
from analysis.palsy.settings import PalsySettings
from tests.palsy_faces import SAGGING, Face, Hanging, Movements
from tests.palsy_strategies import weakened

SETTINGS = PalsySettings()
TASKS = {
    Task.BROW_RAISE: "brow raise",
    Task.GENTLE_CLOSURE: "gentle eye closure",
    Task.FULL_CLOSURE: "eye closure with full effort",
    Task.FULL_SMILE: "full smile",
    Task.PUCKER: "pucker",
    Task.LOWER_TEETH: "showing of the lower teeth",
}


def graded(face: Face) -> Graded:
    found = grade(face.examined(), SETTINGS)
    assert isinstance(found, Graded)
    return found


def test_a_symmetrical_face_scores_100():
    found = graded(Face())
    assert found.total == pytest.approx(100)
    assert found.parts == pytest.approx({"static": 100, "dynamic": 100, "synkinesis": 100})
    assert (found.category, found.missing) == ("within normal range", ())


def test_the_ten_items_worked_by_hand():
    weak = Movements(brow=0.5, gentle=0.5, smile=0.25, lower_lip=0.4, narrowing=0.2)
    found = graded(Face(weak=weak, hanging=SAGGING))
    by_hand = {
        "brow_rest": 100 * 19 / 24,
        "fissure_rest": 100 * 10 / 12,
        "nasolabial_angle_rest": 100 * 28 / 40,
        "commissure_rest": 100 * 25 / 30,
        "brow_raise": 100 * 5 / 10,
        "gentle_closure": 100 * 0.48,  # half of 0.96 of its opening
        "full_closure": 100,  # 12 x 0.04 = 0.48 mm are left: below 1 mm, taken for 0
        "smile": 100 * 3 / 12,
        "lower_lip": 100 * 2 / 5,
        "ocular_synkinesis": 100 * 12 * 0.8 / 10,
    }
    assert found.items == pytest.approx(by_hand)
    # Static (79.17 + 83.33 + 70 + 83.33) / 4, dynamic (50 + 48 + 100 + 25 + 40) / 5, total the mean of ten: 67.48.
    assert found.parts == pytest.approx({"static": 78.958333, "dynamic": 52.6, "synkinesis": 96})
    assert found.total == pytest.approx(67.483333)
    assert found.category == "below normal range"


def test_there_are_ten_items():
    assert set(graded(Face()).items) == {*STATIC, *DYNAMIC, *SYNKINESIS}
    assert (len(STATIC), len(DYNAMIC), len(SYNKINESIS)) == (4, 5, 1)


@pytest.mark.parametrize(
    ("hanging", "item", "score"),
    [
        (Hanging(brow_mm=-6), "brow_rest", 75),  # 30 / 24 = 125 %: 100 - 25
        (Hanging(brow_mm=-30), "brow_rest", 0),  # 54 / 24 = 225 %, clipped to 200
        (Hanging(fissure_mm=-2), "fissure_rest", 75),  # 10 / 8 = 125 %
        (Hanging(nasolabial_deg=-10), "nasolabial_angle_rest", 80),  # larger: (90 - 50) / (90 - 40)
        (Hanging(inward_mm=-3), "commissure_rest", 90),  # 33 / 30
    ],
)
def test_static_items_fall_to_both_sides(hanging: Hanging, item: str, score: float):
    assert graded(Face(hanging=hanging)).items[item] == pytest.approx(score)


def test_dynamic_items_end_at_100():
    assert graded(Face(weak=Movements(brow=1.3, smile=1.3))).items["smile"] == 100


def test_ocular_synkinesis_is_the_narrower_of_smile_and_pucker():
    narrowed, open_eyed = (Face(weak=Movements(narrowing=share)).examined() for share in (0.3, 0))
    for task in (Task.FULL_SMILE, Task.PUCKER):
        found = grade(replace(open_eyed, postures={**open_eyed.postures, task: narrowed.postures[task]}), SETTINGS)
        # 10 x (1 - 0.3) of 10 mm in one of them, 10 of 10 in the other.
        assert found.items["ocular_synkinesis"] == pytest.approx(70)


@pytest.mark.parametrize("task", TASKS)
def test_every_missing_task_is_named(task: Task):
    found = grade(Face(without=[task]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == f"not seen: {TASKS[task]}"
    assert found.parts["static"] == pytest.approx(100)


def test_without_the_pucker_the_dynamic_subscore_is_kept():
    found = grade(Face(without=[Task.PUCKER]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.parts == pytest.approx({"static": 100, "dynamic": 100})
    assert found.missing == ("ocular_synkinesis: not seen: pucker",)


def test_without_rest_nothing_can_be_said():
    found = grade(Face(without=[Task.REST]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert not found.parts
    assert len(found.missing) == 10


def test_a_lower_lip_that_was_not_lowered_is_no_score():
    found = grade(Face(sound=Movements(lower_lip=0.2)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert (
        found.reason
        == "not performed: showing of the lower teeth (the side that moves further moved 1.0 mm, less than 1.5 mm)"
    )


def test_a_healthy_eye_that_shuts_in_the_smile_gives_no_ratio():
    found = grade(Face(sound=Movements(narrowing=0.95)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == "the healthy eye is closed in the smile or the pucker: no ratio"


@settings(deadline=None)
@given(weakened())
def test_weakness_never_improves_the_total(pair: tuple[Face, Face]):
    before, after = (graded(face) for face in pair)
    assert after.total <= before.total + 1e-9
