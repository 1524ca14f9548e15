"""A recording from end to end in strips: both eyes and both mouth corners, contractions and blinks marked where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import numpy as np
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph

from analysis.values import Side
from reports import units
from reports.axes import TICK_SIZE, Axes, Samples, thinned, ticks
from reports.block import Block
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.plots import stretches
from reports.spasm_marks import blink_mark, contraction_mark, legend
from reports.spasm_recorded import SIGNALS, ZOOM_S, Recorded, densest, strips
from reports.style import HAIRLINE, INK, MUTED, SHADE, SIDE, SMALL, SUBHEADING

LABEL: Final = 46.0
LANE: Final = 8.0
"""Of a side's marks, above its eye."""
ROW: Final = 16.5
AXIS: Final = 15.0
PARTED: Final = 3.0


class Strip(Block):
    """From one time to another: right eye, left eye, right mouth corner, left mouth corner."""

    HEIGHT: ClassVar = 2 * LANE + 4 * ROW + PARTED + AXIS + 4.0

    def __init__(self, recorded: Recorded, span_s: tuple[float, float], fonts: FontSet) -> None:
        super().__init__()
        self._recorded = recorded
        self._span_s = span_s
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas = self.canv
        rows = dict(self._rows())
        for side in Side:
            self._shade(canvas, side, [rows[column, side] for column, _ in SIGNALS])
        for (column, side), axes in rows.items():
            self._row(canvas, axes, column, side)
        for side in Side:
            self._marks(canvas, side, rows["aperture_mm", side])
        self._blinks(canvas, rows["aperture_mm", Side.RIGHT], rows["aperture_mm", Side.LEFT])
        self._axis(canvas, rows["commissure_mm", Side.LEFT])

    def _rows(self) -> Iterator[tuple[tuple[str, Side], Axes]]:
        top = self.HEIGHT - 2.0
        for column, _ in SIGNALS:
            for side in Side:
                top -= (LANE if column == "aperture_mm" else 0.0) + ROW
                yield (
                    (column, side),
                    Axes(
                        left=LABEL,
                        bottom=top,
                        width=self.width - LABEL - 2.0,
                        height=ROW - 1.5,
                        x_range=self._span_s,
                        y_range=self._recorded.range(column),
                    ),
                )
            top -= PARTED

    def _inside(self, start_s: float, end_s: float) -> tuple[float, float] | None:
        """What of a time lies in the strip."""
        low, high = max(start_s, self._span_s[0]), min(end_s, self._span_s[1])
        return (low, high) if low < high else None

    def _shade(self, canvas: Canvas, side: Side, rows: Sequence[Axes]) -> None:
        canvas.setFillColor(SHADE)
        for each in self._recorded.contractions:
            seen = self._inside(each.start_s, each.end_s)
            if seen is None or each.side is not side:
                continue
            for axes in rows:
                start, end = map(axes.x, seen)
                canvas.rect(start, axes.bottom, end - start, axes.height, stroke=0, fill=1)

    def _row(self, canvas: Canvas, axes: Axes, column: str, side: Side) -> None:
        fonts, style = self._fonts, SIDE[side]
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.4)
        canvas.line(axes.left, axes.y(0.0), axes.left + axes.width, axes.y(0.0))
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 0, axes.bottom + 4.5, style.letter, size=8.6, bold=True)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, width + 4, axes.bottom + 4.5, dict(SIGNALS)[column], size=7.8)
        self._curve(canvas, axes, self._recorded.value[column, side], side)

    def _curve(self, canvas: Canvas, axes: Axes, value: Samples, side: Side) -> None:
        time = self._recorded.time_s
        start, end = np.searchsorted(time, self._span_s)
        shown = slice(max(int(start) - 1, 0), int(end) + 1)
        outline = canvas.beginPath()
        outline.rect(axes.left, axes.bottom - 0.5, axes.width, axes.height + 1.0)
        canvas.saveState()
        canvas.clipPath(outline, stroke=0, fill=0)
        canvas.setStrokeColor(SIDE[side].color)
        canvas.setLineWidth(0.9)
        canvas.setLineJoin(1)
        for stretch in stretches(value[shown]):
            times, heights = thinned(time[shown][stretch], value[shown][stretch])
            path = canvas.beginPath()
            path.moveTo(axes.x(float(times[0])), axes.y(float(heights[0])))
            for at, height in zip(times[1:], heights[1:], strict=True):
                path.lineTo(axes.x(float(at)), axes.y(float(height)))
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()

    def _marks(self, canvas: Canvas, side: Side, eye: Axes) -> None:
        floor = eye.bottom + eye.height + 1.5
        for each in self._recorded.contractions:
            seen = self._inside(each.start_s, each.end_s)
            if seen is not None and each.side is side:
                ends = (seen[0] == each.start_s, seen[1] == each.end_s)
                contraction_mark(canvas, each.kind, (eye.x(seen[0]), eye.x(seen[1])), floor, SIDE[side], ends=ends)

    def _blinks(self, canvas: Canvas, right: Axes, left: Axes) -> None:
        for each in self._recorded.blinks:
            if self._span_s[0] <= each.peak_s < self._span_s[1]:
                x = right.x(each.peak_s)
                blink_mark(canvas, x, left.bottom, right.bottom + right.height, complete=each.complete)

    def _axis(self, canvas: Canvas, lowest: Axes) -> None:
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.6)
        floor = lowest.bottom - 1.5
        canvas.line(lowest.left, floor, lowest.left + lowest.width, floor)
        canvas.setFillColor(MUTED)
        for tick in ticks(*self._span_s, 10):
            x = lowest.x(tick)
            canvas.line(x, floor, x, floor - 2.5)
            text = f"{tick:g}"
            self._fonts.draw(canvas, x - self._fonts.width(text, size=TICK_SIZE) / 2, floor - 9.5, text, size=TICK_SIZE)
        self._fonts.draw(canvas, 0, floor - 9.5, "time (s)", size=TICK_SIZE)


class Key(Block):
    """What the marks mean."""

    HEIGHT: ClassVar = 13.0

    def __init__(self, fonts: FontSet) -> None:
        super().__init__()
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        legend(self.canv, self._fonts, 4.0)


def timeline(report: ExamReport, fonts: FontSet) -> list[Flowable]:
    """The recordings in which there are contractions, each in strips and once more where they come thickest."""
    story: list[Flowable] = []
    for each in report.instances:
        recorded = Recorded.of(each)
        if not recorded.contractions or recorded.time_s.size < 2:
            continue
        heading = "Timeline" if len(report.instances) == 1 else f"Timeline of {each.label}"
        first, *others = [Strip(recorded, span, fonts) for span in strips(recorded.ends_s)]
        head = [
            Paragraph(fonts.markup(heading, bold=True), SUBHEADING),
            Paragraph(fonts.markup(_caption(recorded)), SMALL),
        ]
        story.append(KeepTogether([*head, Key(fonts), first]))
        story += others
        if (zoom := densest(recorded.contractions, recorded.ends_s)) is not None:
            said = f"The {units.seconds(ZOOM_S).replace('.0', '')} with the most contractions"
            story.append(
                KeepTogether([Paragraph(fonts.markup(said, bold=True), SUBHEADING), Strip(recorded, zoom, fonts)])
            )
    return story


def _caption(recorded: Recorded) -> str:
    eye, mouth = recorded.range("aperture_mm"), recorded.range("commissure_mm")
    return (
        f"Eye: opening, 0 to {units.millimetres(eye[1])}. Mouth: corner from rest, {units.between_millimetres(*mouth)}. Shaded: "
        "contractions. Gaps: frames that were not used."
    )
