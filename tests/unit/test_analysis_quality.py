from __future__ import annotations

import numpy as np
import pytest

from analysis import anatomy
from analysis.pipeline import Analysis, Recording
from analysis.results import Quality
from analysis.settings import AnalysisSettings
from analysis.tracker import Face
from analysis.values import Status
from tests.synthetic_faces import HEIGHT, WIDTH, alone, analysed, even_times, face, film, smiles

GOOD = list(film(even_times(4), smiles(8, starts=(1,)), smiles(7, starts=(1,))))

TURNED = "head turned away: more than 15 deg to a side or 20 deg up or down in 60 of 60 frames"
SMALL = "face too small: 32 px between the irises, at least 32 px are needed, in 60 of 60 frames"
TILTED = "head tilted: more than 30 deg in 60 of 60 frames; turn the video upright"
CUT_OFF = "face cut off: part of it lies outside the picture in 60 of 60 frames"


def judged(faces: list[list[Face]], *, fps: float = 30.0, **options: object) -> Quality:
    analysis: Analysis = analysed(np.arange(len(faces)) / fps, faces, **options)  # type: ignore[arg-type]
    return analysis.result.quality


def only_reason(quality: Quality) -> str:
    (reason,) = quality.reasons
    return reason


def test_good() -> None:
    quality = judged(alone(iter(GOOD)))
    assert (quality.status, quality.reasons) == (Status.GOOD, ())
    assert (quality.frames_used, quality.frames_rejected) == (120, {})
    assert quality.analysable_s == pytest.approx(4)
    assert quality.scale_mm_per_iod == pytest.approx(63, rel=0.01)
    assert quality.scale_source == "iris diameter 11.77 mm (+-4 %)"


@pytest.mark.parametrize(
    ("shown", "reason", "key"),
    [
        ([], "no face: none was found in 60 of 60 frames", "no_face"),
        ([face(yaw=20)], TURNED, "turned_away"),
        ([face(yaw=-16)], TURNED, "turned_away"),
        ([face(pitch=25)], TURNED, "turned_away"),
        ([face(roll=35)], TILTED, "tilted"),
        ([face(px_per_mm=0.5)], SMALL, "face_too_small"),
        ([face(centre=(60, 300))], CUT_OFF, "out_of_picture"),
        ([face(centre=(WIDTH - 60, 300))], CUT_OFF, "out_of_picture"),
        ([face(centre=(640, HEIGHT - 60))], CUT_OFF, "out_of_picture"),
    ],
)  # fmt: skip
def test_a_frame_that_cannot_be_measured(shown: list[Face], reason: str, key: str) -> None:
    quality = judged([shown] * 60)
    assert quality.status is Status.NOT_ASSESSABLE
    assert only_reason(quality) == reason
    assert quality.frames_rejected == {key: 60}
    assert (quality.frames_used, quality.analysable_s, quality.scale_mm_per_iod, quality.scale_source) == (
        0,
        0,
        None,
        None,
    )


def test_poses_just_inside_the_limits_are_used() -> None:
    assert judged([[face(yaw=14.9, pitch=-19.9)]] * 60).status is Status.GOOD


def test_the_first_reason_that_applies_counts() -> None:
    assert judged([[face(yaw=30, px_per_mm=0.3)]] * 60).frames_rejected == {"turned_away": 60}


def test_too_short() -> None:
    quality = judged(alone(iter(GOOD[:20])))
    assert quality.status is Status.NOT_ASSESSABLE
    assert only_reason(quality) == "too short: 0.7 s of usable video, at least 1.0 s are needed"


def test_too_little_left_names_what_took_the_most() -> None:
    quality = judged([[face(yaw=30)]] * 50 + [[]] * 20 + alone(iter(GOOD[:20])))
    assert quality.status is Status.NOT_ASSESSABLE
    assert quality.reasons[0].startswith("head turned away")
    assert quality.reasons[0].endswith("50 of 90 frames")


def test_no_frames() -> None:
    quality = judged([])
    assert quality.status is Status.NOT_ASSESSABLE
    assert only_reason(quality) == "no frames: nothing could be decoded"


@pytest.mark.parametrize(
    ("fps", "status", "reason"),
    [
        (9.0, Status.NOT_ASSESSABLE, "frame rate too low: 9.0 fps, at least 10 fps are needed"),
        (10.0, Status.LIMITED, "frame rate low: 10.0 fps, 25 fps or more are wanted"),
        (24.9, Status.LIMITED, "frame rate low: 24.9 fps, 25 fps or more are wanted"),
        (25.0, Status.GOOD, None),
    ],
)
def test_frame_rate(fps: float, status: Status, reason: str | None) -> None:
    quality = judged(alone(iter(GOOD)), fps=fps)
    assert quality.status is status
    assert quality.reasons == ((reason,) if reason else ())


