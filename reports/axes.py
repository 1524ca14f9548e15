"""A pair of axes on a page: from data to points, with ticks at round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED

TICK_SIZE = 7.4
LABEL_SIZE = 8.0
MOST_POINTS = 1500

Samples = NDArray[np.float64]


def ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round numbers from ``low`` to ``high``, at most about ``most`` of them."""
    step = _round_step((high - low) / max(most, 1))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(number * step for number in range(first, last + 1))


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * (1 - 1e-9))


def thinned(time: Samples, value: Samples) -> tuple[Samples, Samples]:
    """At most ``MOST_POINTS`` samples that keep the extremes: the least and greatest of every stretch, in their order."""
    if value.size <= MOST_POINTS:
        return time, value
    kept: list[int] = []
    for stretch in np.array_split(np.arange(value.size), MOST_POINTS // 2):
        pair = {int(stretch[np.argmin(value[stretch])]), int(stretch[np.argmax(value[stretch])])}
        kept.extend(sorted(pair))
    return time[kept], value[kept]


@dataclass(frozen=True, kw_only=True)
class Axes:
    """A rectangle on the page in points, and the range of data that it shows."""

    left: float
    bottom: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        """Page position of a value on the horizontal axis."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: float) -> float:
        """Page position of a value on the vertical axis."""
        low, high = self.y_range
        return self.bottom + (value - low) / (high - low) * self.height

    def draw(self, canvas: Canvas, fonts: FontSet, *, x_label: str, y_label: str, x_ticks: int, y_ticks: int) -> None:
        """Grid, ticks and labels. Every label holds its unit."""
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setFillColor(MUTED)
        for tick in ticks(*self.y_range, y_ticks):
            canvas.line(self.left, self.y(tick), self.left + self.width, self.y(tick))
            text = f"{tick:g}"
            room = fonts.width(text, size=TICK_SIZE)
            fonts.draw(canvas, self.left - 4 - room, self.y(tick) - 2.6, text, size=TICK_SIZE)
        for tick in ticks(*self.x_range, x_ticks):
            canvas.line(self.x(tick), self.bottom, self.x(tick), self.bottom - 3)
            text = f"{tick:g}"
            room = fonts.width(text, size=TICK_SIZE)
            fonts.draw(canvas, self.x(tick) - room / 2, self.bottom - 11, text, size=TICK_SIZE)
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.6)
        canvas.line(self.left, self.bottom, self.left + self.width, self.bottom)
        canvas.setFillColor(INK)
        room = fonts.width(x_label, size=LABEL_SIZE)
        fonts.draw(canvas, self.left + self.width - room, self.bottom - 22, x_label, size=LABEL_SIZE)
        fonts.draw(canvas, self.left - 18, self.bottom + self.height + 7, y_label, size=LABEL_SIZE)
