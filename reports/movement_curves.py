"""Small multiples of every standard movement: mouth corner, eye and brow of both sides, its repetitions laid over each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph

from analysis.palsy.postures import Task
from analysis.palsy.results import Palsy, Repetition
from analysis.values import Side
from reports import palsy_words, units
from reports.axes import TICK_SIZE, Axes, Samples, thinned
from reports.block import Block
from reports.exam import AssessedInstance, ExamReport
from reports.fonts import FontSet
from reports.plots import stretches
from reports.style import HEADING, INK, MUTED, SHADE, SIDE, SMALL, SideStyle

BEFORE_S: Final = 0.3
"""Of rest, shown on either side of a movement."""
MOST_REPETITIONS: Final = 6
GAP: Final = 14.0
LEGEND_WIDTH: Final = 122.0


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A signal of both sides: the end of its column's name and how it is called."""

    column: str
    name: str


MEASURES: Final = (
    Measure(column="commissure_mm", name="mouth corner from rest (mm)"),
    Measure(column="aperture_mm", name="eye opening (mm)"),
    Measure(column="brow_mm", name="brow height (mm)"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """One repetition of one signal, seconds from its onset."""

    side: Side
    time: Samples
    value: Samples


@dataclass(frozen=True, kw_only=True, eq=False)
class Performed:
    """A movement as it was performed: its traces by measure, its plateau and its length of the longest repetition, s."""

    task: Task
    repetitions: int
    traces: tuple[tuple[Trace, ...], ...]
    plateau: tuple[float, float]
    length_s: float


def performed(report: ExamReport, palsy: Palsy) -> tuple[Performed, ...]:
    """Every movement but rest of which there are signals, in the order of the standard set."""
    found = []
    for task in Task:
        pairs = [
            (each, instance)
            for each in palsy.movements
            if each.task is task and task is not Task.REST and (instance := _instance(report, each)) is not None
        ][:MOST_REPETITIONS]
        traces = tuple(tuple(_traces(pairs, measure)) for measure in MEASURES)
        if not any(traces):
            continue
        longest, _ = max(pairs, key=lambda pair: pair[0].end_s - pair[0].start_s)
        found.append(
            Performed(
                task=task,
                repetitions=len(pairs),
                traces=traces,
                plateau=(longest.plateau_start_s - longest.start_s, longest.plateau_end_s - longest.start_s),
                length_s=longest.end_s - longest.start_s,
            )
        )
    return tuple(found)


def _instance(report: ExamReport, each: Repetition) -> AssessedInstance | None:
    """The recording that a movement was found in."""
    if len(report.instances) == 1:
        return report.instances[0]
    named = [
        instance
        for instance in report.instances
        if each.source is not None and instance.source is not None and instance.source.sop_instance_uid == each.source
    ]
    return named[0] if named else None


def _traces(pairs: Sequence[tuple[Repetition, AssessedInstance]], measure: Measure) -> Iterable[Trace]:
    for each, instance in pairs:
        table = instance.signals
        time = table["t_s"].to_numpy(dtype=np.float64)
        inside = (time >= each.start_s - BEFORE_S) & (time <= each.end_s + BEFORE_S)
        used = table["used"].to_numpy(dtype=bool)[inside]
        for side in Side:
            value = table[f"{side.value}_{measure.column}"].to_numpy(dtype=np.float64)[inside]
            shown = np.where(used, value, np.nan)
            if np.count_nonzero(np.isfinite(shown)) >= 2:
                yield Trace(side=side, time=time[inside] - each.start_s, value=shown)


def common_range(movements: Sequence[Performed], column: int) -> tuple[float, float]:
    """One range for all movements of a measure, so that their heights can be compared down the page."""
    every = [trace.value for each in movements for trace in each.traces[column]]
    joined = np.concatenate(every) if every else np.zeros(1)
    joined = joined[np.isfinite(joined)]
    low, high = float(joined.min()), float(joined.max())
    if MEASURES[column].column != "brow_mm":
        low = min(low, 0.0)
    room = 0.06 * max(high - low, 1.0)
    return low - room, high + room


class MovementRow(Block):
    """One movement: three plots with the ranges that all rows share."""

    HEIGHT: ClassVar = 75.0

    def __init__(self, shown: Performed, ranges: Sequence[tuple[float, float]], fonts: FontSet) -> None:
        super().__init__()
        self._shown = shown
        self._ranges = ranges
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts, shown = self.canv, self._fonts, self._shown
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 0, self.HEIGHT - 8, palsy_words.TASK[shown.task], size=8.6, bold=True)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, width + 6, self.HEIGHT - 8, units.repetitions(shown.repetitions), size=7.8)
        each = (self.width - 2 * GAP) / len(MEASURES)
        for column, y_range in enumerate(self._ranges):
            axes = Axes(
                left=column * (each + GAP) + 18.0,
                bottom=12.0,
                width=each - 20.0,
                height=self.HEIGHT - 26.0,
                x_range=(-BEFORE_S, shown.length_s + BEFORE_S),
                y_range=y_range,
            )
            self._plot(canvas, axes, shown.traces[column])

    def _plot(self, canvas: Canvas, axes: Axes, traces: Sequence[Trace]) -> None:
        start, end = (min(max(time, axes.x_range[0]), axes.x_range[1]) for time in self._shown.plateau)
        canvas.setFillColor(SHADE)
        canvas.rect(axes.x(start), axes.bottom, axes.x(end) - axes.x(start), axes.height, stroke=0, fill=1)
        axes.draw(canvas, self._fonts, x_label="", y_label="", x_ticks=4, y_ticks=3)
        if not traces:
            canvas.setFillColor(MUTED)
            self._fonts.draw(canvas, axes.left + 6, axes.bottom + axes.height / 2 - 3, "not measured", size=TICK_SIZE)
        for trace in traces:
            _draw(canvas, axes, trace)


