"""Synthetic patients of known palsy at the level of signals, and what the product says of each.

A patient's truth is what the same scales make of the exact face, without noise, search for movements, or errors of measuring.
Names of synkinesis are the clinic's: ocular-oral is a mouth that moves when the eyes close, oral-ocular an eye that closes when
the mouth moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

import numpy as np

from analysis.palsy.courses import FaceCourses, HalfCourses
from analysis.palsy.graded import Grade, Graded
from analysis.palsy.measuring import NAMES, Trust, place_sd
from analysis.palsy.postures import Examination, Task
from analysis.palsy.recording import examine
from analysis.palsy.results import AffectedSide, Palsy, Pattern
from analysis.palsy.settings import PalsySettings
from analysis.settings import AnalysisSettings
from analysis.uncertainty import SCALE_SD
from analysis.values import Side
from tests.palsy_faces import SAGGING, Face, Hanging, Movements
from tests.palsy_patients import Patient

SEVERITIES: Final = tuple(range(0, 101, 10))
"""Percent of the healthy movement that is lost."""
LAGS_S: Final = (0.0, 0.1, 0.2, 0.3)
AMOUNTS: Final = tuple(k / 10 for k in range(1, 9))
"""Of synkinesis, as a share of the region's own voluntary movement."""
TASKS: Final = tuple(task for task in Task if task is not Task.REST)


class Where(StrEnum):
    """What is weak."""

    BROW = "brow"
    EYE = "eye"
    MOUTH = "mouth"
    ALL = "all"
    HANGING = "all, hanging at rest"


class Kind(StrEnum):
    """Of synkinesis."""

    OCULAR_ORAL = "ocular-oral"
    ORAL_OCULAR = "oral-ocular"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """White noise of every measure in every frame, and a slow rise and fall of everything that no head frame has seen."""

    name: str
    noise_mm: float
    drift_mm: float


