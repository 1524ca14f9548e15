"""How well a face is seen in one picture: focus, light and noise, whatever its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.networks import Mesh, Picture

_EYE_BAND_IOD_PX: Final = 96
_EYE_BAND_IOD: Final = (1.9, 0.8)
_EYES_AT: Final = 0.55
_SCALES_PX: Final = (1.2, 2.4)
_EDGE_SHARE: Final = 0.1
_MOST_BLUR_PX: Final = 20.0

_FACE_IOD_PX: Final = 32
_FACE_OVAL: Final = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
_SIDES: Final = ((50, 101, 205, 104), (280, 330, 425, 333))
"""Cheek and forehead of the right and of the left side."""
_PATCH: Final = 3
_LEAST_SHOWN: Final = 0.5
_BLACK: Final = 10
_WHITE: Final = 250
_NOISE_SIDE_PX: Final = 128
_SECOND_DIFFERENCES: Final = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_MAD_TO_SD: Final = 1.4826


@dataclass(frozen=True, kw_only=True)
class FaceLight:
    """What one face in one picture looks like.

    ``blur_iod`` is the standard deviation of the Gaussian that would blur an ideal step as much as the strongest edges about
    the eyes are blurred, as a share of the inter-iris distance: across or along the line of the eyes, whichever is worse.
    Lids and brows in perfect focus have 0.009 to 0.025. ``blur_px`` is the same in pixels of the picture. Levels are those of
    an 8-bit picture: ``highlights`` is the 95th percentile of the face, ``contrast`` its distance from the 5th, ``noise`` a
    standard deviation. ``black`` and ``white`` are shares of the face without a shade left. ``side_ratio`` is the brightness
    of the darker side over that of the brighter one.
    """

    blur_iod: float
    blur_px: float
    highlights: float
    contrast: float
    noise: float
    black: float
    white: float
    side_ratio: float

    @property
    def noise_share(self) -> float:
        """Noise over contrast: the same for every skin and exposure that lose nothing."""
        return self.noise / max(self.contrast, 1.0)


def look_at(rgb: Picture, mesh: Mesh) -> FaceLight | None:
    """Judge the face of ``mesh``, in pixels of the picture; None where an eye or half of it lies outside the picture."""
    points = mesh.points[:, :2].astype(np.float64)
    height, width = rgb.shape[:2]
    oval = points[list(_FACE_OVAL)]
    low = np.clip(oval.min(axis=0), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(oval.max(axis=0)), 0, (width, height)).astype(int)
    iod = float(np.hypot(*(points[anatomy.LEFT.iris_centre] - points[anatomy.RIGHT.iris_centre])))
    irises = points[[anatomy.RIGHT.iris_centre, anatomy.LEFT.iris_centre]]
    if (irises < low).any() or (irises >= high).any() or iod < 1:
        return None
    if np.prod(high - low) < _LEAST_SHOWN * np.prod(np.ptp(oval, axis=0)):
        return None
    grey = cv2.cvtColor(rgb[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY)
    small, scale = _scaled(np.asarray(grey, dtype=np.uint8), _FACE_IOD_PX / iod)
    inside = np.zeros(small.shape, dtype=np.uint8)
    cv2.fillPoly(inside, [np.rint((oval - low) * scale).astype(np.int32)], 1)
    face = small[inside > 0]
    if not face.size:
        return None
    dark, bright = np.percentile(face, (5, 95))
    blur = _blur(np.asarray(grey, dtype=np.uint8), points - low, iod)
    return FaceLight(
        blur_iod=blur / _EYE_BAND_IOD_PX,
        blur_px=blur / _EYE_BAND_IOD_PX * iod,
        highlights=float(bright),
        contrast=float(bright - dark),
        noise=_noise(np.asarray(grey, dtype=np.uint8)),
        black=float((face <= _BLACK).mean()),
        white=float((face >= _WHITE).mean()),
        side_ratio=_side_ratio(small, (points - low) * scale),
    )


def _scaled(grey: Picture, factor: float) -> tuple[Picture, NDArray[np.float64]]:
    """A picture made smaller without aliasing, never larger, and by how much in x and y."""
    factor = min(factor, 1.0)
    height, width = grey.shape[:2]
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if factor < 1 else grey
    return np.asarray(small, dtype=np.uint8), np.array([size[0] / width, size[1] / height])


def _blur(grey: Picture, points: NDArray[np.float64], iod: float) -> float:
    """Pixels of an upright band about the eyes in which the irises are ``_EYE_BAND_IOD_PX`` apart.

    A step blurred by s has, after a further blur by a, the slope 1 / sqrt(s^2 + a^2): the ratio of the slopes after two further
    blurs gives s, whatever the height of the step (Zhuo and Sim 2011, Defocus map estimation from a single image).
    """
    small, scale = _scaled(grey, _EYE_BAND_IOD_PX / iod)
    right, left = (points[side.iris_centre] * scale for side in (anatomy.RIGHT, anatomy.LEFT))
    across = (left - right) * _EYE_BAND_IOD_PX / float(np.sum((left - right) ** 2))
    turn = np.array([[across[0], across[1]], [-across[1], across[0]]])
    width, height = (round(side * _EYE_BAND_IOD_PX) for side in _EYE_BAND_IOD)
    shift = np.array([width / 2, height * _EYES_AT]) - turn @ (right + left) / 2
    band = cv2.warpAffine(
        small, np.column_stack([turn, shift]), (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    sharper, softer = (cv2.GaussianBlur(band, (0, 0), scale_px) for scale_px in _SCALES_PX)
    slopes = [
        tuple(np.abs(cv2.Sobel(picture, cv2.CV_32F, dx, 1 - dx)) for picture in (sharper, softer)) for dx in (1, 0)
    ]
    return max(
        _edge_width(fine, coarse, across=other)
        for (fine, coarse), (_, other) in zip(slopes, reversed(slopes), strict=True)
    )


def _edge_width(fine: NDArray[np.float32], coarse: NDArray[np.float32], *, across: NDArray[np.float32]) -> float:
    """Blur in pixels of the strongest edges in one direction, from their slopes after the two further blurs."""
    edges = coarse > across
    if not edges.any():
        return _MOST_BLUR_PX
    edges &= coarse >= np.quantile(coarse[edges], 1 - _EDGE_SHARE)
    ratio = float((fine[edges] ** 2).sum() / max(float((coarse[edges] ** 2).sum()), 1e-9))
    first, second = (scale**2 for scale in _SCALES_PX)
    if ratio <= 1:
        return _MOST_BLUR_PX
    return float(np.sqrt(np.clip((second - ratio * first) / (ratio - 1), 0, _MOST_BLUR_PX**2)))


def _noise(grey: Picture) -> float:
    """Standard deviation of the noise in the middle of the face (Immerkaer 1996, with the median instead of the mean)."""
    height, width = grey.shape
    top, start = max((height - _NOISE_SIDE_PX) // 2, 0), max((width - _NOISE_SIDE_PX) // 2, 0)
    middle = grey[top : top + _NOISE_SIDE_PX, start : start + _NOISE_SIDE_PX]
    return float(np.median(np.abs(cv2.filter2D(middle, cv2.CV_32F, _SECOND_DIFFERENCES)))) * _MAD_TO_SD / 6


def _side_ratio(small: Picture, points: NDArray[np.float64]) -> float:
    """Medians, so that a strand of hair or a hand on one of the places does not count."""
    height, width = small.shape
    levels = []
    for side in _SIDES:
        places = np.rint(np.clip(points[list(side)], 0, (width - 1, height - 1))).astype(int)
        levels.append(
            np.median(
                [
                    small[max(y - _PATCH, 0) : y + _PATCH + 1, max(x - _PATCH, 0) : x + _PATCH + 1].mean()
                    for x, y in places
                ]
            )
        )
    return float((min(levels) + 1) / (max(levels) + 1))
