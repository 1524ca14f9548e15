"""Noise of the mouth corners at rest and their response to small twitches on phantoms, as read and as smoothed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Final

import numpy as np

from tests.bench.fidelity import Response, Side, jitter, response
from tests.bench.head_signals import Signals
from tests.bench.sitters import Cast
from tests.bench.stagings import TWITCHES_HZ, at_rest, small_twitch
from tests.bench.tables import Cell, Table
from tests.bench.trials import ALL, VULTUS, Job, Look, Trial, Trials, looks, spoken

_SIDES: Final[tuple[Side, ...]] = ("right", "left")
_READ: Final = 0.2


def jobs(cast: Cast, *, frequencies_hz: tuple[float, ...] = TWITCHES_HZ) -> Iterator[Job]:
    """What the table needs."""
    for sitter in cast.showing("mouth"):
        for staging in (at_rest(), *(small_twitch(frequency) for frequency in frequencies_hz)):
            yield Job(sitter=sitter, staging=staging, looks=looks(ALL))


def table(trials: Trials, cast: Cast, *, frequencies_hz: tuple[float, ...] = TWITCHES_HZ) -> Table:
    """One row for each system, Vultus with its raw and with its smoothed signals."""
    rows: list[tuple[Cell, ...]] = []
    for sitter in cast.showing("mouth"):
        for system in ALL:
            look = Look(system=system)
            rest = trials.of(sitter.name, at_rest().name, look)
            twitches = [trials.of(sitter.name, small_twitch(frequency).name, look) for frequency in frequencies_hz]
            for smoothed in (False, True)[: 1 + (system == VULTUS)]:
                answers = [
                    response(*_right(trial, smoothed=smoothed), trial.true.time_s, frequency)
                    for trial, frequency in zip(twitches, frequencies_hz, strict=True)
                ]
                corners = [_signals(rest, smoothed=smoothed).mouth.of(side) for side in _SIDES]
                rows.append(
                    (
                        sitter.name,
                        f"{spoken(system)}, smoothed" if smoothed else spoken(system),
                        100 * mean(jitter(corner) for corner in corners),
                        100 * mean(float(np.nanstd(corner)) for corner in corners),
                        *(answer.gain for answer in answers),
                        _largest_lag_ms(answers),
                    )
                )
    return Table(
        name="Mouth corners at rest and in small twitches",
        columns=(
            "face",
            "system",
            "jitter, % IOD",
            "SD at rest, % IOD",
            *(f"gain at {frequency:g} Hz" for frequency in frequencies_hz),
            "largest lag, ms",
        ),
        rows=tuple(rows),
        digits=3,
        remarks=(
            "Wanted: jitter <= 0.06 without lag, gain at 8 Hz >= 0.9.",
            "Jitter: from picture to picture, SD of the differences over the root of 2. Twitches: right corner, 2.1 % of the "
            "inter-iris distance, 3 s, 30 frames/s. Smoothed: as for the product's excursions. Lag: at gains from 0.2 on.",
            *(sitter.remark for sitter in cast.showing("mouth")),
            *cast.remarks,
        ),
    )


def _largest_lag_ms(answers: Sequence[Response]) -> float:
    """Of what is read at all: the phase of next to nothing means nothing."""
    return 1000 * max((answer.lag_s for answer in answers if answer.gain >= _READ), key=abs, default=float("nan"))


def _signals(trial: Trial, *, smoothed: bool) -> Signals:
    return trial.found.smooth if smoothed else trial.found.raw


def _right(trial: Trial, *, smoothed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Read and true excursion of the right corner while it twitches; elsewhere not to be counted."""
    ((start, end),) = trial.truth.smiles_s
    time_s = trial.true.time_s
    # the ends of a train are no sinusoid once smoothed
    inside = (time_s >= start + 0.15) & (time_s < end - 0.15)
    read, true = (
        np.where(inside, values, np.nan)
        for values in (_signals(trial, smoothed=smoothed).mouth.right, trial.true.mouth.right)
    )
    return read, true
