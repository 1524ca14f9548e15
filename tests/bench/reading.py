"""What every face-tracking system is asked for: where a few structures of the face lie in each picture, in pixels.

``right`` and ``left`` are the subject's, in an unmirrored picture: the subject's right is on the left of the image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Clip = Iterable[tuple[Picture, float]]
"""Pictures (height, width, 3), red first, each with its time in s."""
Points = NDArray[np.float64]
Values = NDArray[np.float64]
Complex = NDArray[np.complex128]


@dataclass(frozen=True, kw_only=True, eq=False)
class HalfFace:
    """One side's structures, each (n, 2) px, x to the right and y down; NaN where not found.

    ``brow`` is the middle of the brow; the lids are the middles of their margins.
    """

    commissure: Points
    upper_lid: Points
    lower_lid: Points
    brow: Points
    outer_canthus: Points
    inner_canthus: Points
    iris: Points


_PER_SIDE = ("commissure", "upper_lid", "lower_lid", "brow", "outer_canthus", "inner_canthus", "iris")


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """What a system saw in a clip of n pictures. ``nose`` is (n, 4, 2): three points down its bridge and its tip."""

    time_s: Values
    right: HalfFace
    left: HalfFace
    nose: Points

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n,) where there is a face."""
        return np.asarray(np.isfinite(self.right.commissure).all(axis=1))

    @property
    def eyes(self) -> tuple[Points, Points]:
        """Right and left eye centre, (n, 2): the iris, or the middle of the canthi for a system that knows no irises."""
        right, left = (
            half.iris if np.isfinite(half.iris).any() else (half.outer_canthus + half.inner_canthus) / 2
            for half in (self.right, self.left)
        )
        return right, left

    @property
    def iod_px(self) -> float:
        """Median distance between the eye centres, px."""
        right, left = self.eyes
        return float(np.nanmedian(np.linalg.norm(left - right, axis=1)))

    @property
    def stable(self) -> Points:
        """(n, 8, 2): canthi and nose, the points that facial muscles move least."""
        canthi = (self.right.outer_canthus, self.right.inner_canthus, self.left.outer_canthus, self.left.inner_canthus)
        return np.concatenate([np.stack(canthi, axis=1), self.nose], axis=1)

    def moved(self, move: Callable[[Points], Points]) -> Self:
        """The same with all points, handed over as (n, 18, 2), carried elsewhere."""
        halves = [getattr(half, name) for half in (self.right, self.left) for name in _PER_SIDE]
        points = move(np.concatenate([np.stack(halves, axis=1), self.nose], axis=1))
        k = len(_PER_SIDE)
        right, left = (HalfFace(**{name: points[:, start + i] for i, name in enumerate(_PER_SIDE)}) for start in (0, k))
        return type(self)(time_s=self.time_s, right=right, left=left, nose=points[:, 2 * k :])

    def flipped(self, width_px: int) -> Self:
        """What the mirror image shows: the sides change names."""
        mirror = self.moved(lambda points: points * (-1, 1) + (width_px - 1, 0))
        return type(self)(time_s=mirror.time_s, right=mirror.left, left=mirror.right, nose=mirror.nose)


class System(Protocol):
    """Anything that finds a face's structures in a clip."""

    @property
    def name(self) -> str:
        """As it is to stand in a table."""

    def read(self, clip: Clip) -> Reading:
        """Look at every picture once, in order."""


def flipped(clip: Clip) -> Iterator[tuple[Picture, float]]:
    """The clip in a mirror."""
    for rgb, time_s in clip:
        yield np.ascontiguousarray(rgb[:, ::-1]), time_s


def as_complex(points: Points) -> Complex:
    """(..., 2) px to x + iy."""
    return np.asarray(points[..., 0] + 1j * points[..., 1])


def as_points(z: Complex) -> Points:
    """The inverse."""
    return np.stack([z.real, z.imag], axis=-1)
