"""What a ward's camera really brings: things in front of the face, other people, cuts, darkness, too few pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from analysis.networks import Picture as Rgb
from analysis.phantom import Phantom
from analysis.phantom.presets import blink, closure, smile
from analysis.phantom.scenario import Camera, Cut, Head, Obstacle, Scenario, Thing
from analysis.pipeline import Analysis
from analysis.results import AnalysisResult
from analysis.tracker import LandmarkTracker
from analysis.values import Side, Status
from tests.phantom_lab import measure
from tests.synthetic_faces import Picture

SMILE = (smile(1.0),)
ONE_SIDED = (smile(1.0, left=0.0),)
FILM = Scenario(duration_s=4.0, movements=SMILE, camera=Camera(fps=24.0))


def pictures(scenario: Scenario) -> Iterator[Picture]:
    for rgb, time_s in Phantom.of(scenario).frames():
        yield Picture(rgb=rgb, time_s=time_s)


def result(tracker: LandmarkTracker, scenario: Scenario) -> AnalysisResult:
    return measure(pictures(scenario), tracker).result


def said(found: AnalysisResult, beginning: str) -> bool:
    return any(reason.startswith(beginning) for reason in found.quality.reasons)


@pytest.mark.parametrize("thing", [Thing.HAND, Thing.MASK])
def test_a_covered_mouth_is_not_measured(tracker: LandmarkTracker, thing: Thing) -> None:
    found = result(tracker, replace(FILM, duration_s=6.0, obstacles=(Obstacle(thing=thing, from_s=3.2, until_s=5.0),)))
    assert said(found, "mouth covered") or found.quality.frames_rejected.get("mouth_hidden", 0) > 30
    assert found.quality.status is Status.LIMITED
    assert found.movement.excursion_mm is not None  # the smile before it was seen
    assert all(segment.end_s < 3.4 or segment.start_s > 4.6 for segment in found.movement.segments)


def test_dark_glasses_hide_the_lids_and_say_so(tracker: LandmarkTracker) -> None:
    dark = replace(FILM, movements=(blink(2.0),), obstacles=(Obstacle(thing=Thing.SUNGLASSES, from_s=1.0),))
    analysis = measure(pictures(dark), tracker)
    assert said(analysis.result, "dark glasses")
    hidden = analysis.signals["t_s"].between(1.5, 3.5)
    assert analysis.signals.loc[hidden, "right_aperture_mm"].isna().mean() > 0.9


def test_pursed_lips_are_not_taken_for_rest(tracker: LandmarkTracker) -> None:
    """The portrait smiles at rest: the lips express least when they are pursed."""
    found = measure(
        (Picture(rgb=rgb, time_s=t) for rgb, t in Phantom("pucker", smiles=2, fps=24.0).frames()), tracker
    ).result
    assert found.movement.excursion_mm is not None
    truth_mm = 0.1 * (found.quality.scale_mm_per_iod or 0)
    assert found.movement.excursion_mm.right == pytest.approx(-truth_mm, rel=0.15)
    assert found.movement.excursion_mm.left == pytest.approx(-truth_mm, rel=0.15)
    assert len(found.movement.segments) == 2


def test_a_second_person_is_named(tracker: LandmarkTracker) -> None:
    found = result(tracker, replace(FILM, obstacles=(Obstacle(thing=Thing.SECOND_PERSON, from_s=1.0),)))
    assert said(found, "second person")


def test_two_people_cross(tracker: LandmarkTracker) -> None:
    """Another face passes before the subject's: the subject is measured without it, or nothing is."""
    passing: list[Picture] = []
    other = cv2.resize(next(pictures(FILM)).rgb[100:620, 380:900], (620, 620))
    for picture in pictures(replace(FILM, duration_s=5.0)):
        rgb = picture.rgb.copy()
        x = round((picture.time_s - 3.0) * 900) + 200  # in front of the subject for about half a second after the smile
        left, right = max(x, 0), min(x + 620, 1280)
        if right > left:
            rgb[100:, left:right] = other[:, left - x : right - x]
        passing.append(Picture(rgb=rgb, time_s=picture.time_s))
    found = measure(passing, tracker).result
    assert found.quality.status is not Status.GOOD
    if found.movement.excursion_mm is not None:
        assert max(abs(found.movement.excursion_mm.right), abs(found.movement.excursion_mm.left)) < 12


def test_the_face_leaves(tracker: LandmarkTracker) -> None:
    found = result(tracker, replace(FILM, duration_s=6.0, head=Head(leaves_at_s=3.4)))
    assert found.quality.status is not Status.GOOD
    assert found.quality.frames_rejected.get("no_face", 0) + found.quality.frames_rejected.get("out_of_picture", 0) > 10


def test_a_cut_is_named_and_nothing_is_carried_across(tracker: LandmarkTracker) -> None:
    cut = Head(cuts=(Cut(at_s=3.5, dx_iod=0.6, scale=1.25),))
    found = result(tracker, replace(FILM, duration_s=6.0, head=cut))
    assert said(found, "cut: the recording is not continuous at 3.5 s")
    assert found.quality.frames_rejected["cut"] == 1


