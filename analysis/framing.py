"""Where the half-face pictures are cut: the square around a face whose vertical centre line is the face's midline, steadied.

Every plain sighting gives a ``Framing``; the square for a moment is taken from all framings around it. Place, size and roll
follow the head closely (a local line through framings weighted by a Gaussian of 67 ms). Where the midline lies within the
face, and how far the face reaches, belong to the face: they are medians over three quarters of a second before and after. A
midline that jitters by 1 % of the inter-iris distance would cost 0.7 % of jitter at the mouth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.networks import Mesh, Roi

_ANCHORS: Final = (33, 133, 263, 362, 168, 6, 197)
"""Canthi and bridge of the nose: they give place and size, because the mouth must not carry the square with it."""
_EYE_LINE: Final = ((33, 263), (133, 362))
_MIDLINE: Final = (10, 151, 9, 8, 168, 6, 197, 195, 164)
"""Forehead to philtrum; the tip of the nose stands out of the face and the lips are what moves."""
_MARGIN: Final = 1.5
"""The landmark network is shown the face with a quarter of its size around, as MediaPipe frames it."""
_KERNEL_S: Final = 0.067


@dataclass(frozen=True, kw_only=True)
class Framing:
    """How one mesh would be framed. Pixels of the picture and radians; x right, y down.

    ``x``, ``y`` is the centroid of the anchors and ``size`` their root mean square distance from it. The rest is measured in
    ``size``, in axes turned by ``roll``: the midline crosses the anchors' height at ``middle`` and leans by ``lean`` (x per y);
    the face reaches over ``extent`` and its vertical centre is at ``below``.
    """

    x: float
    y: float
    size: float
    roll: float
    middle: float
    lean: float
    extent: float
    below: float


def framing_of(mesh: Mesh) -> Framing:
    """The framing of a plain mesh."""
    points = mesh.points[:, :2].astype(np.float64)
    along = sum(points[left] - points[right] for right, left in _EYE_LINE)
    roll = math.atan2(float(along[1]), float(along[0]))
    turn = np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
    anchors = points[list(_ANCHORS)]
    centre = anchors.mean(axis=0)
    size = float(np.sqrt(((anchors - centre) ** 2).sum(axis=1).mean()))
    upright = (points - centre) @ turn / size
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = upright[list(_MIDLINE)]
    lean, at_zero = np.polyfit(middle[:, 1], middle[:, 0], 1)
    return Framing(
        x=float(centre[0]),
        y=float(centre[1]),
        size=size,
        roll=roll,
        middle=float(at_zero),
        lean=float(lean),
        extent=float((high - low).max()),
        below=float((low + high)[1] / 2),
    )


def square_of(framing: Framing) -> Roi:
    """The square around one face as it was framed."""
    across = (framing.middle + framing.lean * framing.below) * framing.size
    down = framing.below * framing.size
    along, aside = math.cos(framing.roll), math.sin(framing.roll)
    return Roi(
        centre_x=framing.x + across * along - down * aside,
        centre_y=framing.y + across * aside + down * along,
        size=_MARGIN * framing.extent * framing.size,
        roll_rad=framing.roll - math.atan(framing.lean),
    )


def square_at(time_s: float, times_s: Sequence[float], framings: Sequence[Framing]) -> Roi:
    """The square for a moment from the framings around it (at least one), seen at ``times_s``."""
    following = np.array([(f.x, f.y, f.size, f.roll) for f in framings])
    following[:, 3] = np.unwrap(following[:, 3])
    x, y, size, roll = _local_line(np.asarray(times_s) - time_s, following)
    return square_of(
        Framing(
            x=x,
            y=y,
            size=size,
            roll=roll,
            middle=median(f.middle for f in framings),
            lean=median(f.lean for f in framings),
            extent=median(f.extent for f in framings),
            below=median(f.below for f in framings),
        )
    )


def _local_line(since_s: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Values (n, 4) at time 0 by a weighted straight line, so that the ends of a recording are not pulled inwards."""
    nearest = float(np.abs(since_s).min())
    weight = np.exp(-0.5 * ((np.abs(since_s) - nearest) / _KERNEL_S) ** 2)
    weight /= weight.sum()
    mean_t, mean = weight @ since_s, weight @ values
    spread = weight @ (since_s - mean_t) ** 2
    # a line needs framings on both sides of the kernel; one alone is taken as it is
    slope = (weight * (since_s - mean_t)) @ (values - mean) / spread if spread > (_KERNEL_S / 4) ** 2 else 0.0
    x, y, size, roll = mean - slope * mean_t
    return float(x), float(y), float(size), float(roll)
