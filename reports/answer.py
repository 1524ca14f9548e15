"""The answer for one recording at a glance: weaker side, both excursions, R; or why there is none and what to do."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.results import AnalysisResult, Bilateral, Side, Status
from reports import units, words
from reports.exam import AssessedInstance
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, SIDE, WASH, SideStyle

RELATION_COLUMN = 318.0
BAR_LABEL = 40.0
BAR_HEIGHT = 11.0
BAR_NUMBER = 56.0


class RecordingLine(Flowable):  # type: ignore[misc]
    """Which recording this is, and in words whether it can be trusted."""

    def __init__(self, instance: AssessedInstance, fonts: FontSet) -> None:
        super().__init__()
        self._instance = instance
        self._fonts = fonts
        self._available = 0.0

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """One line."""
        self._available = available_width
        return available_width, 24.0

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts = self.canv, self._fonts
        result = self._instance.result
        canvas.setFillColor(WASH)
        canvas.rect(0, 0, self._available, 20.0, stroke=0, fill=1)
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 8, 6.2, self._instance.label, size=10.0, bold=True, room=200.0)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, 8 + width + 8, 6.2, words.recording(self._instance), size=8.6)
        text = f"{words.trust(words.overall(result))}: {_share(result)}"
        room = fonts.width(text, size=8.6, bold=True)
        x = self._available - 8 - room
        canvas.setFillColor(INK)
        fonts.draw(canvas, x, 6.2, text, size=8.6, bold=True)
        _trust_mark(canvas, x - 10, 9.2, words.overall(result))


class GoodAnswer(Flowable):  # type: ignore[misc]
    """Weaker side, how far each mouth corner moved, and how they move together."""

    def __init__(self, result: AnalysisResult, moved: Bilateral, fonts: FontSet) -> None:
        super().__init__()
        self._result = result
        self._moved = moved
        self._fonts = fonts
        self._available = 0.0

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """A block of fixed height."""
        self._available = available_width
        return available_width, 84.0

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas = self.canv
        self._weaker(canvas)
        self._bars(canvas)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(RELATION_COLUMN - 16, 4, RELATION_COLUMN - 16, 74)
        self._relation(canvas)

    def _weaker(self, canvas: Canvas) -> None:
        relation = self._result.commissure
        canvas.setFillColor(INK)
        even = relation.weaker_side is None and relation.amplitude_ratio is not None
        headline = "Sides about even" if even else f"Weaker side: {words.side(relation.weaker_side)}"
        self._fonts.draw(canvas, 0, 60, headline, size=18, bold=True, room=RELATION_COLUMN - 30)
        canvas.setFillColor(MUTED)
        self._fonts.draw(canvas, 0, 46.5, words.compared(relation), size=9.0, room=RELATION_COLUMN - 30)

    def _bars(self, canvas: Canvas) -> None:
        longest = max(abs(self._moved.right), abs(self._moved.left), 1e-6)
        room = RELATION_COLUMN - 30 - BAR_LABEL - BAR_NUMBER
        for side, value, y in ((Side.RIGHT, self._moved.right, 23.0), (Side.LEFT, self._moved.left, 5.0)):
            style = SIDE[side]
            canvas.setFillColor(INK)
            self._fonts.draw(canvas, 0, y + 2.2, style.name, size=10.0, bold=True)
            length = room * abs(value) / longest
            _bar(canvas, BAR_LABEL, y, length, style)
            canvas.setFillColor(INK)
            self._fonts.draw(canvas, BAR_LABEL + length + 7, y + 1.8, units.millimetres(value), size=11.5, bold=True)

    def _relation(self, canvas: Canvas) -> None:
        relation = self._result.commissure
        x, room = RELATION_COLUMN, self._available - RELATION_COLUMN
        canvas.setFillColor(INK)
        if relation.pearson_r is None:
            self._fonts.draw(canvas, x, 60, "R not assessable", size=14, bold=True, room=room)
            canvas.setFillColor(MUTED)
            self._fonts.draw(canvas, x, 46.5, "for the reason see the limits below", size=9.0, room=room)
            return
        self._fonts.draw(
            canvas,
            x,
            60,
            f"R = {units.coefficient(relation.pearson_r)}, {words.band(relation.band)}",
            size=18,
            bold=True,
            room=room,
        )
        canvas.setFillColor(MUTED)
        if relation.ci95 is not None:
            low, high = (units.coefficient(limit) for limit in relation.ci95)
            self._fonts.draw(canvas, x, 46.5, f"95 % confidence interval {low} to {high}", size=9.0, room=room)
        canvas.setFillColor(INK)
        self._fonts.draw(canvas, x, 25, "How closely right and left move together.", size=8.6, room=room)
        self._fonts.draw(canvas, x, 13, "R alone names no pattern and is", size=8.6, room=room)
        self._fonts.draw(canvas, x, 2, "blind to how far a side moves.", size=8.6, room=room)


class Headline(Flowable):  # type: ignore[misc]
    """Two words that nobody overlooks."""

    def __init__(self, text: str, fonts: FontSet) -> None:
        super().__init__()
        self._text = text
        self._fonts = fonts

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """One line."""
        return available_width, 34.0

    def draw(self) -> None:
        """Draw on the current canvas."""
        self.canv.setFillColor(INK)
        self._fonts.draw(self.canv, 0, 9, self._text, size=24, bold=True)


def _share(result: AnalysisResult) -> str:
    return f"{result.quality.frames_used} of {units.frames(result.source.frames)} used"


def _trust_mark(canvas: Canvas, x: float, y: float, status: Status) -> None:
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
