"""Tables that people make in a spreadsheet: read as text, checked row by row, every mistake named with its row."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from analysis.errors import EvaluationError

SHOWN_PROBLEMS: Final = 8
_SEPARATORS: Final = ";\t,"
_EXCEL: Final = re.compile(r"(?i)sep=([;\t,])")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line below the header. ``number`` is the spreadsheet's: the header is row 1, or 2 below Excel's ``sep=;``."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file's rows by the name of the column, in small letters with underscores."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    decimal_comma: bool
    """Columns are parted by semicolons, so that a comma can only be a decimal one."""

    def number(self, text: str) -> float | None:
        """A finite number, or None."""
        try:
            value = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def refuse(self, problems: Sequence[str]) -> None:
        """Say what is wrong with the file.

        Raises:
            EvaluationError: there is a problem.
        """
        if problems:
            more = len(problems) - SHOWN_PROBLEMS
            shown = "; ".join(problems[:SHOWN_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")
            raise EvaluationError(f"{self.file} cannot be used as it is: {shown}")


def plain(name: str) -> str:
    """A name as it is compared: small letters, underscores for spaces and hyphens."""
    return re.sub(r"[\s\-/]+", "_", name.strip().lower())


def read_table(path: Path) -> Table:
    """A CSV file with a header, in UTF-8; columns parted by commas, semicolons or tabs.

    Raises:
        EvaluationError: it cannot be read, has no header or no row, a column without a name or twice, or a row that is too long.
    """
    file = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{file} cannot be read ({error.strerror}): name a CSV file that is there") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(
            f"{file} is not UTF-8 text: save the sheet as CSV UTF-8 (a spreadsheet's own format is no CSV)"
        ) from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise EvaluationError(
            f"{file} holds a NUL byte in row {row}, which no text has: save the sheet as CSV UTF-8 again"
        )
    header = text.split("\n", 1)[0]
    # what Excel writes or wants as the first line, to say what parts the columns
    said = _EXCEL.fullmatch(header.strip('"\r '))
    separator = said[1] if said else max(_SEPARATORS, key=header.count)
    first = 1 if said else 0
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))[first:]
    except csv.Error as error:
        raise EvaluationError(f"{file} is no CSV table ({error}): save the sheet as CSV UTF-8") from error
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise EvaluationError(f"{file} has no header: its first line must name the columns")
    columns = tuple(plain(cell) for cell in lines[0])
    table = Table(
        file=file,
        columns=columns,
        rows=tuple(
            Row(number=number, cells={name: cell.strip() for name, cell in zip(columns, line, strict=False)})
            for number, line in enumerate(lines[1:], start=2 + first)
            if any(cell.strip() for cell in line)
        ),
        decimal_comma=separator == ";",
    )
    problems = [f"column {place} has no name" for place, name in enumerate(columns, start=1) if not name]
    problems += [
        f"the column {name} is there twice" for name in sorted(set(columns)) if columns.count(name) > 1 and name
    ]
    problems += [
        f"row {number} has {len(line)} cells, the header {len(columns)}"
        for number, line in enumerate(lines[1:], start=2 + first)
        if any(cell.strip() for cell in line[len(columns) :])
    ]
    if not table.rows:
        problems.append("there is no row below the header")
    table.refuse(problems)
    return table


def renamed(table: Table, names: Mapping[str, str]) -> Table:
    """The same with columns under other names.

    Raises:
        EvaluationError: two columns come to the same name.
    """
    columns = tuple(names.get(name, name) for name in table.columns)
    table.refuse([f"two columns are {name}" for name in sorted(set(columns)) if columns.count(name) > 1])
    return Table(
        file=table.file,
        columns=columns,
        rows=tuple(
            Row(number=row.number, cells={names.get(name, name): cell for name, cell in row.cells.items()})
            for row in table.rows
        ),
        decimal_comma=table.decimal_comma,
    )


def unknown_columns(table: Table, known: Iterable[str]) -> tuple[str, ...]:
    """Columns that are none of ``known``, which may be comments.

    Raises:
        EvaluationError: one is so like a known one that it must be a slip.
    """
    names = tuple(known)
    unknown = tuple(name for name in table.columns if name not in names)
    slips = {name: close[0] for name in unknown if (close := get_close_matches(name, names, n=1, cutoff=0.8))}
    table.refuse([f"the column {name} is unknown: {meant} may be meant" for name, meant in slips.items()])
    return unknown
