"""Every sentence of the documents, in one place. Plain ASCII, so that a DICOM object of any character set can carry it."""

from __future__ import annotations

from analysis.results import AnalysisResult, Band, Commissure, Side, Status, TimestampSource
from reports import units
from reports.exam import AssessedInstance, ExamReport

TITLE = "Facial movement report"
RESEARCH_USE = "Research use only - not for diagnosis - clinician review required"

SIDES = "Right and left are always the patient's own right and left, never the viewer's."

SYMMETRY_CAUTION = (
    "The face model pulls faces towards symmetry: when only one side moves, 10 to 15 % of a slow smile, and up to a "
    "fifth of it in our own tests, leaks into the side that is still, while the moving side may be read as too "
    "small: our tests read 57 to 88 % of a known movement. The true difference between the sides can therefore be larger "
    "than shown: the movement of the weaker side may be over-reported, and a side that hardly moves may not be moving at "
    "all. Where the leak could explain the whole movement of the weaker side, R is not given."
)

REFERENCE = (
    "Published for orientation: R = 0.99 in normal faces, 0.75 in flaccid and 0.72 in synkinetic palsy (Greene, "
    "Kalavacherla, Mills 2025, doi 10.1089/fpsam.2024.0381). The definition of R used there is not published, so ours "
    "is not theirs and the values must not be compared one to one. R alone names no pattern: it is blind to how far a "
    "side moves, and flaccid and synkinetic palsy overlap in it."
)

METHOD: tuple[tuple[str, str], ...] = (
    (
        "Excursion",
        "how far a mouth corner moves from its resting place, in millimetres, along its own main direction of movement, "
        "outward and up positive, after head movement is taken out. The value given is the 95th percentile while moving. "
        "Every millimetre carries the uncertainty of the scale, 4 %, and of the face model, which read 57 to 88 % of a known "
        "movement in our tests. Published for a full smile: about 14 mm, 7 to 22 mm.",
    ),
    (
        "Movement gate",
        "the larger movement must exceed 2 mm and six times the noise of this recording at rest; otherwise the "
        "recording is not assessable, because head drift alone can imitate a perfect correlation.",
    ),
    (
        "R",
        "Pearson correlation of the right and left excursion over the moving segments, without time shift, with its "
        "95 % confidence interval on the number of independent samples. Bands: linear from 0.95, borderline from 0.90, "
        "reduced below. The bands are our own and not validated on patients.",
    ),
    ("Amplitude ratio", "the weaker side's excursion divided by the stronger side's. It has no unit; 1 means equal."),
    (
        "Shape",
        "Spearman's rho, the highest R within half a second of shift and that lag (positive: left follows right), the "
        "gain (Deming slope, left over right), and two measures of departure from a straight line.",
    ),
)

READ_WITH_CARE = (
    "Read with care: the face model pulls faces towards symmetry, which distorts one-sided movement, and R alone says "
    'nothing about how far a side moves. Both are explained under "What the numbers mean".'
)

_TRUST = {Status.GOOD: "Good", Status.LIMITED: "Limited", Status.NOT_ASSESSABLE: "Not assessable"}
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
    """The reason for a result that is not assessable, as sentences."""
    reasons = [*result.quality.reasons] if result.quality.status is Status.NOT_ASSESSABLE else []
    for part in (result.movement, result.commissure):
        if part.status is Status.NOT_ASSESSABLE and part.reason and part.reason not in reasons:
            reasons.append(part.reason)
    return " ".join(sentence(reason) for reason in reasons) or "No reason was recorded."


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
    moved = result.movement.excursion_mm or result.commissure.excursion_mm
    if moved is None:
        return "The movement of the mouth corners was not measured."
    return f"Right mouth corner: {units.millimetres(moved.right)}. Left mouth corner: {units.millimetres(moved.left)}."


def weaker(relation: Commissure) -> str:
    """Which side moves less, and by how much; a movement that is about even has no weaker side."""
    named, ratio = relation.weaker_side, relation.amplitude_ratio
    if named is None and ratio is None:
        return "No weaker side is stated."
    if ratio is None:
        return f"The {side(named)} side is the weaker one."
    if named is None:
        return f"No side is called weaker: {compared(relation)}."
    return f"The {side(named)} side is the weaker one: it {compared(relation)}."


def compared(relation: Commissure) -> str:
    """The amplitude ratio in words; empty if there is none."""
    named, ratio = relation.weaker_side, relation.amplitude_ratio
    if ratio is None:
        return ""
    said = f"(amplitude ratio {units.coefficient(ratio)})"
    if named is None:
        return f"the smaller movement is {units.percent(ratio)} of the larger one {said}"
    other = Side.LEFT if named is Side.RIGHT else Side.RIGHT
    return f"moves {units.percent(ratio)} as far as the {other.value} side {said}"


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
    return ", ".join(f"{reason.replace('_', ' ')}: {units.frames(counted[reason])}" for reason in sorted(counted))


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
