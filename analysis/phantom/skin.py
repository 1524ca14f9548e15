"""Skin that moves without uncovering anything: mouth and brows. Smooth displacement fields that end where nothing moves.

A field is a sum of unit fields in the face's own frame. A picture is warped by sampling each pixel where it came from, which is
the inverse of the field, found by fixed-point iteration; it converges because no unit field at its largest amount changes by
more than its length (that is also why the skin never folds over itself).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.phantom.landmarks import BROW_LOWER, BROW_MIDDLE, BROW_UPPER, MOUTH_MIDDLE, UPPER_MARGIN, column_curve
from analysis.phantom.scenario import Expression
from analysis.phantom.still import Points, Still

SMILE_DIRECTION: Final = (0.8, 0.6)
"""Outward and up, of length 1."""
_DROOP_DIRECTION: Final = (0.25, 0.97)
"""Inward and down, of length 1."""
_CORNER_RADIUS_IOD: Final = 0.6
_DRAG_WIDTHS: Final = 1.8
_DRAG_HEIGHT_IOD: Final = 0.6
_FOREHEAD_IOD: Final = 0.6
_MIDLINE_TO_FULL_IOD: Final = 0.32
_TEMPLE_IOD: Final = 0.4
_ITERATIONS: Final = 6
_STILL_PX: Final = 0.02
"""Weights below a fiftieth of a pixel at an amount of 0.1 IOD are outside a region."""

Weight = Callable[[Points], Points]
"""(..., 2) positions in the face's frame to (...) shares of full movement."""


def smooth_step(t: Points) -> Points:
    """0 up to t = 0, 1 from t = 1, with no slope at either."""
    inside = np.clip(t, 0, 1)
    return np.asarray(inside * inside * (3 - 2 * inside))


def _bump(distance: Points, radius: float) -> Points:
    return np.asarray(np.clip(1 - (distance / radius) ** 2, 0, None) ** 3)


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitField:
    """One action of one side: ``direction`` in the face's frame times a weight, which is 1 at the structure that is named."""

    weight: Weight
    amount: Callable[[Expression], float]
    direction: tuple[float, float]


def _corner_weight(still: Still, corner_point: int) -> Weight:
    """1 at the mouth corner, 0 at the midline and beyond."""
    corner = still.in_face(corner_point)[0]
    middle = float(still.in_face(*MOUTH_MIDDLE)[:, 0].mean())

    def weight(at: Points) -> Points:
        outward = (at[..., 0] - middle) / (corner[0] - middle)
        distance = np.hypot(at[..., 0] - corner[0], at[..., 1] - corner[1])
        return np.asarray(_bump(distance, _CORNER_RADIUS_IOD) * smooth_step(outward))

    return weight


def _mouth_middle_weight(still: Still) -> Weight:
    """1 in the middle of the mouth, a good third at its corners however wide it is."""
    middle = still.in_face(*MOUTH_MIDDLE).mean(axis=0)
    half = float(np.ptp(still.in_face(anatomy.RIGHT.commissure, anatomy.LEFT.commissure)[:, 0])) / 2

    def weight(at: Points) -> Points:
        across, along = (at[..., 0] - middle[0]) / (_DRAG_WIDTHS * half), (at[..., 1] - middle[1]) / _DRAG_HEIGHT_IOD
        return _bump(np.hypot(across, along), 1)

    return weight


def _brow_weight(still: Still, side: int) -> Weight:
    """1 at the brow, 0 at the margin of the upper lid, at the midline, at the temple and at the top of the forehead."""
    upper, lower = column_curve(still, BROW_UPPER[side], 2), column_curve(still, BROW_LOWER[side], 2)
    margin = column_curve(still, UPPER_MARGIN[side], 3)
    middle = float(still.in_face(168)[0, 0])
    sign = -1 if side == 0 else 1
    ends = np.abs(still.in_face(*BROW_UPPER[side])[:, 0] - middle)

    def weight(at: Points) -> Points:
        x, y = at[..., 0], at[..., 1]
        outward = (x - middle) * sign
        across = smooth_step(outward / _MIDLINE_TO_FULL_IOD) * smooth_step(1 - (outward - ends.max()) / _TEMPLE_IOD)
        # the lash line travels with the lid, not with the brow
        still_below = margin(x) - 0.05
        below = smooth_step((still_below - y) / np.maximum(still_below - lower(x), 0.1))
        above = smooth_step(1 - (upper(x) - 0.06 - y) / _FOREHEAD_IOD)
        return np.asarray(across * below * above)

    return weight


