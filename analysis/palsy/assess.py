"""Postures to grades, affected side and pattern, each with its range: the same for one recording and for an exam of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np

from analysis.palsy import eface, fame, fngs, house_brackmann, sunnybrook
from analysis.palsy.draws import Postures, drawn, measured
from analysis.palsy.graded import Grade, Graded
from analysis.palsy.pattern_settings import PatternSettings
from analysis.palsy.postures import Examination, Region, Task
from analysis.palsy.resting import at_rest
from analysis.palsy.results import (
    AffectedSide,
    CoMovement,
    HouseBrackmann,
    Palsy,
    Pattern,
    PostureResult,
    RegionResult,
    Repetition,
    RomanGrade,
    Score,
)
from analysis.palsy.settings import PalsySettings
from analysis.palsy.shares import IN_WORDS
from analysis.palsy.sides import SideVerdict, affected_side, between, regions
from analysis.values import Side, Status

_STANDARD: Final = tuple(task for task in Task if task is not Task.SNARL)
_CLOSURES: Final = {Task.GENTLE_CLOSURE, Task.FULL_CLOSURE}
_SYNKINESIS_SD: Final = 0.2
"""Relative error of a co-movement's ratio: both it and what it is a share of are measured with the gains' errors."""

_NOTHING_SEEN: Final = (
    "no standard movement was seen: raise the brows, close the eyes, smile and purse the lips, "
    "each held for a second and with rest between"
)

Grader = Callable[[Examination, PalsySettings], Grade]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was seen of a face in one recording, or in all recordings of an exam."""

    postures: tuple[PostureResult, ...]
    movements: tuple[Repetition, ...]
    co_movements: tuple[CoMovement, ...]
    limits: tuple[str, ...] = ()
    """Why nothing better than "limited" can be said."""
    contradiction: str | None = None
    """Why no side can be named, whatever the movements say."""


def assess(evidence: Evidence, settings: PalsySettings, pattern: PatternSettings) -> Palsy:
    """Grade a face. Without rest or any standard movement there is no grade."""
    seen = {posture.task for posture in evidence.postures}
    missing = tuple(task for task in _STANDARD if task not in seen)
    if Task.REST not in seen or len(seen) < 2:
        return Palsy(
            status=Status.NOT_ASSESSABLE,
            reason="; ".join((*evidence.limits, _NOTHING_SEEN)),
            missing_tasks=missing,
            postures=evidence.postures,
        )
    postures = measured(evidence.postures)
    faces = list(drawn(evidence.postures, pattern.draws))
    found = regions(postures, faces, settings)
    synkinetic = _synkinesis(evidence.co_movements, pattern)
    verdict = affected_side(
        found, {side: words for side, (_, words) in synkinetic.items()}, pattern, closed_share=settings.closed_share
    )
    if evidence.contradiction is not None:
        verdict = SideVerdict(side=AffectedSide.INDETERMINATE, evidence=(evidence.contradiction, *verdict.evidence))
    graded = _Grading(
        postures=postures,
        faces=faces,
        affected=_graded_side(verdict, found),
        co_movements=evidence.co_movements,
        settings=settings,
        pattern=pattern,
    )
    hangs = at_rest(Examination(affected=Side.RIGHT, postures=postures), settings).asymmetrical
    kind, why = _pattern(
        verdict, found, synkinetic, pattern, asymmetrical=hangs, tried_to_close=not _CLOSURES.isdisjoint(seen)
    )
    limits = (*evidence.limits, *([f"not seen: {_in_words(missing)}"] if missing else []))
    return Palsy(
        status=Status.LIMITED if limits else Status.GOOD,
        reason="; ".join(limits) or None,
        affected_side=verdict.side,
        pattern=kind,
        evidence=(*verdict.evidence, why),
        movements=evidence.movements,
        limits=evidence.limits,
        missing_tasks=missing,
        postures=evidence.postures,
        regions=found,
        co_movements=evidence.co_movements,
        house_brackmann=graded.house_brackmann(),
        sunnybrook=graded.score(sunnybrook.grade),
        eface=graded.score(eface.grade),
        fngs=graded.score(fngs.grade),
        fame=graded.score(fame.grade),
    )


