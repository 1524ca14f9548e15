"""The numbers that a class of spasms is judged by, each as a scale with the bounds of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.spasm.results import SideSpasms, Spasm
from analysis.spasm.settings import ClassSettings
from analysis.values import Interval, Side
from reports import spasm_words, units
from reports.axes import ticks
from reports.spasm_words import VARIABLES, VariableName

HEADROOM: Final = 1.15


@dataclass(frozen=True, kw_only=True)
class Bound:
    """Where a class begins or ends."""

    at: float
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What was measured of one side; without a value it was not seen."""

    side: Side
    value: float | None
    interval: Interval | None
    written: str


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One number: its name, what it is, the bounds that it has and how far the scale goes from 0."""

    name: str
    meaning: str
    bounds: tuple[Bound, ...]
    marks: tuple[Mark, ...]
    end: float


def scales(spasm: Spasm, settings: ClassSettings) -> tuple[Scale, ...]:
    """The four variables, then the two numbers that can make a spasm severe. Bounds only where they decided."""
    shown = (
        _variable(
            spasm,
            "eye_closure_pct",
            "of its opening",
            (
                Bound(at=settings.mild_closure_pct, meaning=f"mild below {settings.mild_closure_pct:g} %"),
                Bound(at=settings.tonic_closure_pct, meaning=f"severe only from {settings.tonic_closure_pct:g} %"),
            ),
            least_end=100.0,
            most_end=100.0,
        ),
        _variable(
            spasm,
            "mouth_distance_change_pct_iod",
            "of the inter-iris distance",
            (Bound(at=settings.mild_mouth_pct_iod, meaning=f"mild below {settings.mild_mouth_pct_iod:g} %"),),
            least_end=3 * settings.mild_mouth_pct_iod,
        ),
        _variable(spasm, "rate_per_min", "contractions a minute", (), least_end=20.0),
        _variable(spasm, "repetition", "contractions a train", (), least_end=5.0),
        _time_in_spasm(spasm, settings),
        _longest(spasm, settings),
    )
    return shown if spasm.decided_by != "site cohort" else tuple(replace(each, bounds=()) for each in shown)


def _variable(
    spasm: Spasm,
    field: str,
    meaning: str,
    bounds: tuple[Bound, ...],
    *,
    least_end: float,
    most_end: float | None = None,
) -> Scale:
    marks = tuple(_mark(each, field, VARIABLES[field]) for each in spasm.sides)
    end = least_end if most_end is not None else _end(least_end, marks)
    return Scale(name=VARIABLES[field].name, meaning=meaning, bounds=bounds, marks=marks, end=end)


def _mark(told: SideSpasms, field: str, name: VariableName) -> Mark:
    value: float | None = getattr(told.variables, field)
    within: Interval | None = getattr(told.intervals, field)
    if value is None:
        return Mark(side=told.side, value=None, interval=None, written="not measured")
    unit = " %" if name.unit.startswith(" %") else ""
    between = "" if within is None else f" ({name.number(within.low)} to {name.number(within.high)})"
    return Mark(side=told.side, value=value, interval=within, written=f"{name.number(value)}{unit}{between}")


def _time_in_spasm(spasm: Spasm, settings: ClassSettings) -> Scale:
    marks = tuple(
        Mark(
            side=each.side,
            value=each.time_in_spasm_pct,
            interval=None,
            written=spasm_words.share_of_time(each.time_in_spasm_pct),
        )
        for each in spasm.sides
    )
    severe = Bound(at=settings.tonic_time_pct, meaning=f"severe above {settings.tonic_time_pct:g} %, if the eye shuts")
    end = min(_end(2 * settings.tonic_time_pct, marks), 100.0)
    return Scale(name="Time in spasm", meaning="of what was analysed", bounds=(severe,), marks=marks, end=end)


def _longest(spasm: Spasm, settings: ClassSettings) -> Scale:
    marks = tuple(
        Mark(
            side=each.side,
            value=each.longest_event_s,
            interval=None,
            written=units.seconds(each.longest_event_s),
        )
        for each in spasm.sides
    )
    severe = Bound(at=settings.tonic_event_s, meaning=f"severe from {settings.tonic_event_s:g} s, if the eye shuts")
    return Scale(
        name="Longest contraction",
        meaning="whether the eye shuts or not",
        bounds=(severe,),
        marks=marks,
        end=_end(2 * settings.tonic_event_s, marks),
    )


def _end(least: float, marks: Sequence[Mark]) -> float:
    reach = [max(each.value, each.interval.high if each.interval else 0.0) for each in marks if each.value is not None]
    furthest = HEADROOM * max(reach, default=0.0)
    if furthest <= least:
        return least
    step = ticks(0.0, furthest, 5)[1]
    return float(step * -(-furthest // step))
