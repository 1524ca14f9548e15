"""Where each word of a PDF lies, as poppler reads it."""

from __future__ import annotations

import re
import subprocess
from xml.etree import ElementTree

from tests import peers

Box = tuple[float, float, float, float]


def _words_of(page: ElementTree.Element) -> list[tuple[str, Box]]:
    found = []
    for word in page.iter("{http://www.w3.org/1999/xhtml}word"):
        x0, y0, x1, y1 = (float(word.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
        middle, height = (y0 + y1) / 2, 0.28 * (y1 - y0)  # boxes hold ascent and descent, which may touch
        found.append((word.text or "", (x0, middle - height, x1, middle + height)))
    return found


def _overlap(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.6 and min(one[3], other[3]) - max(one[1], other[1]) > 0.6


def misplaced(document: bytes) -> list[str]:
    """Words that lie on another one, or too near the edge of their page; a skip where poppler is absent."""
    program = peers.require("pdftotext")
    done = subprocess.run([program, "-bbox", "-", "-"], input=document, capture_output=True, check=True)
    assert done.stderr == b""
    read = ElementTree.fromstring(  # noqa: S314 - our own document
        re.sub(rb"<!DOCTYPE[^>]*>", b"", done.stdout)
    )
    wrong = []
    for page in read.iter("{http://www.w3.org/1999/xhtml}page"):
        width, height = float(page.attrib["width"]), float(page.attrib["height"])
        found = _words_of(page)
        for position, (text, box) in enumerate(found):
            if not (box[0] >= 40 and box[2] <= width - 40 and box[1] >= 20 and box[3] <= height - 20):
                wrong.append(f"{text!r} at the edge")
            wrong += [f"{text!r} on {other!r}" for other, beside in found[position + 1 :] if _overlap(box, beside)]
    return wrong
