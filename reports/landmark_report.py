"""The report of a study of landmark errors as a PDF: the answer first, then every table, then how it was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from analysis.evaluation.landmark_rates import ErrorRate
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_study import LandmarkErrors
from reports import landmark_words as words
from reports.fonts import FontSet
from reports.landmark_method import method
from reports.landmark_plots import RatePlot, RateRow
from reports.landmark_report_tables import agreement_table, anova_table, position_errors, section, table
from reports.research_pages import Cover, research_pdf
from reports.style import BODY, BULLET, HEADING, LEAD, SMALL

_OVERALL: Final = "All features"


def render_landmark_report(study: LandmarkErrors, *, page_size: str = "A4") -> bytes:
    """The whole report. Identical studies give identical bytes; no picture of a face."""
    fonts = FontSet()
    cover = Cover(title=words.TITLE, facts=(words.counted(study), study.software), page_size=page_size)
    return research_pdf(cover, _story(study, fonts), fonts)


def _story(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    story: list[Flowable] = [Spacer(0, 6)]
    for algorithm in study.algorithms:
        rate = study.overall(algorithm)
        said = f"{words.algorithm_name(algorithm)}: weighted error {words.with_interval(rate.weighted)}"
        story.append(Paragraph(fonts.markup(said), LEAD))
    story += [Paragraph(fonts.markup(each), BULLET, bulletText=words.NONE) for each in words.differences(study)]
    story += [Spacer(0, 10), RatePlot(_by_feature(study), study.algorithms, fonts), Spacer(0, 5)]
    note = f"Lines: 95 % intervals. {words.weights(study)}"
    story.append(Paragraph(fonts.markup(note), SMALL))
    story += [Spacer(0, 6), *(Paragraph(fonts.markup(each), BODY) for each in study.remarks)]
    story.append(KeepTogether([Paragraph("Raters", HEADING), _raters(study, fonts)]))
    story += _rates(study, fonts)
    if study.groups:
        story += _severities(study, fonts)
    story += _differences(study, fonts)
    story += anova_table(study, fonts)
    story += agreement_table(study, fonts)
    if study.nrmse is not None:
        story += position_errors(study.nrmse, fonts)
    return [*story, *method(study, fonts)]


def _by_feature(study: LandmarkErrors) -> list[RateRow]:
    rows = [
        _row(study, _OVERALL, _is_of(None, None)),
        *(_row(study, region.value.capitalize(), _is_of(region, None)) for region in FaceRegion),
    ]
    return [row for row in rows if any(rate is not None for rate in row.weighted)]


def _row(study: LandmarkErrors, label: str, wanted: Callable[[ErrorRate], bool]) -> RateRow:
    found = [
        next((r for r in study.rates if r.algorithm == each and not r.measured_only and wanted(r)), None)
        for each in study.algorithms
    ]
    return RateRow(
        label=label,
        weighted=[rate.weighted if rate else None for rate in found],
        major=[rate.major if rate else None for rate in found],
    )


def _is_of(region: FaceRegion | None, group: str | None) -> Callable[[ErrorRate], bool]:
    return lambda rate: rate.region is region and rate.group == group


def _raters(study: LandmarkErrors, fonts: FontSet) -> Table:
    rows = [[each.rater, str(each.rated), str(each.missing)] for each in study.raters]
    return table(["Rater", "Rated", "Missing"], rows, [160, 70, 70], fonts)


def _rates(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    rows = []
    for label, wanted in [
        (_OVERALL, _is_of(None, None)),
        *((region.value.capitalize(), _is_of(region, None)) for region in FaceRegion),
    ]:
        found = [rate for rate in study.rates if not rate.measured_only and wanted(rate)]
        rows += [_rate_cells(label if not place else "", rate) for place, rate in enumerate(found)]
    measured = [rate for rate in study.rates if rate.measured_only]
    rows += [
        _rate_cells("Frames that Vultus measures" if not place else "", rate) for place, rate in enumerate(measured)
    ]
    return [
        *section("Error rates by feature"),
        _rate_table("Feature", rows, fonts),
        Spacer(0, 3),
        Paragraph(fonts.markup(f"In brackets the 95 % interval. {words.weights(study)}"), SMALL),
    ]


def _severities(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    rows, plotted = [], []
    for group in study.groups:
        found = [rate for rate in study.rates if not rate.measured_only and _is_of(None, group)(rate)]
        rows += [_rate_cells(group if not place else "", rate) for place, rate in enumerate(found)]
        plotted.append(_row(study, group, _is_of(None, group)))
    note = f"{words.weights(study)} Feature by group stands in rates.csv."
    return [
        KeepTogether(
            [
                Paragraph("By severity", HEADING),
                RatePlot(plotted, study.algorithms, fonts),
                Spacer(0, 5),
                _rate_table("Group", rows, fonts),
                Spacer(0, 3),
                Paragraph(fonts.markup(note), SMALL),
            ]
        )
    ]


def _rate_cells(label: str, rate: ErrorRate) -> list[str]:
    return [
        label,
        words.algorithm_name(rate.algorithm),
        str(rate.pictures),
        str(rate.not_found),
        words.with_interval(rate.weighted),
        words.with_interval(rate.minor),
        words.with_interval(rate.major),
    ]


def _rate_table(first: str, rows: Sequence[Sequence[str]], fonts: FontSet) -> Table:
    heads = [first, "Algorithm", "Pictures", "Not found", "Weighted error", "Minor errors", "Major errors"]
    return table(heads, rows, [70, 100, 43, 48, 80, 77, 77], fonts)


def _differences(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    if not study.differences:
        return []
    rows = [
        [
            f"{words.algorithm_name(each.first)} less {words.algorithm_name(each.second)}",
            each.region.value if each.region else each.group or "all",
            str(each.pairs),
            words.points(each.weighted),
            words.points(each.major),
        ]
        for each in study.differences
    ]
    heads = ["On the same pictures", "Of", "Pairs", "Weighted error", "Major errors"]
    note = (
        "Percentage points, in brackets the 95 % interval; negative: the first errs less. The intervals stand each "
        f"for itself: of twenty, one leaves out the true value by chance alone. {words.weights(study)}"
    )
    return [
        *section("Algorithms against each other"),
        table(heads, rows, [165, 70, 40, 110, 110], fonts),
        Spacer(0, 3),
        Paragraph(fonts.markup(note), SMALL),
    ]
