"""What ``vultus evaluate agreement`` finds, as a value: agreement.json is this, agreement.csv and the PDF are made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from analysis.evaluation.agreement_scales import Kind
from analysis.evaluation.raters import Estimate
from analysis.values import Value

SCHEMA: Final = "vultus.agreement/1"

Name = Literal[
    "share_assessed",
    "exact",
    "within_one",
    "kappa",
    "kappa_linear",
    "kappa_quadratic",
    "icc_2_1",
    "bias",
    "lower_limit",
    "upper_limit",
    "fleiss_kappa",
]


class Statistic(Value):
    """One figure with its 95 % interval; ``low`` and ``high`` are none where it has no interval."""

    name: Name
    value: float
    low: float | None
    high: float | None
    n: int

    @classmethod
    def of(cls, name: Name, found: Estimate) -> Statistic:
        """The same under a name."""
        return cls(name=name, value=found.value, low=found.low, high=found.high, n=found.n)


class Pair(Value):
    """Both grades of one recording; a category by its name, a score as a number."""

    recording: str
    first: str | float
    second: str | float


class Comparison(Value):
    """``first`` beside ``second`` on one scale. Of ours, ``first`` is Vultus.

    Every recording that ``second`` graded is counted: ``assessed`` of them by ``first`` as well, the rest without a grade.
    """

    scale: str
    first: str
    second: str
    graded: int = Field(ge=0, description="recordings that second gave a grade, and first looked at")
    assessed: int = Field(ge=0, description="of these, how many first gave a grade too: all statistics rest on them")
    declined: int = Field(ge=0, description="recordings of which second says that they cannot be graded")
    declined_by_both: int = Field(ge=0)
    statistics: tuple[Statistic, ...]
    notes: tuple[str, ...] = Field(default=(), description="why a statistic is missing")
    pairs: tuple[Pair, ...] = ()
    unanswered: dict[str, int] = Field(
        default_factory=dict, description="of those that first gave no grade: second's grade, how often"
    )

    def statistic(self, name: Name) -> Statistic | None:
        """One of them."""
        return next((each for each in self.statistics if each.name == name), None)


class Panel(Value):
    """All raters at once, on the recordings that every one of them graded."""

    scale: str
    raters: tuple[str, ...]
    recordings: int
    statistics: tuple[Statistic, ...]
    notes: tuple[str, ...] = ()


class NotAssessed(Value):
    """A recording that raters graded and Vultus did not, and why."""

    scale: str
    recording: str
    reason: str


class ScaleAgreement(Value):
    """Everything about one scale."""

    key: str
    name: str
    kind: Kind
    categories: tuple[str, ...] = ()
    best: str = ""
    ours: tuple[Comparison, ...] = Field(description="Vultus beside each rater, and last beside all of them together")
    raters: tuple[Comparison, ...] = Field(default=(), description="rater beside rater")
    panel: Panel | None = Field(default=None, description="none with fewer than three raters")
    not_assessed: tuple[NotAssessed, ...] = ()
    undecided: tuple[str, ...] = Field(
        default=(), description="recordings without a joint grade of the raters: one rater only, or no majority"
    )


class Agreement(Value):
    """Our grades beside clinicians'."""

    schema_: Annotated[Literal["vultus.agreement/1"], Field(alias="schema")] = SCHEMA
    created: datetime
    software: str
    pipeline_versions: tuple[str, ...] = Field(description="of the results; figures of several describe none of them")
    results: int
    recordings: tuple[str, ...] = Field(
        default=(), description="all names; the first one is recording 1 on the screen and in the PDF"
    )
    raters: tuple[str, ...]
    scales: tuple[ScaleAgreement, ...]
    without_result: tuple[str, ...] = Field(default=(), description="recordings of the table that have no result")
    without_grade: tuple[str, ...] = Field(default=(), description="results that no rater graded")
    ignored_columns: tuple[str, ...] = ()

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    def numbered(self) -> Agreement:
        """The same with numbers for the names of recordings, which are folders' and may be people's."""
        number = {name: f"recording {at}" for at, name in enumerate(self.recordings, start=1)}

        def pair(one: Pair) -> Pair:
            return one.model_copy(update={"recording": number[one.recording]})

        def compared(one: Comparison) -> Comparison:
            return one.model_copy(update={"pairs": tuple(map(pair, one.pairs))})

        scales = tuple(
            each.model_copy(
                update={
                    "ours": tuple(map(compared, each.ours)),
                    "raters": tuple(map(compared, each.raters)),
                    "not_assessed": tuple(
                        one.model_copy(update={"recording": number[one.recording]}) for one in each.not_assessed
                    ),
                    "undecided": tuple(number[name] for name in each.undecided),
                }
            )
            for each in self.scales
        )
        return self.model_copy(
            update={
                "recordings": tuple(number.values()),
                "scales": scales,
                "without_result": tuple(number[name] for name in self.without_result),
                "without_grade": tuple(number[name] for name in self.without_grade),
            }
        )
