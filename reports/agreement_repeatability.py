"""repeatability.pdf: by how much each number must change before it is a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from analysis.counting import counted
from analysis.evaluation.repeatability import FEW_PATIENTS, Limits, MeasureRepeatability, Repeatability
from reports import units
from reports.agreement_methods import key_table
from reports.fonts import FontSet
from reports.research_pages import Cover, research_pdf
from reports.style import BODY, BULLET, CELL_HEAD, HEADING, KEY, RULED, SMALL, STRONG, VALUE

TITLE = "Repeatability of Vultus"
_METHODS = [
    (
        "SD",
        "Standard deviation of one patient's repeated values, from one-way analysis of variance (Bland and Altman 1996); "
        "differences between first and later visits are in it. Interval from chi-square. Also called standard error of "
        "measurement.",
    ),
    (
        "Smallest detectable change",
        "1.96 x sqrt(2) x SD: two values of one patient differ by less than this 19 times in 20 although nothing has changed. "
        "Also called the repeatability coefficient.",
    ),
    (
        "ICC",
        "Share of all variance that is between patients: (1,1) visits in any order, (2,1) visits in their order (Shrout and "
        "Fleiss 1979; McGraw and Wong 1996). It depends on how much the patients differ; the smallest detectable change does "
        "not.",
    ),
    (
        "Second less first",
        "Mean of second minus first visit. An interval without 0: practice, fatigue, or a true change.",
    ),
    (
        "SD grows",
        "Spearman's rank correlation of each patient's SD with the patient's mean, p < 0.05. One smallest detectable change "
        "then is too strict for small and too lax for large values, and a factor is given: a value must change by it. "
        "Of twenty numbers one shows it, and one a mean difference, by chance.",
    ),
]


def render_repeatability(found: Repeatability, *, page_size: str = "A4") -> bytes:
    """The whole report. Identical values give identical bytes."""
    fonts = FontSet()
    cover = Cover(
        title=TITLE,
        facts=(
            f"{counted(found.n, 'patient')} recorded twice or more",
            f"{found.software}, pipeline version {found.pipeline_version}",
            f"{found.created:%Y-%m-%d %H:%M} UTC",
        ),
        page_size=page_size,
    )
    return research_pdf(cover, list(_story(found, fonts)), fonts)


def _story(found: Repeatability, fonts: FontSet) -> Iterator[Flowable]:
    yield Paragraph("Smallest detectable change", HEADING)
    lead = (
        "A later examination of a patient shows a change where a number differs by more than this. It holds for recordings "
        "made as these were, and for this pipeline version."
    )
    yield Paragraph(fonts.markup(lead), BODY)
    if found.few:
        few = (
            f"Only {found.n} patients: every figure here is rough, and marked. With {FEW_PATIENTS} patients seen twice the "
            "interval of a smallest detectable change still reaches from 0.7 to 1.8 times its value; with 50, from 0.8 to 1.2 "
            "times."
        )
        yield Spacer(0, 4)
        yield Paragraph(fonts.markup(few, bold=True), STRONG)
    yield Spacer(0, 6)
    main = [each for each in found.measures if each.main]
    yield _table(main, fonts)
    others = len(found.measures) - len(main)
    if others:
        yield Spacer(0, 4)
        yield Paragraph(
            fonts.markup(f"{others} more lengths and angles are in repeatability.csv and repeatability.json."), SMALL
        )
    yield from _notes(found, fonts)
    yield KeepTogether([Paragraph("How it was computed", HEADING), key_table(_METHODS, fonts)])


def _table(measures: list[MeasureRepeatability], fonts: FontSet) -> Table:
    heads = (
        "Number",
        "Patients",
        "Smallest detectable change",
        "SD",
        "Mean",
        "ICC(1,1)",
        "ICC(2,1)",
        "Second less first",
    )
    cells: list[list[Flowable]] = [[Paragraph(fonts.markup(text, bold=True), CELL_HEAD) for text in heads]]
    for each in measures:
        written = _written(each.unit)
        sdc = f"{written(each.sdc)} {each.unit}".strip()
        unit = f" ({each.unit})" if each.unit else ""
        cells.append(
            [
                Paragraph(fonts.markup(each.label + unit), VALUE),
                Paragraph(fonts.markup(f"{each.n}{', few' if each.few else ''}"), VALUE),
                _two(sdc, f"{written(each.sdc_interval.low)} to {written(each.sdc_interval.high)}", fonts, strong=True),
                _two(written(each.sd), f"{written(each.sd_interval.low)} to {written(each.sd_interval.high)}", fonts),
                Paragraph(fonts.markup(written(each.mean)), VALUE),
                _limits(each.icc_1_1, units.coefficient, fonts),
                _limits(each.icc_2_1, units.coefficient, fonts),
                _limits(each.bias, written, fonts),
            ]
        )
    table = Table(cells, colWidths=[112, 40, 80, 58, 38, 54, 54, 59], hAlign="LEFT", repeatRows=1)
    table.setStyle(RULED)
    return table


def _written(unit: str) -> Callable[[float], str]:
    return units.coefficient if unit in ("", "mm", "Hz", "s") else units.tenths


def _two(value: str, interval: str, fonts: FontSet, *, strong: bool = False) -> Flowable:
    first = Paragraph(fonts.markup(value, bold=strong), STRONG if strong else VALUE)
    return _stacked([first, Paragraph(fonts.markup(interval), KEY)])


def _limits(found: Limits | None, written: Callable[[float], str], fonts: FontSet) -> Flowable:
    if found is None:
        return Paragraph("", VALUE)
    if found.low is None or found.high is None:
        return Paragraph(fonts.markup(written(found.value)), VALUE)
    return _two(written(found.value), f"{written(found.low)} to {written(found.high)}", fonts)


def _stacked(lines: list[Flowable]) -> Table:
    table = Table([[line] for line in lines])
    table.setStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)])
    table.setStyle([("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)])
    return table


def _notes(found: Repeatability, fonts: FontSet) -> Iterator[Flowable]:
    told = [
        f"{each.label}: the SD grows with the mean (Spearman {units.coefficient(each.trend.rho)}"
        + (
            f"); a change by a factor of {units.coefficient(each.sdc_factor)} is detectable."
            if each.sdc_factor
            else "); one smallest detectable change does not fit all values."
        )
        for each in found.measures
        if each.main and each.trend is not None and each.trend.grows
    ]
    told += [
        f"{each.label}: second and first visit differ on average by {_written(each.unit)(each.bias.value)} {each.unit}".strip()
        + ", more than chance alone explains."
        for each in found.measures
        if each.main and each.bias is not None and _apart(each.bias)
    ]
    told += [
        f"{each.label}: not assessable in enough visits of {counted(each.left_out, 'patient')}, not in its figures."
        for each in found.measures
        if each.main and each.left_out
    ]
    told += [f"{each.label}: no figure; {each.reason}." for each in found.refused if each.main]
    if found.without_result:
        told.append(
            f"Recordings of the table without a result: {len(found.without_result)}; repeatability.json names them."
        )
    if found.single:
        told.append(f"Patients with one result only, who are not in the figures: {found.single}.")
    if told:
        yield Paragraph("To be noted", HEADING)
        for text in told:
            yield Paragraph(fonts.markup(text), BULLET, bulletText="\N{EN DASH}")


def _apart(bias: Limits) -> bool:
    return bias.low is not None and bias.high is not None and (bias.low > 0 or bias.high < 0)


def in_short(found: Repeatability) -> Iterator[str]:
    """One line for each number that reports show."""
    for each in found.measures:
        if each.main:
            written = _written(each.unit)
            low, high = written(each.sdc_interval.low), written(each.sdc_interval.high)
            few = ", few patients" if each.few else ""
            change = f"{written(each.sdc)} {each.unit}".strip()
            yield f"{each.label}: smallest detectable change {change} ({low} to {high}), {counted(each.n, 'patient')}{few}"
    for refused in (each for each in found.refused if each.main):
        yield f"{refused.label}: no figure; {refused.reason}"
