"""A frame of reference that moves with the head: every face laid upon one reference by a similarity transform in space.

In the head frame x points to the subject's left, along the line of the eyes, y up and z out of the face, upright as the
canonical face model is and not as the picture is: a camera that looks from above or below changes nothing. The origin is the
mean of the stable points; one unit is one pixel of the median face. The transform is fitted to the points that facial muscles
move least (``anatomy.STABLE``), with the depth that the landmark model gives them: a fit in the picture's plane alone lets
15 degrees of yaw carry the mouth 10 mm to the side (docs/decisions/0006).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy

_ROUNDS: Final = 5
_TO_HEAD_AXES: Final = np.array([1.0, -1.0, -1.0])
"""Pictures count y downwards and depth away from the camera."""

_CANONICAL: Final = np.array(
    [
        (-4.445859, 2.663991, 3.173422),
        (-1.856432, 2.585245, 3.757904),
        (4.445859, 2.663991, 3.173422),
        (1.856432, 2.585245, 3.757904),
        (0.0, 3.271027, 5.236015),
        (0.0, 2.473255, 5.788627),
        (0.0, 1.728369, 6.316750),
    ]
)
"""``anatomy.STABLE`` in the canonical face model, cm; the vertex buffer of ``geometry_pipeline_metadata`` in the bundle."""

Points = NDArray[np.float64]


def to_head_frame(points: Points, stable: Points | None = None) -> Points:
    """Carry points of shape (n, k, 3), image pixels, into the head frame; NaN frames stay NaN.

    ``stable`` is (n, s, 3), the places of ``anatomy.STABLE`` that the fit rests on, if they are not those among ``points``.

    The reference is the mean of the aligned stable points themselves (generalised Procrustes analysis, Gower 1975), so that
    no single frame is privileged; each frame is fitted to it in the least-squares sense of Umeyama (1991).
    """
    space = points * _TO_HEAD_AXES
    held = stable_among(points) if stable is None else stable
    stable = held * _TO_HEAD_AXES
    seen = np.isfinite(stable).all(axis=(1, 2)) & np.isfinite(space).all(axis=(1, 2))
    head = np.full_like(points, np.nan)
    if not seen.any():
        return head
    centre = stable[seen].mean(axis=1, keepdims=True)
    shape = stable[seen] - centre
    size = np.sqrt((shape**2).sum(axis=2, keepdims=True).mean(axis=1, keepdims=True))
    unit = shape / size
    reference = unit[0]
    for _ in range(_ROUNDS):
        mean = (unit @ _rotations(unit, reference)).mean(axis=0)
        reference = mean / np.sqrt((mean**2).sum(axis=1).mean())
    reference = reference @ _facing(reference)
    head[seen] = (space[seen] - centre) @ _rotations(unit, reference) / size * np.median(size)
    return head


def stable_among(points: Points) -> Points:
    """The places (n, s, 3) of ``anatomy.STABLE`` among points (n, k, 3)."""
    return points[:, [anatomy.ROW[point] for point in anatomy.STABLE]]


def _rotations(unit: Points, reference: Points) -> Points:
    """Least-squares rotations (n, 3, 3), to be applied from the right, of shapes (n, s, 3) onto the reference (s, 3)."""
    u, _, v = np.linalg.svd(np.swapaxes(unit, 1, 2) @ reference)
    flip = np.ones((len(unit), 1, 3))
    flip[:, 0, 2] = np.sign(np.linalg.det(u @ v))
    return np.asarray((u * flip) @ v)


def _facing(shape: Points) -> Points:
    """Rotation (3, 3), from the right, that lays the line of the eyes along x and the canonical model's upright along y."""
    right, left = (
        (shape[anatomy.STABLE.index(side.outer_canthus)] + shape[anatomy.STABLE.index(side.inner_canthus)]) / 2
        for side in (anatomy.RIGHT, anatomy.LEFT)
    )
    x = (left - right) / np.linalg.norm(left - right)
    up = _rotations(shape[None], _CANONICAL - _CANONICAL.mean(axis=0))[0][:, 1]
    y = up - (up @ x) * x
    y /= np.linalg.norm(y)
    return np.column_stack([x, y, np.cross(x, y)])
