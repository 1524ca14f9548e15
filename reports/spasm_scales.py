"""The numbers of a spasm as short scales: the value of each side with its 95 % interval beside the bounds of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from reportlab.pdfgen.canvas import Canvas

from reports.block import Block
from reports.fonts import FontSet
from reports.spasm_numbers import Mark, Scale
from reports.style import INK, MUTED, SIDE, WASH, WHITE, SideStyle

LABEL: Final = 142.0
NUMBER: Final = 132.0
LANE: Final = 10.0
BELOW: Final = 9.6


class Scales(Block):
    """All scales below each other; two sides in two lanes, right above left."""

    HEIGHT: ClassVar = 0.0

    def __init__(self, shown: Sequence[Scale], fonts: FontSet) -> None:
        super().__init__()
        self._shown = shown
        self._fonts = fonts

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """Points."""
        self.width = available_width
        return available_width, sum(map(_height, self._shown))

    def draw(self) -> None:
        """Draw on the current canvas."""
        top = sum(map(_height, self._shown))
        for each in self._shown:
            self._scale(self.canv, each, top)
            top -= _height(each)

    def _scale(self, canvas: Canvas, scale: Scale, top: float) -> None:
        fonts = self._fonts
        lanes = max(len(scale.marks), 1)
        floor, room = top - 3.0 - lanes * LANE, self.width - LABEL - NUMBER
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 0, top - 11.0, scale.name, size=8.8, bold=True, room=LABEL - 8)
        canvas.setFillColor(MUTED)
        if width + fonts.width(scale.meaning, size=7.4) + 5 < LABEL - 8:
            fonts.draw(canvas, width + 5, top - 11.0, scale.meaning, size=7.4)
        else:
            fonts.draw(canvas, 0, top - 20.0, scale.meaning, size=7.4, room=LABEL - 8)
        canvas.setFillColor(WASH)
        canvas.rect(LABEL, floor, room, lanes * LANE, stroke=0, fill=1)
        self._bounds(canvas, scale, floor, room, lanes)
        for lane, mark in enumerate(scale.marks):
            self._mark(canvas, scale, mark, top - 3.0 - (lane + 0.5) * LANE, room)

    def _bounds(self, canvas: Canvas, scale: Scale, floor: float, room: float, lanes: int) -> None:
        fonts = self._fonts
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, LABEL, floor - 7.4, "0", size=6.6)
        fonts.draw(canvas, LABEL + room + 2.0, floor - 7.4, f"{scale.end:g}", size=6.6)
        for position, each in enumerate(scale.bounds, start=1):
            x = LABEL + room * each.at / scale.end
            canvas.setStrokeColor(INK)
            canvas.setLineWidth(1.1)
            canvas.line(x, floor - 0.8, x, floor + lanes * LANE)
            canvas.setFillColor(INK)
            width = fonts.width(each.meaning, size=6.6)
            before_another = position < len(scale.bounds)
            x = min(max(x - (width if before_another else width / 2), LABEL + 7.0), LABEL + room - width)
            fonts.draw(canvas, x, floor - 7.4, each.meaning, size=6.6)

    def _mark(self, canvas: Canvas, scale: Scale, mark: Mark, y: float, room: float) -> None:
        fonts, style = self._fonts, SIDE[mark.side]
        x = self.width - NUMBER + 10.0
        canvas.setFillColor(INK)
        x += fonts.draw(canvas, x, y - 3.1, style.letter, size=8.6, bold=True) + 6.0
        first, bracket, rest = mark.written.partition(" (")
        x += fonts.draw(canvas, x, y - 3.1, first, size=9.4, bold=True)
        if bracket:
            canvas.setFillColor(MUTED)
            fonts.draw(canvas, x + 3.0, y - 3.1, f"({rest}", size=8.2, room=self.width - x - 3.0)
        if mark.value is None:
            return
        if mark.interval is not None:
            _whisker(canvas, _at(mark.interval.low, scale, room), _at(mark.interval.high, scale, room), y)
        _dot(canvas, _at(mark.value, scale, room), y, style)


def _at(value: float, scale: Scale, room: float) -> float:
    return LABEL + room * min(max(value / scale.end, 0.0), 1.0)


def _height(scale: Scale) -> float:
    return 3.0 + max(len(scale.marks), 1) * LANE + BELOW


def _whisker(canvas: Canvas, low: float, high: float, y: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.0)
    canvas.line(low, y, high, y)
    for end in (low, high):
        canvas.line(end, y - 2.6, end, y + 2.6)


def _dot(canvas: Canvas, x: float, y: float, style: SideStyle) -> None:
    canvas.setStrokeColor(style.color)
    canvas.setLineWidth(1.4)
    canvas.setFillColor(WHITE if style.hollow else style.color)
    if style.hollow:
        canvas.rect(x - 3.0, y - 3.0, 6.0, 6.0, stroke=1, fill=1)
    else:
        canvas.circle(x, y, 3.4, stroke=0, fill=1)
