"""Gain and leak of lids, mouth corners and brows on phantoms: one side moves, what is read on either?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from analysis.phantom.scenario import Action
from tests.bench.fidelity import Side, Sides, one_sided, slope
from tests.bench.sitters import Cast, Sitter
from tests.bench.stagings import Staging, both_sided, clonic
from tests.bench.stagings import one_sided as staged
from tests.bench.tables import Cell, Table
from tests.bench.trials import ALL, Job, Look, Trial, Trials, looks, spoken

_SIDES: Final[tuple[Side, ...]] = ("right", "left")
_SLOPES: Final = (
    "Gain: slope of what is read on the moving side on what is true; leak: slope of the still side's reading on the moving "
    "side's truth; shares of the inter-iris distance, every frame, raw."
)


def jobs(cast: Cast) -> Iterator[Job]:
    """What the three tables need."""
    for sitter in cast.showing("lid"):
        for staging in (*(staged(Action.LIDS, side) for side in _SIDES), both_sided(Action.LIDS)):
            yield _job(sitter, staging)
    for sitter in cast.showing("mouth"):
        for staging in (*(staged(Action.MOUTH, side) for side in _SIDES), *(clonic(side) for side in _SIDES)):
            yield _job(sitter, staging)
    for sitter in cast.showing("brow"):
        for side in _SIDES:
            yield _job(sitter, staged(Action.BROW, side))


def tables(trials: Trials, cast: Cast) -> tuple[Table, ...]:
    """Lids, mouth corners, brows."""
    return (_lids(trials, cast), _mouth(trials, cast), _brows(trials, cast))


def _job(sitter: Sitter, staging: Staging) -> Job:
    return Job(sitter=sitter, staging=staging, looks=looks(ALL))


def _lids(trials: Trials, cast: Cast) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for sitter in cast.showing("lid"):
        for system in ALL:
            both = trials.of(sitter.name, both_sided(Action.LIDS).name, Look(system=system))
            for side in _SIDES:
                trial = trials.of(sitter.name, staged(Action.LIDS, side).name, Look(system=system))
                one = one_sided(shares_of_open(trial), trial.true.lid)
                of_both = slope(shares_of_open(both).of(side), both.true.lid.of(side))
                shut = (f"{closure_percent(clip, side):.0f}" for clip in (trial, both))
                rows.append((sitter.name, spoken(system), side, one.gain, one.leak, of_both, one.gain / of_both, *shut))
    return Table(
        name="One eye closes",
        columns=(
            "face",
            "system",
            "closing",
            "gain",
            "leak",
            "gain where both close",
            "one/both",
            "closure read, %",
            "closure read where both close, %",
        ),
        rows=tuple(rows),
        remarks=(
            "Wanted: gain >= 0.85, one/both >= 0.95, leak <= 0.03.",
            "Gain: slope of the closure that is read on the true one; leak: slope of the still eye's on the closing eye's true "
            "one; every frame, raw. Closure: 1 - aperture / open aperture of that eye, at the end 100 % in truth.",
            *_remarks(cast, cast.showing("lid")),
        ),
    )


def shares_of_open(trial: Trial) -> Sides:
    """Apertures as read, as shares of what the same eye reads where both are open."""
    opened = (trial.true.lid.right >= 1) & (trial.true.lid.left >= 1)
    right, left = (
        values / np.nanmedian(values[opened]) for values in (trial.found.raw.lid.right, trial.found.raw.lid.left)
    )
    return Sides(right=right, left=left)


def closure_percent(trial: Trial, side: Side) -> float:
    """What is read where the eye is shut: the median, 100 in truth."""
    shut = trial.true.lid.of(side) <= trial.true.lid.of(side).min() + 1e-6
    return float(100 * (1 - np.nanmedian(shares_of_open(trial).of(side)[shut])))


def _mouth(trials: Trials, cast: Cast) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for sitter in cast.showing("mouth"):
        for system in ALL:
            for side in _SIDES:
                figures: list[Cell] = []
                for staging in (staged(Action.MOUTH, side), clonic(side)):
                    trial = trials.of(sitter.name, staging.name, Look(system=system))
                    one = one_sided(trial.found.raw.mouth, trial.true.mouth)
                    figures += [one.gain, one.leak]
                rows.append((sitter.name, spoken(system), side, *figures))
    return Table(
        name="One mouth corner moves",
        columns=("face", "system", "moving", "gain, smile", "leak, smile", "gain, 3 Hz", "leak, 3 Hz"),
        rows=tuple(rows),
        remarks=(
            "Wanted: gain 0.9 to 1.1, leak <= 0.03.",
            f"{_SLOPES} Smile: 14 % of it, held for a second, twice. 3 Hz: 5 %, for 3 s.",
            *_remarks(cast, cast.showing("mouth")),
        ),
    )


def _brows(trials: Trials, cast: Cast) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for sitter in cast.showing("brow"):
        for system in ALL:
            for side in _SIDES:
                trial = trials.of(sitter.name, staged(Action.BROW, side).name, Look(system=system))
                one = one_sided(trial.found.raw.brow, trial.true.brow)
                corners = trial.found.raw.mouth
                carried = max(abs(slope(corners.of(s), trial.true.brow.of(side))) for s in _SIDES)
                rows.append((sitter.name, spoken(system), side, one.gain, one.leak, carried))
    return Table(
        name="One brow is raised",
        columns=("face", "system", "raised", "gain", "leak", "leak into a mouth corner"),
        rows=tuple(rows),
        remarks=(
            "Wanted: gain >= 0.8, leak <= 0.05.",
            f"{_SLOPES} Raise: 9 % of it, held for a second, twice. Into a mouth corner: the larger of both, without sign.",
            *_remarks(cast, cast.showing("brow")),
        ),
    )


def _remarks(cast: Cast, shown: tuple[Sitter, ...]) -> tuple[str, ...]:
    return (*(sitter.remark for sitter in shown), *cast.remarks)
