from __future__ import annotations

import numpy as np
import pytest

from analysis.palsy.co_movement import find_co_movements
from analysis.palsy.postures import Task
from analysis.palsy.results import CoMovement
from analysis.palsy.task_settings import TaskSettings
from analysis.palsy.tasks import find_tasks
from analysis.values import Side
from tests.palsy_faces import SAGGING, Face, Movements
from tests.palsy_patients import Patient

SETTINGS = TaskSettings()
SMILES = (Task.SMALL_SMILE, Task.FULL_SMILE, Task.PUCKER)
CLOSURES = (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE)


def along(patient: Patient) -> tuple[CoMovement, ...]:
    courses, rest = patient.courses(), patient.rest()
    return find_co_movements(courses, rest, find_tasks(courses, rest, SETTINGS), SETTINGS)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("share", [0.3, 0.6])
@pytest.mark.parametrize("lag_s", [0.0, 0.1, 0.3])
def test_an_eye_that_closes_with_the_mouth(side: Side, share: float, lag_s: float):
    seen = along(Patient(face=Face(affected=side, weak=Movements(narrowing=share)), lag_s=lag_s, seed=1))
    strong = [one for one in seen if one.ratio >= 0.2 and one.duration_s >= 0.3]
    assert {(one.during, one.region, one.side) for one in strong} == {(task, "eye", side) for task in SMILES}
    for one in strong:
        # of 0.96, what a closure reaches
        assert one.ratio == pytest.approx(share / 0.96, abs=0.05)
        # a movement begins with its earlier side
        assert one.lag_s == pytest.approx(lag_s, abs=0.09)
        assert one.duration_s == pytest.approx(1.7, abs=0.15)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("share", [0.25, 0.5])
def test_a_mouth_that_moves_with_the_eye(side: Side, share: float):
    seen = along(Patient(face=Face(affected=side), oral_ocular=share))
    assert {(one.during, one.region, one.side) for one in seen} == {(task, "mouth", side) for task in CLOSURES}
    for one in seen:
        assert one.ratio == pytest.approx(share, abs=0.04)
        assert one.lag_s == pytest.approx(0, abs=0.07)


def test_what_was_not_moved_on_purpose_is_held_against_what_is_usual():
    patient = Patient(face=Face(), tasks=(Task.GENTLE_CLOSURE,), oral_ocular=0.5)
    assert [one.ratio for one in along(patient)] == pytest.approx([6 / 8, 6 / 8], abs=0.05)


@pytest.mark.parametrize("squint", [0.2, 0.4, 0.6])
def test_eyes_that_both_narrow_in_a_smile_are_no_synkinesis(squint: float):
    both = Movements(narrowing=squint)
    assert along(Patient(face=Face(weak=both, sound=both))) == ()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_weakness_alone_is_no_synkinesis(share: float, seed: int):
    assert along(Patient(face=Face(weak=Movements.all_at(share), hanging=SAGGING), noise_mm=0.2, seed=seed)) == ()


def test_a_brow_that_does_not_come_down_with_the_other_has_not_moved():
    """With full effort the sound brow comes down, the palsied one stays: it does not rise."""
    patient = Patient(face=Face(weak=Movements.all_at(0)), effort_brow_mm=0.0)
    courses, rest = patient.courses(), patient.rest()
    for task, onset in patient.schedule:
        if task is Task.FULL_CLOSURE:
            within = (patient.times_s > onset + 0.2) & (patient.times_s < onset + 2.0)
            courses.left.brow_height_mm[within] -= 4.0
    found = find_tasks(courses, rest, SETTINGS)
    assert Task.FULL_CLOSURE in [one.task for one in found]
    assert find_co_movements(courses, rest, found, SETTINGS) == ()


def test_the_next_movement_is_not_the_last_ones_companion():
    """An eye that alone closes soon after a smile does not close in the smile."""
    weak = Movements(gentle=0.1)
    patient = Patient(face=Face(weak=weak), tasks=(Task.FULL_SMILE, Task.GENTLE_CLOSURE), pause_s=0.1)
    assert [one for one in along(patient) if one.during is Task.FULL_SMILE] == []


def test_a_blink_within_a_smile_is_short():
    patient = Patient(face=Face(), tasks=(Task.FULL_SMILE,), repetitions=1)
    courses, rest = patient.courses(), patient.rest()
    courses.right.mrd1_mm[(patient.times_s > 2.0) & (patient.times_s < 2.15)] -= 9
    seen = find_co_movements(courses, rest, find_tasks(courses, rest, SETTINGS), SETTINGS)
    assert all(one.duration_s < 0.3 for one in seen)


def test_frames_that_are_lost():
    patient = Patient(face=Face(weak=Movements(narrowing=0.5)), tasks=(Task.FULL_SMILE,), lost=((2.0, 2.1),))
    seen = along(patient)
    assert len(seen) == 2
    assert np.isfinite([one.ratio for one in seen]).all()


def test_no_movement_no_companion():
    assert along(Patient(face=Face(weak=Movements(narrowing=0.5)), tasks=())) == ()
