"""Facial palsy at a glance: which side, which grade, which pattern, and whether it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from analysis.palsy.results import Palsy, Score
from reports import palsy_words, words
from reports.answer import trust_mark
from reports.block import Block
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.schematic_face import WIDTH as FACE_WIDTH
from reports.schematic_face import SchematicFace
from reports.style import BODY, BULLET, HAIRLINE, INK, MUTED, SMALL, SUBHEADING, WASH

MOST_CHARACTERS = 520
SIDE_STEP = 12.0
LONGEST_REASON = 30


class PalsyLine(Block):
    """What the first block of the page is about."""

    HEIGHT: ClassVar = 24.0

    def __init__(self, report: ExamReport, fonts: FontSet) -> None:
        super().__init__()
        alone = len(report.instances) == 1
        self._of = report.instances[0].label if alone else f"{len(report.instances)} recordings together"
        self._fonts = fonts

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, fonts = self.canv, self._fonts
        canvas.setFillColor(WASH)
        canvas.rect(0, 0, self.width, 20.0, stroke=0, fill=1)
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, 8, 6.2, "Facial palsy", size=10.0, bold=True)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, 16 + width, 6.2, self._of, size=8.6, room=220.0)
        note = "equivalent estimates, not a clinician's grades"
        fonts.draw(canvas, self.width - 8 - fonts.width(note, size=8.6), 6.2, note, size=8.6)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One answer: what is asked, the answer, and what belongs beside it."""

    asked: str
    answer: str
    beside: str = ""
    share: float
    """Of the width of the page."""


class Tiles(Block):
    """Answers side by side, parted by hairlines."""

    HEIGHT: ClassVar = 54.0

    def __init__(self, tiles: Sequence[Tile], fonts: FontSet, *, size: float, mark: Palsy | None = None) -> None:
        super().__init__()
        self._tiles = tiles
        self._fonts = fonts
        self._size = size
        self._mark = mark

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """Points."""
        self.width = available_width
        self._height = 25.0 + self._size + (9.0 if any(tile.beside for tile in self._tiles) else 0.0)
        return available_width, self._height

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas, x = self.canv, 0.0
        for position, tile in enumerate(self._tiles):
            if position:
                canvas.setStrokeColor(HAIRLINE)
                canvas.setLineWidth(0.6)
                canvas.line(x, 3, x, self._height - 3)
                x += SIDE_STEP
            room = tile.share * self.width - (SIDE_STEP if position else 0.0) - 6.0
            last = position == len(self._tiles) - 1
            self._one(canvas, tile, x, room, self._mark if last else None)
            x += room + 6.0

    def _one(self, canvas: Canvas, tile: Tile, x: float, room: float, mark: Palsy | None) -> None:
        fonts, top = self._fonts, self._height - 11.0
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, top, tile.asked, size=7.8, room=room)
        baseline, start = top - 5.0 - self._size * 0.8, x
        if mark is not None:
            trust_mark(canvas, x + 4.0, baseline + self._size * 0.32, mark.status)
            start += 13.0
        canvas.setFillColor(INK)
        fonts.draw(canvas, start, baseline, tile.answer, size=self._size, bold=True, room=room - (start - x))
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, baseline - 12.5, tile.beside, size=7.8, room=room)


def answer_tiles(palsy: Palsy, fonts: FontSet) -> Tiles:
    """Side, grade, pattern, trust."""
    found = palsy.house_brackmann
    return Tiles(
        (
            Tile(
                asked="Affected side", answer=palsy_words.affected(palsy), beside=palsy_words.whose(palsy), share=0.20
            ),
            Tile(
                asked=palsy_words.HOUSE_BRACKMANN,
                answer=palsy_words.grade(found),
                beside=f"95 % range in brackets; {palsy_words.f_value(found)}".removesuffix("; "),
                share=0.34,
            ),
            Tile(asked="Pattern", answer=palsy_words.pattern(palsy), beside="for why see below", share=0.23),
            Tile(
                asked="Can it be trusted?",
                answer=words.trust(palsy.status),
                beside=palsy_words.seen(palsy),
                share=0.23,
            ),
        ),
        fonts,
        size=19.0,
        mark=palsy,
    )


def score_tiles(palsy: Palsy, fonts: FontSet) -> Tiles:
    """The other scores, smaller."""
    tiles = []
    for scale in palsy_words.SCALES:
        found = palsy_words.score(palsy, scale)
        known = found is not None and found.total is not None
        value = palsy_words.total(found) if found is not None else palsy_words.NOT_GRADED
        standing = "" if found is None else palsy_words.category(found)
        tiles.append(
            Tile(
                asked=f"{scale.name} equivalent, {scale.best}" if known else f"{scale.name} equivalent",
                answer=value,
                beside=standing if known else _briefly(found),
                share=0.25,
            )
        )
    return Tiles(tiles, fonts, size=10.5)


def _briefly(found: Score | None) -> str:
    """The first reason why there is no score, where a tile has room for it."""
    first, more, _ = ("" if found is None else found.reason or "").partition("; ")
    if not first or len(first) > LONGEST_REASON:
        return "for why see the next page"
    return f"{first} ..." if more else first


def palsy_answer(report: ExamReport, palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    """The first block of the first page."""
    face = Table(
        [[SchematicFace(palsy, fonts), _evidence(palsy, fonts)]], colWidths=[FACE_WIDTH + 16, None], hAlign="LEFT"
    )
    face.setStyle(_BESIDE)
    limits = palsy_words.limits(palsy)
    return [
        PalsyLine(report, fonts),
        Spacer(0, 3),
        answer_tiles(palsy, fonts),
        _Rule(),
        score_tiles(palsy, fonts),
        *([Spacer(0, 2), Paragraph(fonts.markup(f"Limits: {limits}"), BODY)] if limits else []),
        Spacer(0, 8),
        face,
        Spacer(0, 6),
    ]


class _Rule(Block):
    """A hairline."""

    HEIGHT: ClassVar = 6.0

    def draw(self) -> None:
        """Draw on the current canvas."""
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.6)
        self.canv.line(0, 3, self.width, 3)


def _evidence(palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    shown, more = split_evidence(palsy)
    said: list[Flowable] = [Paragraph("Why this side and this pattern", SUBHEADING)]
    said += [Paragraph(fonts.markup(each), BULLET, bulletText="\N{EN DASH}") for each in shown]
    if not palsy.evidence:
        said.append(Paragraph("No evidence was recorded.", BODY))
    if more:
        said.append(Paragraph("More on the next pages.", SMALL))
    said.append(Spacer(0, 6))
    said.append(
        Paragraph(
            fonts.markup(
                "The bold share is the movement of the side that moves less over that of the other. Eyes: share of the "
                "opening that was closed."
            ),
            SMALL,
        )
    )
    return said


def split_evidence(palsy: Palsy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The evidence as sentences: what the first page has room for, the last one, which sums up, among it; and the rest."""
    said = [words.sentence(each) for each in palsy.evidence]
    if sum(map(len, said)) <= MOST_CHARACTERS:
        return tuple(said), ()
    *others, last = said
    room, kept = MOST_CHARACTERS - len(last), 0
    if room < 0:
        return (), tuple(said)
    for each in others:
        room -= len(each)
        if room < 0:
            break
        kept += 1
    return (*others[:kept], last), tuple(others[kept:])


_BESIDE = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
