"""What is said of a facial palsy: part of the result of a recording, and of an exam.

A part that could not be assessed has ``status = "not_assessable"``, a reason, and no numbers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from analysis.palsy.postures import Region, Task
from analysis.values import Interval, Side, Status, Value

RomanGrade = Literal["I", "II", "III", "IV", "V", "VI"]


class AffectedSide(StrEnum):
    """The side that is graded."""

    RIGHT = "right"
    LEFT = "left"
    NONE = "none"
    INDETERMINATE = "indeterminate"


class Pattern(StrEnum):
    """What kind of palsy the movements show."""

    NORMAL = "normal"
    FLACCID = "flaccid"
    SYNKINETIC = "synkinetic"
    MIXED = "mixed"
    INDETERMINATE = "indeterminate"


class Repetition(Value):
    """One standard movement as it was found."""

    task: Task
    found_by: Literal["signals", "label"]
    start_s: float
    plateau_start_s: float
    peak_s: float
    plateau_end_s: float
    end_s: float
    source: str | None = Field(default=None, description="SOP Instance UID of the recording")


class Measured(Value):
    """One number with its 95 % interval."""

    value: float
    interval: Interval
    sd: float | None = Field(
        default=None,
        description="of a posture: standard error of the change from rest, at rest of the place itself; without the scale's",
    )


class MeasuredSides(Value):
    """The same number of both sides of the subject."""

    right: Measured
    left: Measured


class RegionalMeasures(Value):
    """The face in one posture; definitions as in ``postures.HalfPosture``."""

    brow_height_mm: MeasuredSides
    mrd1_mm: MeasuredSides | None = Field(description="none: the lids were hidden")
    mrd2_mm: MeasuredSides | None = Field(description="none: the lids were hidden")
    fissure_mm: MeasuredSides | None = Field(description="none: the lids were hidden")
    commissure_excursion_mm: MeasuredSides
    smile_angle_deg: MeasuredSides
    commissure_out_mm: MeasuredSides
    commissure_up_mm: MeasuredSides
    commissure_travel_mm: MeasuredSides
    upper_lip_mm: MeasuredSides
    lower_lip_mm: MeasuredSides
    dental_show_mm: MeasuredSides
    nasolabial_angle_deg: MeasuredSides


class PostureResult(RegionalMeasures):
    """Medians over the plateaus of a movement, or over rest."""

    task: Task
    repetitions: int = Field(ge=1)
    sources: tuple[str, ...] = Field(default=(), description="SOP Instance UIDs of the recordings it was measured in")


class StillResult(RegionalMeasures):
    """One photograph: less exact than a video, whose noise averages out and whose rest is the same head's a moment before."""

    shows: Task | None = Field(description="none: the photograph does not say")
    source: str | None = None


class RegionResult(Value):
    """Voluntary movement of one region: mm, of an eye the share of its opening that was closed."""

    region: Region
    status: Status
    reason: str | None = None
    right: Measured | None = None
    left: Measured | None = None
    share: Measured | None = Field(default=None, description="affected (or smaller) over the other side, 0 to 1")


class CoMovement(Value):
    """A region of one side that moves while another is moved on purpose."""

    during: Task
    region: Literal["eye", "mouth", "brow"]
    side: Side
    ratio: float = Field(description="of the region's own voluntary movement; of an eye the closure")
    lag_s: float = Field(description="positive: after the movement it goes with")
    duration_s: float


class HouseBrackmann(Value):
    """House-Brackmann-equivalent estimate."""

    status: Status
    reason: str | None = None
    grade: RomanGrade | None = None
    grade_range: tuple[RomanGrade, RomanGrade] | None = Field(default=None, description="95 %")
    f: Measured | None = Field(default=None, description="mean share of brow, eye and smile, %")
    gate: str | None = Field(default=None, description="the rule that made the grade worse than F alone")
    points: int | None = Field(default=None, description="of 8: brow lift and commissure travel, 2.5 mm each")


class Score(Value):
    """A score that is a sum or a mean of items."""

    status: Status
    reason: str | None = None
    total: Measured | None = None
    parts: dict[str, float] = Field(default_factory=dict, description="subscores that could be computed")
    items: dict[str, float] = Field(default_factory=dict)
    missing: tuple[str, ...] = Field(default=(), description="items that could not be computed, each with its reason")
    category: str | None = Field(default=None, description="grade or severity that the total stands for")
    category_range: tuple[str, str] | None = Field(default=None, description="95 %")


class Palsy(Value):
    """Everything that is said of a facial palsy."""

    status: Status
    reason: str | None = None
    affected_side: AffectedSide | None = None
    pattern: Pattern | None = None
    evidence: tuple[str, ...] = Field(default=(), description="why that side and that pattern")
    limits: tuple[str, ...] = Field(
        default=(), description="what limits everything that is said, without missing tasks"
    )
    movements: tuple[Repetition, ...] = ()
    missing_tasks: tuple[Task, ...] = ()
    postures: tuple[PostureResult, ...] = ()
    stills: tuple[StillResult, ...] = Field(default=(), description="photographs: no R, no grade")
    regions: tuple[RegionResult, ...] = ()
    co_movements: tuple[CoMovement, ...] = ()
    house_brackmann: HouseBrackmann | None = None
    sunnybrook: Score | None = None
    eface: Score | None = None
    fngs: Score | None = None
    fame: Score | None = None
