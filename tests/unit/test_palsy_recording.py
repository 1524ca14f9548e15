from __future__ import annotations

import pytest

from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Task
from analysis.palsy.results import Palsy
from analysis.settings import AnalysisSettings
from analysis.values import Status
from tests.palsy_faces import Face, Movements
from tests.palsy_patients import Patient, movements

FEW = AnalysisSettings(pattern=PatternSettings(draws=50))


def test_movements_say_where_they_were_seen():
    patient = Patient(face=Face(weak=Movements.all_at(0.5)))
    palsy = patient.examined(FEW, source="1.2.3")
    assert list(movements(palsy)) == [task for task, _ in patient.schedule]
    assert {(one.found_by, one.source) for one in palsy.movements} == {("signals", "1.2.3")}
    assert {one.sources for one in palsy.postures} == {("1.2.3",)}


def test_a_labelled_recording():
    palsy = Patient(face=Face(), tasks=(Task.PUCKER,)).examined(FEW, label=Task.PUCKER)
    assert list(movements(palsy)) == [Task.PUCKER] * 2
    assert {one.found_by for one in palsy.movements} == {"label"}


@pytest.mark.parametrize("shown", [(), (Task.FULL_SMILE,)])
def test_a_label_whose_movement_is_not_seen_is_named(shown: tuple[Task, ...]):
    palsy = Patient(face=Face(), tasks=shown).examined(FEW, label=Task.BROW_RAISE)
    assert palsy.status is Status.NOT_ASSESSABLE
    assert palsy.reason is not None
    assert palsy.reason.startswith("labelled brow raise, but no such movement is seen")
    assert Task.BROW_RAISE in palsy.missing_tasks


def test_a_recording_that_is_labelled_rest_is_nothing_but_rest():
    palsy = Patient(face=Face(), tasks=(Task.FULL_SMILE,)).examined(FEW, label=Task.REST)
    assert [one.task for one in palsy.postures] == [Task.REST]
    assert palsy.reason is not None
    assert "labelled" not in palsy.reason


def test_a_result_survives_being_written_and_read():
    palsy = Patient(face=Face(weak=Movements(narrowing=0.5)), repetitions=1).examined(FEW)
    assert Palsy.model_validate_json(palsy.model_dump_json()) == palsy
