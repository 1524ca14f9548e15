"""Agreement and repeatability as tables for a spreadsheet or a statistics program: one figure a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from analysis.evaluation.agreement_values import Agreement, Comparison, Panel, Statistic
from analysis.evaluation.repeatability import Repeatability

_AGREEMENT = (
    "scale",
    "first",
    "second",
    "graded",
    "assessed",
    "declined",
    "statistic",
    "value",
    "low_95",
    "high_95",
    "n",
    "note",
)
_REPEATABILITY = (
    "measure",
    "label",
    "unit",
    "patients",
    "values",
    "left_out",
    "few",
    "mean",
    "sd",
    "sd_low_95",
    "sd_high_95",
    "sdc",
    "sdc_low_95",
    "sdc_high_95",
    "sdc_factor",
    "icc_1_1",
    "icc_1_1_low_95",
    "icc_1_1_high_95",
    "icc_2_1",
    "icc_2_1_low_95",
    "icc_2_1_high_95",
    "bias",
    "bias_low_95",
    "bias_high_95",
    "trend_rho",
    "trend_p",
    "sd_grows",
    "note",
)
Cell = str | int | float | None


def agreement_csv(agreement: Agreement) -> str:
    """One row for each statistic of each pair, and of all raters at once; ``declined``: second's refusals to grade."""
    lines: list[Sequence[Cell]] = []
    for scale in agreement.scales:
        for comparison in (*scale.ours, *scale.raters):
            lines += _of_pair(comparison)
        if scale.panel is not None:
            lines += _of_panel(scale.panel)
    return _written(_AGREEMENT, lines)


def _of_pair(found: Comparison) -> Iterator[Sequence[Cell]]:
    head = (found.scale, found.first, found.second, found.graded, found.assessed, found.declined)
    yield from _rows(head, found.statistics, found.notes)


def _of_panel(panel: Panel) -> Iterator[Sequence[Cell]]:
    head = (panel.scale, "all raters", " + ".join(panel.raters), panel.recordings, panel.recordings, None)
    yield from _rows(head, panel.statistics, panel.notes)


def _rows(head: Sequence[Cell], statistics: Sequence[Statistic], notes: Sequence[str]) -> Iterator[Sequence[Cell]]:
    for each in statistics:
        yield (*head, each.name, each.value, each.low, each.high, each.n, None)
    for note in notes:
        yield (*head, None, None, None, None, None, note)


def recordings_csv(agreement: Agreement) -> str:
    """The key of the study's owner: which number is which recording, and whether it was left aside."""
    why = dict.fromkeys(agreement.without_grade, "without a grade")
    why |= dict.fromkeys(agreement.without_result, "without a result")
    lines = [(at, name, why.get(name, "")) for at, name in enumerate(agreement.recordings, start=1)]
    return _written(("number", "recording", "left_aside"), lines)


def repeatability_csv(found: Repeatability) -> str:
    """One row for each number; of those of which nothing can be said, the reason."""
    lines: list[Sequence[Cell]] = []
    for each in found.measures:
        correlations = [
            figure
            for limits in (each.icc_1_1, each.icc_2_1, each.bias)
            for figure in ((limits.value, limits.low, limits.high) if limits else (None, None, None))
        ]
        trend = (each.trend.rho, each.trend.p, str(each.trend.grows).lower()) if each.trend else (None, None, None)
        lines.append(
            (
                *(each.measure, each.label, each.unit, each.n, each.values, each.left_out, str(each.few).lower()),
                *(each.mean, each.sd, each.sd_interval.low, each.sd_interval.high),
                *(each.sdc, each.sdc_interval.low, each.sdc_interval.high, each.sdc_factor),
                *correlations,
                *trend,
                None,
            )
        )
    for refused in found.refused:
        empty = [None] * (len(_REPEATABILITY) - 5)
        lines.append((refused.measure, refused.label, None, refused.n, *empty, refused.reason))
    return _written(_REPEATABILITY, lines)


def _written(header: Sequence[str], lines: Sequence[Sequence[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in line] for line in lines)
    return text.getvalue()