def test_a_dead_side_is_refused_whatever_else_the_face_does(tracker: LandmarkTracker) -> None:
    """Blinks and a closing eye on the still side are no movement of its mouth."""
    busy = (*ONE_SIDED, blink(1.6), blink(3.2), closure(1.2, left=0.8))
    found = result(tracker, replace(FILM, movements=busy, duration_s=5.0))
    assert found.commissure.status is Status.NOT_ASSESSABLE
    assert found.commissure.weaker_side is Side.LEFT
    assert found.commissure.pearson_r is None


@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_faster_recordings_read_the_same(tracker: LandmarkTracker, fps: float) -> None:
    fast = replace(FILM, duration_s=3.6, camera=Camera(fps=fps), movements=(smile(1.0, left=0.5),))
    found = result(tracker, fast)
    assert found.commissure.amplitude_ratio == pytest.approx(0.5, abs=0.06)


def still(rgb: Rgb, n: int, fps: float = 30.0) -> list[Picture]:
    return [Picture(rgb=rgb, time_s=k / fps) for k in range(n)]


def test_black_video(tracker: LandmarkTracker) -> None:
    found = measure(still(np.zeros((720, 1280, 3), dtype=np.uint8), 60), tracker).result
    assert found.quality.status is Status.NOT_ASSESSABLE
    assert found.quality.reasons[0].startswith("no face")


def test_a_face_of_eight_pixels(tracker: LandmarkTracker) -> None:
    tiny = cv2.resize(next(pictures(FILM)).rgb, None, fx=8 / 128, fy=8 / 128, interpolation=cv2.INTER_AREA)
    canvas = np.full((720, 1280, 3), 90, dtype=np.uint8)
    canvas[300 : 300 + tiny.shape[0], 600 : 600 + tiny.shape[1]] = tiny
    found = measure(still(canvas, 45), tracker).result
    assert found.quality.status is Status.NOT_ASSESSABLE
    assert found.quality.reasons[0].startswith(("no face", "face too small"))


def test_a_picture_a_second(tracker: LandmarkTracker) -> None:
    slow = [Picture(rgb=p.rgb, time_s=p.time_s) for p in pictures(replace(FILM, duration_s=8.0)) if p.time_s % 1 < 0.02]
    found = measure(slow, tracker).result
    assert found.quality.status is Status.NOT_ASSESSABLE
    assert found.quality.reasons[0].startswith("frame rate too low")


def test_a_frozen_picture_is_no_measured_rest(tracker: LandmarkTracker) -> None:
    found = measure(still(next(pictures(FILM)).rgb, 90), tracker).result
    assert found.quality.status is not Status.GOOD
    assert found.commissure.status is Status.NOT_ASSESSABLE


def table(analysis: Analysis) -> bytes:
    return analysis.signals.to_csv(float_format="%.17g").encode()


@pytest.fixture(scope="module")
def weak_left() -> Sequence[Picture]:
    return tuple(pictures(replace(FILM, movements=(smile(1.0, left=0.5),))))


def test_the_number_of_trackers_changes_no_bit(tracker: LandmarkTracker, weak_left: Sequence[Picture]) -> None:
    from analysis import model

    with LandmarkTracker.on(model.default_path()) as second:
        together = measure(weak_left, tracker, second)
    alone = measure(weak_left, tracker)
    assert together.result == alone.result
    assert table(together) == table(alone)


def test_a_smaller_copy_of_a_recording_reads_the_same(tracker: LandmarkTracker, weak_left: Sequence[Picture]) -> None:
    small = [
        Picture(rgb=np.asarray(cv2.resize(p.rgb, (960, 540), interpolation=cv2.INTER_AREA)), time_s=p.time_s)
        for p in weak_left
    ]
    whole, part = measure(weak_left, tracker).result, measure(small, tracker).result
    assert part.commissure.amplitude_ratio == pytest.approx(whole.commissure.amplitude_ratio or 0, abs=0.04)
    assert part.commissure.weaker_side is whole.commissure.weaker_side


def test_a_recording_on_its_side_is_refused_and_a_leaning_one_is_not(
    tracker: LandmarkTracker, weak_left: Sequence[Picture]
) -> None:
    def leaning(angle: float) -> list[Picture]:
        turn = cv2.getRotationMatrix2D((640, 360), angle, 1)
        return [Picture(rgb=np.asarray(cv2.warpAffine(p.rgb, turn, (1280, 720))), time_s=p.time_s) for p in weak_left]

    whole, leant = measure(weak_left, tracker).result, measure(leaning(10), tracker).result
    interval = whole.commissure.amplitude_ratio_interval
    assert interval is not None
    assert interval.low < (leant.commissure.amplitude_ratio or 0) < interval.high
    assert leant.commissure.weaker_side is Side.LEFT
    assert measure(leaning(50), tracker).result.quality.status is Status.NOT_ASSESSABLE
