"""What is said of a facial palsy, as names and sentences; plain ASCII, so that any character set can carry it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from analysis.palsy.postures import Region, Task
from analysis.palsy.results import (
    AffectedSide,
    CoMovement,
    HouseBrackmann,
    Measured,
    MeasuredSides,
    Palsy,
    Pattern,
    PostureResult,
    RegionalMeasures,
    RegionResult,
    Repetition,
    RomanGrade,
    Score,
    StillResult,
)
from analysis.values import Side, Status
from reports import units
from reports.exam import ExamReport
from reports.words import sentence, trust

EQUIVALENT = "equivalent estimate"
HOUSE_BRACKMANN = "House-Brackmann-equivalent estimate"
NOT_GRADED = "Not assessable"

TASK = {
    Task.REST: "Rest",
    Task.BROW_RAISE: "Brow raise",
    Task.GENTLE_CLOSURE: "Gentle eye closure",
    Task.FULL_CLOSURE: "Eye closure with full effort",
    Task.SMALL_SMILE: "Small smile",
    Task.FULL_SMILE: "Full smile",
    Task.SNARL: "Snarl",
    Task.PUCKER: "Pucker",
    Task.LOWER_TEETH: "Lower teeth",
}
BRIEF_TASK = TASK | {Task.GENTLE_CLOSURE: "Gentle closure", Task.FULL_CLOSURE: "Full closure"}
REGION = {
    Region.BROW: "Brow raise",
    Region.EYE_GENTLE: "Gentle closure",
    Region.EYE_FULL: "Full closure",
    Region.SMILE: "Full smile",
    Region.UPPER_LIP: "Upper lip (snarl)",
    Region.PUCKER: "Pucker",
    Region.LOWER_LIP: "Lower lip (teeth)",
}
PATTERN = {
    Pattern.NORMAL: "Normal",
    Pattern.FLACCID: "Flaccid",
    Pattern.SYNKINETIC: "Synkinetic",
    Pattern.MIXED: "Mixed",
    Pattern.INDETERMINATE: "Indeterminate",
}
SIDE = {
    AffectedSide.RIGHT: "Right",
    AffectedSide.LEFT: "Left",
    AffectedSide.NONE: "None",
    AffectedSide.INDETERMINATE: "Uncertain",
}


@dataclass(frozen=True, kw_only=True)
class MeasureName:
    """What a measure of a posture is called, and its unit."""

    name: str
    unit: str = "mm"


MEASURES = {
    "brow_height_mm": MeasureName(name="Brow height"),
    "mrd1_mm": MeasureName(name="MRD1 (upper lid)"),
    "mrd2_mm": MeasureName(name="MRD2 (lower lid)"),
    "fissure_mm": MeasureName(name="Palpebral fissure"),
    "commissure_excursion_mm": MeasureName(name="Commissure to midline of the lower lip"),
    "smile_angle_deg": MeasureName(name="Smile angle", unit="deg"),
    "commissure_travel_mm": MeasureName(name="Commissure travel from rest"),
    "upper_lip_mm": MeasureName(name="Upper lip height"),
    "lower_lip_mm": MeasureName(name="Lower lip height"),
    "dental_show_mm": MeasureName(name="Dental show"),
    "nasolabial_angle_deg": MeasureName(name="Nasolabial angle", unit="deg"),
}
"""Of a posture, by the name of the field."""
EYES = (Region.EYE_GENTLE, Region.EYE_FULL)
GRADES: tuple[str, ...] = get_args(RomanGrade)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A score, under the name by which it is known, with what its total means."""

    key: str
    name: str
    best: str


SCALES = (
    Scale(key="sunnybrook", name="Sunnybrook", best="100 is best"),
    Scale(key="eface", name="eFACE", best="100 is best"),
    Scale(key="fngs", name="FNGS 2.0", best="4 is best"),
    Scale(key="fame", name="FAME", best="0 is best"),
)


