from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.networks import Mesh
from analysis.pipeline import Analysis, Recording, analyse, provenance
from analysis.results import AnalysisResult, Band
from analysis.settings import PIPELINE_VERSION, AnalysisSettings
from analysis.signals import COLUMNS
from analysis.tracker import Face
from analysis.values import Side, Status
from tests.synthetic_faces import Picture, alone, analysed, even_times, face, film, smiles, still

TIMES = even_times()
RIGHT, LEFT = smiles(8), smiles(3)
PLAIN = analysed(TIMES, alone(film(TIMES, RIGHT, LEFT)))


def numbers(result: AnalysisResult) -> dict[str, float]:
    commissure = result.commissure
    assert commissure.status is Status.GOOD, commissure.reason
    assert commissure.excursion_mm is not None
    assert commissure.nonlinearity is not None
    flat = {
        "right": commissure.excursion_mm.right,
        "left": commissure.excursion_mm.left,
        "r": commissure.pearson_r,
        "gain": commissure.gain,
        "ratio": commissure.amplitude_ratio,
        "hysteresis": commissure.nonlinearity.hysteresis,
    }
    return {name: value for name, value in flat.items() if value is not None}


def test_known_movement_is_measured() -> None:
    result = PLAIN.result
    assert result.quality.status is Status.GOOD
    assert result.source.frames == 300
    assert result.source.fps == pytest.approx(30)
    assert result.source.duration_s == pytest.approx(10)
    assert result.movement.excursion_mm is not None
    assert result.movement.excursion_mm.right == pytest.approx(8, rel=0.02)
    assert result.movement.excursion_mm.left == pytest.approx(3, rel=0.02)
    assert result.movement.rest_sd_mm is not None
    assert result.movement.rest_sd_mm.right < 0.15
    commissure = result.commissure
    assert commissure.pearson_r == pytest.approx(1, abs=0.005)
    assert commissure.amplitude_ratio == pytest.approx(3 / 8, rel=0.02)
    assert commissure.gain == pytest.approx(3 / 8, rel=0.02)
    assert commissure.weaker_side is Side.LEFT
    assert commissure.band is Band.LINEAR
    assert commissure.lag_s == pytest.approx(0, abs=0.04)
    # onset at 15 % of the peak of a half-second raised cosine is 0.127 s after it begins
    assert [s.start_s for s in result.movement.segments] == pytest.approx([0.83, 3.83, 6.83], abs=0.05)
    assert [s.end_s for s in result.movement.segments] == pytest.approx([2.87, 5.87, 8.87], abs=0.05)


def test_the_signals_are_those_of_the_contract() -> None:
    table = PLAIN.signals
    assert tuple(table.columns) == COLUMNS
    assert table["frame"].tolist() == list(range(300))
    assert table["t_s"].to_numpy() == pytest.approx(TIMES)
    assert table["face"].all()
    assert table["used"].all()
    truth = np.array([RIGHT(t) for t in TIMES])
    assert np.sqrt(np.mean((table["right_commissure_mm"] - truth) ** 2)) < 0.2
    assert table["right_aperture_mm"].median() == pytest.approx(9.5, rel=0.03)
    assert table["left_brow_mm"].median() == pytest.approx((45 + 47 + 45) / 3 - 26.25, abs=1)
    assert table["iod_px"].median() == pytest.approx(126, rel=0.02)
    assert table["yaw_deg"].abs().max() == pytest.approx(3, abs=0.05)


def test_the_same_twice_is_the_same() -> None:
    again = analysed(TIMES, alone(film(TIMES, RIGHT, LEFT)))
    assert again.result == PLAIN.result
    assert again.signals.equals(PLAIN.signals)


@pytest.mark.parametrize("offset", [3600.0, -5.0])
def test_a_shift_of_all_times_changes_nothing(offset: float) -> None:
    shifted = analysed(TIMES + offset, alone(film(TIMES, RIGHT, LEFT))).result
    # rounding may take a frame more or less into the edge of a segment
    assert numbers(shifted) == pytest.approx(numbers(PLAIN.result), rel=1e-3, abs=1e-3)
    assert shifted.source.duration_s == pytest.approx(10)
    assert [s.start_s for s in shifted.movement.segments] == pytest.approx(
        [s.start_s for s in PLAIN.result.movement.segments]
    )


