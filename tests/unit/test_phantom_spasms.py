"""Phantoms of hemifacial spasm and of what looks like it, without pictures; and the signals that are made up from them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PhantomError
from analysis.phantom.courses import Course
from analysis.phantom.habits import DUCHENNE, LONG_BLINK_S, UNEVEN_BLINK, UNEVEN_SMILE, Habit, complete_blink
from analysis.phantom.presets import PRESETS, SpasmPreset
from analysis.phantom.scenario import Action, Kind, Movement, Part, Scenario
from analysis.phantom.spasms import HALF_WAY_BACK, Clonic, Contraction, Trembling
from analysis.values import Side
from tests.spasm_faces import (
    HEALTHY,
    PatientKind,
    Reading,
    SpasmCourses,
    amounts,
    courses_of,
    spasm_patient,
    spasm_scenario,
)

SPASM_PRESETS = {name: preset for name, preset in PRESETS.items() if isinstance(preset, SpasmPreset)}
WITH_SPASMS = [name for name in SPASM_PRESETS if name.startswith("spasm-")]
WITHOUT = [name for name in SPASM_PRESETS if not name.startswith("spasm-")]


def of_kind(scenario: Scenario, *kinds: Kind) -> list[Movement]:
    return [movement for movement in scenario.movements if movement.kind in kinds]


def spasms(scenario: Scenario) -> list[Movement]:
    return of_kind(scenario, Kind.SPASM_CLONIC, Kind.SPASM_TONIC)


def part(movement: Movement, action: Action) -> Part:
    return next((part for part in movement.parts if part.action is action), Part(action=action))


def largest(movement: Movement, action: Action) -> float:
    return max(part(movement, action).right, part(movement, action).left)


@pytest.mark.parametrize(
    "course",
    [
        Contraction(onset_s=1, rise_s=0.1, fall_s=0.15),
        Trembling(onset_s=1, rise_s=0.2, hold_s=2, fall_s=0.3, depth=0.15, cycles=12),
    ],
)
def test_a_contraction_rests_before_and_after_and_is_full_at_its_peak(course: Course) -> None:
    assert course.share(course.onset_s - 1e-6) == 0
    assert course.share(course.end_s + 1e-6) == 0
    assert course.share(course.peak_s) == pytest.approx(1)
    shares = [course.share(t) for t in np.arange(0.9, course.end_s + 0.1, 0.001)]
    assert min(shares) == 0
    assert max(shares) <= 1
    assert np.abs(np.diff(shares)).max() < 0.05


def test_jerks_take_their_share_from_a_hold_and_leave_it_whole_at_both_ends() -> None:
    course = Trembling(onset_s=0, rise_s=0.2, hold_s=2, fall_s=0.3, depth=0.2, cycles=10)
    held = np.array([course.share(t) for t in np.arange(0.2, 2.2, 0.001)])
    assert held.min() == pytest.approx(0.8, abs=1e-4)
    assert (held[0], held[-1]) == pytest.approx((1, 1), abs=1e-3)
    lows = (held[1:-1] < held[:-2]) & (held[1:-1] <= held[2:])
    assert lows.sum() == 10


@given(seed=st.integers(0, 10**6), per_s=st.floats(4, 5))
def test_contractions_too_fast_for_rest_hand_over_where_they_are(seed: int, per_s: float) -> None:
    fast = Clonic(
        side="left", contractions=(4, 8), per_s=(per_s, per_s), closure=(0.6, 0.8), mouth_iod=(0.05, 0.08)
    ).train(np.random.default_rng(seed), 1.0)
    full = largest(max(fast, key=lambda each: largest(each, Action.LIDS)), Action.LIDS)
    for one, next_one in pairwise(fast):
        assert one.course.end_s == next_one.course.onset_s
        before = one.course.share(one.course.end_s - 1e-9) * largest(one, Action.LIDS)
        after = next_one.course.share(next_one.course.onset_s) * largest(next_one, Action.LIDS)
        assert before == pytest.approx(after, abs=1e-6)
        assert 0.8 * HALF_WAY_BACK < before / full < 1.1 * HALF_WAY_BACK
    assert fast[0].course.share(fast[0].course.onset_s) == 0
    assert fast[-1].course.share(fast[-1].course.end_s - 1e-9) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", SPASM_PRESETS)
def test_a_preset_is_long_enough_the_same_every_time_and_short_if_asked(name: str) -> None:
    preset = SPASM_PRESETS[name]
    scenario = preset.scenario()
    assert 30 < scenario.duration_s < 90
    assert scenario == preset.scenario()
    once, twice = preset.scenario(1), preset.scenario(2)
    assert once.duration_s < twice.duration_s < scenario.duration_s
    assert once.movements[0].course == twice.movements[0].course
    with pytest.raises(PhantomError, match="cannot move 0 times"):
        preset.scenario(0)


@pytest.mark.parametrize("name", SPASM_PRESETS)
def test_the_pauses_of_a_preset_are_uneven(name: str) -> None:
    scenario = SPASM_PRESETS[name].scenario()
    moves = [movement.course for movement in scenario.movements]
    pauses = np.array([two.onset_s - one.end_s for one, two in pairwise(moves)])
    assert pauses.std() > 0.3 * pauses.mean()


@pytest.mark.parametrize("name", WITH_SPASMS)
def test_contractions_of_one_side_do_not_overlap_and_stay_on_theirs(name: str) -> None:
    found = spasms(SPASM_PRESETS[name].scenario())
    wanted = {"right", "left"} if name.endswith("-both") else {next((s for s in ("right", "left") if s in name), "")}
    sides = {movement.parts[0].side for movement in found}
    assert sides == wanted or wanted == {""}
    assert all({each.side for each in movement.parts} == {movement.parts[0].side} for movement in found)
    for side in sides:
        own = [movement.course for movement in found if movement.parts[0].side == side]
        assert all(one.end_s <= two.onset_s + 1e-9 for one, two in pairwise(own))


@pytest.mark.parametrize("name", WITHOUT)
def test_what_is_no_spasm_is_called_none(name: str) -> None:
    assert not spasms(SPASM_PRESETS[name].scenario())


def test_mild_spasms_are_small_and_alone() -> None:
    scenario = SPASM_PRESETS["spasm-mild-right"].scenario()
    found = spasms(scenario)
    assert {movement.parts[0].side for movement in found} == {"right"}
    assert all(0.2 <= largest(movement, Action.LIDS) <= 0.4 for movement in found)
    assert all(0.01 <= largest(movement, Action.MOUTH) < 0.03 for movement in found)
    assert min(two.course.onset_s - one.course.end_s for one, two in pairwise(found)) > 1.0
    assert len(of_kind(scenario, Kind.BLINK)) >= 5


@pytest.mark.parametrize("name", ["spasm-clonic-left", "spasm-clonic-both", "spasm-sway", "spasm-yaw", "spasm-dim"])
def test_clonic_spasms_are_trains_with_rest_between_some_contractions_and_not_between_others(name: str) -> None:
    found = spasms(SPASM_PRESETS[name].scenario())
    assert all(movement.kind is Kind.SPASM_CLONIC for movement in found)
    assert all(0.5 <= largest(movement, Action.LIDS) <= 0.8 for movement in found)
    assert all(0.04 <= largest(movement, Action.MOUTH) <= 0.08 for movement in found)
    for side in {movement.parts[0].side for movement in found}:
        own = [movement.course for movement in found if movement.parts[0].side == side]
        gaps = np.array([two.onset_s - one.end_s for one, two in pairwise(own)])
        trains = np.split(np.arange(len(own)), np.flatnonzero(gaps > 1.0) + 1)
        assert all(3 <= len(train) <= 8 for train in trains)
        assert (gaps < 1e-9).any()
        assert ((gaps > 0.01) & (gaps < 0.5)).any()


def test_tonic_spasms_are_long_and_the_brow_rises() -> None:
    found = spasms(SPASM_PRESETS["spasm-tonic-right"].scenario())
    lengths = [movement.course.end_s - movement.course.onset_s for movement in found]
    assert all(movement.kind is Kind.SPASM_TONIC for movement in found)
    assert min(lengths) > 2
    assert max(lengths) < 7
    assert all(0.8 <= largest(movement, Action.LIDS) <= 1 for movement in found)
    assert all(0.08 <= largest(movement, Action.MOUTH) <= 0.12 for movement in found)
    assert all(part(movement, Action.BROW).right >= 0.03 for movement in found)


def test_both_sides_contract_also_at_the_same_time_and_not_in_step() -> None:
    found = spasms(SPASM_PRESETS["spasm-clonic-both"].scenario())
    right, left = ([m.course for m in found if m.parts[0].side == side] for side in ("right", "left"))
    together = [(one, two) for one in right for two in left if one.onset_s < two.end_s and two.onset_s < one.end_s]
    assert together
    assert max(abs(one.onset_s - two.onset_s) for one, two in together) > 0.05
    assert len(together) < min(len(right), len(left))


def test_blinks_come_before_in_and_after_spasms_where_the_preset_says_so_and_clear_of_them_elsewhere() -> None:
    scenario = SPASM_PRESETS["spasm-and-blinks"].scenario()
    during = [
        blink
        for blink in of_kind(scenario, Kind.BLINK)
        if any(
            spasm.course.onset_s < blink.course.end_s and blink.course.onset_s < spasm.course.end_s
            for spasm in spasms(scenario)
        )
    ]
    assert 3 <= len(during) < len(of_kind(scenario, Kind.BLINK)) - 3
    amounts_seen = {round(largest(blink, Action.LIDS), 1) for blink in of_kind(scenario, Kind.BLINK)}
    assert min(amounts_seen) < 0.65
    assert max(amounts_seen) == 1
    lengths = [blink.course.end_s - blink.course.onset_s for blink in of_kind(scenario, Kind.BLINK)]
    assert max(lengths) == pytest.approx(LONG_BLINK_S)
    for name in set(WITH_SPASMS) - {"spasm-and-blinks"}:
        apart = SPASM_PRESETS[name].scenario()
        for blink in of_kind(apart, Kind.BLINK):
            for spasm in spasms(apart):
                assert blink.course.end_s < spasm.course.onset_s or spasm.course.end_s < blink.course.onset_s, name


def test_blinks_alone_are_of_all_kinds() -> None:
    scenario = SPASM_PRESETS["blinks-only"].scenario()
    blinks = of_kind(scenario, Kind.BLINK)
    assert len(blinks) == len(scenario.movements)
    assert 12 <= 60 * len(blinks) / scenario.duration_s <= 20
    assert all(blink.parts[0].side == "both" and len(blink.parts) == 1 for blink in blinks)
    ratios = [part(blink, Action.LIDS).right / part(blink, Action.LIDS).left for blink in blinks]
    assert min(min(ratio, 1 / ratio) for ratio in ratios) == pytest.approx(UNEVEN_BLINK)
    assert any(0.4 < largest(blink, Action.LIDS) < 0.6 for blink in blinks)
    assert any(round(abs(blink.left_lag_s) * 30) in (1, 2, 3) for blink in blinks)
    assert max(blink.course.end_s - blink.course.onset_s for blink in blinks) == pytest.approx(LONG_BLINK_S)
    pauses = [two.course.onset_s - one.course.end_s for one, two in pairwise(blinks)]
    assert min(pauses) < 0.2
    assert max(pauses) > 3


def test_smiles_alone_narrow_both_eyes() -> None:
    scenario = SPASM_PRESETS["smile-only"].scenario()
    smiles = of_kind(scenario, Kind.SMILE)
    assert len(smiles) == len(scenario.movements)
    assert all(largest(smile, Action.LIDS) == DUCHENNE for smile in smiles)
    for action in (Action.MOUTH, Action.LIDS):
        ratios = [part(smile, action).right / part(smile, action).left for smile in smiles]
        assert {round(min(ratio, 1 / ratio), 6) for ratio in ratios} == {1.0, UNEVEN_SMILE}


def test_winks_close_one_eye_with_and_without_its_corner() -> None:
    winks = of_kind(SPASM_PRESETS["wink"].scenario(), Kind.CLOSURE)
    forms = {(each.parts[0].side, largest(each, Action.MOUTH) > 0) for each in winks}
    assert forms == {(side, corner) for side in ("right", "left") for corner in (True, False)}
    assert all(part(each, Action.MOUTH).side in ("none", each.parts[0].side) for each in winks)


def test_closures_on_command_are_even_and_some_are_tight() -> None:
    closures = of_kind(SPASM_PRESETS["closure-on-command"].scenario(), Kind.CLOSURE)
    assert {part(each, Action.FROWN).side for each in closures} == {"both", "none"}
    for each in closures:
        lids = part(each, Action.LIDS)
        assert min(lids.right, lids.left) / max(lids.right, lids.left) > 0.9


def test_a_habit_without_an_end_is_refused() -> None:
    with pytest.raises(PhantomError, match="without an end"):
        Habit(bouts=(complete_blink,), pause_s=(1, 2)).movements(np.random.default_rng(0))


@given(seed=st.integers(0, 10**6), kind=st.sampled_from(PatientKind), seconds=st.floats(10, 60))
@settings(max_examples=40)
def test_a_patient_rests_first_and_last_in_any_length_of_recording(
    seed: int, kind: PatientKind, seconds: float
) -> None:
    scenario = spasm_scenario(kind, seed=seed, seconds=seconds)
    assert all(
        movement.course.onset_s + min(movement.left_lag_s, 0) >= 0.9
        and movement.course.end_s + max(movement.left_lag_s, 0) <= seconds - 0.9
        for movement in scenario.movements
    )
    blinks = sorted((blink.course.onset_s, blink.course.end_s) for blink in of_kind(scenario, Kind.BLINK))
    assert all(one[1] <= two[0] for one, two in pairwise(blinks))


@given(seed=st.integers(0, 10**6), kind=st.sampled_from(PatientKind), fps=st.floats(24, 240), variable=st.booleans())
@settings(max_examples=25, deadline=None)
def test_all_moments_at_once_are_the_scenarios_moments_one_by_one(
    seed: int, kind: PatientKind, fps: float, variable: bool
) -> None:
    scenario = spasm_scenario(kind, seed=seed, seconds=12)
    courses = courses_of(scenario, fps=fps, variable_rate=variable)
    does = amounts(scenario, courses.times_s)
    for k in range(0, len(courses.times_s), 7):
        expression = scenario.expression(float(courses.times_s[k]))
        for action in Action:
            assert tuple(does[action][k]) == pytest.approx(getattr(expression, action), abs=1e-12)


def test_what_rest_leaves_open_is_closed_at_once_too() -> None:
    narrow = Scenario(
        duration_s=12,
        movements=spasm_scenario("tonic", seed=1, seconds=12, side=Side.RIGHT).movements,
        rest=(Part(action=Action.LIDS, right=0.3, left=0.1),),
    )
    times_s = np.arange(0, 12, 0.1)
    lids = amounts(narrow, times_s)[Action.LIDS]
    assert lids == pytest.approx(np.array([narrow.expression(float(t)).lids for t in times_s]))


QUIET = Reading(
    aperture_sd_mm=0,
    corner_sd_mm=0,
    brow_sd_mm=0,
    drift_mm=0,
    gaze_mm=0,
    lid_leak=0,
    mouth_leak=0,
    brow_leak=0,
    corner_of_lids_mm=0,
)


def test_signals_follow_the_truth_on_its_side() -> None:
    courses = spasm_patient("tonic", seed=3, side=Side.LEFT, reading=QUIET)
    assert courses.used.all()
    (first, *_) = courses.spasms()
    held = (courses.times_s >= first.peak_s) & (courses.times_s < first.peak_s + 0.02)
    rest = courses.times_s < 0.9
    corner = courses.corner_mm[held].mean(axis=0)
    assert corner[1] == pytest.approx(
        np.array([0.8, 0.6]) * first.mouth_iod.left * courses.iod_mm * QUIET.mouth_gain, rel=0.05
    )
    assert corner[0] == pytest.approx(np.zeros(2), abs=1e-9)
    closed = 1 - courses.aperture_mm[held].mean(axis=0) / courses.aperture_mm[rest].mean(axis=0)
    assert closed[0] == pytest.approx(0, abs=1e-9)
    assert closed[1] == pytest.approx(min(first.closure.left * QUIET.lid_gain, QUIET.shut), rel=0.05)
    assert courses.brow_mm[held, 1].mean() > 0.5
    assert courses.brow_mm[rest] == pytest.approx(np.zeros((rest.sum(), 2)), abs=1e-9)


def test_noise_is_as_large_as_said_at_any_frame_rate() -> None:
    still = Scenario(duration_s=60)
    for fps in (24.0, 60.0, 240.0):
        reading = Reading(aperture_sd_mm=0.12, corner_sd_mm=0.07, brow_sd_mm=0.1, drift_mm=0, gaze_mm=0, lost=0.05)
        courses = courses_of(still, fps=fps, reading=reading)
        assert np.nanstd(courses.aperture_mm, axis=0) == pytest.approx([0.12, 0.12], rel=0.1)
        assert np.nanstd(courses.corner_mm, axis=0) == pytest.approx(np.full((2, 2), 0.07), rel=0.1)
        assert 0.05 <= 1 - courses.used.mean() < 0.08
        for signal in (courses.aperture_mm, courses.corner_mm, courses.brow_mm):
            lost = np.isnan(signal).reshape(len(signal), -1)
            assert (lost.all(axis=1) == ~courses.used).all()
            assert (lost.any(axis=1) == ~courses.used).all()


def test_eyes_look_elsewhere_together() -> None:
    reading = Reading(aperture_sd_mm=0, drift_mm=0, gaze_mm=0.5)
    aperture = courses_of(Scenario(duration_s=120), reading=reading).aperture_mm
    assert aperture[:, 0] == pytest.approx(aperture[:, 1])
    assert 0.3 < aperture[:, 0].std() < 0.8


@pytest.mark.parametrize("kind", PatientKind)
def test_the_same_seed_is_the_same_patient_and_another_seed_another(kind: PatientKind) -> None:
    one, again, other = (spasm_patient(kind, seed=seed, seconds=30) for seed in (5, 5, 6))
    assert one.truth == again.truth
    assert np.array_equal(one.aperture_mm, again.aperture_mm, equal_nan=True)
    assert one.truth != other.truth
    assert bool(one.spasms()) == (kind not in (*HEALTHY, PatientKind.WINK))


def same(one: SpasmCourses, two: SpasmCourses) -> bool:
    return one.truth == two.truth and all(
        np.allclose(getattr(one, name), getattr(two, name), equal_nan=True, rtol=0, atol=1e-9)
        for name in ("times_s", "used", "aperture_mm", "corner_mm", "brow_mm", "iod_mm")
    )


@pytest.mark.parametrize("kind", ["mixed", "both_sides", "blinks"])
def test_a_mirror_a_later_clock_and_a_larger_face_can_be_undone(kind: str) -> None:
    courses = spasm_patient(kind, seed=2, seconds=20)
    mirrored = courses.mirrored()
    assert same(mirrored.mirrored(), courses)
    assert np.array_equal(mirrored.aperture_mm[:, 0], courses.aperture_mm[:, 1], equal_nan=True)
    assert [event.closure.right for event in mirrored.truth] == [event.closure.left for event in courses.truth]
    larger = courses.scaled(2)
    assert larger.iod_mm == 2 * courses.iod_mm
    assert same(larger.scaled(0.5), courses)
    later = courses.shifted(8)
    assert later.truth[0].onset_s == courses.truth[0].onset_s + 8
    assert later.times_s[0] == 8


def test_one_recording_after_another_has_the_events_of_both() -> None:
    one, two = (spasm_patient("clonic", seed=seed, seconds=20) for seed in (1, 2))
    joined = one.then(two)
    assert len(joined.truth) == len(one.truth) + len(two.truth)
    assert (np.diff(joined.times_s) > 0).all()
    assert len(joined.times_s) == len(joined.aperture_mm) == len(joined.used)
    last = joined.truth[-1]
    assert last.onset_s - joined.times_s[len(one.times_s)] == pytest.approx(two.truth[-1].onset_s)
