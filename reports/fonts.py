"""Text of any script on a PDF page: fonts by glyph coverage, right-to-left order, shaping (docs/decisions/0004-fonts.md).

A new set of fonts is made for every document: ReportLab notes in a font which glyphs were used, and a document must not
depend on the ones before it.
"""

from __future__ import annotations

import io
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import pymupdf_fonts
from bidi import algorithm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeStr
from reportlab.pdfgen.canvas import Canvas

REGULAR = "FiraGO"
BOLD = "FiraGO-Bold"
CJK = "WenQuanYi-Micro-Hei"

MOST_CHARACTERS = 300
SMALLEST_SHRINK = 0.75
_NUMBER_AND_UNIT = re.compile(r"(\d) (?=(?:mm|s|px|fps|deg|pixels|samples|frames?)\b|%)")

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A piece of text in one font, ready to be drawn from left to right. ``spoken`` is its text in reading order."""

    font: str
    text: str
    spoken: str
    shaped: bool

    def width(self, size: float) -> float:
        """Advance in points."""
        if self.shaped and isinstance(self.text, ShapedStr):
            return float(sum(each.x_advance for each in self.text.__shapeData__)) * size / 1000.0
        return float(pdfmetrics.stringWidth(self.text, self.font, size))


class FontSet:
    """The fonts of one document. Making one registers them under their names, in place of any before."""

    def __init__(self) -> None:
        self._fonts: dict[str, TTFont] = {}
        self._register(TTFont(REGULAR, io.BytesIO(pymupdf_fonts.myfont("figo")), asciiReadable=False))
        self._register(TTFont(BOLD, io.BytesIO(pymupdf_fonts.myfont("figbo")), asciiReadable=False))

    def _register(self, font: TTFont) -> None:
        pdfmetrics.registerFont(font)
        self._fonts[font.fontName] = font

    def _cjk(self) -> TTFont:
        if CJK not in self._fonts:
            collection = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
            self._register(TTFont(CJK, io.BytesIO(collection.read_bytes()), subfontIndex=0, asciiReadable=False))
        return self._fonts[CJK]

    def covers(self, text: str) -> bool:
        """Whether every character of ``text`` has a glyph."""
        return all(self._font_of(each, bold=False) is not None for each in _cleaned(text))

    def _font_of(self, character: str, *, bold: bool) -> str | None:
        code = ord(character)
        latin = BOLD if bold else REGULAR
        if code in self._fonts[latin].face.charToGlyph:
            return latin
        return CJK if code in self._cjk().face.charToGlyph else None

    def runs(self, text: str, *, size: float, bold: bool = False) -> tuple[Run, ...]:
        """``text`` as runs from left to right, in the order of the Unicode bidirectional algorithm (UAX 9).

        A character without a glyph is written as its code point, never as an empty box.
        """
        spelled = "".join(each if self._font_of(each, bold=bold) else f"[U+{ord(each):04X}]" for each in _cleaned(text))
        pieces = [
            (level, font, "".join(each for each, _ in piece))
            for (level, font), piece in groupby(
                _levelled(spelled), key=lambda pair: (pair[1], self._font_of(pair[0], bold=bold) or REGULAR)
            )
        ]
        return tuple(self._run(piece, font, level, size) for level, font, piece in _reordered(pieces))

    def _run(self, text: str, font: str, level: int, size: float) -> Run:
        if not any(map(_needs_shaping, text)):
            backwards = level % 2 == 1
            return Run(font=font, text=text[::-1] if backwards else text, spoken=text, shaped=False)
        shaped = shapeStr(text, font, size, force=True)
        return Run(font=font, text=shaped, spoken=text, shaped=True)

    def width(self, text: str, *, size: float, bold: bool = False) -> float:
        """Advance of ``text`` in points."""
        return sum(run.width(size) for run in self.runs(text, size=size, bold=bold))

    def fit(self, text: str, *, size: float, bold: bool, room: float | None) -> tuple[str, float]:
        """``text`` and size so that it needs no more than ``room`` points: smaller first, then cut with an ellipsis."""
        if room is None:
            return text, size
        text = text[:MOST_CHARACTERS]
        needed = self.width(text, size=size, bold=bold)
        if needed <= room:
            return text, size
        size = max(size * room / needed, size * SMALLEST_SHRINK)
        if self.width(text, size=size, bold=bold) <= room:
            return text, size
        kept = bisect_right(
            range(1, len(text)), room, key=lambda end: self.width(text[:end].rstrip() + ELLIPSIS, size=size, bold=bold)
        )
        return text[:kept].rstrip() + ELLIPSIS, size

    def draw(
        self,
        canvas: Canvas,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        bold: bool = False,
        room: float | None = None,
    ) -> float:
        """Draw ``text`` with its baseline at ``y``, its left edge at ``x``, in at most ``room`` points. Returns its width."""
        text, size = self.fit(text, size=size, bold=bold, room=room)
        start = x
        for run in self.runs(text, size=size, bold=bold):
            canvas.setFont(run.font, size)
            if run.shaped:
                # shaped glyphs have no characters of their own: the text stands beside them, PDF 32000-1 14.9.4
                spoken = b"\xfe\xff" + run.spoken.encode("utf-16-be")
                canvas._code.append(f"/Span <</ActualText <{spoken.hex()}>>> BDC")
            canvas.drawString(x, y, run.text)
            if run.shaped:
                canvas._code.append("EMC")
            x += run.width(size)
        return x - start

    def markup(self, text: str, *, bold: bool = False) -> str:
        """``text`` for a ReportLab paragraph, each run in a font that has its glyphs, no number parted from its unit."""
        runs = self.runs(text, size=10, bold=bold)
        marked = "".join(
            f'<font name="{run.font}">{escape(run.spoken)}</font>' if run.font == CJK else escape(run.spoken)
            for run in runs
        )
        return _NUMBER_AND_UNIT.sub("\\1\N{NO-BREAK SPACE}", marked)


def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(each for each in composed if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def _needs_shaping(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL", "NSM") or unicodedata.category(character) in ("Mn", "Mc")


def _levelled(text: str) -> list[tuple[str, int]]:
    base = algorithm.get_base_level(text)
    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = ("L", "R")[base]
    algorithm.get_embedding_levels(text, storage)
    algorithm.explicit_embed_and_overrides(storage, False)
    algorithm.resolve_weak_types(storage, False)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return [(each["ch"], each["level"]) for each in storage["chars"]]


def _reordered(pieces: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Rule L2 of UAX 9 on whole runs: reverse every stretch at or above each level, from the highest to the lowest odd."""
    if not pieces:
        return pieces
    ordered = list(pieces)
    for level in range(max(level for level, _, _ in pieces), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end][0] >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = max(end, start + 1)
    return ordered
