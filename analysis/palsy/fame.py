"""FAME scale (Ojha et al. 2022, Ann Indian Acad Neurol 25:464): five voluntary movements and complications, 0 to 4 each.

The paper scores by pictures; here the shares do, with bounds of our own. Of the complications it names (synkinesis,
hyperkinesis, contracture) synkinesis alone is measured.
"""

from __future__ import annotations

from analysis.palsy.graded import Grade, Sheet, Unjudged, bounds_missed, bounds_reached
from analysis.palsy.postures import TASK_OF, Examination
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import largest_co_movement, voluntary_share

SEVERITIES = ("normal", "mild", "moderate", "severe", "profound")
WORST_TOTALS = (0, 6, 12, 18)
"""[pub] Highest total of each severity; profound up to 24."""


def grade(examination: Examination, settings: PalsySettings) -> Grade:
    """Total 0 to 24, category normal to profound.

    ``items``: the regions of ``fame_regions`` and ``complications``, 0 to 4. ``parts``: ``voluntary``, the sum of the five.
    """
    sheet = Sheet()
    for region in settings.fame_regions:
        found = voluntary_share(examination, region, settings)
        sheet.item(region, found if isinstance(found, Unjudged) else bounds_missed(found, settings.fame_shares))
    sheet.sum_of("voluntary", settings.fame_regions)
    largest = largest_co_movement(examination, *(TASK_OF[region] for region in settings.fame_regions))
    if not isinstance(largest, Unjudged):
        largest = bounds_reached(largest, settings.fame_synkinesis_bounds)
    complications = sheet.item("complications", largest)
    sheet.note("complications: synkinesis alone; hyperkinesis and contracture are not measured")
    if complications is None or not sheet.complete:
        return sheet.ungraded()
    total = sheet.read("voluntary") + complications
    return sheet.graded(total, SEVERITIES[sum(total > most for most in WORST_TOTALS)])
