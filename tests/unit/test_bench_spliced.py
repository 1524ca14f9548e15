from __future__ import annotations

import numpy as np
import pytest

from analysis import model
from tests.bench.drawn import Drawn, spots
from tests.bench.fidelity import Sides, relation
from tests.bench.reading import Points
from tests.bench.spliced import SOURCES, Kind, Spliced, real_clip, splice
from tests.bench.spliced_pose import JITTER_IOD, slow_error, track_head

TIME_S = np.arange(60) / 30
RIGHT = 0.06 * np.sin(2 * np.pi * 1.1 * TIME_S) + 0.03 * np.sin(2 * np.pi * 0.4 * TIME_S)
LEFT = 0.08 * np.sin(2 * np.pi * 2.3 * TIME_S)
DRAWN = Drawn(time_s=TIME_S, right=RIGHT, left=LEFT)
PX = 0.1


def _spliced(kind: Kind) -> Spliced:
    return splice(kind, DRAWN.pictures, TIME_S, DRAWN.meshes, still=7)


def _corners(clip: Spliced) -> Points:
    """(n, 2, 2) px of the median face, in the clip's own head coordinates."""
    middles = DRAWN.shift.real[clip.shift :]
    return clip.to_head(np.array([spots(rgb, x) for (rgb, _), x in zip(clip.frames(), middles, strict=True)]))


def test_the_head_is_followed() -> None:
    track = track_head(DRAWN.meshes, 30, jitter_iod=0)
    inside = slice(10, -10)
    np.testing.assert_allclose(track.shift[inside], DRAWN.shift[inside], atol=0.3)
    np.testing.assert_allclose(track.turn[inside], DRAWN.turn[inside], atol=0.3)
    np.testing.assert_allclose(track.offset, 0, atol=0.01)
    z = np.array([100 + 50j, 200 + 130j])
    np.testing.assert_allclose(track.to_picture(5, track.to_head(5, z)), z)
    np.testing.assert_allclose(track.from_mirror(5, track.to_mirror(5, z)), z)


def test_the_midline_carries_a_slow_error() -> None:
    error = slow_error(np.arange(3000) / 30, rms=JITTER_IOD, seed=3)
    assert error.std() == pytest.approx(JITTER_IOD, rel=0.1)
    assert np.abs(np.diff(error)).max() < 0.2 * JITTER_IOD
    assert (slow_error(TIME_S, rms=0.01, seed=1) != slow_error(TIME_S, rms=0.01, seed=2)).any()


def test_a_frozen_half_rests_on_the_head() -> None:
    corners = _corners(_spliced(Kind.FROZEN))
    assert np.ptp(corners[:, 1], axis=0).max() < PX
    assert np.ptp(corners[:, 0, 0]) > 50 * PX


def test_a_twin_does_the_same_on_both_sides() -> None:
    right, left = np.moveaxis(_corners(_spliced(Kind.TWIN)), 1, 0)
    np.testing.assert_allclose(left[:, 0], -right[:, 0], atol=PX)
    np.testing.assert_allclose(left[:, 1], right[:, 1], atol=PX)


def test_a_delayed_half_does_the_same_later() -> None:
    clip = _spliced(Kind.DELAYED)
    assert len(clip) == 54
    assert clip.true_lag_s == pytest.approx(0.2)
    right, left = np.moveaxis(_corners(clip), 1, 0)
    np.testing.assert_allclose(left[6:, 0], -right[:-6, 0], atol=PX)
    found = relation(Sides(right=-right[:, 0], left=left[:, 0]), TIME_S[6:])
    assert found.lag_s == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_right_half_is_the_recording(kind: Kind) -> None:
    clip = _spliced(kind)
    rgb, time_s = next(iter(clip.frames()))
    assert time_s == 0
    assert (rgb[:, :140] == DRAWN.pictures[clip.shift][:, :140]).all()


@pytest.mark.parametrize("name", list(SOURCES))
def test_the_recordings_can_be_spliced(name: str) -> None:
    source = SOURCES[name]
    if not source.path.is_file():
        pytest.skip(f"{source.path.name} is not beside the project")
    if not model.default_path().is_file():
        pytest.skip("the landmark model is not installed")
    clip = real_clip(source).spliced(Kind.TWIN)
    rgb, _ = next(iter(clip.frames()))
    assert rgb.shape == clip.pictures[0].shape
    assert len(clip) == source.last - source.first + 1