def _in_words(tasks: Sequence[Task]) -> str:
    return ", ".join(IN_WORDS[task] for task in tasks)


def _graded_side(verdict: SideVerdict, found: Sequence[RegionResult]) -> Side | None:
    """The side to grade against the other; of an even face the one that moves less; None where neither can be called healthy."""
    if verdict.side is AffectedSide.INDETERMINATE:
        return None
    if verdict.side is not AffectedSide.NONE:
        return Side(verdict.side.value)
    less = sum(
        (region.left.value - region.right.value) / max(region.left.value, region.right.value)
        for region in found
        if region.left and region.right
    )
    return Side.RIGHT if less >= 0 else Side.LEFT


def _synkinesis(co_movements: Sequence[CoMovement], settings: PatternSettings) -> Mapping[Side, tuple[CoMovement, str]]:
    """The strongest co-movement of each side that lasts and is large enough to be called synkinesis, and in words."""
    found: dict[Side, tuple[CoMovement, str]] = {}
    for along in sorted(co_movements, key=lambda along: along.ratio):
        if along.ratio >= settings.synkinesis_ratio and along.duration_s >= settings.synkinesis_s:
            when = "after" if along.lag_s >= 0 else "before"
            words = (
                f"synkinesis: the {along.side} {along.region} moves along with the {IN_WORDS[along.during]} by "
                f"{100 * along.ratio:.0f} % of its own movement, {abs(1000 * along.lag_s):.0f} ms {when} its beginning"
            )
            found[along.side] = (along, words)
    return found


def _pattern(
    verdict: SideVerdict,
    found: Sequence[RegionResult],
    synkinetic: Mapping[Side, tuple[CoMovement, str]],
    settings: PatternSettings,
    *,
    asymmetrical: bool,
    tried_to_close: bool,
) -> tuple[Pattern, str]:
    shares = {region.region: region for region in found if region.share}
    eye = shares.get(Region.EYE_FULL) or shares.get(Region.EYE_GENTLE)
    smile = shares.get(Region.SMILE)
    overall = [one.share.value for one in (shares.get(Region.BROW), eye, smile) if one and one.share]
    if smile is None or len(overall) < 2:
        return Pattern.INDETERMINATE, "pattern: needs a full smile and a brow raise or an eye closure"
    if verdict.side is AffectedSide.INDETERMINATE:
        return Pattern.INDETERMINATE, "pattern: the two sides are affected in different regions"
    f = 100 * float(np.mean(overall))
    affected = None if verdict.side is AffectedSide.NONE else Side(verdict.side.value)
    moves_along = affected is not None and affected in synkinetic
    if not moves_along:
        if verdict.side is AffectedSide.NONE and f >= settings.normal_f:
            furthest = max((side.value for side in (smile.right, smile.left) if side), default=0.0)
            if furthest < settings.least_smile_mm:
                return (
                    Pattern.INDETERMINATE,
                    f"pattern: both sides move alike, but neither corner further than {furthest:.1f} mm in a full smile: weak on "
                    "both sides, or not smiled fully",
                )
            if tried_to_close and eye is None:
                return (
                    Pattern.INDETERMINATE,
                    "pattern: both sides move alike, but neither eye closes: weak on both sides, or not closed fully",
                )
            if asymmetrical:
                return Pattern.INDETERMINATE, "pattern: both sides move alike, but the face is not symmetrical at rest"
            return (
                Pattern.NORMAL,
                f"pattern: both sides move alike (mean share {f:.0f} %), without synkinesis; a weakness of both sides alike "
                "would not be seen",
            )
        if verdict.side is AffectedSide.NONE:
            return (
                Pattern.INDETERMINATE,
                f"pattern: a mean share of {f:.0f} %, but no region is surely weaker on one side",
            )
        return Pattern.FLACCID, f"pattern: a deficit (mean share {f:.0f} %) without synkinesis"
    if f < settings.profound_f:
        return Pattern.MIXED, f"pattern: synkinesis beside a profound deficit (mean share {f:.0f} %)"
    return Pattern.SYNKINETIC, f"pattern: synkinesis, with a mean share of {f:.0f} %"


