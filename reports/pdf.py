"""The report as a PDF: the answer on the first page, then what it rests on, what it means and where it came from."""

from __future__ import annotations

import io
import math
import threading

from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, KeepTogether, PageBreak, Paragraph, Spacer

from analysis.values import Status
from reports import explanations, palsy_words, spasm_words, tracking_words, units, words
from reports.advice import advice
from reports.answer import GoodAnswer, Headline, RecordingLine
from reports.details import method, numbers, provenance, quality, relation
from reports.exam import AssessedInstance, ExamReport
from reports.fonts import FontSet
from reports.movement_curves import movement_curves
from reports.pages import counted, page_templates
from reports.palsy_answer import palsy_answer
from reports.palsy_details import palsy_details, photographs
from reports.patient import identify
from reports.plots import ScatterPlot, TimePlot, plottable
from reports.spasm_answer import MovedInSpasm, spasm_answer
from reports.spasm_details import spasm_details
from reports.spasm_timeline import timeline
from reports.style import ADVICE, BODY, LEAD, MARGIN, PAGE_SIZES, SMALL, SUBHEADING

ROOM_FOR_QUALITY = 300.0

# ReportLab finds a font by its name in one table for the whole process
_ONE_AT_A_TIME = threading.Lock()


def render_pdf(report: ExamReport) -> bytes:
    """The whole report. Identical reports give identical bytes; every font is embedded; no picture of the face."""
    with _ONE_AT_A_TIME:
        return _render(report)


def _render(report: ExamReport) -> bytes:
    fonts = FontSet()
    header = report.sources[0].header if report.sources else None
    institution = report.settings.institution or ("" if header is None else str(header.get("InstitutionName") or ""))
    title = words.TITLE if report.version == 1 else f"{words.TITLE}, version {report.version}"
    output = io.BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=PAGE_SIZES[report.settings.page_size],
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        title=words.TITLE,
        author="Vultus",
        subject=words.RESEARCH_USE,
        creator="Vultus",
        lang="en",
        invariant=1,
    )
    document.addPageTemplates(page_templates(document, fonts, identify(header), title=title, institution=institution))
    document.build(_story(report, fonts), canvasmaker=counted(fonts))
    return output.getvalue()


def _story(report: ExamReport, fonts: FontSet) -> list[Flowable]:
    story: list[Flowable] = []
    alone = len(report.instances) == 1
    palsy = report.graded if palsy_words.assessed(report.graded) else None
    spasm = spasm_words.found(report)
    if palsy is not None and spasm is not None and not palsy_words.judged(palsy):
        palsy = None  # a recording of spasms need not hold a movement that was asked for
    if spasm is not None:
        story.append(KeepTogether(spasm_answer(report, spasm, fonts)))
        story.extend(timeline(report, fonts))
        story.append(Spacer(0, 10))
    if palsy is not None:
        story.append(KeepTogether(palsy_answer(report, palsy, fonts)))
    for each in report.instances:
        in_spasm = words.shows_spasms(each.result.spasm) or (spasm is not None and _contracts(each))
        answered = palsy is not None or spasm is not None
        story.append(KeepTogether(_answer(each, fonts, answered=answered, in_spasm=in_spasm)))
        story.append(Spacer(0, 12))
    remarks = (
        words.unreadable(report),
        words.version(report),
        palsy_words.why_none(report) if palsy is None else "",
    )
    story.extend(Paragraph(fonts.markup(remark), BODY) for remark in remarks if remark)
    if spasm is None and (in_short := spasm_words.in_short(report)):
        told = BODY if spasm_words.assessed(report.spasms) else SMALL
        story.append(Paragraph(fonts.markup(in_short), told))
    story.append(Spacer(0, 3))
    if any(words.overall(each.result) is not Status.NOT_ASSESSABLE for each in report.instances):
        story.append(Paragraph(fonts.markup(explanations.READ_WITH_CARE), SMALL))
    if palsy is None and report.graded is not None and report.graded.stills:
        story.extend(photographs(report.graded, fonts))
    if spasm is not None:
        story.append(_BreakOnTheFirstPage(0.0))
        story.extend(spasm_details(report, spasm, fonts))
    if palsy is not None:
        story.append(_BreakOnTheFirstPage(0.0))
        story.extend(palsy_details(report, palsy, fonts))
        story.extend(movement_curves(report, palsy, fonts))
    for each in report.instances:
        if plottable(each):
            story.extend(
                _plots(each, fonts) if alone else [PageBreak(), RecordingLine(each, fonts), *_plots(each, fonts)]
            )
    story.append(_BreakOnTheFirstPage(ROOM_FOR_QUALITY))
    story.extend(quality(report, fonts))
    story.extend(method(report, fonts))
    story.extend(provenance(report, fonts))
    return story


