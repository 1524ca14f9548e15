"""Lips that part: half of the upper one goes up, half of the lower one down, and uncovers what is between them.

Each half of a lip moves along the columns of the face. Its red part travels as a whole; the skin beyond follows less and less,
up to the wing of the nose or down to the chin. In the middle the halves pass over into each other, so that a lip moved on both
sides moves evenly and one moved on one side is torn nowhere: the midline goes half as far; the middle of the other half stays.

A photograph does not hold what it hides: teeth that are seen are drawn out below a rising upper lip, and behind a falling lower
lip the mouth is dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.phantom.columns import FEATHER_PX, Columns, over, soft
from analysis.phantom.landmarks import (
    CHIN,
    LOWER_LIP,
    MOUTH_MIDDLE,
    NOSE_WINGS,
    SUBNASALE,
    UPPER_LIP,
    Curve,
    column_curve,
)
from analysis.phantom.scenario import LARGEST, Action, Expression
from analysis.phantom.skin import smooth_step
from analysis.phantom.still import Points, Still

_OVERLAP: Final = 0.4
"""How far beyond the midline a half lip moves. This and the next are shares of half the mouth's width."""
_FULL_UP_TO: Final = 0.62
_ENDS_AT: Final = 0.98
_CHIN_SHARE: Final = 0.8
"""How far down to the chin the skin below the lower lip follows."""
_WING_IOD: Final = 0.10
"""How far above the crease of its wing the nose follows the upper lip ..."""
_NOSE_HALF_IOD: Final = 0.26
"""... and how far from its middle it does so."""
_TEETH_IOD: Final = (0.02, 0.08)
"""Openings of the mouth between which the photograph goes from showing no teeth to showing them."""
_DARKNESS: Final = np.array([0.72, 0.85, 0.85], dtype=np.float32)
"""Share of red, green and blue that the mouth inside swallows of what was before it."""
_DARK_WITHIN_IOD: Final = 0.02
_UNCOVERED_IOD: Final = 0.01
_ITERATIONS: Final = 5
_UPPER_LIP: Final = frozenset(point for border in UPPER_LIP for point in border)
_LOWER_LIP: Final = frozenset(point for border in LOWER_LIP for point in border)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Mouth:
    """The lips over columns of the face, each (...) in its frame."""

    shares: tuple[Points, Points]
    """Of the movement of the right and of the left half."""
    upper: Points
    """y of the upper lip's border to the mouth."""
    lower: Points
    upper_red: Points
    """Height of the red of the upper lip."""
    lower_red: Points
    upper_reach: Points
    """How far above its red the skin follows the upper lip."""
    lower_reach: Points

    def moved(self, amounts: tuple[float, float]) -> Points:
        """How far a lip has gone from the other one."""
        return np.asarray(self.shares[0] * amounts[0] + self.shares[1] * amounts[1])


