"""Blinks and spasms of synthetic patients, found as they happened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.palsy.postures import Task
from analysis.palsy.results import Repetition
from analysis.spasm.recording import examine
from analysis.spasm.results import Blinks, Spasm, SpasmClass, SpasmSide
from analysis.spasm.settings import SpasmSettings
from analysis.values import Side, Status
from tests.bench.spasm_events import f1, found_span, match, true_span
from tests.spasm_courses import SETTINGS, as_courses, at_rest, examined
from tests.spasm_faces import HEALTHY, PatientKind, Reading, SpasmCourses, spasm_patient

SPASTIC = (PatientKind.MILD, PatientKind.CLONIC, PatientKind.TONIC, PatientKind.AMONG_BLINKS, PatientKind.MIXED)
CLASSES = {
    PatientKind.MILD: SpasmClass.MILD,
    PatientKind.CLONIC: SpasmClass.MODERATE_CLONIC,
    PatientKind.TONIC: SpasmClass.SEVERE_TONIC,
}
SEEDS = st.integers(min_value=0, max_value=10_000)
ANY = st.sampled_from(tuple(PatientKind))


def spasms_and_blinks(kind: PatientKind, seeds: range, **filmed: float) -> tuple[float, float]:
    """F1 of contractions and of blinks over some patients."""
    contractions, blinks = [], []
    for seed in seeds:
        patient = spasm_patient(kind, seed=seed, **filmed)  # type: ignore[arg-type]
        spasm, blinked = examined(patient)
        contractions.append(match([found_span(one) for one in spasm.events], list(map(true_span, patient.spasms()))))
        blinks.append(match([found_span(one) for one in blinked.events], list(map(true_span, patient.blinks()))))
    return f1(contractions)[2], f1(blinks)[2]


@pytest.mark.parametrize("kind", SPASTIC)
@pytest.mark.parametrize("fps", [24.0, 60.0])
def test_contractions_are_found_where_they_happened(kind: PatientKind, fps: float) -> None:
    contractions, blinks = spasms_and_blinks(kind, range(100, 103), fps=fps, seconds=45)
    assert contractions >= 0.95
    assert blinks >= 0.95


@pytest.mark.parametrize("kind", HEALTHY)
def test_blinks_smiles_and_closures_are_no_spasms(kind: PatientKind) -> None:
    for seed in range(100, 106):
        spasm, blinks = examined(spasm_patient(kind, seed=seed))
        assert spasm.class_ is SpasmClass.NONE
        assert spasm.side is SpasmSide.NONE
        assert not spasm.events
        assert blinks.status is Status.GOOD


@pytest.mark.parametrize("kind", CLASSES)
def test_each_kind_of_spasm_gets_its_class_side_and_variables(kind: PatientKind) -> None:
    patient = spasm_patient(kind, seed=7, side=Side.LEFT, lost=0.0)
    spasm, _ = examined(patient)
    assert (spasm.side, spasm.class_) == (SpasmSide.LEFT, CLASSES[kind])
    assert spasm.variables is not None
    assert spasm.intervals is not None
    true = patient.spasms()
    assert spasm.variables.rate_per_min == pytest.approx(len(true), rel=0.05)  # of a minute
    closure = 100 * float(np.median([event.closure.left for event in true]))
    trembling = 5 if kind is PatientKind.TONIC else 0  # the median of a contraction that trembles, beside its peak
    assert spasm.variables.eye_closure_pct == pytest.approx(closure - trembling, abs=8)
    interval, closed = spasm.intervals.eye_closure_pct, spasm.variables.eye_closure_pct
    assert interval is not None
    assert closed is not None
    assert interval.low <= closed <= interval.high
    assert spasm.time_in_spasm_pct is not None
    lasts = sum(event.end_s - event.onset_s for event in true)
    assert spasm.time_in_spasm_pct == pytest.approx(100 * lasts / 60, rel=0.15)


def test_a_long_contraction_is_tonic_and_a_rising_brow_the_other_babinski_sign() -> None:
    spasm, _ = examined(spasm_patient(PatientKind.TONIC, seed=3))
    assert {event.kind for event in spasm.events} == {"tonic"}
    assert spasm.other_babinski is not None
    assert spasm.other_babinski.present
    spasm, _ = examined(spasm_patient(PatientKind.CLONIC, seed=3))
    assert {event.kind for event in spasm.events} == {"clonic"}
    assert spasm.clonic_frequency_hz is not None
    assert 1.8 <= spasm.clonic_frequency_hz <= 5.2


def test_an_eye_that_closes_without_its_mouth_corner_is_told_and_not_counted() -> None:
    spasm, _ = examined(spasm_patient(PatientKind.WINK, seed=1))
    assert spasm.closures_of_one_eye
    assert spasm.status is Status.LIMITED
    assert "winks" in str(spasm.reason)


def test_a_closure_asked_for_in_which_the_other_eye_takes_part_is_no_spasm() -> None:
    """Of a palsy: the healthy eye shuts, the other one by half, and the healthy cheek rises."""
    times = np.arange(0, 40, 1 / 30)
    held = np.clip(np.minimum(times % 10 - 3, 6 - times % 10) / 0.35, 0, 1)
    quiet = spasm_patient(PatientKind.BLINKS, seed=1, seconds=40, reading=Reading(lost=0.0, gaze_mm=0.0))
    n = len(times)
    patient = replace(
        quiet,
        times_s=times,
        used=np.ones(n, dtype=np.bool_),
        aperture_mm=9.5 * (1 - np.column_stack([0.9 * held, 0.4 * held])),
        corner_mm=np.stack([np.column_stack([held, held]), np.zeros((n, 2))], axis=1) * 2.0,
        brow_mm=np.zeros((n, 2)),
        truth=(),
    )
    found, _ = examined(patient)
    assert found.events  # by form alone it might be one
    closures = [_repetition(10 * k + 3, 10 * k + 6) for k in range(4)]
    found, _ = examined(patient, closures)
    assert found.class_ is SpasmClass.NONE
    assert not found.events


def _repetition(start_s: float, end_s: float) -> Repetition:
    return Repetition(
        task=Task.FULL_CLOSURE,
        found_by="signals",
        start_s=start_s,
        plateau_start_s=start_s + 0.5,
        peak_s=start_s + 1,
        plateau_end_s=end_s - 0.5,
        end_s=end_s,
    )


def test_too_short_too_slow_or_unseen_is_refused_with_a_reason() -> None:
    short, blinks = examined(spasm_patient(PatientKind.CLONIC, seed=1, seconds=8))
    assert (short.status, short.class_, short.variables) == (Status.NOT_ASSESSABLE, None, None)
    assert "8 s" in str(short.reason)
    assert blinks.rate_per_min is None
    slow, _ = examined(spasm_patient(PatientKind.CLONIC, seed=1, fps=12.5))
    assert "13 pictures a second" in str(slow.reason)
    assert slow.status is Status.NOT_ASSESSABLE
    patient = spasm_patient(PatientKind.CLONIC, seed=1)
    hidden = replace(patient, aperture_mm=np.where([True, False], np.nan, patient.aperture_mm))
    unseen, blinks = examine(as_courses(hidden), at_rest(patient), (), SETTINGS, mm_per_iod=62.0)
    assert unseen.status is Status.NOT_ASSESSABLE
    assert blinks.status is Status.NOT_ASSESSABLE
    limited, _ = examined(spasm_patient(PatientKind.CLONIC, seed=1, seconds=20))
    assert limited.status is Status.LIMITED
    assert "of the 30 s" in str(limited.reason)


def _swapped(spasm: Spasm) -> list[tuple[str, float, float, float]]:
    other = {Side.RIGHT: "left", Side.LEFT: "right"}
    return sorted((other[one.side], one.start_s, one.end_s, one.eye_closure_pct or 0) for one in spasm.events)


def _events(spasm: Spasm) -> list[tuple[str, float, float, float]]:
    return sorted((one.side.value, one.start_s, one.end_s, one.eye_closure_pct or 0) for one in spasm.events)


def _blinked(blinks: Blinks) -> list[float]:
    return [one.start_s for one in blinks.events]


@settings(max_examples=15, deadline=None)
@given(kind=ANY, seed=SEEDS)
def test_a_mirrored_face_swaps_the_sides_and_nothing_else(kind: PatientKind, seed: int) -> None:
    patient = spasm_patient(kind, seed=seed, seconds=30)
    (spasm, blinks), (mirrored, blinked) = examined(patient), examined(patient.mirrored())
    assert _swapped(mirrored) == _events(spasm)
    assert _blinked(blinked) == _blinked(blinks)
    assert mirrored.class_ is spasm.class_


@settings(max_examples=10, deadline=None)
@given(kind=ANY, seed=SEEDS, later_s=st.floats(min_value=0.0, max_value=3600.0))
def test_the_time_at_which_a_recording_begins_changes_nothing(kind: PatientKind, seed: int, later_s: float) -> None:
    patient = spasm_patient(kind, seed=seed, seconds=30)
    (spasm, blinks), (later, blinked) = examined(patient), examined(patient.shifted(later_s))
    assert [one.start_s - later_s for one in later.events] == pytest.approx([one.start_s for one in spasm.events])
    assert len(blinked.events) == len(blinks.events)
    assert later.class_ is spasm.class_


@settings(max_examples=10, deadline=None)
@given(kind=st.sampled_from((PatientKind.CLONIC, PatientKind.TONIC)), seed=SEEDS, factor=st.floats(0.8, 1.25))
def test_a_larger_face_closes_its_eyes_alike(kind: PatientKind, seed: int, factor: float) -> None:
    patient = spasm_patient(kind, seed=seed, seconds=40)
    (spasm, _), (scaled, _) = examined(patient), examined(patient.scaled(factor))
    assert scaled.side is spasm.side
    assert spasm.variables is not None
    assert scaled.variables is not None
    assert scaled.variables.eye_closure_pct == pytest.approx(spasm.variables.eye_closure_pct, abs=1.0)
    assert scaled.variables.mouth_distance_change_pct_iod == pytest.approx(
        spasm.variables.mouth_distance_change_pct_iod, abs=0.1
    )


def joined(one: SpasmCourses, other: SpasmCourses) -> tuple[int, int]:
    """Contractions of two recordings that are one, and of each by itself."""
    together, _ = examined(one.then(other))
    return len(together.events), sum(len(examined(each)[0].events) for each in (one, other))


@settings(max_examples=8, deadline=None)
@given(kind=st.sampled_from((PatientKind.CLONIC, PatientKind.TONIC, PatientKind.BLINKS)), seed=SEEDS)
def test_joining_two_recordings_adds_their_events(kind: PatientKind, seed: int) -> None:
    reading = Reading(lost=0.0)
    one, other = (spasm_patient(kind, seed=seed + k, seconds=30, side=Side.RIGHT, reading=reading) for k in (0, 1))
    together, apart = joined(one, other)
    assert abs(together - apart) <= max(1, 0.03 * apart)


def test_nothing_that_is_found_depends_on_the_settings_of_the_class() -> None:
    patient = spasm_patient(PatientKind.CLONIC, seed=5, seconds=40)
    stricter = SpasmSettings.model_validate({"classes": {"mild_closure_pct": 90, "mild_mouth_pct_iod": 30}})
    usual, strict = examined(patient)[0], examined(patient, settings=stricter)[0]
    assert _events(usual) == _events(strict)
    assert strict.class_ is SpasmClass.MILD
