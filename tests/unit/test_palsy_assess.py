from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.palsy import house_brackmann, sunnybrook
from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.palsy.graded import Graded
from analysis.palsy.measuring import MEASURES, place_sd
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Task
from analysis.palsy.recording import examine
from analysis.palsy.results import AffectedSide, Palsy, Pattern, RomanGrade, Score
from analysis.settings import AnalysisSettings
from analysis.uncertainty import SCALE_SD
from analysis.values import Side, Status
from tests.palsy_faces import SAGGING, Face, Hanging, Movements
from tests.palsy_patients import NAMES, Patient

FEW = AnalysisSettings(pattern=PatternSettings(draws=50))
ROMAN: tuple[RomanGrade, ...] = get_args(RomanGrade)
SCALES = ("sunnybrook", "eface", "fngs", "fame")
PROPERTY = settings(
    phases=(Phase.explicit, Phase.generate),
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)

SHARE = st.floats(0, 1)
PATIENTS = st.builds(
    Patient,
    face=st.builds(
        Face,
        affected=st.sampled_from(Side),
        weak=st.builds(
            Movements,
            **{field.name: SHARE for field in fields(Movements) if field.name != "narrowing"},
            narrowing=st.floats(0, 0.6),
        ),
        hanging=st.sampled_from([Hanging(), SAGGING]),
    ),
    repetitions=st.just(1),
    oral_ocular=st.floats(0, 0.6),
    noise_mm=st.floats(0, 0.3),
    seed=st.integers(0, 1000),
)


def said(patient: Patient, courses: FaceCourses) -> Palsy:
    return examine(courses, patient.rest(), patient.trust(), FEW)


def scores(palsy: Palsy) -> dict[str, Score]:
    return {name: getattr(palsy, name) for name in SCALES}


def grade(palsy: Palsy) -> int:
    assert palsy.house_brackmann is not None
    assert palsy.house_brackmann.grade is not None
    return ROMAN.index(palsy.house_brackmann.grade)


def total(palsy: Palsy, name: str) -> float:
    score: Score = getattr(palsy, name)
    assert score.total is not None
    return score.total.value


MIRROR = {
    AffectedSide.RIGHT: AffectedSide.LEFT,
    AffectedSide.LEFT: AffectedSide.RIGHT,
    AffectedSide.NONE: AffectedSide.NONE,
    AffectedSide.INDETERMINATE: AffectedSide.INDETERMINATE,
}


@PROPERTY
@given(PATIENTS)
def test_a_mirrored_patient_has_mirrored_sides_and_nothing_else(patient: Patient):
    courses = patient.courses()
    swapped = FaceCourses(times_s=courses.times_s, used=courses.used, right=courses.left, left=courses.right)
    one, other = said(patient, courses), said(patient, swapped)
    assert other.affected_side is MIRROR[one.affected_side or AffectedSide.NONE]
    assert other.pattern is one.pattern
    assert other.house_brackmann == one.house_brackmann
    assert scores(other) == scores(one)
    assert [(found.task, found.start_s) for found in other.movements] == [
        (found.task, found.start_s) for found in one.movements
    ]
    for here, there in zip(one.postures, other.postures, strict=True):
        for name in MEASURES:
            assert getattr(here, name).right == getattr(there, name).left
    for original, mirrored in zip(one.regions, other.regions, strict=True):
        assert (original.right, original.left, original.share) == (mirrored.left, mirrored.right, mirrored.share)
    assert {(along.during, along.region, along.side, along.ratio) for along in one.co_movements} == {
        (along.during, along.region, Side.LEFT if along.side is Side.RIGHT else Side.RIGHT, along.ratio)
        for along in other.co_movements
    }


def test_an_even_face_that_is_weaker_here_and_there_is_graded_alike_in_a_mirror():
    """Neither side is affected, and each is the weaker one in as many regions."""
    patient = Patient(
        face=Face(weak=Movements(brow=0.88, smile=0.9), sound=Movements(pucker=0.95, lower_lip=0.95)),
        noise_mm=0.0,
    )
    courses = patient.courses()
    swapped = FaceCourses(times_s=courses.times_s, used=courses.used, right=courses.left, left=courses.right)
    one, other = said(patient, courses), said(patient, swapped)
    assert one.affected_side is AffectedSide.NONE
    assert other.house_brackmann == one.house_brackmann
    assert scores(other) == scores(one)


def changed(courses: FaceCourses, factor: float) -> FaceCourses:
    def half(side: HalfCourses) -> HalfCourses:
        return HalfCourses(**{name: getattr(side, name) * (1 if name.endswith("_deg") else factor) for name in NAMES})

    return FaceCourses(times_s=courses.times_s, used=courses.used, right=half(courses.right), left=half(courses.left))