CLEAN: Final = Condition(name="none", noise_mm=0.0, drift_mm=0.0)
USUAL: Final = Condition(name="0.08 mm", noise_mm=0.08, drift_mm=0.0)
STRONG: Final = Condition(name="0.3 mm, drift 0.5 mm", noise_mm=0.3, drift_mm=0.5)
CONDITIONS: Final = (CLEAN, USUAL, STRONG)
STILL: Final = (USUAL, STRONG, Condition(name="0.3 mm, drift 1 mm", noise_mm=0.3, drift_mm=1.0))
"""In which nothing moves."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A patient, why they are asked, and what is true of them. ``misread`` seeds errors of measuring beside the noise."""

    group: str
    patient: Patient
    condition: Condition
    where: str = ""
    severity: int = 0
    amount: float = 0.0
    pattern: Pattern | None = None
    misread: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What the product says of one."""

    case: Case
    palsy: Palsy

    @property
    def side(self) -> str:
        """Of what is said of the affected side: ``right``, ``wrong``, ``indeterminate``, ``none`` of a face that has one."""
        said, true = self.palsy.affected_side, self.case.patient.face.affected
        if said in (AffectedSide.INDETERMINATE, None):
            return "indeterminate"
        if not self.case.severity and not self.case.amount:
            return "right" if said is AffectedSide.NONE else "wrong"
        if said is AffectedSide.NONE:
            return "none"
        return "right" if said == true.value else "wrong"


Grader = Callable[[Examination, PalsySettings], Grade]


def exact(case: Case, grader: Grader) -> Graded:
    """What a scale makes of the exact face.

    Raises:
        TypeError: the examination is not whole.
    """
    found = grader(case.patient.face.examined(), PalsySettings())
    if not isinstance(found, Graded):
        raise TypeError(f"a whole examination could not be graded: {found.reason}")
    return found


def face(where: Where, severity: float, side: Side, *, narrowing: float = 0.0) -> Face:
    """A face of which a region of one side has lost ``severity`` percent of its movement."""
    left = 1 - severity / 100
    brow = left if where in (Where.BROW, Where.ALL, Where.HANGING) else 1.0
    eye = left if where in (Where.EYE, Where.ALL, Where.HANGING) else 1.0
    mouth = left if where in (Where.MOUTH, Where.ALL, Where.HANGING) else 1.0
    weak = Movements(
        brow=brow,
        gentle=eye,
        full=eye,
        smile=mouth,
        upper_lip=mouth,
        pucker=mouth,
        lower_lip=mouth,
        narrowing=narrowing,
    )
    hanging = _hanging(severity / 100) if where is Where.HANGING else Hanging()
    return Face(affected=side, weak=weak, hanging=hanging)


def _hanging(share: float) -> Hanging:
    return Hanging(**{each.name: share * getattr(SAGGING, each.name) for each in fields(Hanging)})


def _patient(face: Face, condition: Condition, seed: int) -> Patient:
    return Patient(face=face, noise_mm=condition.noise_mm, drift_mm=condition.drift_mm, seed=seed)


def ladders() -> Iterator[Case]:
    """More and more weakness of each region and side; without any, all regions are the same face."""
    for condition in CONDITIONS:
        for seed, side in enumerate(Side):
            for where in Where:
                for severity in SEVERITIES:
                    if severity == 0 and where is not Where.ALL:
                        continue
                    yield Case(
                        group="ladder",
                        patient=_patient(face(where, severity, side), condition, seed + 2 * severity),
                        condition=condition,
                        where=where,
                        severity=severity,
                    )


def around_the_bounds() -> Iterator[Case]:
    """Slight weakness in small steps, where the bounds of side, pattern and grade lie close together."""
    for seed, side in enumerate(Side):
        for where in (Where.EYE, Where.ALL):
            for severity in range(11, 20, 2):
                yield Case(
                    group="bounds",
                    patient=_patient(face(where, severity, side), USUAL, seed + 2 * severity),
                    condition=USUAL,
                    where=where,
                    severity=severity,
                )


def lagging() -> Iterator[Case]:
    """An affected side that comes late."""
    for seed, side in enumerate(Side):
        for severity in (0, 50):
            for lag in LAGS_S:
                one = _patient(face(Where.ALL, severity, side), USUAL, seed)
                yield Case(group="lag", patient=replace(one, lag_s=lag), condition=USUAL, severity=severity, amount=lag)


def synkinetic() -> Iterator[Case]:
    """More and more synkinesis of either kind, beside hardly any and beside half weakness."""
    for kind in Kind:
        for seed, side in enumerate(Side):
            for severity in (20, 60):
                for amount in AMOUNTS:
                    yield Case(
                        group="synkinesis",
                        patient=_moving_along(side, severity, seed, {kind: amount}),
                        condition=USUAL,
                        where=kind,
                        severity=severity,
                        amount=amount,
                    )


def _moving_along(side: Side, severity: float, seed: int, amounts: dict[Kind, float]) -> Patient:
    made = face(Where.ALL, severity, side, narrowing=amounts.get(Kind.ORAL_OCULAR, 0.0))
    # the patient's own name for a mouth that is drawn when the eyes close is the other way round
    return replace(_patient(made, USUAL, seed), oral_ocular=amounts.get(Kind.OCULAR_ORAL, 0.0))


def patterns(each: int = 20) -> Iterator[Case]:
    """Faces of every pattern by construction, at random: clear ones, not on the boundaries that the product has chosen."""
    random = np.random.default_rng(20_260_401)
    for pattern, (least, most), moves_along in (
        (Pattern.NORMAL, (0, 10), False),
        (Pattern.FLACCID, (30, 100), False),
        (Pattern.SYNKINETIC, (10, 40), True),
        (Pattern.MIXED, (60, 90), True),
    ):
        for seed in range(each):
            severity = float(random.uniform(least, most))
            amounts = {kind: float(random.uniform(0.4, 0.7)) if moves_along else 0.0 for kind in Kind}
            side = list(Side)[seed % 2]
            yield Case(
                group="pattern",
                patient=_moving_along(side, severity, seed, amounts),
                condition=USUAL,
                severity=round(severity),
                amount=max(amounts.values()),
                pattern=pattern,
            )


def without() -> Iterator[Case]:
    """Examinations that lack movements, by a face that is half weak."""
    whole = _patient(face(Where.ALL, 50, Side.RIGHT), USUAL, 0)
    for task in TASKS:
        yield _lacking(whole, f"all but {task}", tuple(other for other in TASKS if other is not task))
    for name, tasks in (
        ("all", TASKS),
        ("full smile only", (Task.FULL_SMILE,)),
        ("small smile only", (Task.SMALL_SMILE,)),
        ("closures only", (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE)),
        ("brow, full closure, full smile", (Task.BROW_RAISE, Task.FULL_CLOSURE, Task.FULL_SMILE)),
        ("nothing", ()),
    ):
        yield _lacking(whole, name, tasks)


def _lacking(whole: Patient, name: str, tasks: tuple[Task, ...]) -> Case:
    return Case(group="without", patient=replace(whole, tasks=tasks), condition=USUAL, where=name, severity=50)


def still(each: int = 60) -> Iterator[Case]:
    """Faces that do nothing, asked for nothing and asked for everything."""
    asked = (Task.BROW_RAISE, Task.GENTLE_CLOSURE, Task.FULL_SMILE, Task.PUCKER, Task.LOWER_TEETH)
    nothing = Movements.all_at(0)
    for condition in STILL:
        for name, tasks in (("filmed at rest", ()), ("asked to move", asked)):
            for seed in range(each):
                one = _patient(Face(weak=nothing, sound=nothing), condition, seed)
                yield Case(
                    group="still", patient=replace(one, tasks=tasks, repetitions=1), condition=condition, where=name
                )


def even() -> Iterator[Case]:
    """Both sides weak alike."""
    for severity in SEVERITIES[1:]:
        share = Movements.all_at(1 - severity / 100)
        yield Case(
            group="even",
            patient=_patient(Face(weak=share, sound=share), USUAL, severity),
            condition=USUAL,
            severity=severity,
        )


def misread(each: int = 60) -> Iterator[Case]:
    """Random faces, measured with errors of the size that the product says it has."""
    random = np.random.default_rng(20_260_402)
    for seed in range(each):
        severity = float(random.uniform(10, 95))
        side = list(Side)[seed % 2]
        yield Case(
            group="misread",
            patient=_patient(face(Where.HANGING, severity, side), USUAL, seed),
            condition=USUAL,
            severity=round(severity),
            misread=seed,
        )


def run(case: Case) -> Found:
    """Ask the product."""
    if case.misread is None:
        return Found(case=case, palsy=case.patient.examined())
    patient = case.patient
    courses, rest = patient.courses(), patient.rest()
    trust = patient.trust()
    spoilt = _spoilt(courses, patient, trust, case.misread)
    return Found(case=case, palsy=examine(spoilt, rest, trust, AnalysisSettings()))


def _spoilt(courses: FaceCourses, patient: Patient, trust: Trust, seed: int) -> FaceCourses:
    """With one gain for each region and side in the whole recording, places that are off, and a scale that is off."""
    random = np.random.default_rng((20_260_403, seed))
    scale = 1 + SCALE_SD * random.standard_normal()
    sides = {}
    for side in Side:
        at_rest, half = patient.face.examined().rest.side(side), courses.side(side)
        errors: dict[float | str, float] = {}
        closed = np.clip(1 - half.fissure_mm / (at_rest.mrd1_mm + at_rest.mrd2_mm), 0, 1)
        values = {}
        for name in NAMES:
            family = name.split("_")[0][:3]
            # of lids the error depends on how far they are closed
            least, most = (trust.gain_sd(name, side, closed=share) for share in (1.0, 0.0))
            error = errors.setdefault(family, float(random.standard_normal()))
            gain = 1 + (most + (least - most) * closed) * error
            place = getattr(at_rest, name)
            moved = place + gain * (getattr(half, name) - place) + place_sd(name) * random.standard_normal()
            values[name] = moved if name.endswith("_deg") else scale * moved
        sides[side] = HalfCourses(**values)
    return FaceCourses(times_s=courses.times_s, used=courses.used, right=sides[Side.RIGHT], left=sides[Side.LEFT])
