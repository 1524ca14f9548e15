"""A system's points as movements of each side, in a head frame: the system's own plain one, or the true one.

The plain frame is what a careful user builds for himself: a similarity transform of the picture's plane that lays the system's
own canthi and nose upon their mean. Where the head's true motion is known, the true frame tells the system's error from the
frame's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from tests.bench.fidelity import Sides
from tests.bench.reading import Complex, HalfFace, Points, Reading, Values, as_complex, as_points

SMILE: Final = (-0.8, 0.6)
"""Of the right mouth corner in a smile: x to the subject's left, y up."""
_ROUNDS: Final = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Signals:
    """Excursion of the mouth corner, palpebral fissure height, height of the brow; shares of the inter-ocular distance."""

    time_s: Values
    mouth: Sides
    lid: Sides
    brow: Sides

    def regions(self) -> dict[str, Sides]:
        """All three, by name."""
        return {"mouth": self.mouth, "lid": self.lid, "brow": self.brow}


def in_plain_frame(reading: Reading) -> Reading:
    """Laid upon the mean of its own stable points (generalised Procrustes analysis in the plane), in px of the median face."""
    stable = as_complex(reading.stable)
    seen = np.isfinite(stable).all(axis=1)
    centre = stable.mean(axis=1, keepdims=True)
    if not seen.any():
        return reading
    size = np.sqrt((np.abs(stable - centre) ** 2).mean(axis=1, keepdims=True))
    unit = (stable[seen] - centre[seen]) / size[seen]
    mean = unit[0]
    for _ in range(_ROUNDS):
        mean = (unit * _turn(unit, mean)).mean(axis=0)
        mean = mean / np.sqrt((np.abs(mean) ** 2).mean())
    factor = np.full_like(centre, np.nan)
    factor[seen] = _turn(unit, mean) / size[seen] * np.median(size[seen])
    return reading.moved(lambda points: as_points((as_complex(points) - centre) * factor))


def signals(head: Reading, *, mouth_axis: tuple[float, float] = SMILE, iod_px: float | None = None) -> Signals:
    """Movements from points in a head frame.

    Args:
        head: points in a head frame, y down.
        mouth_axis: direction of the right mouth corner's excursion, x to the subject's left and y up, of length 1; the left
            side's is its mirror image.
        iod_px: the distance that counts as 1; by default the reading's own.
    """
    right, left = (np.nanmean(eye, axis=0) for eye in _eye_centres(head))
    unit = iod_px or head.iod_px
    across = (left - right) / np.linalg.norm(left - right)
    up = np.array([across[1], -across[0]])
    middle = (head.right.inner_canthus + head.left.inner_canthus) / 2

    def each(measure: Callable[[HalfFace, float], Values]) -> Sides:
        return Sides(right=measure(head.right, 1.0) / unit, left=measure(head.left, -1.0) / unit)

    return Signals(
        time_s=head.time_s,
        mouth=each(lambda half, sign: half.commissure @ (sign * mouth_axis[0] * across + mouth_axis[1] * up)),
        lid=each(lambda half, _: (half.upper_lid - half.lower_lid) @ up),
        brow=each(lambda half, _: (half.brow - np.nanmean(middle, axis=0)) @ up),
    )


def main_axis(corner: Points) -> tuple[float, float]:
    """Direction of most movement of the right mouth corner, (n, 2) px in a head frame; x to the subject's left, y up, y >= 0."""
    known = corner[np.isfinite(corner).all(axis=1)] * (1, -1)
    axis = np.linalg.svd(known - known.mean(axis=0), full_matrices=False)[2][0]
    x, y = axis if axis[1] >= 0 else -axis
    return float(x), float(y)


def _eye_centres(head: Reading) -> tuple[Points, Points]:
    right, left = ((half.outer_canthus + half.inner_canthus) / 2 for half in (head.right, head.left))
    return right, left


def _turn(unit: Complex, mean: Complex) -> Complex:
    """(n, 1) unit complex numbers that turn each shape onto the mean."""
    factor = (mean * np.conj(unit)).sum(axis=1, keepdims=True)
    return np.asarray(factor / np.abs(factor))