def score(palsy: Palsy, scale: Scale) -> Score | None:
    """One of the scores."""
    found: Score | None = getattr(palsy, scale.key)
    return found


def assessed(palsy: Palsy | None) -> bool:
    """Whether a side was looked for: photographs are measured, not graded."""
    return palsy is not None and palsy.status is not Status.NOT_ASSESSABLE and palsy.affected_side is not None


def judged(palsy: Palsy) -> bool:
    """Whether there is anything but rest to show of it: a grade, a score, or one region of which both sides were compared."""
    grade = palsy.house_brackmann is not None and palsy.house_brackmann.grade is not None
    scores = (score(palsy, scale) for scale in SCALES)
    return grade or any(each and each.total for each in scores) or any(each.share for each in palsy.regions)


def why_none(report: ExamReport) -> str:
    """Why the exam shows no facial palsy, as a sentence."""
    palsy = report.graded
    if palsy is not None and palsy.stills:
        return f"Facial palsy: measured, not graded. {sentence(palsy.reason or 'Photographs show no movement')}"
    if palsy is not None:
        return f"Facial palsy: not assessable. {sentence(palsy.reason or 'No reason was recorded')}"
    if len(report.instances) > 1:
        return "Facial palsy: not graded. The recordings of this exam were not put together."
    (only,) = report.instances
    if only.result.source.kind == "image":
        return "Facial palsy: not graded. A single image shows no movement."
    if only.result.quality.status is Status.NOT_ASSESSABLE:
        return "Facial palsy: not graded. The recording is not assessable."
    return "Facial palsy: not graded. The analysis of this recording did not look for it."


def affected(palsy: Palsy) -> str:
    """The affected side as a word."""
    return "Not stated" if palsy.affected_side is None else SIDE[palsy.affected_side]


def affected_side(palsy: Palsy) -> Side | None:
    """The affected side, where there is one."""
    named = (AffectedSide.RIGHT, AffectedSide.LEFT)
    return Side(palsy.affected_side.value) if palsy.affected_side in named and palsy.affected_side else None


def smaller_side(region: RegionResult) -> Side | None:
    """The side that a region's share belongs to: the one that moves less, which need not be the affected one."""
    if region.right is None or region.left is None:
        return None
    return Side.RIGHT if region.right.value < region.left.value else Side.LEFT


def whose(palsy: Palsy) -> str:
    """What belongs beside the affected side."""
    if affected_side(palsy) is not None:
        return "the patient's own"
    return "no side falls short" if palsy.affected_side is AffectedSide.NONE else "no side can be named"


def pattern(palsy: Palsy) -> str:
    """The pattern as a word."""
    return "Not stated" if palsy.pattern is None else PATTERN[palsy.pattern]


def grade(found: HouseBrackmann | None) -> str:
    """The grade with its range, as ``III (II-III)``."""
    if found is None or found.grade is None:
        return NOT_GRADED
    return f"{found.grade}{_grade_range(found.grade_range)}"


def _grade_range(ends: tuple[str, str] | None) -> str:
    if ends is None:
        return ""
    low, high = sorted(ends, key=GRADES.index) if set(ends) <= set(GRADES) else ends
    return f" ({low})" if low == high else f" ({low}-{high})"


def f_value(found: HouseBrackmann | None) -> str:
    """F with its interval."""
    if found is None or found.f is None:
        return ""
    return f"F {units.points(found.f.value)} % ({_range(found.f)})"


def total(found: Score) -> str:
    """The total of a score with its interval."""
    return NOT_GRADED if found.total is None else f"{units.points(found.total.value)} ({_range(found.total)})"


def category(found: Score) -> str:
    """What the total stands for, with its range; empty where there is none."""
    if found.total is None or found.category is None:
        return ""
    ends = found.category_range
    if ends is None or set(ends) <= set(GRADES):
        return f"{found.category}{_grade_range(ends)}"
    return found.category if ends[0] == ends[1] else f"{found.category} ({ends[0]} to {ends[1]})"


