"""The coded concepts of our documents: DICOM's own, SNOMED CT and UCUM as DICOM uses them, and ours for the rest.

Ours stand in the private scheme 99VULTUS (PS3.16 clause 8.2), which every document that uses it declares. A code of
ours is never given another meaning.
"""

from __future__ import annotations

from highdicom.sr import CodedConcept
from pydicom import Dataset

from analysis.results import Band
from analysis.values import Side, Status

PRIVATE_SCHEME = "99VULTUS"


def dcm(value: str, meaning: str) -> CodedConcept:
    """A code of DICOM (PS3.16 Annex D)."""
    return CodedConcept(value=value, scheme_designator="DCM", meaning=meaning)


def sct(value: str, meaning: str) -> CodedConcept:
    """A code of SNOMED CT, from the subset that DICOM may use."""
    return CodedConcept(value=value, scheme_designator="SCT", meaning=meaning)


def ucum(value: str, meaning: str) -> CodedConcept:
    """A unit."""
    return CodedConcept(value=value, scheme_designator="UCUM", meaning=meaning)


def ours(value: str, meaning: str) -> CodedConcept:
    """A code of our own: at most 16 characters (SH), its meaning at most 64 (LO)."""
    return CodedConcept(value=value, scheme_designator=PRIVATE_SCHEME, meaning=meaning)


REPORT_TITLE = dcm("126000", "Imaging Measurement Report")
QUALITATIVE_EVALUATIONS = CodedConcept(value="C0034375", scheme_designator="UMLS", meaning="Qualitative Evaluations")
PROCEDURE = sct("363679005", "Imaging procedure")
LIP = sct("48477009", "Lip structure")
MOUTH = sct("123851003", "Mouth region structure")
MEASUREMENT_METHOD = sct("370129005", "Measurement Method")
SIDE = {Side.RIGHT: sct("24028007", "Right"), Side.LEFT: sct("7771000", "Left")}

EXCURSION = dcm("125327", "Excursion Distance")
R_COEFFICIENT = dcm("113057", "R-Coefficient")
DURATION = dcm("130532", "Duration of Time Period")
QUALITY_ASSESSMENT = dcm("111050", "Quality Assessment")
COMMENT = dcm("121106", "Comment")

MILLIMETRE = ucum("mm", "mm")
SECOND = ucum("s", "second")
HERTZ = ucum("Hz", "Hz")
NO_UNITS = ucum("1", "no units")
RATIO = ucum("{ratio}", "ratio")
COUNTS = ucum("{counts}", "Counts")

FIRST_METHOD = ours("COMMISSURE-1", "Mouth corner excursion from rest on video landmarks")
METHOD = ours("COMMISSURE-2", "Mouth corner excursion by half-face pictures and texture")
REST_NOISE = ours("REST-SD", "Standard deviation of the mouth corner at rest")
MOVEMENT_GATE = ours("MOVEMENT-GATE", "Movement that the larger side must exceed")
AMPLITUDE_RATIO = ours("AMPLITUDE-RATIO", "Excursion of the weaker side over the stronger side")
SPEARMAN = ours("SPEARMAN-RHO", "Spearman rank correlation of right and left excursion")
MAX_LAG_R = ours("MAX-LAG-R", "Highest correlation of right and left within 0.5 s of shift")
LAG = ours("LAG", "Lag of the highest correlation, positive: left follows right")
GAIN = ours("GAIN", "Deming slope of left on right excursion")
DELTA_R2 = ours("DELTA-R2", "Squared correlation of a parabola minus that of a line")
HYSTERESIS = ours("HYSTERESIS", "Loop area over range of right times range of left")
R_LOWER = ours("R-CI95-LOWER", "R-Coefficient, lower limit of its 95 % confidence interval")
R_UPPER = ours("R-CI95-UPPER", "R-Coefficient, upper limit of its 95 % confidence interval")
EXCURSION_LOWER = ours("EXCURSION-LOWER", "Excursion distance, lower limit of its 95 % interval")
EXCURSION_UPPER = ours("EXCURSION-UPPER", "Excursion distance, upper limit of its 95 % interval")
RATIO_LOWER = ours("RATIO-LOWER", "Amplitude ratio, lower limit of its 95 % interval")
RATIO_UPPER = ours("RATIO-UPPER", "Amplitude ratio, upper limit of its 95 % interval")
LANDMARK_GAIN = ours("LANDMARK-GAIN", "Factor of a mouth corner's landmarks, by skin texture")
LANDMARK_GAIN_SD = ours("LANDMARK-GAIN-SD", "Standard error of the factor of a mouth corner's landmarks")
TEXTURE_FOLLOWED = ours("TEXTURE-FOLLOWED", "Comparisons with rest in which texture was followed")
SIDES_APART = ours("SIDES-APART", "How the two sides were told apart")
EFFECTIVE_SAMPLES = ours("N-EFF", "Effective sample size of the correlation")
FRAMES_DECODED = ours("FRAMES-DECODED", "Frames decoded")
FRAMES_USED = ours("FRAMES-USED", "Frames used")
FRAME_RATE = ours("FRAME-RATE", "Frame rate from the median frame interval")
SCALE = ours("SCALE", "Length of the distance between the iris centres")
WEAKER_SIDE = ours("WEAKER-SIDE", "Side with the smaller excursion")
RELATION_BAND = ours("RELATION-BAND", "Display band of the correlation")
RESEARCH_USE = ours("RESEARCH-USE", "Intended use")
SUMMARY = ours("SUMMARY", "Summary")
REASON = ours("REASON", "Reason why not assessable")
QUALITY_STATEMENT = ours("QUALITY-TEXT", "Quality statement")
MOVEMENT_TIMES = ours("MOVEMENT-TIMES", "Times of movement")
CAUTION = ours("CAUTION", "Caution")
REFERENCE = ours("REFERENCE", "Published reference")
COMPLETENESS = ours("COMPLETENESS", "Completeness of the exam")

STATUS = {
    Status.GOOD: ours("GOOD", "Good"),
    Status.LIMITED: ours("LIMITED", "Limited"),
    Status.NOT_ASSESSABLE: ours("NOT-ASSESSABLE", "Not assessable"),
}
BAND = {
    Band.LINEAR: ours("LINEAR", "Linear, 0.95 or more"),
    Band.BORDERLINE: ours("BORDERLINE", "Borderline, 0.90 to below 0.95"),
    Band.REDUCED: ours("REDUCED", "Reduced, below 0.90"),
}
TRACKING = {
    "half_faces": ours("HALF-FACES", "Each side joined to its own mirror image"),
    "plain": ours("WHOLE-FACE", "Not apart: the whole face at once"),
}


def scheme_identification() -> Dataset:
    """The item of Coding Scheme Identification Sequence that declares our scheme (PS3.3 C.12.1)."""
    item = Dataset()
    item.CodingSchemeDesignator = PRIVATE_SCHEME
    item.CodingSchemeName = "Vultus facial movement concepts"
    item.CodingSchemeVersion = "4"
    item.CodingSchemeResponsibleOrganization = "Vultus"
    return item
