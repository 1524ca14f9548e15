"""The coded concepts of hemifacial spasm and blinks: SNOMED CT as DICOM uses it where it has them, ours for the rest.

There is no verified SNOMED CT code of hemifacial spasm, and none is used: the groups are named in words. Nothing here is a
diagnosis. The limits of intervals are numbers of their own, for the reason in ``palsy_codes``.
"""

from __future__ import annotations

from analysis.spasm.results import SpasmClass, SpasmSide
from analysis.values import Side
from reports.codes import LIP, MILLIMETRE, NO_UNITS, SIDE, ours, sct, ucum
from reports.palsy_codes import EYELID, FACE, INDETERMINATE, PERCENT, Number, limited_number

METHOD = ours("SPASM-1", "Hemifacial spasm and blinks on video landmarks")
PER_MINUTE = ucum("/min", "/min")
OCCURRENCES = sct("246432004", "Number of occurrences")
PRESENT, ABSENT = sct("52101004", "Present"), sct("272519000", "Absent")

VARIABLES: dict[str, Number] = {
    "eye_closure_pct": limited_number("SPASM-CLOSURE", "Eye closure in spasm", PERCENT, EYELID),
    "mouth_distance_change_pct_iod": limited_number(
        "SPASM-MOUTH-I", "Mouth corner in spasm, of the iris distance", PERCENT, LIP
    ),
    "mouth_distance_change_pct_rest": limited_number(
        "SPASM-MOUTH-R", "Mouth corner in spasm, of its rest distance", PERCENT, LIP
    ),
    "mouth_distance_change_mm": limited_number(
        "SPASM-MOUTH-M", "Mouth corner in spasm, change of distance", MILLIMETRE, LIP
    ),
    "rate_per_min": limited_number("SPASM-RATE", "Contractions per minute", PER_MINUTE, FACE),
    "repetition": limited_number("SPASM-REPEAT", "Contractions per train", NO_UNITS, FACE),
}
"""By the name of the field; the limits of their 95 % intervals have codes of their own."""

TIME_IN_SPASM = ours("SPASM-TIME", "Share of the time in spasm")
LONGEST = ours("SPASM-LONGEST", "Longest contraction")
CLONIC_FREQUENCY = ours("SPASM-FREQUENCY", "Clonic contractions per second within trains")
BABINSKI_SEEN = ours("BABINSKI-SEEN", "Contractions in which the brow rises")
BABINSKI_OF = ours("BABINSKI-OF", "Contractions in which eye and brow were seen")
CLOSURES_OF_ONE_EYE = ours("ONE-EYE-CLOSURES", "Closures of one eye without its mouth corner")
PARTIAL_BLINKS = ours("BLINKS-PARTIAL", "Blinks that do not close the eyes")
BLINK_RATE = ours("BLINK-RATE", "Blinks per minute")

SPASM_SIDE = ours("SPASM-SIDE", "Side of the spasms")
SIDES = {
    SpasmSide.RIGHT: SIDE[Side.RIGHT],
    SpasmSide.LEFT: SIDE[Side.LEFT],
    SpasmSide.BOTH: sct("51440002", "Bilateral"),
    SpasmSide.NONE: ours("NO-SIDE", "Neither side"),
}
SPASM_CLASS = ours("SPASM-CLASS", "Class of the spasms, our interpretation")
SITE_CLASS = ours("SPASM-SITE-CLASS", "Class of the spasms, by the model of this site")
CLASSES = {
    SpasmClass.NONE: ours("NO-SPASM", "No spasm"),
    SpasmClass.MILD: sct("255604002", "Mild"),
    SpasmClass.MODERATE_CLONIC: ours("MODERATE-CLONIC", "Moderate clonic"),
    SpasmClass.SEVERE_TONIC: ours("SEVERE-TONIC", "Severe tonic"),
    SpasmClass.INDETERMINATE: INDETERMINATE,
}
OTHER_BABINSKI = ours("OTHER-BABINSKI", "Other Babinski sign")
DECISION = ours("SPASM-DECISION", "What decided the class")
VARIABLES_TEXT = ours("SPASM-TEXT", "Variables of a side with their intervals")
EVENT = ours("SPASM-EVENT", "Contraction")
BLINK = ours("BLINK", "Blink")
EVENTS_LEFT_OUT = ours("EVENTS-LEFT-OUT", "Events that are not listed here")
