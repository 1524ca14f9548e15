"""The drawings of a study of landmark errors: rates with their intervals, and cumulative position errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.evaluation.landmark_intervals import Rate
from analysis.evaluation.landmark_positions import LIMIT, Nrmse
from reports.axes import LABEL_SIZE, TICK_SIZE, Axes, ticks
from reports.block import Block
from reports.fonts import FontSet
from reports.landmark_words import algorithm_name
from reports.style import HAIRLINE, INK, MUTED, WHITE

_ROW: Final = 13.0
_BETWEEN: Final = 9.0
_LABELS: Final = 84.0
_GAP: Final = 34.0
_RADIUS: Final = 2.9
_CURVES_SHOWN: Final = 2.0
"""So many times the failure limit."""


@dataclass(frozen=True, kw_only=True)
class AlgorithmStyle:
    """How an algorithm is drawn. Marker, filling and dash say the same as the colour."""

    color: Color
    marker: str
    hollow: bool
    dash: tuple[float, ...]


_STYLES: Final = (
    AlgorithmStyle(color=HexColor("#174E8C"), marker="circle", hollow=False, dash=()),
    AlgorithmStyle(color=HexColor("#D9822B"), marker="diamond", hollow=True, dash=(4.0, 2.0)),
    AlgorithmStyle(color=HexColor("#1C2530"), marker="square", hollow=False, dash=(1.2, 1.8)),
    AlgorithmStyle(color=HexColor("#5B6673"), marker="circle", hollow=True, dash=(7.0, 2.0)),
    AlgorithmStyle(color=HexColor("#2E7D6B"), marker="diamond", hollow=False, dash=(6.0, 2.0, 1.2, 2.0)),
    AlgorithmStyle(color=HexColor("#8A5A9E"), marker="square", hollow=True, dash=(2.5, 2.5)),
)


def style_of(number: int) -> AlgorithmStyle:
    """Of the algorithm with that place in the study; after the sixth they come round again."""
    return _STYLES[number % len(_STYLES)]


@dataclass(frozen=True, kw_only=True)
class RateRow:
    """One row of the drawing: the rates of the algorithms in the study's order, None where there is none."""

    label: str
    weighted: Sequence[Rate | None]
    major: Sequence[Rate | None]


class RatePlot(Flowable):  # type: ignore[misc]
    """Weighted and major error rates side by side, one row a feature or group, one mark an algorithm."""

    def __init__(self, rows: Sequence[RateRow], algorithms: Sequence[str], fonts: FontSet) -> None:
        super().__init__()
        self._rows = rows
        self._algorithms = algorithms
        self._fonts = fonts

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """As high as its rows need."""
        self.width = available_width
        self._body = sum(_ROW * len(self._algorithms) + _BETWEEN for _ in self._rows)
        self.height = self._body + 58.0
        return self.width, self.height

    def draw(self) -> None:
        """Draw on the current canvas."""
        width = (self.width - _LABELS - _GAP - 6.0) / 2
        highest = max(
            (rate.high if rate.high is not None else rate.value)
            for row in self._rows
            for rate in (*row.weighted, *row.major)
            if rate is not None
        )
        top = min(1.0, max(0.1, 1.08 * highest))
        for number, (title, which) in enumerate((("weighted error (%)", "weighted"), ("major errors (%)", "major"))):
            axes = Axes(
                left=_LABELS + number * (width + _GAP),
                bottom=24.0,
                width=width,
                height=self._body,
                x_range=(0.0, 100 * top),
                y_range=(0.0, self._body),
            )
            self._scale(axes, title)
            y = axes.bottom + self._body
            for row in self._rows:
                y -= _BETWEEN / 2
                rates: Sequence[Rate | None] = getattr(row, which)
                if number == 0:
                    self.canv.setFillColor(INK)
                    middle = y - _ROW * len(self._algorithms) / 2 - 2.8
                    self._fonts.draw(self.canv, 0, middle, row.label, size=8.8, room=_LABELS - 10)
                for place, rate in enumerate(rates):
                    if rate is not None:
                        _mark(self.canv, axes, y - (place + 0.5) * _ROW, rate, style_of(place))
                y -= _ROW * len(self._algorithms) + _BETWEEN / 2
                self.canv.setStrokeColor(HAIRLINE)
                self.canv.setLineWidth(0.4)
                self.canv.line(0 if number == 0 else axes.left, y, axes.left + axes.width, y)
        legend(self.canv, self._fonts, self._algorithms, y=self.height - 8.0, lines=False)

    def _scale(self, axes: Axes, title: str) -> None:
        canvas = self.canv
        canvas.setLineWidth(0.4)
        for tick in ticks(*axes.x_range, 5):
            canvas.setStrokeColor(HAIRLINE)
            canvas.line(axes.x(tick), axes.bottom, axes.x(tick), axes.bottom + axes.height)
            text = f"{tick:g}"
            canvas.setFillColor(MUTED)
            self._fonts.draw(
                canvas,
                axes.x(tick) - self._fonts.width(text, size=TICK_SIZE) / 2,
                axes.bottom - 10,
                text,
                size=TICK_SIZE,
            )
        canvas.setFillColor(INK)
        self._fonts.draw(canvas, axes.left, axes.bottom - 22, title, size=LABEL_SIZE)


