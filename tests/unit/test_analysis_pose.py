"""The rigid fit of the canonical face gives back the turn that a mesh was made with."""

from __future__ import annotations

import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from analysis import model, pose
from analysis.networks import POINTS, Mesh

TO_PICTURE = (1.0, -1.0, -1.0)
angle = st.floats(-45, 45)


def turned(yaw: float, pitch: float, roll: float, *, size: float = 20, shift: float = 300) -> Mesh:
    points = np.zeros((POINTS, 3))
    places = pose._CANONICAL[:, 0].astype(int)
    points[places] = Rotation.from_euler("YXZ", [yaw, pitch, roll], degrees=True).apply(pose._CANONICAL[:, 1:])
    return Mesh(points=(points * TO_PICTURE * size + (shift, shift, 0)).astype(np.float32), presence=1.0)


@given(angle, angle, angle)
def test_the_turn_is_found_again(yaw: float, pitch: float, roll: float) -> None:
    found = pose.pose_of(turned(yaw, pitch, roll))
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx((yaw, pitch, roll), abs=1e-3)


def test_neither_place_nor_size_matter() -> None:
    near, far = pose.pose_of(turned(10, -5, 3)), pose.pose_of(turned(10, -5, 3, size=4, shift=1500))
    assert (near.yaw_deg, near.pitch_deg) == pytest.approx((far.yaw_deg, far.pitch_deg), abs=0.01)


def test_the_signs() -> None:
    """To the subject's left is to the right of the picture; down is down; the right shoulder is on the picture's left."""
    nose, bridge = 4, 168
    straight = turned(0, 0, 0).points
    left, down, leaning = (turned(*turn).points for turn in ((20, 0, 0), (0, 20, 0), (0, 0, 20)))
    assert left[nose, 0] - left[bridge, 0] > 0
    assert down[nose, 1] - down[bridge, 1] > straight[nose, 1] - straight[bridge, 1]
    assert leaning[10, 0] < leaning[nose, 0]


def test_the_points_are_the_same_on_both_sides() -> None:
    mirrored = pose._CANONICAL[:, 1:] * (-1, 1, 1)
    assert {tuple(row) for row in mirrored} == {tuple(row) for row in pose._CANONICAL[:, 1:]}


@pytest.mark.skipif(not model.default_path().is_file(), reason="the landmark model is not here")
def test_the_points_are_those_of_the_bundle() -> None:
    with zipfile.ZipFile(model.default_path()) as bundle:
        geometry = bundle.read("geometry_pipeline_metadata_landmarks.binarypb")
    for point, *place in pose._CANONICAL:
        # x y z u v of one vertex after the other, each a protobuf fixed32 behind a one-byte tag; vertex 0 begins at byte 9
        start = 9 + 25 * int(point)
        stored = [struct.unpack_from("<f", geometry, start + 5 * axis)[0] for axis in range(3)]
        assert stored == pytest.approx(place, abs=1e-6)
