"""How the PDF looks: two accents that differ in lightness as well as in hue, one family of type, few sizes."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import TableStyle

from analysis.values import Side
from reports.fonts import BOLD, REGULAR

INK = HexColor("#1C2530")
MUTED = HexColor("#5B6673")
HAIRLINE = HexColor("#C9D0D8")
WASH = HexColor("#F1F4F7")
SHADE = HexColor("#E6ECF2")
WHITE = HexColor("#FFFFFF")

MARGIN = 50.0
FIRST_HEADER = 138.0
HEADER = 66.0
FOOTER = 52.0

PAGE_SIZES = {"A4": A4, "Letter": LETTER}


@dataclass(frozen=True, kw_only=True)
class SideStyle:
    """How one side of the face is drawn. Dash, marker and letter say the same as the colour."""

    letter: str
    name: str
    color: Color
    dash: tuple[float, ...]
    hollow: bool


SIDE = {
    Side.RIGHT: SideStyle(letter="R", name="Right", color=HexColor("#174E8C"), dash=(), hollow=False),
    Side.LEFT: SideStyle(letter="L", name="Left", color=HexColor("#D9822B"), dash=(4.0, 2.0), hollow=True),
}


def _style(name: str, size: float, leading: float, font: str = REGULAR, **more: object) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        bulletFontSize=size,
        leading=leading,
        textColor=more.pop("color", INK),
        **more,
    )


BODY = _style("body", 9.2, 12.8)
SMALL = _style("small", 8.0, 11.2, color=MUTED)
LEAD = _style("lead", 14.0, 19.5, spaceAfter=6.0)
HEADING = _style("heading", 12.5, 16.0, BOLD, spaceBefore=13.0, spaceAfter=5.0, keepWithNext=1)
SUBHEADING = _style("subheading", 9.2, 12.0, BOLD, spaceBefore=8.0, spaceAfter=3.0, keepWithNext=1)
ADVICE = _style("advice", 10.5, 15.0, leftIndent=12.0, bulletIndent=0.0, spaceAfter=3.0)
BULLET = _style("bullet", 8.8, 12.2, leftIndent=11.0, bulletIndent=0.0, spaceAfter=3.0)
CELL = _style("cell", 7.0, 9.0)
CELL_HEAD = _style("cell head", 7.6, 9.6, BOLD)
KEY = _style("key", 8.2, 11.6, color=MUTED)
VALUE = _style("value", 8.6, 11.6)
STRONG = _style("strong", 8.6, 11.6, BOLD)
HASH = _style("hash", 7.6, 11.6, splitLongWords=1)

RULED = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE),
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 2.4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.4),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
"""Rows parted by a hairline."""
