"""Hemifacial spasm at a glance: which side, which class, how sure, and the numbers that it is decided by."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from analysis.spasm.results import Spasm
from reports import explanations, spasm_event_words, spasm_words, units, words
from reports.answer import RELATION_COLUMN, GoodAnswer
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.spasm_numbers import scales
from reports.spasm_scales import Scales
from reports.style import BODY, BULLET, INK, MUTED, SMALL
from reports.tiles import BESIDE, AnswerLine, Rule, Tile, Tiles

NOTE = "for research: classes are not a clinician's grades"


def spasm_answer(report: ExamReport, spasm: Spasm, fonts: FontSet) -> list[Flowable]:
    """The first block of the first page."""
    told = [Paragraph(fonts.markup(spasm_words.why(spasm)), BODY)]
    if limits := spasm_words.limits(spasm):
        told.append(Paragraph(fonts.markup(f"Limits: {limits}"), BODY))
    if spasm.decided_by != "site cohort":
        told.append(Paragraph(fonts.markup(explanations.SPASM_INTERPRETATION), SMALL))
    return [
        AnswerLine(spasm_words.NAME, NOTE, report, fonts),
        Spacer(0, 3),
        answer_tiles(spasm, fonts),
        Spacer(0, 2),
        *told,
        Rule(),
        Scales(scales(spasm, report.settings.analysis.spasm.classes), fonts),
        Rule(),
        _facts(report, spasm, fonts),
        Spacer(0, 4),
    ]


def answer_tiles(spasm: Spasm, fonts: FontSet) -> Tiles:
    """Side, class, time in spasm, trust."""
    seen = "" if spasm.analysable_s is None else f"{units.points(spasm.analysable_s)} s, "
    longest = "" if spasm.longest_event_s is None else f"the longest {units.seconds(spasm.longest_event_s)}"
    in_spasm = spasm.time_in_spasm_pct
    return Tiles(
        (
            Tile(
                asked="Side of the spasms", answer=spasm_words.side(spasm), beside=spasm_words.whose(spasm), share=0.19
            ),
            Tile(
                asked=f"Class ({spasm_words.standing(spasm)})",
                answer=spasm_words.class_name(spasm),
                beside=", ".join(filter(None, (spasm_words.between(spasm), spasm_words.of_which_side(spasm))))
                or "for why see below",
                share=0.36,
            ),
            Tile(
                asked="Time in spasm",
                answer="Not stated" if in_spasm is None else spasm_words.share_of_time(in_spasm),
                beside=longest,
                share=0.21,
            ),
            Tile(
                asked="Can it be trusted?",
                answer=words.trust(spasm.status),
                beside=f"{seen}{spasm_event_words.contractions(len(spasm.events))}",
                share=0.24,
            ),
        ),
        fonts,
        size=19.0,
        mark=spasm.status,
    )


def _facts(report: ExamReport, spasm: Spasm, fonts: FontSet) -> Table:
    """What each side does, and what goes along, in two columns."""
    blinked = spasm_event_words.blinks_in_short(report.blinking)
    sides = [spasm_words.side_in_short(spasm, each) for each in spasm.sides]
    others = [
        spasm_words.babinski(spasm),
        f"Apart from the spasms: {blinked}." if blinked else "Blinks: not assessed.",
    ]
    left, right = ([sides, others]) if len(sides) > 1 else ([*sides, others[1]], others[:1])
    cells = [
        [Paragraph(fonts.markup(each), BULLET, bulletText="\N{EN DASH}") for each in column] for column in (left, right)
    ]
    table = Table([[cells[0], "", cells[1]]], colWidths=["50%", 12, "47%"], hAlign="LEFT")
    table.setStyle(BESIDE)
    return table


class MovedInSpasm(GoodAnswer):
    """How far both mouth corners moved where spasms moved them: the lesser movement is no weakness, and none is named."""

    def _weaker(self, canvas: Canvas) -> None:
        relation, room = self._result.commissure, RELATION_COLUMN - 30
        canvas.setFillColor(INK)
        self._fonts.draw(canvas, 0, 72, "Mouth moved by spasms", size=18, bold=True, room=room)
        canvas.setFillColor(MUTED)
        self._fonts.draw(canvas, 0, 58.5, "the side that moves less need not be weak", size=9.0, room=room)
        self._fonts.draw(canvas, 0, 47, words.amplitude_ratio(relation), size=9.0, room=room)
