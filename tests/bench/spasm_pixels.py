"""Rendered spasms and blinks, as the product sees them: ``python -m tests.bench.spasm_pixels [preset ...]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis import model
from analysis.phantom import Phantom
from analysis.phantom.spasm_presets import SPASM_PRESETS
from analysis.pipeline import Recording, analyse, provenance
from analysis.settings import AnalysisSettings
from analysis.spasm.results import Blinks, Spasm
from analysis.tracker import LandmarkTracker
from tests.bench import spasm_variables
from tests.bench.pool import spread
from tests.bench.spasm_tables import HEADINGS, Case, tabulate
from tests.bench.tables import Table
from tests.phantom_lab import CREATED
from tests.synthetic_faces import Picture

FAST: Final = ("spasm-clonic-left", "blinks-only")
"""What is filmed with 60 frames a second and with a variable rate as well."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One clip."""

    preset: str
    fps: float = 30.0
    variable_rate: bool = False

    @property
    def name(self) -> str:
        """As it stands in the table."""
        rate = "variable rate" if self.variable_rate else f"{self.fps:g} fps"
        return self.preset if self == Job(preset=self.preset) else f"{self.preset}, {rate}"


def run(job: Job) -> Case:
    """Render, look, examine."""
    phantom = Phantom(job.preset, fps=job.fps, variable_rate=job.variable_rate)
    settings = AnalysisSettings()
    with LandmarkTracker.on(model.default_path()) as tracker:
        done = analyse(
            (Picture(time_s=time_s, rgb=frame) for frame, time_s in phantom.frames()),
            Recording(kind="video", timestamps="file"),
            trackers=[tracker],
            settings=settings,
            provenance=provenance("bench", model.SHA256, settings, CREATED),
        )
    assert isinstance(done.result.spasm, Spasm)
    assert isinstance(done.result.blinks, Blinks)
    return Case(kind=job.name, truth=tuple(phantom.truth.events), spasm=done.result.spasm, blinks=done.result.blinks)


def jobs(presets: Sequence[str] = ()) -> tuple[Job, ...]:
    """Every preset, or those that are named; the ones of ``FAST`` at other rates too."""
    usual = [Job(preset=name) for name in SPASM_PRESETS if not presets or name in presets]
    fast = [Job(preset=one.preset, fps=60.0) for one in usual if one.preset in FAST]
    variable = [Job(preset=one.preset, variable_rate=True) for one in usual if one.preset in FAST]
    return (*usual, *fast, *variable)


def measure(presets: Sequence[str] = (), *, workers: int | None = None) -> tuple[Table, Table]:
    """Events and variables, one row a clip."""
    cases = list(spread(run, jobs(presets), workers=workers))
    events = Table(
        name="Spasms and blinks, rendered",
        columns=HEADINGS,
        rows=tuple(row.cells() for row in tabulate(cases)),
        remarks=tuple(
            f"{case.kind}: {case.spasm.status}, {case.spasm.reason or '-'}; {case.spasm.margin or '-'}"
            for case in cases
        ),
    )
    return events, spasm_variables.table("Rendered", cases)


def _remark(case: Case) -> str:
    said = case.spasm
    return f"{case.kind}: {said.status}, {said.reason or '-'}; {said.rule or '-'}: {said.margin or '-'}"


if __name__ == "__main__":
    for each in measure(sys.argv[1:]):
        each.write()
