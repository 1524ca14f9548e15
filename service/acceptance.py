"""The verdict on a phantom that went through the whole chain: what is true of it against what was measured.

Pure: a truth and a result in, rows out. What is compared follows from the truth alone, so that a measurement that is missing
fails. Sides are the subject's, also of a mirrored phantom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.movement import find_segments
from analysis.phantom import Truth
from analysis.results import AnalysisResult, Segment
from analysis.settings import AnalysisSettings
from analysis.values import Side, Status
from service.acceptance_truth import MouthCourse, mouth_course

RATIO: Final = 0.08
EXCURSION_SHARE: Final = 0.15
EXCURSION_MM: Final = 0.5
ONSET_S: Final = 0.15
_GATE_MARGIN: Final = 0.25
"""Within this share of the movement gate either answer is right."""
_DEAD: Final = 0.02
"""A side that truly goes less than this share of the other does not move."""

TOLERANCES: Final = (
    (
        f"amplitude ratio +-{RATIO:g}",
        "read with errors of up to 0.04 on the built-in portrait; as much again for other portraits",
    ),
    (
        f"excursion {100 * EXCURSION_SHARE:.0f} % or {EXCURSION_MM:g} mm, whichever is more",
        "movements that are held read 10 % short to 12 % long there; half a millimetre is about a pixel",
    ),
    (
        f"beginning of a movement +-{ONSET_S:g} s",
        "read within 0.04 s there, about a frame at 30 a second; slower recordings have longer ones",
    ),
    (
        "frames, sides, refusals: nothing",
        "a lost frame, a swapped side or a number for a side that does not move is wrong at any size",
    ),
)
"""What is tolerated and why."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One quantity with its verdict; ``note`` is what a person should know of a failure."""

    quantity: str
    true: str
    measured: str
    tolerance: str
    passed: bool
    note: str | None = None


def compare(truth: Truth, result: AnalysisResult, settings: AnalysisSettings, *, station: str) -> tuple[Row, ...]:
    """All verdicts on one phantom.

    Args:
        truth: of the phantom that was sent.
        result: of its analysis.
        settings: that the service analyses with; they say where a movement begins and what is refused.
        station: the Station Name under which the phantom was sent, for the sentence on mirror images.
    """
    rows = [*_recording(truth, result, station)]
    if result.quality.scale_mm_per_iod is None:
        return tuple(rows)  # no face was measured, which one of them says
    mouth = mouth_course(truth, mm_per_iod=result.quality.scale_mm_per_iod)
    gate_mm = result.movement.gate_mm or settings.gate_mm
    if mouth.largest_mm >= gate_mm * (1 + _GATE_MARGIN) and mouth.held(settings.smoothing_s):
        rows += _beginnings(mouth, result, settings, gate_mm)
        rows += _excursions(mouth, result, settings)
    rows += _relation(mouth, result, settings, gate_mm)
    return tuple(rows)


def _recording(truth: Truth, result: AnalysisResult, station: str) -> Iterator[Row]:
    yield _exact("frames", str(truth.frames), str(result.source.frames))
    declared = result.source.mirrored
    note = None
    if truth.mirrored and not declared:
        note = (
            "the sides are swapped: the source was mirrored and not declared. For a camera that records a mirror image add its "
            f'Station Name (0008,1010) to sources.mirrored_stations; this phantom\'s is "{station}"'
        )
    elif declared and not truth.mirrored:
        note = (
            "the sides are swapped: the source was not mirrored, but the configuration declares it so. Correct "
            "analysis.mirrored or sources.mirrored_stations"
        )
    yield _exact("mirror image", _yes(truth.mirrored), _yes(declared), note=note)
    assessable = result.quality.status is not Status.NOT_ASSESSABLE and result.quality.scale_mm_per_iod is not None
    yield Row(
        quantity="recording",
        true="assessable",
        measured=_words(result.quality.status),
        tolerance="none",
        passed=assessable,
        note=None if assessable else "; ".join(result.quality.reasons) or None,
    )


