"""What raters see: dots where the landmarks are, the same cut for every algorithm, strays on the edge."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from analysis.evaluation.landmark_pictures import PANEL_PX, Crop, as_jpeg, crop_of, draw
from analysis.evaluation.landmark_regions import NAMED, FaceRegion
from analysis.evaluation.landmark_values import FrameLandmarks, Landmark

GREY = np.full((200, 300, 3), 120, np.uint8)
CROP = Crop(left=100, top=50, width=80, height=40)


def _at(x: float, y: float, point: str = "p") -> Landmark:
    return Landmark(point=point, region=FaceRegion.MOUTH, x=x, y=y)


def _found(algorithm: str, *places: tuple[float, float]) -> FrameLandmarks:
    landmarks = tuple(_at(x, y, f"p{number}") for number, (x, y) in enumerate(places))
    return FrameLandmarks(algorithm=algorithm, frame=0, landmarks=landmarks)


@pytest.mark.parametrize(("x", "y"), [(140.0, 70.0), (120.3, 61.7), (101.0, 89.0)])
def test_the_dot_lies_where_the_landmark_does(x: float, y: float) -> None:
    picture = draw(GREY, CROP, [_at(x, y)]).astype(float)
    marked = picture[: round(40 * CROP.scale)]
    weight = np.abs(marked - 120).sum(axis=2)
    rows, columns = np.indices(weight.shape)
    centre = ((columns + 0.5) * weight).sum() / weight.sum(), ((rows + 0.5) * weight).sum() / weight.sum()
    assert CROP.scale == PANEL_PX / 80
    assert centre == pytest.approx(((x - 100) * CROP.scale, (y - 50) * CROP.scale), abs=0.15)
    assert (weight > 0).sum() < 80, "a dot hides the anatomy"


def test_what_is_shown_is_what_lies_there() -> None:
    rgb = GREY.copy()
    rgb[70:72, 140:142] = (250, 10, 10)
    picture = draw(rgb, CROP, []).astype(int)
    red = np.argwhere((picture[..., 0] - picture[..., 1]) > 60)
    first, last = red.min(axis=0), red.max(axis=0)
    assert (first[1] + last[1] + 1) / 2 == pytest.approx(41 * CROP.scale, abs=1)
    upper = red[red[:, 0] < 40 * CROP.scale]
    assert (upper[:, 0].min() + upper[:, 0].max() + 1) / 2 == pytest.approx(21 * CROP.scale, abs=1)


def test_the_bare_face_stands_below_a_wide_one_and_beside_a_high_one() -> None:
    wide = draw(GREY, CROP, [_at(140, 70)])
    assert wide.shape == (2 * 320 + 12, 640, 3)
    assert (wide[332:] == 120).all()
    high = draw(GREY, Crop(left=100, top=50, width=40, height=80), [_at(120, 70)])
    assert high.shape == (640, 2 * 320 + 12, 3)
    assert (high[:, 332:] == 120).all()


def test_a_landmark_outside_is_a_square_on_the_edge() -> None:
    picture = draw(GREY, CROP, [_at(500, 70)])
    changed = np.argwhere((picture[:320] != 120).any(axis=2))
    assert changed[:, 1].min() > 620
    assert changed[:, 0].mean() == pytest.approx(160, abs=2)


def test_beyond_the_frame_is_paper() -> None:
    picture = draw(GREY, Crop(left=-40, top=50, width=80, height=40), [])
    assert (picture[:300, :300] == 245).all()


def test_a_large_face_is_smoothed_before_it_is_made_smaller() -> None:
    checks = np.indices((2000, 2000)).sum(axis=0) % 2 * 255
    rgb = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    picture = draw(rgb, Crop(left=0, top=0, width=2000, height=2000), [])
    assert picture[50:-50, 50:600].std() < 12


def test_the_cut_is_the_same_whoever_is_shown_and_strays_widen_it_only_so_far() -> None:
    reference, close, stray = (
        _found("a", (100, 100), (150, 120)),
        _found("b", (98, 101), (155, 118)),
        _found("c", (100, 100), (900, 110)),
    )
    alone = crop_of(FaceRegion.MOUTH, [reference], 100)
    assert alone == Crop(left=80, top=80, width=90, height=60)
    both = crop_of(FaceRegion.MOUTH, [reference, close], 100)
    assert both == Crop(left=78, top=80, width=97, height=60)
    with_stray = crop_of(FaceRegion.MOUTH, [reference, stray], 100)
    assert with_stray is not None
    assert with_stray.left + with_stray.width == 150 + 100 + 20
    assert crop_of(FaceRegion.EYE, [reference], 100) is None


def test_the_file_says_nothing_of_where_it_came_from() -> None:
    content = as_jpeg(draw(GREY, CROP, [_at(140, 70)]))
    with Image.open(io.BytesIO(content)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Exif" not in content


def test_every_feature_has_its_points_on_both_sides() -> None:
    for region in FaceRegion:
        names = {name for name, (of, _) in NAMED.items() if of is region}
        right = {name.removeprefix("right_") for name in names if name.startswith("right_")}
        left = {name.removeprefix("left_") for name in names if name.startswith("left_")}
        assert right == left
        assert len(names) >= 6
    indices = [index for _, index in NAMED.values()]
    assert len(set(indices)) == len(indices)
