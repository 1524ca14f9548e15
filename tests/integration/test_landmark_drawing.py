"""One recording drawn with the real networks: every algorithm, and recordings that show a mirror image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from analysis import model, phantom
from analysis.evaluation.landmark_drawing import DrawingPlan, OutsideAlgorithm, draw_recording
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import (
    MEDIAPIPE_VIDEO,
    OWN,
    PLAIN,
    VULTUS,
    DrawnRecording,
    FrameLandmarks,
    Landmark,
)
from analysis.networks import POINTS, Mesh, Picture
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker

PORTRAIT = np.ascontiguousarray(phantom.PORTRAIT.pixels()[:300, 60:420])
WIDTH = PORTRAIT.shape[1]


@dataclass(frozen=True)
class Shot:
    rgb: Picture
    time_s: float


class Film:
    """So many seconds of a portrait that stands still; counts how often it is read."""

    def __init__(self, rgb: Picture, frames: int) -> None:
        self._rgb, self._frames, self.read = rgb, frames, 0

    @contextmanager
    def __call__(self) -> Iterator[Iterator[Shot]]:
        self.read += 1
        yield (Shot(self._rgb, frame / 30) for frame in range(self._frames))


def _drawn(
    film: Film, output: Path, tracker: LandmarkTracker, *, mirrored: bool = False, **plan: object
) -> DrawnRecording:
    return draw_recording(
        film,
        DrawingPlan.model_validate({"frames": 2, "seed": 1, "algorithms": OWN, **plan}),
        output,
        trackers=[tracker],
        bundle=model.default_path(),
        settings=AnalysisSettings(mirrored=mirrored),
    )


def _places(drawn: DrawnRecording, algorithm: str) -> np.ndarray:
    frame = next(one for one in drawn.landmarks if one.algorithm == algorithm)
    return np.array([(each.x, each.y) for each in frame.landmarks])


@pytest.fixture(scope="module")
def drawn(tracker: LandmarkTracker, tmp_path_factory: pytest.TempPathFactory) -> DrawnRecording:
    return _drawn(Film(PORTRAIT, 6), tmp_path_factory.mktemp("drawn"), tracker)


def test_all_algorithms_find_the_same_face(drawn: DrawnRecording) -> None:
    assert (drawn.frames_decoded, drawn.frames_with_face, len(drawn.chosen)) == (6, 6, 2)
    assert len(drawn.pictures) == 2 * 3 * 5
    assert all(each.file for each in drawn.pictures)
    iod = drawn.chosen[0].inter_ocular_px
    for other in (PLAIN, MEDIAPIPE_VIDEO):
        apart = np.hypot(*(_places(drawn, VULTUS) - _places(drawn, other)).T)
        assert 0 < np.median(apart) < 0.05 * iod
    plain, video = _places(drawn, PLAIN), _places(drawn, MEDIAPIPE_VIDEO)
    assert np.hypot(*(plain - video).T).max() < 0.02 * iod  # nothing moves, so there is nothing to smooth


def test_a_mirrored_recording_is_turned_back_with_everything_in_it(
    drawn: DrawnRecording, tracker: LandmarkTracker, tmp_path: Path
) -> None:
    mark = Landmark(point="mark", region=FaceRegion.MOUTH, x=100.0, y=140.0)
    outside = tuple(FrameLandmarks(algorithm="other", frame=frame, landmarks=(mark,)) for frame in range(6))
    mirrored = _drawn(
        Film(np.ascontiguousarray(PORTRAIT[:, ::-1]), 6),
        tmp_path,
        tracker,
        mirrored=True,
        outside=(OutsideAlgorithm(name="other", regions=(FaceRegion.MOUTH,)),),
        outside_landmarks=outside,
    )
    for algorithm in OWN:
        assert _places(mirrored, algorithm) == pytest.approx(_places(drawn, algorithm), abs=1e-3)
    assert _places(mirrored, "other").tolist() == [[WIDTH - 100.0, 140.0]]


def test_the_recording_is_read_only_as_often_as_it_must_be(tracker: LandmarkTracker, tmp_path: Path) -> None:
    film = Film(PORTRAIT, 4)
    _drawn(film, tmp_path, tracker, algorithms=(VULTUS, PLAIN))
    assert film.read == 2


def test_measured_only_takes_no_frame_that_vultus_refuses(tracker: LandmarkTracker, tmp_path: Path) -> None:
    # too short to be measured: a face must be there for 0.3 s
    film = Film(PORTRAIT, 4)
    assert _drawn(film, tmp_path, tracker, algorithms=(PLAIN,)).chosen
    refused = _drawn(film, tmp_path, tracker, algorithms=(PLAIN,), measured_only=True)
    assert refused.chosen == ()
    assert refused.remarks == ("Vultus would measure none of the 4 frames with a face",)


def test_an_outside_algorithm_is_lost_only_where_it_has_points(tracker: LandmarkTracker, tmp_path: Path) -> None:
    found = _drawn(
        Film(PORTRAIT, 1),
        tmp_path,
        tracker,
        algorithms=(PLAIN,),
        outside=(OutsideAlgorithm(name="other", regions=(FaceRegion.EYE,)),),
    )
    others = [each for each in found.pictures if each.algorithm == "other"]
    assert [(each.region, each.file) for each in others] == [(FaceRegion.EYE, None)]


def test_where_most_frames_lack_a_half_vultus_is_what_it_measures_with_then(
    tracker: LandmarkTracker, tmp_path: Path
) -> None:
    class OneEyed:
        """Sees faces, and never half of one."""

        faces = staticmethod(tracker.faces)

        @staticmethod
        def mesh(square: Picture) -> Mesh:
            return Mesh(points=np.full((POINTS, 3), np.nan, dtype=np.float32), presence=0.0)

    found = draw_recording(
        Film(PORTRAIT, 15),
        DrawingPlan(frames=2, seed=1, algorithms=(VULTUS, PLAIN)),
        tmp_path,
        trackers=[OneEyed()],
        bundle=model.default_path(),
        settings=AnalysisSettings(),
    )
    assert "by plain looks" in found.remarks[0]
    assert _places(found, VULTUS) == pytest.approx(_places(found, PLAIN))
