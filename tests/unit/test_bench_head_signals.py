from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.bench.drawn import IOD_PX, Drawn
from tests.bench.head_signals import in_plain_frame, main_axis, signals
from tests.bench.judging import HEAD_FRAMES, HeadFrame, compare, judge, mouth_response
from tests.bench.peers import PeerMissing
from tests.bench.reading import Clip, Picture, Points, Reading, as_complex, as_points
from tests.bench.side_relations import known_movement, real_movement
from tests.bench.spliced import Kind, Source

TIME_S = np.arange(90) / 30
SMILE = 0.1 * np.clip(np.sin(2 * np.pi * 0.5 * TIME_S), 0, None)
STILL = np.zeros_like(SMILE)
OUTWARD = (-1.0, 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """A drawn face as a clip whose truth is known."""

    drawn: Drawn

    @property
    def truth(self) -> Reading:
        return self.drawn.reading

    def frames(self) -> Iterator[tuple[Picture, float]]:
        return zip(self.drawn.pictures, self.drawn.time_s.tolist(), strict=True)

    def to_head(self, points: Points) -> Points:
        head = (as_complex(points) - self.drawn.shift[:, None]) / self.drawn.turn[:, None]
        return as_points(head * IOD_PX)


def _less(reading: Reading, drawn: Drawn, gain: float, leak: float) -> Reading:
    """As a system that under-reads the right corner's movement and shows some of it in the left one."""
    axis = as_points(drawn.turn)
    right = reading.right.commissure + axis * ((1 - gain) * drawn.right)[:, None]
    left = reading.left.commissure + axis * (leak * drawn.right)[:, None]
    return replace(reading, right=replace(reading.right, commissure=right), left=replace(reading.left, commissure=left))


def test_the_plain_frame_takes_the_head_away() -> None:
    read = signals(in_plain_frame(Drawn(time_s=TIME_S, right=SMILE, left=STILL).reading), mouth_axis=OUTWARD)
    assert np.ptp(read.mouth.left) < 1e-9
    assert np.ptp(read.brow.right) < 1e-9
    np.testing.assert_allclose(read.mouth.right - read.mouth.right[0], SMILE, atol=1e-9)
    assert read.lid.right == pytest.approx(np.full(len(TIME_S), 0.12))


def test_outward_and_up_are_positive_on_both_sides() -> None:
    read = signals(in_plain_frame(Drawn(time_s=TIME_S, right=SMILE, left=SMILE).reading), mouth_axis=OUTWARD)
    np.testing.assert_allclose(read.mouth.right - read.mouth.right[0], SMILE, atol=1e-9)
    np.testing.assert_allclose(read.mouth.left - read.mouth.left[0], SMILE, atol=1e-9)
    assert (read.brow.right > 0).all()


def test_pictures_without_a_face_stay_empty() -> None:
    reading = Drawn(time_s=TIME_S, right=SMILE, left=STILL).reading
    lost = reading.moved(lambda points: np.where((TIME_S > 1)[:, None, None], np.nan, points))
    assert lost.seen.sum() == 31
    read = signals(in_plain_frame(lost), mouth_axis=OUTWARD)
    assert np.isnan(read.mouth.right[40:]).all()
    assert np.isfinite(read.mouth.right[:31]).all()


def test_a_mirror_swaps_the_sides() -> None:
    drawn = Drawn(time_s=TIME_S, right=SMILE, left=STILL).reading
    mirror = drawn.flipped(320)
    assert mirror.right.commissure[:, 0] == pytest.approx(319 - drawn.left.commissure[:, 0])
    assert (mirror.right.inner_canthus[:, 0] < mirror.left.inner_canthus[:, 0]).all()
    back = mirror.flipped(320)
    np.testing.assert_allclose(back.left.brow, drawn.left.brow)


def test_without_irises_the_middle_of_the_canthi_is_the_eye() -> None:
    reading = Drawn(time_s=TIME_S, right=STILL, left=STILL).reading
    nothing = np.full((len(TIME_S), 2), np.nan)
    blind = replace(reading, right=replace(reading.right, iris=nothing), left=replace(reading.left, iris=nothing))
    assert blind.iod_px == pytest.approx(reading.iod_px)


def test_main_axis_is_that_of_the_movement() -> None:
    along = np.outer(SMILE, (-0.8, -0.6))
    assert main_axis(along) == pytest.approx((-0.8, 0.6))


@pytest.mark.parametrize("head_frame", HEAD_FRAMES)
def test_judgement_finds_what_a_system_does(head_frame: HeadFrame) -> None:
    drawn = Drawn(time_s=TIME_S, right=SMILE, left=STILL)
    mouth, lid, _ = judge(compare(_less(drawn.reading, drawn, 0.7, 0.2), Known(drawn=drawn), head_frame))
    assert mouth.one is not None
    assert mouth.one.moving == "right"
    assert mouth.one.gain == pytest.approx(0.7)
    assert mouth.one.leak == pytest.approx(0.2)
    assert mouth.ratio == pytest.approx(0.2 / 0.7)
    assert mouth.true_ratio == pytest.approx(0, abs=1e-9)
    assert mouth.r == pytest.approx(1)
    assert lid.one is None


def test_judgement_of_a_mirrored_clip_is_of_the_other_side() -> None:
    drawn = Drawn(time_s=TIME_S, right=STILL, left=SMILE)
    mouth = judge(compare(drawn.reading, Known(drawn=drawn), "plain"))[0]
    assert mouth.one is not None
    assert mouth.one.moving == "left"
    assert mouth.one.gain == pytest.approx(1)
    assert mouth.one.leak == pytest.approx(0, abs=1e-9)


def test_response_of_a_smoothing_system() -> None:
    twitch = 0.02 * np.sin(2 * np.pi * 5 * TIME_S)
    drawn = Drawn(time_s=TIME_S, right=twitch, left=STILL)
    answer = mouth_response(compare(_less(drawn.reading, drawn, 0.3, 0), Known(drawn=drawn), "true"), 5, (0.5, 2.5))
    assert answer.gain == pytest.approx(0.3)
    assert answer.lag_s == pytest.approx(0, abs=1e-6)


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaky:
    """A system that reads 70 % of the right corner's movement, and shows 20 % of it in the left."""

    drawn: Drawn
    name: str = "leaky"

    def read(self, clip: Clip) -> Reading:
        assert sum(1 for _ in clip) == len(self.drawn.time_s)
        return _less(self.drawn.reading, self.drawn, 0.7, 0.2)


class Absent:
    """A system that is not there."""

    name = "absent"

    def read(self, clip: Clip) -> Reading:
        raise PeerMissing("install it")


def test_a_table_of_known_movement_has_a_row_for_each_frame_and_region() -> None:
    drawn = Drawn(time_s=TIME_S, right=SMILE, left=STILL)
    table = known_movement([Leaky(drawn=drawn), Absent()], {"smile": Known(drawn=drawn)})
    assert [row[1:4] for row in table.rows] == [
        ("leaky", head_frame, region) for head_frame in HEAD_FRAMES for region in ("mouth", "lid", "brow")
    ]
    assert [table.rows[row][4:6] for row in (0, 3)] == [pytest.approx((0.7, 0.2))] * 2
    assert table.rows[1][-1] == pytest.approx(0, abs=1e-6)
    assert table.remarks[-1] == "absent left out. install it."


def test_a_recording_that_is_absent_is_said_to_be_so() -> None:
    source = Source(file="nowhere.mp4", first=0, last=9, still=0, kinds=tuple(Kind))
    table = real_movement([Absent()], {"none": source})
    assert table.rows == ()
    assert "none left out: nowhere.mp4 is not beside the project." in table.remarks
