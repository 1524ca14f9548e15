"""The frame of every page: who, what, which page of how many, and that this is for research."""

from __future__ import annotations

from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from reports import words
from reports.fonts import REGULAR, FontSet
from reports.patient import EMPTY, NO_NAME, Patient
from reports.style import FIRST_HEADER, FOOTER, HAIRLINE, HEADER, INK, MARGIN, MUTED

BETWEEN = " \N{MIDDLE DOT} "


class CountedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that writes "page x of y" when y is known."""

    fonts: FontSet

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **{**options, "initialFontName": REGULAR})
        self._states: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Keep the page until all of them are there."""
        self._states.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number the pages and write them."""
        for number, state in enumerate(self._states, start=1):
            self.__dict__.update(state)
            text = f"Page {number} of {len(self._states)}"
            self.setFillColor(MUTED)
            width = self.fonts.width(text, size=8.0)
            self.fonts.draw(self, self._pagesize[0] - MARGIN - width, FOOTER - 26, text, size=8.0)
            super().showPage()
        super().save()


def counted(fonts: FontSet) -> type[CountedCanvas]:
    """A canvas class that writes its page numbers with ``fonts``."""
    return type("CountedCanvas", (CountedCanvas,), {"fonts": fonts})


def page_templates(
    document: BaseDocTemplate, fonts: FontSet, patient: Patient, *, title: str, institution: str
) -> list[PageTemplate]:
    """The first page, with the full identification, and the pages after it."""
    width, height = document.pagesize

    def first(canvas: Canvas, _: BaseDocTemplate) -> None:
        _first_header(canvas, fonts, patient, title, institution, (width, height))
        _footer(canvas, fonts, width)

    def later(canvas: Canvas, _: BaseDocTemplate) -> None:
        _later_header(canvas, fonts, patient, title, (width, height))
        _footer(canvas, fonts, width)

    return [
        PageTemplate(
            id=name,
            frames=[_frame(width, height - header)],
            onPage=draw,
            autoNextPageTemplate="later",
        )
        for name, header, draw in (("first", FIRST_HEADER, first), ("later", HEADER, later))
    ]


def _frame(width: float, top: float) -> Frame:
    return Frame(
        MARGIN, FOOTER, width - 2 * MARGIN, top - FOOTER, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )


def _rule(canvas: Canvas, y: float, width: float) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y, width - MARGIN, y)


def _first_header(
    canvas: Canvas, fonts: FontSet, patient: Patient, title: str, institution: str, size: tuple[float, float]
) -> None:
    width, height = size
    room = width - 2 * MARGIN
    canvas.setFillColor(INK)
    used = fonts.draw(canvas, MARGIN, height - 52, title, size=20, bold=True)
    if institution:
        canvas.setFillColor(MUTED)
        text, fitted = fonts.fit(institution, size=9.5, bold=False, room=room - used - 20)
        fonts.draw(canvas, width - MARGIN - fonts.width(text, size=fitted), height - 52, text, size=fitted)
    _rule(canvas, height - 63, width)
    canvas.setFillColor(INK)
    used = fonts.draw(canvas, MARGIN, height - 83, patient.name, size=14, bold=True, room=room * 0.62)
    if patient.names[1:]:
        others = BETWEEN.join(patient.names[1:])
        fonts.draw(canvas, MARGIN + used + 14, height - 83, others, size=12, room=room - used - 14)
    fields = (
        ("Patient ID", patient.patient_id, 0.0, 0.20),
        ("Birth date", patient.birth_date, 0.20, 0.14),
        ("Sex", patient.sex, 0.34, 0.11),
        ("Study date", patient.study_date, 0.45, 0.15),
        ("Accession number", patient.accession_number, 0.60, 0.19),
        ("Referring physician", patient.referring_physician, 0.79, 0.21),
    )
    for label, value, start, share in fields:
        x, column = MARGIN + start * room, share * room - 8
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, height - 101, label, size=7.4, room=column)
        canvas.setFillColor(INK)
        fonts.draw(canvas, x, height - 113, value, size=9.4, room=column)
    _rule(canvas, height - 124, width)


def _later_header(canvas: Canvas, fonts: FontSet, patient: Patient, title: str, size: tuple[float, float]) -> None:
    width, height = size
    room = width - 2 * MARGIN
    canvas.setFillColor(INK)
    names = BETWEEN.join(patient.names) or NO_NAME
    used = fonts.draw(canvas, MARGIN, height - 38, names, size=9.4, bold=True, room=room * 0.45)
    facts = (("ID", patient.patient_id), ("born", patient.birth_date), ("study", patient.study_date))
    text = BETWEEN.join(f"{label} {value}" for label, value in facts if value != EMPTY)
    canvas.setFillColor(MUTED)
    title_width = fonts.width(title, size=8.6)
    fonts.draw(canvas, MARGIN + used + 14, height - 38, text, size=8.6, room=room - used - title_width - 28)
    fonts.draw(canvas, width - MARGIN - title_width, height - 38, title, size=8.6)
    _rule(canvas, height - 47, width)


def _footer(canvas: Canvas, fonts: FontSet, width: float) -> None:
    _rule(canvas, FOOTER - 12, width)
    canvas.setFillColor(INK)
    fonts.draw(canvas, MARGIN, FOOTER - 26, words.RESEARCH_USE, size=8.0, bold=True)
