"""The tables of a study of landmark errors that are not rates: variance, agreement of raters, distances from positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from analysis.evaluation.landmark_positions import LIMIT, Nrmse
from analysis.evaluation.landmark_study import LandmarkErrors
from reports import landmark_words as words
from reports.fonts import FontSet
from reports.landmark_plots import ErrorCurves
from reports.style import BODY, CELL_HEAD, HEADING, RULED, SMALL, VALUE

_ROOM_FOR_A_SECTION: Final = 130.0


def section(title: str) -> list[Flowable]:
    """A heading over a table that may go on to the next page: the style's own rule would keep all of it together."""
    loose = ParagraphStyle("loose heading", parent=HEADING, keepWithNext=0)
    return [CondPageBreak(_ROOM_FOR_A_SECTION), Paragraph(title, loose)]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], fonts: FontSet) -> Table:
    """A table with ruled rows; its head is repeated on every page."""
    cells = [
        [Paragraph(fonts.markup(head, bold=True), CELL_HEAD) for head in heads],
        *([Paragraph(fonts.markup(cell), VALUE) for cell in row] for row in rows),
    ]
    ruled = Table(cells, colWidths=list(widths), hAlign="LEFT", repeatRows=1)
    ruled.setStyle(RULED)
    return ruled


def anova_table(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    """The analysis of variance, or why there is none."""
    anova = study.anova
    title = Paragraph("Analysis of variance of the weighted error", HEADING)
    if anova.reason is not None:
        return [KeepTogether([title, Paragraph(fonts.markup(f"Not computed: {anova.reason}."), BODY)])]
    rows = [
        [
            each.effect,
            f"{each.df_effect}, {each.df_error}",
            words.NONE if each.f is None else f"{each.f:.2f}",
            words.NONE if each.epsilon is None else f"{each.epsilon:.2f}",
            words.p_value(each.p),
            words.NONE if each.partial_eta_squared is None else f"{each.partial_eta_squared:.2f}",
        ]
        for each in anova.effects
    ]
    # names of recordings may be names of people: they stay in the tables
    left_out = (
        f" Left out, because not every algorithm and feature was judged in them: {len(anova.left_out)} (named in landmarks.json)."
        if anova.left_out
        else ""
    )
    note = (
        f"{anova.recordings} recordings; algorithm and feature vary within each, severity between them. Means of each "
        "recording's pictures; every effect against its own variation between recordings, p after Greenhouse and "
        f"Geisser. A dash: recordings do not differ in it.{left_out} {words.weights(study)}"
    )
    return [
        KeepTogether(
            [
                title,
                table(
                    ["Effect", "df", "F", "epsilon", "p", "partial eta\N{SUPERSCRIPT TWO}"],
                    rows,
                    [165, 60, 60, 60, 60, 80],
                    fonts,
                ),
                Spacer(0, 3),
                Paragraph(fonts.markup(note), SMALL),
            ]
        )
    ]


def agreement_table(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    """Every pair of raters, all of them, and each with himself or herself."""
    rows = []
    for each in study.agreement:
        figure = each.reason or "" if each.value is None else f"{each.value:.2f}"
        if each.value is not None and each.low is not None and each.high is not None:
            figure += f" ({each.low:.2f} to {each.high:.2f})"
        equal = words.NONE if each.equal is None else words.percent(each.equal)
        who = (
            f"{each.raters[0]} with himself or herself"
            if len(each.raters) == 1
            else " and ".join(each.raters)
            if len(each.raters) == 2
            else "all raters"
        )
        rows.append([who, each.statistic, f"{each.n} {each.of}", figure, equal])
    note = (
        "1: complete agreement, 0: as by chance; in brackets the 95 % interval. Kappa intervals take pictures for "
        "independent, which pictures of one recording are not: they are too narrow."
    )
    return [
        *section("How far the raters agree"),
        table(["Raters", "Statistic", "Of", "Value", "Equal ratings"], rows, [115, 105, 95, 120, 60], fonts),
        Spacer(0, 3),
        Paragraph(fonts.markup(note), SMALL),
    ]


def position_errors(nrmse: Nrmse, fonts: FontSet) -> list[Flowable]:
    """The cumulative curves and what is read from them."""
    rows = [
        [
            words.algorithm_name(each.algorithm),
            str(each.frames),
            str(each.lost),
            words.NONE if each.median is None else words.percent(each.median),
            f"{each.area.value:.2f}"
            + (
                f" ({each.area.low:.2f} to {each.area.high:.2f})"
                if each.area.low is not None and each.area.high is not None
                else ""
            ),
            words.with_interval(each.failures),
        ]
        for each in nrmse.algorithms
    ]
    heads = ["Algorithm", "Frames", "Not found", "Median error", "Area under the curve", "Failures"]
    note = (
        f"Root mean square distance of {len(nrmse.points)} points from where people marked them, in the inter-ocular "
        f"distance ({nrmse.normalised_by}), on {nrmse.frames} frames. Area and failures up to {100 * LIMIT:g} %; a "
        "frame in which nothing was found is a failure."
    )
    return [
        KeepTogether(
            [
                Paragraph("Distance from marked positions", HEADING),
                ErrorCurves(nrmse, fonts),
                table(heads, rows, [120, 50, 55, 70, 115, 85], fonts),
                Spacer(0, 3),
                Paragraph(fonts.markup(note), SMALL),
            ]
        )
    ]
