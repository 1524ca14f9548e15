"""The four variables of Al Menabbawy et al. 2025 as we define them, of one side, from its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.spasm.results import OtherBabinski, SideSpasms, SpasmEvent, VariableIntervals, Variables
from analysis.spasm.settings import ClassSettings
from analysis.values import Interval, Side

Signal = NDArray[np.float64]
_SEED = 20_260_101
_OPEN_PCT, _SHUT_PCT = 75.0, 80.0
"""Below the first an eye is not shut, from the second on it may be: shut eyes read 79 % and more (measured)."""
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
    shut_pct: float
    """Time in such events, % of the analysable time."""
    longest_s: float
    """The longest event of all."""
    time_pct: float

    @property
    def repetition(self) -> float:
        """Contractions per train."""
        return self.events / self.trains

    def as_variables(self) -> Variables:
        """The four variables; none for what was not seen."""
        return Variables(
            eye_closure_pct=_known(self.eye_closure_pct),
            mouth_distance_change_pct_iod=_known(self.mouth_pct_iod),
            mouth_distance_change_pct_rest=_known(self.mouth_pct_rest),
            mouth_distance_change_mm=_known(self.mouth_mm),
            rate_per_min=self.rate_per_min,
            repetition=self.repetition,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Numbers:
    """Events as arrays, (n,); NaN of what was not seen."""

    closure_pct: Signal
    mouth: Signal
    """(n, 3): % of the inter-iris distance, % of the distance from the midline at rest, mm."""
    lasts_s: Signal
    train: NDArray[np.intp]

    @classmethod
    def of(cls, events: Sequence[SpasmEvent]) -> _Numbers:
        return cls(
            closure_pct=np.array([one.eye_closure_pct for one in events], dtype=np.float64),
            mouth=np.array([(one.mouth_pct_iod, one.mouth_pct_rest, one.mouth_mm) for one in events], dtype=np.float64),
            lasts_s=np.array([one.end_s - one.start_s for one in events]),
            train=np.array([one.train for one in events], dtype=np.intp),
        )

    def tally(self, analysable_s: float, settings: ClassSettings) -> Tally:
        shut = self.lasts_s[self.closure_pct >= settings.tonic_closure_pct]
        pct_iod, pct_rest, mm = (_median(column) for column in self.mouth.T)
        return Tally(
            events=len(self.train),
            trains=len(np.unique(self.train)),
            eye_closure_pct=_median(self.closure_pct),
            mouth_pct_iod=pct_iod,
            mouth_pct_rest=pct_rest,
            mouth_mm=mm,
            rate_per_min=60 * len(self.train) / analysable_s,
            longest_shut_s=float(shut.max()) if shut.size else 0.0,
            shut_pct=100 * float(shut.sum()) / analysable_s,
            longest_s=float(self.lasts_s.max()),
            time_pct=100 * float(self.lasts_s.sum()) / analysable_s,
        )


def tally(events: Sequence[SpasmEvent], analysable_s: float, settings: ClassSettings) -> Tally:
    """Of the events of one side; there must be one. NaN of what was not seen in any."""
    return _Numbers.of(events).tally(analysable_s, settings)


def draws(events: Sequence[SpasmEvent], analysable_s: float, settings: ClassSettings) -> Iterator[Tally]:
    """The same as it might have been: other trains of the same kind, as many as happen to come, read with other gains.

    Trains are drawn with replacement, because contractions of one train are alike; where there are fewer than three, contractions
    are. How many there are varies as events do that come independently of one another (Poisson). Seeded.
    """
    random = np.random.default_rng(_SEED)
    seen = _Numbers.of(events)
    trains = [np.flatnonzero(seen.train == number) for number in np.unique(seen.train)]
    enough = len(trains) >= _FEWEST
    groups = trains if enough else [np.array([k]) for k in range(len(events))]
    for _ in range(settings.draws):
        number = max(int(random.poisson(len(groups))), 1)
        chosen = [groups[k] for k in random.integers(len(groups), size=number)]
        which = np.concatenate(chosen)
        closure, mouth, longer = random.standard_normal(3)
        again = _Numbers(
            closure_pct=_as_closed(seen.closure_pct[which], settings.closure_sd_pct * closure, float(random.random())),
            mouth=seen.mouth[which] * np.exp(settings.mouth_sd_share * mouth),
            lasts_s=np.maximum(seen.lasts_s[which] + settings.duration_sd_s * longer, 0),
            train=np.repeat(np.arange(number), [len(one) for one in chosen]) if enough else seen.train[which],
        )
        yield again.tally(analysable_s, settings)


def side_spasms(
    side: Side,
    events: Sequence[SpasmEvent],
    drawn: Sequence[Tally],
    *,
    analysable_s: float,
    clonic_frequency_hz: float | None,
    other_babinski: OtherBabinski | None,
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
        variables=point.as_variables(),
        intervals=VariableIntervals(
            eye_closure_pct=interval([one.eye_closure_pct for one in drawn], known=enough),
            mouth_distance_change_pct_iod=interval([one.mouth_pct_iod for one in drawn], known=enough),
            mouth_distance_change_pct_rest=interval([one.mouth_pct_rest for one in drawn], known=enough),
            mouth_distance_change_mm=interval([one.mouth_mm for one in drawn], known=enough),
            rate_per_min=interval([one.rate_per_min for one in drawn], known=enough),
            repetition=interval([one.repetition for one in drawn], known=repeated),
        ),
        time_in_spasm_pct=point.time_pct,
        longest_event_s=max(one.end_s - one.start_s for one in events),
        clonic_frequency_hz=clonic_frequency_hz,
        other_babinski=other_babinski,
    )


def _as_closed(read_pct: Signal, error: float, share: float) -> Signal:
    """Closures as they may truly be: lashes and lid margins hide how far an eye is shut that reads three quarters or more."""
    hidden = np.clip((read_pct - _OPEN_PCT) / (_SHUT_PCT - _OPEN_PCT), 0, 1) * (100 - read_pct)
    return np.clip(read_pct + error + share * hidden, 0, 100)


def _median(values: Signal) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
