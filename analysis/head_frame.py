"""A frame of reference that moves with the head: every face laid upon one reference by a similarity transform.

In the head frame x points to the subject's left and y up; the origin is the mean of the stable points; one unit is one pixel
of the median face. The transform is fitted to the points that facial muscles move least (``anatomy.STABLE``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy

_ROUNDS: Final = 5


def to_head_frame(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Carry points of shape (n, k, 2), image pixels with y down, into the head frame; NaN frames stay NaN.

    The reference is the mean of the aligned stable points themselves (generalised Procrustes analysis, Gower 1975), so that
    no single frame is privileged. Its size is the median size of the faces, its uprightness that of the line of the eyes.
    """
    upright = points * np.array([1.0, -1.0])
    z = upright[..., 0] + 1j * upright[..., 1]
    stable = z[:, [anatomy.ROW[point] for point in anatomy.STABLE]]
    seen = np.isfinite(stable).all(axis=1)
    if not seen.any():
        return np.full_like(points, np.nan)
    centre = stable.mean(axis=1, keepdims=True)
    shape = stable - centre
    size = np.sqrt((np.abs(shape) ** 2).mean(axis=1, keepdims=True))
    unit = shape / size
    reference = _level(unit[seen][0])
    for _ in range(_ROUNDS):
        aligned = unit * _turn(unit, reference)
        reference = _level(aligned[seen].mean(axis=0))
        reference = reference / np.sqrt((np.abs(reference) ** 2).mean())
    head = (z - centre) * _turn(unit, reference) / size * np.median(size[seen])
    return np.stack([head.real, head.imag], axis=-1)


def _turn(unit: NDArray[np.complex128], reference: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Least-squares rotation of each shape onto the reference, as complex numbers of modulus 1, shape (n, 1)."""
    product = (np.conj(unit) * reference).sum(axis=1, keepdims=True)
    return np.asarray(product / np.abs(product))


def _level(shape: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Turn a shape of stable points so that the line from the right to the left eye is horizontal."""
    right, left = (
        (shape[anatomy.STABLE.index(side.outer_canthus)] + shape[anatomy.STABLE.index(side.inner_canthus)]) / 2
        for side in (anatomy.RIGHT, anatomy.LEFT)
    )
    line = left - right
    return np.asarray(shape * np.conj(line) / np.abs(line))
