"""All benchmarks: tables on standard output, the same as JSON in ``out/bench.json``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import accuracy, decoding, head_frame, processes, receiving, speed
from tests.bench.tables import Table

OUTPUT = Path(__file__).parents[2] / "out" / "bench.json"


def _sections(*, quick: bool) -> Iterator[Callable[[], tuple[Table, ...]]]:
    rounds, smiles = (1, 1) if quick else (3, 2)
    yield lambda: (speed.measure(rounds=rounds, smiles=smiles),)
    yield lambda: (receiving.measure(megabytes=40 if quick else 400, rounds=1 if quick else 2),)
    yield lambda: (processes.measure(),)
    yield lambda: accuracy.tables(smiles=smiles)
    if not quick:
        yield lambda: (head_frame.measure(smiles=smiles), decoding.measure(repeats=2))


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of each, short clips, no decoder comparison")
    parser.add_argument("--json", type=Path, default=OUTPUT, help="where the JSON goes (default: out/bench.json)")
    options = parser.parse_args()
    measured: list[Table] = []
    for section in _sections(quick=options.quick):
        for table in section():
            table.write()
            measured.append(table)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "quick": options.quick,
        "tables": {table.name: table.as_json() for table in measured},
    }
    options.json.write_text(json.dumps(document, indent=1))
    sys.stdout.write(f"\n{options.json}\n")


if __name__ == "__main__":
    main()
