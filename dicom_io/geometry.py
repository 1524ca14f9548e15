"""From the coded picture to an upright one with square pixels, and which sizes are believed at all."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom_io.errors import ImplausibleFrames

MAX_SIDE = 8192
MAX_PIXELS = 64 * 1024 * 1024
MAX_FRAMES = 4_000_000
_SQUARE = Fraction(1)
_TURN = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)


def check_size(width: int, height: int) -> None:
    """Refuse a picture size before anything is allocated for it.

    Raises:
        ImplausibleFrames: no pixels, more than 8192 on a side, or more than 64 Mi pixels.
    """
    if width < 1 or height < 1:
        raise ImplausibleFrames(f"the pictures have no pixels ({width} x {height}): send or export the recording again")
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise ImplausibleFrames(
            f"the pictures are {width} x {height}, more than {MAX_SIDE} on a side or {MAX_PIXELS} pixels: "
            "no face recording needs that; export it smaller"
        )


def check_count(frames: int) -> None:
    """Refuse a number of frames.

    Raises:
        ImplausibleFrames: more than four million frames (18 hours at 60 per second).
    """
    if frames > MAX_FRAMES:
        raise ImplausibleFrames(f"the recording has more than {MAX_FRAMES} frames: cut it into parts")


@dataclass(frozen=True, kw_only=True)
class Upright:
    """How a coded picture becomes an upright one: widened, then mirrored left to right, then turned clockwise.

    ``pixel_aspect`` is the width of a coded pixel over its height.
    """

    pixel_aspect: Fraction = _SQUARE
    mirrored: bool = False
    quarter_turns: int = 0

    def size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of the upright picture. No coded line or column is thrown away: the short side grows."""
        if self.pixel_aspect > 1:
            width = round(width * self.pixel_aspect)
        else:
            height = round(height / self.pixel_aspect)
        return (height, width) if self.quarter_turns % 2 else (width, height)

    def apply(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The upright picture of a coded (height, width, 3) one."""
        if self.pixel_aspect != 1:
            square = Upright(pixel_aspect=self.pixel_aspect).size(rgb.shape[1], rgb.shape[0])
            rgb = np.asarray(cv2.resize(rgb, square, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        if self.mirrored:
            rgb = np.asarray(cv2.flip(rgb, 1), dtype=np.uint8)
        turn = _TURN[self.quarter_turns]
        if turn is not None:
            rgb = np.asarray(cv2.rotate(rgb, turn), dtype=np.uint8)
        return rgb


def plausible_aspect(aspect: Fraction | None) -> Fraction | None:
    """A pixel aspect ratio between 1:4 and 4:1, or None: anything else is a damaged header, not a camera."""
    return aspect if aspect is not None and Fraction(1, 4) <= aspect <= 4 else None


def from_display_matrix(matrix: bytes) -> tuple[bool, int]:
    """(mirrored, quarter turns clockwise) of an ISO/IEC 14496-12 (8.3.2) display matrix.

    ``matrix`` is nine native int32, 16.16 and 2.30 fixed point: (p, q) goes to (a p + c q, b p + d q), q downwards.
    Angles between the quarters go to the nearest one.
    """
    a, b, _, c, d = struct.unpack_from("=5i", matrix)
    mirrored = a * d - b * c < 0
    angle = math.atan2(-b, -a) if mirrored else math.atan2(b, a)
    return mirrored, round(angle / (math.pi / 2)) % 4
