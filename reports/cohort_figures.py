"""The figures of a fitted cohort: tree, scatter, pairs, silhouettes, choice of the number of groups."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from scipy.cluster.hierarchy import dendrogram

from analysis.cohort.assigned import group_names
from analysis.cohort.fit import Fit
from analysis.cohort.grouping import ward_tree
from analysis.cohort.variables import VARIABLES, Matrix
from reports.cohort_style import GROUP_STYLES, INK, MUTED, WHITE, drawing, gridded, new_figure

POINT: Final = 15.0


def called(name: str) -> str:
    """A group's name for people."""
    return name.replace("_", " ")


def fit_figures(fit: Fit) -> dict[str, Figure]:
    """Every figure by the stem of its file. Of a cohort without groups, those that show that there are none."""
    figures = {"number-of-groups": number_of_groups(fit), "dendrogram": tree(fit), "scatter": scatter(fit)}
    figures["pairs"] = pairs(fit)
    if fit.usable:
        figures["silhouettes"] = silhouette_plot(fit)
    return figures


def tree(fit: Fit) -> Figure:
    """Ward's tree, with the groups of the bisecting k-means as a strip below its leaves."""
    linked = ward_tree(fit.z)
    drawn = dendrogram(linked, no_plot=True)
    with drawing():
        figure = new_figure(2.6)
        axes = figure.add_subplot()
        lines = [np.column_stack(each) for each in zip(drawn["icoord"], drawn["dcoord"], strict=True)]
        axes.add_collection(LineCollection(lines, colors=MUTED, linewidths=0.7))
        high = float(linked[-1, 2])
        strip = 0.055 * high
        if fit.usable:
            cut = float(linked[-fit.chosen.groups, 2] + linked[1 - fit.chosen.groups, 2]) / 2
            axes.axhline(cut, color=INK, linewidth=0.8, linestyle=(0.0, (4.0, 3.0)))
            axes.text(
                10 * len(fit.z), cut, f" {fit.chosen.groups} groups", ha="right", va="bottom", fontsize=7.4, color=INK
            )
            for at, leaf in enumerate(drawn["leaves"] or ()):
                color = GROUP_STYLES[int(fit.chosen.labels[leaf])].color
                axes.add_patch(Rectangle((10 * at, -1.6 * strip), 10, strip, facecolor=color, edgecolor="none"))
            _named(axes, fit, above=True)
        axes.set_xlim(0, 10 * len(fit.z))
        axes.set_ylim(-2 * strip, 1.04 * high)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel("patients" + ("; strip: groups of the bisecting k-means" if fit.usable else ""))
        axes.set_ylabel("Ward distance (SD)")
    return figure


def scatter(fit: Fit) -> Figure:
    """Patients on the first two principal components of the z-scores, with what the components are made of."""
    centre = fit.z.mean(axis=0)
    _, singular, axes_of = np.linalg.svd(fit.z - centre, full_matrices=False)
    # a component has no sign of its own: rightwards and upwards is more
    axes_of = axes_of * np.where(axes_of.sum(axis=1, keepdims=True) < 0, -1, 1)
    share = 100 * singular**2 / np.sum(singular**2)
    outside = (fit.scale.standardised(fit.table.values[~fit.kept]) - centre) @ axes_of[:2].T
    with drawing():
        figure = new_figure(3.3)
        axes, loads = figure.subplots(1, 2, width_ratios=(2.4, 1.0))
        _points(axes, fit, (fit.z - centre) @ axes_of[:2].T, outside)
        if fit.usable:
            for number, group in enumerate(fit.model.groups):
                x, y = axes_of[:2] @ (np.array(group.centroid_z) - centre)
                style = GROUP_STYLES[number]
                axes.plot(
                    x,
                    y,
                    style.marker,
                    markersize=11,
                    markerfacecolor=style.color,
                    markeredgecolor=INK,
                    markeredgewidth=1.3,
                )
        axes.set_xlabel(f"first component ({share[0]:.0f} % of the variance)")
        axes.set_ylabel(f"second component ({share[1]:.0f} %)")
        gridded(axes)
        _named(axes, fit, above=True)
        _loadings(loads, axes_of)
    return figure


def _loadings(axes: Axes, axes_of: Matrix) -> None:
    rows = np.arange(len(VARIABLES))[::-1]
    for component, (offset, color) in enumerate(((0.18, INK), (-0.18, "#A9B4C0"))):
        axes.barh(rows + offset, axes_of[component], height=0.32, color=color, label=("first", "second")[component])
    axes.axvline(0, color=MUTED, linewidth=0.6)
    axes.set_yticks(rows, [each.label for each in VARIABLES])
    axes.set_xlim(-1, 1)
    axes.set_xlabel("weight in the component")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, handlelength=1.0)


