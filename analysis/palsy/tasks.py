"""Standard movements found in the signals: which, from when to when, however often.

Every movement has a signal of its own that its muscles drive: brows up, lids closing, mouth corners out and up, corners inward,
lower lip down, upper lip up. Whether there is a movement the larger side says, because in a palsy the other may not move at all.
Where several signals move at once the one that goes furthest, by what it reaches when it is what was asked for, names the
movement; the others are what moves along. There both sides count together: what moves along in a synkinesis does so on one side.
Nothing is taken from the order in which movements are usually asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.palsy.courses import FaceCourses, HalfCourses, middle
from analysis.palsy.postures import Task
from analysis.palsy.task_settings import Drive, TaskSettings
from analysis.signals import Rest
from analysis.smoothing import bridged, runs
from analysis.values import Side

Signal = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One movement; times in seconds. ``size`` is how far it went, in shares of what its drive usually reaches."""

    task: Task
    found_by: Literal["signals", "label"]
    start_s: float
    plateau_start_s: float
    peak_s: float
    plateau_end_s: float
    end_s: float
    size: float

    def plateau(self, times_s: Signal) -> NDArray[np.bool_]:
        """(n,) the frames of the plateau."""
        return np.asarray((times_s >= self.plateau_start_s) & (times_s <= self.plateau_end_s))

    def whole(self, times_s: Signal) -> NDArray[np.bool_]:
        """(n,) the frames from onset to offset."""
        return np.asarray((times_s >= self.start_s) & (times_s <= self.end_s))


_TASKS_OF: dict[Drive, tuple[Task, ...]] = {
    Drive.BROW_UP: (Task.BROW_RAISE,),
    Drive.LIDS_CLOSE: (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE),
    Drive.CORNER_OUT: (Task.SMALL_SMILE, Task.FULL_SMILE),
    Drive.CORNER_IN: (Task.PUCKER,),
    Drive.LOWER_LIP_DOWN: (Task.LOWER_TEETH,),
    Drive.UPPER_LIP_UP: (Task.SNARL,),
}
_CARRIED: Final = 0.3
"""Of what a corner is drawn outward the upper lip rises with it by at least this share: that much of its rise is a smile's."""


_NOT_OF_THE_MOUTH: Final = (Drive.BROW_UP, Drive.LIDS_CLOSE)
_MOST: Final = 0.5
_AGAIN: Final = 2
_LONGEST_GAP_S: Final = 0.5
_NOT_CLOSING: Final = 0.12
_CLOSING: Final = 0.5
_NOT_DRAWN: Final = 0.2


def drives(courses: FaceCourses, rest: Rest) -> dict[Drive, tuple[Signal, Signal]]:
    """(n,) of the right and left side, in mm from rest, of the lids the share that is closed; NaN where not used."""
    right, left = (_of_half(courses.side(side), rest) for side in Side)
    return {drive: (right[drive], left[drive]) for drive in Drive}


def _of_half(half: HalfCourses, rest: Rest) -> dict[Drive, Signal]:
    def change(values: Signal) -> Signal:
        return np.asarray(values - rest.position(values))

    out, up = change(half.commissure_out_mm), change(half.commissure_up_mm)
    fissure = half.fissure_mm
    return {
        Drive.BROW_UP: change(half.brow_height_mm),
        Drive.LIDS_CLOSE: np.asarray(1 - fissure / rest.position(fissure)),
        Drive.CORNER_OUT: np.where(out + up > 0, half.commissure_travel_mm, 0.0),
        Drive.CORNER_IN: -out,
        Drive.LOWER_LIP_DOWN: -change(half.lower_lip_mm),
        Drive.UPPER_LIP_UP: change(half.upper_lip_mm),
    }


