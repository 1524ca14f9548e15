"""Sunnybrook-equivalent composite: the scale is Ross, Fradet and Nedzelski's (1996), scores from measured shares are ours."""

from __future__ import annotations

from analysis.palsy.graded import Grade, Sheet, Unjudged, bounds_missed, bounds_reached
from analysis.palsy.postures import TASK_OF, Examination, Region
from analysis.palsy.resting import at_rest
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import co_movement, not_seen, voluntary_share

MOVEMENTS = (Region.BROW, Region.EYE_GENTLE, Region.SMILE, Region.UPPER_LIP, Region.PUCKER)
"""[pub] Forehead wrinkle, gentle eye closure, open-mouth smile (here the full smile), snarl, lip pucker."""
VOLUNTARY_WEIGHT = 4
RESTING_WEIGHT = 5
BEST = 5
"""[pub] Voluntary scores go from 1 to 5."""
HEALTHY_RANGE = (65, 100)
"""[pub] Composites of 111 healthy people (Picard et al. 2024)."""

_RESTING = ("resting_eye", "resting_cheek", "resting_mouth")


def grade(examination: Examination, settings: PalsySettings) -> Grade:
    """Composite = 4 x voluntary sum - 5 x resting sum - synkinesis sum; 100 is a symmetrical face.

    ``items``: ``voluntary_*`` 1 to 5, ``resting_*`` 0 to 1 (cheek 2), ``synkinesis_*`` 0 to 3. ``parts``, as weighted in the
    composite: ``voluntary`` 20 to 100, ``resting`` 0 to 20, ``synkinesis`` 0 to 15. A composite below 0, which the arithmetic
    allows, is given as 0, the end of the scale. No category: the scale has none.
    """
    sheet = Sheet()
    _rest(examination, settings, sheet)
    for region in MOVEMENTS:
        found = voluntary_share(examination, region, settings)
        score = found if isinstance(found, Unjudged) else BEST - bounds_missed(found, settings.sunnybrook_shares)
        sheet.item(f"voluntary_{region}", score)
        moved_along = co_movement(examination, TASK_OF[region])
        if not isinstance(moved_along, Unjudged):
            moved_along = bounds_reached(moved_along, settings.synkinesis_bounds)
        sheet.item(f"synkinesis_{region}", moved_along)
    sheet.sum_of("voluntary", [f"voluntary_{region}" for region in MOVEMENTS], weight=VOLUNTARY_WEIGHT)
    sheet.sum_of("resting", _RESTING, weight=RESTING_WEIGHT)
    sheet.sum_of("synkinesis", [f"synkinesis_{region}" for region in MOVEMENTS])
    if not sheet.complete:
        return sheet.ungraded()
    return sheet.graded(max(sheet.read("voluntary") - sheet.read("resting") - sheet.read("synkinesis"), 0.0))


def _rest(examination: Examination, settings: PalsySettings, sheet: Sheet) -> None:
    if unseen := not_seen(examination):
        for name in _RESTING:
            sheet.item(name, unseen)
        return
    resting = at_rest(examination, settings)
    for name, score in zip(_RESTING, (resting.eye, resting.cheek, resting.mouth), strict=True):
        sheet.item(name, score)
