"""Asymmetry at rest, by region: ratios and angles, so that it does not hang on the scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.palsy.postures import Examination
from analysis.palsy.settings import PalsySettings


@dataclass(frozen=True, kw_only=True)
class Resting:
    """Scores as Sunnybrook's (Ross et al. 1996), and the brow's beside them, which Sunnybrook has not."""

    eye: float
    """0 as the other side, 1 narrower or wider; no number where the lids were hidden."""
    cheek: int
    """Nasolabial fold: 0 as the other side, 1 less or more pronounced, 2 absent."""
    mouth: int
    """0 as the other side, 1 a corner drooped, pulled up or drawn aside."""
    brow: int
    """0 as the other side, 1 lower or higher."""

    @property
    def asymmetrical(self) -> bool:
        """Of the three that Sunnybrook looks at any."""
        return self.eye > 0 or self.cheek + self.mouth > 0


def at_rest(examination: Examination, settings: PalsySettings) -> Resting:
    """Compare the affected side with the healthy one.

    The nasolabial fold is not seen by landmarks: the angle of the line from the wing of the nose to the corner stands in for it.
    A sagging cheek makes it smaller, a contracted one larger, and only a smaller one can be an absent fold.

    Raises:
        KeyError: there is no rest.
    """
    affected, healthy = (examination.rest.side(side) for side in (examination.affected, examination.healthy))
    fold = affected.nasolabial_angle_deg - healthy.nasolabial_angle_deg
    width = affected.commissure_out_mm + healthy.commissure_out_mm
    tilt = math.degrees(math.atan2(abs(affected.commissure_up_mm - healthy.commissure_up_mm), width))
    shift = abs(affected.commissure_out_mm - healthy.commissure_out_mm)
    return Resting(
        eye=_differ(affected.fissure_mm, healthy.fissure_mm, settings.rest_eye_share)
        if math.isfinite(affected.fissure_mm + healthy.fissure_mm)
        else math.nan,
        cheek=2 if fold < -settings.rest_cheek_absent_deg else int(abs(fold) > settings.rest_cheek_deg),
        mouth=int(tilt > settings.rest_mouth_tilt_deg or shift > settings.rest_mouth_shift_share * width / 2),
        brow=_differ(affected.brow_height_mm, healthy.brow_height_mm, settings.rest_brow_share),
    )


def _differ(affected: float, healthy: float, tolerance: float) -> int:
    return int(abs(affected - healthy) > tolerance * abs(healthy))
