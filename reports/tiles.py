"""What the first block of a page about a disease is made of: a line that names it, answers side by side, a hairline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import TableStyle

from analysis.values import Status
from reports.answer import trust_mark
from reports.block import Block
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, WASH

_BETWEEN: Final = 12.0


class AnswerLine(Block):
    """What the block is about, which recordings it rests on, and a note of what it is not."""

    HEIGHT: ClassVar = 24.0

    def __init__(self, title: str, note: str, report: ExamReport, fonts: FontSet) -> None:
        super().__init__()
        alone = len(report.instances) == 1
        self._title = title
        self._note = note
        self._of = report.instances[0].label if alone else f"{len(report.instances)} recordings together"
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts = self.canv, self._fonts
        canvas.setFillColor(WASH)
        canvas.rect(0, 0, self.width, 20.0, stroke=0, fill=1)
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 8, 6.2, self._title, size=10.0, bold=True)
        canvas.setFillColor(MUTED)
        note = fonts.width(self._note, size=8.6)
        room = self.width - 8 - note - 12 - (16 + width)
        fonts.draw(canvas, 16 + width, 6.2, self._of, size=8.6, room=min(room, 220.0))
        fonts.draw(canvas, self.width - 8 - note, 6.2, self._note, size=8.6)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One answer: what is asked, the answer, and what belongs beside it."""

    asked: str
    answer: str
    beside: str = ""
    share: float
    """Of the width of the page."""


class Tiles(Block):
    """Answers side by side, parted by hairlines; the last one with a ``mark`` of trust."""

    HEIGHT: ClassVar = 54.0

    def __init__(self, tiles: Sequence[Tile], fonts: FontSet, *, size: float, mark: Status | None = None) -> None:
        super().__init__()
        self._tiles = tiles
        self._fonts = fonts
        self._size = size
        self._mark = mark

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """Points."""
        self.width = available_width
        self._height = 25.0 + self._size + (9.0 if any(tile.beside for tile in self._tiles) else 0.0)
        return available_width, self._height

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, x = self.canv, 0.0
        for position, tile in enumerate(self._tiles):
            if position:
                canvas.setStrokeColor(HAIRLINE)
                canvas.setLineWidth(0.6)
                canvas.line(x, 3, x, self._height - 3)
                x += _BETWEEN
            room = tile.share * self.width - (_BETWEEN if position else 0.0) - 6.0
            last = position == len(self._tiles) - 1
            self._one(canvas, tile, x, room, self._mark if last else None)
            x += room + 6.0

    def _one(self, canvas: Canvas, tile: Tile, x: float, room: float, mark: Status | None) -> None:
        fonts, top = self._fonts, self._height - 11.0
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, top, tile.asked, size=7.8, room=room)
        baseline, start = top - 5.0 - self._size * 0.8, x
        if mark is not None:
            trust_mark(canvas, x + 4.0, baseline + self._size * 0.32, mark)
            start += 13.0
        canvas.setFillColor(INK)
        fonts.draw(canvas, start, baseline, tile.answer, size=self._size, bold=True, room=room - (start - x))
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, baseline - 12.5, tile.beside, size=7.8, room=room)


class Rule(Block):
    """A hairline."""

    HEIGHT: ClassVar = 6.0

    def draw(self) -> None:
        """Draw on the current canvas."""
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.6)
        self.canv.line(0, 3, self.width, 3)


BESIDE = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
"""Columns without lines or padding."""