def test_assumed_times_limit() -> None:
    quality = judged(alone(iter(GOOD)), recording=Recording(kind="video", timestamps="assumed"))
    assert quality.status is Status.LIMITED
    assert only_reason(quality).startswith("frame rate assumed")


def test_a_small_face_limits() -> None:
    small = [face(px_per_mm=0.8)] * 60
    quality = judged([[each] for each in small])
    assert quality.status is Status.LIMITED
    assert only_reason(quality) == "face small: 50 px between the irises, 64 px or more are wanted"


def test_a_second_person_limits() -> None:
    quality = judged([[each, face(centre=(1100, 300), px_per_mm=1.5)] for each in GOOD])
    assert quality.status is Status.LIMITED
    assert only_reason(quality).startswith("second person")


def test_a_face_that_left_and_came_back_limits() -> None:
    quality = judged([[each] for each in GOOD] + [[]] * 5 + [[face(centre=(1000, 300))]] * 30)
    assert quality.status is Status.LIMITED
    assert only_reason(quality).startswith("face left the picture and came back")


@pytest.mark.parametrize(("iris_mm", "iod_mm"), [(11.0, 63 * 11 / 11.77), (12.5, 63 * 12.5 / 11.77)])
def test_the_scale_is_that_of_the_iris(iris_mm: float, iod_mm: float) -> None:
    quality = judged(alone(iter(GOOD)), settings=AnalysisSettings(iris_diameter_mm=iris_mm))
    assert quality.scale_mm_per_iod == pytest.approx(iod_mm, rel=0.01)


def test_an_implausible_scale_limits() -> None:
    """A stylised face whose irises are half as large: 126 mm between them."""
    doll = []
    for _ in range(60):
        each = face()
        points = each.points.astype(np.float64)
        for half in (anatomy.RIGHT, anatomy.LEFT):
            rows = [anatomy.ROW[point] for point in half.iris_horizontal]
            middle = points[rows].mean(axis=0)
            points[rows] = middle + (points[rows] - middle) / 2
        doll.append([Face(points=points.astype(np.float32), yaw_deg=0, pitch_deg=0, roll_deg=0, mouth_activity=0)])
    quality = judged(doll)
    assert quality.status is Status.LIMITED
    assert (
        only_reason(quality)
        == "scale doubtful: 126 mm between the irises is not plausible, so no millimetre value is safe"
    )


def test_a_fifth_of_the_frames_lost_limits_whatever_took_them() -> None:
    """Three reasons of 8 % each: none is large by itself, together they are too much."""
    shown = alone(iter(GOOD[:100]))
    shown[0:8] = [[]] * 8
    shown[30:38] = [[face(yaw=30)]] * 8
    shown[60:68] = [[face(px_per_mm=0.4, centre=(640, 360))]] * 8
    quality = judged(shown)
    assert sum(quality.frames_rejected.values()) - quality.frames_rejected.get("cut", 0) == 24
    assert quality.status is Status.LIMITED
    assert quality.reasons


def test_remarks_of_the_file_limit() -> None:
    quality = judged(alone(iter(GOOD)), remarks=["29 of 30 declared frames could be decoded"])
    assert quality.status is Status.LIMITED
    assert only_reason(quality) == "29 of 30 declared frames could be decoded"


def test_a_face_that_is_found_for_moments_only_is_not_measured() -> None:
    """A tracker that finds a face in one frame of ten finds it wrongly as often as not."""
    faces = [[each] if number % 10 == 0 else [] for number, each in enumerate(GOOD)]
    quality = judged(faces)
    assert quality.status is Status.NOT_ASSESSABLE
    assert quality.frames_rejected == {"no_face": 108, "brief": 12}
    assert "none was found in 108 of 120 frames" in only_reason(quality)


def test_a_hole_of_a_moment_breaks_no_stretch() -> None:
    faces = [[] if number % 10 == 5 else [each] for number, each in enumerate(GOOD)]
    assert judged(faces).frames_rejected == {"no_face": 12}


def test_somebody_else_alone_in_the_picture_is_named() -> None:
    stranger = [face(centre=(300, 300), px_per_mm=0.9)] * 30
    quality = judged(alone(iter(GOOD)) + alone(iter(stranger)))
    assert quality.status is Status.LIMITED
    assert any("another person: in 30 frames" in reason for reason in quality.reasons)
