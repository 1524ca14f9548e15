"""What mouth and eyes look like in one picture beside the skin around them: whether something is in front of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.networks import Mesh, Picture

_IOD_PX: Final = 48
_SMOOTHING_PX: Final = 1.0
_MARGIN_IOD: Final = 0.2
_LEAST_IOD_PX: Final = 48.0
"""Below it lashes and lips are a few pixels, and compression has taken their colour."""
_WHITE: Final = 252
_DARK_LINE_PERCENTILE: Final = 25
_LEAST_LIGHTNESS: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Indices into the 478 landmarks."""

    outer_lip: tuple[int, ...]
    inner_lip: tuple[int, ...]
    mouth_line: tuple[int, ...]
    around_mouth: tuple[int, ...]
    below_eye: tuple[int, ...]
    eye: tuple[int, ...]
    cheek: tuple[int, ...]


_RIGHT: Final = _Places(
    outer_lip=(61, 185, 40, 39, 37, 84, 181, 91, 146),
    inner_lip=(78, 191, 80, 81, 82, 87, 178, 88, 95),
    mouth_line=(13, 14, 82, 87, 81, 178, 80, 88),
    around_mouth=(57, 216, 206, 203, 165, 92, 186, 212, 202, 204, 194, 43, 106, 182),
    below_eye=(230, 229, 228, 231, 119, 118, 120, 22, 23, 24, 110),
    eye=(33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 468),
    cheek=(50, 205, 101, 36, 187, 147),
)
_LEFT: Final = _Places(
    outer_lip=(291, 409, 270, 269, 267, 314, 405, 321, 375),
    inner_lip=(308, 415, 310, 311, 312, 317, 402, 318, 324),
    mouth_line=(13, 14, 312, 317, 311, 402, 310, 318),
    around_mouth=(287, 436, 426, 423, 391, 322, 410, 432, 422, 424, 418, 273, 335, 406),
    below_eye=(450, 449, 448, 451, 348, 347, 349, 252, 253, 254, 339),
    eye=(263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466, 473),
    cheek=(280, 425, 330, 266, 411, 376),
)
_FOREHEAD_AND_BRIDGE: Final = (103, 67, 104, 69, 108, 332, 297, 333, 299, 337, 9, 8, 151, 168, 6)
_LOOKED_AT: Final = sorted(
    {
        *_FOREHEAD_AND_BRIDGE,
        *(place for side in (_RIGHT, _LEFT) for places in vars(side).values() for place in places),
    }
)


@dataclass(frozen=True, kw_only=True)
class HalfFaceLook:
    """One side of the face, in CIE L*a*b* units of a picture with 48 pixels between the irises.

    ``lip_redness`` is a* of the lips less that of the skin around; ``lip_relief`` and ``eye_relief`` are standard deviations
    of lightness over lips and mouth line and over the eye's contour; ``eye_line`` is by what share the lashes and the iris are
    darker than the skin below them; ``eye_socket`` is by what share the skin below the eye is lighter (negative: darker) than
    cheek and forehead, the smaller difference of the two, as a share of the forehead's lightness.
    """

    lip_redness: float
    lip_relief: float
    eye_relief: float
    eye_line: float
    eye_socket: float


@dataclass(frozen=True, kw_only=True)
class FaceRegions:
    """Both sides, the subject's."""

    right: HalfFaceLook
    left: HalfFaceLook


def look_at_regions(rgb: Picture, mesh: Mesh) -> FaceRegions | None:
    """Look at the face of ``mesh``, in pixels of the picture; None where it is too small, overexposed or not whole."""
    points = mesh.points[:, :2].astype(np.float64)
    iod = float(np.hypot(*(points[anatomy.LEFT.iris_centre] - points[anatomy.RIGHT.iris_centre])))
    height, width = rgb.shape[:2]
    looked_at = points[_LOOKED_AT]
    low, high = looked_at.min(axis=0) - _MARGIN_IOD * iod, looked_at.max(axis=0) + _MARGIN_IOD * iod
    low = np.clip(np.floor(low), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(high), 0, (width, height)).astype(int)
    if iod < _LEAST_IOD_PX or (looked_at < low).any() or (looked_at > high - 1).any():
        return None
    part = rgb[low[1] : high[1], low[0] : high[0]]
    size = np.maximum(np.rint((high - low) * _IOD_PX / iod), 1).astype(int)
    scaled = cv2.resize(part, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(scaled, (0, 0), _SMOOTHING_PX), dtype=np.uint8)
    places = np.rint((points - low) * size / (high - low)).astype(int)
    places = np.clip(places, 0, size - 1)
    skin = small[tuple(places[list(_FOREHEAD_AND_BRIDGE)].T[::-1])]
    if np.median(skin.max(axis=1)) >= _WHITE:
        return None
    colours = _lab(small[places[:, 1], places[:, 0]])
    forehead = np.median(colours[list(_FOREHEAD_AND_BRIDGE)], axis=0)
    return FaceRegions(
        right=_half(colours, _lips(small, places, _RIGHT), _RIGHT, float(forehead[0])),
        left=_half(colours, _lips(small, places, _LEFT), _LEFT, float(forehead[0])),
    )


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 3) colours to CIE L*a*b*: only the few that are looked at."""
    scaled = rgb.reshape(1, -1, 3).astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0], dtype=np.float32)


def _lips(small: Picture, places: NDArray[np.int_], side: _Places) -> NDArray[np.float32]:
    """Colours in the middle of the lips, between their outer and their inner edge."""
    middle = np.rint((places[list(side.outer_lip)] + places[list(side.inner_lip)]) / 2).astype(int)
    return _lab(small[middle[:, 1], middle[:, 0]])


def _half(colours: NDArray[np.float32], lips: NDArray[np.float32], side: _Places, forehead: float) -> HalfFaceLook:
    lightness = colours[:, 0]
    around = colours[list(side.around_mouth)]
    below = float(np.median(lightness[list(side.below_eye)]))
    cheek = float(np.median(lightness[list(side.cheek)]))
    line = float(np.percentile(lightness[list(side.eye)], _DARK_LINE_PERCENTILE))
    return HalfFaceLook(
        lip_redness=float(np.median(lips[:, 1]) - np.median(around[:, 1])),
        lip_relief=float(np.std(np.concatenate([lips[:, 0], lightness[list(side.mouth_line)]]))),
        eye_relief=float(np.std(lightness[list(side.eye)])),
        eye_line=(below - line) / max(below, _LEAST_LIGHTNESS),
        eye_socket=max(below - cheek, below - forehead) / max(forehead, _LEAST_LIGHTNESS),
    )
