"""What makes a side affected and a pattern: every number that is a choice. [ours] unless a source is named."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PatternSettings(BaseModel):
    """Ratios are of the region's own voluntary movement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weak_share: float = Field(default=0.8, gt=0, le=1)
    """A side whose voluntary movement is below this share of the other side's is weak in that region: healthy people's social
    smiles differ by up to 3.9 mm in 14."""
    normal_f: float = Field(default=85, gt=0, le=100)
    """Mean share of the regions, %, from which on the movement is normal: auto-eFACE normals, mean - 2 SD [pub]."""
    profound_f: float = Field(default=50, gt=0, le=100)
    """Below it synkinesis beside the deficit is called mixed."""
    least_smile_mm: float = Field(default=5, gt=0)
    """Full smiles of healthy people reach 7 to 22 mm [pub]: where neither corner goes further than this no face is called
    normal."""
    synkinesis_ratio: float = Field(default=0.3, gt=0)
    synkinesis_s: float = Field(default=0.3, gt=0)
    """Co-movement of less, or for less time, is no synkinesis."""
    draws: int = Field(default=400, ge=50, le=10_000)
    """Of the face within its errors, by which ranges of grades are found."""
