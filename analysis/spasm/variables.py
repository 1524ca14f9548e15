"""The four variables of Al Menabbawy et al. 2025 as we define them, of one side, from its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.spasm.results import SideSpasms, SpasmEvent, VariableIntervals, Variables
from analysis.spasm.settings import ClassSettings
from analysis.values import Interval, Side

_SEED = 20_260_101
_FEWEST = 3
"""Trains, or contractions, from which on their variation says anything."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a class is decided from; of one side, or of one draw of it."""

    events: int
    trains: int
    eye_closure_pct: float
    mouth_pct_iod: float
    mouth_pct_rest: float
    mouth_mm: float
    rate_per_min: float
    longest_shut_s: float
    """The longest event that closes the eye far enough to be severe; 0 without one."""
    time_pct: float

    @property
    def repetition(self) -> float:
        """Contractions per train."""
        return self.events / self.trains


def tally(events: Sequence[SpasmEvent], analysable_s: float, settings: ClassSettings) -> Tally:
    """Of the events of one side; there must be one. NaN of what was not seen in any."""
    shut = [_lasts_s(one) for one in events if (one.eye_closure_pct or 0) >= settings.tonic_closure_pct]
    return Tally(
        events=len(events),
        trains=len({one.train for one in events}),
        eye_closure_pct=_median(one.eye_closure_pct for one in events),
        mouth_pct_iod=_median(one.mouth_pct_iod for one in events),
        mouth_pct_rest=_median(one.mouth_pct_rest for one in events),
        mouth_mm=_median(one.mouth_mm for one in events),
        rate_per_min=60 * len(events) / analysable_s,
        longest_shut_s=max(shut, default=0.0),
        time_pct=100 * sum(map(_lasts_s, events)) / analysable_s,
    )


def draws(events: Sequence[SpasmEvent], analysable_s: float, settings: ClassSettings) -> Iterator[Tally]:
    """The same as it might have been: other trains of the same kind, as many as happen to come, read with other gains.

    Trains are drawn with replacement, because contractions of one train are alike; where there are fewer than three, contractions
    are. How many there are varies as events do that come independently of one another (Poisson). Seeded.
    """
    random = np.random.default_rng(_SEED)
    trains = [[one for one in events if one.train == number] for number in sorted({one.train for one in events})]
    groups = trains if len(trains) >= _FEWEST else [[one] for one in events]
    for _ in range(settings.draws):
        number = max(int(random.poisson(len(groups))), 1)
        chosen = [groups[k] for k in random.integers(len(groups), size=number)]
        closure = settings.closure_sd_pct * float(random.standard_normal())
        mouth = float(np.exp(settings.mouth_sd_share * random.standard_normal()))
        longer = settings.duration_sd_s * float(random.standard_normal())
        again = [
            _as_read(one, train=k if groups is trains else one.train, closure=closure, mouth=mouth, longer=longer)
            for k, group in enumerate(chosen)
            for one in group
        ]
        yield tally(again, analysable_s, settings)


def side_spasms(
    side: Side,
    events: Sequence[SpasmEvent],
    drawn: Sequence[Tally],
    *,
    analysable_s: float,
    clonic_frequency_hz: float | None,
    settings: ClassSettings,
) -> SideSpasms:
    """What one side does, with 95 % intervals where enough was seen."""
    point = tally(events, analysable_s, settings)
    enough = len(events) >= _FEWEST
    repeated = point.trains >= _FEWEST

    def interval(values: Sequence[float], *, known: bool) -> Interval | None:
        if not known or not np.isfinite(values).all():
            return None
        low, high = np.quantile(values, [0.025, 0.975])
        return Interval(low=float(low), high=float(high))

    return SideSpasms(
        side=side,
        events=len(events),
        variables=Variables(
            eye_closure_pct=_known(point.eye_closure_pct),
            mouth_distance_change_pct_iod=_known(point.mouth_pct_iod),
            mouth_distance_change_pct_rest=_known(point.mouth_pct_rest),
            mouth_distance_change_mm=_known(point.mouth_mm),
            rate_per_min=point.rate_per_min,
            repetition=point.repetition,
        ),
        intervals=VariableIntervals(
            eye_closure_pct=interval([one.eye_closure_pct for one in drawn], known=enough),
            mouth_distance_change_pct_iod=interval([one.mouth_pct_iod for one in drawn], known=enough),
            mouth_distance_change_pct_rest=interval([one.mouth_pct_rest for one in drawn], known=enough),
            mouth_distance_change_mm=interval([one.mouth_mm for one in drawn], known=enough),
            rate_per_min=interval([one.rate_per_min for one in drawn], known=enough),
            repetition=interval([one.repetition for one in drawn], known=repeated),
        ),
        time_in_spasm_pct=point.time_pct,
        longest_event_s=max(map(_lasts_s, events)),
        clonic_frequency_hz=clonic_frequency_hz,
    )


def _as_read(one: SpasmEvent, *, train: int, closure: float, mouth: float, longer: float) -> SpasmEvent:
    def moved(value: float | None) -> float | None:
        return None if value is None else value * mouth

    return one.model_copy(
        update={
            "train": train,
            "end_s": max(one.end_s + longer, one.start_s),
            "eye_closure_pct": None
            if one.eye_closure_pct is None
            else float(np.clip(one.eye_closure_pct + closure, 0, 100)),
            "mouth_pct_iod": moved(one.mouth_pct_iod),
            "mouth_pct_rest": moved(one.mouth_pct_rest),
            "mouth_mm": moved(one.mouth_mm),
        }
    )


def _lasts_s(one: SpasmEvent) -> float:
    return one.end_s - one.start_s


def _median(values: Iterator[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else float("nan")


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
