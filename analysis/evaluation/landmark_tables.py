"""Tables that people fill in: CSV as any spreadsheet program writes it, every fault named with its row."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from analysis.evaluation import tables
from analysis.evaluation.landmark_errors import LandmarkStudyError

_NEAR: Final = 0.4


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: ``line`` as a spreadsheet counts it, the header is 1."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one file; problems are collected and raised together."""

    name: str
    rows: tuple[Row, ...]
    read: tables.Table
    problems: list[str] = field(default_factory=list)

    def fault(self, row: Row, sentence: str) -> None:
        """Note what is wrong with a row."""
        self.problems.append(f"row {row.line}: {sentence}")

    def number(self, row: Row, column: str) -> float:
        """A finite number; NaN and a fault where there is none."""
        value = self.read.number(row[column])
        if value is None:
            self.fault(row, f"{column} is {row[column]!r}, which is no number")
            return math.nan
        return value

    def whole(self, row: Row, column: str) -> int:
        """A whole number from 0; 0 and a fault where there is none."""
        if row[column].isascii() and row[column].isdigit():
            return int(row[column])
        self.fault(row, f"{column} is {row[column]!r}, which is no whole number")
        return 0

    def check(self) -> None:
        """Raise what was noted.

        Raises:
            LandmarkStudyError: all faults of the table.
        """
        if self.problems:
            raise LandmarkStudyError.of(self.name, self.problems)


def read_table(path: Path, required: Sequence[str]) -> Table:
    """Read a CSV file that has the ``required`` columns; others are left alone.

    Raises:
        EvaluationError: it is no such file (see ``tables``), or a column is missing; the nearest is named.
    """
    read = tables.read_table(path)
    missing = [
        f"the column {column!r} is missing{nearest(column, read.columns)}"
        for column in required
        if column not in read.columns
    ]
    if missing:
        raise LandmarkStudyError.of(read.file, [*missing, f"its columns are {', '.join(read.columns)}"])
    rows = tuple(Row(line=row.number, values=row.cells) for row in read.rows)
    return Table(name=read.file, rows=rows, read=read)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV text; None is an empty cell, numbers have up to six significant digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else "" if cell is None else cell for cell in row])
    return text.getvalue()


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A clause that names the allowed word spelled most like ``word``; empty where none is."""
    near = next(iter(difflib.get_close_matches(word, list(allowed), n=1, cutoff=_NEAR)), "")
    return f" (nearest: {near!r})" if near else ""
