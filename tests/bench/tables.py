"""What a benchmark measured: rows of a table, printed as Markdown and written as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Cell = str | float | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """``columns`` carry their units; numbers keep full precision in JSON and get ``digits`` in print."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    digits: int = 2
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The rows as objects."""
        return {
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
            "remarks": list(self.remarks),
        }

    def write(self) -> None:
        """Print it."""
        lines = [f"\n## {self.name}\n", _line(self.columns), _line(["---"] * len(self.columns))]
        lines += [_line([self._text(cell) for cell in row]) for row in self.rows]
        lines += ["", *self.remarks]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()

    def _text(self, cell: Cell) -> str:
        if cell is None:
            return "-"
        return cell if isinstance(cell, str) else f"{cell:.{self.digits}f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def peak_mib(process: str = "self") -> float:
    """Largest resident set of a process so far; getrusage would count what its parent held when it forked."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
