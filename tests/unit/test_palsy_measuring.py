from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.calibration import Gain
from analysis.palsy.measuring import (
    LIP_GAIN_SD,
    MEASURES,
    NAMES,
    measure_postures,
    place_sd,
    with_interval,
)
from analysis.palsy.postures import Task
from analysis.palsy.results import MeasuredSides, PostureResult
from analysis.palsy.task_settings import TaskSettings
from analysis.palsy.tasks import find_tasks
from analysis.uncertainty import SCALE_SD
from analysis.values import Side
from tests.palsy_faces import Face, Movements
from tests.palsy_patients import FOLLOWED, Patient

STILL = Patient(face=Face(weak=Movements.all_at(0.5)), noise_mm=0.0)


def postures(patient: Patient, *, own_sd: float = 0.05, turn_deg: float = 0.0) -> dict[Task, PostureResult]:
    courses, rest = patient.courses(), patient.rest()
    gain = Gain(own=1.0, other=0.0, own_sd=own_sd, pictures=60)
    pose = np.zeros((len(patient.times_s), 2))
    for _, onset in patient.schedule:
        pose[(patient.times_s > onset) & (patient.times_s < onset + 2.2), 0] = turn_deg
    trust = replace(patient.trust(), mouth=(gain, gain), brow=(gain, FOLLOWED), pose_deg=pose)
    found = find_tasks(courses, rest, TaskSettings())
    return {one.task: one for one in measure_postures(courses, rest, found, trust, source="1.2.3")}


def sides(result: PostureResult, name: str) -> MeasuredSides:
    both: MeasuredSides | None = getattr(result, name)
    assert both is not None
    return both


def sd(result: PostureResult, name: str, side: Side = Side.RIGHT) -> float:
    found: float | None = getattr(sides(result, name), side.value).sd
    assert found is not None
    return found


def test_without_noise_plateaus_read_the_postures():
    seen = postures(STILL)
    truth = STILL.face.examined().postures
    assert set(seen) == set(Task)
    for task, result in seen.items():
        assert result.sources == ("1.2.3",)
        assert result.repetitions == (1 if task is Task.REST else 2)
        for side in Side:
            for name in MEASURES:
                # a plateau's median may lie a little below its top; effort lowers the brows beside what the posture says
                if not (task is Task.FULL_CLOSURE and name == "brow_height_mm"):
                    value = getattr(sides(result, name), side.value).value
                    assert value == pytest.approx(getattr(truth[task].side(side), name), abs=0.1), (task, name)


def test_the_errors_of_a_change_worked_by_hand():
    quiet, turned = postures(STILL), postures(STILL, turn_deg=5)
    loose = postures(STILL, own_sd=0.2)
    base, of_lids, of_lips, of_brow = (
        sd(quiet[Task.REST], name) for name in ("commissure_travel_mm", "mrd1_mm", "upper_lip_mm", "brow_height_mm")
    )
    smile = Task.FULL_SMILE
    # travel of the right corner 6 mm, of the left one 12; gain 0.05 and following 0.05 in quadrature
    for side, travel in ((Side.RIGHT, 6.0), (Side.LEFT, 12.0)):
        by_hand = np.hypot(base, travel * np.hypot(0.05, 0.05))
        assert sd(quiet[smile], "commissure_travel_mm", side) == pytest.approx(by_hand, rel=0.02)
    assert sd(loose[smile], "commissure_travel_mm") == pytest.approx(np.hypot(base, 6 * np.hypot(0.2, 0.05)), rel=0.02)
    # 0.2 mm for each degree of turning
    assert sd(turned[smile], "commissure_travel_mm") == pytest.approx(
        np.hypot(sd(quiet[smile], "commissure_travel_mm"), 1.0), rel=0.01
    )
    # lids 0.03 and 0.3 of the 0.04 that stay open, of 9.6 mm; lips 0.15 of 5 mm, on the side that moves in full
    assert sd(quiet[Task.GENTLE_CLOSURE], "mrd1_mm", Side.LEFT) == pytest.approx(
        np.hypot(of_lids, (0.03 + 0.3 * 0.04) * 9.6), rel=0.02
    )
    # half closed: 0.03 and 0.3 of 0.52
    assert sd(quiet[Task.GENTLE_CLOSURE], "mrd1_mm", Side.RIGHT) == pytest.approx(
        np.hypot(of_lids, (0.03 + 0.3 * 0.52) * 4.8), rel=0.02
    )
    assert sd(quiet[Task.SNARL], "upper_lip_mm", Side.LEFT) == pytest.approx(
        np.hypot(of_lips, LIP_GAIN_SD * 5), rel=0.02
    )
    # the gain of the right brow is loose, that of the left one is not
    assert sd(loose[Task.BROW_RAISE], "brow_height_mm", Side.RIGHT) == pytest.approx(
        np.hypot(of_brow, 5 * np.hypot(0.2, 0.05)), rel=0.02
    )
    assert sd(loose[Task.BROW_RAISE], "brow_height_mm", Side.LEFT) == pytest.approx(
        np.hypot(of_brow, 10 * np.hypot(0.05, 0.05)), rel=0.02
    )