def _beginnings(
    mouth: MouthCourse, result: AnalysisResult, settings: AnalysisSettings, gate_mm: float
) -> Iterator[Row]:
    """Each movement's beginning as ``movement.segments`` defines it, in the true course; without what is taken along before."""
    expected = find_segments(
        mouth.times_s,
        mouth.activity_mm,
        onset=max(settings.onset_share * mouth.largest_mm, gate_mm / 2),
        gate=gate_mm,
        gap_s=settings.segment_gap_s,
        lead_s=settings.segment_lead_s,
    )
    found = result.movement.segments
    note = None if found else result.movement.reason
    yield _exact("movements of the mouth", str(len(expected)), str(len(found)), note=note)
    for number, segment in enumerate(expected, start=1):
        measured = _nearest(segment, found)
        yield _close(
            f"movement {number} begins, s",
            segment.start_s + settings.segment_lead_s,
            None if measured is None else measured.start_s + settings.segment_lead_s,
            tolerance=ONSET_S,
            digits=2,
        )


def _nearest(wanted: Segment, found: tuple[Segment, ...]) -> Segment | None:
    overlapping = [each for each in found if each.start_s < wanted.end_s and wanted.start_s < each.end_s]
    return min(overlapping, key=lambda each: abs(each.start_s - wanted.start_s), default=None)


def _excursions(mouth: MouthCourse, result: AnalysisResult, settings: AnalysisSettings) -> Iterator[Row]:
    for side in Side:
        true = mouth.peak_mm(side)
        if not mouth.held(settings.smoothing_s, side) and abs(true) > _DEAD * mouth.largest_mm:
            continue  # too short for the 95th percentile of a smoothed course
        excursion = result.movement.excursion_mm
        yield _close(
            f"{side} mouth corner, mm",
            true,
            None if excursion is None else float(getattr(excursion, side)),
            tolerance=max(EXCURSION_SHARE * abs(true), EXCURSION_MM),
            digits=1,
        )


def _relation(mouth: MouthCourse, result: AnalysisResult, settings: AnalysisSettings, gate_mm: float) -> Iterator[Row]:
    commissure = result.commissure
    given = commissure.status is not Status.NOT_ASSESSABLE
    moves = mouth.largest_mm >= gate_mm * (1 + _GATE_MARGIN) and mouth.held(settings.smoothing_s)
    dead = mouth.ratio < _DEAD
    if dead or mouth.largest_mm < gate_mm * (1 - _GATE_MARGIN):
        yield _exact("right-left relation", "refused", _given(given), note=_too_much(given, dead))
    elif moves and mouth.ratio >= settings.plain_leak + RATIO:
        yield _exact("right-left relation", "given", _given(given), note=None if given else commissure.reason)
        yield _close("amplitude ratio", mouth.ratio, commissure.amplitude_ratio, tolerance=RATIO, digits=2)
    if not moves:
        return
    named = str(commissure.weaker_side or "neither")
    if mouth.ratio <= settings.even_ratio - RATIO:
        swapped = commissure.weaker_side not in (None, mouth.weaker)
        note = "right and left are swapped" if swapped and result.source.mirrored == mouth.mirrored else None
        yield _exact("weaker side", str(mouth.weaker), named, note=note)
    elif mouth.ratio >= settings.even_ratio + RATIO:
        yield _exact("weaker side", "neither", named)


def _too_much(given: bool, dead: bool) -> str | None:
    if not given:
        return None
    return (
        "a relation was given although one side does not move"
        if dead
        else "a relation was given although nothing moves"
    )


def _exact(quantity: str, true: str, measured: str, *, note: str | None = None) -> Row:
    passed = true == measured
    return Row(
        quantity=quantity,
        true=true,
        measured=measured,
        tolerance="none",
        passed=passed,
        note=None if passed else note,
    )


def _close(quantity: str, true: float, measured: float | None, *, tolerance: float, digits: int) -> Row:
    return Row(
        quantity=quantity,
        true=f"{true:.{digits}f}",
        measured="-" if measured is None else f"{measured:.{digits}f}",
        tolerance=f"+-{tolerance:.2f}",
        passed=measured is not None and bool(np.isfinite(measured)) and abs(measured - true) <= tolerance,
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _given(value: bool) -> str:
    return "given" if value else "refused"


def _words(status: Status) -> str:
    return str(status).replace("_", " ")
