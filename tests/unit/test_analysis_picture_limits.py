"""What the pictures limit: every sentence at its own threshold, and silence below it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.picture_limits import picture_limits
from analysis.picture_quality import LightSummary, PictureQuality
from analysis.settings import AnalysisSettings

N = 100
TIMES = np.arange(N) / 25
SETTINGS = AnalysisSettings()
AT_ITS_LIMITS = LightSummary(
    blur_iod=SETTINGS.good_blur_iod,
    blur_px=5.0,
    highlights=SETTINGS.good_highlights,
    noise_share=SETTINGS.good_noise_share,
    white=SETTINGS.max_white,
    side_ratio=SETTINGS.good_side_ratio,
)
"""The worst light about which nothing is said."""


def mask(*frames: int) -> NDArray[np.bool_]:
    return np.isin(np.arange(N), frames)


NONE = mask()
CLEAN = PictureQuality(
    cut=NONE,
    repeated=NONE,
    blurred=NONE,
    mouth_hidden_right=NONE,
    mouth_hidden_left=NONE,
    eye_hidden_right=NONE,
    eye_hidden_left=NONE,
    dark_glasses=NONE,
    lips_told=True,
    light=AT_ITS_LIMITS,
)


def limits(
    pictures: PictureQuality, *, fps: float | None = 25.0, settings: AnalysisSettings = SETTINGS
) -> tuple[str, ...]:
    return tuple(picture_limits(pictures, TIMES, fps, settings))


def test_nothing_is_said_of_clean_pictures() -> None:
    assert limits(CLEAN) == ()


def test_nothing_is_said_of_light_that_nobody_could_look_at() -> None:
    assert limits(replace(CLEAN, light=None)) == ()


def test_no_pictures_at_all() -> None:
    empty = np.zeros(0, dtype=np.bool_)
    nothing = PictureQuality(
        cut=empty,
        repeated=empty,
        blurred=empty,
        mouth_hidden_right=empty,
        mouth_hidden_left=empty,
        eye_hidden_right=empty,
        eye_hidden_left=empty,
        dark_glasses=empty,
        lips_told=True,
        light=None,
    )
    assert picture_limits(nothing, np.zeros(0), None, SETTINGS) == []


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        (replace(AT_ITS_LIMITS, blur_iod=np.nextafter(SETTINGS.good_blur_iod, 1)), "out of focus or moving: "),
        (replace(AT_ITS_LIMITS, highlights=np.nextafter(SETTINGS.good_highlights, 0)), "face dark: "),
        (replace(AT_ITS_LIMITS, noise_share=np.nextafter(SETTINGS.good_noise_share, 1)), "picture noisy: "),
        (replace(AT_ITS_LIMITS, white=np.nextafter(SETTINGS.max_white, 1)), "face overexposed: "),
        (replace(AT_ITS_LIMITS, side_ratio=np.nextafter(SETTINGS.good_side_ratio, 0)), "light from one side: "),
    ],
)
def test_each_fault_of_light_is_said_just_beyond_its_limit_and_alone(worse: LightSummary, words: str) -> None:
    (sentence,) = limits(replace(CLEAN, light=worse))
    assert sentence.startswith(words)


def test_the_limits_are_those_of_the_settings() -> None:
    strict = AnalysisSettings(
        good_blur_iod=0.01, good_highlights=200, good_noise_share=0.01, max_white=0.01, good_side_ratio=0.9
    )
    assert len(limits(CLEAN, settings=strict)) == 5


def test_the_figures_are_told() -> None:
    bad = LightSummary(blur_iod=0.041, blur_px=3.0, highlights=44, noise_share=0.12, white=0.25, side_ratio=0.3)
    blur, dark, noise, white, side = limits(replace(CLEAN, light=bad))
    assert "4.1 %" in blur
    assert "3.0 %" in blur
    assert "44 of 255" in dark
    assert "12 %" in noise
    assert "25 %" in white
    assert "30 %" in side


@pytest.mark.parametrize(("blur_px", "said"), [(2.0, False), (2.01, True)])
def test_a_face_so_small_that_it_cannot_be_sharper_is_not_called_blurred(blur_px: float, said: bool) -> None:
    assert bool(limits(replace(CLEAN, light=replace(AT_ITS_LIMITS, blur_iod=0.1, blur_px=blur_px)))) is said


@pytest.mark.parametrize(
    ("frames", "at"),
    [((25,), "1.0 s;"), ((25, 50, 60), "1.0 s, 2.0 s, 2.4 s;"), ((25, 50, 60, 70), "1.0 s, 2.0 s, 2.4 s and later;")],
)
def test_cuts_are_said_with_their_times(frames: tuple[int, ...], at: str) -> None:
    (sentence,) = limits(replace(CLEAN, cut=mask(*frames)))
    assert sentence.startswith(f"cut: the recording is not continuous at {at}")


def test_repeated_pictures_are_said_beyond_their_share_with_the_true_rate() -> None:
    assert limits(replace(CLEAN, repeated=mask(*range(5)))) == ()
    (sentence,) = limits(replace(CLEAN, repeated=mask(*range(6))))
    assert sentence.startswith("pictures repeat: 6 of 100 ")
    (half,) = limits(replace(CLEAN, repeated=mask(*range(0, N, 2))), fps=60.0)
    assert half.endswith("about 30 fps")


def test_repeated_pictures_mean_nothing_without_a_rate() -> None:
    assert limits(replace(CLEAN, repeated=mask(*range(50))), fps=None) == ()


def test_each_covered_eye_is_named_by_the_subjects_side() -> None:
    assert limits(replace(CLEAN, eye_hidden_right=mask(3))) == ("right eye covered: in 1 of 100 frames",)
    assert limits(replace(CLEAN, eye_hidden_left=mask(3, 4))) == ("left eye covered: in 2 of 100 frames",)
    assert len(limits(replace(CLEAN, eye_hidden_right=mask(3), eye_hidden_left=mask(3)))) == 2


def test_dark_glasses_are_said() -> None:
    (sentence,) = limits(replace(CLEAN, dark_glasses=mask(0, 1, 2)))
    assert sentence.startswith("dark glasses: in 3 of 100 frames")


def test_what_has_reasons_of_its_own_elsewhere_is_not_said_here() -> None:
    """Blurred frames and a covered mouth are counted where frames are rejected."""
    assert limits(replace(CLEAN, blurred=mask(1), mouth_hidden_right=mask(2), mouth_hidden_left=mask(3))) == ()
