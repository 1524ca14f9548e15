from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.palsy.graded import Graded, Ungraded
from analysis.palsy.house_brackmann import GRADE_OF_POINTS, ROMAN, grade
from analysis.palsy.postures import Task
from analysis.palsy.settings import PalsySettings
from tests.palsy_faces import SAGGING, Face, Movements
from tests.palsy_strategies import FACES, same_eyes_shut, weakened

SETTINGS = PalsySettings()


def graded(face: Face) -> Graded:
    found = grade(face.examined(), SETTINGS)
    assert isinstance(found, Graded)
    return found


def test_a_symmetrical_face_is_grade_i():
    found = graded(Face())
    assert found.total == pytest.approx(100)
    assert (found.category, found.gate, found.missing) == ("I", None, ())
    assert found.parts["points"] == 8


@pytest.mark.parametrize(
    ("brow", "smile", "points", "in_roman"),
    [
        (1.0, 1.0, 8, "I"),  # 10 mm: 4 points; 12 mm: 4
        (0.8, 1.0, 7, "II"),  # 8 mm: 3; 12 mm: 4
        (0.6, 0.7, 5, "III"),  # 6 mm: 2; 8.4 mm: 3
        (0.25, 0.5, 3, "IV"),  # 2.5 mm: 1; 6 mm: 2
        (0.2, 0.3, 1, "V"),  # 2 mm: 0; 3.6 mm: 1
        (0.2, 0.2, 0, "VI"),  # 2 mm: 0; 2.4 mm: 0
    ],
)
def test_one_point_for_each_2_5_mm_of_brow_and_corner(brow: float, smile: float, points: int, in_roman: str):
    found = graded(Face(weak=Movements(brow=brow, smile=smile)))
    assert found.parts["points"] == points
    assert ROMAN[int(found.parts["grade_of_points"]) - 1] == in_roman


def test_points_stand_for_the_published_grades():
    assert [ROMAN[it - 1] for it in GRADE_OF_POINTS] == ["VI", "V", "V", "IV", "IV", "III", "III", "II", "I"]


def test_f_is_the_mean_of_three_shares():
    # Brow 4 of 10 mm = 0.4; the eye reads closed = 1; corner 6 of 12 mm = 0.5: F = 100 x 1.9 / 3 = 63.3, III.
    found = graded(Face(weak=Movements(brow=0.4, smile=0.5)))
    assert found.total == pytest.approx(100 * 1.9 / 3)
    assert (found.category, found.gate) == ("III", None)
    assert found.items == {"brow": 0.4, "eye_full": 1, "smile": 0.5, "eye_gentle": 1}


@pytest.mark.parametrize(
    ("mean", "in_roman"),
    [
        (85, "I"),
        (84.9, "II"),
        (76, "II"),
        (75.9, "III"),
        (51, "III"),
        (50.9, "IV"),
        (26, "IV"),
        (25.9, "V"),
        (5, "V"),
        (4.9, "VI"),
    ],
)
def test_no_f_falls_between_two_grades(mean: float, in_roman: str):
    # Three shares that make F: the eye closes or does not, and brow and smile make up the rest.
    eye = 1.0 if mean > 60 else 0.0
    others = (3 * mean / 100 - eye) / 2
    found = graded(Face(weak=Movements(brow=others, smile=others, full=eye)))
    assert found.total == pytest.approx(mean)
    assert ROMAN[int(found.parts["grade_of_f"]) - 1] == in_roman


def test_an_eye_that_stays_open_with_full_effort_makes_it_iv():
    # Closes 0.7 of what the healthy eye closes: F = 100 x (1 + 0.7 + 1) / 3 = 90, I alone.
    found = graded(Face(weak=Movements(full=0.7)))
    assert found.total == pytest.approx(90)
    assert (found.category, found.parts["grade_of_f"]) == ("IV", 1)
    assert found.gate == "the affected eye does not close completely with full effort: IV at least"


def test_an_eye_that_closes_only_with_effort_makes_it_iii():
    found = graded(Face(weak=Movements(gentle=0.6)))
    assert found.total == pytest.approx(100)
    assert found.category == "III"
    assert found.gate is not None
    assert "only with full effort" in found.gate


def test_barely_perceptible_movement_with_asymmetry_at_rest_is_v():
    # F = 100 x (0.05 + 0.768 + 0.05) / 3 = 28.9, IV alone, since a lid falls without the nerve.
    weak = Movements(brow=0.05, smile=0.05, full=0.8)
    still, sagging = graded(Face(weak=weak)), graded(Face(weak=weak, hanging=SAGGING))
    assert (still.category, still.gate) == ("IV", None)
    assert sagging.category == "V"
    assert sagging.gate is not None
    assert "barely perceptible" in sagging.gate


