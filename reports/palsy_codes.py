"""The coded concepts of facial palsy: DICOM's own and SNOMED CT as DICOM uses it where there are any, ours for the rest.

The limits of a number's 95 % interval are numbers with a code of their own, as DicomSRValidator takes the uncertainties of
PS3.16 TID 310 for wrongly related measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

from highdicom.sr import CodedConcept

from analysis.palsy.postures import Region, Task
from analysis.palsy.results import AffectedSide, Pattern
from analysis.values import Side
from reports.codes import (
    EXCURSION,
    EXCURSION_LOWER,
    EXCURSION_UPPER,
    LIP,
    MILLIMETRE,
    NO_UNITS,
    RATIO,
    SIDE,
    dcm,
    ours,
    sct,
    ucum,
)
from reports.palsy_words import GRADES

FACE = sct("89545001", "Face")
EYEBROW = sct("367577003", "Skin of eyebrow")
EYELID = sct("80243003", "Eyelid")
UPPER_EYELID = sct("38934000", "Upper Eyelid")
LOWER_EYELID = sct("62736007", "Lower Eyelid")
NASOLABIAL_FOLD = sct("37108007", "Skin of nasolabial fold")
ANGLE = dcm("110859", "Angle")
DEGREE = ucum("deg", "degree")
PERCENT = ucum("%", "percent")


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number with the limits of its 95 % interval, its unit and where on the face it belongs."""

    name: CodedConcept
    lower: CodedConcept
    upper: CodedConcept
    unit: CodedConcept
    site: CodedConcept = FACE


def limited_number(
    value: str,
    meaning: str,
    unit: CodedConcept,
    site: CodedConcept = FACE,
    *,
    name: CodedConcept | None = None,
) -> Number:
    """A number and its limits under one code of ours, or the number under a ``name`` from elsewhere."""
    return Number(
        name=name or ours(value, meaning),
        lower=ours(f"{value}-LO", f"{meaning}, lower 95 % limit"),
        upper=ours(f"{value}-HI", f"{meaning}, upper 95 % limit"),
        unit=unit,
        site=site,
    )


METHOD = ours("PALSY-1", "Facial palsy measures and grades on video landmarks")

MEASURES = {
    "brow_height_mm": limited_number("BROW-HEIGHT", "Brow height above the pupil at rest", MILLIMETRE, EYEBROW),
    "mrd1_mm": limited_number("MRD1", "Margin reflex distance 1", MILLIMETRE, UPPER_EYELID),
    "mrd2_mm": limited_number("MRD2", "Margin reflex distance 2", MILLIMETRE, LOWER_EYELID),
    "fissure_mm": limited_number("FISSURE", "Palpebral fissure height", MILLIMETRE, EYELID),
    "commissure_excursion_mm": limited_number(
        "COMM-MIDLINE", "Mouth corner from midline of lower lip", MILLIMETRE, LIP
    ),
    "smile_angle_deg": limited_number("SMILE-ANGLE", "Smile angle", DEGREE, LIP, name=ANGLE),
    "commissure_travel_mm": Number(
        name=EXCURSION, lower=EXCURSION_LOWER, upper=EXCURSION_UPPER, unit=MILLIMETRE, site=LIP
    ),
    "upper_lip_mm": limited_number("UPPER-LIP", "Upper lip border up from the pupil line", MILLIMETRE, LIP),
    "lower_lip_mm": limited_number("LOWER-LIP", "Lower lip border up from the pupil line", MILLIMETRE, LIP),
    "dental_show_mm": limited_number("DENTAL-SHOW", "Opening between the lips", MILLIMETRE, LIP),
    "nasolabial_angle_deg": limited_number("NL-ANGLE", "Nasolabial angle", DEGREE, NASOLABIAL_FOLD, name=ANGLE),
}
"""Of a posture, by the name of the field. Their intervals are told in sentences: as numbers they would treble the document."""
LIDS = ("mrd1_mm", "mrd2_mm", "fissure_mm")
SMILING = ("commissure_excursion_mm", "smile_angle_deg", "commissure_travel_mm", "dental_show_mm", "fissure_mm")
CODED_IN = {
    Task.REST: tuple(MEASURES),
    Task.BROW_RAISE: ("brow_height_mm", "fissure_mm"),
    Task.GENTLE_CLOSURE: LIDS,
    Task.FULL_CLOSURE: LIDS,
    Task.SMALL_SMILE: SMILING,
    Task.FULL_SMILE: SMILING,
    Task.SNARL: ("upper_lip_mm", "nasolabial_angle_deg"),
    Task.PUCKER: ("commissure_excursion_mm", "commissure_travel_mm", "fissure_mm"),
    Task.LOWER_TEETH: ("lower_lip_mm", "dental_show_mm"),
}
"""What a movement is judged by, as numbers; the sentences hold every measure. Validators need minutes for all of them."""

