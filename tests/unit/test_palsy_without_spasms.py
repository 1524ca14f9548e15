"""What a spasm does to the mouth is no movement that was asked for."""

from __future__ import annotations

import numpy as np

from analysis.palsy.recording import examine, movements
from analysis.results import Segment
from analysis.settings import AnalysisSettings
from tests.palsy_faces import Face
from tests.palsy_patients import Patient

SETTINGS = AnalysisSettings()


def test_movements_within_a_train_of_contractions_are_left_out_and_the_others_stay() -> None:
    patient = Patient(face=Face(), noise_mm=0.05)
    courses = patient.courses()
    found = movements(courses, patient.rest(), SETTINGS)
    assert len(found) > 4
    train = found[2]
    without = [Segment(start_s=train.start_s + 0.1, end_s=train.end_s)]
    palsy = examine(courses, patient.rest(), patient.trust(), SETTINGS, without=without)
    assert [one.start_s for one in palsy.movements] == [one.start_s for one in found if one is not train]
    touched = [Segment(start_s=train.end_s - 0.1, end_s=train.end_s + 0.2)]
    kept = examine(courses, patient.rest(), patient.trust(), SETTINGS, without=touched)
    assert np.allclose([one.start_s for one in kept.movements], [one.start_s for one in found])
