from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.palsy.draws import Postures, drawn, measured
from analysis.palsy.measuring import NAMES, place_sd
from analysis.palsy.postures import Task
from analysis.palsy.results import PostureResult
from analysis.uncertainty import SCALE_SD
from analysis.values import Side
from tests.palsy_faces import Face, Movements
from tests.palsy_patients import Patient

PATIENT = Patient(face=Face(weak=Movements.all_at(0.6)), tasks=(Task.FULL_SMILE, Task.GENTLE_CLOSURE))
RESULTS = PATIENT.examined().postures
DRAWS = 4000


def table(faces: list[Postures], task: Task, name: str, side: Side) -> NDArray[np.float64]:
    return np.array([getattr(face[task].side(side), name) for face in faces])


@pytest.fixture(scope="module")
def faces() -> list[Postures]:
    return list(drawn(RESULTS, DRAWS))


def test_they_are_the_same_every_time():
    assert list(drawn(RESULTS, 7)) == list(drawn(RESULTS, 7))
    assert list(islice(drawn(RESULTS, 40), 7)) == list(drawn(RESULTS, 7))


def test_other_movements_do_not_change_them():
    fewer = [result for result in RESULTS if result.task is not Task.FULL_SMILE]
    for one, other in zip(drawn(RESULTS, 10), drawn(fewer[::-1], 10), strict=True):
        assert {task: one[task] for task in other} == other


def mirrored(result: PostureResult) -> PostureResult:
    swapped = {
        name: getattr(result, name).model_copy(
            update={"right": getattr(result, name).left, "left": getattr(result, name).right}
        )
        for name in (*NAMES, "fissure_mm")
    }
    return result.model_copy(update=swapped)


def test_a_mirrored_face_has_mirrored_errors():
    faces, swapped = list(drawn(RESULTS, 20)), list(drawn([mirrored(result) for result in RESULTS], 20))
    for k in range(20):
        for task in (Task.REST, Task.FULL_SMILE):
            assert faces[k][task].right == swapped[k ^ 1][task].left
            assert faces[k][task].left == swapped[k ^ 1][task].right


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", NAMES)
def test_means_and_spreads_of_places_at_rest(faces: list[Postures], name: str, side: Side):
    values = table(faces, Task.REST, name, side)
    value = getattr(measured(RESULTS)[Task.REST].side(side), name)
    scale = 0 if name.endswith("_deg") else SCALE_SD * value
    sd = np.hypot(place_sd(name), scale)
    assert values.mean() == pytest.approx(value, abs=4 * sd / DRAWS**0.5 + 1e-9)
    assert values.std() == pytest.approx(sd, rel=0.06, abs=1e-3)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", NAMES)
def test_places_cancel_in_changes(faces: list[Postures], name: str, side: Side):
    changes = table(faces, Task.FULL_SMILE, name, side) - table(faces, Task.REST, name, side)
    (result,) = (result for result in RESULTS if result.task is Task.FULL_SMILE)
    known = measured(RESULTS)
    change = getattr(known[Task.FULL_SMILE].side(side), name) - getattr(known[Task.REST].side(side), name)
    scale = 0 if name.endswith("_deg") else SCALE_SD * change
    sd = np.hypot(getattr(getattr(result, name), side.value).sd, scale)
    assert changes.mean() == pytest.approx(change, abs=4 * sd / DRAWS**0.5 + 1e-3)
    assert changes.std() == pytest.approx(sd, rel=0.06)


def test_the_scale_is_common_to_all_lengths(faces: list[Postures]):
    ups = [table(faces, task, "commissure_up_mm", side) for task in (Task.REST, Task.FULL_SMILE) for side in Side]
    # 65 mm x 4.2 % = 2.8 mm of scale beside 0.8 mm of place
    assert np.corrcoef(ups).min() > 0.85


def test_an_odd_number_of_them():
    assert len(list(drawn(RESULTS, 3))) == 3
