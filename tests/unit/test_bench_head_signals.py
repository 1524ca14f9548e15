from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.bench.drawn import Drawn
from tests.bench.head_signals import in_plain_frame, main_axis, signals
from tests.bench.peers import PeerMissing
from tests.bench.reading import Clip, Reading
from tests.bench.side_relations import real_movement
from tests.bench.spliced import Kind, Source

TIME_S = np.arange(90) / 30
SMILE = 0.1 * np.clip(np.sin(2 * np.pi * 0.5 * TIME_S), 0, None)
STILL = np.zeros_like(SMILE)
OUTWARD = (-1.0, 0.0)


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


class Absent:
    """A system that is not there."""

    name = "absent"

    def read(self, clip: Clip) -> Reading:
        raise PeerMissing("install it")


def test_a_recording_that_is_absent_is_said_to_be_so() -> None:
    source = Source(file="nowhere.mp4", first=0, last=9, still=0, kinds=tuple(Kind))
    table = real_movement([Absent()], {"none": source})
    assert table.rows == ()
    assert "none left out: nowhere.mp4 is not beside the project." in table.remarks
