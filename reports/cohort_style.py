"""How groups are drawn: marker and lightness say the same as the colour, so that a grey print can be read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTH: Final = 6.87
"""Inches: the width of the text on a page."""
INK, MUTED, HAIRLINE, SHADE, WHITE = "#1C2530", "#5B6673", "#C9D0D8", "#E6ECF2", "#FFFFFF"


@dataclass(frozen=True, kw_only=True)
class GroupStyle:
    """Colour, marker and dash of one group."""

    color: str
    marker: str
    dash: str | tuple[float, tuple[float, ...]]


GROUP_STYLES: Final = (
    GroupStyle(color="#86BDB2", marker="o", dash="solid"),
    GroupStyle(color="#D9822B", marker="s", dash=(0.0, (5.0, 2.0))),
    GroupStyle(color="#174E8C", marker="^", dash=(0.0, (2.0, 1.5))),
    GroupStyle(color="#A3506E", marker="D", dash=(0.0, (6.0, 2.0, 1.5, 2.0))),
    GroupStyle(color="#C7B25B", marker="v", dash=(0.0, (1.0, 1.0))),
    GroupStyle(color="#4A4A4A", marker="P", dash="solid"),
)


@contextmanager
def drawing() -> Iterator[None]:
    """Small type, thin lines, nothing that holds no data."""
    with mpl.rc_context(
        {
            "font.size": 8.0,
            "text.color": INK,
            "axes.labelsize": 8.0,
            "axes.labelcolor": INK,
            "axes.titlesize": 8.4,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.edgecolor": MUTED,
            "axes.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "grid.color": HAIRLINE,
            "grid.linewidth": 0.4,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelsize": 7.4,
            "ytick.labelsize": 7.4,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "xtick.major.size": 2.5,
            "ytick.major.size": 2.5,
            "legend.fontsize": 7.6,
            "legend.frameon": False,
            "axes.unicode_minus": True,
            "svg.hashsalt": "vultus",
            "path.simplify": False,
        }
    ):
        yield


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure, inches."""
    figure = Figure(figsize=(width, height), dpi=200, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def gridded(axes: Axes, axis: Literal["both", "x", "y"] = "both") -> None:
    """Hairlines behind the data."""
    axes.grid(visible=True, axis=axis)


def as_svg(figure: Figure) -> bytes:
    """The figure as SVG; the same figure gives the same bytes."""
    output = io.BytesIO()
    with drawing():
        figure.savefig(output, format="svg", metadata={"Date": None, "Creator": "Vultus"})
    return output.getvalue()


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 200 pixels an inch."""
    output = io.BytesIO()
    with drawing():
        figure.savefig(output, format="png", dpi=200, metadata={"Software": "Vultus"})
    return output.getvalue()