def pairs(fit: Fit) -> Figure:
    """Each variable against each other, in their own units."""
    inside, outside = fit.table.values[fit.kept], fit.table.values[~fit.kept]
    with drawing():
        figure = new_figure(4.5)
        for axes, (first, second) in zip(figure.subplots(2, 3).flat, combinations(range(4), 2), strict=True):
            _points(axes, fit, inside[:, [first, second]], outside[:, [first, second]], size=8.0)
            axes.set_xlabel(VARIABLES[first].titled)
            axes.set_ylabel(VARIABLES[second].titled)
            gridded(axes)
    return figure


def silhouette_plot(fit: Fit) -> Figure:
    """How much nearer each patient is to its own group than to the next one."""
    names = group_names(fit)
    with drawing():
        figure = new_figure(2.7)
        axes = figure.add_subplot()
        row, ticks = 0, []
        for number in reversed(range(fit.chosen.groups)):
            widths = np.sort(fit.silhouettes[fit.chosen.labels == number])
            axes.barh(row + np.arange(len(widths)), widths, height=1.0, color=GROUP_STYLES[number].color)
            ticks.append((row + len(widths) / 2, f"{called(names[number])}\nmean {widths.mean():.2f}"))
            row += len(widths) + 3
        axes.axvline(fit.chosen.silhouette, color=INK, linewidth=0.8, linestyle=(0.0, (4.0, 3.0)))
        axes.axvline(0, color=MUTED, linewidth=0.6)
        axes.set_yticks([at for at, _ in ticks], [name for _, name in ticks])
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.set_xlabel(f"silhouette (dashed: mean {fit.chosen.silhouette:.2f}; below 0: nearer to another group)")
        axes.set_ylim(-2, row)
        gridded(axes, "x")
    return figure


def number_of_groups(fit: Fit) -> Figure:
    """How clear 2 to 6 groups are, beside cohorts without groups, and how well they come again."""
    groups = np.array(fit.against.groups)
    with drawing():
        figure = new_figure(2.3)
        clear, again = figure.subplots(1, 2)
        clear.plot(groups, fit.against.observed, "-o", color="#174E8C", markersize=4, label="this cohort")
        clear.plot(
            groups,
            fit.against.expected,
            linestyle=(0.0, (4.0, 2.0)),
            marker="s",
            color="#D9822B",
            markerfacecolor=WHITE,
            markersize=4,
            label="cohorts of one group, mean",
        )
        clear.set_ylabel("mean silhouette, Ward")
        clear.set_ylim(0, 1.25 * max(fit.against.observed.max(), fit.against.expected.max()))
        again.plot(
            groups, [each.stability for each in fit.tried], "-o", color="#174E8C", markersize=4, label="stability"
        )
        again.plot(
            groups,
            [each.adjusted_rand_ward for each in fit.tried],
            linestyle=(0.0, (4.0, 2.0)),
            marker="s",
            color="#D9822B",
            markerfacecolor=WHITE,
            markersize=4,
            label="agreement with Ward",
        )
        again.axhline(fit.settings.stable, color=MUTED, linewidth=0.8, linestyle=(0.0, (1.0, 2.0)))
        again.set_ylabel("adjusted Rand index")
        again.set_ylim(0, 1.25)
        for axes in (clear, again):
            axes.set_xticks(groups)
            axes.set_xlabel("groups")
            gridded(axes, "y")
            axes.legend(loc="upper center", ncols=2, handlelength=2.4)
    return figure


def _points(
    axes: Axes, fit: Fit, inside: NDArray[np.float64], outside: NDArray[np.float64], size: float = POINT
) -> None:
    if fit.usable:
        for number, name in enumerate(group_names(fit)):
            chosen = inside[fit.chosen.labels == number]
            style = GROUP_STYLES[number]
            axes.scatter(
                chosen[:, 0],
                chosen[:, 1],
                s=size,
                c=style.color,
                marker=style.marker,
                linewidths=0.3,
                edgecolors=INK,
                label=called(name),
            )
    else:
        axes.scatter(inside[:, 0], inside[:, 1], s=size, c=MUTED, linewidths=0.3, edgecolors=WHITE, label="patients")
    if len(outside):
        axes.scatter(outside[:, 0], outside[:, 1], s=2 * size, c=INK, marker="x", linewidths=0.9, label="stands alone")


def _named(axes: Axes, fit: Fit, *, above: bool) -> None:
    if not axes.get_legend_handles_labels()[0]:
        for number, name in enumerate(group_names(fit)):
            axes.scatter([], [], s=POINT, c=GROUP_STYLES[number].color, marker="s", label=called(name))
    axes.legend(
        loc="lower left" if above else "best",
        bbox_to_anchor=(0.0, 1.0) if above else None,
        ncols=4,
        handletextpad=0.2,
        columnspacing=1.4,
        borderaxespad=0.1,
    )
