"""Photographs: measured, compared with one another where they say what they show, never graded."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.palsy.combining import combine
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import HalfPosture, Region, Task
from analysis.palsy.results import Palsy, StillResult
from analysis.palsy.settings import PalsySettings
from analysis.palsy.stills import compare_stills, measure_still
from analysis.values import Side, Status
from tests.palsy_faces import Face, Movements
from tests.palsy_patients import Patient
from tests.synthetic_faces import PX_PER_MM, SHAPE

SETTINGS, PATTERN = PalsySettings(), PatternSettings(draws=50)
NEVER = np.zeros(1, dtype=np.bool_)
SEEN = np.ones(1, dtype=np.bool_)
HEAD = (SHAPE * PX_PER_MM)[None]


def still(task: Task | None, face: Face, *, shows: Task | None) -> StillResult:
    """A photograph of a made-up face."""
    from analysis.palsy.measuring import MEASURES, both, place_sd, with_interval

    posture = face.examined().postures[task or Task.REST]

    def of(name: str, half: HalfPosture) -> float:
        return 0.0 if name == "commissure_travel_mm" else float(getattr(half, name))

    return StillResult(
        shows=shows,
        source="1.2.3",
        **{
            name: both(
                *(with_interval(name, of(name, posture.side(side)), place_sd(name)) for side in (Side.RIGHT, Side.LEFT))
            )
            for name in MEASURES
        },
    )


def test_a_photograph_is_measured_and_not_graded() -> None:
    palsy = measure_still(HEAD, SEEN, (NEVER, NEVER), mm_per_px=1 / PX_PER_MM, label=None, source="1.2.3")
    assert palsy.status is Status.LIMITED
    assert palsy.affected_side is None
    assert palsy.house_brackmann is None
    (shown,) = palsy.stills
    assert shown.shows is None
    assert shown.fissure_mm is not None
    assert shown.fissure_mm.right.value == pytest.approx(9.5, abs=0.01)
    assert shown.commissure_out_mm.left.value == pytest.approx(24.6, abs=0.01)
    assert shown.brow_height_mm.right.value == pytest.approx((45 + 47 + 45) / 3 - 26, abs=0.01)


def test_lids_behind_dark_glasses_are_not_measured() -> None:
    palsy = measure_still(HEAD, SEEN, (SEEN, NEVER), mm_per_px=1 / PX_PER_MM, label=Task.REST, source=None)
    assert palsy.stills[0].fissure_mm is None
    assert palsy.stills[0].brow_height_mm is not None


def test_photographs_of_rest_and_movements_give_what_moved_between_them() -> None:
    face = Face(weak=Movements(brow=0.5, smile=0.25, full=0.4))
    shown = [still(task, face, shows=task) for task in (Task.FULL_SMILE, Task.REST, Task.BROW_RAISE, Task.FULL_CLOSURE)]
    palsy = compare_stills(shown, SETTINGS, PATTERN)
    shares = {region.region: region.share.value for region in palsy.regions if region.share}
    assert shares[Region.SMILE] == pytest.approx(0.25, abs=0.01)
    assert shares[Region.BROW] == pytest.approx(0.5, abs=0.01)
    assert shares[Region.EYE_FULL] == pytest.approx(0.4, abs=0.02)
    assert set(shares) == {Region.SMILE, Region.BROW, Region.EYE_FULL}
    assert palsy.house_brackmann is None
    assert palsy.pattern is None
    assert Task.PUCKER in palsy.missing_tasks


def test_less_exact_than_the_same_face_on_video() -> None:
    face = Face(weak=Movements(smile=0.5))
    filmed = Patient(face=face).examined()
    photographed = compare_stills([still(t, face, shows=t) for t in (Task.REST, Task.FULL_SMILE)], SETTINGS, PATTERN)

    def width(palsy: Palsy) -> float:
        (share,) = (one.share for one in palsy.regions if one.region is Region.SMILE and one.share)
        return share.interval.high - share.interval.low

    assert width(photographed) > width(filmed)


@pytest.mark.parametrize("labels", [(None, None), (Task.FULL_SMILE, None), (Task.REST, None), (Task.FULL_SMILE,) * 2])
def test_without_rest_and_a_labelled_movement_nothing_is_compared(labels: tuple[Task | None, ...]) -> None:
    shown = [still(Task.FULL_SMILE, Face(), shows=label) for label in labels]
    palsy = compare_stills(shown, SETTINGS, PATTERN)
    assert palsy.regions == ()
    assert len(palsy.stills) == 2


def test_photographs_beside_a_video_are_shown_and_do_not_count() -> None:
    filmed = Patient(face=Face(weak=Movements.all_at(0.4))).examined()
    photographs = Palsy(status=Status.LIMITED, stills=(still(Task.FULL_SMILE, Face(), shows=Task.FULL_SMILE),))
    together = combine([filmed, photographs], SETTINGS, PATTERN)
    alone = combine([filmed], SETTINGS, PATTERN)
    assert together is not None
    assert alone is not None
    assert together.house_brackmann == alone.house_brackmann
    assert len(together.stills) == 1
    only = combine([photographs], SETTINGS, PATTERN)
    assert only is not None
    assert only.house_brackmann is None