def find_tasks(
    courses: FaceCourses, rest: Rest, settings: TaskSettings, *, label: Task | None = None
) -> tuple[Found, ...]:
    """All movements, in order of time; none where a ``label`` names one that is not among them.

    A label says which smile or closure it is, where the recording shows nothing else; it never makes a movement of what is none.
    """
    signals = drives(courses, rest)
    spans = _rivals_resolved(
        [
            span
            for span in _all_spans(courses, signals, settings)
            if not _involuntary(span, courses.times_s, signals, settings)
        ],
        courses.times_s,
        _standing(signals, settings),
    )
    closures = [span for span in spans if span.drive is Drive.LIDS_CLOSE]
    raised = {
        span: np.array([_during(span, courses.times_s, side) for side in signals[Drive.BROW_UP]]) for span in closures
    }
    # lids that close carry the landmarks of the brow upwards a little: closures are compared with one another
    gentlest = np.max([np.zeros(2), *raised.values()], axis=0)
    largest = max((span.size for span in spans if span.drive is Drive.CORNER_OUT), default=0.0)

    def task(span: _Span) -> Task:
        tasks = _TASKS_OF[span.drive]
        if span in raised:
            return tasks[int(np.nanmax(gentlest - raised[span]) > settings.effort_brow_mm)]
        full = max(settings.full_smile_share * largest, settings.full_smile_mm / settings.drives[span.drive].usual)
        return tasks[-1 if span.drive is not Drive.CORNER_OUT or span.size >= full else 0]

    if label is not None and not any(label in _TASKS_OF[span.drive] for span in spans):
        return ()
    if label is not None and all(label in _TASKS_OF[span.drive] for span in spans):
        return tuple(_named(span, label, "label") for span in spans)
    return tuple(_named(span, task(span), "signals") for span in spans)


def lasting_movement(courses: FaceCourses, rest: Rest, settings: TaskSettings) -> bool:
    """Whether the mouth seems to be in one movement for most of the recording, while brows are raised and eyes are closed.

    Then an expression was taken for rest, and rest for a movement.
    """
    spans = _all_spans(courses, drives(courses, rest), settings)
    lasts_s = float(courses.times_s[-1] - courses.times_s[0])
    others = [span for span in spans if span.drive in _NOT_OF_THE_MOUTH]
    return any(
        span.end_s - span.start_s > _MOST * lasts_s
        and sum(span.start_s < other.start_s and other.end_s < span.end_s for other in others) >= _AGAIN
        for span in spans
        if span.drive not in _NOT_OF_THE_MOUTH
    )


def _all_spans(
    courses: FaceCourses, signals: Mapping[Drive, tuple[Signal, Signal]], settings: TaskSettings
) -> list[_Span]:
    times_s = courses.times_s
    size = {
        drive: bridged(times_s, np.fmax(*sides) / settings.drives[drive].usual, longest_s=_LONGEST_GAP_S)
        for drive, sides in signals.items()
    }
    return [span for drive in Drive for span in _spans(times_s, size[drive], courses.used, drive, settings)]


@dataclass(frozen=True, kw_only=True)
class _Span:
    drive: Drive
    start_s: float
    plateau_start_s: float
    peak_s: float
    plateau_end_s: float
    end_s: float
    size: float


def _named(span: _Span, task: Task, found_by: Literal["signals", "label"]) -> Found:
    return Found(
        task=task,
        found_by=found_by,
        start_s=span.start_s,
        plateau_start_s=span.plateau_start_s,
        peak_s=span.peak_s,
        plateau_end_s=span.plateau_end_s,
        end_s=span.end_s,
        size=span.size,
    )


def _spans(times_s: Signal, size: Signal, seen: NDArray[np.bool_], drive: Drive, settings: TaskSettings) -> list[_Span]:
    """Stretches that reach the gate, from 15 % of their own peak to 15 %, with a plateau that lasts and was ``seen``, (n,).

    A face that leaves the picture shows itself in single frames.
    """
    gate = settings.drives[drive].gate / settings.drives[drive].usual
    spans = []
    for run in _joined(runs(np.nan_to_num(size) > gate / 2), times_s, settings.gap_s):
        peak = run.start + int(np.nanargmax(size[run]))
        if not size[peak] > gate:
            continue
        plateau = _longest(_within(size, run, settings.plateau_share * size[peak]), times_s, settings.gap_s)
        if times_s[plateau.stop - 1] - times_s[plateau.start] < settings.plateau_s:
            continue
        if float(seen[plateau].mean()) < settings.seen_share:
            continue
        whole = _reach(size, peak, settings.onset_share * float(size[peak]))
        spans.append(
            _Span(
                drive=drive,
                start_s=float(times_s[min(whole.start, plateau.start)]),
                plateau_start_s=float(times_s[plateau.start]),
                peak_s=float(times_s[peak]),
                plateau_end_s=float(times_s[plateau.stop - 1]),
                end_s=float(times_s[max(whole.stop, plateau.stop) - 1]),
                size=float(np.nanmedian(size[plateau])),
            )
        )
    return spans


