from __future__ import annotations

import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from analysis import anatomy, head_frame, model
from analysis.head_frame import to_head_frame
from tests.synthetic_faces import even_times, face, film, smiles

TO_PICTURE = np.array([1.0, -1.0, -1.0])
MIRROR = {
    **dict(zip(anatomy.RIGHT.brow, anatomy.LEFT.brow, strict=True)),
    anatomy.RIGHT.commissure: anatomy.LEFT.commissure,
    anatomy.RIGHT.upper_lid: anatomy.LEFT.upper_lid,
    anatomy.RIGHT.lower_lid: anatomy.LEFT.lower_lid,
    anatomy.RIGHT.outer_canthus: anatomy.LEFT.outer_canthus,
    anatomy.RIGHT.inner_canthus: anatomy.LEFT.inner_canthus,
    anatomy.RIGHT.iris_centre: anatomy.LEFT.iris_centre,
    anatomy.RIGHT.iris_horizontal[0]: anatomy.LEFT.iris_horizontal[0],
    anatomy.RIGHT.iris_horizontal[1]: anatomy.LEFT.iris_horizontal[1],
}
SWAPPED = [
    anatomy.ROW[({**MIRROR, **{left: right for right, left in MIRROR.items()}}).get(point, point)]
    for point in anatomy.KEPT
]
FILM = np.array([f.points for f in film(even_times(2), smiles(8), smiles(3), noise_mm=0.3)], dtype=np.float64)

angles = st.floats(-40, 40)


def turned(points: NDArray[np.float64], rotation: Rotation) -> NDArray[np.float64]:
    """Rotated in space, in the picture's own axes."""
    return np.asarray(points @ rotation.as_matrix().T)


