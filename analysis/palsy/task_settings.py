"""How movements are told from one another: every number that is a choice. [ours] unless a source is named."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Drive(StrEnum):
    """What the face does, whatever was asked for."""

    BROW_UP = "brow_up"
    LIDS_CLOSE = "lids_close"
    CORNER_OUT = "corner_out"
    CORNER_IN = "corner_in"
    LOWER_LIP_DOWN = "lower_lip_down"
    UPPER_LIP_UP = "upper_lip_up"


class Reach(BaseModel):
    """What a movement has to reach to count, and what it usually reaches: mm, of lids the share of their opening."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: float = Field(gt=0)
    usual: float = Field(gt=0)


class TaskSettings(BaseModel):
    """Shares are of a movement's own peak."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    onset_share: float = Field(default=0.15, gt=0, lt=1)
    plateau_share: float = Field(default=0.7, gt=0, lt=1)
    plateau_s: float = Field(default=0.4, gt=0)
    """Shorter closures are blinks, shorter movements twitches."""
    seen_share: float = Field(default=0.7, gt=0, le=1)
    """Of the frames of a plateau that must have been used."""
    gap_s: float = Field(default=0.15, ge=0)
    drives: dict[Drive, Reach] = {
        Drive.BROW_UP: Reach(gate=1.5, usual=6),
        Drive.LIDS_CLOSE: Reach(gate=0.4, usual=0.9),
        Drive.CORNER_OUT: Reach(gate=2, usual=8),
        Drive.CORNER_IN: Reach(gate=2, usual=5),
        Drive.LOWER_LIP_DOWN: Reach(gate=1.5, usual=4),
        Drive.UPPER_LIP_UP: Reach(gate=1.5, usual=4),
    }
    full_smile_share: float = Field(default=0.7, gt=0, le=1)
    """Smiles of at least this share of the largest one are full, the others small."""
    full_smile_mm: float = Field(default=5, gt=0)
    """A smile in which neither corner goes further is small, though it be the largest: full ones go 7 to 22 mm [pub]."""
    effort_brow_mm: float = Field(default=1.0, gt=0)
    """A closure in which a brow comes down by more, from rest or from where it is in the gentlest closure, is made with full
    effort."""
