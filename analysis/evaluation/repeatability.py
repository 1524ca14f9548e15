"""Test-retest repeatability of our own numbers: by how much two examinations differ although nothing has changed.

``repeatability.json`` is a ``Repeatability``; the report of a later examination takes the smallest detectable change from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, ValidationError
from scipy import stats

from analysis.errors import EvaluationError
from analysis.evaluation.agreement_measures import Reading, readings
from analysis.evaluation.raters import LEAST_SUBJECTS, LIMIT_SD, Estimate, bland_altman, icc
from analysis.evaluation.repeatability_visits import Visits
from analysis.values import Interval, Value

SCHEMA: Final = "vultus.repeatability/1"
FEW_PATIENTS: Final = 10
"""Below this a smallest detectable change is computed, and marked: its interval reaches from about 0.7 to 1.8 times it."""
SDC_FACTOR: Final = LIMIT_SD * 2**0.5
_TAIL: Final = 0.975
_TREND_P: Final = 0.05
_SAME: Final = 1e-9


class Limits(Value):
    """A figure with its 95 % interval, which is none where it is not defined."""

    value: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, found: Estimate) -> Limits:
        """The same without its number of subjects."""
        return cls(value=found.value, low=found.low, high=found.high)


class Trend(Value):
    """Whether a number varies more where it is larger."""

    rho: float = Field(description="Spearman, of a patient's standard deviation with the patient's mean")
    p: float
    grows: bool = Field(description="rho > 0 and p < 0.05: one smallest detectable change does not fit all")


class MeasureRepeatability(Value):
    """How far one number repeats itself. All but the correlations and ``sdc_factor`` are in its unit."""

    measure: str
    label: str
    unit: str
    main: bool = Field(description="shown in reports")
    n: int = Field(description="patients with at least two values")
    values: int
    left_out: int = Field(description="patients with fewer than two values, because it was not assessable")
    few: bool = Field(description="fewer than 10 patients: the figures are rough")
    mean: float
    sd: float = Field(description="within a patient, one-way analysis of variance; also called SEM")
    sd_interval: Interval
    sdc: float = Field(
        description="smallest detectable change, 1.96 x sqrt(2) x sd; also called the repeatability coefficient"
    )
    sdc_interval: Interval
    sdc_factor: float | None = Field(
        default=None, description="the same as a factor, from logarithms; only where sd grows with the mean"
    )
    icc_1_1: Limits | None = None
    icc_2_1: Limits | None = None
    bias: Limits | None = Field(default=None, description="second visit minus first")
    trend: Trend | None = Field(default=None, description="none with fewer than 10 patients")


class Refused(Value):
    """A number of which nothing can be said."""

    measure: str
    label: str
    main: bool
    n: int
    reason: str


class Repeatability(Value):
    """How far the numbers of one pipeline version repeat themselves at one site."""

    schema_: Annotated[Literal["vultus.repeatability/1"], Field(alias="schema")] = SCHEMA
    created: datetime
    software: str
    pipeline_version: str
    n: int = Field(description="patients who were recorded twice or more")
    few: bool
    measures: tuple[MeasureRepeatability, ...]
    refused: tuple[Refused, ...] = ()
    without_result: tuple[str, ...] = Field(default=(), description="recordings of the table that have no result")
    single: int = Field(default=0, description="patients of the table with only one result")
    ignored_columns: tuple[str, ...] = ()

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    def of(self, measure: str) -> MeasureRepeatability | None:
        """One of its numbers; None where it says nothing of it."""
        return next((each for each in self.measures if each.measure == measure), None)


@dataclass(frozen=True, kw_only=True)
class _Course:
    """One number of every patient, by visit; None where it was not assessable."""

    first: Reading
    by_patient: tuple[tuple[float | None, ...], ...]

    def kept(self) -> list[NDArray[np.float64]]:
        """The values of patients who have two or more."""
        known = [np.array([value for value in values if value is not None]) for values in self.by_patient]
        return [values for values in known if values.size > 1]


def measure_repeatability(visits: Visits, *, software: str, created: datetime) -> Repeatability:
    """From patients who were recorded more than once without change.

    Raises:
        EvaluationError: fewer than 3 patients, results of several pipeline versions, or nothing measured.
    """
    version = _one_version(visits)
    patients = visits.patients
    if len(patients) < LEAST_SUBJECTS:
        raise EvaluationError(
            f"{len(patients)} patients have two results or more ({visits.single} have one): {LEAST_SUBJECTS} at least are "
            f"needed, {FEW_PATIENTS} to be of use"
        )
    measures: list[MeasureRepeatability] = []
    refused: list[Refused] = []
    for course in _courses(visits):
        found = _repeated(course)
        if isinstance(found, Refused):
            refused.append(found)
        else:
            measures.append(found)
    if not measures:
        why = f": {refused[0].label}, {refused[0].reason}" if refused else ": no recording was assessable"
        raise EvaluationError(f"no number can be judged from these {len(patients)} patients{why}")
    return Repeatability(
        created=created,
        software=software,
        pipeline_version=version,
        n=len(patients),
        few=len(patients) < FEW_PATIENTS,
        measures=tuple(measures),
        refused=tuple(refused),
        without_result=visits.without_result,
        single=visits.single,
        ignored_columns=visits.ignored_columns,
    )


def load_repeatability(path: Path, *, pipeline_version: str | None = None) -> Repeatability:
    """Read ``repeatability.json``. With ``pipeline_version``: only if it was measured with that.

    Raises:
        EvaluationError: it is not there, is not one, or belongs to another pipeline version.
    """
    again = "make it with `vultus evaluate agreement --repeats`"
    try:
        found = Repeatability.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EvaluationError(f"the repeatability {path} cannot be read ({error.strerror}): {again}") from error
    except ValidationError as error:
        raise EvaluationError(f"{path} is no repeatability of this version of Vultus ({SCHEMA}): {again}") from error
    if pipeline_version not in (None, found.pipeline_version):
        raise EvaluationError(
            f"{path} was measured with pipeline version {found.pipeline_version}, the numbers are of version "
            f"{pipeline_version}: their errors are not the same; analyse the repeated recordings again and {again}"
        )
    return found


def _one_version(visits: Visits) -> str:
    versions = sorted(
        {version for patient in visits.patients for each in patient for version in each.pipeline_versions}
    )
    if len(versions) > 1:
        raise EvaluationError(
            f"the results are of pipeline versions {', '.join(versions)}: their numbers are not the same, and the difference "
            "would pass for a change; analyse all recordings with one version"
        )
    return versions[0] if versions else ""


def _courses(visits: Visits) -> list[_Course]:
    read = [[{each.measure: each for each in readings(visit)} for visit in patient] for patient in visits.patients]
    known: dict[str, Reading] = {}
    for patient in read:
        for visit in patient:
            known |= {name: each for name, each in visit.items() if name not in known}
    return [
        _Course(
            first=first,
            by_patient=tuple(
                tuple(visit[name].value if name in visit else None for visit in patient) for patient in read
            ),
        )
        for name, first in known.items()
    ]


def _repeated(course: _Course) -> MeasureRepeatability | Refused:
    kept, first = course.kept(), course.first
    refused = Refused(measure=first.measure, label=first.label, main=first.main, n=len(kept), reason="")
    if len(kept) < LEAST_SUBJECTS:
        few = f"assessed twice in {len(kept)} patients; {LEAST_SUBJECTS} at least are needed"
        return refused.model_copy(update={"reason": few})
    sd, freedom = within_sd(kept)
    everything = np.concatenate(kept)
    if sd <= _SAME * max(float(np.abs(everything).max()), 1.0):
        same = "the same in every visit of each patient: how little it could change by chance is not seen"
        return refused.model_copy(update={"reason": same})
    low, high = sd_interval(sd, freedom)
    trend = _trend(kept)
    pair = _pairs(course)
    return MeasureRepeatability(
        measure=first.measure,
        label=first.label,
        unit=first.unit,
        main=first.main,
        n=len(kept),
        values=everything.size,
        left_out=len(course.by_patient) - len(kept),
        few=len(kept) < FEW_PATIENTS,
        mean=float(everything.mean()),
        sd=sd,
        sd_interval=Interval(low=low, high=high),
        sdc=SDC_FACTOR * sd,
        sdc_interval=Interval(low=SDC_FACTOR * low, high=SDC_FACTOR * high),
        sdc_factor=_factor(kept) if trend is not None and trend.grows else None,
        icc_1_1=_correlation(kept, "ICC(1,1)"),
        icc_2_1=_correlation(kept, "ICC(2,1)"),
        bias=_bias(pair),
        trend=trend,
    )


def within_sd(groups: Sequence[NDArray[np.float64]]) -> tuple[float, int]:
    """Within-subject standard deviation by one-way analysis of variance, and its degrees of freedom (Bland and Altman 1996).

    ``groups``: the values of each subject, at least two, not necessarily equally many.
    """
    freedom = sum(values.size - 1 for values in groups)
    squares = sum(float(np.sum((values - values.mean()) ** 2)) for values in groups)
    return (squares / freedom) ** 0.5, freedom


def sd_interval(sd: float, freedom: int) -> tuple[float, float]:
    """95 % interval of a standard deviation, from chi-square."""
    low, high = (sd * float((freedom / stats.chi2.ppf(at, freedom)) ** 0.5) for at in (_TAIL, 1 - _TAIL))
    return low, high


def _trend(kept: Sequence[NDArray[np.float64]]) -> Trend | None:
    if len(kept) < FEW_PATIENTS:
        return None
    spread, level = [float(values.std(ddof=1)) for values in kept], [float(values.mean()) for values in kept]
    if np.ptp(spread) == 0 or np.ptp(level) == 0:
        return None
    found = stats.spearmanr(level, spread)
    rho, p = float(found.statistic), float(found.pvalue)
    return Trend(rho=rho, p=p, grows=rho > 0 and p < _TREND_P)


def _factor(kept: Sequence[NDArray[np.float64]]) -> float | None:
    """By what factor a positive number must change (Bland and Altman 1996, BMJ 313:106)."""
    if min(float(values.min()) for values in kept) <= 0:
        return None
    return float(np.exp(SDC_FACTOR * within_sd([np.log(values) for values in kept])[0]))


def _correlation(kept: Sequence[NDArray[np.float64]], form: Literal["ICC(1,1)", "ICC(2,1)"]) -> Limits | None:
    """Over the first values of each patient, as many as everybody has."""
    visits = min(values.size for values in kept)
    try:
        return Limits.of(icc(np.array([values[:visits] for values in kept]), form=form))
    except EvaluationError:
        return None


def _pairs(course: _Course) -> list[tuple[float, float]]:
    """First and second visit of patients assessed in both."""
    return [(first, second) for first, second, *_ in course.by_patient if first is not None and second is not None]


def _bias(pairs: Sequence[tuple[float, float]]) -> Limits | None:
    try:
        return Limits.of(bland_altman([second for _, second in pairs], [first for first, _ in pairs]).bias)
    except EvaluationError:
        return None
