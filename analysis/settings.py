"""Every number of the method that is a choice, with its default. Printed with each result through its hash.

Unless a source is named a default is our own and not validated on patients; ``docs/measurements.md`` says why each was taken.
"""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, Field

from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.settings import PalsySettings
from analysis.palsy.task_settings import TaskSettings
from analysis.spasm.settings import SpasmSettings

PIPELINE_VERSION = "4"
"""Raised whenever the same recording would give other numbers."""


class AnalysisSettings(BaseModel):
    """The choices that decide what is measured and what is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    iris_diameter_mm: float = Field(default=11.77, ge=11.0, le=12.5)
    """Horizontal iris diameter, the scale of every millimetre. Source: Guarin; population SD 0.5 mm."""
    max_yaw_deg: float = Field(default=15, gt=0, le=45)
    max_pitch_deg: float = Field(default=20, gt=0, le=45)
    max_roll_deg: float = Field(default=30, gt=0, le=90)
    min_iod_px: float = Field(default=32, ge=10)
    """Below it one pixel is larger than the 2 mm movement gate: the frame is not used."""
    good_iod_px: float = Field(default=64, ge=10)
    min_analysable_s: float = Field(default=1.0, gt=0)
    min_run_s: float = Field(default=0.3, ge=0)
    """A face that is found for less than this at a stretch is not measured: such finds are often wrong."""
    good_used_share: float = Field(default=0.8, gt=0, le=1)
    """Share of decoded frames that must be usable for a result to be called good."""
    min_halves_share: float = Field(default=0.5, gt=0, le=1)
    """Share of the otherwise usable frames in which each side must be seen in a picture of its own for the sides to be measured
    so; below it the whole recording is measured by plain looks, and limited."""
    good_blur_iod: float = Field(default=0.030, gt=0)
    max_blur_iod: float = Field(default=0.048, gt=0)
    """Blur of the edges about the eyes, as a share of the inter-iris distance, above which a result is limited and a frame is not
    used: at 0.031 the lids read 1 to 3 % of that distance wrong, at 0.05 up to 11 %."""
    good_noise_share: float = Field(default=0.05, gt=0)
    """Noise of the picture in the face's own contrast."""
    good_highlights: float = Field(default=60, gt=0, le=255)
    """How bright the brightest parts of the face are, of 255."""
    max_white: float = Field(default=0.10, gt=0, le=1)
    """Share of the face that is overexposed."""
    good_side_ratio: float = Field(default=0.40, gt=0, le=1)
    """Light on the darker half of the face over light on the brighter one."""
    good_repeated_share: float = Field(default=0.05, gt=0, le=1)
    """Share of pictures that only repeat the one before."""
    min_fps: float = Field(default=10, gt=0)
    good_fps: float = Field(default=25, gt=0)
    gate_mm: float = Field(default=2.0, gt=0)
    gate_rest_sd: float = Field(default=6, gt=0)
    side_floor_rest_sd: float = Field(default=3, gt=0)
    """Either side must clear this many resting SDs, drift included, before right and left are related to each other."""
    good_rest_sd_mm: float = Field(default=0.35, gt=0)
    max_rest_sd_mm: float = Field(default=0.75, gt=0)
    """Noise at rest above which a movement is called limited, and not assessable. Clean phantoms read 0.05 to 0.25 mm."""
    plausible_excursion_mm: float = Field(default=22, gt=0)
    """The largest excursion published for a full smile; above it the result is limited."""
    plain_leak: float = Field(default=0.25, ge=0, lt=1)
    """Amplitude ratio that a corner at complete rest may read where the sides were not measured apart, because landmarks are
    pulled towards symmetry (0.18 and 0.21 measured on the one-sided phantoms)."""
    half_face_leak: float = Field(default=0.12, ge=0, lt=1)
    """The same where each side was measured on a picture of its own, but texture could not be followed (0.08 measured)."""
    texture_leak: float = Field(default=0.06, ge=0, lt=1)
    """The same where the skin's texture vouches for both sides (0.03 measured)."""
    max_discrepancy_iod: float = Field(default=0.08, gt=0)
    """Half-face pictures and plain looks that differ by more in the mouth corners' movement limit the result: one of them is
    wrong by more than the pull towards symmetry explains."""
    even_ratio: float = Field(default=0.8, gt=0, le=1)
    """At or above this amplitude ratio no side is called weaker: healthy people's social smiles differ by up to 3.9 mm in 14.
    Nor is one where the interval of the ratio holds 1."""
    onset_share: float = Field(default=0.15, gt=0, lt=1)
    segment_gap_s: float = Field(default=0.15, ge=0)
    segment_lead_s: float = Field(default=0.3, ge=0)
    max_lag_s: float = Field(default=0.5, gt=0)
    smoothing_s: float = Field(default=5 / 30, gt=0)
    """Length of the zero-phase Savitzky-Golay window (order 3)."""
    linear_r: float = Field(default=0.95, gt=0, le=1)
    borderline_r: float = Field(default=0.90, gt=0, le=1)
    tasks: TaskSettings = TaskSettings()
    """How standard movements are found."""
    palsy: PalsySettings = PalsySettings()
    """How measures become scores."""
    pattern: PatternSettings = PatternSettings()
    """What makes a side affected and a pattern."""
    spasm: SpasmSettings = SpasmSettings()
    """How spasms and blinks are found and classed."""
    mirrored: bool = False
    """The recording shows a mirror image (selfie camera). Declared by whoever knows; never guessed."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the settings in canonical JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