def parts(found: Score) -> str:
    """The subscores that there are."""
    return _listed(found.parts)


def items(found: Score) -> str:
    """The items that there are, those of a subscore together."""
    together: dict[str, dict[str, float]] = {}
    for name, value in found.items.items():
        part = next((part for part in found.parts if name.startswith(f"{part}_")), "")
        together.setdefault(part, {})[name.removeprefix(f"{part}_") if part else name] = value
    return "; ".join(f"{spoken(part)}: {_listed(of)}" if part else _listed(of) for part, of in together.items())


def _listed(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{spoken(name)} {units.points(value)}" for name, value in numbers.items())


def lacking(missing: Sequence[str]) -> str:
    """Items that could not be computed, together where their reason is the same; empty where none is missing."""
    together: dict[str, list[str]] = {}
    for each in missing:
        name, _, reason = each.partition(": ")
        together.setdefault(reason, []).append(spoken(name))
    return "; ".join(
        f"{', '.join(names)} ({reason})" if reason else ", ".join(names) for reason, names in together.items()
    )


def spoken(name: str) -> str:
    """A key as words."""
    return name.replace("_", " ")


def _range(value: Measured) -> str:
    return f"{units.points(value.interval.low)} to {units.points(value.interval.high)}"


def house_brackmann_made_of(found: HouseBrackmann | None) -> str:
    """F, the gate that fired and the points, or why there is no grade."""
    if found is None:
        return "It was not computed."
    said = [sentence(found.reason)] if found.reason else []
    if found.grade is None:
        return " ".join(said) or "No reason was recorded."
    if found.f is not None:
        said.insert(0, f"{f_value(found)}: mean share of brow, eye and smile.")
    said.append(f"Gate: {sentence(found.gate)}" if found.gate else "No gate fired.")
    if found.points is not None:
        said.append(f"By points: {found.points} of 8.")
    return " ".join(said)


def score_made_of(found: Score | None) -> str:
    """The subscores, or why there is no total, with what is missing."""
    if found is None:
        return "It was not computed."
    said = [sentence(parts(found))] if found.parts else []
    if found.reason:
        said.insert(0 if found.total is None else len(said), sentence(found.reason))
    elif found.total is None:
        said.insert(0, "No reason was recorded.")
    if found.missing:
        said.append(f"Without: {lacking(found.missing)}.")
    return " ".join(said)


def share(found: RegionResult) -> str:
    """The smaller movement as a share of the larger one."""
    return "" if found.share is None else units.percent(found.share.value)


def moved(found: Measured, region: Region, *, interval: bool = False) -> str:
    """How far a region of one side moved: millimetres, of an eye how much of its opening was closed."""
    if region in EYES:
        number = units.percent(found.value)
        within = units.between_percentages(found.interval.low, found.interval.high)
    else:
        number = units.millimetres(found.value)
        within = units.between_coarse(found.interval.low, found.interval.high)
    return f"{number} ({within})" if interval else number


def missing_tasks(palsy: Palsy) -> str:
    """The movements that were not seen; empty where none is missing."""
    if not palsy.missing_tasks:
        return ""
    return f"Not seen: {', '.join(BRIEF_TASK[task].lower() for task in palsy.missing_tasks)}."


def seen(palsy: Palsy) -> str:
    """How many of the movements that were looked for were found."""
    found = {each.task for each in palsy.movements} - {Task.REST}
    lacking = set(palsy.missing_tasks) - found - {Task.REST}
    return f"{len(found)} of {len(found | lacking)} movements seen"


def limits(palsy: Palsy) -> str:
    """What limits the grades, as sentences; empty if nothing does."""
    said = [sentence(palsy.reason)] if palsy.reason else []
    if palsy.missing_tasks and "not seen:" not in (palsy.reason or "").lower():
        said.append(missing_tasks(palsy))
    return " ".join(said)


def times(each: Repetition) -> str:
    """When a movement began and ended, and when it was held."""
    held = f"held {units.seconds(each.plateau_start_s)} to {units.seconds(each.plateau_end_s)}"
    return f"{units.seconds(each.start_s)} to {units.seconds(each.end_s)} ({held})"


def found_by(found: Sequence[Repetition]) -> str:
    """How movements were found."""
    ways = {each.found_by for each in found}
    return " and ".join(
        said for way, said in (("signals", "from the movement itself"), ("label", "by its label")) if way in ways
    )


def co_movement(each: CoMovement) -> str:
    """An involuntary movement, as a sentence."""
    how_far = "closes by" if each.region == "eye" else "moves"
    of_what = "of its opening" if each.region == "eye" else "of its own voluntary movement"
    order = "after" if each.lag_s >= 0 else "before"
    return (
        f"During the {BRIEF_TASK[each.during].lower()} the {each.side.value} {each.region} {how_far} "
        f"{units.percent(each.ratio)} {of_what}, {units.fine_seconds(abs(each.lag_s))} {order} it, for "
        f"{units.seconds(each.duration_s)}."
    )


def summary(palsy: Palsy) -> str:
    """The whole answer in one line: side, grade, pattern, trust."""
    return (
        f"Affected side: {affected(palsy).lower()}. {HOUSE_BRACKMANN}: {grade(palsy.house_brackmann)}. "
        f"Pattern: {pattern(palsy).lower()}. Trust: {trust(palsy.status).lower()}, {seen(palsy)}."
    )


def in_short(report: ExamReport) -> str:
    """The answer for the exam in one line, or why there is none."""
    palsy = report.graded
    return summary(palsy) if palsy is not None and assessed(palsy) else why_none(report)


def scores(palsy: Palsy) -> Iterator[str]:
    """Each grade with what it is made of, or why there is none, as sentences."""
    yield f"{HOUSE_BRACKMANN}: {grade(palsy.house_brackmann)}. {house_brackmann_made_of(palsy.house_brackmann)}"
    for scale in SCALES:
        found = score(palsy, scale)
        known = found is not None and found.total is not None
        value = f"{total(found)}, {scale.best}" if found is not None and known else NOT_GRADED.lower()
        standing = f" Stands for {category(found)}." if found is not None and category(found) else ""
        yield f"{scale.name}-{EQUIVALENT}: {value}.{standing} {score_made_of(found)}".strip()


def region(found: RegionResult) -> str:
    """How far both sides of a region moved, as a sentence."""
    name = REGION[found.region]
    if found.right is None or found.left is None:
        return f"{name}: not assessable. {sentence(found.reason or 'No reason was recorded')}"
    said = f"{name}: right {moved(found.right, found.region)}, left {moved(found.left, found.region)}"
    if found.share is not None:
        within = units.between_percentages(found.share.interval.low, found.share.interval.high)
        said += f", share {share(found)} (95 % interval {within})"
    return f"{said}. {sentence(found.reason or '')}".strip()


def shows(still: StillResult) -> str:
    """What a photograph shows, as far as it says."""
    return "Not labelled" if still.shows is None else BRIEF_TASK[still.shows]


def posture(found: PostureResult) -> str:
    """All measures of a posture with their intervals, as sentences."""
    return f"{TASK[found.task]}, {units.repetitions(found.repetitions)}. {measures(found)}"


def measures(found: RegionalMeasures) -> str:
    """All regional measures with their intervals, as sentences."""
    said = []
    for field, measure in MEASURES.items():
        sides: MeasuredSides | None = getattr(found, field)
        if sides is None:
            said.append(f"{measure.name}: not measured, the lids were hidden.")
            continue
        both = ", ".join(
            f"{side.value} {units.tenths(each.value)} {measure.unit} (95 % interval "
            f"{units.between_coarse(each.interval.low, each.interval.high)} {measure.unit})"
            for side, each in ((Side.RIGHT, sides.right), (Side.LEFT, sides.left))
        )
        said.append(f"{measure.name}: {both}.")
    return " ".join(said)
