"""The verdict as a person reads it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Final

from service.acceptance import TOLERANCES, Row

_HEADINGS: Final = ("quantity", "true", "measured", "tolerance", "verdict")
_LINE_END: Final = "\x1b[K"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of the verdict table, the tolerances with their reasons, and a sentence for each failure that needs one."""
    cells = [(row.quantity, row.true, row.measured, row.tolerance, "pass" if row.passed else "FAIL") for row in rows]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *cells, strict=True)]
    for line in (_HEADINGS, *cells):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
    yield "tolerated (our own choice):"
    for what, why in TOLERANCES:
        yield f"  {what}: {why}"
    yield from dict.fromkeys(f"{row.quantity}: {row.note}" for row in rows if row.note)


class ProgressLine:
    """One line on standard error that says where the exam stands: rewritten on a terminal, else written when that changes."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = ""

    def __call__(self, stage: str, seconds: float) -> None:
        """Say where it stands after so many seconds."""
        if self._terminal:
            sys.stderr.write(f"\r{seconds:5.0f} s  {stage[:100]}{_LINE_END}")
        elif stage != self._last:
            sys.stderr.write(f"{seconds:5.0f} s  {stage}\n")
        self._last = stage
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line as it is and go on below."""
        if self._terminal and self._last:
            sys.stderr.write("\n")
            sys.stderr.flush()
