"""Facial palsy at a glance: which side, which grade, which pattern, and whether it can be trusted."""

from __future__ import annotations

from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from analysis.palsy.results import Palsy, Score
from reports import palsy_words, words
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.schematic_face import WIDTH as FACE_WIDTH
from reports.schematic_face import SchematicFace
from reports.style import BODY, BULLET, SMALL, SUBHEADING
from reports.tiles import BESIDE, AnswerLine, Rule, Tile, Tiles

MOST_CHARACTERS = 520
LONGEST_REASON = 30
NOTE = "equivalent estimates, not a clinician's grades"


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
        mark=palsy.status,
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
    face.setStyle(BESIDE)
    limits = palsy_words.limits(palsy)
    return [
        AnswerLine("Facial palsy", NOTE, report, fonts),
        Spacer(0, 3),
        answer_tiles(palsy, fonts),
        Rule(),
        score_tiles(palsy, fonts),
        *([Spacer(0, 2), Paragraph(fonts.markup(f"Limits: {limits}"), BODY)] if limits else []),
        Spacer(0, 8),
        face,
        Spacer(0, 6),
    ]


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
