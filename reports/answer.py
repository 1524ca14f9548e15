"""The answer for one recording at a glance: weaker side, both excursions, R; or why there is none and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reportlab.pdfgen.canvas import Canvas

from analysis.results import AnalysisResult
from analysis.values import Bilateral, Side, Status
from reports import units, words
from reports.block import Block
from reports.exam import AssessedInstance
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, SIDE, WASH, WHITE, SideStyle

RELATION_COLUMN = 318.0
BAR_LABEL = 40.0
BAR_HEIGHT = 11.0
BAR_NUMBER = 116.0


class RecordingLine(Block):
    """Which recording this is, and in words whether it can be trusted."""

    HEIGHT: ClassVar = 24.0

    def __init__(self, instance: AssessedInstance, fonts: FontSet) -> None:
        super().__init__()
        self._instance = instance
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts = self.canv, self._fonts
        result = self._instance.result
        canvas.setFillColor(WASH)
        canvas.rect(0, 0, self.width, 20.0, stroke=0, fill=1)
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 8, 6.2, self._instance.label, size=10.0, bold=True, room=200.0)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, 8 + width + 8, 6.2, words.recording(self._instance), size=8.6)
        text = f"{words.trust(words.overall(result))}: {_share(result)}"
        room = fonts.width(text, size=8.6, bold=True)
        x = self.width - 8 - room
        canvas.setFillColor(INK)
        fonts.draw(canvas, x, 6.2, text, size=8.6, bold=True)
        trust_mark(canvas, x - 10, 9.2, words.overall(result))


class GoodAnswer(Block):
    """Weaker side, how far each mouth corner moved with its interval, and how they move together."""

    HEIGHT: ClassVar = 96.0

    def __init__(self, result: AnalysisResult, moved: Bilateral, fonts: FontSet) -> None:
        super().__init__()
        self._result = result
        self._moved = moved
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas = self.canv
        self._weaker(canvas)
        self._bars(canvas)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(RELATION_COLUMN - 16, 4, RELATION_COLUMN - 16, 86)
        self._relation(canvas)

    def _weaker(self, canvas: Canvas) -> None:
        relation, room = self._result.commissure, RELATION_COLUMN - 30
        canvas.setFillColor(INK)
        self._fonts.draw(canvas, 0, 72, words.headline(relation), size=18, bold=True, room=room)
        canvas.setFillColor(MUTED)
        self._fonts.draw(canvas, 0, 58.5, words.compared(relation), size=9.0, room=room)
        self._fonts.draw(canvas, 0, 47, words.amplitude_ratio(relation), size=9.0, room=room)

    def _bars(self, canvas: Canvas) -> None:
        reach = {side: _Reach.of(self._result, side, getattr(self._moved, side)) for side in Side}
        longest = max(*(each.furthest for each in reach.values()), 1e-6)
        room = RELATION_COLUMN - 30 - BAR_LABEL - BAR_NUMBER
        for side, y in ((Side.RIGHT, 23.0), (Side.LEFT, 5.0)):
            style, each = SIDE[side], reach[side]
            canvas.setFillColor(INK)
            self._fonts.draw(canvas, 0, y + 2.2, style.name, size=10.0, bold=True)
            _bar(canvas, BAR_LABEL, y, room * each.length / longest, style)
            if each.low is not None and each.high is not None:
                low, high = (BAR_LABEL + room * end / longest for end in (each.low, each.high))
                _whisker(canvas, low, high, y + BAR_HEIGHT / 2, closed=each.low > 0)
            x = BAR_LABEL + room * each.furthest / longest + 7
            canvas.setFillColor(INK)
            number = units.millimetres(getattr(self._moved, side))
            x += self._fonts.draw(canvas, x, y + 1.8, number, size=11.5, bold=True) + 4
            within = words.interval(self._result, side)
            if within is not None:
                canvas.setFillColor(MUTED)
                text = f"({units.between_coarse(within.low, within.high)})"
                self._fonts.draw(canvas, x, y + 1.8, text, size=9.0, room=RELATION_COLUMN - 20 - x)

    def _relation(self, canvas: Canvas) -> None:
        relation = self._result.commissure
        x, room = RELATION_COLUMN, self.width - RELATION_COLUMN
        canvas.setFillColor(INK)
        if relation.pearson_r is None:
            self._fonts.draw(canvas, x, 72, "R not assessable", size=14, bold=True, room=room)
            canvas.setFillColor(MUTED)
            self._fonts.draw(canvas, x, 58.5, "for the reason see the limits below", size=9.0, room=room)
            return
        self._fonts.draw(
            canvas,
            x,
            72,
            f"R = {units.coefficient(relation.pearson_r)}, {words.band(relation.band)}",
            size=18,
            bold=True,
            room=room,
        )
        canvas.setFillColor(MUTED)
        if relation.ci95 is not None:
            self._fonts.draw(
                canvas, x, 58.5, f"95 % interval {units.between_coefficients(*relation.ci95)}", size=9.0, room=room
            )
        canvas.setFillColor(INK)
        for line, text in enumerate(
            (
                "How closely right and left move together.",
                "Published: 0.99 normal, 0.75 flaccid,",
                "0.72 synkinetic. R alone names no pattern",
                "and is blind to how far a side moves.",
            )
        ):
            self._fonts.draw(canvas, x, 40.5 - 11.5 * line, text, size=8.6, room=room)


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """One side's excursion as it is drawn: lengths in millimetres from rest, whichever way the corner went."""

    length: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, result: AnalysisResult, side: Side, excursion_mm: float) -> _Reach:
        within = words.interval(result, side)
        if within is None:
            return cls(length=abs(excursion_mm), low=None, high=None)
        ends = (within.low, within.high) if excursion_mm >= 0 else (-within.high, -within.low)
        return cls(length=abs(excursion_mm), low=max(ends[0], 0.0), high=ends[1])

    @property
    def furthest(self) -> float:
        return self.length if self.high is None else max(self.length, self.high)


