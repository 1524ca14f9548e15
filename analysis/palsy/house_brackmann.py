"""House-Brackmann-equivalent estimate: the original is a description (House and Brackmann 1985), the estimate is ours.

F = 100 x mean of the affected over the healthy side's brow raise, eye closure with full effort, and full smile; bands of F give
the grade, and three gates, taken from the original's descriptions of eye and rest, can only make it worse.
"""

from __future__ import annotations

import math

from analysis.palsy.graded import Grade, Sheet, Unjudged, bounds_missed, bounds_reached
from analysis.palsy.postures import Examination, Region, moved
from analysis.palsy.resting import at_rest
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import hindrance, not_seen, voluntary_share

ROMAN = ("I", "II", "III", "IV", "V", "VI")
REGIONS = (Region.BROW, Region.EYE_FULL, Region.SMILE)
POINT_MM = 2.5
"""[pub] One point for each 0.25 cm, at most 4 of the brow and 4 of the corner (House and Brackmann 1985)."""
MOST_POINTS = 4
GRADE_OF_POINTS = (6, 5, 5, 4, 4, 3, 3, 2, 1)
"""[pub] By points, 0 to 8."""

_INCOMPLETE = "the affected eye does not close completely with full effort: IV at least"
_EFFORT = "the affected eye closes completely only with full effort: III at least"
_WEAK = "brow or mouth moves less than on the other side, which is not normal function in all areas: II at least"
_ALONG = ("slight synkinesis: II at least", "obvious synkinesis: III at least")
_DOUBTFUL = "whether the affected eye closes completely with full effort cannot be told: III at least"
_BARELY = "barely perceptible movement of brow and mouth, eye not closed, asymmetry at rest: V at least"


def grade(examination: Examination, settings: PalsySettings) -> Grade:
    """Total F, category I to VI.

    ``items``: the shares, 0 to 1. ``parts``: ``f``; ``grade_of_f`` and ``grade``, 1 to 6, before and after the gates; ``points``
    of 8 and ``grade_of_points``, which is the original's measurement in millimetres and decides nothing here.
    """
    sheet = Sheet()
    shares = {region: sheet.item(region, voluntary_share(examination, region, settings)) for region in REGIONS}
    _points(examination, settings, sheet)
    brow, eye, smile = shares.values()
    if brow is None or eye is None or smile is None:
        return sheet.ungraded()
    f = sheet.part("f", 100 * (brow + eye + smile) / 3)
    by_f = 1 + bounds_missed(f, settings.house_brackmann_f)
    at_least, gate = _gate(examination, settings, sheet, brow=brow, eye=eye, smile=smile)
    sheet.part("grade_of_f", by_f)
    sheet.part("grade", max(by_f, at_least))
    return sheet.graded(f, ROMAN[max(by_f, at_least) - 1], gate if at_least > by_f else None)


def _gate(
    examination: Examination, settings: PalsySettings, sheet: Sheet, *, brow: float, eye: float, smile: float
) -> tuple[int, str | None]:
    """The worst grade that a gate demands."""
    weak = (2, _WEAK) if bounds_missed(min(brow, smile), (settings.normal_share,)) else (1, None)
    along = bounds_reached(max(examination.synkinesis.values(), default=0.0), settings.synkinesis_bounds[:2])
    if along:
        weak = (1 + along, _ALONG[along - 1])
    if eye < 1:
        barely = bounds_missed(max(brow, smile), (settings.barely_share,)) > 0
        if barely and at_rest(examination, settings).asymmetrical:
            return 5, _BARELY
        return (3, _DOUBTFUL) if bounds_reached(eye, (settings.open_share,)) else (4, _INCOMPLETE)
    healthy = moved(examination, Region.EYE_FULL, examination.healthy)
    if healthy < settings.closed_share:
        sheet.note(
            f"complete closure: only relative, the healthy eye itself closed {100 * healthy:.0f} % of its opening"
        )
    gently = voluntary_share(examination, Region.EYE_GENTLE, settings)
    if isinstance(gently, Unjudged):
        sheet.note(f"gate of closure with effort only, not applied: {gently.reason}")
        return weak
    sheet.item(Region.EYE_GENTLE, gently)
    return weak if gently >= 1 else (3, _EFFORT)


def _points(examination: Examination, settings: PalsySettings, sheet: Sheet) -> None:
    if not_seen(examination) or any(hindrance(examination, region, settings) for region in (Region.BROW, Region.SMILE)):
        return
    points = sum(_points_of(moved(examination, region, examination.affected)) for region in (Region.BROW, Region.SMILE))
    sheet.part("points", points)
    sheet.part("grade_of_points", GRADE_OF_POINTS[points])


def _points_of(movement_mm: float) -> int:
    return min(max(math.floor(movement_mm / POINT_MM + 1e-9), 0), MOST_POINTS)
