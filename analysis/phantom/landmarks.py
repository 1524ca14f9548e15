"""Which of the 478 points are the curves that a phantom moves. Pairs are (right, left) of the subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from analysis import anatomy
from analysis.phantom.still import Points, Still

UPPER_MARGIN: Final = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
    (263, 466, 388, 387, 386, 385, 384, 398, 362),
)
"""Of the upper lid, from the outer to the inner canthus."""
LOWER_MARGIN: Final = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
    (263, 249, 390, 373, 374, 380, 381, 382, 362),
)
BROW_UPPER: Final = ((70, 63, 105, 66, 107), (300, 293, 334, 296, 336))
BROW_LOWER: Final = ((46, 53, 52, 65, 55), (276, 283, 282, 295, 285))
BROW_MIDDLE: Final = (105, 334)
LID_MIDDLE: Final = ((159, 145), (386, 374))
"""Upper and lower margin."""
MOUTH_MIDDLE: Final = (0, 13, 14, 17)
UPPER_LIP: Final = (
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
)
"""Its border to the skin and its border to the mouth, from the right to the left corner."""
LOWER_LIP: Final = (
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
)
LIP_MIDDLE: Final = (
    (anatomy.RIGHT.lips.upper, anatomy.RIGHT.lips.lower),
    (anatomy.LEFT.lips.upper, anatomy.LEFT.lips.lower),
)
"""Borders of the upper and of the lower lip to the skin, midway between midline and corner."""
SUBNASALE: Final = 2
NOSE_WINGS: Final = (129, 358)
CHIN: Final = 152
FACE_OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""The outline, clockwise from the top of the forehead as seen in an unmirrored picture."""

Curve = Callable[[Points], Points]


def column_curve(still: Still, points: tuple[int, ...], degree: int | None = None) -> Curve:
    """y of a curve over x, both in the face's frame; constant beyond its ends.

    Through the points, or, given a degree, the polynomial that fits them best.
    """
    at = still.in_face(*points)
    at = at[np.argsort(at[:, 0])]
    x = np.maximum.accumulate(at[:, 0] + np.arange(len(at)) * 1e-9)
    if degree is None:
        through = PchipInterpolator(x, at[:, 1])
        return lambda columns: np.asarray(through(np.clip(columns, x[0], x[-1])))
    fit = np.polynomial.Polynomial.fit(x, at[:, 1], degree)
    return lambda columns: np.asarray(fit(np.clip(columns, x[0], x[-1])))
