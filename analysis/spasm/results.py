"""What is said of spasms and blinks: part of the result of a recording, and of an exam.

Sides are the subject's, times are seconds from the recording's first frame. A part that could not be assessed has
``status = "not_assessable"``, a reason, and no numbers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field

from analysis.values import Interval, Side, Status, Value


class SpasmSide(StrEnum):
    """Where spasms were seen."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"
    NONE = "none"


class SpasmClass(StrEnum):
    """The groups of Al Menabbawy et al. 2025 by our own bounds, or by a site's own cohort."""

    NONE = "none"
    MILD = "mild"
    MODERATE_CLONIC = "moderate_clonic"
    SEVERE_TONIC = "severe_tonic"
    INDETERMINATE = "indeterminate"


class SpasmEvent(Value):
    """One contraction of one side."""

    start_s: float
    peak_s: float
    end_s: float
    side: Side
    kind: Literal["clonic", "tonic"]
    train: int = Field(
        ge=0, description="contractions of one train have the same number, counted in time over both sides"
    )
    eye_closure_pct: float | None = Field(
        description="100 x (1 - aperture at the peak / open aperture); none: lids not seen"
    )
    mouth_pct_iod: float | None = Field(
        description="change of the corner's distance from the midline; none: mouth not seen"
    )
    mouth_pct_rest: float | None = Field(description="the same, of that distance at rest")
    mouth_mm: float | None
    other_babinski: bool | None = Field(description="the brow of its side rises with it; none: not seen")
    brow_mm: float | None = Field(description="up positive")
    source: str | None = Field(default=None, description="SOP Instance UID of the recording")


class Variables(Value):
    """The four variables (mouth distance change in three units); medians over the events of one side."""

    eye_closure_pct: float | None = None
    mouth_distance_change_pct_iod: float | None = None
    mouth_distance_change_pct_rest: float | None = None
    mouth_distance_change_mm: float | None = None
    rate_per_min: float | None = Field(default=None, description="events per minute of analysable time")
    repetition: float | None = Field(default=None, description="contractions per train")


class VariableIntervals(Value):
    """95 % intervals of ``Variables``."""

    eye_closure_pct: Interval | None = None
    mouth_distance_change_pct_iod: Interval | None = None
    mouth_distance_change_pct_rest: Interval | None = None
    mouth_distance_change_mm: Interval | None = None
    rate_per_min: Interval | None = None
    repetition: Interval | None = None


class OtherBabinski(Value):
    """The brow rises while the eye of its side closes in a spasm. Does not exclude synkinesis."""

    present: bool
    events: int = Field(ge=0, description="events that show it ...")
    of: int = Field(ge=0, description="... of those in which eye and brow were seen")


class SideSpasms(Value):
    """What one side of the face does."""

    side: Side
    events: int = Field(ge=0)
    variables: Variables
    intervals: VariableIntervals
    time_in_spasm_pct: float
    longest_event_s: float
    clonic_frequency_hz: float | None = Field(default=None, description="contractions per second within trains")
    other_babinski: OtherBabinski | None = Field(
        default=None, description="none: brow or eye was seen in no contraction"
    )


class Spasm(Value):
    """Everything that is said of hemifacial spasm. ``variables`` are those of the side that is longer in spasm."""

    status: Status
    reason: str | None = None
    side: SpasmSide | None = None
    class_: SpasmClass | None = Field(default=None, alias="class")
    rule: str | None = Field(default=None, description="what decided, in words")
    margin: str | None = Field(default=None, description="how far the deciding number is from its bound, in words")
    decided_by: Literal["our bounds", "site cohort"] | None = None
    cohort: str | None = Field(default=None, description="name and version of the site's model")
    limits: tuple[str, ...] = Field(
        default=(), description="what limits everything that is said, but how long was seen"
    )
    doubt: str | None = Field(default=None, description="why what was found need not be spasms; then there is no class")
    analysable_s: float | None = None
    variables: Variables | None = None
    intervals: VariableIntervals | None = None
    time_in_spasm_pct: float | None = None
    longest_event_s: float | None = None
    clonic_frequency_hz: float | None = None
    sides: tuple[SideSpasms, ...] = Field(default=(), description="each side that has events")
    events: tuple[SpasmEvent, ...] = ()
    other_babinski: OtherBabinski | None = None
    closures_of_one_eye: int | None = Field(
        default=None, description="without its mouth corner moving: winks, or spasms of the eye alone; not counted"
    )

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class BlinkEvent(Value):
    """Both eyes, for a moment, nothing else moving."""

    start_s: float
    peak_s: float
    end_s: float
    closure_pct: float = Field(description="of the eye that closes further")
    complete: bool = Field(description="closed by the share that counts as shut")
    source: str | None = None


class Blinks(Value):
    """Blinks of a recording; a blink that stops half-way is one."""

    status: Status
    reason: str | None = None
    analysable_s: float | None = None
    count: int | None = None
    partial: int | None = Field(default=None, description="of these, closed by less than the share that counts as shut")
    unlike: int | None = Field(default=None, description="short closures of both eyes that are not alike; not counted")
    rate_per_min: float | None = None
    events: tuple[BlinkEvent, ...] = ()
