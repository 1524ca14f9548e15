"""How spasms and blinks are found and classed: every number that is a choice. [ours] unless a source is named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from analysis.cohort.model import CohortModel
from analysis.cohort.model_file import load_model
from analysis.errors import CohortError


def _read(value: object) -> object:
    """The model itself where a file is named, nothing where the name is empty."""
    if value == "":
        return None
    if not isinstance(value, str | Path):
        return value
    try:
        return load_model(Path(value))
    except CohortError as error:
        raise ValueError(str(error)) from error


class FindingSettings(BaseModel):
    """What is a contraction, a blink, a train. Closures are shares of the open eye."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_closure: float = Field(default=0.12, gt=0, lt=1)
    """By how much more than the other one an eye must close for a contraction; a blink must close both eyes by it."""
    noise_sd: float = Field(default=5, gt=0)
    """A contraction must also clear so many SDs of the noise at rest."""
    restless_closure: float = Field(default=0.3, gt=0, lt=1)
    """A face whose eyes are never at rest hides no contraction of this size: the noise asks for no more."""
    shut_share: float = Field(default=0.9, gt=0.5, le=1)
    """An eye that is shut beyond the other one for this share of the time has no contractions that could be told."""
    often: float = Field(default=0.5, gt=0, le=1)
    """Where this share of the contractions coincides with blinks, or the mouth moves so often without the eye, there is doubt."""
    least_mouth_mm: float = Field(default=0.3, gt=0)
    """How far the mouth corner of its side must move along: without that it is a wink ..."""
    carried_mm: float = Field(default=0.5, ge=0)
    """... and so much more for an eye that is shut: its lids carry the corner's landmarks along by up to 0.4 mm (measured)."""
    one_sided: float = Field(default=0.5, gt=0, le=1)
    """The other corner must move along by less than this share."""
    drawn: float = Field(default=2, ge=1)
    """So many times further a corner must move for a contraction that a blink hides, and both for a drawn face, no blink."""
    least_brow_mm: float = Field(default=0.8, gt=0)
    """By how much more than the other one a brow must rise for the other Babinski sign."""
    least_correlation: float = Field(default=0.5, gt=0, lt=1)
    """Of the closing eye's course with that of the mouth corner that moves with it."""
    around_s: float = Field(default=0.1, ge=0)
    """Eye and mouth of one contraction may come apart by so much."""
    level_s: float = Field(default=1.5, gt=0)
    """Before and after a contraction: where the level is from which the mouth moved."""
    valley_share: float = Field(default=0.75, gt=0, lt=1)
    """Two peaks between which the eye opens to less than this share of the lower one are two contractions."""
    onset_share: float = Field(default=0.15, gt=0, lt=1)
    peak_share: float = Field(default=0.95, gt=0, lt=1)
    """The peak is where this share of the largest closure is first reached."""
    plateau_share: float = Field(default=0.7, gt=0, lt=1)
    tonic_s: float = Field(default=1.0, gt=0)
    """A contraction that lasts so long is tonic."""
    train_gap_s: float = Field(default=1.0, ge=0)
    """Contractions no further apart belong to one train."""
    longest_blink_s: float = Field(default=0.5, gt=0)
    blink_ratio: float = Field(default=0.7, gt=0, le=1)
    """Smaller over larger closure of the two eyes, from which on both close alike."""
    unlike_share: float = Field(default=0.2, gt=0, le=1)
    """With a larger share of short closures of both eyes that are not alike there is no blink rate."""
    complete_blink: float = Field(default=0.75, gt=0, le=1)
    """A blink that closes the eyes by less is partial: about half of all are [pub]."""
    longest_gap_s: float = Field(default=0.5, ge=0)
    """Pictures that were not used for no longer are bridged by a line."""
    slow_rise_s: float = Field(default=0.25, gt=0)
    """From 10 to 90 %: spasms are quicker, movements that were asked for slower."""
    shared: float = Field(default=0.3, gt=0, le=1)
    """A movement in which the other side takes part by this share is made on purpose."""


class ClassSettings(BaseModel):
    """Bounds of the classes: our interpretation of the groups of Al Menabbawy et al. 2025, who publish none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cohort_model: Annotated[CohortModel | None, BeforeValidator(_read)] = Field(
        default=None, json_schema_extra={"file": True}
    )
    """A site's own cohort, whose groups name the classes instead of the bounds below: the file that `vultus cohort` wrote."""
    min_analysable_s: float = Field(default=10, gt=0)
    good_analysable_s: float = Field(default=30, gt=0)
    min_fps: float = Field(default=20, gt=0)
    """Below it a clonic contraction falls between two pictures."""
    least_events: int = Field(default=2, ge=1)
    mild_closure_pct: float = Field(default=50, gt=0, lt=100)
    mild_mouth_pct_iod: float = Field(default=3, gt=0)
    tonic_event_s: float = Field(default=2, gt=0)
    tonic_time_pct: float = Field(default=25, gt=0, lt=100)
    tonic_closure_pct: float = Field(default=75, gt=0, lt=100)
    sure: float = Field(default=0.8, gt=0.5, le=1)
    """Share of the draws that must fall into one class for it to be named."""
    draws: int = Field(default=400, ge=50)
    closure_sd_pct: float = Field(default=5, ge=0)
    """Standard error of all closures of a recording, in points: gain of the lids."""
    mouth_sd_share: float = Field(default=0.1, ge=0)
    """The same of the mouth's movement, as a share: gain of its landmarks."""
    duration_sd_s: float = Field(default=0.05, ge=0)


class SpasmSettings(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: FindingSettings = FindingSettings()
    classes: ClassSettings = ClassSettings()