class Headline(Block):
    """Two words that nobody overlooks."""

    HEIGHT: ClassVar = 34.0

    def __init__(self, text: str, fonts: FontSet) -> None:
        super().__init__()
        self._text = text
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        self.canv.setFillColor(INK)
        self._fonts.draw(self.canv, 0, 9, self._text, size=24, bold=True)


def _share(result: AnalysisResult) -> str:
    return f"{result.quality.frames_used} of {units.frames(result.source.frames)} used"


def trust_mark(canvas: Canvas, x: float, y: float, status: Status) -> None:
    """A full, half or empty disc: readable without colour."""
    canvas.setStrokeColor(INK)
    canvas.setFillColor(INK)
    canvas.setLineWidth(0.9)
    canvas.circle(x, y, 3.4, stroke=1, fill=int(status is Status.GOOD))
    if status is Status.LIMITED:
        canvas.wedge(x - 3.4, y - 3.4, x + 3.4, y + 3.4, 90, 180, stroke=0, fill=1)


def _bar(canvas: Canvas, x: float, y: float, length: float, style: SideStyle) -> None:
    canvas.setFillColor(style.color)
    canvas.setStrokeColor(style.color)
    canvas.setLineWidth(0.9)
    if not style.hollow:
        canvas.rect(x, y, length, BAR_HEIGHT, stroke=0, fill=1)
        return
    canvas.saveState()
    outline = canvas.beginPath()
    outline.rect(x, y, length, BAR_HEIGHT)
    canvas.clipPath(outline, stroke=0, fill=0)
    canvas.setLineWidth(1.5)
    start = x - BAR_HEIGHT
    while start < x + length:
        canvas.line(start, y, start + BAR_HEIGHT, y + BAR_HEIGHT)
        start += 3.6
    canvas.restoreState()
    canvas.rect(x, y, length, BAR_HEIGHT, stroke=1, fill=0)


def _whisker(canvas: Canvas, low: float, high: float, y: float, *, closed: bool) -> None:
    """An interval as a line with a cap at each end; ``closed``: also at the low end, where it does not go beyond rest."""
    for color, extra in ((WHITE, 2.4), (INK, 0.0)):
        canvas.setStrokeColor(color)
        canvas.setLineWidth(1.0 + extra)
        canvas.line(low, y, high, y)
        for end in (low, high) if closed else (high,):
            canvas.line(end, y - 3.2 - extra / 2, end, y + 3.2 + extra / 2)
