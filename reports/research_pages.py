"""The frame of a research report, which is about no single patient: title, facts, page numbers, that it is for research."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from reports import words
from reports.fonts import FontSet
from reports.pages import BETWEEN, counted
from reports.style import FOOTER, HAIRLINE, INK, MARGIN, MUTED, PAGE_SIZES

_FIRST_TOP, _LATER_TOP = 92.0, 62.0


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What stands at the head of the first page."""

    title: str
    facts: Sequence[str]
    page_size: str = "A4"


def research_pdf(cover: Cover, story: list[Flowable], fonts: FontSet) -> bytes:
    """The pages. Identical content gives identical bytes; every font is embedded."""
    output = io.BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=PAGE_SIZES[cover.page_size],
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        title=cover.title,
        author="Vultus",
        subject=words.RESEARCH_USE,
        creator="Vultus",
        lang="en",
        invariant=1,
    )
    document.addPageTemplates(_templates(document, cover, fonts))
    document.build(story, canvasmaker=counted(fonts))
    return output.getvalue()


def _templates(document: BaseDocTemplate, cover: Cover, fonts: FontSet) -> list[PageTemplate]:
    width, height = document.pagesize

    def first(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFillColor(INK)
        fonts.draw(canvas, MARGIN, height - 52, cover.title, size=20, bold=True, room=width - 2 * MARGIN)
        canvas.setFillColor(MUTED)
        facts = BETWEEN.join(cover.facts)
        fonts.draw(canvas, MARGIN, height - 69, facts, size=9.0, room=width - 2 * MARGIN)
        _rule(canvas, height - 79, width)
        _footer(canvas, fonts, width)

    def later(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFillColor(INK)
        fonts.draw(canvas, MARGIN, height - 38, cover.title, size=9.4, bold=True)
        _rule(canvas, height - 47, width)
        _footer(canvas, fonts, width)

    return [
        PageTemplate(id=name, frames=[_frame(width, height - top)], onPage=draw, autoNextPageTemplate="later")
        for name, top, draw in (("first", _FIRST_TOP, first), ("later", _LATER_TOP, later))
    ]


def _frame(width: float, top: float) -> Frame:
    return Frame(
        MARGIN, FOOTER, width - 2 * MARGIN, top - FOOTER, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )


def _rule(canvas: Canvas, y: float, width: float) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y, width - MARGIN, y)


def _footer(canvas: Canvas, fonts: FontSet, width: float) -> None:
    _rule(canvas, FOOTER - 12, width)
    canvas.setFillColor(INK)
    fonts.draw(canvas, MARGIN, FOOTER - 26, words.RESEARCH_USE, size=8.0, bold=True)
