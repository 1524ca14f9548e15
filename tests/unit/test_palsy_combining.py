from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from analysis.palsy.combining import combine
from analysis.palsy.measuring import MEASURES
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Task
from analysis.palsy.results import AffectedSide, Measured, Palsy, Pattern, PostureResult, RomanGrade
from analysis.palsy.settings import PalsySettings
from analysis.settings import AnalysisSettings
from analysis.values import Side, Status
from tests.palsy_faces import Face, Movements
from tests.palsy_patients import Patient

PATTERN = PatternSettings(draws=50)
FEW = AnalysisSettings(pattern=PATTERN)
SETTINGS = PalsySettings()
WHOLE = Patient(face=Face(weak=replace(Movements.all_at(0.6), narrowing=0.5)), oral_ocular=0.25, repetitions=1)
ROMAN: tuple[RomanGrade, ...] = get_args(RomanGrade)


def recorded(patient: Patient, source: str, *, label: Task | None = None) -> Palsy:
    return patient.examined(FEW, source=source, label=label)


def together(palsies: list[Palsy]) -> Palsy:
    palsy = combine(palsies, SETTINGS, PATTERN)
    assert palsy is not None
    return palsy


def posture(palsy: Palsy, task: Task) -> PostureResult:
    return next(one for one in palsy.postures if one.task is task)


def measure(palsy: Palsy, task: Task, name: str, side: Side) -> Measured:
    one: Measured = getattr(getattr(posture(palsy, task), name), side.value)
    return one


@pytest.fixture(scope="module")
def parts() -> list[Palsy]:
    """Every movement in a recording of its own, one after the other."""
    return [recorded(replace(WHOLE, tasks=(task,), seed=k), f"1.2.{k}") for k, (task, _) in enumerate(WHOLE.schedule)]


def test_a_movement_each_is_as_good_as_one_recording_of_all(parts: list[Palsy]):
    whole, exam = recorded(WHOLE, "1.2"), together(parts)
    assert sorted(one.task for one in exam.movements) == sorted(one.task for one in whole.movements)
    assert (exam.affected_side, exam.pattern, exam.missing_tasks) == (whole.affected_side, whole.pattern, ())
    for one in whole.postures:
        for name in MEASURES:
            for side in Side:
                known = measure(whole, one.task, name, side)
                assert known.interval.low <= measure(exam, one.task, name, side).value <= known.interval.high
    assert exam.house_brackmann is not None
    assert whole.house_brackmann is not None
    assert exam.house_brackmann.grade == whole.house_brackmann.grade
    assert exam.sunnybrook is not None
    assert whole.sunnybrook is not None
    assert exam.sunnybrook.total is not None
    assert whole.sunnybrook.total is not None
    assert exam.sunnybrook.total.value == pytest.approx(whole.sunnybrook.total.value, abs=4)


def test_co_movements_are_shares_of_what_the_exam_shows(parts: list[Palsy]):
    """A recording of a closure alone holds the mouth against a usual smile; the exam has the patient's own."""
    alone = {(one.during, one.region): one.ratio for palsy in parts for one in palsy.co_movements}
    exam = {(one.during, one.region): one.ratio for one in together(parts).co_movements}
    whole = {(one.during, one.region): one.ratio for one in recorded(WHOLE, "1.2").co_movements}
    assert alone[Task.FULL_CLOSURE, "mouth"] > 0.3 > exam[Task.FULL_CLOSURE, "mouth"]
    assert exam == pytest.approx(whole, abs=0.03)


def test_a_smile_is_small_beside_a_larger_one_in_another_recording(parts: list[Palsy]):
    assert [one.task for palsy in parts for one in palsy.movements].count(Task.FULL_SMILE) == 2
    exam = together(parts)
    assert [one.task for one in exam.movements].count(Task.FULL_SMILE) == 1
    assert measure(exam, Task.FULL_SMILE, "commissure_travel_mm", Side.LEFT).value == pytest.approx(12, abs=0.3)
    assert measure(exam, Task.SMALL_SMILE, "commissure_travel_mm", Side.LEFT).value == pytest.approx(6, abs=0.3)


def test_a_label_outweighs_the_size_of_a_smile():
    weak = recorded(replace(WHOLE, tasks=(Task.SMALL_SMILE,)), "1.2.1", label=Task.FULL_SMILE)
    strong = recorded(replace(WHOLE, tasks=(Task.FULL_SMILE,)), "1.2.2", label=Task.FULL_SMILE)
    assert [one.task for one in together([weak, strong]).movements] == [Task.FULL_SMILE] * 2


def test_each_posture_says_where_it_was_measured(parts: list[Palsy]):
    exam = together(parts)
    for k, (task, _) in enumerate(WHOLE.schedule):
        assert posture(exam, task).sources == (f"1.2.{k}",)
    assert posture(exam, Task.REST).sources == tuple(f"1.2.{k}" for k in range(len(parts)))
    assert {movement.source for movement in exam.movements} == {f"1.2.{k}" for k in range(len(parts))}


