"""Every sentence of the documents, in one place. Plain ASCII, so that a DICOM object of any character set can carry it."""

from __future__ import annotations

from analysis.results import AnalysisResult, Band, Commissure, TimestampSource
from analysis.settings import AnalysisSettings
from analysis.spasm.results import Spasm, SpasmClass
from analysis.values import Bilateral, Interval, Side, Status
from reports import explanations, units
from reports.exam import AssessedInstance, ExamReport

TITLE = "Facial movement report"
RESEARCH_USE = "Research use only - not for diagnosis - clinician review required"

_TRUST = {Status.GOOD: "Good", Status.LIMITED: "Limited", Status.NOT_ASSESSABLE: "Not assessable"}
_UNEVEN = AnalysisSettings().even_ratio
"""Chooses between two ways of saying that no side is named; both are true whatever a site has set."""
_NOT_USED = {"half_lost": "no picture of each half", "mouth_hidden": "mouth covered", "cut": "after a cut"}
_BAND = {Band.LINEAR: "linear", Band.BORDERLINE: "borderline", Band.REDUCED: "reduced"}


def sentence(text: str) -> str:
    """``text`` with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    closed = text if text[-1] in ".!?" else f"{text}."
    return closed[0].upper() + closed[1:]


def side(value: Side | None) -> str:
    """A side as a word."""
    return "none stated" if value is None else value.value


def band(value: Band | None) -> str:
    """A display band as a word."""
    return "no band" if value is None else _BAND[value]


def trust(status: Status) -> str:
    """A status as words."""
    return _TRUST[status]


def overall(result: AnalysisResult) -> Status:
    """How far the answer as a whole can be trusted.

    Without quality or movement there is no answer. A relation that was refused only limits it: the movement of each side
    stands, and it is in the weakest faces that the relation has to be refused.
    """
    needed = (result.quality.status, result.movement.status)
    if Status.NOT_ASSESSABLE in needed:
        return Status.NOT_ASSESSABLE
    return Status.GOOD if {*needed, result.commissure.status} == {Status.GOOD} else Status.LIMITED


def why_not(result: AnalysisResult) -> str:
    """The reasons for a result that is not assessable, as sentences."""
    return " ".join(reasons_against(result))


def reasons_against(result: AnalysisResult) -> tuple[str, ...]:
    """Why a result is not assessable, as sentences, the decisive one first."""
    reasons = [*result.quality.reasons] if result.quality.status is Status.NOT_ASSESSABLE else []
    for part in (result.movement, result.commissure):
        if part.status is Status.NOT_ASSESSABLE and part.reason and part.reason not in reasons:
            reasons.append(part.reason)
    return tuple(sentence(reason) for reason in reasons) or ("No reason was recorded.",)


def limits(result: AnalysisResult) -> str:
    """What limits a result, as sentences; empty if nothing does."""
    reasons = list(result.quality.reasons)
    for part in (result.movement, result.commissure):
        if part.status is not Status.GOOD and part.reason and part.reason not in reasons:
            reasons.append(part.reason)
    return " ".join(sentence(reason) for reason in reasons)


def quality(result: AnalysisResult) -> str:
    """How far the result can be trusted, in one line."""
    decoded = result.source.frames
    used = result.quality.frames_used
    share = f" ({units.percent(used / decoded)})" if decoded else ""
    return (
        f"{trust(overall(result))}: {used} of {units.frames(decoded)} used{share}, "
        f"{units.seconds(result.quality.analysable_s)} analysable."
    )


def excursion(result: AnalysisResult) -> str:
    """How far each mouth corner moved."""
    moved = excursions(result)
    if moved is None:
        return "The movement of the mouth corners was not measured."
    said = []
    for each in Side:
        within = interval(result, each)
        beside = "" if within is None else f" (95 % interval {units.between_millimetres(within.low, within.high)})"
        said.append(f"{each.value.capitalize()} mouth corner: {units.millimetres(getattr(moved, each))}{beside}.")
    return " ".join(said)


def excursions(result: AnalysisResult) -> Bilateral | None:
    """How far each mouth corner moved, in millimetres, if that was measured."""
    return result.movement.excursion_mm or result.commissure.excursion_mm


def interval(result: AnalysisResult, side: Side) -> Interval | None:
    """The 95 % interval of one side's excursion, if there is one."""
    both = result.movement.excursion_interval_mm
    return None if both is None else getattr(both, side)


def weaker(relation: Commissure) -> str:
    """Which side moves less, and by how much; or that none does, or that none can be named."""
    named, ratio = relation.weaker_side, relation.amplitude_ratio
    if named is None and ratio is None:
        return "No weaker side is stated."
    if ratio is None:
        return f"The {side(named)} side is the weaker one."
    said = f"{compared(relation)} ({amplitude_ratio(relation)})"
    if named is not None:
        return f"The {side(named)} side is the weaker one: it {said}."
    if undecided(relation):
        return f"Which side is weaker is uncertain: {said}."
    return f"No side is called weaker: {said}."


def headline(relation: Commissure) -> str:
    """The answer to which side is weaker, in the fewest words."""
    if relation.weaker_side is None and relation.amplitude_ratio is not None:
        return "Weaker side: uncertain" if undecided(relation) else "Sides about even"
    return f"Weaker side: {side(relation.weaker_side)}"


