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


def _dcm(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value=value, scheme_designator="DCM", meaning=meaning)


def _sct(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value=value, scheme_designator="SCT", meaning=meaning)


def _ucum(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value=value, scheme_designator="UCUM", meaning=meaning)


def _ours(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value=value, scheme_designator=PRIVATE_SCHEME, meaning=meaning)


REPORT_TITLE = _dcm("126000", "Imaging Measurement Report")
QUALITATIVE_EVALUATIONS = CodedConcept(value="C0034375", scheme_designator="UMLS", meaning="Qualitative Evaluations")
PROCEDURE = _sct("363679005", "Imaging procedure")
LIP = _sct("48477009", "Lip structure")
MOUTH = _sct("123851003", "Mouth region structure")
MEASUREMENT_METHOD = _sct("370129005", "Measurement Method")
SIDE = {Side.RIGHT: _sct("24028007", "Right"), Side.LEFT: _sct("7771000", "Left")}

EXCURSION = _dcm("125327", "Excursion Distance")
R_COEFFICIENT = _dcm("113057", "R-Coefficient")
DURATION = _dcm("130532", "Duration of Time Period")
QUALITY_ASSESSMENT = _dcm("111050", "Quality Assessment")
COMMENT = _dcm("121106", "Comment")

MILLIMETRE = _ucum("mm", "mm")
SECOND = _ucum("s", "second")
HERTZ = _ucum("Hz", "Hz")
NO_UNITS = _ucum("1", "no units")
RATIO = _ucum("{ratio}", "ratio")
COUNTS = _ucum("{counts}", "Counts")

FIRST_METHOD = _ours("COMMISSURE-1", "Mouth corner excursion from rest on video landmarks")
METHOD = _ours("COMMISSURE-2", "Mouth corner excursion by half-face pictures and texture")
REST_NOISE = _ours("REST-SD", "Standard deviation of the mouth corner at rest")
MOVEMENT_GATE = _ours("MOVEMENT-GATE", "Movement that the larger side must exceed")
AMPLITUDE_RATIO = _ours("AMPLITUDE-RATIO", "Excursion of the weaker side over the stronger side")
SPEARMAN = _ours("SPEARMAN-RHO", "Spearman rank correlation of right and left excursion")
MAX_LAG_R = _ours("MAX-LAG-R", "Highest correlation of right and left within 0.5 s of shift")
LAG = _ours("LAG", "Lag of the highest correlation, positive: left follows right")
GAIN = _ours("GAIN", "Deming slope of left on right excursion")
DELTA_R2 = _ours("DELTA-R2", "Squared correlation of a parabola minus that of a line")
HYSTERESIS = _ours("HYSTERESIS", "Loop area over range of right times range of left")
R_LOWER = _ours("R-CI95-LOWER", "R-Coefficient, lower limit of its 95 % confidence interval")
R_UPPER = _ours("R-CI95-UPPER", "R-Coefficient, upper limit of its 95 % confidence interval")
EXCURSION_LOWER = _ours("EXCURSION-LOWER", "Excursion distance, lower limit of its 95 % interval")
EXCURSION_UPPER = _ours("EXCURSION-UPPER", "Excursion distance, upper limit of its 95 % interval")
RATIO_LOWER = _ours("RATIO-LOWER", "Amplitude ratio, lower limit of its 95 % interval")
RATIO_UPPER = _ours("RATIO-UPPER", "Amplitude ratio, upper limit of its 95 % interval")
LANDMARK_GAIN = _ours("LANDMARK-GAIN", "Factor of a mouth corner's landmarks, by skin texture")
LANDMARK_GAIN_SD = _ours("LANDMARK-GAIN-SD", "Standard error of the factor of a mouth corner's landmarks")
TEXTURE_FOLLOWED = _ours("TEXTURE-FOLLOWED", "Comparisons with rest in which texture was followed")
SIDES_APART = _ours("SIDES-APART", "How the two sides were told apart")
EFFECTIVE_SAMPLES = _ours("N-EFF", "Effective sample size of the correlation")
FRAMES_DECODED = _ours("FRAMES-DECODED", "Frames decoded")
FRAMES_USED = _ours("FRAMES-USED", "Frames used")
FRAME_RATE = _ours("FRAME-RATE", "Frame rate from the median frame interval")
SCALE = _ours("SCALE", "Length of the distance between the iris centres")
WEAKER_SIDE = _ours("WEAKER-SIDE", "Side with the smaller excursion")
RELATION_BAND = _ours("RELATION-BAND", "Display band of the correlation")
RESEARCH_USE = _ours("RESEARCH-USE", "Intended use")
SUMMARY = _ours("SUMMARY", "Summary")
REASON = _ours("REASON", "Reason why not assessable")
QUALITY_STATEMENT = _ours("QUALITY-TEXT", "Quality statement")
MOVEMENT_TIMES = _ours("MOVEMENT-TIMES", "Times of movement")
CAUTION = _ours("CAUTION", "Caution")
REFERENCE = _ours("REFERENCE", "Published reference")
COMPLETENESS = _ours("COMPLETENESS", "Completeness of the exam")

STATUS = {
    Status.GOOD: _ours("GOOD", "Good"),
    Status.LIMITED: _ours("LIMITED", "Limited"),
    Status.NOT_ASSESSABLE: _ours("NOT-ASSESSABLE", "Not assessable"),
}
BAND = {
    Band.LINEAR: _ours("LINEAR", "Linear, 0.95 or more"),
    Band.BORDERLINE: _ours("BORDERLINE", "Borderline, 0.90 to below 0.95"),
    Band.REDUCED: _ours("REDUCED", "Reduced, below 0.90"),
}
TRACKING = {
    "half_faces": _ours("HALF-FACES", "Each side joined to its own mirror image"),
    "plain": _ours("WHOLE-FACE", "Not apart: the whole face at once"),
}


def scheme_identification() -> Dataset:
    """The item of Coding Scheme Identification Sequence that declares our scheme (PS3.3 C.12.1)."""
    item = Dataset()
    item.CodingSchemeDesignator = PRIVATE_SCHEME
    item.CodingSchemeName = "Vultus facial movement concepts"
    item.CodingSchemeVersion = "2"
    item.CodingSchemeResponsibleOrganization = "Vultus"
    return item
