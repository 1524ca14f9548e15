"""What the documents of a cohort are made of: their frame, and tables of facts and of numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from reports.fonts import FontSet
from reports.research_pages import Cover, research_pdf
from reports.style import CELL, CELL_HEAD, HASH, KEY, RULED, VALUE, WASH

INTERPRETATION: Final = "Our interpretation, research use only"
_NUMBERS: Final = ParagraphStyle("cell number", parent=CELL, alignment=2)
_NUMBERS_HEAD: Final = ParagraphStyle("cell number head", parent=CELL_HEAD, alignment=2)
_ONE_AT_A_TIME = threading.Lock()


def render(story: Callable[[FontSet], Sequence[Flowable]], *, title: str, about: str, page_size: str) -> bytes:
    """A document with ``title`` and ``about`` at its head. The same story gives the same bytes."""
    # ReportLab finds a font by its name in one table for the whole process
    with _ONE_AT_A_TIME:
        fonts = FontSet()
        cover = Cover(title=title, facts=(about, INTERPRETATION), page_size=page_size)
        return research_pdf(cover, list(story(fonts)), fonts)


def key_table(rows: Sequence[tuple[str, str]], fonts: FontSet, *, key_width: float = 116, width: float = 495) -> Table:
    """What something is, and its value."""
    cells = [
        [Paragraph(fonts.markup(key), KEY), Paragraph(fonts.markup(value), HASH if "SHA" in key else VALUE)]
        for key, value in rows
    ]
    table = Table(cells, colWidths=[key_width, width - key_width], hAlign="LEFT")
    table.setStyle(RULED)
    return table


def number_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    fonts: FontSet,
    *,
    widths: Sequence[float],
    words_in: int = 1,
    marked: Sequence[int] = (),
) -> Table:
    """A table of numbers, right-aligned but for the first ``words_in`` columns; ``marked`` rows are shaded, bold."""
    head = [
        Paragraph(fonts.markup(each, bold=True), CELL_HEAD if at < words_in else _NUMBERS_HEAD)
        for at, each in enumerate(header)
    ]
    body = [
        [
            Paragraph(
                f"<b>{fonts.markup(each)}</b>" if row in marked and not at else fonts.markup(each),
                CELL if at < words_in else _NUMBERS,
            )
            for at, each in enumerate(cells)
        ]
        for row, cells in enumerate(rows)
    ]
    table = Table([head, *body], colWidths=list(widths), hAlign="LEFT", repeatRows=1)
    shade = [("BACKGROUND", (0, row + 1), (-1, row + 1), WASH) for row in marked]
    table.setStyle(TableStyle([*RULED.getCommands(), ("LEFTPADDING", (0, 0), (-1, -1), 3), *shade]))
    return table
