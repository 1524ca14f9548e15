"""What is in front of a face, told from made-up looks at it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.face_regions import FaceRegions, HalfFaceLook
from analysis.occlusion import Occlusion, find_occlusion, on_frames

SEEN = HalfFaceLook(lip_redness=6, lip_relief=8, eye_relief=13, eye_line=0.5, eye_socket=-0.05)
FACE = FaceRegions(right=SEEN, left=SEEN)
CLOTH = replace(SEEN, lip_redness=0.1, lip_relief=1.5)
HAND = replace(SEEN, lip_redness=0.3, lip_relief=9)


def judge(*looks: FaceRegions | None) -> Occlusion:
    return find_occlusion(looks, np.ones(len(looks), dtype=np.bool_))


def fired(found: Occlusion) -> set[str]:
    names = ("mouth_right", "mouth_left", "eye_right", "eye_left", "dark_glasses")
    return {name for name in names if getattr(found, name).any()}


def test_a_free_face() -> None:
    closed = FaceRegions(right=replace(SEEN, eye_relief=4, eye_line=0.25), left=SEEN)
    pressed = FaceRegions(right=replace(SEEN, lip_redness=2.5), left=replace(SEEN, lip_redness=2.5))
    assert fired(judge(*[FACE] * 6, *[closed] * 6, *[pressed] * 4)) == set()


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_hand_on_half_the_mouth(side: str) -> None:
    covered = replace(FACE, **{side: HAND})
    found = judge(*[FACE] * 4, *[covered] * 5, *[FACE] * 3)
    assert fired(found) == {f"mouth_{side}"}
    assert np.flatnonzero(getattr(found, f"mouth_{side}")).tolist() == [4, 5, 6, 7, 8]


def test_a_mask_from_the_beginning_to_the_end() -> None:
    found = judge(*[FaceRegions(right=CLOTH, left=CLOTH)] * 8)
    assert found.mouth_right.all() and found.mouth_left.all()
    assert fired(found) == {"mouth_right", "mouth_left"}


def test_pale_lips_and_colourless_pictures_are_not_covered() -> None:
    grey = replace(SEEN, lip_redness=0.0)
    found = judge(*[FaceRegions(right=grey, left=grey)] * 8)
    assert fired(found) == set()
    assert not found.lips_told
    assert judge(*[FACE] * 8).lips_told


def test_a_colour_that_comes_and_goes_by_itself_tells_nothing() -> None:
    restless = [replace(SEEN, lip_redness=value) for value in np.linspace(-1, 5, 13)]
    found = judge(*[FaceRegions(right=half, left=half) for half in restless])
    assert fired(found) == set()
    assert not found.lips_told


def test_light_that_takes_the_colour_of_half_the_lips_is_nothing_in_front_of_them() -> None:
    shaded = FaceRegions(right=replace(SEEN, lip_redness=-1), left=replace(SEEN, lip_redness=11))
    assert fired(judge(*[shaded] * 8)) == set()


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_covered_eye_has_no_lashes(side: str) -> None:
    covered = replace(FACE, **{side: replace(SEEN, eye_relief=3, eye_line=0.05)})
    assert fired(judge(*[covered] * 8)) == {f"eye_{side}"}


def test_lashes_that_are_blurred_away_are_not_covered() -> None:
    blurred = FaceRegions(right=replace(SEEN, eye_line=0.05), left=replace(SEEN, eye_line=0.05))
    assert fired(find_occlusion([blurred] * 8, np.zeros(8, dtype=np.bool_))) == set()


def test_dark_glasses_are_told_as_such_only() -> None:
    dark = replace(SEEN, eye_relief=0.1, eye_line=0.0, eye_socket=-0.7)
    assert fired(judge(*[FaceRegions(right=dark, left=dark)] * 8)) == {"dark_glasses"}
    assert "dark_glasses" not in fired(judge(*[FaceRegions(right=dark, left=SEEN)] * 8))


def test_one_odd_look_does_not_count() -> None:
    odd = FaceRegions(right=CLOTH, left=CLOTH)
    assert fired(judge(*[FACE] * 5, odd, *[FACE] * 5)) == set()


def test_what_could_not_be_judged_is_not_hidden() -> None:
    assert fired(judge(*[None] * 4)) == set()
    assert fired(judge(*[FACE] * 4, *[None] * 4)) == set()
    assert fired(judge()) == set()


def test_dark_glasses_all_the_time_do_not_hide_the_mouth() -> None:
    dark = replace(SEEN, eye_relief=0.1, eye_line=0.0, eye_socket=-0.7, lip_redness=0.5)
    assert fired(judge(*[FaceRegions(right=dark, left=dark)] * 8)) == {"dark_glasses"}


@given(found=st.lists(st.booleans(), min_size=1, max_size=12), gap=st.integers(1, 7), extra=st.integers(0, 9))
def test_frames_between_two_looks_count_as_either(found: list[bool], gap: int, extra: int) -> None:
    looks = np.arange(len(found)) * gap + extra
    frames = int(looks[-1]) + extra + 1
    everywhere = on_frames(np.array(found), looks, frames)
    assert everywhere[looks].tolist() == found
    for before, after, here in zip(looks, looks[1:], range(len(found)), strict=False):
        assert (everywhere[before + 1 : after] == (found[here] or found[here + 1])).all()
    assert (everywhere[: looks[0]] == found[0]).all()
    assert (everywhere[looks[-1] :] == found[-1]).all()


def test_no_looks() -> None:
    assert not on_frames(np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.int_), 5).any()
