from __future__ import annotations

import pytest

from analysis.phantom import Phantom
from analysis.phantom.examination import ORDER


def test_an_examination_writes_down_tasks_amounts_and_what_hangs() -> None:
    truth = Phantom("exam-flaccid-right", fps=10).truth
    assert [event.task for event in truth.events] == [str(task) for task in ORDER]
    assert (truth.rest.droop.right, truth.rest.droop.left, truth.rest.lids.right) == (0.05, 0, 0)
    assert truth.right.commissure_up_iod[0] == pytest.approx(-0.97 * 0.05)
    assert truth.left.commissure_up_iod[0] == 0
    assert truth.right_iod[0] < 0
    events = {event.task: event for event in truth.events}
    assert events["brow_raise"].side == "left"
    teeth, snarl = events["lower_teeth"].amounts.lower_lip, events["snarl"].amounts.upper_lip
    assert teeth.right / teeth.left == pytest.approx(snarl.right / snarl.left) == pytest.approx(0.1)
    assert min(truth.left.lower_lip_up_iod) == pytest.approx(-teeth.left, rel=0.01)
    assert max(truth.left.upper_lip_up_iod[200:]) == pytest.approx(snarl.left, rel=0.01)
    mixed = Phantom("exam-mixed-left", fps=10).truth.events
    assert {event.left_lag_s for event in mixed} == {0.08}
    assert [event.amounts.lids.left > 0 for event in mixed] == [False] + 7 * [True]
    assert [event.amounts.mouth.left > 0 for event in mixed] == 5 * [True] + 3 * [False]
    assert Phantom("smile", smiles=1, fps=10).truth.events[0].task is None