class _BreakOnTheFirstPage(CondPageBreak):  # type: ignore[misc]
    """A new page, unless the plots went on to one that has room left: the first page is for the answer alone."""

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """No room of its own; whatever is left of the first page is too little, of others less than ``height``."""
        if self._doctemplateAttr("page") == 1:
            self.height = math.inf
        size: tuple[float, float] = super().wrap(available_width, available_height)
        return size


def _contracts(instance: AssessedInstance) -> bool:
    """Whether a recording holds any of the contractions, too few for a class of its own though they may be."""
    return instance.result.spasm is not None and bool(instance.result.spasm.events)


def _answer(instance: AssessedInstance, fonts: FontSet, *, answered: bool, in_spasm: bool) -> list[Flowable]:
    """``answered``: the exam shows a palsy or spasms, so that a recording without a relation needs no advice of its own."""
    result = instance.result
    moved = words.excursions(result)
    line = RecordingLine(instance, fonts)
    if words.overall(result) is not Status.NOT_ASSESSABLE and moved is not None:
        drawn = MovedInSpasm(result, moved, fonts) if in_spasm else GoodAnswer(result, moved, fonts)
        block: list[Flowable] = [line, Spacer(0, 8), drawn]
        if in_spasm:
            block += [Spacer(0, 4), Paragraph(fonts.markup(explanations.SPASM_MOVEMENT), BODY)]
        if limits := words.limits(result):
            block += [Spacer(0, 4), Paragraph(fonts.markup(f"Limits: {limits}"), BODY)]
        if told := tracking_words.briefly(result):
            block += [Spacer(0, 4), Paragraph(fonts.markup(told), BODY)]
        return block
    measured = f" Measured: {words.excursion(result)}" if moved is not None else ""
    if answered:
        said = f"Mouth corners in this recording: not assessable. {words.why_not(result)}{measured}"
        return [line, Spacer(0, 4), Paragraph(fonts.markup(said), BODY)]
    decisive, *others = words.reasons_against(result)
    return [
        line,
        Spacer(0, 6),
        Headline(words.trust(Status.NOT_ASSESSABLE), fonts),
        Paragraph(fonts.markup(decisive + measured), LEAD),
        *([Paragraph(fonts.markup(" ".join(others)), BODY)] if others else []),
        Paragraph("How to get an assessable recording", SUBHEADING),
        *(Paragraph(fonts.markup(each), ADVICE, bulletText="\N{EN DASH}") for each in advice(instance)),
    ]


def _plots(instance: AssessedInstance, fonts: FontSet) -> list[Flowable]:
    gate_mm = instance.result.movement.gate_mm
    dotted = (
        ""
        if gate_mm is None
        else f"Dotted: movement gate {units.millimetres(gate_mm)}, which the larger side must exceed. "
    )
    caption = f"Shaded: movements found. {dotted}Gaps: frames that were not used."
    return [
        Paragraph("Movement of the mouth corners over time", SUBHEADING),
        TimePlot(instance, fonts),
        Paragraph(fonts.markup(caption), SMALL),
        Spacer(0, 6),
        KeepTogether(relation(instance, ScatterPlot(instance, fonts), numbers(instance.result, fonts))),
    ]
