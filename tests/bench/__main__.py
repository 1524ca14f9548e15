"""All benchmarks: tables on standard output, the same as JSON in ``out/bench.json``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import (
    against_marks,
    asymmetries,
    decoding,
    frequencies,
    head_frame,
    movements,
    palsy_pixels,
    palsy_signals,
    processes,
    real_blinks,
    receiving,
    side_relations,
    spasm_pixels,
    spasm_signals,
    speed,
)
from tests.bench.sitters import Cast, cast
from tests.bench.tables import Table
from tests.bench.trials import perform

OUTPUT = Path(__file__).parents[2] / "out" / "bench.json"
_FACES = ("astronaut", "hopper", "pyfeat")
_QUICK_HZ = (1.0, 8.0)


def _sections(
    people: Cast, *, quick: bool, marks: bool, workers: int | None
) -> Iterator[Callable[[], tuple[Table, ...]]]:
    if quick:
        yield lambda: speed.measure(rounds=1, smiles=1, longer=(1, 5))
    else:
        yield lambda: speed.measure(rounds=2, smiles=3, longer=(3, 12))
    yield lambda: fidelity(people, quick=quick, workers=workers)
    yield lambda: (receiving.measure(megabytes=40 if quick else 400, rounds=1 if quick else 2),)
    yield lambda: (processes.measure(),)
    if not quick:
        yield lambda: (side_relations.real_movement(side_relations.systems()),)
        yield lambda: head_frame.measure(people, workers=workers)
        yield lambda: palsy_signals.measure(workers=workers)
        yield lambda: palsy_pixels.measure(people, workers=workers)
        yield lambda: tuple(spasm_signals.measure(workers=workers))
        yield lambda: spasm_pixels.measure(workers=workers)
        if real_blinks.CLIPS.is_dir():
            yield lambda: (real_blinks.measure(workers=workers),)
        yield lambda: (decoding.measure(repeats=2),)
    if marks:
        yield against_marks.measure


def fidelity(people: Cast, *, quick: bool, workers: int | None = None) -> tuple[Table, ...]:
    """Phantoms of known movement."""
    if quick:
        few = people.named(("astronaut",))
        trials = perform((*movements.jobs(few), *frequencies.jobs(few, frequencies_hz=_QUICK_HZ)), workers=workers)
        return (*movements.tables(trials, few), frequencies.table(trials, few, frequencies_hz=_QUICK_HZ))
    shown = people.named(_FACES)
    two = people.named(_FACES[:2])
    trials = perform((*movements.jobs(shown), *asymmetries.jobs(shown), *frequencies.jobs(two)), workers=workers)
    return (*movements.tables(trials, shown), *asymmetries.tables(trials, shown), frequencies.table(trials, two))


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one face, one round of each, short clips, fewer tables")
    parser.add_argument("--marks", action="store_true", help="also against the places marked on real video")
    parser.add_argument("--workers", type=int, help="processes for what is not timed (default: one for each core)")
    parser.add_argument("--json", type=Path, default=OUTPUT, help="where the JSON goes (default: out/bench.json)")
    options = parser.parse_args()
    measured: list[Table] = []
    with tempfile.TemporaryDirectory() as folder:
        for section in _sections(cast(Path(folder)), quick=options.quick, marks=options.marks, workers=options.workers):
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
