"""Every number of the grades that is a choice, with its default.

[pub] is published, with its source; [ours] is our own and not validated on patients. What a published scale fixes itself
(its weights, its bands of the total) is no setting: it stands as a constant beside the scale.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from analysis.palsy.postures import Region


def _falling(bounds: tuple[float, ...]) -> tuple[float, ...]:
    if any(low >= high for high, low in pairwise(bounds)):
        message = "bounds must fall from the first to the last"
        raise ValueError(message)
    return bounds


def _rising(bounds: tuple[float, ...]) -> tuple[float, ...]:
    _falling(bounds[::-1])
    return bounds


def _different(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    if len(set(regions)) < len(regions):
        message = "every region may be named once"
        raise ValueError(message)
    return regions


Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Falling4 = Annotated[tuple[Share, Share, Share, Share], AfterValidator(_falling)]
Falling5 = Annotated[tuple[Share, Share, Share, Share, Share], AfterValidator(_falling)]
FallingPercent5 = Annotated[tuple[Percent, Percent, Percent, Percent, Percent], AfterValidator(_falling)]
Rising3 = Annotated[tuple[float, float, float], AfterValidator(_rising)]
Rising4 = Annotated[tuple[float, float, float, float], AfterValidator(_rising)]
FiveRegions = Annotated[tuple[Region, Region, Region, Region, Region], AfterValidator(_different)]


class PalsySettings(BaseModel):
    """The choices that turn measured movements into scores."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brow_gate_mm: float = Field(default=2.0, gt=0)
    """[ours] A healthy side whose brow lifts less did not perform the brow raise."""
    smile_gate_mm: float = Field(default=2.0, gt=0)
    """[ours] The same of the mouth corner in the full smile."""
    pucker_gate_mm: float = Field(default=1.5, gt=0)
    """[ours] The same of the mouth corner in the pucker."""
    lip_gate_mm: float = Field(default=1.5, gt=0)
    """[ours] The same of the upper lip in the snarl and of the lower lip when the lower teeth are shown."""
    closure_gate: float = Field(default=0.7, gt=0, le=1)
    """[ours] A healthy eye that closes less of its opening did not perform the closure."""
    least_opening_mm: float = Field(default=2.0, gt=0)
    """[ours] An eye that is open less at rest has nothing to close: its closure is not judged."""
    closed_share: float = Field(default=0.85, gt=0, le=1)
    """[ours] An eye that closes this share of what the healthy eye closes is closed. Landmarks read 0.5 to 1.5 mm of fissure
    on an eye that is fully closed, of 8 to 11 mm open."""

    open_share: float = Field(default=0.75, gt=0, le=1)
    """[ours] An eye that closes less than this share surely stays open: House-Brackmann IV at least. Between the two nobody can
    tell by landmarks: III at least."""

    rest_eye_share: float = Field(default=0.15, gt=0, le=1)
    """[ours] Fissures at rest that differ by more, of the healthy one, are asymmetrical: 1.5 mm of 10."""
    rest_brow_share: float = Field(default=0.15, gt=0, le=1)
    """[ours] The same of the brows' heights."""
    rest_cheek_deg: float = Field(default=5.0, gt=0)
    """[ours] Nasolabial angles at rest that differ by more: the fold is less (or more) pronounced."""
    rest_cheek_absent_deg: float = Field(default=10.0, gt=0)
    """[ours] A nasolabial angle that is smaller than the healthy one by more: the fold is called absent."""
    rest_mouth_tilt_deg: float = Field(default=5.6, gt=0)
    """[ours] Tilt of the line between the mouth corners against the line of the pupils, at rest, above which one is drooped or
    pulled up. From [pub] 2.2 +- 1.7 degrees between the lines of the corners and of the canthi in healthy people: mean + 2 SD."""
    rest_mouth_shift_share: float = Field(default=0.15, gt=0, le=1)
    """[ours] Distances of the corners from the midline at rest that differ by more, of their mean: one is drawn aside."""

    synkinesis_bounds: Rising3 = (0.15, 0.30, 0.60)
    """[ours] From which share of a region's voluntary movement an involuntary one is mild, moderate, severe (Sunnybrook), or
    slight, obvious, disfiguring (secondary movement of FNGS 2.0)."""

    house_brackmann_f: FallingPercent5 = (85, 76, 51, 26, 5)
    """[ours] Least F of grades I to V; below the last VI. 85 is the mean less 2 SD of auto-eFACE's normals ([pub] 93.83 +- 4.37,
    Miller et al. 2021); the others are the percentages that House and Brackmann 1985 give their points."""
    normal_share: float = Field(default=0.8, gt=0, le=1)
    """[ours] Grade I needs every region to move by this share: "normal function in all areas" [pub] House and Brackmann 1985."""
    barely_share: float = Field(default=0.10, gt=0, le=1)
    """[ours] Brow and smile that both move less are barely perceptible. The eye is not asked: its lid falls without the nerve."""

    sunnybrook_shares: Falling4 = (0.95, 0.75, 0.50, 0.25)
    """[ours] Least share of the voluntary scores 5 (complete), 4, 3, 2; below the last 1 (no movement)."""

    fngs_shares: Falling5 = (0.85, 0.75, 0.50, 0.25, 0.05)
    """Least share of the regional scores 1 to 5; below the last 6 (no movement). 75 and 50 %, of slight and obvious weakness, are
    [pub] (Vrabec et al. 2009; the table itself was not at hand); normal from 85 %, a trace below 25 % and none below 5 % are
    [ours], as in the estimate of House-Brackmann."""

    fame_regions: FiveRegions = (Region.BROW, Region.EYE_FULL, Region.SMILE, Region.PUCKER, Region.LOWER_LIP)
    """[ours] The five voluntary movements. That there are five is [pub] (Ojha et al. 2022); which ones could not be checked:
    these are the movements of the standard set."""
    fame_shares: Falling4 = (0.85, 0.50, 0.25, 0.05)
    """[ours] Least share of the scores 0 (normal), 1, 2, 3; below the last 4 (none). The paper scores by pictures. With these the
    five scores of a face that is evenly weak fall into the severity of the published bands that bears the same name."""
    fame_synkinesis_bounds: Rising4 = (0.15, 0.30, 0.45, 0.60)
    """[ours] From which share of the voluntary movement an involuntary one scores 1, 2, 3, 4 complications."""
