"""What the numbers of the documents mean, in sentences. Plain ASCII, so that a DICOM object of any character set can carry it."""

from __future__ import annotations

from analysis.results import AnalysisResult
from analysis.settings import PIPELINE_VERSION, AnalysisSettings
from analysis.spasm.settings import SpasmSettings
from reports import units

SIDES = "Right and left are always the patient's own right and left, never the viewer's."

SYMMETRY_CAUTION = (
    "Face models pull faces towards symmetry: of a movement on one side they show too little there, and some of it on the side "
    "that is still. So each side is measured on a picture of that side joined to its own mirror image, and the texture of the "
    "skin says how far it went. Where that could not be done this report says so, and the sides then read more alike than they "
    "are: the movement of the weaker side may be over-reported, and a side that hardly moves may not be moving at all. Where "
    "what a side at rest may read could explain the whole movement of the weaker side, R is not given. All of this was tried "
    "on faces moved by computer; how far off it is on patients is not known."
)

REFERENCE = (
    "Published for orientation: R = 0.99 in normal faces, 0.75 in flaccid and 0.72 in synkinetic palsy (Greene, "
    "Kalavacherla, Mills 2025, doi 10.1089/fpsam.2024.0381). The definition of R used there is not published, so ours "
    "is not theirs and the values must not be compared one to one. R alone names no pattern: it is blind to how far a "
    "side moves, and flaccid and synkinetic palsy overlap in it."
)

EQUIVALENT = (
    "Each grade is this software's estimate of what the scale would give, by its own formulas, not validated on patients; a "
    "grade one step off is to be expected."
)

SPASM_INTERPRETATION = (
    "The class is our interpretation of the groups of Al Menabbawy et al. 2025 (doi 10.1007/s00701-024-06407-1); its bounds are "
    "ours, were not published by them, and are not validated on patients."
)

SPASM_REFERENCE = (
    "Published for orientation: in 79 patients filmed before surgery, those with mild spasms reported a better quality of life "
    "(SF-36, HFS-8; asked of 46; Al Menabbawy et al. 2025). How the variables were measured there is not published, so ours are "
    "not theirs."
)

SPASM_MOVEMENT = (
    "Spasms move the mouth in this recording: the excursions, their ratio and R are those of the spasms too, and a side that "
    "moves less need not be weak."
)

READ_WITH_CARE = (
    "Read with care: the intervals hold what is known of the errors, not how patients' faces differ from those that it all "
    'was tried on, and R alone says nothing about how far a side moves. Both are explained under "What the numbers mean".'
)

OTHERWISE_ANALYSED = (
    "The method and the thresholds named here are the present ones. At least one recording was analysed with others: see its "
    "pipeline version and its configuration SHA-256 below."
)


