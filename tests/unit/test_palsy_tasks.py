from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pytest

from analysis.palsy.postures import Examination, HalfPosture, Posture, Task
from analysis.palsy.task_settings import TaskSettings
from analysis.palsy.tasks import Found, find_tasks
from analysis.values import Side
from tests.palsy_faces import HEALTHY_REST, Face, Movements
from tests.palsy_patients import HOLD_S, RISE_S, Patient

SETTINGS = TaskSettings()
ALL = tuple(task for task in Task if task is not Task.REST)
MOVEMENT_S = 2 * RISE_S + HOLD_S


def found(patient: Patient, *, label: Task | None = None) -> tuple[Found, ...]:
    return find_tasks(patient.courses(), patient.rest(), SETTINGS, label=label)


def named(patient: Patient, *, label: Task | None = None) -> list[Task]:
    return [one.task for one in found(patient, label=label)]


def asked(patient: Patient) -> list[Task]:
    return [task for task, _ in patient.schedule]


@pytest.mark.parametrize("fps", [24, 25, 29.97, 50, 60, 120, 240])
def test_every_movement_is_found_when_it_was_made(fps: float):
    patient = Patient(face=Face(), fps=fps)
    seen = found(patient)
    assert [one.task for one in seen] == asked(patient)
    for one, (_, onset) in zip(seen, patient.schedule, strict=True):
        # a raised cosine is at 15 % after a quarter of its rise, at 70 % after 0.63 of it
        assert one.start_s == pytest.approx(onset + 0.25 * RISE_S, abs=0.09)
        assert one.end_s == pytest.approx(onset + MOVEMENT_S - 0.25 * RISE_S, abs=0.09)
        assert one.plateau_start_s == pytest.approx(onset + 0.63 * RISE_S, abs=0.09)
        assert one.plateau_end_s == pytest.approx(onset + MOVEMENT_S - 0.63 * RISE_S, abs=0.09)
        assert one.plateau_start_s <= one.peak_s <= one.plateau_end_s
        assert one.found_by == "signals"


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_a_side_that_hardly_moves_hides_no_movement(side: Side, share: float):
    patient = Patient(face=Face(affected=side, weak=Movements.all_at(share)))
    assert named(patient) == asked(patient)


def test_a_side_that_lags_hides_no_movement():
    patient = Patient(face=Face(weak=Movements.all_at(0.6)), lag_s=0.3)
    assert named(patient) == asked(patient)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_repetitions_are_counted(times: int):
    patient = Patient(face=Face(), tasks=(Task.PUCKER, Task.FULL_SMILE), repetitions=times)
    assert named(patient) == [Task.PUCKER] * times + [Task.FULL_SMILE] * times


@pytest.mark.parametrize("absent", ALL)
def test_what_was_not_shown_is_not_found(absent: Task):
    patient = Patient(face=Face(), tasks=tuple(task for task in ALL if task is not absent), repetitions=1)
    seen = named(patient)
    if absent is Task.FULL_SMILE:
        # nothing says that the only smile was meant to be small
        assert seen == [Task.FULL_SMILE if task is Task.SMALL_SMILE else task for task in asked(patient)]
    else:
        assert seen == asked(patient)


def test_the_order_of_movements_says_nothing():
    random = np.random.default_rng(3)
    for _ in range(5):
        patient = Patient(face=Face(), tasks=tuple(ALL[k] for k in random.permutation(len(ALL))), repetitions=1)
        assert named(patient) == asked(patient)


@pytest.mark.parametrize(("fps", "noise_mm"), [(24, 0.6), (30, 0.08), (30, 0.3), (30, 0.6), (120, 0.3)])
def test_noise_is_no_movement(fps: float, noise_mm: float):
    for seed in range(5):
        assert named(Patient(face=Face(), tasks=(), noise_mm=noise_mm, seed=seed, fps=fps)) == []


def test_a_drift_of_a_millimetre_is_no_movement():
    for seed in range(10):
        assert named(Patient(face=Face(), tasks=(), drift_mm=1.0, seed=seed)) == []


def test_blinks_are_no_closures():
    blinks = tuple(1.0 + 1.1 * k for k in range(20))
    assert named(Patient(face=Face(), tasks=(), blinks=blinks[:2])) == []
    patient = Patient(face=Face(), tasks=(Task.BROW_RAISE, Task.PUCKER, Task.FULL_SMILE), blinks=blinks)
    assert named(patient) == asked(patient)