@pytest.mark.parametrize("weak", [Movements(full=0.7), Movements(smile=0.5, brow=0.05, full=0.7)])
def test_asymmetry_at_rest_alone_is_not_v(weak: Movements):
    assert graded(Face(weak=weak, hanging=SAGGING)).category == "IV"


def test_a_face_without_movement_is_vi():
    found = graded(Face(weak=Movements.all_at(0), hanging=SAGGING))
    assert (found.total, found.category, found.gate) == (0, "VI", None)


def test_an_eye_that_reads_a_little_open_is_closed():
    # 10 x (1 - 0.96 x 0.9) = 1.36 mm are left: within the landmarks' floor.
    assert graded(Face(weak=Movements(full=0.9, gentle=0.9))).category == "I"


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Task.REST, "face at rest"),
        (Task.BROW_RAISE, "brow raise"),
        (Task.FULL_CLOSURE, "eye closure with full effort"),
        (Task.FULL_SMILE, "full smile"),
    ],
)
def test_a_missing_task_is_named_and_gives_no_grade(task: Task, words: str):
    found = grade(Face(without=[task]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert words in found.reason
    assert any(words in it for it in found.missing)


def test_what_was_seen_is_kept_without_the_smile():
    found = grade(Face(weak=Movements(brow=0.4), without=[Task.FULL_SMILE]).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.items == {"brow": 0.4, "eye_full": 1}
    assert found.parts == {}


def test_without_gentle_closure_its_gate_is_named_and_not_applied():
    found = graded(Face(without=[Task.GENTLE_CLOSURE]))
    assert found.category == "I"
    assert found.missing == ("gate of closure with effort only, not applied: not seen: gentle eye closure",)


def test_a_movement_that_even_the_healthy_side_hardly_makes_was_not_performed():
    found = grade(Face(weak=Movements(smile=0.1), sound=Movements(smile=0.1)).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert found.reason == "not performed: full smile (the side that moves further moved 1.2 mm, less than 2.0 mm)"
    assert "smile" not in found.items


def test_a_face_that_does_nothing_is_never_graded():
    still = Movements.all_at(0)
    found = grade(Face(weak=still, sound=still).examined(), SETTINGS)
    assert isinstance(found, Ungraded)
    assert not found.items


def test_an_eye_that_is_shut_at_rest_cannot_show_that_it_closes():
    face = Face(scale=0.15)
    found = grade(face.examined(), PalsySettings(brow_gate_mm=0.1, smile_gate_mm=0.1))
    assert isinstance(found, Ungraded)
    assert found.reason == "the right eye is not open at rest: 1.5 mm"
    assert found.items == {"brow": 1, "smile": 1}


def test_a_healthy_eye_that_stays_open_leaves_closure_relative():
    found = graded(Face(weak=Movements(full=0.8), sound=Movements(full=0.8)))
    assert found.category == "I"
    assert found.missing == ("complete closure: only relative, the healthy eye itself closed 77 % of its opening",)
    both_open = grade(Face(weak=Movements(full=0.7), sound=Movements(full=0.7)).examined(), SETTINGS)
    assert isinstance(both_open, Ungraded)


def test_a_closure_that_landmarks_cannot_call_complete_makes_it_iii():
    found = graded(Face(weak=Movements(full=0.8)))
    assert (found.category, found.gate) == (
        "III",
        "whether the affected eye closes completely with full effort cannot be told: III at least",
    )


@pytest.mark.parametrize(("ratio", "category"), [(0.1, "I"), (0.2, "II"), (0.5, "III")])
def test_synkinesis_is_no_normal_function(ratio: float, category: str):
    assert graded(Face(synkinesis=ratio)).category == category


@settings(deadline=None)
@given(weakened())
def test_weakness_never_improves_the_grade(pair: tuple[Face, Face]):
    before, after = (graded(face) for face in pair)
    assert after.parts["grade"] >= before.parts["grade"]
    assert after.parts["grade_of_points"] >= before.parts["grade_of_points"]
    assert after.total <= before.total + 1e-9


@settings(deadline=None)
@given(FACES, st.floats(0.8, 1.25))
def test_the_scale_changes_no_share(face: Face, scale: float):
    other = replace(face, scale=scale)
    assume(same_eyes_shut(face, other))
    before, after = graded(face), graded(other)
    assert after.total == pytest.approx(before.total)
    assert (after.category, after.gate) == (before.category, before.gate)
