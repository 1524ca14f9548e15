"""How the figures of agreement and of repeatability were computed, in words, with their sources."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from analysis.evaluation.agreement_scales import Kind
from analysis.evaluation.agreement_values import Agreement
from reports.fonts import FontSet
from reports.style import BODY, HEADING, KEY, RULED, VALUE

_KAPPA = (
    "Kappa",
    "Agreement beyond what chance alone would give; 1 is perfect, 0 no better than chance (Cohen 1960, 1968). Weighted kappa "
    "counts a grade that is one step off as partly right: linear weights (Cicchetti and Allison 1971), quadratic weights "
    "(Fleiss and Cohen 1973). Large-sample interval of Fleiss, Cohen and Everitt 1969: below about 2 k x k recordings of k "
    "grades (72 of six) it is rough (Cicchetti 1981). Kappa depends on how often each grade occurs.",
)
_SHARES = ("Same grade, within one", "Shares with Wilson's interval (Wilson 1927).")
_ICC = (
    "ICC(2,1)",
    "Intraclass correlation for absolute agreement: the share of all variance that is between patients (Shrout and Fleiss 1979; "
    "interval of McGraw and Wong 1996). It depends on how much the patients differ.",
)
_LIMITS = (
    "Limits of agreement",
    "Mean difference and the limits between which 95 % of differences are expected (Bland and Altman 1986, 1999), with exact "
    "intervals for normally distributed differences (Carkeet 2015).",
)
_TOGETHER = (
    "All raters together",
    "Of at least two raters: the median of scores and grades (of an even number, where it falls between two grades, the worse "
    "one), the majority of what has no order.",
)
_PANEL = (
    "All raters at once",
    "Fleiss' kappa (1971), interval of Gwet 2021; ICC(2,1), of ordinal grades counted I = 1 and so on.",
)
_CAUTION = (
    "Each recording counts once and as if on its own. Where several show the same patient, the intervals are too narrow. Grades "
    "of Vultus are its own formulas' equivalent of a scale, not validated on patients."
)


def agreement_methods(agreement: Agreement, fonts: FontSet) -> list[Flowable]:
    """Only what was used."""
    kinds = {scale.kind for scale in agreement.scales}
    graded = kinds & {Kind.ORDINAL, Kind.NOMINAL}
    scored = Kind.CONTINUOUS in kinds
    rows = [
        *([_KAPPA, _SHARES] if graded else []),
        *([_ICC, _LIMITS] if scored else []),
        *([_TOGETHER] if len(agreement.raters) > 1 else []),
        *([_PANEL] if len(agreement.raters) > 2 else []),
    ]
    return [
        KeepTogether(
            [
                Paragraph("How it was computed", HEADING),
                key_table(rows, fonts),
                Spacer(0, 5),
                Paragraph(fonts.markup(_CAUTION), BODY),
            ]
        )
    ]


def key_table(rows: list[tuple[str, str]], fonts: FontSet) -> Table:
    """Names on the left, what they mean on the right."""
    cells = [[Paragraph(fonts.markup(key), KEY), Paragraph(fonts.markup(value), VALUE)] for key, value in rows]
    table = Table(cells, colWidths=[110, 385], hAlign="LEFT")
    table.setStyle(RULED)
    return table