MOVED = {
    Region.BROW: limited_number("MOVE-BROW", "Voluntary brow raise", MILLIMETRE, EYEBROW),
    Region.EYE_GENTLE: limited_number("MOVE-EYE-GENT", "Share of eye opening closed gently", RATIO, EYELID),
    Region.EYE_FULL: limited_number("MOVE-EYE-FULL", "Share of eye opening closed with effort", RATIO, EYELID),
    Region.SMILE: limited_number("MOVE-SMILE", "Voluntary mouth corner travel in smile", MILLIMETRE, LIP),
    Region.UPPER_LIP: limited_number("MOVE-UPPER", "Voluntary upper lip raise in snarl", MILLIMETRE, LIP),
    Region.PUCKER: limited_number("MOVE-PUCKER", "Voluntary mouth corner travel in pucker", MILLIMETRE, LIP),
    Region.LOWER_LIP: limited_number("MOVE-LOWER", "Voluntary lower lip depression", MILLIMETRE, LIP),
}
SHARE = {
    Region.BROW: limited_number("SHARE-BROW", "Brow, share of the other side", RATIO, EYEBROW),
    Region.EYE_GENTLE: limited_number("SHARE-EYE-GEN", "Gentle closure, share of the other side", RATIO, EYELID),
    Region.EYE_FULL: limited_number("SHARE-EYE-FUL", "Full closure, share of the other side", RATIO, EYELID),
    Region.SMILE: limited_number("SHARE-SMILE", "Smile, share of the other side", RATIO, LIP),
    Region.UPPER_LIP: limited_number("SHARE-UPPER", "Upper lip, share of the other side", RATIO, LIP),
    Region.PUCKER: limited_number("SHARE-PUCKER", "Pucker, share of the other side", RATIO, LIP),
    Region.LOWER_LIP: limited_number("SHARE-LOWER", "Lower lip, share of the other side", RATIO, LIP),
}
"""The affected side's voluntary movement over the other's, or the smaller over the larger."""

HOUSE_BRACKMANN_F = limited_number("HB-F", "Mean share of brow, eye and smile", PERCENT)
HOUSE_BRACKMANN_POINTS = ours("HB-POINTS", "Brow and mouth points of 8, 2.5 mm each")
TOTALS = {
    "sunnybrook": limited_number("SUNNYBROOK", "Sunnybrook-equivalent composite", NO_UNITS),
    "eface": limited_number("EFACE", "eFACE-equivalent total", NO_UNITS),
    "fngs": limited_number("FNGS", "FNGS 2.0-equivalent total", NO_UNITS),
    "fame": limited_number("FAME", "FAME-equivalent total", NO_UNITS),
}
PARTS = {
    ("sunnybrook", "voluntary"): ours("SB-VOLUNTARY", "Sunnybrook-equivalent voluntary movement, weighted"),
    ("sunnybrook", "resting"): ours("SB-RESTING", "Sunnybrook-equivalent resting symmetry, weighted"),
    ("sunnybrook", "synkinesis"): ours("SB-SYNKINESIS", "Sunnybrook-equivalent synkinesis"),
    ("eface", "static"): ours("EFACE-STATIC", "eFACE-equivalent static subscore"),
    ("eface", "dynamic"): ours("EFACE-DYNAMIC", "eFACE-equivalent dynamic subscore"),
    ("eface", "synkinesis"): ours("EFACE-SYNKIN", "eFACE-equivalent synkinesis subscore"),
    ("fngs", "regional"): ours("FNGS-REGIONAL", "FNGS 2.0-equivalent sum of the four regions"),
    ("fame", "voluntary"): ours("FAME-VOLUNTARY", "FAME-equivalent sum of voluntary items"),
}
"""Subscores by scale and name. Others are told in the sentences alone."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A grade with the best and the worst one of its 95 % range."""

    name: CodedConcept
    best: CodedConcept
    worst: CodedConcept


