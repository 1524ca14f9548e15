"""A frame as a picture to be marked: four enlarged panels with a light grid in picture pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.marking.guesses import Look
from tests.marking.points import PANELS

WIDTH, HEIGHT = 640, 390
"""Size of a panel, picture pixels."""

LEFT, TOP, GAP_X, GAP_Y, EDGE = 36, 22, 36, 22, 10
STEP: Final = 50
"""Distance of grid lines, picture pixels; their labels are picture coordinates."""

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Where one part of a frame lies in its picture.

    A point (x, y) of the clip appears at ``left + zoom * (x - x0_px)``, ``top + zoom * (y - y0_px)``, in picture pixels.
    """

    name: str
    left: int
    top: int
    x0_px: float
    y0_px: float
    zoom: float

    def to_clip(self, u: float, v: float) -> tuple[float, float]:
        """Clip pixels of a picture position."""
        return self.x0_px + (u - self.left) / self.zoom, self.y0_px + (v - self.top) / self.zoom

    def to_picture(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Picture position of a clip position."""
        return self.left + self.zoom * (x_px - self.x0_px), self.top + self.zoom * (y_px - self.y0_px)

    def shows(self, u: float, v: float) -> bool:
        """Whether a picture position lies in this panel."""
        return self.left <= u < self.left + WIDTH and self.top <= v < self.top + HEIGHT


def panels(look: Look, *, zoom: float) -> tuple[Panel, ...]:
    """The four panels of a frame, each centred on its (shifted) guess."""
    return tuple(
        Panel(
            name=name,
            left=LEFT + (index % 2) * (WIDTH + GAP_X),
            top=TOP + (index // 2) * (HEIGHT + GAP_Y),
            x0_px=round(x - WIDTH / 2 / zoom, 3),
            y0_px=round(y - HEIGHT / 2 / zoom, 3),
            zoom=zoom,
        )
        for index, (name, (x, y)) in enumerate(zip(PANELS, look.centres_px, strict=True))
    )


def picture(rgb: Rgb, shown: Iterable[Panel]) -> Rgb:
    """Draw the panels of a frame (height, width, 3) by cubic interpolation, with the grid over them and labels outside."""
    sheet = np.full((TOP + 2 * HEIGHT + GAP_Y + EDGE, LEFT + 2 * WIDTH + GAP_X + EDGE, 3), 255, dtype=np.uint8)
    for panel in shown:
        inverse = np.array([[1 / panel.zoom, 0, panel.x0_px], [0, 1 / panel.zoom, panel.y0_px]])
        cut = cv2.warpAffine(
            rgb,
            inverse,
            (WIDTH, HEIGHT),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(128, 128, 128),
        )
        sheet[panel.top : panel.top + HEIGHT, panel.left : panel.left + WIDTH] = cut
        _grid(sheet, panel)
    return sheet


def _grid(sheet: Rgb, panel: Panel) -> None:
    right, bottom = panel.left + WIDTH, panel.top + HEIGHT
    for u in range(-(-panel.left // STEP) * STEP, right, STEP):
        column = sheet[panel.top : bottom, u].astype(np.float64)
        sheet[panel.top : bottom, u] = np.rint(0.7 * column + 0.3 * 255)
        _label(sheet, f"{u}", (u - 12, panel.top - 6))
    for v in range(-(-panel.top // STEP) * STEP, bottom, STEP):
        row = sheet[v, panel.left : right].astype(np.float64)
        sheet[v, panel.left : right] = np.rint(0.7 * row + 0.3 * 255)
        _label(sheet, f"{v}", (panel.left - 32, v + 4))


def _label(sheet: Rgb, text: str, place: tuple[int, int]) -> None:
    cv2.putText(sheet, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)


def with_marks(drawn: Rgb, places: Iterable[tuple[float, float]]) -> Rgb:
    """The picture with an open cross around each picture position: its middle stays free, so the structure stays visible."""
    sheet = drawn.copy()
    for u, v in places:
        for du, dv in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start, end = (round(u + 5 * du), round(v + 5 * dv)), (round(u + 16 * du), round(v + 16 * dv))
            cv2.line(sheet, start, end, (0, 255, 0), 1)
    return sheet
