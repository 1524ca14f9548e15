"""The squares that networks look at, the pictures cut for them, and the detector's answer decoded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import face_detection, sampling
from analysis.errors import UnusablePicture
from analysis.networks import MAX_FACES, POINTS, Mesh, Roi, require_rgb, require_square, roi_of

LETTERBOX = Roi(centre_x=320, centre_y=180, size=640, roll_rad=0)


def mesh(points: np.ndarray) -> Mesh:
    return Mesh(points=points.astype(np.float32), presence=1.0)


def upright_points() -> np.ndarray:
    points = np.random.default_rng(3).uniform(-40, 40, (POINTS, 3))
    points[0, :2], points[1, :2] = (-50, -60), (50, 60)
    points[33, :2], points[263, :2] = (-30, -20), (30, -20)
    return points


def turned(points: np.ndarray, *, roll: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    c, s = np.cos(roll) * scale, np.sin(roll) * scale
    plane = points[:, :2] @ np.array([[c, s], [-s, c]]) + shift
    return np.column_stack([plane, points[:, 2] * scale])


def test_the_square_is_one_and_a_half_times_the_longer_side_of_the_points() -> None:
    roi = roi_of(mesh(upright_points()))
    assert roi == Roi(centre_x=0, centre_y=0, size=180, roll_rad=0)


@given(st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_the_square_follows_shift_and_scale(scale: float, dx: float, dy: float) -> None:
    roi = roi_of(mesh(turned(upright_points(), roll=0, scale=scale, shift=(dx, dy))))
    assert (roi.centre_x, roi.centre_y, roi.size) == pytest.approx((dx, dy, 180 * scale), rel=1e-4, abs=1e-2)


@given(st.floats(-3, 3))
def test_the_square_rolls_with_the_eyes(roll: float) -> None:
    assert roi_of(mesh(turned(upright_points(), roll=roll, scale=1, shift=(0, 0)))).roll_rad == pytest.approx(
        roll, abs=1e-4
    )


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((8, 8), np.uint8),
        ((8, 8, 1), np.uint8),
        ((8, 8, 4), np.uint8),
        ((8, 8, 3), np.float32),
        ((8, 8, 3), np.uint16),
        ((0, 8, 3), np.uint8),
        ((1, 40_000, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(shape: tuple[int, ...], kind: type) -> None:
    with pytest.raises(UnusablePicture):
        require_rgb(np.zeros(shape, dtype=kind))


def test_a_refusal_says_what_was_found_and_what_to_do() -> None:
    with pytest.raises(UnusablePicture, match=r"\(480, 640\).*uint8.*repeat a gray picture three times"):
        require_rgb(np.zeros((480, 640), dtype=np.uint8))
    with pytest.raises(UnusablePicture, match=r"640 x 480.*roi_of"):
        require_square(np.zeros((480, 640, 3), dtype=np.uint8))


def ramp(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y, np.full_like(x, 7)], axis=2).astype(np.uint8)


def test_a_square_that_is_the_whole_input_is_handed_over_as_it_is() -> None:
    rgb = ramp(128, 128)
    assert sampling.cut(rgb, Roi(centre_x=64, centre_y=64, size=128, roll_rad=0), side=128, border=sampling.ZERO) is rgb


@settings(max_examples=25)
@given(st.floats(-3.1, 3.1), st.floats(60, 110), st.floats(110, 140), st.floats(110, 140))
def test_a_rolled_square_shows_what_lies_there(roll: float, size: float, x: float, y: float) -> None:
    roi = Roi(centre_x=x, centre_y=y, size=size, roll_rad=roll)
    shown = sampling.cut(ramp(250, 250), roi, side=64, border=sampling.ZERO)
    rows, columns = np.mgrid[:64, :64]
    places = np.column_stack([columns.ravel(), rows.ravel(), np.zeros(64 * 64)]).astype(np.float32)
    expected = sampling.to_picture(places, roi, side=64)
    assert np.abs(shown.reshape(-1, 3)[:, :2] - expected[:, :2]).max() < 0.6
    assert (shown[..., 2] == 7).all()
    exact = sampling.cut_exactly(ramp(250, 250), roi, side=64)
    # half a level is the rounding of a picture
    assert np.abs(exact.reshape(-1, 3)[:, :2] - expected[:, :2]).max() < 0.52
    assert (exact[..., 2] == 7).all()


def test_outside_the_picture_lies_black_or_the_last_pixel() -> None:
    rgb = np.full((20, 20, 3), 200, dtype=np.uint8)
    roi = Roi(centre_x=0, centre_y=0, size=64, roll_rad=0)
    assert sampling.cut(rgb, roi, side=64, border=sampling.ZERO)[0, 0].tolist() == [0, 0, 0]
    assert sampling.cut(rgb, roi, side=64, border=sampling.REPLICATE)[0, 0].tolist() == [200, 200, 200]
    assert sampling.cut_exactly(rgb, roi, side=64)[0, 0].tolist() == [200, 200, 200]


def test_depth_is_scaled_like_the_picture() -> None:
    roi = Roi(centre_x=10, centre_y=20, size=512, roll_rad=1.0)
    assert sampling.to_picture(np.array([[128, 128, 5]], dtype=np.float32), roi, side=256)[0] == pytest.approx(
        (10, 20, 10)
    )


class Answer:
    """The detector's answer with a face wherever one is put."""

    def __init__(self) -> None:
        self.regressors = np.zeros((896, 16), dtype=np.float32)
        self.scores = np.full(896, -150, dtype=np.float32)

    def put(self, anchor: int, *, score: float, width: float = 32, tilt: float = 0) -> None:
        self.scores[anchor] = score
        self.regressors[anchor, 2:4] = width, width
        self.regressors[anchor, 4:8] = -8, -tilt, 8, tilt

    def rois(self) -> list[Roi]:
        return face_detection.rois(self.regressors, self.scores, LETTERBOX)


def test_no_sure_box_is_no_face() -> None:
    answer = Answer()
    answer.put(0, score=-0.01)
    assert answer.rois() == []


def test_a_box_becomes_a_square_in_the_picture() -> None:
    answer = Answer()
    answer.put(0, score=3, tilt=8)
    (roi,) = answer.rois()
    # the first anchor sits in the middle of the first of 16 x 16 cells; the letterbox begins at (0, -140)
    assert (roi.centre_x, roi.centre_y) == pytest.approx((20, -120))
    assert roi.size == pytest.approx(1.5 * 32 / 128 * 640)
    assert roi.roll_rad == pytest.approx(np.pi / 4)


def test_boxes_of_one_face_are_averaged_by_their_scores() -> None:
    answer = Answer()
    answer.put(0, score=0, width=30)
    answer.put(1, score=100, width=36)
    (roi,) = answer.rois()
    assert roi.size == pytest.approx(1.5 * 34 / 128 * 640)


def test_the_surest_faces_come_first_and_no_more_than_are_told_apart() -> None:
    answer = Answer()
    for cell in range(MAX_FACES + 2):
        answer.put(cell * 2 * 2 * 16, score=cell + 1, width=8)
    rois = answer.rois()
    assert len(rois) == MAX_FACES
    assert [roi.centre_y for roi in rois] == sorted((roi.centre_y for roi in rois), reverse=True)


def test_a_box_without_area_does_not_hold_the_decoder_up() -> None:
    answer = Answer()
    answer.put(0, score=5, width=0)
    answer.put(1, score=4, width=0)
    assert all(roi.size == 0 for roi in answer.rois())
