"""The result of one recording: a value, versioned, the same for reports, console, cohort tools and tests.

Sides are always the subject's. Lengths are millimetres, times are seconds from the first frame. Every definition stands
in ``docs/measurements.md``. A part that could not be assessed has ``status = "not_assessable"``, a reason, and no numbers.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from analysis.palsy.results import Palsy
from analysis.spasm.results import Blinks, Spasm
from analysis.values import Bilateral, BilateralIntervals, Interval, Side, Status, Value

SCHEMA: Final = "vultus.analysis/1"


class TimestampSource(StrEnum):
    """Where the time of a frame came from."""

    FILE = "file"
    ASSUMED = "assumed"


class Band(StrEnum):
    """Display band of the right-left correlation: >= 0.95, 0.90 to 0.95, < 0.90. It names no disease."""

    LINEAR = "linear"
    BORDERLINE = "borderline"
    REDUCED = "reduced"


class LandmarkGain(Value):
    """What a side's landmarks were multiplied by, learnt from the skin's texture in this recording."""

    factor: float
    sd: float = Field(description="standard error of the factor; 0.2 where texture could not be followed")
    pictures: int = Field(ge=0, description="in how many pictures texture could be followed; 0: the factor is 1")


class BilateralGains(Value):
    """One gain for each side of the subject."""

    right: LandmarkGain
    left: LandmarkGain


class Tracking(Value):
    """How the sides were told apart, and what vouches for it."""

    method: Literal["half_faces", "plain"]
    half_lost: int = Field(ge=0, description="otherwise usable frames without a picture of each half")
    discrepancy_iod: float | None = Field(
        description="RMS difference of the mouth corners' movement between half-face pictures and plain looks, IODs"
    )
    mouth: BilateralGains | None = None
    brow: BilateralGains | None = None


class Source(Value):
    """What was analysed."""

    sop_instance_uid: str | None = None
    kind: Literal["video", "image"]
    frames: int = Field(ge=0, description="decoded frames")
    fps: float | None = Field(description="frames per second from the median frame interval; none for a single image")
    duration_s: float = Field(ge=0, description="time of the last frame plus one median frame interval")
    timestamps: TimestampSource
    mirrored: bool = Field(description="declared, never guessed; sides in this result are already corrected for it")


class Quality(Value):
    """What the numbers rest on."""

    status: Status
    reasons: tuple[str, ...] = ()
    analysable_s: float = Field(ge=0)
    frames_used: int = Field(ge=0)
    frames_rejected: dict[str, int] = Field(description="reason: number of frames")
    scale_mm_per_iod: float | None = Field(description="millimetres in one distance between the iris centres")
    scale_source: str | None = Field(description="what the scale was taken from, with its relative uncertainty")


class Segment(Value):
    """A span of time in which at least one mouth corner moves."""

    start_s: float
    end_s: float


class Movement(Value):
    """How far each mouth corner moved, and whether that is more than the noise of this recording."""

    status: Status
    reason: str | None = None
    gate_mm: float | None = Field(default=None, description="max(2 mm, 6 x resting SD): the larger side must exceed it")
    excursion_mm: Bilateral | None = Field(default=None, description="95th percentile of the excursion while moving")
    excursion_interval_mm: BilateralIntervals | None = Field(
        default=None, description="95 % interval of the excursion: gain, scale, noise at rest, repetitions"
    )
    rest_sd_mm: Bilateral | None = Field(default=None, description="standard deviation of the excursion at rest")
    segments: tuple[Segment, ...] = ()


class Nonlinearity(Value):
    """How far right against left departs from a straight line."""

    delta_r2: float = Field(description="R2 of a parabola minus R2 of a line")
    hysteresis: float = Field(description="|loop area| / (range of right x range of left), mean over movements")


class Commissure(Value):
    """Relation of the right and left oral commissure excursion over the active segments."""

    status: Status
    reason: str | None = None
    pearson_r: float | None = None
    whole_recording_r: float | None = Field(default=None, description="the same over all used frames: secondary")
    ci95: tuple[float, float] | None = None
    n_eff: float | None = None
    spearman_rho: float | None = None
    max_lag_r: float | None = None
    lag_s: float | None = Field(default=None, description="positive: the left corner follows the right one")
    gain: float | None = Field(default=None, description="Deming slope, left over right")
    gain_interval: Interval | None = Field(default=None, description="95 % interval of the slope: the sides' gains")
    amplitude_ratio: float | None = Field(default=None, description="weaker side over stronger side")
    amplitude_ratio_interval: Interval | None = Field(default=None, description="95 % interval of the amplitude ratio")
    weaker_side: Side | None = None
    excursion_mm: Bilateral | None = None
    nonlinearity: Nonlinearity | None = None
    band: Band | None = None


class Provenance(Value):
    """What it would take to get the same numbers again."""

    software: str
    model_sha256: str
    config_sha256: str
    pipeline_version: str
    created: datetime


class AnalysisResult(Value):
    """Everything that is known about one recording."""

    schema_: Annotated[Literal["vultus.analysis/1"], Field(alias="schema")] = SCHEMA
    source: Source
    quality: Quality
    tracking: Tracking | None = Field(default=None, description="none where no frame could be used")
    movement: Movement
    commissure: Commissure
    palsy: Palsy | None = Field(default=None, description="none where the recording is no video of a face")
    spasm: Spasm | None = Field(default=None, description="none in results of before version 4 of the pipeline")
    blinks: Blinks | None = None
    provenance: Provenance

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)