def test_a_blink_just_before_a_closure_is_not_counted():
    patient = Patient(face=Face(), tasks=(Task.GENTLE_CLOSURE,), repetitions=2, blinks=(0.55,))
    seen = found(patient)
    assert [one.task for one in seen] == [Task.GENTLE_CLOSURE] * 2
    assert seen[0].start_s > 0.9


def test_a_held_movement_is_one():
    patient = Patient(face=Face(), tasks=(Task.FULL_SMILE,), repetitions=1, hold_s=12.0)
    (one,) = found(patient)
    assert one.plateau_end_s - one.plateau_start_s > 12.0


def test_a_movement_that_is_not_held_is_none():
    assert named(Patient(face=Face(), tasks=(Task.FULL_SMILE,), hold_s=0.0)) == []


def test_a_movement_cut_off_at_an_end():
    patient = Patient(face=Face(), tasks=(Task.FULL_SMILE, Task.PUCKER), repetitions=1)
    (_, smile), (_, pucker) = patient.schedule
    seen = found(replace(patient, shown=(smile + 0.8, pucker + 1.4)))
    assert [one.task for one in seen] == [Task.FULL_SMILE, Task.PUCKER]
    assert seen[0].start_s == seen[0].plateau_start_s
    assert seen[1].end_s == seen[1].plateau_end_s


def test_frames_that_are_lost_within_a_movement():
    patient = Patient(face=Face(), tasks=(Task.FULL_SMILE,), repetitions=1)
    short = found(replace(patient, lost=((2.0, 2.1),)))
    assert [one.task for one in short] == [Task.FULL_SMILE]
    whole = found(patient)[0]
    assert short[0].plateau_end_s - short[0].plateau_start_s == pytest.approx(
        whole.plateau_end_s - whole.plateau_start_s, abs=0.1
    )
    assert len(found(replace(patient, lost=((1.7, 2.5),)))) <= 2
    assert found(replace(patient, lost=((1.0, 4.0),))) == ()


def test_smiles_are_small_beside_a_larger_one():
    patient = Patient(face=Face(), tasks=(Task.FULL_SMILE, Task.SMALL_SMILE, Task.FULL_SMILE), repetitions=1)
    assert named(patient) == [Task.FULL_SMILE, Task.SMALL_SMILE, Task.FULL_SMILE]


def test_closures_are_told_apart_by_the_brows():
    patient = Patient(face=Face(), tasks=(Task.FULL_CLOSURE, Task.GENTLE_CLOSURE), repetitions=2)
    assert named(patient) == [Task.FULL_CLOSURE] * 2 + [Task.GENTLE_CLOSURE] * 2


@pytest.mark.parametrize("narrowing", [0.3, 0.6, 0.9])
def test_a_synkinetic_smile_is_a_smile(narrowing: float):
    patient = Patient(face=Face(weak=Movements(narrowing=narrowing)))
    assert named(patient) == asked(patient)


@pytest.mark.parametrize("drawn", [0.3, 0.6, 0.9])
def test_a_synkinetic_closure_is_a_closure(drawn: float):
    patient = Patient(face=Face(), oral_ocular=drawn)
    assert named(patient) == asked(patient)


@pytest.mark.parametrize("label", ALL)
def test_a_label_names_its_movement_alone(label: Task):
    patient = Patient(face=Face(), tasks=(label,))
    seen = found(patient, label=label)
    assert [(one.task, one.found_by) for one in seen] == [(label, "label")] * 2


def test_a_label_is_not_believed_against_the_signals():
    assert named(Patient(face=Face(), tasks=(Task.PUCKER,)), label=Task.BROW_RAISE) == []
    assert named(Patient(face=Face(), tasks=(Task.PUCKER,)), label=Task.REST) == []


def test_a_labelled_small_smile_stays_small():
    assert named(Patient(face=Face(), tasks=(Task.FULL_SMILE,)), label=Task.SMALL_SMILE) == [Task.SMALL_SMILE] * 2


@dataclass(frozen=True, kw_only=True)
class Change:
    """Of one side from rest: mm, of the lids the share that is closed."""

    brow: float = 0
    lids: float = 0
    out: float = 0
    up: float = 0
    upper_lip: float = 0
    lower_lip: float = 0

    def times(self, share: float) -> Change:
        return Change(**{name: share * getattr(self, name) for name in self.__dataclass_fields__})

    def of(self, half: HalfPosture) -> HalfPosture:
        return replace(
            half,
            brow_height_mm=half.brow_height_mm + self.brow,
            mrd1_mm=half.mrd1_mm - self.lids * half.fissure_mm,
            commissure_travel_mm=0.8 * self.out + 0.6 * self.up,
            commissure_out_mm=half.commissure_out_mm + self.out,
            commissure_up_mm=half.commissure_up_mm + self.up,
            upper_lip_mm=half.upper_lip_mm + self.upper_lip,
            lower_lip_mm=half.lower_lip_mm - self.lower_lip,
        )


