"""Two raters' grades of the same recordings: differences against means (Bland and Altman), or how often which met which."""

from __future__ import annotations

from collections import Counter

import numpy as np
from reportlab.lib.colors import Color, linearlyInterpolatedColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.evaluation.agreement_grades import CONSENSUS
from analysis.evaluation.agreement_values import Comparison, Name, Statistic
from reports import units
from reports.agreement_forest import OURS
from reports.axes import Axes
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, SHADE, WHITE

PLOT_WIDTH, PLOT_HEIGHT = 240.0, 178.0
_LIMITS: tuple[Name, ...] = ("lower_limit", "upper_limit")
_LEVELS: tuple[tuple[Name, tuple[float, ...], str], ...] = (
    ("upper_limit", (3.0, 2.0), "upper limit"),
    ("bias", (), "mean"),
    ("lower_limit", (3.0, 2.0), "lower limit"),
)
_CELL_HEIGHT = 19.0
_PALE = Color(0.96, 0.97, 0.98)


def named(rater: str) -> str:
    """A rater within a sentence."""
    return "all raters" if rater == CONSENSUS else rater


def range_of_differences(found: tuple[Comparison, ...]) -> tuple[float, float]:
    """From below the lowest to above the highest difference or limit of several plots, which are then comparable."""
    reach = [1.0]
    for each in found:
        reach += [abs(float(pair.first) - float(pair.second)) for pair in each.pairs]
        reach += [
            abs(limit.value if at is None else at)
            for name in _LIMITS
            if (limit := each.statistic(name)) is not None
            for at in (limit.low, limit.high)
        ]
    return -1.06 * max(reach), 1.06 * max(reach)


class DifferencePlot(Flowable):  # type: ignore[misc]
    """Difference against mean, one dot a recording; bias and limits of agreement with their intervals."""

    def __init__(self, found: Comparison, fonts: FontSet, *, y_range: tuple[float, float], ours: bool) -> None:
        super().__init__()
        self._found, self._fonts, self._y_range, self._ours = found, fonts, y_range, ours

    def wrap(self, _: float, __: float) -> tuple[float, float]:
        """Points."""
        return PLOT_WIDTH, PLOT_HEIGHT

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts, found = self.canv, self._fonts, self._found
        first, second = np.array([[pair.first, pair.second] for pair in found.pairs], dtype=np.float64).T
        mean, difference = (first + second) / 2, first - second
        room = max(0.06 * float(np.ptp(mean)), 1.0)
        axes = Axes(
            left=24.0,
            bottom=28.0,
            width=PLOT_WIDTH - 62.0,
            height=PLOT_HEIGHT - 50.0,
            x_range=(float(mean.min()) - room, float(mean.max()) + room),
            y_range=self._y_range,
        )
        lines = [(line, dash, words) for name, dash, words in _LEVELS if (line := found.statistic(name)) is not None]
        for line, _, _ in lines:
            _band(canvas, axes, line)
        axes.draw(
            canvas,
            fonts,
            x_label="mean of both",
            y_label=f"{found.first} minus {named(found.second)}",
            x_ticks=6,
            y_ticks=7,
        )
        for line, dash, words in lines:
            _level(canvas, fonts, axes, line, dash, words)
        canvas.setLineWidth(0.7)
        canvas.setStrokeColor(OURS if self._ours else MUTED)
        canvas.setFillColor(OURS if self._ours else WHITE)
        for across, up in zip(mean, difference, strict=True):
            canvas.circle(axes.x(float(across)), axes.y(float(up)), 1.9, stroke=1, fill=1)


def _band(canvas: Canvas, axes: Axes, line: Statistic) -> None:
    if line.low is None or line.high is None:
        return
    canvas.setFillColor(SHADE)
    canvas.rect(axes.left, axes.y(line.low), axes.width, axes.y(line.high) - axes.y(line.low), stroke=0, fill=1)


