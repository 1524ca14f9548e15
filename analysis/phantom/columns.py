"""What slides over something else moves along the columns of the face: sampling along them, and laying one thing over another."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.phantom.still import Points, Still

FEATHER_PX: Final = 1.6
"""Width of an edge."""


class Columns:
    """A part of the picture whose pixels are taken from their own columns. ``x`` and ``y`` are in the face's frame."""

    def __init__(self, still: Still, across: tuple[float, float], down: tuple[float, float]) -> None:
        """The pixels around a rectangle of the face's frame, limits included."""
        self._axes = still.axes
        corners = still.axes.pixels(np.array([(x, y) for x in across for y in down]))
        height, width = still.rgb.shape[:2]
        (start, first), (end, last) = (
            np.floor(corners.min(axis=0)).astype(int),
            np.ceil(corners.max(axis=0)).astype(int),
        )
        self.region = (slice(max(first, 0), min(last + 1, height)), slice(max(start, 0), min(end + 1, width)))
        rows, columns = np.mgrid[self.region]
        self._columns = (columns - self.region[1].start).astype(np.float32)
        self._rows = (rows - self.region[0].start).astype(np.float32)
        at = still.axes.of(np.stack([columns, rows], axis=-1).astype(np.float64))
        self.x, self.y = at[..., 0], at[..., 1]

    def sampled(self, part: NDArray[np.uint8], source_y: Points) -> NDArray[np.float32]:
        """The region, each pixel taken from its own column at another height."""
        shift = ((source_y - self.y) * self._axes.iod_px)[..., None] * self._axes.down
        shift = shift.astype(np.float32)
        sampled = cv2.remap(
            part,
            self._columns + shift[..., 0],
            self._rows + shift[..., 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(sampled, dtype=np.float32)


def soft(t: Points) -> Points:
    """0 below -1, 1 above 1, straight between."""
    return np.asarray(np.clip(0.5 + 0.5 * t, 0, 1))


def over(below: NDArray[np.float32], above: NDArray[np.float32], share: Points) -> NDArray[np.float32]:
    """A share of what is above, the rest of what is below."""
    alpha = share.astype(np.float32)[..., None]
    return below + (above - below) * alpha