def _draw(canvas: Canvas, axes: Axes, trace: Trace) -> None:
    outline = canvas.beginPath()
    outline.rect(axes.left, axes.bottom, axes.width, axes.height)
    canvas.saveState()
    canvas.clipPath(outline, stroke=0, fill=0)
    _pen(canvas, SIDE[trace.side])
    for stretch in stretches(trace.value):
        time, value = thinned(trace.time[stretch], trace.value[stretch])
        path = canvas.beginPath()
        path.moveTo(axes.x(float(time[0])), axes.y(float(value[0])))
        for at, height in zip(time[1:], value[1:], strict=True):
            path.lineTo(axes.x(float(at)), axes.y(float(height)))
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def _pen(canvas: Canvas, style: SideStyle) -> None:
    canvas.setStrokeColor(style.color)
    canvas.setLineWidth(1.1)
    canvas.setDash(*([list(style.dash)] if style.dash else []))


class _Heads(Block):
    """What the three columns show, and which line is which side."""

    HEIGHT: ClassVar = 34.0

    def __init__(self, fonts: FontSet) -> None:
        super().__init__()
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts = self.canv, self._fonts
        each = (self.width - 2 * GAP) / len(MEASURES)
        canvas.setFillColor(INK)
        for column, measure in enumerate(MEASURES):
            fonts.draw(canvas, column * (each + GAP), 10, measure.name, size=8.0)
        x = self.width - LEGEND_WIDTH
        for side in Side:
            style = SIDE[side]
            _pen(canvas, style)
            canvas.line(x, 27, x + 20, 27)
            canvas.setDash()
            canvas.setFillColor(INK)
            fonts.draw(canvas, x + 24, 24.5, f"{style.letter}  {style.name}", size=8.0)
            x += 64.0


def movement_curves(report: ExamReport, palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    """A heading and a row for every movement; nothing where there are no signals of one."""
    movements = performed(report, palsy)
    if not movements:
        return []
    ranges = [common_range(movements, column) for column in range(len(MEASURES))]
    first, *others = [MovementRow(each, ranges, fonts) for each in movements]
    caption = (
        "Seconds from the onset of the movement. Shaded: held. Repetitions are laid over each other; gaps are frames that were "
        "not used. Each column has one scale for all movements."
    )
    return [
        KeepTogether([Paragraph("Each movement, both sides", HEADING), _Heads(fonts), first]),
        *others,
        Paragraph(fonts.markup(caption), SMALL),
    ]
