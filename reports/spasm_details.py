"""Hemifacial spasm behind the answer: what each side does, every contraction, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from analysis.spasm.results import SideSpasms, Spasm, SpasmEvent
from reports import explanations, spasm_event_words, spasm_words, units, words
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.spasm_words import VARIABLES
from reports.style import BODY, HEADING, KEY, RULED, SIDE, SMALL, STRONG, VALUE

MOST_EVENTS: Final = 30
WIDTH: Final = 495.0
ROOM_FOR_TABLE: Final = 130.0
TABLE_HEADING: Final = ParagraphStyle("table heading", parent=HEADING, keepWithNext=0)
"""A long table may be torn apart."""


def spasm_details(report: ExamReport, spasm: Spasm, fonts: FontSet) -> list[Flowable]:
    """Variables of each side, contractions, meaning."""
    return [*_sides(spasm, fonts), *_contractions(report, spasm, fonts), *_meaning(report, spasm, fonts)]


def _sides(spasm: Spasm, fonts: FontSet) -> list[Flowable]:
    heads = ("Number", *(f"{SIDE[each.side].name} side (95 %)" for each in spasm.sides))
    rows: list[tuple[str, ...]] = [
        (VARIABLES[field].name, *(spasm_words.variable(each, field) for each in spasm.sides)) for field in VARIABLES
    ]
    rows += [
        (name, *(said(spasm, each) for each in spasm.sides))
        for name, said in (("Contractions", _counted), ("Time in spasm", _time), ("Clonic frequency", _frequency))
    ]
    cells = [[_head(text, fonts) for text in heads]]
    cells += [[_text(row[0], fonts, strong=True), *(_text(each, fonts) for each in row[1:])] for row in rows]
    first = 130.0
    each = (WIDTH - first) / max(len(spasm.sides), 1)
    table = Table(cells, colWidths=[first, *([each] * len(spasm.sides))], hAlign="LEFT", repeatRows=1)
    table.setStyle(RULED)
    block: list[Flowable] = [Paragraph("Spasms, side by side" if len(spasm.sides) > 1 else "Spasms", HEADING), table]
    if margin := spasm_words.margin(spasm):
        block += [Spacer(0, 4), Paragraph(fonts.markup(margin), BODY)]
    return [KeepTogether(block)]


def _counted(spasm: Spasm, told: SideSpasms) -> str:
    return spasm_event_words.kinds([each for each in spasm.events if each.side is told.side])


def _time(_: Spasm, told: SideSpasms) -> str:
    share = spasm_words.share_of_time(told.time_in_spasm_pct)
    return f"{share}, longest contraction {units.fine_seconds(told.longest_event_s)}"


def _frequency(_: Spasm, told: SideSpasms) -> str:
    return spasm_words.frequency(told) or "no train of three clonic contractions"


def _contractions(report: ExamReport, spasm: Spasm, fonts: FontSet) -> list[Flowable]:
    if not spasm.events:
        return []
    labels = {source.sop_instance_uid: each.label for each in report.instances if (source := each.source) is not None}
    several = len(report.instances) > 1
    heads: tuple[str, ...] = ("Time", "Side", "Kind", "Train", "Eye closure", "Mouth corner", "Brow")
    widths = [104.0, 42.0, 46.0, 40.0, 74.0, 103.0, WIDTH - 409.0]
    if several:
        heads, widths = (*heads, "Recording"), [92.0, 36.0, 42.0, 36.0, 62.0, 84.0, 72.0, WIDTH - 424.0]
    cells = [[_head(text, fonts) for text in heads]]
    for each in spasm.events[:MOST_EVENTS]:
        row = _row(each)
        said = (*row, labels.get(each.source or "", "not known")) if several else row
        cells.append([_text(text, fonts) for text in said])
    table = Table(cells, colWidths=widths, hAlign="LEFT", repeatRows=1)
    table.setStyle(RULED)
    more = len(spasm.events) - MOST_EVENTS
    return [
        CondPageBreak(ROOM_FOR_TABLE),
        Paragraph("Contractions", TABLE_HEADING),
        table,
        Spacer(0, 4),
        *(
            [Paragraph(fonts.markup(f"And {more} more, in the structured report or result.json."), BODY)]
            if more > 0
            else []
        ),
        Paragraph(
            fonts.markup("Mouth corner: change of its distance from the midline, of the inter-iris distance."), SMALL
        ),
    ]


def _row(each: SpasmEvent) -> Sequence[str]:
    return (
        spasm_event_words.times(each),
        each.side.capitalize(),
        each.kind,
        f"{each.train + 1}",
        spasm_event_words.eye(each),
        spasm_event_words.mouth(each),
        spasm_event_words.brow(each),
    )


def _meaning(report: ExamReport, spasm: Spasm, fonts: FontSet) -> list[Flowable]:
    settings = report.settings.analysis.spasm
    cells = [
        [Paragraph(fonts.markup(name), KEY), Paragraph(fonts.markup(words.sentence(meaning)), VALUE)]
        for name, meaning in explanations.spasm_method(settings)
    ]
    table = Table(cells, colWidths=[116, WIDTH - 116], hAlign="LEFT")
    table.setStyle(RULED)
    return [
        KeepTogether([Paragraph("What the numbers of the spasms mean", HEADING), table]),
        Spacer(0, 5),
        Paragraph(fonts.markup(explanations.SPASM_REFERENCE), BODY),
    ]


def _head(text: str, fonts: FontSet) -> Paragraph:
    return Paragraph(fonts.markup(text), KEY)


def _text(text: str, fonts: FontSet, *, strong: bool = False) -> Paragraph:
    return Paragraph(fonts.markup(text, bold=strong), STRONG if strong else VALUE)
