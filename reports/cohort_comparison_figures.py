"""The figures of a comparison: correlations with their intervals, scores by group, outcomes by group."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.cohort.compare import Comparison, DifferenceRow
from analysis.cohort.variables import GROUP, VARIABLES
from reports.cohort_figures import called
from reports.cohort_style import GROUP_STYLES, INK, MUTED, WHITE, WIDTH, drawing, gridded, new_figure
from reports.cohort_words import probability

PER_ROW: Final = 4
_SEED: Final = 1
CATEGORY_GREYS: Final = ("#174E8C", "#86BDB2", "#D9822B", "#C9D0D8", "#A3506E", "#C7B25B", "#4A4A4A", "#E6ECF2")


def comparison_figures(comparison: Comparison) -> dict[str, Figure]:
    """Every figure by the stem of its file; none for a kind of measure that there is not."""
    figures: dict[str, Figure] = {}
    if any(row.found for row in comparison.correlations):
        figures["correlations"] = correlations(comparison)
    numbers = [row for row in comparison.differences if not row.measure.categories and row.found]
    if numbers:
        figures["groups"] = by_group(comparison, numbers)
    categories = [row for row in comparison.differences if row.measure.categories and row.found]
    if categories:
        figures["outcomes"] = outcomes(categories)
    return figures


def correlations(comparison: Comparison) -> Figure:
    """rho of each variable with each measure, and its interval; filled where it remains after correction."""
    measures = list(dict.fromkeys(row.measure.column for row in comparison.correlations))
    with drawing():
        figure = new_figure(0.85 + 0.165 * len(measures))
        panels = figure.subplots(1, len(VARIABLES), sharey=True)
        for axes, variable in zip(panels, VARIABLES, strict=True):
            for row in comparison.correlations:
                if row.variable is not variable or row.found is None:
                    continue
                at = measures.index(row.measure.column)
                kept = row.p_adjusted is not None and row.p_adjusted <= comparison.settings.alpha
                axes.plot([row.found.low, row.found.high], [at, at], color=INK if kept else MUTED, linewidth=1.0)
                axes.plot(
                    row.found.rho, at, "o", markersize=4.2, color=INK, markerfacecolor="#174E8C" if kept else WHITE
                )
            axes.axvline(0, color=MUTED, linewidth=0.6)
            axes.set_xlim(-1, 1)
            axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["-1", "", "0", "", "1"])
            axes.set_title(variable.label)
            axes.set_xlabel("rho")
            gridded(axes)
        panels[0].set_yticks(range(len(measures)), measures)
        panels[0].set_ylim(len(measures) - 0.4, -0.6)
        for axes in panels:
            axes.tick_params(axis="y", length=0, labelcolor=INK)
    return figure


def by_group(comparison: Comparison, rows: list[DifferenceRow]) -> Figure:
    """Every patient of each group with the median and the quartiles, a panel for each measure."""
    lines = -(-len(rows) // PER_ROW)
    columns = min(PER_ROW, len(rows))
    with drawing():
        figure = new_figure(1.75 * lines + 0.3, width=WIDTH * max(columns, 2) / PER_ROW)
        panels = figure.subplots(lines, columns, squeeze=False)
        for axes, row in zip(panels.flat, rows, strict=False):
            _boxes(axes, comparison, row)
        for axes in panels.flat[len(rows) :]:
            axes.set_visible(False)
    return figure


def _boxes(axes: Axes, comparison: Comparison, row: DifferenceRow) -> None:
    frame = comparison.joined.frame
    generator = np.random.default_rng(_SEED)
    names = [each.group for each in row.summaries]
    for at, name in enumerate(names):
        values = frame.loc[frame[GROUP] == name, row.measure.column].dropna().to_numpy(dtype=np.float64)
        style = GROUP_STYLES[at % len(GROUP_STYLES)]
        axes.boxplot(
            values,
            positions=[at],
            widths=0.62,
            showfliers=False,
            medianprops={"color": INK, "linewidth": 1.6},
            boxprops={"color": MUTED, "linewidth": 0.8},
            whiskerprops={"color": MUTED, "linewidth": 0.8},
            capprops={"color": MUTED, "linewidth": 0.8},
        )
        spread = at + generator.uniform(-0.2, 0.2, len(values))
        axes.scatter(spread, values, s=9, c=style.color, marker=style.marker, linewidths=0.25, edgecolors=INK, zorder=3)
    axes.set_xticks(range(len(names)), [called(name).replace(" ", "\n", 1) for name in names])
    axes.tick_params(axis="x", length=0, labelcolor=INK, labelsize=6.8)
    # the pseudonym column holds no measure: whatever a site calls its column, it is cut to the panel
    label = row.measure.label if len(row.measure.label) <= 22 else f"{row.measure.label[:21]}\N{HORIZONTAL ELLIPSIS}"
    axes.set_title(label)
    if row.p_adjusted is not None:
        axes.set_xlabel(f"adjusted p {_equal(row.p_adjusted)}", fontsize=7.2)
    gridded(axes, "y")


def outcomes(rows: list[DifferenceRow]) -> Figure:
    """Share of each category in each group."""
    with drawing():
        figure = new_figure(sum(0.62 + 0.2 * len(row.summaries) for row in rows))
        panels = figure.subplots(len(rows), 1, squeeze=False, height_ratios=[2 + len(row.summaries) for row in rows])
        for axes, row in zip(panels[:, 0], rows, strict=True):
            names = [each.group for each in row.summaries]
            left = np.zeros(len(names))
            for number, category in enumerate(row.measure.categories):
                counts = np.array([each.counts[number] for each in row.summaries])
                share = 100 * counts / np.array([each.n for each in row.summaries])
                color = CATEGORY_GREYS[number % len(CATEGORY_GREYS)]
                axes.barh(
                    names, share, left=left, height=0.7, color=color, edgecolor=WHITE, linewidth=0.6, label=category
                )
                for y, (start, width, count) in enumerate(zip(left, share, counts, strict=True)):
                    if width >= 5:
                        dark = number in (0, 4, 6)
                        axes.text(
                            start + width / 2,
                            y,
                            str(count),
                            ha="center",
                            va="center",
                            fontsize=7,
                            color=WHITE if dark else INK,
                        )
                left += share
            axes.set_yticks(range(len(names)), [f"{called(each.group)} (n = {each.n})" for each in row.summaries])
            axes.invert_yaxis()
            axes.set_xlim(0, 100)
            axes.tick_params(axis="y", length=0, labelcolor=INK)
            known = "" if row.p_adjusted is None else f", adjusted p {_equal(row.p_adjusted)}"
            axes.set_title(f"{row.measure.label}{known}")
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.0)
        panels[-1, 0].set_xlabel("patients of the group (%); numbers: patients")
    return figure


def _equal(p: float) -> str:
    said = probability(p)
    return said if said.startswith("<") else f"= {said}"
