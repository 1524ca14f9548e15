"""Facial palsy behind the answer: grades with their evidence, regions, movements found, measures in every posture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from analysis.palsy.postures import Task
from analysis.palsy.results import (
    Measured,
    MeasuredSides,
    Palsy,
    PostureResult,
    RegionalMeasures,
    RegionResult,
    Repetition,
    StillResult,
)
from analysis.values import Side
from reports import explanations, palsy_words, units, words
from reports.exam import ExamReport
from reports.fonts import FontSet
from reports.palsy_answer import split_evidence
from reports.style import (
    BODY,
    BULLET,
    CELL,
    CELL_HEAD,
    HEADING,
    KEY,
    RULED,
    SIDE,
    SMALL,
    STRONG,
    SUBHEADING,
    VALUE,
)

WIDTH = 495.0
POSTURES_ABREAST = 5
_MEASURES_NOTE = (
    "Definitions follow Emotrics: heights from the pupil at rest, lips from the line of the pupils, angles of the line from the "
    "midline of the lower lip to the corner (90 is level). In brackets the 95 % interval, with the scale's uncertainty. R and L "
    "are the patient's own sides."
)


def palsy_details(report: ExamReport, palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    """Everything but the curves, in the order in which it is asked for."""
    return [
        *_grades(palsy, fonts),
        *_more_evidence(palsy, fonts),
        *_regions(palsy, fonts),
        *_movements(report, palsy, fonts),
        *_postures(palsy, fonts),
    ]


def _grades(palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    rows: list[tuple[str, str, str]] = [
        (
            "House-Brackmann",
            palsy_words.grade(palsy.house_brackmann),
            palsy_words.house_brackmann_made_of(palsy.house_brackmann),
        )
    ]
    for scale in palsy_words.SCALES:
        found = palsy_words.score(palsy, scale)
        known = found is not None and found.total is not None
        value = palsy_words.total(found) if found is not None else palsy_words.NOT_GRADED
        standing = "" if found is None else palsy_words.category(found)
        items = "" if found is None else words.sentence(palsy_words.items(found))
        made = (
            f"{words.sentence(scale.best)} {palsy_words.score_made_of(found)}"
            if known
            else palsy_words.score_made_of(found)
        )
        rows.append((scale.name, f"{value}, {standing}" if standing else value, f"{made} {items}".strip()))
    cells = [[_head(text, fonts) for text in ("Scale", "Equivalent estimate (95 %)", "What it is made of")]]
    cells += [
        [_text(name, fonts, strong=True), _text(value, fonts, strong=True), _text(made, fonts)]
        for name, value, made in rows
    ]
    table = Table(cells, colWidths=[104, 130, WIDTH - 234], hAlign="LEFT", repeatRows=1)
    table.setStyle(RULED)
    return [
        KeepTogether([Paragraph("Grades, equivalent estimates", HEADING), table]),
        Spacer(0, 5),
        Paragraph(fonts.markup(explanations.EQUIVALENT), SMALL),
    ]


def _more_evidence(palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    _, more = split_evidence(palsy)
    said = [*more, *(palsy_words.co_movement(each) for each in palsy.co_movements)]
    if not said:
        return []
    bullets = [Paragraph(fonts.markup(each), BULLET, bulletText="\N{EN DASH}") for each in said]
    heading = Paragraph("Further evidence for side and pattern", SUBHEADING)
    return [KeepTogether([heading, bullets[0]]), *bullets[1:]]


def _regions(palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    if not palsy.regions:
        return []
    heads = ("Region", "Right (95 %)", "Left (95 %)", "Smaller over larger (95 %)")
    cells = [[_head(text, fonts) for text in heads]]
    style = list(RULED.getCommands())
    for row, each in enumerate(palsy.regions, start=1):
        first = _text(palsy_words.REGION[each.region], fonts, strong=True)
        if each.right is None or each.left is None:
            why = f"Not assessable: {each.reason or 'no reason was recorded'}."
            cells.append([first, _text(why, fonts), "", ""])
            style.append(("SPAN", (1, row), (3, row)))
            continue
        cells.append([first, *(_text(value, fonts) for value in _region_values(each))])
    table = Table(cells, colWidths=[124, 118, 118, WIDTH - 360], hAlign="LEFT", repeatRows=1)
    table.setStyle(TableStyle(style))
    return [KeepTogether([Paragraph("Voluntary movement, region by region", HEADING), table])]


def _region_values(each: RegionResult) -> Iterator[str]:
    for number in (each.right, each.left):
        yield "" if number is None else palsy_words.moved(number, each.region, interval=True)
    if each.share is None:
        yield words.sentence(each.reason or "not given")
        return
    low, high = each.share.interval.low, each.share.interval.high
    said = f"{palsy_words.share(each)} ({units.between_percentages(low, high)})"
    yield f"{said}. {words.sentence(each.reason)}" if each.reason else said


def _movements(report: ExamReport, palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    labels = {source.sop_instance_uid: each.label for each in report.instances if (source := each.source) is not None}
    several = len(report.instances) > 1
    heads = ("Movement", "Times", "Found", *(("Recording",) if several else ()))
    cells = [[_head(text, fonts) for text in heads]]
    ordered = sorted(palsy.movements, key=lambda each: (tuple(Task).index(each.task), each.source or "", each.start_s))
    for task, group in groupby(ordered, key=lambda each: each.task):
        found = list(group)
        row = [
            _text(palsy_words.TASK[task], fonts, strong=True),
            [_text(palsy_words.times(each), fonts) for each in found],
            _text(palsy_words.found_by(found), fonts),
        ]
        cells.append([*row, _text(_recordings(found, labels), fonts)] if several else row)
    missing = palsy_words.missing_tasks(palsy)
    story: list[Flowable] = [Paragraph("Movements found", HEADING)]
    if palsy.movements:
        widths = [130, 175, 110, WIDTH - 415] if several else [150, 200, WIDTH - 350]
        table = Table(cells, colWidths=widths, hAlign="LEFT", repeatRows=1)
        table.setStyle(RULED)
        story.append(table)
    else:
        story.append(Paragraph("No movement was found.", BODY))
    story += [Spacer(0, 4), Paragraph(fonts.markup(missing or "No movement is missing."), BODY)]
    return [KeepTogether(story)]


def _recordings(found: Sequence[Repetition], labels: dict[str, str]) -> str:
    named = dict.fromkeys(labels.get(each.source or "", "not among these recordings") for each in found)
    return ", ".join(named)


def _postures(palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    if not palsy.postures:
        return []
    groups = [
        palsy.postures[start : start + POSTURES_ABREAST] for start in range(0, len(palsy.postures), POSTURES_ABREAST)
    ]
    tables = [_posture_table(group, fonts) for group in groups]
    return [
        KeepTogether([Paragraph("Measures at rest and in each movement", HEADING), tables[0]]),
        *(KeepTogether([Spacer(0, 8), table]) for table in tables[1:]),
        Spacer(0, 4),
        Paragraph(fonts.markup(f"{_MEASURES_NOTE} Medians over what was held of each movement."), SMALL),
    ]


def photographs(palsy: Palsy, fonts: FontSet) -> list[Flowable]:
    """What was measured in photographs, and what moved between them."""
    tables = [
        _measure_table(
            [(palsy_words.shows(still), still) for still in palsy.stills[start : start + POSTURES_ABREAST]], fonts
        )
        for start in range(0, len(palsy.stills), POSTURES_ABREAST)
    ]
    return [
        Paragraph("Measures in photographs", HEADING),
        *(KeepTogether([Spacer(0, 4), table]) for table in tables),
        Spacer(0, 4),
        Paragraph(fonts.markup(_MEASURES_NOTE), SMALL),
        *_regions(palsy, fonts),
    ]


def _posture_table(postures: Sequence[PostureResult], fonts: FontSet) -> Table:
    return _measure_table(
        [(f"{palsy_words.BRIEF_TASK[posture.task]}, {posture.repetitions}x", posture) for posture in postures], fonts
    )


def _measure_table(columns: Sequence[tuple[str, RegionalMeasures]], fonts: FontSet) -> Table:
    first = 92.0
    each = (WIDTH - first) / POSTURES_ABREAST
    heads = [head for head, _ in columns]
    cells: list[list[object]] = [[Paragraph(fonts.markup(text, bold=True), CELL_HEAD) for text in ("", *heads)]]
    for name, said in palsy_words.MEASURES.items():
        if name == "commissure_travel_mm" and any(isinstance(measured, StillResult) for _, measured in columns):
            continue  # a single moment has not travelled
        values = [_both(getattr(measured, name), fonts) for _, measured in columns]
        cells.append([Paragraph(fonts.markup(f"{said.name}, {said.unit}"), CELL), *values])
    table = Table(cells, colWidths=[first, *([each] * len(columns))], hAlign="LEFT")
    table.setStyle(_RULED_TIGHT)
    return table


def _both(sides: MeasuredSides | None, fonts: FontSet) -> list[Paragraph]:
    if sides is None:
        return [Paragraph(fonts.markup("hidden"), CELL)]
    return [
        Paragraph(fonts.markup(f"{SIDE[side].letter} {_measured(value)}"), CELL)
        for side, value in ((Side.RIGHT, sides.right), (Side.LEFT, sides.left))
    ]


def _measured(value: Measured) -> str:
    return f"{units.tenths(value.value)} ({units.between_coarse(value.interval.low, value.interval.high)})"


def _head(text: str, fonts: FontSet) -> Paragraph:
    return Paragraph(fonts.markup(text), KEY)


def _text(text: str, fonts: FontSet, *, strong: bool = False) -> Paragraph:
    return Paragraph(fonts.markup(text, bold=strong), STRONG if strong else VALUE)


_RULED_TIGHT = TableStyle(
    [*RULED.getCommands(), ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("VALIGN", (0, 0), (0, -1), "MIDDLE")]
)
