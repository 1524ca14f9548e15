"""Cut a rolled square out of a picture and scale it to a network's input, pixel for pixel as MediaPipe does."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.networks import Picture, Roi

ZERO: Final = cv2.BORDER_CONSTANT
REPLICATE: Final = cv2.BORDER_REPLICATE


def cut(rgb: Picture, roi: Roi, *, side: int, border: int) -> Picture:
    """The square as an upright picture of shape (side, side, 3); what lies outside the picture is filled by ``border``.

    Bilinear, without a filter against aliasing, positions rounded to 1/32 pixel (``image_to_tensor_converter_opencv.cc``).
    The rounding is asked for by fixed-point maps, because OpenCV's own warps round in version 4 and not in version 5.
    """
    if (
        roi.roll_rad == 0
        and rgb.shape[:2] == (side, side)
        and roi.size == side
        and roi.centre_x == roi.centre_y == side / 2
    ):
        return rgb
    step = roi.size / side
    along, across = math.cos(roi.roll_rad) * step, math.sin(roi.roll_rad) * step
    index = np.arange(side, dtype=np.float64) - side / 2
    x = np.add.outer(_single(index * -across), _single(index * along + roi.centre_x))
    y = np.add.outer(_single(index * along), _single(index * across + roi.centre_y))
    whole, rest = cv2.convertMaps(x, y, cv2.CV_16SC2)
    return cv2.remap(rgb, whole, rest, cv2.INTER_LINEAR, borderMode=border).astype(np.uint8, copy=False)


def cut_exactly(rgb: Picture, roi: Roi, *, side: int) -> Picture:
    """The square as ``cut`` gives it, edges repeated, positions not rounded: where no other engine has to see the same pixels."""
    step = roi.size / side
    along, across = math.cos(roi.roll_rad) * step, math.sin(roi.roll_rad) * step
    turn = np.array([[along, -across], [across, along]])
    shift = np.array([roi.centre_x, roi.centre_y]) - turn.sum(axis=1) * side / 2
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(
        rgb, np.column_stack([turn, shift]), (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(shown, dtype=np.uint8)


def to_picture(points: NDArray[np.float32], roi: Roi, *, side: int) -> NDArray[np.float32]:
    """Points of shape (n, 3) from the square that ``cut`` gave back into the picture; depth is scaled along."""
    step = roi.size / side
    along, across = math.cos(roi.roll_rad) * step, math.sin(roi.roll_rad) * step
    x, y, depth = points.astype(np.float64).T - [[side / 2], [side / 2], [0]]
    carried = (roi.centre_x + x * along - y * across, roi.centre_y + x * across + y * along, depth * step)
    return np.stack(carried, axis=1).astype(np.float32)


def _single(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return values.astype(np.float32)
