"""How the sides were told apart and what vouches for how far they moved, as sentences; plain ASCII."""

from __future__ import annotations

from analysis.results import AnalysisResult, BilateralGains, LandmarkGain, Tracking
from analysis.settings import AnalysisSettings
from reports import units


def apart(result: AnalysisResult) -> str:
    """Whether the sides were measured apart, in one line."""
    tracking = result.tracking
    if tracking is None:
        made_before = result.movement.excursion_mm is not None
        return "not recorded: analysed by an earlier version" if made_before else "not judged: no movement was measured"
    if tracking.method == "plain":
        return (
            "no: the whole face was measured at once, because too few frames gave a picture of each side; the sides read "
            "more alike than they are"
        )
    doubt = tracking.discrepancy_iod
    compared = (
        ""
        if doubt is None
        else "; a look at the whole face differs in the mouth corners' movement by "
        f"{units.percent(doubt)} of the distance between the irises"
    )
    return f"yes: each side on a picture of that side joined to its own mirror image{compared}"


def texture(tracking: Tracking | None) -> str:
    """What the skin's texture says of the mouth corners; empty where it was not looked at."""
    if tracking is None or tracking.method == "plain" or tracking.mouth is None:
        return ""
    sides = (("right", tracking.mouth.right), ("left", tracking.mouth.left))
    return "; ".join(f"{side} mouth corner: {_followed(gain)}" for side, gain in sides)


def vouched(tracking: Tracking | None) -> bool:
    """Whether texture was followed at both mouth corners."""
    return tracking is not None and tracking.mouth is not None and _both(tracking.mouth)


def briefly(result: AnalysisResult) -> str:
    """Both in one short sentence, for the first page; empty where nothing was recorded, or where it is among the limits."""
    tracking = result.tracking
    if tracking is None or tracking.method == "plain":
        return ""
    if vouched(tracking):
        return "Sides measured apart: yes; the skin's texture was followed on both."
    return (
        "Sides measured apart: yes; the skin's texture could not be followed on both sides, so the intervals are wide."
    )


def leak(tracking: Tracking | None, settings: AnalysisSettings) -> str:
    """What a side at rest may read, the way a recording was tracked, by the settings given; empty where that is not known."""
    if tracking is None:
        return ""
    share, because = (
        (settings.plain_leak, "sides not measured apart")
        if tracking.method == "plain"
        else (settings.texture_leak, "texture followed on both sides")
        if vouched(tracking)
        else (settings.half_face_leak, "sides measured apart, texture not followed on both")
    )
    return f"up to {units.percent(share)} of the other side's movement ({because}); below that R is not given"


def _both(gains: BilateralGains) -> bool:
    return gains.right.pictures > 0 and gains.left.pictures > 0


def _followed(gain: LandmarkGain) -> str:
    if gain.pictures == 0:
        return "lost, so its landmarks stand as they are"
    return (
        f"followed in {units.comparisons(gain.pictures)} with rest, landmarks multiplied by "
        f"{units.coefficient(gain.factor)} +- {units.coefficient(gain.sd)}"
    )
