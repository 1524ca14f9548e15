"""Each region's voluntary movement on both sides, and which side is affected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.palsy.draws import Postures
from analysis.palsy.graded import Unjudged
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import TASK_OF, Examination, Region, moved
from analysis.palsy.results import AffectedSide, Measured, RegionResult
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import EYES, hindrance
from analysis.values import Interval, Side, Status

_TAIL = 2.5
_LARGEST_SHARE = 2.0
"""Of a side whose movement may be none nobody wants to know how many times as far the other went."""
_MAIN = (Region.BROW, Region.EYE_GENTLE, Region.EYE_FULL, Region.SMILE)
_ALONE = 0.5
"""A lip or a pucker alone, one of several that might have differed by chance, has to be weaker than this."""
REGION_IN_WORDS = {
    Region.BROW: "brow",
    Region.EYE_GENTLE: "gentle eye closure",
    Region.EYE_FULL: "eye closure with full effort",
    Region.SMILE: "smile",
    Region.UPPER_LIP: "upper lip",
    Region.PUCKER: "pucker",
    Region.LOWER_LIP: "lower lip",
}


@dataclass(frozen=True, kw_only=True)
class SideVerdict:
    """The affected side and why, in words."""

    side: AffectedSide
    evidence: tuple[str, ...]


def stronger(postures: Postures, region: Region) -> Side:
    """The side on which a region moves further."""
    right, left = (moved(Examination(affected=side, postures=postures), region, side) for side in Side)
    return Side.RIGHT if right >= left else Side.LEFT


def regions(postures: Postures, faces: Sequence[Postures], settings: PalsySettings) -> tuple[RegionResult, ...]:
    """Every region; ``share`` is the smaller movement over the larger one. ``faces`` are the face within its errors."""
    return tuple(_region(region, postures, faces, settings) for region in Region)


def _region(region: Region, postures: Postures, faces: Sequence[Postures], settings: PalsySettings) -> RegionResult:
    if TASK_OF[region] not in postures:
        hindered = hindrance(Examination(affected=Side.RIGHT, postures=postures), region, settings)
    else:
        weaker = Side.LEFT if stronger(postures, region) is Side.RIGHT else Side.RIGHT
        hindered = hindrance(Examination(affected=weaker, postures=postures), region, settings)
    if isinstance(hindered, Unjudged):
        return RegionResult(region=region, status=Status.NOT_ASSESSABLE, reason=hindered.reason)
    amounts = np.array([_amounts(face, region) for face in faces])
    right, left = _amounts(postures, region)
    weak, strong = sorted((max(right, 0.0), max(left, 0.0)))
    which = (0, 1) if right <= left else (1, 0)
    shares = np.clip(amounts[:, which[0]], 0, None) / np.maximum(amounts[:, which[1]], 1e-6)
    shares = np.minimum(shares, _LARGEST_SHARE)
    return RegionResult(
        region=region,
        status=Status.GOOD,
        right=between(right, amounts[:, 0]),
        left=between(left, amounts[:, 1]),
        share=between(weak / strong, shares),
    )


def _amounts(postures: Postures, region: Region) -> tuple[float, float]:
    right, left = (moved(Examination(affected=side, postures=postures), region, side) for side in Side)
    return right, left


def between(value: float, drawn: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Measured:
    """A value with the middle 95 % of what was drawn."""
    low, high = np.percentile(drawn, (_TAIL, 100 - _TAIL))
    return Measured(value=value, interval=Interval(low=min(float(low), value), high=max(float(high), value)))


def affected_side(
    found: Sequence[RegionResult], synkinetic: Mapping[Side, str], settings: PatternSettings, *, closed_share: float
) -> SideVerdict:
    """The side that is weak in some region and the other in none; failing that, the side with synkinesis.

    One lip or the pucker alone names a side only where it is weaker than half. A region is weak where its share is below
    ``weak_share``, an eye's below ``closed_share``, and its interval does not hold 1.
    """
    weak: dict[Side, list[str]] = {side: [] for side in Side}
    named: set[Side] = set()
    for region in found:
        if region.share is None or region.right is None or region.left is None:
            continue
        least = closed_share if region.region in EYES else settings.weak_share
        if region.share.value < least and region.share.interval.high < 1:
            side = Side.RIGHT if region.right.value < region.left.value else Side.LEFT
            if region.region in _MAIN or region.share.value < _ALONE:
                named.add(side)
            weak[side].append(f"{REGION_IN_WORDS[region.region]} {100 * region.share.value:.0f} %")
    weaker = [side for side in Side if side in named or len(weak[side]) > 1]
    evidence = (
        *(f"the {side} side moves less far than the other: {', '.join(weak[side])}" for side in weaker),
        # the eye of a sound side narrows in a smile, its cheek rises with a closed eye: beside a weak side that is no synkinesis
        *(words for side, words in synkinetic.items() if side in weaker or not weaker),
    )
    if len(weaker) > 1 or (len(synkinetic) > 1 and not weaker):
        return SideVerdict(side=AffectedSide.INDETERMINATE, evidence=evidence)
    if weaker or synkinetic:
        side = weaker[0] if weaker else next(iter(synkinetic))
        return SideVerdict(side=AffectedSide(side.value), evidence=evidence)
    if not any(region.share for region in found):
        return SideVerdict(side=AffectedSide.INDETERMINATE, evidence=("no region's movement could be judged",))
    return SideVerdict(side=AffectedSide.NONE, evidence=("no region is weaker on one side beyond error",))
