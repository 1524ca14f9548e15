"""A spasm is nothing that was asked for: no palsy is read from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.palsy.postures import Task
from analysis.palsy.recording import examine
from analysis.settings import AnalysisSettings
from analysis.values import Side, Status
from tests.palsy_faces import Face
from tests.palsy_patients import Patient


def contracted(
    patient: Patient, side: Side, share: NDArray[np.float64], *, brow_mm: float, mouth_mm: float
) -> FaceCourses:
    """One side drawn while nothing was asked for: the eye shuts, the corner goes out, the brow may rise."""
    courses = patient.courses()
    half = courses.side(side)
    drawn: HalfCourses = replace(
        half,
        mrd1_mm=half.mrd1_mm - 8.5 * share,
        commissure_travel_mm=half.commissure_travel_mm + mouth_mm * share,
        commissure_out_mm=half.commissure_out_mm + 0.8 * mouth_mm * share,
        commissure_up_mm=half.commissure_up_mm + 0.6 * mouth_mm * share,
        brow_height_mm=half.brow_height_mm + brow_mm * share,
    )
    return replace(courses, right=drawn) if side is Side.RIGHT else replace(courses, left=drawn)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("brow_mm", "mouth_mm"), [(0.0, 5.0), (3.0, 0.0), (3.0, 5.0), (0.0, 8.0)])
def test_a_tonic_spasm_alone_gives_no_palsy(side: Side, brow_mm: float, mouth_mm: float) -> None:
    still = Patient(face=Face(), tasks=())
    times = np.arange(0, 10, 1 / 30)
    patient = replace(still)
    patient.__dict__["times_s"] = times
    share = np.clip(np.minimum(times - 2, 7 - times) / 0.3, 0, 1)
    courses = contracted(patient, side, share, brow_mm=brow_mm, mouth_mm=mouth_mm)
    palsy = examine(courses, patient.rest(), patient.trust(), AnalysisSettings())
    assert palsy.status is Status.NOT_ASSESSABLE
    assert palsy.movements == ()


@pytest.mark.parametrize("side", Side)
def test_a_spasm_between_movements_of_a_healthy_face_names_no_side(side: Side) -> None:
    patient = Patient(face=Face(), repetitions=1)
    end = float(patient.times_s[-1])
    longer = replace(patient)
    longer.__dict__["schedule"] = patient.schedule
    longer.__dict__["times_s"] = np.arange(0, end + 5, 1 / 30)
    share = np.clip(np.minimum(longer.times_s - end - 0.5, end + 3.5 - longer.times_s) / 0.3, 0, 1)
    courses = contracted(longer, side, share, brow_mm=2.0, mouth_mm=5.0)
    palsy = examine(courses, patient.rest(), longer.trust(), AnalysisSettings())
    assert palsy.affected_side is not None
    assert palsy.affected_side.value == "none"
    assert sum(one.task in (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE) for one in palsy.movements) == 2
