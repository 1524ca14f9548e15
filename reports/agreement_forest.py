"""Pairs of raters below each other: coefficient with its interval drawn, the other figures beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.evaluation.agreement_grades import CONSENSUS
from analysis.evaluation.agreement_scales import Kind
from analysis.evaluation.agreement_values import Comparison, Name, ScaleAgreement, Statistic
from analysis.values import Side
from reports import units
from reports.axes import ticks
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, SIDE, WASH, WHITE

OURS = SIDE[Side.RIGHT].color
_ROW, _HEAD, _FOOT = 25.0, 27.0, 17.0
_LABEL, _PLOT, _GAP = 128.0, 104.0, 12.0
_SIZE, _SMALL = 8.2, 6.9
MOST_ROWS = 12


@dataclass(frozen=True, kw_only=True)
class Column:
    """A figure of every pair."""

    name: Name
    title: str
    written: Callable[[float], str]


def _score(value: float) -> str:
    return units.tenths(value)


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.ORDINAL: (
        Column(name="kappa_quadratic", title="Quadratic\nkappa", written=units.coefficient),
        Column(name="kappa_linear", title="Linear\nkappa", written=units.coefficient),
        Column(name="exact", title="Same\ngrade", written=units.percent),
        Column(name="within_one", title="Within\none grade", written=units.percent),
    ),
    Kind.NOMINAL: (
        Column(name="kappa", title="Kappa", written=units.coefficient),
        Column(name="exact", title="Same", written=units.percent),
    ),
    Kind.CONTINUOUS: (
        Column(name="icc_2_1", title="ICC(2,1)", written=units.coefficient),
        Column(name="bias", title="Mean\ndifference", written=_score),
        Column(name="lower_limit", title="Lower limit\nof agreement", written=_score),
        Column(name="upper_limit", title="Upper limit\nof agreement", written=_score),
    ),
}
"""The first is drawn."""


def forests(scale: ScaleAgreement, fonts: FontSet) -> list[Forest]:
    """All pairs, as many below each other as a page can hold, on one axis."""
    rows = [*((each, True) for each in scale.ours), *((each, False) for each in scale.raters)]
    drawn = [found for row, _ in rows if (found := row.statistic(COLUMNS[scale.kind][0].name))]
    lowest = min((each.value if each.low is None else each.low for each in drawn), default=0.0)
    least = 0.2 * math.floor(min(lowest, 0.0) / 0.2)
    return [
        Forest(rows[at : at + MOST_ROWS], COLUMNS[scale.kind], fonts, least=least)
        for at in range(0, len(rows), MOST_ROWS)
    ]


class Forest(Flowable):  # type: ignore[misc]
    """Vultus beside raters (filled), raters beside each other (hollow), on one axis from ``least`` to 1."""

    def __init__(
        self, rows: Sequence[tuple[Comparison, bool]], columns: Sequence[Column], fonts: FontSet, *, least: float
    ) -> None:
        super().__init__()
        self._rows, self._columns, self._fonts, self._least = rows, columns, fonts, least
        self._ours = sum(ours for _, ours in rows)

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """Points."""
        self.width = available_width
        self._height = _HEAD + _ROW * len(self._rows) + _FOOT
        return available_width, self._height

    def _x(self, value: float) -> float:
        return _LABEL + (max(value, self._least) - self._least) / (1 - self._least) * _PLOT

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts, top = self.canv, self._fonts, self._height - _HEAD
        bottom = top - _ROW * len(self._rows)
        canvas.setFillColor(WASH)
        canvas.rect(0, top - _ROW * self._ours, self.width, _ROW * self._ours, stroke=0, fill=1)
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(HAIRLINE)
        for tick in ticks(self._least, 1.0, 5):
            canvas.setFillColor(MUTED)
            canvas.line(self._x(tick), bottom, self._x(tick), top)
            text = f"{tick:.1f}" if tick else "0"
            fonts.draw(canvas, self._x(tick) - fonts.width(text, size=_SMALL) / 2, bottom - 10, text, size=_SMALL)
        canvas.line(0, top, self.width, top)
        starts, column = self._starts()
        canvas.setFillColor(INK)
        titles = (*(each.title for each in self._columns), "Graded\nby both")
        for start, title in zip(starts, titles, strict=True):
            lines = title.split("\n")
            for number, line in enumerate(lines):
                y = top + 6 + 9 * (len(lines) - 1 - number)
                fonts.draw(canvas, start, y, line, size=7.4, bold=True, room=column - 2)
        for number, (row, ours) in enumerate(self._rows):
            self._row(row, top - _ROW * (number + 0.5), ours=ours)

    def _starts(self) -> tuple[list[float], float]:
        start = _LABEL + _PLOT + _GAP
        column = (self.width - start) / (len(self._columns) + 1)
        return [start + column * number for number in range(len(self._columns) + 1)], column

    def _row(self, row: Comparison, y: float, *, ours: bool) -> None:
        canvas, fonts = self.canv, self._fonts
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.4)
        canvas.line(0, y - _ROW / 2, self.width, y - _ROW / 2)
        canvas.setFillColor(INK)
        together = row.second == CONSENSUS
        fonts.draw(canvas, 4, y + 2, row.first, size=_SIZE, bold=ours, room=_LABEL - 12)
        other = "all raters together" if together else row.second
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, 4, y - 8, f"and {other}", size=7.4, room=_LABEL - 12)
        drawn = row.statistic(self._columns[0].name)
        if drawn is not None:
            _mark(canvas, self._x, drawn, y, ours=ours, large=together)
        starts, column = self._starts()
        for start, each in zip(starts, self._columns, strict=False):
            found = row.statistic(each.name)
            if found is not None:
                self._figure(start, y, each.written(found.value), _range(found, each), room=column - 4)
        if row.notes and drawn is None:
            canvas.setFillColor(MUTED)
            width = column * len(self._columns) - 4
            fonts.draw(canvas, _LABEL + 4, y - 2.5, _short(row.notes[0]), size=7.2, room=width + _PLOT)
        share = row.statistic("share_assessed")
        assessed = "" if share is None or not ours else f"{units.percent(share.value)}"
        self._figure(starts[-1], y, f"{row.assessed} of {row.graded}", assessed, room=column)

    def _figure(self, x: float, y: float, value: str, interval: str, *, room: float) -> None:
        canvas, fonts = self.canv, self._fonts
        canvas.setFillColor(INK)
        fonts.draw(canvas, x, y + 2, value, size=_SIZE, bold=True, room=room)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, y - 8, interval, size=_SMALL, room=room)


def _range(found: Statistic, column: Column) -> str:
    if found.low is None or found.high is None:
        return "no interval"
    low, high = column.written(found.low), column.written(found.high)
    return f"{low.removesuffix(' %')} to {high}"


def _short(note: str) -> str:
    if "kappa says nothing" in note:
        return note.split(",", 1)[0]
    return note.split(":", 1)[0] if "is not defined" in note else note


def _mark(canvas: Canvas, x: Callable[[float], float], found: Statistic, y: float, *, ours: bool, large: bool) -> None:
    color = OURS if ours else MUTED
    canvas.setStrokeColor(color)
    canvas.setLineWidth(1.6 if ours else 1.1)
    if found.low is not None and found.high is not None:
        canvas.line(x(found.low), y, x(found.high), y)
    canvas.setFillColor(color if ours else WHITE)
    half = 4.0 if large else 3.0
    if not ours:
        canvas.rect(x(found.value) - half, y - half, 2 * half, 2 * half, stroke=1, fill=1)
    elif large:
        path = canvas.beginPath()
        path.moveTo(x(found.value) - 1.3 * half, y)
        for across, up in ((0.0, 1.3 * half), (1.3 * half, 0.0), (0.0, -1.3 * half)):
            path.lineTo(x(found.value) + across, y + up)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
    else:
        canvas.circle(x(found.value), y, half, stroke=0, fill=1)
