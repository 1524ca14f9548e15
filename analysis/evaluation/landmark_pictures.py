"""One feature of one face with an algorithm's landmarks on it, and the same without them beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import FrameLandmarks, Landmark
from analysis.networks import Picture

PANEL_PX: Final = 640
"""Longer side of the face's part in a picture."""
_MARGIN_IOD: Final = 0.2
_LARGEST_REACH_IOD: Final = 1.0
"""A stray landmark widens what is shown by no more than this; further away it is a square on the edge."""
_MOST_ENLARGED: Final = 12.0
_GAP_PX: Final = 12
_WIDE: Final = 1.8
_PAPER: Final = 245
_CORE: Final = (0, 240, 255)
_RING: Final = (10, 10, 40)
_FRACTION_BITS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Crop:
    """The part of a frame that is shown: pixels of the frame, the top left corner of the picture is (0, 0)."""

    left: float
    top: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Pixels of the panel in one of the frame."""
        return min(PANEL_PX / max(self.width, self.height), _MOST_ENLARGED)


def crop_of(region: FaceRegion, found: Sequence[FrameLandmarks], inter_ocular_px: float) -> Crop | None:
    """The part that shows a feature, the same for all algorithms, so that it says nothing of which is shown.

    None where nobody found the feature. The first algorithm that found it is the reference; the others' points widen it.
    """
    places = [np.array([(each.x, each.y) for each in one.of(region)]) for one in found if one.of(region)]
    if not places:
        return None
    low, high = places[0].min(axis=0), places[0].max(axis=0)
    reach = _LARGEST_REACH_IOD * inter_ocular_px
    everything = np.concatenate(places)
    margin = _MARGIN_IOD * inter_ocular_px
    low = np.maximum(everything.min(axis=0), low - reach) - margin
    high = np.minimum(everything.max(axis=0), high + reach) + margin
    width, height = high - low
    return Crop(left=float(low[0]), top=float(low[1]), width=float(width), height=float(height))


def draw(rgb: Picture, crop: Crop, landmarks: Sequence[Landmark]) -> Picture:
    """The marked panel and the bare one: beside it, or below where it is wide. uint8 RGB; outside the frame is paper."""
    bare = _panel(rgb, crop)
    marked = bare.copy()
    for each in landmarks:
        _mark(marked, (each.x - crop.left) * crop.scale, (each.y - crop.top) * crop.scale)
    height, width = bare.shape[:2]
    if width > _WIDE * height:
        between = np.full((_GAP_PX, width, 3), _PAPER, np.uint8)
        return np.concatenate([marked, between, bare], axis=0)
    between = np.full((height, _GAP_PX, 3), _PAPER, np.uint8)
    return np.concatenate([marked, between, bare], axis=1)


def _panel(rgb: Picture, crop: Crop) -> Picture:
    size = (max(round(crop.width * crop.scale), 1), max(round(crop.height * crop.scale), 1))
    # OpenCV counts from the middle of the first pixel, landmarks from its corner
    shift = [offset + 0.5 / crop.scale - 0.5 for offset in (crop.left, crop.top)]
    to_frame = np.array([[1 / crop.scale, 0, shift[0]], [0, 1 / crop.scale, shift[1]]])
    # a face larger than the panel would show its pores as noise
    shown = rgb if crop.scale >= 1 else cv2.GaussianBlur(rgb, (0, 0), 0.4 / crop.scale)
    flags = (cv2.INTER_CUBIC if crop.scale > 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(shown, to_frame, size, flags=flags, borderValue=(_PAPER,) * 3), dtype=np.uint8)


def _mark(panel: NDArray[np.uint8], x: float, y: float) -> None:
    """A dot of three pixels in a dark ring; a square on the edge where the point lies outside."""
    height, width = panel.shape[:2]
    if 0 <= x < width and 0 <= y < height:
        unit = 1 << _FRACTION_BITS
        centre = (round((x - 0.5) * unit), round((y - 0.5) * unit))
        for radius, colour in ((2.9, _RING), (1.7, _CORE)):
            cv2.circle(panel, centre, round(radius * unit), colour, cv2.FILLED, cv2.LINE_AA, _FRACTION_BITS)
        return
    at = np.clip([x, y], 5, [width - 6, height - 6]).astype(int)
    for reach, colour in ((5, _RING), (3, _CORE)):
        cv2.rectangle(panel, (at - reach).tolist(), (at + reach).tolist(), colour, cv2.FILLED)


def as_jpeg(picture: Picture) -> bytes:
    """JPEG without a word of where it came from; colour is not thinned out, as dots are small."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, 92, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), quality)
    return bytes(encoded)