class ErrorCurves(Block):
    """Share of the frames whose error is at most so large, for each algorithm."""

    HEIGHT: ClassVar = 196.0

    def __init__(self, nrmse: Nrmse, fonts: FontSet) -> None:
        super().__init__()
        self._nrmse = nrmse
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas = self.canv
        most = 100 * _CURVES_SHOWN * LIMIT
        axes = Axes(
            left=24.0,
            bottom=28.0,
            width=self.width - 30.0,
            height=self.HEIGHT - 74.0,
            x_range=(0.0, most),
            y_range=(0.0, 100.0),
        )
        axes.draw(
            canvas,
            self._fonts,
            x_label="error (% of the inter-ocular distance)",
            y_label="frames with at most that error (%)",
            x_ticks=9,
            y_ticks=5,
        )
        canvas.setStrokeColor(MUTED)
        canvas.setDash(1, 2)
        canvas.line(axes.x(100 * LIMIT), axes.bottom, axes.x(100 * LIMIT), axes.bottom + axes.height)
        canvas.setDash()
        canvas.setFillColor(MUTED)
        self._fonts.draw(
            canvas, axes.x(100 * LIMIT) + 3, axes.bottom + 4, f"failure beyond {100 * LIMIT:g} %", size=TICK_SIZE
        )
        for place, each in enumerate(self._nrmse.algorithms):
            style = style_of(place)
            path = canvas.beginPath()
            path.moveTo(axes.x(0.0), axes.y(0.0))
            share = 0.0
            for number, error in enumerate(each.errors, start=1):
                if 100 * error > most:
                    break
                path.lineTo(axes.x(100 * error), axes.y(share))
                share = 100 * number / each.frames
                path.lineTo(axes.x(100 * error), axes.y(share))
            path.lineTo(axes.x(most), axes.y(share))
            _pen(canvas, style, 1.4)
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.setDash()
        legend(
            canvas, self._fonts, [each.algorithm for each in self._nrmse.algorithms], y=self.HEIGHT - 8.0, lines=True
        )


def legend(canvas: Canvas, fonts: FontSet, algorithms: Sequence[str], *, y: float, lines: bool) -> None:
    """The algorithms in one line."""
    x = 0.0
    for place, algorithm in enumerate(algorithms):
        style, name = style_of(place), algorithm_name(algorithm)
        _pen(canvas, style, 1.4)
        canvas.line(x, y, x + 20, y)
        canvas.setDash()
        if not lines:
            _marker(canvas, x + 10, y, style)
        canvas.setFillColor(INK)
        x += 25 + fonts.draw(canvas, x + 25, y - 2.8, name, size=LABEL_SIZE, room=150.0) + 18


def _mark(canvas: Canvas, axes: Axes, y: float, rate: Rate, style: AlgorithmStyle) -> None:
    if rate.low is not None and rate.high is not None:
        _pen(canvas, style, 1.2)
        canvas.line(axes.x(100 * rate.low), y, axes.x(min(100 * rate.high, axes.x_range[1])), y)
        canvas.setDash()
    _marker(canvas, axes.x(100 * rate.value), y, style)


def _pen(canvas: Canvas, style: AlgorithmStyle, width: float) -> None:
    canvas.setStrokeColor(style.color)
    canvas.setLineWidth(width)
    canvas.setDash(*([list(style.dash)] if style.dash else []))


def _marker(canvas: Canvas, x: float, y: float, style: AlgorithmStyle) -> None:
    canvas.setDash()
    canvas.setLineWidth(1.2)
    canvas.setStrokeColor(style.color)
    canvas.setFillColor(WHITE if style.hollow else style.color)
    if style.marker == "circle":
        canvas.circle(x, y, _RADIUS, stroke=1, fill=1)
        return
    r = _RADIUS * (1.3 if style.marker == "diamond" else 0.92)
    corners = ((0, r), (r, 0), (0, -r), (-r, 0)) if style.marker == "diamond" else ((-r, r), (r, r), (r, -r), (-r, -r))
    path = canvas.beginPath()
    path.moveTo(x + corners[0][0], y + corners[0][1])
    for dx, dy in corners[1:]:
        path.lineTo(x + dx, y + dy)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)
