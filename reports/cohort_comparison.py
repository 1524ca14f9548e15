"""``comparison.pdf``: variables and groups against quality of life and outcome."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer

from analysis.cohort.compare import Comparison
from analysis.cohort.tables import summary
from analysis.counting import counted
from reports import cohort_comparison_words
from reports.cohort_canvas import FigureBlock
from reports.cohort_comparison_figures import comparison_figures
from reports.cohort_figures import called
from reports.cohort_pages import key_table, number_table, render
from reports.cohort_style import drawing
from reports.cohort_words import PAPER, probability
from reports.fonts import FontSet
from reports.style import BODY, HEADING, LEAD, SMALL

TITLE = "Spasms, quality of life and outcome"
_CAPTIONS = {
    "correlations": (
        "Correlations",
        "Spearman's rho with its 95 % interval. Filled: remains after correction. In the SF-36, where "
        "there is one, more is better, in the HFS-8 less.",
    ),
    "groups": ("Groups", "One mark a patient; boxes: median and quartiles, whiskers to 1.5 times their distance."),
    "outcomes": ("Outcomes by group", "Share of each category."),
}


def render_comparison(comparison: Comparison, *, page_size: str = "A4") -> bytes:
    """The report of a comparison as a PDF. It holds places of rows, and no pseudonym."""
    with drawing():
        return render(
            lambda fonts: _story(comparison, fonts),
            title=TITLE,
            about=counted(len(comparison.joined.frame), "patient"),
            page_size=page_size,
        )


def _story(comparison: Comparison, fonts: FontSet) -> list[Flowable]:
    story: list[Flowable] = [Paragraph(fonts.markup(cohort_comparison_words.verdict(comparison)), LEAD)]
    story += [Paragraph(fonts.markup(each), BODY) for each in cohort_comparison_words.joined(comparison)]
    tables = {"correlations": _correlations, "groups": _numbers, "outcomes": _categories}
    for name, figure in comparison_figures(comparison).items():
        heading, caption = _CAPTIONS[name]
        picture = [Paragraph(heading, HEADING), FigureBlock(figure, fonts), Paragraph(fonts.markup(caption), SMALL)]
        story += [KeepTogether(picture), Spacer(0, 5), tables[name](comparison, fonts)]
    if refused := _not_computed(comparison):
        story += [
            Paragraph("Not computed", HEADING),
            *(Paragraph(fonts.markup(each), BODY) for each in refused),
        ]
    story += [
        KeepTogether(
            [Paragraph("How it was done", HEADING), key_table(cohort_comparison_words.method(comparison), fonts)]
        ),
        Spacer(0, 6),
        Paragraph(fonts.markup(PAPER), BODY),
    ]
    return story


def _correlations(comparison: Comparison, fonts: FontSet) -> Flowable:
    found = [row for row in comparison.correlations if row.found is not None]
    rows = [
        (
            row.variable.label,
            row.measure.label,
            str(row.n),
            f"{row.found.rho:+.2f}",
            f"{row.found.low:+.2f} to {row.found.high:+.2f}",
            probability(row.found.p),
            _adjusted(row.p_adjusted),
        )
        for row in found
        if row.found is not None
    ]
    kept = [
        at for at, row in enumerate(found) if row.p_adjusted is not None and row.p_adjusted <= comparison.settings.alpha
    ]
    header = ("Variable", "With", "n", "rho", "95 % interval", "p", "adjusted p")
    return number_table(header, rows, fonts, widths=(112, 130, 36, 44, 83, 44, 46), words_in=2, marked=kept)


def _numbers(comparison: Comparison, fonts: FontSet) -> Flowable:
    return _differences(comparison, fonts, categorical=False)


def _categories(comparison: Comparison, fonts: FontSet) -> Flowable:
    return _differences(comparison, fonts, categorical=True)


def _differences(comparison: Comparison, fonts: FontSet, *, categorical: bool) -> Flowable:
    chosen = [
        row for row in comparison.differences if bool(row.measure.categories) is categorical and row.found is not None
    ]
    groups = comparison.joined.groups
    rows = [
        (
            row.measure.label,
            *(f"{summary(row.measure, each)}; n {each.n}" for each in row.summaries),
            "" if row.found.statistic is None else f"{row.found.statistic:.2f}",
            f"{row.found.effect:.2f}",
            probability(row.found.p),
            _adjusted(row.p_adjusted),
        )
        for row in chosen
        if row.found is not None
    ]
    kept = [
        at
        for at, row in enumerate(chosen)
        if row.p_adjusted is not None and row.p_adjusted <= comparison.settings.alpha
    ]
    effect = "Cramer's V" if categorical else "epsilon\N{SUPERSCRIPT TWO}"
    header = ("", *(called(name) for name in groups), "" if categorical else "H", effect, "p", "adjusted p")
    room = (495 - 84 - 30 - 44 - 38 - 44) / max(len(groups), 1)
    return number_table(header, rows, fonts, widths=(84, *(room,) * len(groups), 30, 44, 38, 44), marked=kept)


def _adjusted(p: float | None) -> str:
    return "" if p is None else probability(p)


def _not_computed(comparison: Comparison) -> list[str]:
    said = [
        f"{row.variable.label} with {row.measure.label}: {row.why_not}."
        for row in comparison.correlations
        if row.why_not
    ]
    said += [f"{row.measure.label} by group: {row.why_not}." for row in comparison.differences if row.why_not]
    return said
