"""Where a face is turned: the canonical face model laid rigidly upon a mesh with its depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.networks import Mesh

_CANONICAL: Final = np.array(
    [
        (33, -4.445859, 2.663991, 3.173422),
        (263, 4.445859, 2.663991, 3.173422),
        (133, -1.856432, 2.585245, 3.757904),
        (362, 1.856432, 2.585245, 3.757904),
        (127, -7.743095, 2.364999, -2.005167),
        (356, 7.743095, 2.364999, -2.005167),
        (162, -7.555811, 4.106811, -0.991917),
        (389, 7.555811, 4.106811, -0.991917),
        (54, -6.279331, 6.615427, 1.425850),
        (284, 6.279331, 6.615427, 1.425850),
        (67, -3.523964, 8.005976, 3.729163),
        (297, 3.523964, 8.005976, 3.729163),
        (10, 0.000000, 8.261778, 4.481535),
        (151, 0.000000, 6.545390, 5.027311),
        (168, 0.000000, 3.271027, 5.236015),
        (6, 0.000000, 2.473255, 5.788627),
        (197, 0.000000, 1.728369, 6.316750),
        (195, 0.000000, 1.059413, 6.774605),
        (5, 0.000000, 0.365669, 7.242870),
        (4, 0.000000, -0.463170, 7.586580),
    ]
)
"""Landmark, then its place in the canonical face model, cm (x to the subject's left, y up, z out of the face): canthi, temples,
forehead, bridge and tip of the nose; the vertex buffer of ``geometry_pipeline_metadata`` in the bundle. Facial muscles move
these points least; MediaPipe's own pose leans on nostrils, cheeks and jaw, which move in a spasm."""

_POINTS: Final = _CANONICAL[:, 0].astype(int)
_SHAPE: Final = _CANONICAL[:, 1:] - _CANONICAL[:, 1:].mean(axis=0)
_TO_HEAD_AXES: Final = np.array([1.0, -1.0, -1.0])
"""Pictures count y downwards and depth away from the camera."""


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Degrees, as the face is seen from the camera.

    Yaw is positive when the face turns to the subject's left, pitch when it looks down, roll when it leans to the subject's
    right shoulder: turned in this order, each about the axes that the turn before left (intrinsic y, x, z). They are the
    angles to the line of sight, so a face does not seem to turn when it moves to the picture's edge.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


def pose_of(mesh: Mesh) -> Pose:
    """The rotation that lays the canonical face upon the mesh in the least-squares sense (Kabsch 1976); size does not matter."""
    points = mesh.points[_POINTS].astype(np.float64) * _TO_HEAD_AXES
    rotation, _ = Rotation.align_vectors(points - points.mean(axis=0), _SHAPE)
    yaw, pitch, roll = rotation.as_euler("YXZ", degrees=True)
    return Pose(yaw_deg=float(yaw), pitch_deg=float(pitch), roll_deg=float(roll))