def test_the_order_of_recordings_does_not_matter(parts: list[Palsy]):
    one, other = together(parts), together(parts[::-1])
    assert (one.affected_side, one.pattern) == (other.affected_side, other.pattern)
    assert one.house_brackmann is not None
    assert other.house_brackmann is not None
    assert (one.house_brackmann.grade, one.house_brackmann.grade_range) == (
        other.house_brackmann.grade,
        other.house_brackmann.grade_range,
    )
    for here in one.postures:
        for name in MEASURES:
            for side in Side:
                assert measure(one, here.task, name, side).value == pytest.approx(
                    measure(other, here.task, name, side).value
                )


def test_a_recording_that_contradicts_widens_the_interval():
    agreeing = [recorded(replace(WHOLE, tasks=(Task.PUCKER,), seed=k), f"1.{k}") for k in range(3)]
    strong = Face(weak=Movements.all_at(0.1), sound=Movements.all_at(0.5))
    contradicting = [*agreeing[:2], recorded(replace(WHOLE, face=strong, tasks=(Task.PUCKER,)), "1.9")]
    one, other = (
        measure(together(palsies), Task.PUCKER, "commissure_out_mm", Side.LEFT).interval
        for palsies in (agreeing, contradicting)
    )
    assert other.high - other.low > 1.2 * (one.high - one.low)


def test_recordings_are_weighted_by_their_repetitions():
    thrice = recorded(replace(WHOLE, tasks=(Task.PUCKER,), repetitions=3), "1.1")
    once = recorded(
        replace(WHOLE, tasks=(Task.PUCKER,), face=Face(weak=Movements.all_at(0.6), sound=Movements.all_at(0.5))), "1.2"
    )
    exam = together([thrice, once])
    # 8 mm three times, 4 mm once, from 26
    assert measure(exam, Task.PUCKER, "commissure_out_mm", Side.LEFT).value == pytest.approx(26 - 7, abs=0.2)
    assert posture(exam, Task.PUCKER).repetitions == 4


def test_recordings_without_movement_add_their_rest_only(parts: list[Palsy]):
    resting = recorded(Patient(face=WHOLE.face, tasks=()), "1.9")
    exam = together([*parts, resting])
    assert posture(exam, Task.REST).sources[-1] == "1.9"
    assert exam.house_brackmann is not None
    assert exam.house_brackmann.grade is not None
    alone = together([resting])
    assert alone.status is Status.NOT_ASSESSABLE
    assert alone.house_brackmann is None


def test_recordings_without_measures():
    nothing = Palsy(status=Status.NOT_ASSESSABLE, reason="no face")
    assert combine([], SETTINGS, PATTERN) is None
    assert combine([nothing, nothing], SETTINGS, PATTERN) is None
    one = recorded(WHOLE, "1.2")
    assert together([nothing, one]).movements == one.movements


def test_faces_at_other_places_in_their_recordings_differ_in_rest_alone():
    """Each recording is measured from its own rest: a camera that looks from higher up changes no movement."""
    one = recorded(replace(WHOLE, noise_mm=0.0), "1.1")
    moved = one.model_copy(
        update={
            "postures": tuple(
                posture.model_copy(
                    update={
                        "upper_lip_mm": posture.upper_lip_mm.model_copy(
                            update={
                                side.value: (value := getattr(posture.upper_lip_mm, side.value)).model_copy(
                                    update={"value": value.value + 2}
                                )
                                for side in Side
                            }
                        )
                    }
                )
                for posture in one.postures
            )
        }
    )
    exam = together([one, moved])
    for side in Side:
        rise = (
            measure(exam, Task.SNARL, "upper_lip_mm", side).value - measure(exam, Task.REST, "upper_lip_mm", side).value
        )
        alone = (
            measure(one, Task.SNARL, "upper_lip_mm", side).value - measure(one, Task.REST, "upper_lip_mm", side).value
        )
        assert rise == pytest.approx(alone)
        assert measure(exam, Task.REST, "upper_lip_mm", side).value == pytest.approx(-57, abs=0.1)


def test_synkinesis_of_one_recording_is_that_of_the_exam(parts: list[Palsy]):
    assert together(parts).pattern is Pattern.SYNKINETIC


def test_recordings_that_contradict_each_other_name_no_side() -> None:
    right, left = (
        Patient(face=Face(affected=side, weak=Movements.all_at(0.3))).examined() for side in (Side.RIGHT, Side.LEFT)
    )
    together = combine([right, left], PalsySettings(), PatternSettings())
    assert together is not None
    assert together.affected_side is AffectedSide.INDETERMINATE
    assert together.pattern is Pattern.INDETERMINATE
    assert together.house_brackmann is not None
    assert together.house_brackmann.grade is None
    assert "contradict each other" in together.evidence[0]


def test_what_limits_a_recording_limits_the_exam() -> None:
    dim, bright = (Patient(face=Face(weak=Movements.all_at(0.4))).examined() for _ in range(2))
    together = combine(
        [dim.model_copy(update={"limits": ("the picture is dim",)}), bright], PalsySettings(), PatternSettings()
    )
    assert together is not None
    assert together.status is Status.LIMITED
    assert together.reason == "the picture is dim"