def smile_directions(still: Still) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the right and the left corner go in a smile, unit vectors in the face's frame.

    Outward along the line through both corners, which need not be parallel to that of the eyes, and up.
    """
    right, left = still.in_face(anatomy.RIGHT.commissure, anatomy.LEFT.commissure)
    x, y = (left - right) / np.hypot(*(left - right))
    out, up = SMILE_DIRECTION
    return (float(-out * x + up * y), float(-out * y - up * x)), (float(out * x + up * y), float(out * y - up * x))


def mouth_fields(still: Still) -> tuple[UnitField, ...]:
    """Of both corners, and of the whole mouth carried sideways."""
    right, left = (_corner_weight(still, side.commissure) for side in (anatomy.RIGHT, anatomy.LEFT))
    directions = smile_directions(still)
    return (
        UnitField(weight=right, amount=lambda e: e.mouth[0], direction=directions[0]),
        UnitField(weight=left, amount=lambda e: e.mouth[1], direction=directions[1]),
        UnitField(weight=right, amount=lambda e: e.pucker[0], direction=(1, 0)),
        UnitField(weight=left, amount=lambda e: e.pucker[1], direction=(-1, 0)),
        UnitField(weight=_mouth_middle_weight(still), amount=lambda e: e.drag[1] - e.drag[0], direction=(1, 0)),
    )


def droop_fields(still: Still) -> tuple[UnitField, ...]:
    """Of both corners that hang; they move the same skin as those of a smile."""
    inward, down = _DROOP_DIRECTION
    right, left = (_corner_weight(still, side.commissure) for side in (anatomy.RIGHT, anatomy.LEFT))
    return (
        UnitField(weight=right, amount=lambda e: e.droop[0], direction=(inward, down)),
        UnitField(weight=left, amount=lambda e: e.droop[1], direction=(-inward, down)),
    )


def brow_fields(still: Still, side: int) -> tuple[UnitField, ...]:
    """Of one brow: 0 right, 1 left."""
    weight = _brow_weight(still, side)
    full = float(weight(still.in_face(BROW_MIDDLE[side]))[0])
    return (
        UnitField(
            weight=lambda at: weight(at) / full, amount=lambda e: e.brow[side] - e.frown[side], direction=(0, -1)
        ),
    )


class Skin:
    """A region of the picture that unit fields move."""

    def __init__(self, still: Still, fields: tuple[UnitField, ...], also: tuple[UnitField, ...] = ()) -> None:
        """``also`` are fields that end where ``fields`` do."""
        self._axes = still.axes
        self._fields = (*fields, *also)
        height, width = still.rgb.shape[:2]
        y, x = np.mgrid[0:height:4, 0:width:4]
        coarse = still.axes.of(np.stack([x, y], axis=-1).astype(np.float64))
        moved = np.argwhere(sum(np.abs(field.weight(coarse)) for field in fields) * 0.1 * still.axes.iod_px > _STILL_PX)
        (top, start), (bottom, end) = moved.min(axis=0) * 4 - 8, moved.max(axis=0) * 4 + 9
        self.region = (slice(max(top, 0), min(bottom, height)), slice(max(start, 0), min(end, width)))
        rows, columns = np.mgrid[self.region]
        self._x, self._y = columns.astype(np.float32), rows.astype(np.float32)
        self._x -= self.region[1].start
        self._y -= self.region[0].start
        at = still.axes.of(np.stack([columns, rows], axis=-1).astype(np.float64))
        self._weights = [field.weight(at).astype(np.float32)[..., None] for field in self._fields]

    def vector(self, expression: Expression, at: Points) -> Points:
        """(n, 2) displacements of points, both in the face's frame."""
        moved = np.zeros_like(at)
        for field in self._fields:
            moved += field.weight(at)[..., None] * np.array(field.direction) * field.amount(expression)
        return moved

    def field_px(self, expression: Expression) -> NDArray[np.float32] | None:
        """(rows, columns, 2) displacement of every pixel of the region, in pixels; None where nothing moves."""
        total: NDArray[np.float32] | None = None
        for field, weight in zip(self._fields, self._weights, strict=True):
            if amount := field.amount(expression):
                moved = weight * self._axes.vectors_px(np.array(field.direction) * amount).astype(np.float32)
                total = moved if total is None else total + moved
        return total

    def warp(self, picture: NDArray[np.uint8], expression: Expression) -> None:
        """Move the skin of a picture, in place."""
        field = self.field_px(expression)
        if field is None:
            return
        back = field
        for _ in range(_ITERATIONS):
            back = np.asarray(
                cv2.remap(field, self._x - back[..., 0], self._y - back[..., 1], cv2.INTER_LINEAR), dtype=np.float32
            )
        picture[self.region] = cv2.remap(
            picture[self.region],
            self._x - back[..., 0],
            self._y - back[..., 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