@dataclass(frozen=True, kw_only=True)
class Given:
    """A face whose postures are given."""

    postures: dict[Task, Posture]
    affected: Side = Side.RIGHT

    def examined(self) -> Examination:
        return Examination(affected=self.affected, postures=self.postures)


def plausible(random: np.random.Generator) -> dict[Task, Change]:
    """What healthy faces do in each movement, and what moves along on both sides: ranges that are wide, but seen."""
    between = random.uniform
    travel, angle, squint = between(7, 18), np.radians(between(25, 55)), between(0, 0.45)
    lip, jaw, effort = between(0.2, 0.55), between(-0.1, 0.3), between(0.3, 0.6)
    full = Change(
        out=travel * np.cos(angle),
        up=travel * np.sin(angle),
        upper_lip=travel * lip,
        lower_lip=travel * jaw,
        lids=squint,
    )
    snarl = between(3, 8)
    return {
        Task.BROW_RAISE: Change(brow=between(3, 12), lids=-between(0, 0.2)),
        Task.GENTLE_CLOSURE: Change(lids=between(0.8, 1), brow=-between(0, 0.5), up=between(0, 0.8)),
        Task.FULL_CLOSURE: Change(
            lids=between(0.85, 1), brow=-between(1.5, 4), up=between(0, 4), upper_lip=between(0, 2)
        ),
        Task.SMALL_SMILE: full.times(effort),
        Task.FULL_SMILE: full,
        Task.SNARL: Change(
            upper_lip=snarl,
            up=snarl * between(0.2, 0.6),
            out=between(-1, 1),
            brow=-between(0, 4),
            lids=between(0, 0.4),
        ),
        Task.PUCKER: Change(out=-between(3, 10), upper_lip=between(-2, 1.5), lower_lip=between(-1.5, 1.5)),
        Task.LOWER_TEETH: Change(
            lower_lip=between(3, 8), out=between(0, 5), up=-between(0, 2), upper_lip=between(0, 1.5)
        ),
    }


_ORAL = (Task.SMALL_SMILE, Task.FULL_SMILE, Task.SNARL, Task.PUCKER, Task.LOWER_TEETH)


def along(task: Task, change: Change, full_smile: Change, share: float) -> Change:
    """With synkinesis: the eye closes with the mouth, the corner is drawn along with eye and brow."""
    if task in _ORAL:
        return replace(change, lids=max(change.lids, share * (0.6 if task is Task.SMALL_SMILE else 1)))
    return replace(change, out=change.out + 0.6 * share * full_smile.out, up=change.up + 0.6 * share * full_smile.up)


def wrongly_named(faces: int, *, synkinetic: bool) -> tuple[float, Counter[tuple[Task, tuple[Task, ...]]]]:
    wrong: Counter[tuple[Task, tuple[Task, ...]]] = Counter()
    for seed in range(faces):
        random = np.random.default_rng(seed)
        changes = plausible(random)
        weak, share = random.uniform(0.3 if synkinetic else 0, 1), random.uniform(0.3, 0.9)
        postures = {Task.REST: Posture(right=HEALTHY_REST, left=HEALTHY_REST)}
        for task, change in changes.items():
            affected = change.times(weak)
            if synkinetic:
                affected = along(task, affected, changes[Task.FULL_SMILE], share)
            postures[task] = Posture(right=affected.of(HEALTHY_REST), left=change.of(HEALTHY_REST))
        patient = Patient(face=Given(postures=postures), repetitions=1, seed=seed, effort_brow_mm=0.0)
        seen = found(patient)
        for task, onset in patient.schedule:
            middle = onset + MOVEMENT_S / 2
            names = tuple(one.task for one in seen if one.start_s < middle < one.end_s)
            wrong[task, names] += names != (task,)
    return sum(wrong.values()) / (faces * len(ALL)), +wrong


def test_hardly_any_plausible_movement_of_a_flaccid_face_is_named_wrongly():
    share, wrong = wrongly_named(250, synkinetic=False)
    assert share <= 0.005, wrong


def test_few_plausible_movements_of_a_synkinetic_face_are_named_wrongly():
    share, wrong = wrongly_named(250, synkinetic=True)
    assert share <= 0.03, wrong
