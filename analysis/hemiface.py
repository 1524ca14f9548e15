"""Each side of a face measured on a picture of that side alone, joined to its own mirror image.

A landmark network pulls faces towards symmetry: of a one-sided movement it shows too little on the moving side and some on the
still one. In a picture of one half and its mirror image the face is symmetric, and the pull is towards itself
(docs/decisions/0008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy, sampling
from analysis.networks import PRESENCE_THRESHOLD, Mesh, Picture, Roi

SIDE: Final = 256
"""Of a half-face picture, px: what the landmark network takes."""
_KEPT: Final = np.array(anatomy.KEPT)
_MIRRORED: Final = np.array(anatomy.MIRRORED)
_IS_RIGHT: Final = np.isin(_KEPT, anatomy.RIGHT.points)
_IS_LEFT: Final = np.isin(_KEPT, anatomy.LEFT.points)


class MeshFinder(Protocol):
    """The part of the network engine that is needed here."""

    def mesh(self, square: Picture) -> Mesh:
        """The mesh of the upright face that fills a square picture."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Halves:
    """Both sides of a face, each from its own picture.

    ``points`` is (k, 2) float64 in pixels of the picture, rows as in ``anatomy.KEPT``; those of the midline are the mean of
    what the two pictures say of them.
    """

    points: NDArray[np.float64]


def find_halves(rgb: Picture, square: Roi, finder: MeshFinder) -> Halves | None:
    """Measure both sides of the face in ``square``, whose vertical centre line is the face's midline.

    None where one of the two pictures shows no face to the network.
    """
    upright = sampling.cut_exactly(rgb, _by_centres(square), side=SIDE)
    sides = []
    for mirrored_half in twins(upright):
        mesh = finder.mesh(mirrored_half)
        if not mesh.presence > PRESENCE_THRESHOLD:
            return None
        sides.append(_symmetric(mesh))
    right, left = sides
    points = np.where(_IS_RIGHT[:, None], right, np.where(_IS_LEFT[:, None], left, (right + left) / 2))
    flat = np.column_stack([points, np.zeros(len(points))]).astype(np.float32)
    return Halves(points=sampling.to_picture(flat, square, side=SIDE)[:, :2].astype(np.float64))


def twins(upright: Picture) -> tuple[Picture, Picture]:
    """The subject's right half joined to its mirror image, and the left half joined to its own."""
    half = upright.shape[1] // 2
    right, left = upright[:, :half], upright[:, half:]
    return (
        np.ascontiguousarray(np.concatenate([right, right[:, ::-1]], axis=1)),
        np.ascontiguousarray(np.concatenate([left[:, ::-1], left], axis=1)),
    )


def _by_centres(square: Roi) -> Roi:
    """The square moved so that the centres of the cut's pixels lie evenly about its centre line.

    MediaPipe's way of sampling, which ``sampling.cut`` follows, puts them (step - 1) / 2 pixels beside it, where step is how many
    pixels of the picture one of the cut takes: the two halves would begin that far from the midline.
    """
    off = (square.size / SIDE - 1) / 2
    along, across = math.cos(square.roll_rad), math.sin(square.roll_rad)
    return replace(
        square,
        centre_x=square.centre_x + off * (along - across),
        centre_y=square.centre_y + off * (along + across),
    )


def _symmetric(mesh: Mesh) -> NDArray[np.float64]:
    """The mean of a symmetric picture's mesh and its mirror image, (k, 2): half the noise power and no handedness."""
    points = mesh.points[_KEPT, :2].astype(np.float64)
    return np.asarray((points + (points[_MIRRORED] * (-1, 1) + (SIDE, 0))) / 2)
