"""What has the form of a spasm and need be none, and spasms that leave no rest."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.palsy.postures import Task
from analysis.palsy.results import Repetition
from analysis.spasm.assess import assess
from analysis.spasm.results import Blinks, Spasm, SpasmClass, SpasmSide
from analysis.values import Status
from tests.spasm_courses import examined
from tests.spasm_faces import SpasmCourses
from tests.unit.test_spasm_parts import CLASSES, event, seen

FPS, SECONDS = 30, 60
TIMES = np.arange(FPS * SECONDS) / FPS
Values = NDArray[np.float64]


def bumps(*at_s: float, lasts_s: float = 0.3) -> Values:
    """Raised cosines, 0 to 1."""
    course = np.zeros_like(TIMES)
    for start in at_s:
        inside = (start <= TIMES) & (start + lasts_s >= TIMES)
        course[inside] = 0.5 - 0.5 * np.cos(2 * np.pi * (TIMES[inside] - start) / lasts_s)
    return course


def held(start_s: float, end_s: float, rise_s: float = 0.2) -> Values:
    return np.clip(np.minimum(TIMES - start_s, end_s - TIMES) / rise_s, 0, 1)


def filmed(right: Values, left: Values, right_mm: Values | float = 0.0, left_mm: Values | float = 0.0) -> SpasmCourses:
    """Closures of the eyes, and how far the corners are drawn; a little noise."""
    random = np.random.default_rng(1)
    n = len(TIMES)
    corner = np.zeros((n, 2, 2))
    for side, drawn in enumerate((right_mm, left_mm)):
        corner[:, side] = np.outer(drawn + np.zeros(n), (0.8, 0.6)) + 0.05 * random.standard_normal((n, 2))
    closed = np.column_stack([right, left])
    return SpasmCourses(
        times_s=TIMES,
        used=np.ones(n, dtype=np.bool_),
        aperture_mm=9.5 * (1 - 0.9 * closed) + 0.05 * random.standard_normal((n, 2)),
        corner_mm=corner,
        brow_mm=0.05 * random.standard_normal((n, 2)),
        iod_mm=62.0,
        truth=(),
    )


BLINKS_S = tuple(3.0 + 4.1 * k for k in range(13))
BLINKING = bumps(*BLINKS_S, lasts_s=0.25)


def said(courses: SpasmCourses, movements: tuple[Repetition, ...] = ()) -> tuple[Spasm, Blinks]:
    return examined(courses, movements)


def movement(task: Task, start_s: float, end_s: float) -> Repetition:
    return Repetition(
        task=task, found_by="signals", start_s=start_s, plateau_start_s=start_s + 0.3, peak_s=start_s + 0.5,
        plateau_end_s=end_s - 0.3, end_s=end_s,
    )  # fmt: skip


def test_the_sound_eye_of_a_palsy_that_is_closed_on_command_is_no_spasm() -> None:
    closing = sum((held(10 * k + 3, 10 * k + 5, 0.15) for k in range(5)), np.zeros_like(TIMES))
    face = filmed(np.maximum(closing, BLINKING), 0 * closing, right_mm=2.0 * closing)
    closures = tuple(movement(Task.FULL_CLOSURE, 10 * k + 3, 10 * k + 5) for k in range(5))
    spasm, _ = said(face, closures)
    assert spasm.class_ is SpasmClass.NONE
    assert "asked for" in str(spasm.reason)
    unasked, _ = said(face)  # where the movements were not told apart either
    assert unasked.class_ is SpasmClass.INDETERMINATE
    assert "the other eye never closes" in str(unasked.reason)


def test_a_grin_of_one_side_with_a_narrowing_eye_is_no_spasm() -> None:
    grin = sum((held(12 * k + 3, 12 * k + 5, 0.15) for k in range(4)), np.zeros_like(TIMES))
    face = filmed(np.maximum(0.3 * grin, BLINKING), BLINKING, right_mm=6.0 * grin)
    smiles = tuple(movement(Task.FULL_SMILE, 12 * k + 3, 12 * k + 5) for k in range(4))
    spasm, _ = said(face, smiles)
    assert spasm.class_ is SpasmClass.NONE
    assert spasm.status is Status.LIMITED


def test_contractions_that_never_pause_are_found_all_the_same() -> None:
    beats = bumps(*np.arange(0.2, 59, 0.4), lasts_s=0.36)
    spasm, _ = said(filmed(0.7 * beats, 0 * beats, right_mm=4.0 * beats))
    assert spasm.side is SpasmSide.RIGHT
    assert len(spasm.events) > 140
    assert spasm.class_ is not SpasmClass.NONE


def test_an_eye_that_is_always_shut_is_not_assessable() -> None:
    spasm, _ = said(filmed(np.ones_like(TIMES), BLINKING, right_mm=5.0))
    assert spasm.status is Status.NOT_ASSESSABLE
    assert "never ceases" in str(spasm.reason)


def test_blinks_of_unlike_eyes_are_told() -> None:
    _, blinks = said(filmed(BLINKING, 0.5 * BLINKING))
    assert (blinks.count, blinks.unlike, blinks.rate_per_min) == (0, len(BLINKS_S), None)
    assert blinks.status is Status.LIMITED
    assert "not alike" in str(blinks.reason)


def test_blinks_that_draw_a_mouth_corner_are_doubted() -> None:
    early = bumps(*(at - 0.07 for at in BLINKS_S), lasts_s=0.25)
    spasm, blinks = said(filmed(early, BLINKING, right_mm=2.5 * early))
    assert spasm.class_ is SpasmClass.INDETERMINATE
    assert "coincide with blinks" in str(spasm.doubt)
    assert blinks.count == len(BLINKS_S)


def test_a_mouth_that_chews_goes_along_with_anything() -> None:
    """The left eye is a prosthesis, and the right side chews."""
    chewing = 0.75 * (1 - np.cos(2 * np.pi * 1.4 * TIMES))
    spasm, _ = said(filmed(BLINKING, 0 * BLINKING, right_mm=chewing, left_mm=0.3 * chewing))
    assert spasm.class_ is SpasmClass.INDETERMINATE
    assert "moves most of the time" in str(spasm.doubt)


def test_eyes_that_both_stay_shut_are_told() -> None:
    shut = sum((held(10 * k + 2, 10 * k + 7) for k in range(6)), np.zeros_like(TIMES))
    spasm, _ = said(filmed(shut, shut))
    assert spasm.class_ is SpasmClass.NONE
    assert "both eyes are closed for" in str(spasm.reason)


def test_a_drooping_lid_does_not_lengthen_its_spasms() -> None:
    trains = bumps(*(5.0 * k + 0.35 * j + 2 for k in range(10) for j in range(4)), lasts_s=0.3)
    usual, _ = said(filmed(np.maximum(0.8 * trains, BLINKING), BLINKING, right_mm=4.0 * trains))
    droops = filmed(np.maximum(0.8 * trains, BLINKING), BLINKING, right_mm=4.0 * trains)
    droops.aperture_mm[:, 0] *= 0.5
    drooping, _ = said(droops)
    assert usual.time_in_spasm_pct is not None
    assert drooping.time_in_spasm_pct == pytest.approx(usual.time_in_spasm_pct, rel=0.15)
    assert drooping.class_ is usual.class_


def test_more_spasm_is_never_a_milder_class() -> None:
    tonic = [event(2 + 12 * k, 3, eye=92, mouth=9) for k in range(4)]
    for more in range(0, 12, 2):
        small = [event(7 + 4.3 * k, eye=30, mouth=2) for k in range(more)]
        assert assess(seen(*tonic, *small), CLASSES).class_ is SpasmClass.SEVERE_TONIC


def test_one_long_contraction_is_not_called_no_spasm() -> None:
    spasm = assess(seen(event(5, 45, eye=95, mouth=10)), CLASSES)
    assert (spasm.class_, spasm.side) == (SpasmClass.INDETERMINATE, SpasmSide.RIGHT)
    assert "a single contraction" in str(spasm.rule)


def test_the_interval_of_an_eye_that_reads_shut_reaches_to_shut() -> None:
    spasm = assess(seen(*[event(5 * k, 3, eye=82, mouth=9) for k in range(1, 9)]), CLASSES)
    assert spasm.intervals is not None
    assert spasm.intervals.eye_closure_pct is not None
    assert spasm.intervals.eye_closure_pct.high > 97