def shows_spasms(spasm: Spasm | None) -> bool:
    """Whether there are spasms: enough contractions of one side for a class, be it an indeterminate one."""
    if spasm is None or spasm.status is Status.NOT_ASSESSABLE:
        return False
    return spasm.class_ is not None and spasm.class_ is not SpasmClass.NONE


def undecided(relation: Commissure) -> bool:
    """Whether no side is named although the ratio is uneven, because its interval holds 1."""
    within = relation.amplitude_ratio_interval
    return (
        relation.weaker_side is None
        and relation.amplitude_ratio is not None
        and relation.amplitude_ratio < _UNEVEN
        and within is not None
        and within.high >= 1
    )


def compared(relation: Commissure) -> str:
    """What the smaller movement is beside the larger one; empty where nothing is known of it."""
    named, ratio = relation.weaker_side, relation.amplitude_ratio
    if ratio is None:
        return "" if named is None else "its movement cannot be told from none"
    if named is not None:
        other = Side.LEFT if named is Side.RIGHT else Side.RIGHT
        return f"moves {units.percent(ratio)} as far as the {other.value} side"
    smaller = f"the smaller movement reads {units.percent(ratio)} of the larger one"
    return f"{smaller}, but may be as large" if undecided(relation) else smaller


def amplitude_ratio(relation: Commissure) -> str:
    """The amplitude ratio with its interval; empty if there is none."""
    ratio, within = relation.amplitude_ratio, relation.amplitude_ratio_interval
    if ratio is None:
        return ""
    beside = "" if within is None else f", 95 % interval {units.between_coefficients(within.low, within.high)}"
    return f"amplitude ratio {units.coefficient(ratio)}{beside}"


def correlation(relation: Commissure) -> str:
    """R with its interval and band, or why there is none."""
    if relation.pearson_r is None:
        return f"R is not assessable. {sentence(relation.reason or '')}".strip()
    parts = [f"R = {units.coefficient(relation.pearson_r)}"]
    if relation.ci95 is not None:
        low, high = relation.ci95
        parts.append(f"95 % confidence interval {units.coefficient(low)} to {units.coefficient(high)}")
    if relation.n_eff is not None:
        parts.append(f"effective sample size {units.samples(relation.n_eff)}")
    if relation.band is not None:
        parts.append(f"band {band(relation.band)}")
    return ", ".join(parts) + "."


def segments(result: AnalysisResult) -> str:
    """When a mouth corner moved."""
    spans = result.movement.segments
    if not spans:
        return "No movement found."
    times = ", ".join(f"{units.seconds(span.start_s)} to {units.seconds(span.end_s)}" for span in spans)
    return f"{len(spans)} {'movement' if len(spans) == 1 else 'movements'} found: {times}."


def frame_rate(result: AnalysisResult) -> str:
    """The frame rate and where the time of a frame came from."""
    if result.source.kind == "image":
        return "A single image: it has no frame rate."
    known = "unknown" if result.source.fps is None else units.rate(result.source.fps)
    origin = (
        "time stamps from the file"
        if result.source.timestamps is TimestampSource.FILE
        else "assumed, the file has no time stamps"
    )
    return f"{known}, {origin}"


def scale(result: AnalysisResult) -> str:
    """The scale and where it came from."""
    if result.quality.scale_mm_per_iod is None:
        return result.quality.scale_source or "not determined"
    value = f"{units.millimetres(result.quality.scale_mm_per_iod)} between the iris centres"
    return f"{value}, from {result.quality.scale_source}" if result.quality.scale_source else value


def rejected(result: AnalysisResult) -> str:
    """Frames that were not used, by reason."""
    counted = {reason: number for reason, number in result.quality.frames_rejected.items() if number}
    if not counted:
        return "none"
    return ", ".join(
        f"{_NOT_USED.get(reason) or reason.replace('_', ' ')}: {units.frames(counted[reason])}"
        for reason in sorted(counted)
    )


def mirrored(result: AnalysisResult) -> str:
    """Whether the recording was declared to be mirrored."""
    return "declared as mirrored; sides are corrected" if result.source.mirrored else "not declared"


def recording(instance: AssessedInstance) -> str:
    """What was recorded, in a few words."""
    source = instance.result.source
    if source.kind == "image":
        return "single image"
    rate = "" if source.fps is None else f" at {units.rate(source.fps)}"
    return f"{units.seconds(source.duration_s)}{rate}"


def answer(instance: AssessedInstance) -> str:
    """The whole answer for one recording, as sentences."""
    result = instance.result
    if overall(result) is Status.NOT_ASSESSABLE:
        return f"Not assessable. {why_not(result)}"
    if shows_spasms(result.spasm):
        ratio = amplitude_ratio(result.commissure)
        beside = sentence(ratio) if ratio else ""
        said = (excursion(result), beside, correlation(result.commissure), explanations.SPASM_MOVEMENT)
        return " ".join(each for each in said if each)
    return f"{excursion(result)} {weaker(result.commissure)} {correlation(result.commissure)}"


def unreadable(report: ExamReport) -> str:
    """How much of the study is missing from the report; empty if nothing is."""
    if not report.unreadable:
        return ""
    what = "1 object" if report.unreadable == 1 else f"{report.unreadable} objects"
    return f"{what} of this study could not be analysed and nothing in this report rests on them."


def version(report: ExamReport) -> str:
    """The version, and that it replaces another; empty for a first version."""
    if report.version == 1:
        return ""
    return f"Version {report.version}: it replaces the version before it."
