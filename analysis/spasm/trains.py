"""Contractions of one side that follow each other closely: trains, and their frequency."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from analysis.spasm.results import SpasmEvent


def numbered(events: Sequence[SpasmEvent], *, gap_s: float) -> tuple[SpasmEvent, ...]:
    """In order of time, each with the number of its train: a contraction that begins no later than ``gap_s`` after the end of
    another one of its side belongs to the same.
    """
    last: dict[str, SpasmEvent] = {}
    ordered = []
    count = -1
    for one in sorted(events, key=lambda event: (event.start_s, event.side)):
        before = last.get(one.side)
        if before is not None and one.start_s - before.end_s <= gap_s:
            train = before.train
        else:
            count += 1
            train = count
        last[one.side] = one.model_copy(update={"train": train})
        ordered.append(last[one.side])
    return tuple(ordered)


def clonic_frequency_hz(events: Sequence[SpasmEvent]) -> float | None:
    """Median over the trains of one side of their clonic contractions per second; None where no train has three."""
    rates = []
    for train in sorted({one.train for one in events}):
        peaks = [one.peak_s for one in events if one.train == train and one.kind == "clonic"]
        if len(peaks) > 2:
            rates.append(1 / float(np.median([later - earlier for earlier, later in pairwise(peaks)])))
    return float(np.median(rates)) if rates else None