def _level(canvas: Canvas, fonts: FontSet, axes: Axes, line: Statistic, dash: tuple[float, ...], words: str) -> None:
    y, right = axes.y(line.value), axes.left + axes.width
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.9)
    canvas.setDash(*([list(dash)] if dash else []))
    canvas.line(axes.left, y, right, y)
    canvas.setDash()
    canvas.setFillColor(INK)
    fonts.draw(canvas, right + 4, y + 0.5, units.tenths(line.value), size=7.4, bold=True)
    canvas.setFillColor(MUTED)
    fonts.draw(canvas, right + 4, y - 7, words, size=6.4)


class MeetingTable(Flowable):  # type: ignore[misc]
    """How often a grade of Vultus (columns) met a grade of the raters (rows); the last column is no grade of Vultus."""

    def __init__(self, found: Comparison, categories: tuple[str, ...], fonts: FontSet) -> None:
        super().__init__()
        self._fonts, self._categories = fonts, categories
        self._rows, self._columns = found.second, found.first
        self._met = Counter((str(pair.second), str(pair.first)) for pair in found.pairs)
        self._unanswered = found.unanswered
        names = [fonts.width(_shown(each), size=7.4) for each in categories]
        self._label = max(60.0, max(names) + 10)
        self._cell = min(44.0, max(26.0, (300 - self._label) / (len(categories) + 1)))

    def wrap(self, _: float, __: float) -> tuple[float, float]:
        """Points."""
        count = len(self._categories)
        return self._label + self._cell * (count + 1) + 18, _CELL_HEIGHT * count + 44

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts, count = self.canv, self._fonts, len(self._categories)
        top = _CELL_HEIGHT * count
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, self._label, top + 30, self._columns, size=7.4)
        fonts.draw(canvas, 0, top + 30, named(self._rows).capitalize(), size=7.4, room=self._label - 4)
        canvas.setFillColor(INK)
        for column, name in enumerate((*self._categories, "no grade")):
            x = self._start(column)
            lines = _shown(name).split(" ")
            for number, line in enumerate(lines):
                fonts.draw(
                    canvas,
                    x + (self._cell - min(fonts.width(line, size=7.0), self._cell - 2)) / 2,
                    top + 5 + 8.5 * (len(lines) - 1 - number),
                    line,
                    size=7.0,
                    room=self._cell - 2,
                )
        for row, name in enumerate(self._categories):
            y = top - _CELL_HEIGHT * (row + 1)
            canvas.setFillColor(INK)
            fonts.draw(canvas, 0, y + 6, _shown(name), size=7.4, room=self._label - 6)
            counts = [*(self._met[name, other] for other in self._categories), self._unanswered.get(name, 0)]
            for column, times in enumerate(counts):
                share = times / sum(counts) if times else 0.0
                self._draw_cell(self._start(column), y, times, share, diagonal=column == row)

    def _start(self, column: int) -> float:
        apart = 8.0 if column == len(self._categories) else 0.0
        return self._label + self._cell * column + apart

    def _draw_cell(self, x: float, y: float, times: int, share: float, *, diagonal: bool) -> None:
        canvas, fonts = self.canv, self._fonts
        canvas.setFillColor(linearlyInterpolatedColor(_PALE, OURS, 0, 1, share) if times else WHITE)
        canvas.setStrokeColor(INK if diagonal else HAIRLINE)
        canvas.setLineWidth(1.0 if diagonal else 0.4)
        inset = 0.7
        canvas.rect(x + inset, y + inset, self._cell - 2 * inset, _CELL_HEIGHT - 2 * inset, stroke=1, fill=1)
        if times:
            text = str(times)
            canvas.setFillColor(WHITE if share > 0.5 else INK)
            width = fonts.width(text, size=8.2, bold=True)
            fonts.draw(canvas, x + (self._cell - width) / 2, y + 6, text, size=8.2, bold=True)


def _shown(category: str) -> str:
    return category.replace("_", " ")
