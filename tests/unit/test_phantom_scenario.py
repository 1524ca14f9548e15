"""What a phantom does in time, without pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import PhantomError
from analysis.phantom import lips
from analysis.phantom.courses import Course, Hold, Twitching
from analysis.phantom.filming import CLOCK_HZ, exposures, frame_times
from analysis.phantom.lids import _came_from
from analysis.phantom.presets import FULL_SMILE_IOD, PRESETS, smile, twitch
from analysis.phantom.scenario import LARGEST, Action, Camera, Cut, Head, Kind, Movement, Part, Scenario

HOLD = Hold(onset_s=1, rise_s=0.5, hold_s=1, fall_s=0.25)
COURSES: list[Course] = [
    HOLD,
    Hold(onset_s=0.2, rise_s=0.09, fall_s=0.14),
    Twitching(onset_s=1, lasts_s=3, frequency_hz=5),
]


@pytest.mark.parametrize("course", COURSES)
def test_a_course_rests_before_and_after_and_is_full_at_its_peak(course: Course) -> None:
    assert course.share(course.onset_s - 1e-6) == 0
    assert course.share(course.end_s + 1e-6) == 0
    assert course.share(course.peak_s) == pytest.approx(1)
    shares = [course.share(t) for t in np.arange(0, 6, 0.001)]
    assert min(shares) == 0
    assert max(shares) <= 1
    assert np.abs(np.diff(shares)).max() < 0.05


def test_a_lag_moves_one_side_only() -> None:
    movement = smile(1.0, left_lag_s=0.1)
    scenario = Scenario(duration_s=5, movements=(movement,))
    for t in (1.0, 1.2, 1.4, 2.9):
        right, left = scenario.expression(t).mouth
        assert left == pytest.approx(scenario.expression(t - 0.1).mouth[0])
        assert right == pytest.approx(FULL_SMILE_IOD * movement.course.share(t))


def test_amounts_of_one_moment_add_up_and_the_stronger_closure_holds() -> None:
    at = Hold(onset_s=0, rise_s=0.1, hold_s=1, fall_s=0.1)
    scenario = Scenario(
        duration_s=1,
        movements=(
            Movement(
                kind=Kind.SMILE,
                parts=(Part(action=Action.MOUTH, right=0.05), Part(action=Action.LIDS, right=0.4)),
                course=at,
            ),
            Movement(
                kind=Kind.BLINK,
                parts=(Part(action=Action.LIDS, right=1, left=1), Part(action=Action.MOUTH, right=0.02)),
                course=at,
            ),
        ),
    )
    expression = scenario.expression(0.5)
    assert expression.mouth == pytest.approx((0.07, 0))
    assert expression.lids == (1, 1)


@pytest.mark.parametrize("action", list(Action))
def test_what_would_fold_the_skin_is_refused(action: Action) -> None:
    def scenario(amount: float) -> Scenario:
        part = Part(action=action, left=amount)
        return Scenario(duration_s=1, movements=(Movement(kind=Kind.TWITCH, parts=(part,), course=HOLD),))

    assert getattr(scenario(LARGEST[action]).expression(1.6), action) == (0, LARGEST[action])
    with pytest.raises(PhantomError, match=f"the phantom's {action} would move by"):
        scenario(LARGEST[action] * 1.01).expression(1.6)
    with pytest.raises(PhantomError, match="choose amounts from 0"):
        scenario(-0.01)


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        ({"fps": 0.5}, "1 to 240"),
        ({"fps": 241}, "1 to 240"),
        ({"rate_jitter": 1}, "0 to 0.8"),
        ({"width": 641}, "even numbers"),
        ({"height": 10}, "64 x 64"),
        ({"jpeg_quality": 0}, "1 to 100"),
    ],
)
def test_an_impossible_camera_is_refused(camera: dict[str, float], words: str) -> None:
    with pytest.raises(PhantomError, match=words):
        Camera(**camera)  # type: ignore[arg-type]


def test_an_impossible_head_or_length_is_refused() -> None:
    with pytest.raises(PhantomError, match="at most 15"):
        Head(yaw_deg=-16)
    with pytest.raises(PhantomError, match="cannot last 0 s"):
        Scenario(duration_s=0)
    with pytest.raises(PhantomError, match="cannot move 0 times"):
        PRESETS["smile"].scenario(0)


def test_a_cut_and_a_head_that_leaves() -> None:
    head = Head(sway_iod=0, cuts=(Cut(at_s=1, dx_iod=0.5, scale=1.2),), leaves_at_s=2, leaving_iod_s=3)
    assert (head.pose(0.99).dx_iod, head.pose(0.99).scale) == (0, 1)
    assert (head.pose(1.0).dx_iod, head.pose(1.0).scale) == (0.5, 1.2)
    assert head.pose(3.0).dx_iod == pytest.approx(0.5 + 3)


@given(fps=st.floats(24, 240), jitter=st.floats(0, 0.8), duration=st.floats(0.1, 5))
def test_the_times_of_frames_grow_and_keep_the_mean_rate(fps: float, jitter: float, duration: float) -> None:
    times = frame_times(Camera(fps=fps, rate_jitter=jitter), duration)
    assert times[0] == 0
    assert len(times) == max(round(duration * fps), 1)
    steps = np.diff(times)
    assert (steps > 0).all()
    if len(times) > 1:
        assert steps.max() <= (1 + jitter) / (1 - jitter if jitter < 1 else 1) / fps + 2 / CLOCK_HZ
        if jitter > 0.1 and len(times) > 5:
            assert steps.std() > 0
        assert steps.mean() == pytest.approx(1 / fps, rel=jitter + 0.01)


def test_the_middle_of_an_exposure_is_the_frames_time() -> None:
    assert exposures(Camera(), 1.0) == (1.0,)
    blurred = exposures(Camera(exposure_s=0.02), 1.0)
    assert len(blurred) > 1
    assert np.mean(blurred) == pytest.approx(1.0)
    assert np.ptp(blurred) <= 0.02


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_stays_within_what_the_skin_allows(name: str) -> None:
    scenario = PRESETS[name].scenario()
    moments = [scenario.expression(t) for t in np.arange(0, scenario.duration_s, 0.02)]
    largest = max(max(getattr(e, action)) for e in moments for action in Action)
    assert (largest > 0) == (name != "rest")
    assert moments[0] == moments[-1]  # at rest


def test_a_twitch_of_any_region_and_frequency() -> None:
    movement = twitch(1, Action.BROW, 3, left=0.02)
    scenario = Scenario(duration_s=5, movements=(movement,))
    brow = np.array([scenario.expression(t).brow[1] for t in np.arange(1, 4, 0.001)])
    spectrum = np.abs(np.fft.rfft(brow - brow.mean()))
    assert np.fft.rfftfreq(len(brow), 0.001)[spectrum.argmax()] == pytest.approx(3)
    assert movement.frequency_hz == 3


def test_rest_is_added_to_every_moment_and_a_closure_closes_what_rest_leaves_open() -> None:
    scenario = Scenario(
        duration_s=3,
        movements=(
            Movement(
                kind=Kind.CLOSURE,
                parts=(Part(action=Action.LIDS, right=0.5, left=0.5), Part(action=Action.DROOP, right=0.01)),
                course=HOLD,
            ),
        ),
        rest=(Part(action=Action.LIDS, right=0.5), Part(action=Action.DROOP, right=0.04)),
    )
    assert scenario.expression(0.5).lids == (0.5, 0)
    assert scenario.expression(0.5).droop == (0.04, 0)
    assert scenario.expression(1.6).lids == (0.75, 0.5)
    assert scenario.expression(1.6).droop == pytest.approx((0.05, 0))
    with pytest.raises(PhantomError, match="droop would move by"):
        Scenario(duration_s=1, rest=(Part(action=Action.DROOP, left=0.09),)).expression(0)


@given(
    moved=st.floats(0, 0.08),
    red=st.floats(0, 0.15),
    reach=st.floats(0.16, 0.5),
    height=st.floats(-0.3, 0.9),
)
def test_skin_beyond_a_lip_comes_from_where_it_was(moved: float, red: float, reach: float, height: float) -> None:
    """The inverse against the forward movement; the lip's red goes as a whole, nothing beyond the reach does."""
    at = [np.array(value) for value in (height, moved, red, reach)]
    before = lips.came_from(*at)
    assert float(before + moved * lips.follows(before, at[2], at[3])) == pytest.approx(height, abs=1e-5)
    assert float(lips.follows(np.array(red), at[2], at[3])) == 1
    assert float(lips.follows(np.array(red + reach), at[2], at[3])) == pytest.approx(0, abs=1e-12)
    if height - moved <= red:
        assert float(before) == pytest.approx(height - moved, abs=1e-5)


@given(
    moved=st.floats(0, 0.2),
    hidden=st.floats(0, 0.08),
    reach=st.floats(0.12, 0.25),
    height=st.floats(-0.2, 0.3),
)
def test_stretched_skin_comes_from_where_it_was(moved: float, hidden: float, reach: float, height: float) -> None:
    """The inverse against the forward movement that the docstring states."""
    came_from, stretch = (float(value) for value in _came_from(*(np.array(v) for v in (height, moved, hidden, reach))))
    if came_from < hidden:
        assert height < -moved + 1e-9 or came_from == pytest.approx(hidden, abs=1e-9)
        return
    share = max(reach - came_from, 0) / (reach - hidden)
    assert came_from - (moved + hidden) * share**2 == pytest.approx(height, abs=1e-9)
    assert stretch >= 1