@settings(max_examples=30, deadline=None)
@given(angles, angles, angles, st.floats(0.2, 5), st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_rotation_scale_and_shift_of_the_recording_change_nothing(
    yaw: float, pitch: float, roll: float, scale: float, x: float, y: float
) -> None:
    rotation = Rotation.from_euler("YXZ", [yaw, pitch, roll], degrees=True)
    moved = turned(FILM, rotation) * scale + np.array([x, y, 0.0])
    assert to_head_frame(moved) == pytest.approx(to_head_frame(FILM) * scale, abs=1e-6 * scale)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_frame_may_have_its_own_pose(seed: int) -> None:
    random = np.random.default_rng(seed)
    poses = Rotation.from_euler("YXZ", random.uniform(-30, 30, (len(FILM), 3)), degrees=True).as_matrix()
    moved = FILM @ np.swapaxes(poses, 1, 2) + random.uniform(-500, 500, (len(FILM), 1, 3))
    assert to_head_frame(moved) == pytest.approx(to_head_frame(FILM), abs=1e-6)


def test_a_mirror_image_swaps_the_sides() -> None:
    mirrored = (FILM * np.array([-1.0, 1.0, 1.0]))[:, SWAPPED]
    expected = (to_head_frame(FILM) * np.array([-1.0, 1.0, 1.0]))[:, SWAPPED]
    assert to_head_frame(mirrored) == pytest.approx(expected, abs=1e-6)


def test_x_grows_to_the_subjects_left_y_upwards_and_z_out_of_the_face() -> None:
    head = np.median(to_head_frame(FILM), axis=0)
    row = anatomy.ROW
    assert head[row[anatomy.LEFT.commissure], 0] > 0 > head[row[anatomy.RIGHT.commissure], 0]
    assert head[row[anatomy.LEFT.brow[0]], 1] > head[row[anatomy.LEFT.commissure], 1]
    assert head[row[4], 2] > head[row[168], 2]


def test_the_line_of_the_eyes_is_level() -> None:
    head = to_head_frame(FILM)
    canthi = [
        head[:, [anatomy.ROW[side.outer_canthus], anatomy.ROW[side.inner_canthus]]].mean(axis=(0, 1))
        for side in (anatomy.RIGHT, anatomy.LEFT)
    ]
    # of the mean shape by construction; of the mean position up to the noise
    assert np.degrees(np.arctan2(canthi[1][1] - canthi[0][1], canthi[1][0] - canthi[0][0])) == pytest.approx(0, abs=0.1)


def test_one_unit_is_one_pixel_of_the_median_face() -> None:
    head = to_head_frame(np.array([face(px_per_mm=s).points for s in (1.0, 2.0, 3.0)], dtype=np.float64))
    rows = [anatomy.ROW[anatomy.RIGHT.iris_centre], anatomy.ROW[anatomy.LEFT.iris_centre]]
    distance = np.linalg.norm(np.diff(head[:, rows], axis=1)[:, 0], axis=1)
    assert distance == pytest.approx(np.full(3, 63.0 * 2), rel=1e-5)


def test_frames_without_a_face_stay_empty_and_do_not_disturb_the_others() -> None:
    lost = np.array([3, 4, 20])
    points = FILM.copy()
    points[lost] = np.nan
    head = to_head_frame(points)
    kept = np.setdiff1d(np.arange(len(FILM)), lost)
    assert np.isnan(head[lost]).all()
    assert head[kept] == pytest.approx(to_head_frame(FILM[kept]), abs=1e-9)


def test_no_face_at_all() -> None:
    assert np.isnan(to_head_frame(np.full((5, len(anatomy.KEPT), 3), np.nan))).all()
    assert to_head_frame(np.empty((0, len(anatomy.KEPT), 3))).shape == (0, len(anatomy.KEPT), 3)


def test_yaw_does_not_carry_the_mouth_sideways() -> None:
    """Against a fit in the picture's plane, in which 15 degrees of yaw move the mouth by millimetres."""
    head = to_head_frame(np.array([face(yaw=yaw).points for yaw in np.linspace(-15, 15, 31)], dtype=np.float64))
    corner = head[:, anatomy.ROW[anatomy.LEFT.commissure]]
    assert np.ptp(corner, axis=0) == pytest.approx([0, 0, 0], abs=1e-3)


def test_the_canonical_shape_is_that_of_the_bundle() -> None:
    with zipfile.ZipFile(model.default_path()) as bundle:
        geometry = bundle.read("geometry_pipeline_metadata_landmarks.binarypb")
    # x y z u v of one vertex after the other, each a protobuf fixed32 behind a one-byte tag; vertex 0 begins at byte 9
    for point, expected in zip(anatomy.STABLE, head_frame._CANONICAL, strict=True):
        start = 9 + 25 * point
        stored = [struct.unpack_from("<f", geometry, start + 5 * axis)[0] for axis in range(3)]
        assert stored == pytest.approx(expected, abs=1e-6)


MIRRORED = list(anatomy.MIRRORED)
STILL = np.repeat(face().points[None].astype(np.float64), 40, axis=0)
SIZE = float(np.sqrt(((STILL[0] - STILL[0].mean(axis=0)) ** 2).sum(axis=1).mean()))


def carried(rows: NDArray[np.int_], by: NDArray[np.float64]) -> float:
    """How far the head frame goes, in sizes of the face, when ``rows`` jump by 5 % of it in half of the frames."""
    points = STILL.copy()
    points[np.ix_(np.arange(0, len(STILL), 2), rows)] += 0.05 * SIZE * by
    head = to_head_frame(points)
    others = np.setdiff1d(np.arange(len(anatomy.KEPT)), rows)
    return float(np.abs(np.diff(head[:2, others], axis=0)).max()) / SIZE


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_half_of_the_points_that_jump_each_its_own_way_do_not_carry_the_head_frame(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.permutation(len(anatomy.KEPT))[: len(anatomy.KEPT) // 2]
    angle = random.uniform(0, 2 * np.pi, len(rows))
    by = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(len(rows))])
    assert carried(rows, by) < 0.002


@pytest.mark.parametrize("angle", [0.0, 0.8, 1.6, 2.4])
@pytest.mark.parametrize("moving", ["left half", "right half", "lower face"])
def test_a_part_of_the_face_that_jumps_as_a_whole_does_not_carry_the_head_frame(moving: str, angle: float) -> None:
    parts = {
        "left half": anatomy.LEFT.points,
        "right half": anatomy.RIGHT.points,
        "lower face": tuple(point for point in anatomy.KEPT if STILL[0, anatomy.ROW[point], 1] > STILL[0, :, 1].mean()),
    }
    rows = np.array([anatomy.ROW[point] for point in parts[moving]])
    assert carried(rows, np.array([np.cos(angle), np.sin(angle), 0.0])) < 0.002


def test_the_jump_itself_is_read_as_it_is() -> None:
    """What the head frame does not take away is measured: against weights that hide what they should show."""
    corner = anatomy.ROW[anatomy.LEFT.commissure]
    points = STILL.copy()
    points[::2, corner] += (0.05 * SIZE, 0, 0)
    head = to_head_frame(points)
    assert head[0, corner, 0] - head[1, corner, 0] == pytest.approx(0.05 * SIZE, rel=0.02)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_mirror_image_of_any_movement_gives_the_mirrored_places(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = FILM[:20] + random.normal(0, 1, (20, *FILM.shape[1:]))
    steady = points + random.normal(0, 0.5, points.shape)
    flip = np.array([-1.0, 1.0, 1.0])
    mirrored = to_head_frame((points * flip)[:, MIRRORED], (steady * flip)[:, MIRRORED])
    assert mirrored == pytest.approx((to_head_frame(points, steady) * flip)[:, MIRRORED], abs=1e-6)


def test_the_fit_rests_on_the_steady_points_and_carries_the_others_along() -> None:
    shaken = FILM.copy()
    rows = [anatomy.ROW[point] for point in anatomy.STABLE]
    shaken[10, rows] += np.random.default_rng(0).normal(0, 3, (len(rows), 3))
    head, plain = to_head_frame(shaken, FILM), to_head_frame(FILM)
    untouched = np.setdiff1d(np.arange(len(anatomy.KEPT)), rows)
    shift = head[:, untouched] - plain[:, untouched]
    assert shift == pytest.approx(np.broadcast_to(shift[0, 0], shift.shape), abs=1e-6)
    assert to_head_frame(FILM, FILM) == pytest.approx(plain, abs=1e-12)


def test_a_recording_too_long_to_learn_from_every_frame_is_measured_alike() -> None:
    # no multiple of the stride, so that every frame of the film is among those that are learnt from
    film = FILM[:59]
    long = to_head_frame(np.tile(film, (85, 1, 1)))
    assert np.isfinite(long).all()
    assert long[-len(film) :] == pytest.approx(to_head_frame(film), abs=0.02)