def _category(value: str, meaning: str) -> Category:
    return Category(
        name=ours(value, meaning),
        best=ours(f"{value}-LO", f"{meaning}, best of the 95 % range"),
        worst=ours(f"{value}-HI", f"{meaning}, worst of the 95 % range"),
    )


HOUSE_BRACKMANN = _category("HB-GRADE", "House-Brackmann-equivalent estimate")
CATEGORIES = {
    "fngs": _category("FNGS-GRADE", "FNGS 2.0-equivalent grade"),
    "fame": _category("FAME-SEVERITY", "FAME-equivalent severity"),
}
NORMAL, INDETERMINATE = ours("NORMAL", "Normal"), ours("INDETERMINATE", "Indeterminate")
LEVELS = {grade: ours(f"GRADE-{grade}", f"Grade {grade}") for grade in GRADES} | {
    "normal": NORMAL,
    "mild": sct("255604002", "Mild"),
    "moderate": sct("6736007", "Moderate"),
    "severe": sct("24484000", "Severe"),
    "profound": ours("PROFOUND", "Profound"),
}
"""What a category can be, by its word."""

AFFECTED_SIDE = ours("AFFECTED-SIDE", "Affected side")
AFFECTED = {
    AffectedSide.RIGHT: SIDE[Side.RIGHT],
    AffectedSide.LEFT: SIDE[Side.LEFT],
    AffectedSide.NONE: ours("NO-SIDE", "Neither side"),
    AffectedSide.INDETERMINATE: INDETERMINATE,
}
PATTERN = ours("PATTERN", "Pattern of the movements")
PATTERNS = {
    Pattern.NORMAL: NORMAL,
    Pattern.FLACCID: ours("FLACCID", "Flaccid"),
    Pattern.SYNKINETIC: ours("SYNKINETIC", "Synkinetic"),
    Pattern.MIXED: ours("MIXED", "Mixed"),
    Pattern.INDETERMINATE: INDETERMINATE,
}
TASK = ours("TASK", "Movement asked for")
TASKS = {
    Task.REST: ours("REST", "Rest"),
    Task.BROW_RAISE: ours("BROW-RAISE", "Brow raise"),
    Task.GENTLE_CLOSURE: ours("GENTLE-CLOSURE", "Gentle eye closure"),
    Task.FULL_CLOSURE: ours("FULL-CLOSURE", "Eye closure with full effort"),
    Task.SMALL_SMILE: ours("SMALL-SMILE", "Small smile"),
    Task.FULL_SMILE: ours("FULL-SMILE", "Full smile"),
    Task.SNARL: ours("SNARL", "Snarl"),
    Task.PUCKER: ours("PUCKER", "Pucker"),
    Task.LOWER_TEETH: ours("LOWER-TEETH", "Lower teeth"),
}
POSTURE_STATEMENT = ours("POSTURE-TEXT", "Measures in a posture with their intervals")
REPETITIONS = ours("REPETITIONS", "Repetitions measured")
GRADE_STATEMENT = ours("GRADE-TEXT", "Grade with what it is made of")
GATE = ours("HB-GATE", "Gate that made the grade worse")
EVIDENCE = ours("EVIDENCE", "Evidence for side and pattern")
REGION_STATEMENT = ours("REGION-TEXT", "Voluntary movement of a region")
MISSING_TASKS = ours("MISSING-TASKS", "Movements that were not seen")
