"""Cuts and repeated pictures, on made-up pictures and landmarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.cuts import ChangeMeter, PictureChanges, find_cuts, find_repeated
from tests.synthetic_faces import face

FPS = 30
N = 40
CUT = 20
Picture = NDArray[np.uint8]


def scene(seed: int) -> Picture:
    """A picture with structure of its own."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (320, 180), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def changes(pictures: Sequence[Picture]) -> PictureChanges:
    meter = ChangeMeter()
    for picture in pictures:
        meter.add(picture)
    return meter.changes()


def noisy(picture: Picture, frame: int, sd: float = 2.0) -> Picture:
    grain = np.random.default_rng(frame).normal(0, sd, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def track(centre: Callable[[int], tuple[float, float]], px_per_mm: Callable[[int], float] = lambda _: 2.0, n: int = N):
    return np.array([face(centre=centre(k), px_per_mm=px_per_mm(k)).points for k in range(n)], dtype=np.float64)


def cuts(pictures: Sequence[Picture], points: NDArray[np.float64] | None = None, fps: float = FPS) -> list[int]:
    found = track(lambda _: (160, 90), n=len(pictures)) if points is None else points
    return np.flatnonzero(find_cuts(changes(pictures), found, np.arange(len(pictures)) / fps)).tolist()


def test_another_scene_is_a_cut_once() -> None:
    pictures = [noisy(scene(0 if k < CUT else 1), k) for k in range(N)]
    assert cuts(pictures) == [CUT]


def test_a_cut_is_found_where_there_is_no_face() -> None:
    pictures = [noisy(scene(0 if k < CUT else 1), k) for k in range(N)]
    assert cuts(pictures, np.full_like(track(lambda _: (160, 90)), np.nan)) == [CUT]


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_light_that_is_switched_or_flickers_is_no_cut(share: float) -> None:
    switched = [noisy((scene(0) * (1 if k < CUT else share)).astype(np.uint8), k) for k in range(N)]
    flickering = [noisy((scene(0) * (1 if k % 3 else share)).astype(np.uint8), k) for k in range(N)]
    assert cuts(switched) == cuts(flickering) == []


def test_one_bad_picture_is_no_cut() -> None:
    pictures = [noisy(scene(0), k) for k in range(N)]
    pictures[CUT] = np.zeros_like(pictures[0])
    assert cuts(pictures) == []


def test_a_pan_is_no_cut() -> None:
    wide = cv2.resize(scene(0), (640, 180))
    assert cuts([np.ascontiguousarray(wide[:, 8 * k : 8 * k + 320]) for k in range(N)]) == []


def test_pictures_of_another_size_on_the_way_are_no_cut_by_themselves() -> None:
    pictures = [scene(0) if k < CUT else np.asarray(cv2.resize(scene(0), (640, 360)), dtype=np.uint8) for k in range(N)]
    assert cuts(pictures) == []


SAME = [scene(0)] * N
IOD_PX = face().iod_px


@pytest.mark.parametrize("every", [1, 2])
def test_a_face_that_is_suddenly_elsewhere_is_a_cut(every: int) -> None:
    points = track(lambda k: (160 + (0.3 * IOD_PX if k >= CUT else 0), 90))
    points[np.arange(N) % every != 0] = np.nan
    (found,) = cuts(SAME, points)
    assert CUT - every < found <= CUT


def test_a_face_that_is_suddenly_larger_is_a_cut() -> None:
    assert cuts(SAME, track(lambda _: (160, 90), lambda k: 2.0 if k < CUT else 2.3)) == [CUT]


@given(
    amplitude=st.floats(0, 0.5),
    frequency_hz=st.floats(0.2, 3),
    phase=st.floats(0, 6.28),
    fps=st.sampled_from([15, 30, 60]),
)
@settings(max_examples=60, deadline=None)
def test_nodding_is_no_cut(amplitude: float, frequency_hz: float, phase: float, fps: float) -> None:
    def centre(k: int) -> tuple[float, float]:
        return 160, 90 + amplitude * IOD_PX * np.sin(2 * np.pi * frequency_hz * k / fps + phase)

    assert cuts(SAME, track(centre), fps) == []


def test_one_wrong_find_is_no_cut() -> None:
    assert cuts(SAME, track(lambda k: (160 + (IOD_PX if k == CUT else 0), 90))) == []


def test_a_face_that_was_lost_for_a_while_may_be_elsewhere() -> None:
    points = track(lambda k: (160 + (0.3 * IOD_PX if k >= CUT else 0), 90))
    points[CUT - 4 : CUT] = np.nan
    assert cuts(SAME, points) == []


def test_frozen_pictures_are_repeated() -> None:
    pictures = [noisy(scene(0), min(k, CUT) if k < CUT + 10 else k) for k in range(N)]
    repeated = find_repeated(changes(pictures))
    assert np.flatnonzero(repeated).tolist() == list(range(CUT + 1, CUT + 10))


def test_a_recording_stretched_to_twice_the_rate_is_repeated_half_the_time() -> None:
    pictures = []
    for k in range(N):
        picture = noisy(scene(0), k // 2, sd=4)
        if k % 2:  # what compression leaves of a repetition
            picture[::16, ::16] += 1
        pictures.append(picture)
    assert np.flatnonzero(find_repeated(changes(pictures))).tolist() == list(range(1, N, 2))


@pytest.mark.parametrize("sd", [0.6, 2.0])
def test_a_still_scene_with_noise_is_not_repeated(sd: float) -> None:
    assert not find_repeated(changes([noisy(scene(0), k, sd=sd) for k in range(N)])).any()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_pictures(n: int) -> None:
    found = changes([scene(0)] * n)
    assert not find_cuts(found, track(lambda _: (160, 90), n=max(n, 1))[:n], np.arange(n) / FPS).any()
    assert find_repeated(found).sum() == max(n - 1, 0)


def test_a_picture_smaller_than_the_sample() -> None:
    assert cuts([np.zeros((1, 1, 3), dtype=np.uint8)] * 5) == []