def method(settings: AnalysisSettings) -> tuple[tuple[str, str], ...]:
    """Each number's name and how it is made, with the thresholds of ``settings``."""
    return (
        (
            "Sides measured apart",
            "each side of the face is measured on a picture of that side joined to its own mirror image. Where fewer than "
            f"{units.percent(settings.min_halves_share)} of the usable frames give both pictures, the whole face is measured "
            "at once instead, which the report says.",
        ),
        (
            "Texture",
            "the texture of the skin is followed from rest into pictures of all degrees of movement. It says by what factor "
            "a side's landmarks are multiplied; where it was lost the factor is 1 and its standard error 0.2.",
        ),
        (
            "Excursion",
            "how far a mouth corner moves from its resting place, in millimetres, along its own main direction of movement, "
            "outward and up positive, after head movement is taken out. The value given is the 95th percentile while moving. "
            "Published for a full smile: about 14 mm, 7 to 22 mm.",
        ),
        (
            "Interval",
            "in brackets, 95 %: the errors of the landmarks' factor, of the scale (4 %), of the noise at rest, of the "
            "head's turning and, with two movements or more, of their scatter, added up. The scale is common to both sides "
            "and leaves their ratio alone.",
        ),
        (
            "Movement gate",
            f"the larger movement must exceed {units.plain_millimetres(settings.gate_mm)} and "
            f"{settings.gate_rest_sd:g} times the noise of this recording at rest; otherwise the recording is not "
            "assessable, because head drift alone can imitate a perfect correlation.",
        ),
        (
            "Amplitude ratio",
            "the weaker side's excursion divided by the stronger side's. It has no unit; 1 means equal. A side is called "
            f"weaker below {settings.even_ratio:g}, and only where the interval of the ratio lies below 1.",
        ),
        (
            "R",
            "Pearson correlation of the right and left excursion over the moving segments, without time shift, with its "
            "95 % confidence interval on the number of independent samples. Not given where the weaker side moves less than "
            f"{settings.side_floor_rest_sd:g} times its own noise at rest, where its interval holds 0, or where it reads less "
            "than a side at rest may: "
            f"{units.percent(settings.texture_leak)} of the other side's movement where texture was followed on both sides, "
            f"{units.percent(settings.half_face_leak)} where it was not, {units.percent(settings.plain_leak)} where the sides "
            f"were not measured apart. Bands: linear from {settings.linear_r:g}, borderline from {settings.borderline_r:g}, "
            "reduced below. The bands are our own and not validated on patients.",
        ),
        (
            "Shape",
            f"Spearman's rho, the highest R within {settings.max_lag_s:g} s of shift and that lag (positive: left follows "
            "right), the gain (Deming slope, left over right), and two measures of departure from a straight line.",
        ),
    )


def spasm_method(settings: SpasmSettings) -> tuple[tuple[str, str], ...]:
    """Each number of a spasm and how it is made, with the thresholds of ``settings``."""
    finding, classes = settings.finding, settings.classes
    return (
        (
            "Contraction",
            "one eye closes further than the other and the mouth corner of its side moves along. Tonic from "
            f"{finding.tonic_s:g} s on, else clonic; those no further apart than {finding.train_gap_s:g} s are one train. What "
            "both sides do alike, slowly, is taken for a movement made on purpose.",
        ),
        (
            "Eye closure",
            "how much of the opening of that eye is closed at the peak, median of the side's contractions; open is the 90th "
            "percentile between contractions.",
        ),
        (
            "Mouth distance change",
            "change of the mouth corner's distance from the midline, median of the side's contractions, in % of the inter-iris "
            "distance, in % of that distance at rest, and in millimetres.",
        ),
        ("Rate, repetition", "contractions in a minute of analysable time; contractions in a train."),
        (
            "Class",
            f"none below {classes.least_events} contractions of a side. Severe tonic: a contraction of "
            f"{classes.tonic_event_s:g} s or more that closes the eye by {classes.tonic_closure_pct:g} % or more, or more than "
            f"{classes.tonic_time_pct:g} % of the time in contractions that do. Else mild: eye closure below "
            f"{classes.mild_closure_pct:g} % and mouth below {classes.mild_mouth_pct_iod:g} % of the inter-iris distance. "
            "Moderate clonic: the rest. Indeterminate where the errors of measurement leave two classes open, where there is one "
            "long contraction alone, or where something else may have the same form.",
        ),
        (
            "Interval",
            "in brackets, 95 %: which trains happened to be filmed, how many, and the errors of the landmarks' gains. Not given "
            "below three contractions or, for the repetition, three trains.",
        ),
        (
            "Blink",
            f"both eyes close alike for no longer than {finding.longest_blink_s:g} s and the mouth does not move along. Partial "
            f"below {units.percent(finding.complete_blink)}: about half of all blinks are, it is no lagophthalmos.",
        ),
        (
            "Other Babinski sign",
            "the brow rises while the eye of its side closes in a spasm. Published for hemifacial spasm: 86 % of patients, and "
            "none with blepharospasm; it does not exclude synkinesis.",
        ),
    )


def hold_for(result: AnalysisResult, settings: AnalysisSettings) -> bool:
    """Whether a result was made by this method with these settings. What was declared of mirroring belongs to the recording."""
    declared = settings.model_copy(update={"mirrored": result.source.mirrored})
    made = result.provenance
    return (made.pipeline_version, made.config_sha256) == (PIPELINE_VERSION, declared.sha256)