@PROPERTY
@given(
    st.lists(st.floats(0.1, 0.6), min_size=7, max_size=7), st.floats(0.8, 1.25), st.sampled_from([Hanging(), SAGGING])
)
def test_the_size_of_a_face_changes_no_ratio(shares: list[float], factor: float, hanging: Hanging):
    names = [field.name for field in fields(Movements) if field.name != "narrowing"]
    weak = Movements(**dict(zip(names, shares, strict=True)))
    patient = Patient(face=Face(weak=weak, hanging=hanging), repetitions=1, noise_mm=0.02)
    courses = patient.courses()
    one, other = said(patient, courses), said(patient, changed(courses, factor))
    assert other.affected_side is one.affected_side
    assert other.pattern is one.pattern
    assert grade(other) == grade(one)
    for name in SCALES:
        assert total(other, name) == pytest.approx(total(one, name)), name
        assert getattr(other, name).category == getattr(one, name).category


@PROPERTY
@given(PATIENTS, st.floats(0.5, 500))
def test_when_it_was_filmed_changes_nothing(patient: Patient, begins_s: float):
    courses = patient.courses()
    later = FaceCourses(times_s=courses.times_s + begins_s, used=courses.used, right=courses.right, left=courses.left)
    one, other = said(patient, courses), said(patient, later)
    assert (other.affected_side, other.pattern) == (one.affected_side, one.pattern)
    assert other.house_brackmann == one.house_brackmann
    assert scores(other) == scores(one)
    assert other.postures == one.postures
    for here, there in zip(one.movements, other.movements, strict=True):
        assert there.task is here.task
        assert there.start_s - here.start_s == pytest.approx(begins_s, abs=1e-6)


@PROPERTY
@given(st.floats(0.1, 1), st.integers(0, 1000), st.floats(0.02, 0.25))
def test_frames_dropped_at_random_move_numbers_within_their_intervals(share: float, seed: int, dropped: float):
    patient = Patient(face=Face(weak=Movements.all_at(share)), repetitions=2, seed=seed)
    courses = patient.courses()
    whole = said(patient, courses)
    kept = np.random.default_rng(seed).random(len(courses.times_s)) > dropped
    fewer = FaceCourses(
        times_s=courses.times_s,
        used=kept,
        right=HalfCourses(**{name: np.where(kept, getattr(courses.right, name), np.nan) for name in NAMES}),
        left=HalfCourses(**{name: np.where(kept, getattr(courses.left, name), np.nan) for name in NAMES}),
    )
    other = said(patient, fewer)
    # frames that are lost for longer than a gap may part a movement in two, but add no other
    assert {one.task for one in other.movements} == {one.task for one in whole.movements}
    for here, there in zip(whole.postures, other.postures, strict=True):
        for name in MEASURES:
            for side in Side:
                value = getattr(getattr(there, name), side.value).value
                interval = getattr(getattr(here, name), side.value).interval
                assert interval.low <= value <= interval.high, (here.task, name)
    assert whole.house_brackmann is not None
    assert other.house_brackmann is not None
    f, again = whole.house_brackmann.f, other.house_brackmann.f
    assert f is not None
    assert again is not None
    assert f.interval.low <= again.value <= f.interval.high


GRID = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0)


@pytest.mark.parametrize("hanging", [Hanging(), SAGGING])
@pytest.mark.parametrize("region", ["all", "brow", "full", "smile"])
def test_more_weakness_is_never_a_better_grade_nor_a_better_range(region: str, hanging: Hanging):
    grades, ranges, totals = [], [], []
    for share in GRID:
        weak = Movements.all_at(share) if region == "all" else replace(Movements.all_at(0.7), **{region: share * 0.7})
        palsy = Patient(face=Face(weak=weak, hanging=hanging), repetitions=1, noise_mm=0.05).examined(FEW)
        assert palsy.house_brackmann is not None
        assert palsy.house_brackmann.grade_range is not None
        grades.append(grade(palsy))
        ranges.append(tuple(ROMAN.index(end) for end in palsy.house_brackmann.grade_range))
        totals.append((total(palsy, "sunnybrook"), -total(palsy, "fngs"), -total(palsy, "fame"), total(palsy, "eface")))
    assert grades == sorted(grades)
    assert [best for best, _ in ranges] == sorted(best for best, _ in ranges)
    assert [worst for _, worst in ranges] == sorted(worst for _, worst in ranges)
    for stronger, weaker in pairwise(totals):
        assert all(after <= before + 0.5 for before, after in zip(stronger, weaker, strict=True))
    for point, (best, worst) in zip(grades, ranges, strict=True):
        assert best <= point <= worst


