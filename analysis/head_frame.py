"""A frame of reference that moves with the head: every face laid upon one reference by a similarity transform in space.

In the head frame x points to the subject's left, along the line of the eyes, y up and z out of the face, upright as the
canonical face model is and not as the picture is: a camera that looks from above or below changes nothing. The origin is the
mean of the stable points; one unit is one pixel of the median face.

No point of a face is always still: canthi drop in a blink, the nose widens in a smile. Which ones are still in this recording
the recording itself tells: points weigh the more the less they stray from the head that they all agree on, found by turns with
the fit. The fit is in space, with the depth that the landmark model gives: in the picture's plane alone 15 degrees of yaw carry
the mouth 10 mm to the side (docs/decisions/0006).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy

_ROUNDS: Final = 8
_FLOOR: Final = 0.003
"""In sizes of the face: no point is trusted to be stiller."""
_LEARNT_FROM: Final = 2000
"""Frames at most, spread over the recording: an hour of recording needs no more memory for it than a minute."""
_STABLE_ROWS: Final = [anatomy.ROW[point] for point in anatomy.STABLE]
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


def to_head_frame(points: Points, steady: Points | None = None) -> Points:
    """Carry points of shape (n, k, 3), image pixels, into the head frame; NaN frames stay NaN.

    ``steady`` is (n, k, 3), the same points as the fit shall see them (smoothed, say), if not as they are.

    The reference is the mean of the aligned points themselves (generalised Procrustes analysis, Gower 1975), so that no single
    frame is privileged; each frame is fitted to it in the weighted least-squares sense of Umeyama (1991). Weights are
    1 / (residual variance + floor^2), by iteratively reweighted least squares.
    """
    held = (points if steady is None else steady) * _TO_HEAD_AXES
    space = points * _TO_HEAD_AXES
    seen = np.isfinite(held).all(axis=(1, 2)) & np.isfinite(space).all(axis=(1, 2))
    head = np.full_like(points, np.nan)
    if not seen.any():
        return head
    frames = np.flatnonzero(seen)
    learnt = held[frames[:: -(-len(frames) // _LEARNT_FROM)]]
    fitted = np.zeros(points.shape[1])
    fitted[list(anatomy.FITTED)] = 1
    weights = fitted / fitted.sum()
    reference = _level(learnt[0])
    for _ in range(_ROUNDS):
        aligned = _aligned(learnt, learnt, reference, weights)
        mean = aligned.mean(axis=0)
        size = float(np.sqrt((mean**2).sum(axis=1) @ fitted / fitted.sum()))
        strayed = (((aligned - mean) / size)[..., :2] ** 2).sum(axis=2).mean(axis=0)
        weights = fitted / (strayed + _FLOOR**2)
        weights /= weights.sum()
        reference = _level(mean / size)
    unit = _median_size(learnt, weights) / _median_size(reference[None], weights)
    for some in np.array_split(frames, -(-len(frames) // _LEARNT_FROM)):
        head[some] = _aligned(space[some], held[some], reference, weights) * unit
    head -= np.nanmean(head[:, _STABLE_ROWS], axis=(0, 1))
    return head


def _level(shape: Points) -> Points:
    """A shape (k, 3) turned so that it looks along z, upright."""
    return np.asarray(shape @ _facing(shape[_STABLE_ROWS]))


def _median_size(shapes: Points, weights: Points) -> float:
    """Median over n of the weighted root mean square distance from the centre."""
    off = shapes - _mean(shapes, weights)
    return float(np.median(np.sqrt((weights[:, None] * off**2).sum(axis=(1, 2)))))


def _mean(shapes: Points, weights: Points) -> Points:
    """Weighted centres (n, 1, 3) of shapes (n, k, 3)."""
    return np.asarray(np.einsum("k,nkc->nc", weights, shapes)[:, None])


def _aligned(points: Points, held: Points, reference: Points, weights: Points) -> Points:
    """Points (n, k, 3) carried by the similarity transforms that lay ``held`` (n, k, 3) upon the reference (k, 3)."""
    centre = _mean(held, weights)
    target = reference - weights @ reference
    root = np.sqrt(weights)[:, None]
    shape = held - centre
    size = np.sqrt((weights[:, None] * shape**2).sum(axis=(1, 2), keepdims=True))
    scale = float(np.sqrt((weights[:, None] * target**2).sum()))
    return np.asarray((points - centre) @ _rotations(shape * root, target * root) / size * scale)


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