@dataclass(frozen=True, kw_only=True)
class _Grading:
    postures: Postures
    faces: Sequence[Postures]
    affected: Side | None
    co_movements: Sequence[CoMovement]
    settings: PalsySettings
    pattern: PatternSettings

    def house_brackmann(self) -> HouseBrackmann:
        score = self.score(house_brackmann.grade)
        if score.total is None:
            return HouseBrackmann(status=score.status, reason=score.reason)
        point = self._point(house_brackmann.grade)
        return HouseBrackmann(
            status=score.status,
            reason="; ".join(score.missing) or None,
            grade=_ROMAN[score.category],
            grade_range=score.category_range and (_ROMAN[score.category_range[0]], _ROMAN[score.category_range[1]]),
            f=score.total,
            gate=point.gate if isinstance(point, Graded) else None,
            points=int(score.parts["points"]) if "points" in score.parts else None,
        )

    def score(self, grader: Grader) -> Score:
        point = self._point(grader)
        if point is None:
            return Score(
                status=Status.NOT_ASSESSABLE,
                reason="which side is affected is not clear, and every scale compares it with a healthy side",
            )
        if not isinstance(point, Graded):
            return Score(
                status=Status.NOT_ASSESSABLE,
                reason=point.reason,
                parts=dict(point.parts),
                items=dict(point.items),
                missing=point.missing,
            )
        others = [grade for grade in self._drawn(grader) if isinstance(grade, Graded)]
        return Score(
            status=Status.LIMITED if point.missing else Status.GOOD,
            total=between(point.total, [point.total, *(grade.total for grade in others)]),
            parts=dict(point.parts),
            items=dict(point.items),
            missing=point.missing,
            category=point.category,
            category_range=_category_range(point, others),
        )

    def _point(self, grader: Grader) -> Grade | None:
        examination = self._examination(self.postures)
        return None if examination is None else grader(examination, self.settings)

    def _drawn(self, grader: Grader) -> list[Grade]:
        random = np.random.default_rng(len(self.faces))
        # faces come in pairs that are each other's mirror image in their errors
        factors = np.exp(_SYNKINESIS_SD * random.standard_normal((len(self.faces) + 1) // 2)).repeat(2).tolist()
        graded = []
        for face, factor in zip(self.faces, factors, strict=False):
            examination = self._examination(face)
            if examination is None:
                break
            along = {task: factor * ratio for task, ratio in examination.synkinesis.items()}
            graded.append(grader(replace(examination, synkinesis=along), self.settings))
        return graded

    def _examination(self, postures: Postures) -> Examination | None:
        if self.affected is None:
            return None
        along: dict[Task, float] = {task: 0.0 for task in postures if task is not Task.REST}
        for one in self.co_movements:
            if one.side is self.affected and one.duration_s >= self.pattern.synkinesis_s and one.during in along:
                along[one.during] = max(along[one.during], one.ratio)
        return Examination(affected=self.affected, postures=postures, synkinesis=along)


_ROMAN: Final[Mapping[str | None, RomanGrade]] = {grade: grade for grade in get_args(RomanGrade)}


def _category_range(point: Graded, others: Sequence[Graded]) -> tuple[str, str] | None:
    """Categories of the middle 95 %, from the lowest total or the best grade to the other end, that of the point among them."""
    ranked = sorted((_rank(grade), grade.category) for grade in (point, *others) if grade.category)
    if not point.category or not ranked:
        return None
    low, high = (ranked[round(q * (len(ranked) - 1))] for q in (0.025, 0.975))
    own = (_rank(point), point.category)
    return min(low, own)[1], max(high, own)[1]


def _rank(grade: Graded) -> float:
    """Roman grades as numbers: a gate may have made one other than that of the total."""
    category = _ROMAN.get(grade.category)
    return grade.total if category is None else float(get_args(RomanGrade).index(category))
