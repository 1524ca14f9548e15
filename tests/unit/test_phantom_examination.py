"""A whole examination of a face whose palsy is known, without pictures."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import PhantomError
from analysis.palsy.postures import Task
from analysis.phantom.examination import ORDER, Palsy, examination
from analysis.phantom.movements import REST_S
from analysis.phantom.presets import PRESETS, ExaminationPreset
from analysis.phantom.scenario import Action, Camera, Expression, Head, Kind, Movement, Scenario
from analysis.values import Side

WEAK = Palsy(
    side=Side.LEFT,
    brow=0.1,
    eye=0.8,
    eye_gentle=0.6,
    smile=0.3,
    upper_lip=0.4,
    pucker=0.5,
    lower_lip=0.7,
    droop_iod=0.02,
    narrow=0.25,
)


def ends(movement: Movement) -> tuple[float, float]:
    """When the first side begins and the last one is back."""
    return (
        movement.course.onset_s + min(movement.left_lag_s, 0),
        movement.course.end_s + max(movement.left_lag_s, 0),
    )


def posture(scenario: Scenario, task: Task) -> Expression:
    """The face in the middle of a task."""
    (movement,) = [each for each in scenario.movements if each.task is task]
    return scenario.expression(movement.course.peak_s + max(movement.left_lag_s, 0) + 0.3)


@given(
    repetitions=st.integers(1, 3),
    without=st.sets(st.sampled_from(ORDER)),
    side=st.sampled_from(Side),
    lag_s=st.floats(0, 0.2),
)
def test_tasks_come_in_order_with_a_second_of_rest_around_each(
    repetitions: int, without: set[Task], side: Side, lag_s: float
) -> None:
    scenario = examination(Palsy(side=side, lag_s=lag_s), repetitions=repetitions, without=without)
    tasks = [movement.task for movement in scenario.movements]
    assert tasks == [task for task in ORDER if task not in without for _ in range(repetitions)]
    moments = [(0.0, 0.0), *(ends(movement) for movement in scenario.movements), (scenario.duration_s, 0.0)]
    for (_, end), (onset, _) in pairwise(moments):
        assert onset - end == pytest.approx(REST_S)


def test_every_task_but_rest_is_performed_and_every_one_is_a_kind() -> None:
    assert {*ORDER, Task.REST} == set(Task)
    assert {Kind(task.value) for task in ORDER} <= set(Kind)
    assert [movement.task for movement in PRESETS["smile"].scenario(1).movements] == [None]


def test_the_affected_side_goes_as_far_as_its_shares_say() -> None:
    scenario = examination(WEAK)
    leading = {
        Task.BROW_RAISE: (Action.BROW, 0.1),
        Task.SMALL_SMILE: (Action.MOUTH, 0.3),
        Task.FULL_SMILE: (Action.MOUTH, 0.3),
        Task.PUCKER: (Action.PUCKER, 0.5),
        Task.LOWER_TEETH: (Action.LOWER_LIP, 0.7),
        Task.SNARL: (Action.UPPER_LIP, 0.4),
        Task.FULL_CLOSURE: (Action.FROWN, 0.8),
    }
    for task, (action, share) in leading.items():
        right, left = getattr(posture(scenario, task), action)
        assert right > 0
        assert left / right == pytest.approx(share), task
    small, full = (posture(scenario, task).mouth[0] for task in (Task.SMALL_SMILE, Task.FULL_SMILE))
    assert small == pytest.approx(full / 2)


def test_closures_are_shares_of_the_eye_that_rest_leaves_open() -> None:
    scenario = examination(WEAK)
    assert scenario.expression(0).lids == (0, 0.25)
    assert posture(scenario, Task.GENTLE_CLOSURE).lids == pytest.approx((1, 1 - 0.75 * 0.4))
    assert posture(scenario, Task.FULL_CLOSURE).lids == pytest.approx((1, 1 - 0.75 * 0.2))


def test_a_corner_hangs_in_every_moment() -> None:
    scenario = examination(WEAK)
    for time_s in (0.0, 1.5, 7.0, scenario.duration_s):
        assert scenario.expression(time_s).droop == (0, 0.02)


def test_synkinesis_moves_what_nobody_asked_for_and_nothing_on_the_other_side() -> None:
    scenario = examination(Palsy(side=Side.RIGHT, ocular_oral=0.4, oral_ocular=0.5))
    full = posture(scenario, Task.FULL_SMILE).mouth[1]
    for task in (Task.BROW_RAISE, Task.GENTLE_CLOSURE, Task.FULL_CLOSURE):
        assert posture(scenario, task).mouth == pytest.approx((0.4 * full, 0))
    for task in (Task.FULL_SMILE, Task.PUCKER, Task.LOWER_TEETH, Task.SNARL):
        assert posture(scenario, task).lids == pytest.approx((0.5, 0))
    assert posture(scenario, Task.SMALL_SMILE).lids == pytest.approx((0.25, 0))
    healthy = examination(Palsy(side=Side.RIGHT))
    assert all(len({part.action for part in m.parts} - {Action.FROWN}) == 1 for m in healthy.movements)


@pytest.mark.parametrize("side", Side)
def test_the_affected_side_is_late(side: Side) -> None:
    scenario = examination(Palsy(side=side, lag_s=0.1), without=set(ORDER) - {Task.FULL_SMILE})
    late, early = (1, 0) if side is Side.LEFT else (0, 1)
    for time_s in (1.05, 1.2, 1.4):
        assert scenario.expression(time_s + 0.1).mouth[late] == pytest.approx(scenario.expression(time_s).mouth[early])
    assert scenario.expression(1.09).mouth[late] == 0 < scenario.expression(1.09).mouth[early]


def test_head_and_camera_are_those_that_were_asked_for() -> None:
    head, camera = Head(yaw_deg=5), Camera(fps=60)
    scenario = examination(WEAK, head=head, camera=camera)
    assert (scenario.head, scenario.camera) == (head, camera)


def test_what_is_no_palsy_is_refused() -> None:
    with pytest.raises(PhantomError, match=r"smile is a share and cannot be 1\.2"):
        Palsy(side=Side.LEFT, smile=1.2)
    with pytest.raises(PhantomError, match=r"eye_gentle is a share and cannot be -0\.1"):
        Palsy(side=Side.LEFT, eye_gentle=-0.1)
    with pytest.raises(PhantomError, match="2 s late"):
        Palsy(side=Side.LEFT, lag_s=2)
    with pytest.raises(PhantomError, match=r"cannot move by -0\.01"):
        examination(replace(WEAK, droop_iod=-0.01))
    with pytest.raises(PhantomError, match=r"droop would move by 0\.2"):
        examination(replace(WEAK, droop_iod=0.2)).expression(0)
    with pytest.raises(PhantomError, match="cannot move 0 times"):
        PRESETS["exam-normal"].scenario(0)
    with pytest.raises(PhantomError, match="without rest"):
        examination(WEAK, without={Task.REST})


def test_presets_of_examinations_are_named_after_what_is_wrong() -> None:
    exams = {name: preset for name, preset in PRESETS.items() if isinstance(preset, ExaminationPreset)}
    assert [name for name in PRESETS if name.startswith("exam-")] == list(exams)
    for name, preset in exams.items():
        assert preset.about
        healthy = preset.palsy == Palsy(side=preset.palsy.side)
        assert healthy == (name == "exam-normal")
        assert healthy or name.endswith(preset.palsy.side)
        assert 20 < preset.scenario().duration_s < 30
        assert len(preset.scenario(2).movements) == 2 * len(ORDER)
