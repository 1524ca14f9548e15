"""Auto-eFACE (Miller et al. 2021, Plast Reconstr Surg 147:467): ten ratios of the affected over the healthy side, in percent.

Two of the ten differ from the paper in what is measured: the nasolabial angle stands in for the fold's, and the lower lip's
height for its position.
"""

from __future__ import annotations

from analysis.palsy.graded import Grade, Sheet, Unjudged
from analysis.palsy.postures import SHUT_MM, Examination, HalfPosture, Region, Task, moved
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import EYES, closed, hindrance, not_performed, not_seen

NORMAL = (93.83, 4.37)
"""[pub] Mean and SD of the total in healthy people (Miller et al. 2021)."""
FLACCID = (59.96, 5.80)
"""[pub] The same in flaccid palsy."""
SEVERE_SYNKINESIS = (62.35, 9.35)
"""[pub] The same in severe synkinesis."""

STATIC = ("brow_rest", "fissure_rest", "nasolabial_angle_rest", "commissure_rest")
DYNAMIC = ("brow_raise", "gentle_closure", "full_closure", "smile", "lower_lip")
SYNKINESIS = ("ocular_synkinesis",)

_DYNAMIC_MOST = 100.0
_STATIC_MOST = 200.0


def grade(examination: Examination, settings: PalsySettings) -> Grade:
    """Mean of the ten items, 0 to 100.

    ``items``: as scored, 0 to 100. ``parts``: ``static``, ``dynamic``, ``synkinesis``, means of 4, 5 and 1. ``category``: whether
    the total is within two SDs of the published normals.
    """
    sheet = Sheet()
    _static(examination, sheet)
    for name, region in (
        ("brow_raise", Region.BROW),
        ("gentle_closure", Region.EYE_GENTLE),
        ("full_closure", Region.EYE_FULL),
        ("lower_lip", Region.LOWER_LIP),
    ):
        sheet.item(name, _moved(examination, region, settings))
    sheet.item("smile", _smile(examination, settings))
    sheet.item("ocular_synkinesis", _ocular(examination, settings))
    for part, names in (("static", STATIC), ("dynamic", DYNAMIC), ("synkinesis", SYNKINESIS)):
        sheet.sum_of(part, names, weight=1 / len(names))
    if not sheet.complete:
        return sheet.ungraded()
    total = sum(len(names) * sheet.read(part) for part, names in (("static", STATIC), ("dynamic", DYNAMIC)))
    total = (total + sheet.read("synkinesis")) / (len(STATIC) + len(DYNAMIC) + len(SYNKINESIS))
    mean, sd = NORMAL
    return sheet.graded(total, "within normal range" if total >= mean - 2 * sd else "below normal range")


def _static(examination: Examination, sheet: Sheet) -> None:
    if unseen := not_seen(examination):
        for name in STATIC:
            sheet.item(name, unseen)
        return
    affected, healthy = (examination.rest.side(side) for side in (examination.affected, examination.healthy))
    sheet.item("brow_rest", _balance(affected.brow_height_mm, healthy.brow_height_mm))
    # Inverted in the paper: a palsied eye is wider, and scores below 100 as everything that is palsied.
    sheet.item("fissure_rest", _balance(healthy.fissure_mm, affected.fissure_mm))
    sheet.item("nasolabial_angle_rest", _nasolabial(affected, healthy))
    sheet.item("commissure_rest", _balance(affected.commissure_excursion_mm, healthy.commissure_excursion_mm))


def _balance(above: float, below: float) -> float | Unjudged:
    if below <= 0:
        return Unjudged(reason="the measure at rest is not positive: no ratio")
    return 100 - abs(100 - min(max(100 * above / below, 0.0), _STATIC_MOST))


def _nasolabial(affected: HalfPosture, healthy: HalfPosture) -> float | Unjudged:
    a, h = affected.nasolabial_angle_deg, healthy.nasolabial_angle_deg
    return _balance(90 - a, 90 - h) if a > h else _balance(a, h)


def _moved(examination: Examination, region: Region, settings: PalsySettings) -> float | Unjudged:
    """Of the eye the affected closure by itself, as in the paper; of the rest the ratio of the movements."""
    if hindered := hindrance(examination, region, settings):
        return hindered
    if region in EYES:
        return _clipped(closed(examination, region))
    affected = moved(examination, region, examination.affected)
    return _clipped(affected / moved(examination, region, examination.healthy))


def _smile(examination: Examination, settings: PalsySettings) -> float | Unjudged:
    if hindered := hindrance(examination, Region.SMILE, settings):
        return hindered
    rest, smile = examination.rest, examination.postures[Task.FULL_SMILE]
    affected, healthy = (
        smile.side(side).commissure_excursion_mm - rest.side(side).commissure_excursion_mm
        for side in (examination.affected, examination.healthy)
    )
    if healthy < settings.smile_gate_mm:
        return not_performed(Task.FULL_SMILE, healthy, settings.smile_gate_mm)
    return _clipped(affected / healthy)


def _ocular(examination: Examination, settings: PalsySettings) -> float | Unjudged:
    """Smaller of the fissure ratios in the full smile and the pucker: an eye that narrows with the mouth scores below 100."""
    if unseen := not_seen(examination, Task.FULL_SMILE, Task.PUCKER):
        return unseen
    for region in (Region.SMILE, Region.PUCKER):
        if hindered := hindrance(examination, region, settings):
            return hindered
    ratios = []
    for task in (Task.FULL_SMILE, Task.PUCKER):
        posture = examination.postures[task]
        healthy = posture.side(examination.healthy).fissure_mm
        if healthy < SHUT_MM:
            return Unjudged(reason="the healthy eye is closed in the smile or the pucker: no ratio")
        ratios.append(posture.side(examination.affected).fissure_mm / healthy)
    return _clipped(min(ratios))


def _clipped(ratio: float) -> float:
    return min(max(100 * ratio, 0.0), _DYNAMIC_MOST)
