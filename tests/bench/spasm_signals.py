"""Spasms and blinks of known patients at the level of signals: ``python -m tests.bench.spasm_signals``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.bench import spasm_variables
from tests.bench.pool import spread
from tests.bench.spasm_tables import HEADINGS, Case, tabulate
from tests.bench.tables import Table
from tests.spasm_courses import examined
from tests.spasm_faces import PatientKind, spasm_patient

RATES: Final = (24.0, 30.0, 60.0, 120.0, 240.0)
PATIENTS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Job:
    """One recording of a minute."""

    kind: PatientKind
    seed: int
    fps: float
    variable_rate: bool = False
    lost: float = 0.01


def run(job: Job) -> Case:
    """Film and examine."""
    filmed = spasm_patient(job.kind, seed=job.seed, fps=job.fps, variable_rate=job.variable_rate, lost=job.lost)
    spasm, blinks = examined(filmed)
    return Case(kind=job.kind, truth=filmed.truth, spasm=spasm, blinks=blinks)


CIRCUMSTANCES: Final[Mapping[str, Mapping[str, Any]]] = {
    **{f"{fps:g} frames a second": {"fps": fps} for fps in RATES},
    "variable rate, 30 frames a second": {"variable_rate": True},
    "a tenth of the frames not used": {"lost": 0.1},
}


def measure(patients: int = PATIENTS, *, workers: int | None = None) -> Iterator[Table]:
    """Two tables for each of the circumstances: events, and the variables that come of them."""
    for name, how in CIRCUMSTANCES.items():
        cases = list(spread(run, jobs(patients, how), workers=workers))
        yield Table(
            name=f"Spasms and blinks, signals, {name}",
            columns=HEADINGS,
            rows=tuple(row.cells() for row in tabulate(cases)),
            remarks=("Errors: found minus true, mean ± SD. A wink with a raised corner has the form of a spasm.",),
        )
        yield spasm_variables.table(f"Signals, {name}", cases)


def jobs(patients: int, how: Mapping[str, Any]) -> tuple[Job, ...]:
    """So many patients of each kind."""
    usual = {"fps": 30.0, **how}
    return tuple(Job(kind=kind, seed=seed, **usual) for kind in PatientKind for seed in range(patients))


if __name__ == "__main__":
    for table in measure():
        table.write()