@pytest.mark.parametrize("fps", [15.0, 25.0, 50.0, 60.0])
def test_another_frame_rate_moves_the_numbers_little(fps: float) -> None:
    times = even_times(fps=fps)
    result = analysed(times, alone(film(times, RIGHT, LEFT, seed=1))).result
    assert result.source.fps == pytest.approx(fps)
    if fps >= 25:
        assert numbers(result) == pytest.approx(numbers(PLAIN.result), rel=0.03, abs=0.02)
    else:
        assert result.quality.status is Status.LIMITED


def test_a_variable_frame_rate_moves_the_numbers_little() -> None:
    random = np.random.default_rng(3)
    times = np.cumsum(random.choice([1 / 60, 1 / 30, 1 / 15], size=300, p=[0.25, 0.5, 0.25]))
    times = times[times < 10]
    result = analysed(times, alone(film(times, RIGHT, LEFT, seed=2))).result
    assert numbers(result) == pytest.approx(numbers(PLAIN.result), rel=0.04, abs=0.03)


def dropped(mask: NDArray[np.bool_]) -> Analysis:
    """The frames are missing from the file."""
    times = TIMES[mask]
    faces = [each for each, kept in zip(film(TIMES, RIGHT, LEFT), mask, strict=True) if kept]
    return analysed(times, alone(iter(faces)))


def untracked(mask: NDArray[np.bool_]) -> Analysis:
    """The frames are there, the face was not found."""
    faces: Sequence[list[Face]] = [
        [each] if kept else [] for each, kept in zip(film(TIMES, RIGHT, LEFT), mask, strict=True)
    ]
    return analysed(TIMES, faces)


@pytest.mark.parametrize("lose", [dropped, untracked])
def test_lost_frames_move_the_numbers_little(lose) -> None:
    mask = np.random.default_rng(5).random(len(TIMES)) > 0.1
    result = lose(mask).result
    assert numbers(result) == pytest.approx(numbers(PLAIN.result), rel=0.05, abs=0.03)


def test_untracked_frames_are_rows_without_measures() -> None:
    mask = np.ones(len(TIMES), dtype=np.bool_)
    mask[40:50] = False
    analysis = untracked(mask)
    lost = analysis.signals[~mask]
    assert len(analysis.signals) == 300
    assert not lost["face"].any()
    assert lost.drop(columns=["frame", "t_s", "face", "used"]).isna().all(axis=None)
    assert analysis.result.quality.frames_rejected == {"no_face": 10}


def test_sides_change_places_with_the_movement() -> None:
    swapped = analysed(TIMES, alone(film(TIMES, LEFT, RIGHT))).result
    assert swapped.commissure.weaker_side is Side.RIGHT
    ours, theirs = numbers(PLAIN.result), numbers(swapped)
    assert (theirs["right"], theirs["left"]) == pytest.approx((ours["left"], ours["right"]), rel=0.02)


class Looking:
    """Notes what it is shown."""

    def __init__(self) -> None:
        self.shown: list[NDArray[np.uint8]] = []

    def faces(self, rgb: NDArray[np.uint8], *, closely: bool = False) -> list[Face]:
        self.shown.append(rgb)
        return [face()]

    def mesh(self, square: NDArray[np.uint8]) -> Mesh:
        raise AssertionError("a face without a framing has no half-face pictures")


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_recording_declared_mirrored_is_turned_back_before_anything_looks_at_it(mirrored: bool) -> None:
    rgb = np.zeros((720, 1280, 3), dtype=np.uint8)
    rgb[:, :10] = 255
    settings, tracker = AnalysisSettings(mirrored=mirrored), Looking()
    analysis = analyse(
        [Picture(time_s=0.0, rgb=rgb)],
        Recording(kind="image", timestamps="file"),
        trackers=[tracker],
        settings=settings,
        provenance=provenance("test", "0" * 64, settings, datetime.now(UTC)),
    )
    assert (tracker.shown[0] == (rgb[:, ::-1] if mirrored else rgb)).all()
    assert analysis.result.source.mirrored is mirrored


