"""A matplotlib figure on a PDF page as lines and text, in the document's own fonts."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform
from matplotlib.typing import ColorType
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.fonts import FontSet

POINTS_PER_INCH = 72.0
_CAP, _JOIN = {"butt": 0, "round": 1, "projecting": 2}, {"miter": 0, "round": 1, "bevel": 2}
_DESCENT = 0.22
"""Share of a line of text that is below its baseline."""


class FigureBlock(Flowable):  # type: ignore[misc]
    """A figure, drawn in its own size (inches of 72 points)."""

    def __init__(self, figure: Figure, fonts: FontSet) -> None:
        super().__init__()
        self._figure = figure
        self._fonts = fonts
        self.hAlign = "LEFT"

    def wrap(self, _: float, __: float) -> tuple[float, float]:
        """Points."""
        width, height = self._figure.get_size_inches()
        return float(width) * POINTS_PER_INCH, float(height) * POINTS_PER_INCH

    def draw(self) -> None:
        """Draw on the current canvas."""
        width, height = self.wrap(0.0, 0.0)
        before = self._figure.dpi
        self._figure.dpi = POINTS_PER_INCH
        try:
            self._figure.draw(CanvasRenderer(self.canv, self._fonts, width=width, height=height))
        finally:
            self._figure.dpi = before


class CanvasRenderer(RendererBase):
    """Draws what matplotlib asks for on a ReportLab canvas, whose unit is the point. Pictures of pixels are not drawn."""

    def __init__(self, canvas: Canvas, fonts: FontSet, *, width: float, height: float) -> None:
        super().__init__()
        self._canvas = canvas
        self._fonts = fonts
        self._size = (width, height)

    def flipy(self) -> bool:
        """y grows upwards, as on a page."""
        return False

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Points."""
        return self._size

    def points_to_pixels(self, points: Any) -> Any:  # noqa: ANN401 - a number or an array of numbers, as matplotlib has it
        """One point is one unit."""
        return points

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | str
    ) -> tuple[float, float, float]:
        """Room for a line of text, points."""
        size = float(prop.get_size_in_points())
        return self._fonts.width(s, size=size, bold=_bold(prop)), 0.95 * size, _DESCENT * size

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | str = False,
        mtext: Text | None = None,
    ) -> None:
        """One line of text with its baseline at ``y``, turned by ``angle`` degrees."""
        self._canvas.saveState()
        red, green, blue, alpha = _rgba(gc)
        self._canvas.setFillColor(Color(red, green, blue, alpha))
        self._canvas.translate(x, y)
        self._canvas.rotate(angle)
        self._fonts.draw(self._canvas, 0.0, 0.0, s, size=float(prop.get_size_in_points()), bold=_bold(prop))
        self._canvas.restoreState()

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: ColorType | None = None,  # noqa: N803 - matplotlib's name
    ) -> None:
        """A line or an area."""
        canvas = self._canvas
        canvas.saveState()
        clip = gc.get_clip_rectangle()
        if clip is not None:
            window = canvas.beginPath()
            window.rect(float(clip.x0), float(clip.y0), float(clip.width), float(clip.height))
            canvas.clipPath(window, stroke=0, fill=0)
        red, green, blue, alpha = _rgba(gc)
        width = float(gc.get_linewidth())
        canvas.setLineWidth(width)
        canvas.setStrokeColor(Color(red, green, blue, alpha))
        canvas.setLineCap(_CAP[gc.get_capstyle()])
        canvas.setLineJoin(_JOIN[gc.get_joinstyle()])
        offset, dashes = gc.get_dashes()
        if dashes is not None:
            canvas.setDash(np.atleast_1d(dashes).tolist(), float(offset))
        if rgbFace is not None:
            *face, opaque = to_rgba(rgbFace)
            canvas.setFillColor(Color(*face, opaque if gc.get_alpha() is None else alpha))
        canvas.drawPath(_outline(canvas, path, transform), stroke=int(width > 0), fill=int(rgbFace is not None))
        canvas.restoreState()


def _outline(canvas: Canvas, path: Path, transform: Transform) -> Any:  # noqa: ANN401 - ReportLab has no types
    drawn = canvas.beginPath()
    at = (0.0, 0.0)
    for points, code in path.iter_segments(transform, simplify=False):
        p = [float(each) for each in points]
        if code == Path.MOVETO:
            drawn.moveTo(*p)
        elif code == Path.LINETO:
            drawn.lineTo(*p)
        elif code == Path.CURVE3:
            # a quadratic curve as the cubic one that it is
            first = [start + 2 / 3 * (control - start) for start, control in zip(at, p[:2], strict=True)]
            second = [end + 2 / 3 * (control - end) for end, control in zip(p[2:], p[:2], strict=True)]
            drawn.curveTo(*first, *second, *p[2:])
        elif code == Path.CURVE4:
            drawn.curveTo(*p)
        else:
            drawn.close()
            continue
        at = (p[-2], p[-1])
    return drawn


def _rgba(gc: GraphicsContextBase) -> tuple[float, float, float, float]:
    red, green, blue, *rest = (float(each) for each in gc.get_rgb())
    alpha = gc.get_alpha()
    return red, green, blue, float(alpha) if alpha is not None else (rest[0] if rest else 1.0)


def _bold(prop: FontProperties) -> bool:
    weight = prop.get_weight()
    return weight in ("bold", "heavy", "black", "semibold", "demibold") or (isinstance(weight, int) and weight >= 600)
