"""The marks of a timeline: told apart by form, so that they survive a grey print."""

from __future__ import annotations

from typing import Final, Literal

from reportlab.pdfgen.canvas import Canvas

from analysis.values import Side
from reports.fonts import FontSet
from reports.style import INK, MUTED, SIDE, WHITE, SideStyle

TONIC_HEIGHT: Final = 3.2
TICK_HEIGHT: Final = 5.2
LEAST_WIDTH: Final = 1.3
_SHOWN: Final[tuple[tuple[Literal["clonic", "tonic"], float], ...]] = (("clonic", 2.0), ("tonic", 20.0))
"""In the legend, each so wide."""


def contraction_mark(
    canvas: Canvas,
    kind: Literal["clonic", "tonic"],
    span: tuple[float, float],
    floor: float,
    style: SideStyle,
    *,
    ends: tuple[bool, bool] = (True, True),
) -> None:
    """Clonic: an upright tick in the middle. Tonic: a bar as long as it lasts, closed where its ``ends`` are shown."""
    start, end = span
    canvas.setFillColor(style.color)
    if kind == "clonic":
        middle = (start + end) / 2
        canvas.rect(middle - LEAST_WIDTH / 2, floor, LEAST_WIDTH, TICK_HEIGHT, stroke=0, fill=1)
        return
    canvas.rect(start, floor + (TICK_HEIGHT - TONIC_HEIGHT) / 2, end - start, TONIC_HEIGHT, stroke=0, fill=1)
    for at, shown in zip((start, end - LEAST_WIDTH), ends, strict=True):
        if shown:
            canvas.rect(at, floor, LEAST_WIDTH, TICK_HEIGHT, stroke=0, fill=1)


def blink_mark(canvas: Canvas, x: float, low: float, high: float, *, complete: bool) -> None:
    """A fine line across both eyes with a disc on it, hollow where the blink is partial."""
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.5)
    canvas.setDash([1.4, 1.4])
    canvas.line(x, low, x, high)
    canvas.setDash()
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.setFillColor(INK if complete else WHITE)
    canvas.circle(x, low - 1.0, 1.7, stroke=1, fill=1)


def legend(canvas: Canvas, fonts: FontSet, y: float) -> None:
    """What the marks mean, from the left edge on."""
    x = 0.0
    for kind, width in _SHOWN:
        for side in Side:
            contraction_mark(canvas, kind, (x, x + width), y, SIDE[side])
            x += width + 4.0
        x = _said(canvas, fonts, x, y, f"{kind} contraction, right and left")
    for complete, text in ((True, "blink of both eyes"), (False, "partial blink")):
        blink_mark(canvas, x + 2.0, y + 1.2, y + 8.0, complete=complete)
        x = _said(canvas, fonts, x + 7.0, y, text)


def _said(canvas: Canvas, fonts: FontSet, x: float, y: float, text: str) -> float:
    canvas.setFillColor(INK)
    return x + fonts.draw(canvas, x, y, text, size=7.4) + 13.0
