"""A face that moves: the still with lids, lips, mouth corners, brows and head, as pixels and as points of the same geometry."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.phantom.landmarks import LID_MIDDLE
from analysis.phantom.lids import Lids
from analysis.phantom.lips import Lips
from analysis.phantom.scenario import Expression, Pose
from analysis.phantom.skin import Skin, brow_fields, droop_fields, mouth_fields
from analysis.phantom.still import Points, Still
from analysis.phantom.turning import Turning


class MovingFace:
    """One still and everything that is computed of it once."""

    def __init__(self, still: Still) -> None:
        self.still = still
        self.skins = (
            Skin(still, mouth_fields(still), also=droop_fields(still)),
            Skin(still, brow_fields(still, 0)),
            Skin(still, brow_fields(still, 1)),
        )
        self.lids = (Lids(still, 0), Lids(still, 1))
        self.lips = Lips(still)
        self._turning = Turning(still)

    @property
    def iod_px(self) -> float:
        """Distance between the irises of the still."""
        return self.still.axes.iod_px

    def at_rest(self, points: tuple[int, ...]) -> Points:
        """(n, 2) landmarks of the still in the face's frame."""
        return self.still.in_face(*points)

    def moved(self, points: tuple[int, ...], expression: Expression) -> Points:
        """(n, 2) landmarks under an expression in the face's frame; of the lids' margins only their middles move."""
        at = self.still.in_face(*points)
        for side, (upper, lower) in enumerate(LID_MIDDLE):
            closure = expression.lids[side]
            for row, point in enumerate(points):
                if closure and point in (upper, lower):
                    margins = self.lids[side].margins(at[row, 0], closure)
                    rest = self.lids[side].margins(at[row, 0], 0)
                    at[row, 1] += (margins[0] - rest[0]) if point == upper else (margins[1] - rest[1])
        at = at + self.lips.vector(expression, at, points)
        for skin in self.skins:
            at = at + skin.vector(expression, at)
        return at

    def seen(self, at: Points, pose: Pose) -> Points:
        """(n, 2) positions in the face's frame to pixels of the picture with the head moved."""
        return self._turning.pixels(self.still.axes.pixels(at), pose)

    def expressing(self, expression: Expression) -> NDArray[np.uint8]:
        """The still with an expression; the head has not moved yet."""
        picture = self.still.rgb.copy()
        for lids, closure in zip(self.lids, expression.lids, strict=True):
            lids.close(picture, closure)
        self.lips.slide(picture, expression)
        for skin in self.skins:
            skin.warp(picture, expression)
        return picture

    def posed(self, picture: NDArray[np.uint8], pose: Pose) -> NDArray[np.uint8]:
        """The picture with the head moved."""
        return self._turning.render(picture, pose)


@lru_cache(maxsize=4)
def moving_face(still: Still) -> MovingFace:
    """The same still is prepared once."""
    return MovingFace(still)
