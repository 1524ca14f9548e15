"""Facial Nerve Grading System 2.0 (Vrabec et al. 2009): four regions 1 to 6, secondary movement 0 to 3.

The table scores by weakness (over 75 %, over 50 %, below 50 % of normal, trace, none), by whether the face is symmetrical at
rest, and of the eye by whether it closes with little effort, with full effort, or not; how measured shares are read as these is
ours and stands in ``PalsySettings``.
"""

from __future__ import annotations

from analysis.palsy.graded import Grade, Sheet, Unjudged, bounds_missed, bounds_reached
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.postures import Examination, Region, Task
from analysis.palsy.resting import at_rest
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import largest_co_movement, not_seen, upper_lip_share_in_smile, voluntary_share

WORST_TOTALS = (4, 9, 14, 19, 23)
"""[pub] Highest total of grades I to V."""
NO_MOVEMENT = 6
REGIONS = ("brow", "eye", "nasolabial", "oral")

_OBVIOUS = 3
_NOT_SYMMETRICAL = 4
_SOME_MOVEMENT = "the total is that of VI, but a region still moves: V"


def grade(examination: Examination, settings: PalsySettings) -> Grade:
    """Total 4 to 27, category I to VI.

    ``items``: ``brow``, ``eye``, ``nasolabial``, ``oral`` 1 to 6, ``secondary`` 0 to 3. ``parts``: ``regional``, the sum of the
    four. VI is no movement at all, so synkinesis alone does not lead to it [ours].
    """
    sheet = Sheet()
    if unseen := not_seen(examination):
        for name in (*REGIONS, "secondary"):
            sheet.item(name, unseen)
        return sheet.ungraded()
    resting = at_rest(examination, settings)
    brow, oral = (voluntary_share(examination, region, settings) for region in (Region.BROW, Region.SMILE))
    sheet.item("brow", _score(brow, resting.brow, settings))
    sheet.item("eye", _eye(examination, settings))
    sheet.item("nasolabial", _score(_nasolabial(examination, settings, sheet), resting.cheek, settings))
    sheet.item("oral", _score(oral, resting.mouth, settings))
    secondary = sheet.item("secondary", _secondary(examination, settings))
    sheet.sum_of("regional", REGIONS)
    if secondary is None or not sheet.complete:
        return sheet.ungraded()
    regional = sheet.read("regional")
    worst = 1 + sum(regional + secondary > most for most in WORST_TOTALS)
    if worst == len(ROMAN) and regional < NO_MOVEMENT * len(REGIONS):
        return sheet.graded(regional + secondary, "V", _SOME_MOVEMENT)
    return sheet.graded(regional + secondary, ROMAN[worst - 1])


def _score(found: float | Unjudged, asymmetry: int, settings: PalsySettings) -> float | Unjudged:
    """Obvious weakness (3) asks for symmetry at rest; without it 4."""
    if isinstance(found, Unjudged):
        return found
    score = 1 + bounds_missed(found, settings.fngs_shares)
    return _NOT_SYMMETRICAL if score == _OBVIOUS and asymmetry else score


def _eye(examination: Examination, settings: PalsySettings) -> float | Unjudged:
    """1 closes gently, 2 and 3 only with effort (2 where the gentle closure is slightly weak), 4 and more does not close."""
    full = voluntary_share(examination, Region.EYE_FULL, settings)
    if isinstance(full, Unjudged):
        return full
    if full < 1:
        return max(1 + bounds_missed(full, settings.fngs_shares), _NOT_SYMMETRICAL)
    gentle = voluntary_share(examination, Region.EYE_GENTLE, settings)
    if isinstance(gentle, Unjudged):
        return gentle
    if gentle >= 1:
        return 1
    return 2 + bounds_missed(gentle, settings.fngs_shares[1:2])


def _nasolabial(examination: Examination, settings: PalsySettings, sheet: Sheet) -> float | Unjudged:
    """Rise of the upper lip in the snarl; without one in the full smile."""
    snarl = voluntary_share(examination, Region.UPPER_LIP, settings)
    if not isinstance(snarl, Unjudged):
        return snarl
    smile = upper_lip_share_in_smile(examination, settings)
    if isinstance(smile, Unjudged):
        return Unjudged(reason=f"{snarl.reason}; {smile.reason}")
    sheet.note(f"nasolabial: from the upper lip in the full smile; {snarl.reason}")
    return smile


def _secondary(examination: Examination, settings: PalsySettings) -> float | Unjudged:
    largest = largest_co_movement(examination, Task.BROW_RAISE, Task.FULL_CLOSURE, Task.FULL_SMILE)
    return largest if isinstance(largest, Unjudged) else bounds_reached(largest, settings.synkinesis_bounds)
