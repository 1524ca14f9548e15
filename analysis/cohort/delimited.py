"""CSV files as people save them: comma or semicolon, with or without a byte order mark, decimal point or comma."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from analysis.counting import first_few
from analysis.errors import CohortError

EXCEL_SEPARATOR: Final = re.compile(r"(?i)sep=([,;\t])")
"""What Excel writes or wants as the first line, to say what parts the columns."""
MISSING = ("", "na", "n/a", "nan", "null", ".")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table. ``place`` says where, as a spreadsheet counts: the header is line 1."""

    place: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Delimited:
    """A table of text. Fields that are empty or say that they are (NA, null, ...) are ``""``."""

    path: Path
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    decimal_comma: bool

    def cell(self, line: Line, column: str) -> str:
        """The text of a field."""
        return line.cells[self.header.index(column)]

    def numbers(self, column: str) -> list[float | None]:
        """A column as numbers, none where the field is empty.

        Raises:
            CohortError: some are no numbers; the first lines are named.
        """
        found, wrong = [], []
        for line in self.lines:
            text = self.cell(line, column)
            value = _number(text, decimal_comma=self.decimal_comma) if text else None
            if text and value is None:
                wrong.append(line.place)
            found.append(value)
        if wrong:
            raise CohortError(
                f"{self.path.name}: column {column!r} holds no number in {first_few(wrong)}. "
                "Write numbers, or leave the field empty"
            )
        return found


def read_delimited(path: Path, *, required: Sequence[str]) -> Delimited:
    """Read a table, and check that it has the columns that are required. A first line ``sep=;`` is Excel's, and no row.

    Raises:
        CohortError: it cannot be read, has no rows, its header names a column twice or lacks one, or a line has a field
            too many or too few.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CohortError(f"{path} is no text in UTF-8: save it as CSV UTF-8") from error
    except OSError as error:
        raise CohortError(f"{path} cannot be read: {error.strerror}") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CohortError(f"{path.name}: line {line} holds a NUL byte, which no text has: save it as CSV UTF-8 again")
    first = text.partition("\n")[0].strip('"\r\n ')
    said = EXCEL_SEPARATOR.fullmatch(first)
    separator = said[1] if said else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    if said:
        next(reader)
    lines: list[Line] = []
    header: tuple[str, ...] = ()
    try:
        for fields in reader:
            cells = tuple(_field(each) for each in fields)
            if not any(cells):
                continue
            if not header:
                header = tuple(each.strip() for each in fields)
            elif len(cells) != len(header):
                raise CohortError(
                    f"{path.name}: line {reader.line_num} has {len(cells)} fields, the header has {len(header)}: mend it"
                )
            else:
                lines.append(Line(place=f"line {reader.line_num}", cells=cells))
    except csv.Error as error:
        raise CohortError(f"{path.name}: line {reader.line_num} is no CSV: {error}") from error
    _check_header(path, header, required)
    if not lines:
        raise CohortError(f"{path.name} has a header and no rows")
    return Delimited(path=path, header=header, lines=tuple(lines), decimal_comma=separator != ",")


def _check_header(path: Path, header: tuple[str, ...], required: Sequence[str]) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise CohortError(f"{path.name}: the header names {', '.join(map(repr, twice))} more than once")
    missing = [name for name in required if name not in header]
    if missing:
        raise CohortError(f"{path.name}: {'; '.join(_lacking(name, header, required) for name in missing)}")


def _lacking(name: str, header: tuple[str, ...], required: Sequence[str]) -> str:
    others = {each.casefold(): each for each in header if each not in required}
    near = get_close_matches(name.casefold(), list(others), n=1, cutoff=0.6)
    hint = (
        f", but {others[near[0]]!r}: is that it?" if near else f": it has {', '.join(map(repr, header)) or 'nothing'}"
    )
    return f"there is no column {name!r}{hint}"


def _field(text: str) -> str:
    stripped = text.strip()
    return "" if stripped.casefold() in MISSING else stripped


def is_number(text: str, *, decimal_comma: bool) -> bool:
    """Whether a field is a finite number."""
    return _number(text, decimal_comma=decimal_comma) is not None


def _number(text: str, *, decimal_comma: bool) -> float | None:
    try:
        value = float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