def _within(size: Signal, run: slice, level: float) -> NDArray[np.bool_]:
    above = np.zeros(len(size), dtype=np.bool_)
    above[run] = np.nan_to_num(size[run]) >= level
    return above


def _joined(stretches: Iterable[slice], times_s: Signal, gap_s: float) -> list[slice]:
    joined: list[slice] = []
    for stretch in stretches:
        if joined and times_s[stretch.start] - times_s[joined[-1].stop - 1] <= gap_s:
            joined[-1] = slice(joined[-1].start, stretch.stop)
        else:
            joined.append(stretch)
    return joined


def _longest(above: NDArray[np.bool_], times_s: Signal, gap_s: float) -> slice:
    return max(_joined(runs(above), times_s, gap_s), key=lambda run: times_s[run.stop - 1] - times_s[run.start])


def _reach(size: Signal, peak: int, level: float) -> slice:
    """From where the signal last left ``level`` before the peak to where it is first back after it."""
    below = np.flatnonzero(~(size > level))  # a face that is not seen for long ends a movement
    before, after = below[below < peak], below[below > peak]
    return slice(int(before[-1]) if before.size else 0, int(after[0]) + 1 if after.size else len(size))


def _standing(signals: Mapping[Drive, tuple[Signal, Signal]], settings: TaskSettings) -> dict[Drive, Signal]:
    """(n,) how far a drive has gone on both sides together, in shares of what it usually reaches."""

    def together(sides: tuple[Signal, Signal]) -> Signal:
        return np.asarray((np.maximum(sides[0], 0) + np.maximum(sides[1], 0)) / 2)

    standing = {drive: together(sides) for drive, sides in signals.items()}
    outward = np.maximum(-(signals[Drive.CORNER_IN][0] + signals[Drive.CORNER_IN][1]) / 2, 0)
    standing[Drive.UPPER_LIP_UP] = standing[Drive.UPPER_LIP_UP] - _CARRIED * outward
    return {drive: values / settings.drives[drive].usual for drive, values in standing.items()}


def _involuntary(
    span: _Span, times_s: Signal, signals: Mapping[Drive, tuple[Signal, Signal]], settings: TaskSettings
) -> bool:
    """One eye that closes alone, and its own mouth corner or brow with it, is drawn by a spasm: the lids of a paralysed side
    sink a little when the eyes are closed on purpose, and both brows keep still or come down. So is one mouth corner that goes
    alone while its own eye closes by half, and one brow that rises so (the other sign of Babinski): nobody who can smile or raise
    a brow on one side alone closes that eye by it.
    """
    if span.drive not in (Drive.LIDS_CLOSE, Drive.CORNER_OUT, Drive.BROW_UP):
        return False
    closing = [_during(span, times_s, side) for side in signals[Drive.LIDS_CLOSE]]
    which = int(np.argmax(closing))
    if not closing[1 - which] < _NOT_CLOSING:
        return False
    if span.drive is not Drive.LIDS_CLOSE:
        drawn, still = (_during(span, times_s, signals[span.drive][side]) for side in (which, 1 - which))
        return closing[which] > _CLOSING and still < _NOT_DRAWN * drawn
    brow = _during(span, times_s, signals[Drive.BROW_UP][which])
    drawn = any(
        _during(span, times_s, signals[drive][which]) > settings.drives[drive].gate
        for drive in (Drive.CORNER_OUT, Drive.CORNER_IN)
    )
    return brow > settings.drives[Drive.BROW_UP].gate or (drawn and brow > -settings.effort_brow_mm / 2)


def _rivals_resolved(spans: list[_Span], times_s: Signal, standing: Mapping[Drive, Signal]) -> list[_Span]:
    """Of spans whose plateaus lie in each other the one that stands out most over its own plateau."""

    def stands(span: _Span) -> float:
        within = (times_s >= span.plateau_start_s) & (times_s <= span.plateau_end_s)
        return float(np.nanmedian(standing[span.drive][within]))

    kept: list[_Span] = []
    for span in sorted(spans, key=stands, reverse=True):
        if not any(_share_time(span, other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start_s)


def _share_time(one: _Span, other: _Span) -> bool:
    together = min(one.plateau_end_s, other.plateau_end_s) - max(one.plateau_start_s, other.plateau_start_s)
    return together > 0


def _during(span: _Span, times_s: Signal, values: Signal) -> float:
    """Median over the plateau."""
    return middle(values[(times_s >= span.plateau_start_s) & (times_s <= span.plateau_end_s)])
