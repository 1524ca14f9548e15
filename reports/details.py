"""The pages behind the answer: secondary numbers, quality, method in words, provenance."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from analysis.results import AnalysisResult
from reports import explanations, tracking_words, units, words
from reports.exam import AssessedInstance, ExamReport
from reports.fonts import REGULAR, FontSet
from reports.patient import local
from reports.plots import ScatterPlot
from reports.style import BODY, HASH, HEADING, KEY, RULED, SMALL, SUBHEADING, VALUE

Row = tuple[str, str]


def relation(instance: AssessedInstance, scatter: ScatterPlot, table: Table | None) -> list[Flowable]:
    """The scatter plot with its reading aid and the secondary numbers beside it."""
    aid = "Each dot is one frame while moving. On the line both corners move equally far; below it the left one moves less."
    side = [Paragraph(aid, SMALL), *([Spacer(0, 6), table] if table else [])]
    beside = Table([[scatter, side]], colWidths=[222, None])
    beside.setStyle(_PLAIN)
    return [Paragraph("Right against left", SUBHEADING), beside]


def numbers(result: AnalysisResult, fonts: FontSet) -> Table | None:
    """The secondary numbers of the relation, as far as there are any."""
    found, rest = result.commissure, result.movement.rest_sd_mm
    rows = [
        ("Spearman's rho", _known(found.spearman_rho, units.coefficient)),
        ("Highest R within 0.5 s of shift", _known(found.max_lag_r, units.coefficient)),
        ("Lag there (positive: left follows)", _known(found.lag_s, units.fine_seconds)),
        ("Gain, left over right", _known(found.gain, units.coefficient)),
        ("Effective sample size", _known(found.n_eff, units.samples)),
    ]
    if found.nonlinearity is not None:
        rows += [
            ("Parabola over line, gain in R\N{SUPERSCRIPT TWO}", units.fine_coefficient(found.nonlinearity.delta_r2)),
            ("Hysteresis", units.fine_coefficient(found.nonlinearity.hysteresis)),
        ]
    if rest is not None:
        rows += [
            ("Noise at rest, right", units.fine_millimetres(rest.right)),
            ("Noise at rest, left", units.fine_millimetres(rest.left)),
        ]
    known = [(key, value) for key, value in rows if value]
    return _table(known, fonts, key_width=158, width=273) if known else None


def quality(report: ExamReport, fonts: FontSet) -> list[Flowable]:
    """What each recording's numbers rest on."""
    blocks: list[list[Flowable]] = []
    for each in report.instances:
        result = each.result
        rows = [
            ("In words", words.quality(result)),
            ("Limits", words.limits(result) or "none"),
            ("Frames not used", words.rejected(result)),
            ("Sides measured apart", tracking_words.apart(result)),
            ("Texture of the skin", tracking_words.texture(result.tracking)),
            ("A side at rest may read", tracking_words.leak(result.tracking, report.settings.analysis)),
            ("Movement", words.segments(result)),
            ("Frame rate", words.frame_rate(result)),
            ("Scale", words.scale(result)),
            ("Mirroring", words.mirrored(result)),
        ]
        blocks.append(
            [Paragraph(fonts.markup(each.label, bold=True), SUBHEADING), _table([row for row in rows if row[1]], fonts)]
        )
    return _headed("Can it be trusted?", blocks)


def method(report: ExamReport, fonts: FontSet) -> list[Flowable]:
    """What the numbers mean, and what they do not."""
    settings = report.settings.analysis
    told = [(name, words.sentence(meaning)) for name, meaning in explanations.method(settings)]
    others = not all(explanations.hold_for(each.result, settings) for each in report.instances)
    return [
        Paragraph("What the numbers mean", HEADING),
        Paragraph(explanations.SIDES, BODY),
        Spacer(0, 4),
        _table(told, fonts),
        *([Spacer(0, 4), Paragraph(fonts.markup(explanations.OTHERWISE_ANALYSED), BODY)] if others else []),
        KeepTogether(
            [
                Paragraph("Read with care", SUBHEADING),
                Paragraph(fonts.markup(explanations.SYMMETRY_CAUTION), BODY),
                Spacer(0, 5),
                Paragraph(fonts.markup(explanations.REFERENCE), BODY),
            ]
        ),
    ]


def provenance(report: ExamReport, fonts: FontSet) -> list[Flowable]:
    """What it would take to get the same numbers again."""
    blocks: list[list[Flowable]] = []
    header = report.sources[0].header if report.sources else None
    for each in report.instances:
        made = each.result.provenance
        rows = [
            ("Software", f"{made.software}, pipeline version {made.pipeline_version}"),
            ("Analysed", local(made.created, header).strftime("%Y-%m-%d %H:%M %Z").strip()),
            ("Model SHA-256", made.model_sha256),
            ("Configuration SHA-256", made.config_sha256),
            ("Source instance", each.source.sop_instance_uid if each.source else "a file without a DICOM identity"),
            ("Source study", each.source.study_instance_uid if each.source else "none"),
        ]
        blocks.append([Paragraph(fonts.markup(each.label, bold=True), SUBHEADING), _table(rows, fonts)])
    return _headed("Where this came from", blocks)


def _headed(heading: str, blocks: list[list[Flowable]]) -> list[Flowable]:
    """Blocks that are not torn apart, the first of them under a heading."""
    first, *others = blocks
    return [KeepTogether([Paragraph(heading, HEADING), *first]), *(KeepTogether(block) for block in others)]


def _known(value: float | None, written: Callable[[float], str]) -> str:
    return "" if value is None else written(value)


_PLAIN = TableStyle(
    [
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def _table(rows: list[Row], fonts: FontSet, *, key_width: float = 116, width: float = 495) -> Table:
    cells = [
        [
            Paragraph(fonts.markup(key), KEY),
            Paragraph(fonts.markup(value), HASH if "SHA" in key or "Source" in key else VALUE),
        ]
        for key, value in rows
    ]
    table = Table(cells, colWidths=[key_width, width - key_width], hAlign="LEFT")
    table.setStyle(RULED)
    return table