def test_repetitions_that_differ_widen_the_error():
    patient = Patient(face=Face(), tasks=(Task.PUCKER,), repetitions=2, noise_mm=0.0)
    courses, rest = patient.courses(), patient.rest()
    found = find_tasks(courses, rest, TaskSettings())
    second = found[1].whole(patient.times_s)
    courses.right.commissure_out_mm[second] += 2.0  # 8 and 6 mm of pucker
    results = {one.task: one for one in measure_postures(courses, rest, found, patient.trust(), source=None)}
    right, left = (sd(results[Task.PUCKER], "commissure_out_mm", side) for side in Side)
    assert sides(results[Task.PUCKER], "commissure_out_mm").right.value == pytest.approx(26 - 7, abs=0.1)
    # of 18 and 20: standard deviation 1.41, of the mean of two 1.0
    gained = np.hypot(0.05, 0.05)
    assert right**2 - left**2 == pytest.approx(1.0 + gained**2 * (7**2 - 8**2), abs=0.05)


def test_noise_at_rest_is_in_the_error():
    noisy = postures(replace(STILL, noise_mm=0.4))
    quiet = postures(STILL)
    for name in NAMES:
        more = sd(noisy[Task.REST], name) ** 2 - sd(quiet[Task.REST], name) ** 2
        # of a mean over rest in which five neighbours count as one
        assert more == pytest.approx(0.16 * 5 / STILL.rest().frames(len(STILL.times_s)).sum(), rel=0.4), name


@pytest.mark.parametrize("name", MEASURES)
def test_the_interval_of_a_place_worked_by_hand(name: str):
    one = with_interval(name, 40.0, 0.3)
    scale = 0 if name.endswith("_deg") else 40 * SCALE_SD
    half = 1.96 * (0.3**2 + place_sd(name) ** 2 + scale**2) ** 0.5
    assert (one.interval.low, one.interval.high) == pytest.approx((40 - half, 40 + half))
    assert one.sd == 0.3


def test_travel_has_no_place():
    assert place_sd("commissure_travel_mm") == 0


def test_a_movement_without_a_used_frame_is_not_measured():
    patient = Patient(face=Face(), tasks=(Task.PUCKER,), repetitions=1)
    courses, rest = patient.courses(), patient.rest()
    found = find_tasks(courses, rest, TaskSettings())
    courses.used[found[0].plateau(patient.times_s)] = False
    results = measure_postures(courses, rest, found, patient.trust(), source=None)
    assert [result.task for result in results] == [Task.REST]


def test_lids_that_were_hidden_on_one_side_have_no_number_on_either():
    patient = Patient(face=Face(), tasks=(Task.PUCKER,))
    courses, rest = patient.courses(), patient.rest()
    courses.right.mrd1_mm[:] = np.nan
    found = find_tasks(courses, rest, TaskSettings())
    for result in measure_postures(courses, rest, found, patient.trust(), source=None):
        assert result.mrd1_mm is None
        assert result.fissure_mm is None
        assert result.mrd2_mm is not None
