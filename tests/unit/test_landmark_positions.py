"""Distances from marked positions, worked by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_positions import position_errors
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import FrameLandmarks, Landmark
from tests.landmark_study import frames_of, full_key

FRAMES = frames_of(full_key(["a", "b"], 2))
MARKED = {frame.frame_id: {"chin": (10.0, 20.0), "nasion": (30.0, 40.0)} for frame in FRAMES}


def _found(
    algorithm: str, shifts: Mapping[tuple[str, int], float | None], *, points: Sequence[str] = ("chin", "nasion")
) -> dict[str, list[FrameLandmarks]]:
    """Landmarks that are all off by (3, 4) times a shift; None where nothing is found."""
    places = {"chin": (10.0, 20.0), "nasion": (30.0, 40.0), "own": (0.0, 0.0)}
    by_recording: dict[str, list[FrameLandmarks]] = {}
    for (recording, frame), shift in shifts.items():
        landmarks = tuple(
            Landmark(
                point=point, region=FaceRegion.NOSE, x=places[point][0] + 3 * shift, y=places[point][1] + 4 * shift
            )
            for point in (points if shift is not None else ())
            if shift is not None
        )
        one = FrameLandmarks(algorithm=algorithm, frame=frame, landmarks=landmarks)
        by_recording.setdefault(recording, []).append(one)
    return by_recording


def test_error_area_and_failures_by_hand() -> None:
    # 5 px per shift on 100 px: 0.05, 0, 0.10, lost
    found = _found("x", {("a", 0): 1, ("a", 1): 0, ("b", 0): 2, ("b", 1): None})
    result = position_errors(MARKED, FRAMES, found, ["x"])
    (each,) = result.algorithms
    assert each.errors == pytest.approx((0, 0.05, 0.10))
    assert (each.frames, each.lost) == (4, 1)
    assert each.area.value == pytest.approx((1 + (1 - 0.05 / 0.08) + 0 + 0) / 4)
    assert each.failures.value == 0.5
    assert each.median == pytest.approx((0.05 + 0.10) / 2)
    assert result.normalised_by.startswith("outer canthi by plain looks")


def test_the_root_of_the_mean_square_over_points() -> None:
    landmarks = (
        Landmark(point="chin", region=FaceRegion.NOSE, x=10.0, y=20.0),
        Landmark(point="nasion", region=FaceRegion.NOSE, x=33.0, y=44.0),
    )
    found = {"a": [FrameLandmarks(algorithm="x", frame=0, landmarks=landmarks)]}
    only = {FRAMES[0].frame_id: MARKED[FRAMES[0].frame_id]}
    result = position_errors(only, FRAMES, found, ["x"])
    assert result.algorithms[0].errors == pytest.approx((math.sqrt((0 + 25) / 2) / 100,))
    assert result.frames == 1


def test_marked_canthi_give_the_distance_where_all_frames_have_them() -> None:
    marked = {
        frame: {**points, "right_outer_canthus": (0.0, 0.0), "left_outer_canthus": (30.0, 40.0)}
        for frame, points in MARKED.items()
    }
    found = _found("x", {(r, f): 1 for r in "ab" for f in (0, 1)})
    result = position_errors(marked, FRAMES, found, ["x"])
    assert result.normalised_by == "marked outer canthi"
    assert result.algorithms[0].errors == pytest.approx((0.1,) * 4)
    assert result.points == ("chin", "nasion")


def test_algorithms_are_compared_on_the_points_that_all_have() -> None:
    everywhere = {(r, f): 1.0 for r in "ab" for f in (0, 1)}
    both = {
        recording: _found("x", everywhere)[recording] + _found("y", everywhere, points=("chin", "own"))[recording]
        for recording in "ab"
    }
    result = position_errors(MARKED, FRAMES, both, ["x", "y"])
    assert result.points == ("chin",)
    none = {r: _found("x", everywhere)[r] + _found("y", everywhere, points=("own",))[r] for r in "ab"}
    with pytest.raises(LandmarkStudyError, match="no marked point is one that all of x, y have"):
        position_errors(MARKED, FRAMES, none, ["x", "y"])


def test_an_algorithm_that_is_lost_everywhere_fails_everywhere() -> None:
    found = {
        "a": [
            *_found("x", {("a", 0): 0})["a"],
            *_found("y", {("a", 0): 0})["a"],
            *_found("y", {("a", 1): None})["a"],
        ],
        "b": _found("y", {("b", 0): None})["b"],
    }
    result = position_errors(MARKED, FRAMES, found, ["x", "y"])
    assert [(each.lost, each.failures.value, each.median) for each in result.algorithms] == [(3, 0.75, None)] * 2
