"""The plots of one recording: excursion of both mouth corners over time, and right against left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.values import Side
from reports.axes import LABEL_SIZE, Axes, Samples, thinned
from reports.block import Block
from reports.exam import AssessedInstance
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, SHADE, SIDE, WHITE, SideStyle

COLUMN = {Side.RIGHT: "right_commissure_mm", Side.LEFT: "left_commissure_mm"}
TIME_PLOT_HEIGHT = 172.0
SCATTER_SIDE = 150.0
MARKERS = 16
ROOM_FOR_LETTERS = 0.1


def excursion(instance: AssessedInstance, side: Side) -> Samples:
    """Excursion in millimetres, one value a frame; NaN where the frame was not used or not measured."""
    table = instance.signals
    value = table[COLUMN[side]].to_numpy(dtype=np.float64)
    return np.where(table["used"].to_numpy(dtype=bool), value, np.nan)


def plottable(instance: AssessedInstance) -> bool:
    """Whether there is a movement to draw: at least two frames measured."""
    return instance.result.source.kind == "video" and bool(
        np.count_nonzero(np.isfinite(excursion(instance, Side.RIGHT) + excursion(instance, Side.LEFT))) >= 2
    )


def moving(instance: AssessedInstance) -> NDArray[np.bool_]:
    """Which frames lie in an active segment."""
    time = instance.signals["t_s"].to_numpy(dtype=np.float64)
    inside = np.zeros(time.size, dtype=bool)
    for segment in instance.result.movement.segments:
        inside |= (time >= segment.start_s) & (time <= segment.end_s)
    return inside


def stretches(value: Samples) -> Iterator[slice]:
    """The unbroken stretches of finite samples: a gap is never bridged by a line."""
    finite = np.concatenate(([False], np.isfinite(value), [False]))
    edges = np.flatnonzero(finite[1:] != finite[:-1])
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(start), int(stop))


class TimePlot(Block):
    """Right and left excursion over time; active segments shaded, the movement gate dotted, gaps left open."""

    HEIGHT: ClassVar = TIME_PLOT_HEIGHT

    def __init__(self, instance: AssessedInstance, fonts: FontSet) -> None:
        super().__init__()
        self._instance = instance
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts, movement = self.canv, self._fonts, self._instance.result.movement
        time = self._instance.signals["t_s"].to_numpy(dtype=np.float64)
        values = {side: excursion(self._instance, side) for side in Side}
        low, high = _range([*values.values(), np.array([movement.gate_mm or 0.0])])
        axes = Axes(
            left=24.0,
            bottom=28.0,
            width=self.width - 30.0,
            height=TIME_PLOT_HEIGHT - 50.0,
            x_range=(0.0, max(float(np.nanmax(time)), 1e-3)),
            y_range=(low, high + ROOM_FOR_LETTERS * (high - low)),
        )
        canvas.setFillColor(SHADE)
        for segment in movement.segments:
            start = axes.x(max(segment.start_s, 0.0))
            canvas.rect(
                start, axes.bottom, axes.x(min(segment.end_s, axes.x_range[1])) - start, axes.height, stroke=0, fill=1
            )
        axes.draw(canvas, fonts, x_label="time (s)", y_label="excursion from rest (mm)", x_ticks=11, y_ticks=7)
        self._legend(canvas, axes)
        if movement.gate_mm is not None:
            _gate(canvas, axes, movement.gate_mm)
        for side in Side:
            _curve(canvas, axes, time, values[side], SIDE[side])
        _letters(canvas, fonts, axes, time, values)

    def _legend(self, canvas: Canvas, axes: Axes) -> None:
        x = axes.left + axes.width - 118.0
        y = axes.bottom + axes.height + 9.5
        for side in Side:
            style = SIDE[side]
            _pen(canvas, style)
            canvas.line(x, y, x + 20, y)
            _marker(canvas, x + 10, y, style)
            canvas.setFillColor(INK)
            self._fonts.draw(canvas, x + 24, y - 2.5, f"{style.letter}  {style.name}", size=LABEL_SIZE)
            x += 64.0


class ScatterPlot(Flowable):  # type: ignore[misc]
    """Left against right excursion, one dot a frame, with the line on which both move equally far."""

    def __init__(self, instance: AssessedInstance, fonts: FontSet) -> None:
        super().__init__()
        self._instance = instance
        self._fonts = fonts

    def wrap(self, _: float, __: float) -> tuple[float, float]:
        """A square with room for its labels."""
        return SCATTER_SIDE + 40.0, SCATTER_SIDE + 46.0

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts = self.canv, self._fonts
        right, left = (excursion(self._instance, side) for side in Side)
        shown = np.isfinite(right) & np.isfinite(left)
        active = shown & moving(self._instance)
        if np.any(active):
            shown = active
        both = _range([right[shown], left[shown]])
        axes = Axes(left=24.0, bottom=28.0, width=SCATTER_SIDE, height=SCATTER_SIDE, x_range=both, y_range=both)
        axes.draw(canvas, fonts, x_label="right excursion (mm)", y_label="left excursion (mm)", x_ticks=7, y_ticks=7)
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.9)
        canvas.line(axes.x(both[0]), axes.y(both[0]), axes.x(both[1]), axes.y(both[1]))
        canvas.setFillColor(INK)
        canvas.setFillColor(MUTED)
        width = fonts.width("equal", size=7.0)
        fonts.draw(canvas, axes.x(0.93 * both[1]) - width - 5, axes.y(0.93 * both[1]), "equal", size=7.0)
        canvas.setFillColor(INK)
        canvas.setStrokeColor(WHITE)
        canvas.setLineWidth(0.25)
        for x, y in zip(*_spread(right[shown], left[shown]), strict=True):
            canvas.circle(axes.x(float(x)), axes.y(float(y)), 1.35, stroke=1, fill=1)


def _range(values: list[Samples]) -> tuple[float, float]:
    joined = np.concatenate(values)
    joined = joined[np.isfinite(joined)]
    low = min(float(joined.min()), 0.0) if joined.size else 0.0
    high = max(float(joined.max()), 1.0) if joined.size else 1.0
    room = 0.06 * (high - low)
    return (low - room, high + room)


def _spread(right: Samples, left: Samples) -> tuple[Samples, Samples]:
    every = max(1, -(-right.size // 1200))
    return right[::every], left[::every]


def _pen(canvas: Canvas, style: SideStyle) -> None:
    canvas.setStrokeColor(style.color)
    canvas.setLineWidth(1.3)
    canvas.setDash(*([list(style.dash)] if style.dash else []))


def _marker(canvas: Canvas, x: float, y: float, style: SideStyle) -> None:
    canvas.setDash()
    canvas.setLineWidth(0.9)
    canvas.setStrokeColor(style.color)
    canvas.setFillColor(WHITE if style.hollow else style.color)
    if style.hollow:
        canvas.rect(x - 1.9, y - 1.9, 3.8, 3.8, stroke=1, fill=1)
    else:
        canvas.circle(x, y, 1.9, stroke=0, fill=1)


def _curve(canvas: Canvas, axes: Axes, time: Samples, value: Samples, style: SideStyle) -> None:
    spacing = (axes.x_range[1] - axes.x_range[0]) / MARKERS
    marks: list[tuple[float, float]] = []
    for stretch in stretches(value):
        t, v = thinned(time[stretch], value[stretch])
        _pen(canvas, style)
        path = canvas.beginPath()
        path.moveTo(axes.x(float(t[0])), axes.y(float(v[0])))
        for point, height in zip(t[1:], v[1:], strict=True):
            path.lineTo(axes.x(float(point)), axes.y(float(height)))
        canvas.drawPath(path, stroke=1, fill=0)
        due = np.unique(np.searchsorted(t, np.arange(np.ceil(t[0] / spacing), np.floor(t[-1] / spacing) + 1) * spacing))
        marks.extend((float(t[at]), float(v[at])) for at in due if at < t.size)
    for point, height in marks:
        _marker(canvas, axes.x(point), axes.y(height), style)
    canvas.setDash()


def _gate(canvas: Canvas, axes: Axes, gate_mm: float) -> None:
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.8)
    canvas.setDash([1.0, 2.2])
    canvas.line(axes.left, axes.y(gate_mm), axes.left + axes.width, axes.y(gate_mm))
    canvas.setDash()


def _letters(canvas: Canvas, fonts: FontSet, axes: Axes, time: Samples, values: dict[Side, Samples]) -> None:
    """R and L at their curves, where the larger one peaks: the larger above its curve, the smaller below."""
    larger = max(Side, key=lambda side: float(np.nanmax(values[side])))
    smaller = Side.LEFT if larger is Side.RIGHT else Side.RIGHT
    peak = int(np.nanargmax(values[larger]))
    if not np.isfinite(values[smaller][peak]):
        peak = int(np.nanargmax(values[smaller]))
    for side, offset in ((larger, 6.5), (smaller, -14.0)):
        height = values[side][peak]
        if not np.isfinite(height):
            continue
        x, y = axes.x(float(time[peak])), axes.y(float(height)) + offset
        letter = SIDE[side].letter
        canvas.setFillColor(WHITE)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.3)
        canvas.roundRect(x - 5.0, y - 2.2, 10.0, 10.4, 2.0, stroke=0, fill=1)
        canvas.setFillColor(SIDE[side].color)
        width = fonts.width(letter, size=9.0, bold=True)
        fonts.draw(canvas, x - width / 2, y, letter, size=9.0, bold=True)
