"""Which frames of a recording are shown to raters: a random sample, spread evenly from rest to the largest movement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy


def shape_movement(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the face of each frame is from its median shape, (n,), in inter-iris distances; NaN where there is no face.

    ``points`` is (n, k, 2) pixels, rows of the second axis as in ``anatomy.KEPT``. Place, roll and size of the head are taken
    out by the similarity that lays canthi and bridge of the nose onto their mean; the distance is the root mean square.
    """
    there = np.isfinite(points).all(axis=(1, 2))
    movement = np.full(len(points), np.nan)
    if not there.any():
        return movement
    z = points[there, :, 0] + 1j * points[there, :, 1]
    stable = [anatomy.ROW[point] for point in anatomy.STABLE]
    z = z - z[:, stable].mean(axis=1, keepdims=True)
    irises = [anatomy.ROW[side.iris_centre] for side in (anatomy.RIGHT, anatomy.LEFT)]
    z = z / np.abs(z[:, irises[1]] - z[:, irises[0]])[:, None]
    target = z[:, stable].mean(axis=0)
    # least-squares similarity in the plane: one complex factor
    factor = (target * z[:, stable].conj()).sum(axis=1) / (np.abs(z[:, stable]) ** 2).sum(axis=1)
    z = z * factor[:, None]
    median = np.median(z.real, axis=0) + 1j * np.median(z.imag, axis=0)
    movement[there] = np.sqrt((np.abs(z - median) ** 2).mean(axis=1))
    return movement


def choose_frames(movement: NDArray[np.float64], count: int, rng: np.random.Generator) -> tuple[int, ...]:
    """``count`` frames, in their order in time: one drawn from each of ``count`` equally filled quantiles of the movement.

    So every frame with a face is about equally likely to be shown, and rest and movement both are. All frames with a face
    where there are no more than that.
    """
    frames = np.flatnonzero(np.isfinite(movement))
    if len(frames) <= count:
        return tuple(int(frame) for frame in frames)
    from_rest = frames[np.argsort(movement[frames], kind="stable")]
    return tuple(sorted(int(rng.choice(stratum)) for stratum in np.array_split(from_rest, count)))
