"""The real networks on faces with known motion, and on real faces where those lie beside the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.pipeline import Analysis, Recording, analyse, provenance
from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from analysis.values import Bilateral, Side, Status
from dicom_io.frames import open_frames
from tests.phantom_lab import CREATED, Clip, measure, twitch_gain

FACES = Path(__file__).parents[2].parent / "shared" / "faces"

Measured = Callable[[str], Analysis]
Rendered = Callable[[str], Clip]


def moved(result: AnalysisResult) -> Bilateral:
    assert result.movement.excursion_mm is not None, result.movement.reason
    return result.movement.excursion_mm


@pytest.mark.parametrize(("preset", "weaker"), [("weak-left", Side.LEFT), ("weak-right", Side.RIGHT)])
def test_a_weak_side_is_found_on_the_subjects_side(phantom_analysis: Measured, preset: str, weaker: Side) -> None:
    result = phantom_analysis(preset).result
    assert result.quality.status is Status.GOOD
    assert result.commissure.excursion_mm is not None
    strong = Side.LEFT if weaker is Side.RIGHT else Side.RIGHT
    assert getattr(result.commissure.excursion_mm, weaker) < getattr(result.commissure.excursion_mm, strong)
    assert result.commissure.weaker_side is weaker
    assert result.commissure.amplitude_ratio == pytest.approx(0.5, abs=0.05)
    assert (result.commissure.pearson_r or 0) > 0.95
    assert result.movement.segments[0].start_s == pytest.approx(1.15 - 0.3, abs=0.1)
    assert len(result.movement.segments) == 1


@pytest.mark.parametrize(
    ("preset", "moving", "dead"), [("right-only", "right", "left"), ("left-only", "left", "right")]
)
def test_one_side_alone_is_refused_with_the_reason(
    phantom_analysis: Measured, preset: str, moving: str, dead: str
) -> None:
    result = phantom_analysis(preset).result
    assert getattr(moved(result), moving) == pytest.approx(0.14 * (result.quality.scale_mm_per_iod or 0), rel=0.1)
    assert abs(getattr(moved(result), dead)) < AnalysisSettings().texture_leak * getattr(moved(result), moving)
    assert result.commissure.status is Status.NOT_ASSESSABLE
    assert result.commissure.weaker_side == dead
    assert result.commissure.pearson_r is None
    assert (result.commissure.reason or "").startswith(f"the {dead} mouth corner")


def test_an_even_smile(phantom_analysis: Measured) -> None:
    result = phantom_analysis("smile").result
    assert result.commissure.weaker_side is None
    assert (result.commissure.pearson_r or 0) > 0.98
    truth_mm = 0.14 * (result.quality.scale_mm_per_iod or 0)
    assert moved(result).right == pytest.approx(truth_mm, rel=0.1)
    assert moved(result).left == pytest.approx(truth_mm, rel=0.1)
    interval = result.movement.excursion_interval_mm
    assert interval is not None
    assert interval.right.low < truth_mm < interval.right.high
    assert interval.left.low < truth_mm < interval.left.high


def test_a_face_at_rest_does_not_move(phantom_analysis: Measured) -> None:
    analysis = phantom_analysis("rest")
    assert analysis.result.quality.status is Status.GOOD
    assert analysis.result.movement.status is Status.NOT_ASSESSABLE
    assert (analysis.result.movement.reason or "").startswith("no movement")
    for side in ("right", "left"):
        assert analysis.signals[f"{side}_commissure_mm"].std() < 0.3


def test_the_noise_at_rest_is_below_a_third_of_a_millimetre(phantom_analysis: Measured) -> None:
    for preset in ("weak-left", "right-only", "left-only"):
        rest_sd = phantom_analysis(preset).result.movement.rest_sd_mm
        assert rest_sd is not None
        assert max(rest_sd.right, rest_sd.left) < 0.3


def test_the_same_recording_twice_is_the_same_to_the_last_bit(
    tracker: LandmarkTracker, phantom_clip: Rendered, phantom_analysis: Measured
) -> None:
    again = measure(phantom_clip("weak-left").pictures, tracker)
    assert again.result == phantom_analysis("weak-left").result
    assert again.signals.equals(phantom_analysis("weak-left").signals)


def test_a_mirror_image_that_is_declared_gives_the_same_numbers(
    tracker: LandmarkTracker, phantom_clip: Rendered, phantom_analysis: Measured
) -> None:
    declared = measure(phantom_clip("weak-left").flipped, tracker, mirrored=True)
    plain = phantom_analysis("weak-left")
    assert declared.result.source.mirrored
    assert declared.result.movement == plain.result.movement
    assert declared.result.commissure == plain.result.commissure
    assert declared.result.quality == plain.result.quality
    assert declared.signals.equals(plain.signals)


def test_a_mirror_image_that_is_not_declared_has_its_sides_swapped(
    tracker: LandmarkTracker, phantom_clip: Rendered
) -> None:
    """Nothing in the pixels tells a mirror image, so it is never guessed; the result says that none was declared."""
    undeclared = measure(phantom_clip("weak-left").flipped, tracker)
    assert undeclared.result.source.mirrored is False
    assert undeclared.result.commissure.weaker_side is Side.RIGHT


def test_a_small_fast_twitch_is_not_smoothed_away(phantom_clip: Rendered, phantom_analysis: Measured) -> None:
    """In MediaPipe's VIDEO mode about a quarter of 8 Hz is left (docs/decisions/0001)."""
    fast, slow = (twitch_gain(phantom_clip(preset), phantom_analysis(preset)) for preset in ("twitch", "slow-twitch"))
    assert fast / slow >= 0.9
    assert 0.85 <= fast <= 1.15


def real(name: str, tracker: LandmarkTracker) -> AnalysisResult:
    path = FACES / name
    if not path.is_file():
        pytest.skip(f"{name} does not lie beside the project")
    settings = AnalysisSettings()
    with open_frames(path) as stream:
        return analyse(
            stream,
            Recording(kind=stream.info.kind, timestamps=stream.info.timestamps),
            trackers=[tracker],
            settings=settings,
            provenance=provenance("test", "", settings, CREATED),
            remarks=lambda: stream.warnings,
        ).result


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("intel_book.mkv", "head turned away"),
        ("intel_again.mkv", "face too small"),
        ("intel_yes.mkv", "face too small"),
        ("dynaface_video1-512.mp4", "head turned away"),
    ],
)
def test_real_recordings_that_cannot_be_assessed(tracker: LandmarkTracker, name: str, reason: str) -> None:
    result = real(name, tracker)
    assert result.quality.status is Status.NOT_ASSESSABLE
    assert result.quality.reasons[0].startswith(reason)
    assert result.commissure.status is Status.NOT_ASSESSABLE
    assert result.commissure.reason == result.quality.reasons[0]


def test_a_real_face_with_acted_expressions(tracker: LandmarkTracker) -> None:
    result = real("pyfeat_WolfgangLanger_Pexels.mp4", tracker)
    assert result.quality.status is not Status.NOT_ASSESSABLE
    assert result.quality.status is Status.LIMITED
    assert any(reason.startswith("mouth covered") for reason in result.quality.reasons)  # she holds a hand before it
    # she turns her head and rests only between two grimaces: the intervals say so, and no side is named
    interval = result.movement.excursion_interval_mm
    assert interval is not None
    assert min(side.high - side.low for side in (interval.right, interval.left)) > 5
    assert result.commissure.weaker_side is None
    assert result.quality.scale_mm_per_iod == pytest.approx(63, abs=6)