class Lips:
    """Both lips of one still."""

    def __init__(self, still: Still) -> None:
        corners = still.in_face(anatomy.RIGHT.commissure, anatomy.LEFT.commissure)[:, 0]
        self._middle = float(still.in_face(*MOUTH_MIDDLE)[:, 0].mean())
        self._halves = np.abs(corners - self._middle)
        self._upper_skin, self._upper = (column_curve(still, points) for points in UPPER_LIP)
        self._lower_skin, self._lower = (column_curve(still, points) for points in LOWER_LIP)
        self._ceiling = _ceiling(still)
        lowest = float(still.in_face(*LOWER_LIP[0])[:, 1].max())
        to_chin = _CHIN_SHARE * (float(still.in_face(CHIN)[0, 1]) - lowest)
        # a lip that moves by more than two thirds of the reach would fold the skin
        self._to_chin = max(to_chin, 2 * LARGEST[Action.LOWER_LIP])
        highest = float(self._ceiling(np.array(corners)).min())
        self._columns = Columns(still, (float(corners[0]), float(corners[1])), (highest, lowest + self._to_chin))
        self.region = self._columns.region
        self._feather = FEATHER_PX / still.axes.iod_px
        self._mouth = self._at(self._columns.x)
        opening = self._mouth.lower - self._mouth.upper
        self._teeth = smooth_step((opening - _TEETH_IOD[0]) / (_TEETH_IOD[1] - _TEETH_IOD[0]))

    def _at(self, x: Points) -> _Mouth:
        """What holds of columns."""
        upper, lower = self._upper(x), self._lower(x)
        # the model lets lips that touch cross
        upper, lower = np.minimum(upper, lower), np.maximum(upper, lower)
        outward = (x - self._middle) / np.where(x < self._middle, *self._halves)
        both = smooth_step((_ENDS_AT - np.abs(outward)) / (_ENDS_AT - _FULL_UP_TO))
        left = smooth_step(0.5 + outward / (2 * _OVERLAP))
        border = np.minimum(self._upper_skin(x), upper)
        return _Mouth(
            shares=(both * (1 - left), both * left),
            upper=upper,
            lower=lower,
            upper_red=upper - border,
            lower_red=np.maximum(self._lower_skin(x) - lower, 0),
            upper_reach=np.maximum(border - self._ceiling(x), 2 * LARGEST[Action.UPPER_LIP]),
            lower_reach=np.full_like(x, self._to_chin),
        )

    def vector(self, expression: Expression, at: Points, landmarks: tuple[int, ...] = ()) -> Points:
        """(n, 2) displacements of points, both in the face's frame.

        Each goes with the nearer lip; of ``landmarks``, where they are named, those of a lip go with it, also where the model
        lets lips that touch cross.
        """
        moved = np.zeros_like(at)
        if not _parted(expression):
            return moved
        mouth, y = self._at(at[:, 0]), at[:, 1]
        of_upper = 2 * y < mouth.upper + mouth.lower
        for row, landmark in enumerate(landmarks):
            if landmark in _UPPER_LIP or landmark in _LOWER_LIP:
                of_upper[row] = landmark in _UPPER_LIP
        up = mouth.moved(expression.upper_lip) * follows(mouth.upper - y, mouth.upper_red, mouth.upper_reach)
        down = mouth.moved(expression.lower_lip) * follows(y - mouth.lower, mouth.lower_red, mouth.lower_reach)
        moved[:, 1] = np.where(of_upper, -up, down)
        return moved

    def slide(self, picture: NDArray[np.uint8], expression: Expression) -> None:
        """Part the lips of a picture, in place."""
        if not _parted(expression):
            return
        part, mouth, y = picture[self.region], self._mouth, self._columns.y
        up, down = mouth.moved(expression.upper_lip), mouth.moved(expression.lower_lip)
        shown = self._between(part, up, down)
        below = came_from(y - mouth.lower, down, mouth.lower_red, mouth.lower_reach)
        lower_lip = self._columns.sampled(part, mouth.lower + below)
        shown = over(shown, lower_lip, soft((y - mouth.lower - down) / self._feather))
        above = came_from(mouth.upper - y, up, mouth.upper_red, mouth.upper_reach)
        upper_lip = self._columns.sampled(part, mouth.upper - above)
        shown = over(shown, upper_lip, soft((mouth.upper - up - y) / self._feather))
        picture[self.region] = np.clip(np.rint(shown), 0, 255).astype(np.uint8)

    def _between(self, part: NDArray[np.uint8], up: Points, down: Points) -> NDArray[np.float32]:
        """What is seen between the lips: teeth drawn out upwards, where there are any, and darkness."""
        mouth, y = self._mouth, self._columns.y
        opening = mouth.lower - mouth.upper
        drawn_out = np.where(up > 0, opening / np.maximum(opening + up, 1e-9), 1)
        fallen, risen = (np.clip(moved / _UNCOVERED_IOD, 0, 1) for moved in (down, up))
        below = np.clip(y - mouth.lower, 0, None)
        source = np.where(
            y < mouth.lower, mouth.lower - (mouth.lower - y) * drawn_out, mouth.lower + below * (1 - fallen)
        )
        dark = np.maximum(fallen * smooth_step(below / _DARK_WITHIN_IOD), np.maximum(risen, fallen) * (1 - self._teeth))
        shown = self._columns.sampled(part, source)
        shown *= 1 - _DARKNESS * dark[..., None].astype(np.float32)
        return shown


def _ceiling(still: Still) -> Curve:
    """Above it nothing follows the upper lip: the foot of the nose in the middle, above the wings beside it."""
    x, foot = still.in_face(SUBNASALE)[0]
    wings = float(still.in_face(*NOSE_WINGS)[:, 1].mean()) - _WING_IOD

    def ceiling(columns: Points) -> Points:
        return np.asarray(foot + (wings - foot) * smooth_step(np.abs(columns - x) / _NOSE_HALF_IOD))

    return ceiling


def _parted(expression: Expression) -> bool:
    return any((*expression.upper_lip, *expression.lower_lip))


def follows(height: Points, red: Points, reach: Points) -> Points:
    """Share of a lip's movement of what lies so high above its border to the mouth: 1 of the red, 0 from the reach above it."""
    return smooth_step(1 - (height - red) / reach)


def came_from(height: Points, moved: Points, red: Points, reach: Points) -> Points:
    """Where the skin at a height above the unmoved border was before the lip moved so far: the inverse of height + moved * share.

    By Newton's method: the share falls so slowly that the sum always grows.
    """
    before = height - moved * follows(height, red, reach)
    for _ in range(_ITERATIONS):
        t = np.clip(1 - (before - red) / reach, 0, 1)
        slope = 1 - moved * 6 * t * (1 - t) / reach
        before = before - (before + moved * follows(before, red, reach) - height) / slope
    return np.asarray(before)
