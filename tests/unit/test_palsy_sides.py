from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from analysis.palsy.co_movement import find_co_movements
from analysis.palsy.draws import drawn, measured
from analysis.palsy.measuring import measure_postures
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Posture, Region, Task
from analysis.palsy.results import AffectedSide, Measured, RegionResult
from analysis.palsy.settings import PalsySettings
from analysis.palsy.sides import SideVerdict, affected_side, between, regions, stronger
from analysis.palsy.task_settings import TaskSettings
from analysis.palsy.tasks import find_tasks
from analysis.values import Interval, Side, Status
from tests.palsy_faces import Face, Movements
from tests.palsy_patients import Patient

SETTINGS, PATTERN = PalsySettings(), PatternSettings()


def sure(value: float, high: float | None = None) -> Measured:
    return Measured(value=value, interval=Interval(low=value, high=value if high is None else high))


def region(which: Region, right: float, left: float, *, share_high: float | None = None) -> RegionResult:
    share = min(right, left) / max(right, left)
    return RegionResult(
        region=which, status=Status.GOOD, right=sure(right), left=sure(left), share=sure(share, share_high)
    )


def side_of(found: Sequence[RegionResult], synkinetic: Mapping[Side, str]) -> SideVerdict:
    return affected_side(found, synkinetic, PATTERN, closed_share=SETTINGS.closed_share)


def test_the_weak_side_is_affected():
    found = (region(Region.BROW, 3, 9), region(Region.SMILE, 11, 12))
    verdict = side_of(found, {})
    assert verdict.side is AffectedSide.RIGHT
    assert verdict.evidence == ("the right side moves less far than the other: brow 33 %",)


def test_even_sides_are_not_affected():
    found = (region(Region.BROW, 9, 9), region(Region.SMILE, 10, 12))
    assert side_of(found, {}).side is AffectedSide.NONE


def test_a_weakness_within_error_is_none():
    assert side_of((region(Region.BROW, 6, 9, share_high=1.01),), {}).side is AffectedSide.NONE
    assert side_of((region(Region.BROW, 6, 9, share_high=0.99),), {}).side is AffectedSide.RIGHT


def test_sides_that_are_weak_in_different_regions_are_indeterminate():
    found = (region(Region.BROW, 3, 9), region(Region.SMILE, 12, 5))
    assert side_of(found, {}).side is AffectedSide.INDETERMINATE


def test_synkinesis_says_which_side_where_weakness_does_not():
    even = (region(Region.SMILE, 12, 12),)
    assert side_of(even, {Side.LEFT: "synkinesis"}).side is AffectedSide.LEFT
    both = {Side.LEFT: "one", Side.RIGHT: "other"}
    assert side_of(even, both).side is AffectedSide.INDETERMINATE


def test_what_moves_along_on_the_sound_side_is_no_evidence():
    weak = (region(Region.SMILE, 4, 12),)
    verdict = side_of(weak, {Side.LEFT: "the left eye narrows"})
    assert verdict.side is AffectedSide.RIGHT
    assert "the left eye narrows" not in verdict.evidence
    verdict = side_of(weak, {Side.RIGHT: "the right eye narrows"})
    assert verdict.evidence[-1] == "the right eye narrows"


def test_nothing_judged_is_indeterminate():
    unjudged = RegionResult(region=Region.BROW, status=Status.NOT_ASSESSABLE, reason="not seen: brow raise")
    assert side_of((unjudged,), {}).side is AffectedSide.INDETERMINATE
    assert side_of((), {}).side is AffectedSide.INDETERMINATE


def test_between_holds_the_value():
    spread = between(0.5, np.linspace(0, 1, 1001))
    assert (spread.interval.low, spread.interval.high) == pytest.approx((0.025, 0.975))
    assert between(2.0, [0.0, 1.0]).interval.high == 2.0
    assert between(-2.0, [0.0, 1.0]).interval.low == -2.0


def test_regions_of_a_face_without_error():
    postures = dict(Face(weak=Movements(brow=0.5, gentle=0.25, smile=0.0)).examined().postures)
    found = {one.region: one for one in regions(postures, [postures], SETTINGS)}
    shares = {which: one.share.value for which, one in found.items() if one.share}
    assert shares[Region.BROW] == pytest.approx(0.5)
    assert shares[Region.EYE_GENTLE] == pytest.approx(0.25, abs=0.011)
    assert shares[Region.SMILE] == 0
    assert shares[Region.PUCKER] == pytest.approx(1)
    brow = found[Region.BROW]
    assert brow.right is not None
    assert brow.left is not None
    assert (brow.right.value, brow.left.value) == pytest.approx((5, 10))


@pytest.mark.parametrize("absent", [Task.BROW_RAISE, Task.FULL_SMILE, Task.SNARL])
def test_a_region_whose_task_is_missing_says_so(absent: Task):
    postures = {task: one for task, one in Face().examined().postures.items() if task is not absent}
    unjudged = [one for one in regions(postures, [postures], SETTINGS) if one.share is None]
    assert len(unjudged) == 1
    assert unjudged[0].reason is not None
    assert "not seen" in unjudged[0].reason
    assert unjudged[0].right is None


def test_a_region_that_neither_side_moved_is_not_judged():
    still = Movements.all_at(0)
    postures = dict(Face(weak=still, sound=still).examined().postures)
    assert [one.share for one in regions(postures, [postures], SETTINGS)] == [None] * len(Region)


@pytest.mark.parametrize("which", list(Region))
def test_stronger(which: Region):
    weak_right, weak_left = (dict(Face(affected=side, weak=Movements.all_at(0.4)).examined().postures) for side in Side)
    assert stronger(weak_right, which) is Side.LEFT
    assert stronger(weak_left, which) is Side.RIGHT
    swapped = {task: Posture(right=one.left, left=one.right) for task, one in weak_right.items()}
    assert stronger(swapped, which) is Side.RIGHT


def test_no_side_of_a_healthy_face_is_called_affected():
    """Healthy faces that squint in a smile, with noise and a head that drifts unseen."""
    tasks = TaskSettings()
    squinting = Movements(narrowing=0.3)
    verdicts: Counter[AffectedSide] = Counter()
    for seed in range(60):
        face = Face(weak=squinting, sound=squinting)
        patient = Patient(face=face, repetitions=1, noise_mm=0.25, drift_mm=0.5, seed=seed)
        courses, rest = patient.courses(), patient.rest()
        found = find_tasks(courses, rest, tasks)
        along = find_co_movements(courses, rest, found, tasks)
        assert not [one for one in along if one.ratio >= PATTERN.synkinesis_ratio]
        postures = measure_postures(courses, rest, found, patient.trust(), source=None)
        shown = regions(measured(postures), list(drawn(postures, 20)), SETTINGS)
        verdicts[side_of(shown, {}).side] += 1
    assert verdicts == {AffectedSide.NONE: 60}