def test_a_single_image() -> None:
    analysis = analysed(np.zeros(1), [[face()]], recording=Recording(kind="image", timestamps="file"))
    result = analysis.result
    assert result.quality.status is Status.GOOD
    assert (result.source.fps, result.source.duration_s) == (None, 0)
    assert result.commissure.reason == "single image: movement cannot be seen in one picture"
    assert analysis.signals["right_aperture_mm"][0] == pytest.approx(9.5, rel=0.01)
    assert analysis.signals["right_commissure_mm"].isna().all()


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_hardly_any_frames(frames: int) -> None:
    analysis = analysed(np.arange(frames) / 30, [[face()]] * frames)
    assert analysis.result.quality.status is Status.NOT_ASSESSABLE
    assert analysis.result.commissure.reason == analysis.result.quality.reasons[0]
    assert len(analysis.signals) == frames


def test_a_video_without_a_face() -> None:
    analysis = analysed(TIMES, [[]] * len(TIMES))
    assert analysis.result.quality.reasons == ("no face: none was found in 300 of 300 frames",)
    assert not analysis.signals["used"].any()


def test_times_that_stand_still() -> None:
    """Broken timestamps are a result as well."""
    analysis = analysed(np.zeros(60), [[face()]] * 60)
    assert analysis.result.quality.status is Status.NOT_ASSESSABLE
    assert analysis.result.source.fps is None


def test_a_face_that_never_moves() -> None:
    result = analysed(TIMES, alone(film(TIMES, still, still))).result
    assert result.quality.status is Status.GOOD
    assert result.movement.status is Status.NOT_ASSESSABLE
    assert (result.movement.reason or "").startswith("no movement")


@pytest.mark.parametrize(("right", "left", "dead"), [(RIGHT, still, "left"), (still, LEFT, "right")])
def test_one_side_alone(right, left, dead: str) -> None:
    result = analysed(TIMES, alone(film(TIMES, right, left))).result
    assert result.movement.status is Status.GOOD
    assert result.commissure.status is Status.NOT_ASSESSABLE
    assert (result.commissure.reason or "").startswith(f"the {dead} mouth corner did not move")


def test_a_face_seen_only_at_rest_and_for_a_moment_of_the_smile() -> None:
    """Whatever is seen of a face gives a result."""
    for seen in range(1, 12):
        mask = TIMES < 1.0
        mask[60 : 60 + seen] = True
        commissure = untracked(mask).result.commissure
        assert commissure.status is Status.NOT_ASSESSABLE
        assert commissure.reason is not None
        words = "no movement" if seen < 9 else "the course of the movement was not seen"  # less than 0.3 s is not used
        assert commissure.reason.startswith(words)


def test_a_pull_towards_the_other_side_is_negative() -> None:
    """The healthy side drags the paralysed corner across."""
    result = analysed(TIMES, alone(film(TIMES, smiles(10), smiles(-4)))).result
    assert result.movement.excursion_mm is not None
    assert result.movement.excursion_mm.left == pytest.approx(-4, rel=0.05)
    assert result.commissure.pearson_r == pytest.approx(-1, abs=0.02)
    assert result.commissure.gain == pytest.approx(-0.4, rel=0.05)


def test_provenance() -> None:
    settings = AnalysisSettings(gate_mm=3)
    value = provenance("vultus 9", "a" * 64, settings, datetime(2026, 1, 1, tzinfo=UTC))
    assert value.config_sha256 == settings.sha256
    assert value.pipeline_version == PIPELINE_VERSION


def test_no_palsy_is_read_where_rest_is_unsteady() -> None:
    times = even_times()
    shaking = analysed(times, alone(film(times, smiles(10), smiles(4), noise_mm=2.0))).result
    assert (shaking.movement.reason or "").startswith("no steady rest")
    assert shaking.palsy is not None
    assert shaking.palsy.status is Status.NOT_ASSESSABLE
    assert shaking.palsy.reason == shaking.movement.reason


def test_what_limits_the_recording_limits_its_palsy() -> None:
    times = even_times(fps=20)
    slow = analysed(times, alone(film(times, smiles(10), smiles(4)))).result
    assert slow.quality.status is Status.LIMITED
    assert slow.palsy is not None
    assert slow.palsy.status is Status.LIMITED
    assert set(slow.quality.reasons) <= set(slow.palsy.limits)