@pytest.mark.parametrize("drift_mm", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("noise_mm", [0.05, 0.3])
def test_without_movement_nothing_is_normal_and_nothing_is_graded(noise_mm: float, drift_mm: float):
    for seed in range(3):
        palsy = Patient(face=Face(), tasks=(), noise_mm=noise_mm, drift_mm=drift_mm, seed=seed).examined(FEW)
        assert palsy.status is Status.NOT_ASSESSABLE
        assert palsy.reason is not None
        assert palsy.reason.startswith("no standard movement was seen")
        assert (palsy.affected_side, palsy.pattern, palsy.house_brackmann) == (None, None, None)
        assert [getattr(palsy, name) for name in SCALES] == [None] * 4
        assert len(palsy.missing_tasks) == 7


@pytest.mark.parametrize("task", [task for task in Task if task is not Task.REST])
def test_one_movement_alone_is_no_normal_face(task: Task):
    palsy = Patient(face=Face(), tasks=(task,)).examined(FEW)
    assert palsy.status is Status.LIMITED
    assert palsy.pattern is Pattern.INDETERMINATE
    assert palsy.house_brackmann is not None
    assert palsy.house_brackmann.grade is None
    assert palsy.house_brackmann.reason
    for score in scores(palsy).values():
        assert score.total is None
        assert score.reason


def test_what_is_missing_is_named():
    tasks = (Task.FULL_SMILE, Task.BROW_RAISE, Task.FULL_CLOSURE)
    palsy = Patient(face=Face(), tasks=tasks).examined(FEW)
    assert set(palsy.missing_tasks) == set(Task) - {Task.REST, Task.SNARL, *tasks}
    assert palsy.reason == "not seen: gentle eye closure, small smile, pucker, showing of the lower teeth"
    assert palsy.house_brackmann is not None
    assert palsy.house_brackmann.grade == "I"
    assert palsy.sunnybrook is not None
    assert palsy.sunnybrook.total is None


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize(
    ("weak", "drawn", "pattern"),
    [
        (Movements.all_at(0.5), 0.0, Pattern.FLACCID),
        (Movements.all_at(0.0), 0.0, Pattern.FLACCID),
        (replace(Movements.all_at(0.75), narrowing=0.6), 0.0, Pattern.SYNKINETIC),
        (Movements.all_at(1.0), 0.5, Pattern.SYNKINETIC),
        (replace(Movements.all_at(0.35), narrowing=0.6), 0.0, Pattern.MIXED),
    ],
)
def test_side_and_pattern(side: Side, weak: Movements, drawn: float, pattern: Pattern):
    palsy = Patient(face=Face(affected=side, weak=weak), oral_ocular=drawn).examined(FEW)
    assert palsy.affected_side == side.value
    assert palsy.pattern is pattern
    assert (pattern is Pattern.FLACCID) != any(text.startswith("synkinesis") for text in palsy.evidence)


def test_a_healthy_face():
    palsy = Patient(face=Face()).examined(FEW)
    assert (palsy.status, palsy.affected_side, palsy.pattern) == (Status.GOOD, AffectedSide.NONE, Pattern.NORMAL)
    assert palsy.house_brackmann is not None
    assert palsy.house_brackmann.grade == "I"


def test_a_sound_eye_that_narrows_in_a_smile_is_no_evidence():
    palsy = Patient(face=Face(weak=Movements.all_at(0.5), sound=Movements(narrowing=0.4))).examined(FEW)
    assert (palsy.affected_side, palsy.pattern) == (AffectedSide.RIGHT, Pattern.FLACCID)
    assert not any(text.startswith("synkinesis") for text in palsy.evidence)


def test_sides_that_are_weak_in_different_places_are_not_graded():
    face = Face(weak=Movements(brow=0.2), sound=Movements(smile=0.2))
    palsy = Patient(face=face).examined(FEW)
    assert (palsy.affected_side, palsy.pattern) == (AffectedSide.INDETERMINATE, Pattern.INDETERMINATE)
    assert palsy.house_brackmann is not None
    assert palsy.house_brackmann.grade is None
    assert all(score.total is None for score in scores(palsy).values())


def test_a_range_holds_its_grade():
    for seed in range(4):
        share = 0.3 + 0.18 * seed
        palsy = Patient(face=Face(weak=Movements.all_at(share)), noise_mm=0.25, seed=seed).examined(FEW)
        assert palsy.house_brackmann is not None
        assert palsy.house_brackmann.grade_range is not None
        best, worst = (ROMAN.index(end) for end in palsy.house_brackmann.grade_range)
        assert best <= grade(palsy) <= worst
        assert palsy.fngs is not None
        assert palsy.fngs.category_range is not None
        assert palsy.fngs.category is not None
        ends = [("I", "II", "III", "IV", "V", "VI").index(end) for end in palsy.fngs.category_range]
        assert ends[0] <= ("I", "II", "III", "IV", "V", "VI").index(palsy.fngs.category) <= ends[1]


LENGTHS = [name for name in NAMES if not name.endswith("_deg")]
CORNER = ("commissure_excursion_mm", "smile_angle_deg", "commissure_out_mm", "commissure_up_mm", "commissure_travel_mm")


def misread(courses: FaceCourses, patient: Patient, random: np.random.Generator) -> FaceCourses:
    """As it may be measured: places, gains and the scale off by what is stated of them."""
    scale = 1 + SCALE_SD * random.standard_normal()
    rest, trust = patient.rest(), patient.trust()
    halves = {}
    for side in Side:
        gains = {name: random.standard_normal() for name in (*NAMES, "corner", "lids")}
        values = {}
        for name in NAMES:
            course = getattr(courses.side(side), name)
            place = float(rest.position(course))
            of = "corner" if name in CORNER else "lids" if name.startswith("mrd") else name
            gain = 1 + trust.gain_sd(name, side) * gains[of]
            read = place + place_sd(name) * random.standard_normal() + gain * (course - place)
            values[name] = read * (scale if name in LENGTHS else 1)
        halves[side] = HalfCourses(**values)
    return FaceCourses(times_s=courses.times_s, used=courses.used, right=halves[Side.RIGHT], left=halves[Side.LEFT])


def covered(patients: int, palsy_settings: AnalysisSettings) -> dict[str, tuple[int, int]]:
    """How many ranges of F and of the Sunnybrook-equivalent hold the truth, of how many."""
    held = {"f": [0, 0], "sunnybrook": [0, 0]}
    for seed in range(patients):
        random = np.random.default_rng(seed)
        names = [field.name for field in fields(Movements) if field.name != "narrowing"]
        level = random.uniform(0.1, 0.9)
        weak = Movements(**{name: float(np.clip(level + random.normal(0, 0.15), 0, 1)) for name in names})
        face = Face(weak=weak, hanging=SAGGING if seed % 2 else Hanging())
        patient = Patient(face=face, repetitions=2, noise_mm=0.1, seed=seed)
        courses = misread(patient.courses(), patient, random)
        palsy = examine(courses, patient.rest(), patient.trust(), palsy_settings)
        truths = {
            "f": house_brackmann.grade(face.examined(), palsy_settings.palsy),
            "sunnybrook": sunnybrook.grade(face.examined(), palsy_settings.palsy),
        }
        assert palsy.house_brackmann is not None
        assert palsy.sunnybrook is not None
        for name, range_ in (("f", palsy.house_brackmann.f), ("sunnybrook", palsy.sunnybrook.total)):
            truth = truths[name]
            if range_ is not None and isinstance(truth, Graded):
                held[name][1] += 1
                held[name][0] += range_.interval.low - 1e-9 <= truth.total <= range_.interval.high + 1e-9
    return {name: (hits, of) for name, (hits, of) in held.items()}


def test_ranges_hold_the_truth():
    for name, (hits, of) in covered(24, AnalysisSettings(pattern=PatternSettings(draws=100))).items():
        assert of >= 20, name
        assert hits / of >= 0.9, (name, hits, of)


@pytest.mark.parametrize(("travel", "pattern"), [(1.0, Pattern.NORMAL), (0.35, Pattern.INDETERMINATE)])
def test_a_face_that_is_weak_on_both_sides_is_not_called_normal(travel: float, pattern: Pattern) -> None:
    both = Movements(smile=travel)
    palsy = Patient(face=Face(weak=both, sound=both)).examined()
    assert palsy.affected_side is AffectedSide.NONE
    assert palsy.pattern is pattern


@pytest.mark.parametrize("share", [0.3, 0.5, 0.65])
def test_eyes_that_both_stay_open_are_not_graded(share: float) -> None:
    both = Movements(full=share, gentle=share)
    palsy = Patient(face=Face(weak=both, sound=both)).examined()
    assert palsy.house_brackmann is not None
    assert palsy.house_brackmann.grade is None


def test_a_face_that_hangs_at_rest_is_not_called_normal() -> None:
    palsy = Patient(face=Face(hanging=SAGGING)).examined()
    assert palsy.pattern is Pattern.INDETERMINATE
    assert any("not symmetrical at rest" in words for words in palsy.evidence)


@pytest.mark.parametrize(("strength", "pattern"), [(0.9, Pattern.NORMAL), (0.5, Pattern.INDETERMINATE)])
def test_a_face_of_which_neither_eye_closes_is_not_called_normal(strength: float, pattern: Pattern) -> None:
    even = Movements.all_at(strength)
    palsy = Patient(face=Face(weak=even, sound=even)).examined()
    assert palsy.affected_side is AffectedSide.NONE
    assert palsy.pattern is pattern
    assert ("neither eye closes" in palsy.evidence[-1]) is (strength < 0.75)
