"""What an object says that its recording shows: descriptions matched against patterns, which a site may replace by its own.

A label that is wrong costs more than one that is missing: the recording is then searched for that one movement. So a pattern asks
for the movement itself (brows that are raised, lids that are closed), not for the part of the face that a description mentions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydicom import Dataset

from analysis.palsy.postures import Task

_DESCRIPTIONS: Final = ("ContentDescription", "SeriesDescription", "ProtocolName", "ImageComments", "ContentLabel")
_LONGEST: Final = 1024
"""Characters of a description that are read: a pattern may take time that grows with the square of the length."""
_SEPARATORS: Final = re.compile(r"[\s_\x00-\x1f\x7f]+")

_FULL: Final = r"full(?!.?(face|hd|view|profile|range|set|length|screen|exam))"
_LIDS_SHUT: Final = r"(?=.*\b(eye(?!.?brow)|lid|closure\b))(?=.*\b(clos(e|es|ed|ing|ure)|shut)\b(?!.?up))"
_NO_EFFORT: Final = r"(minimal|without|no|little|low)\W+effort"
_NO_TEETH: Final = r"(without|no|not|hid\w+)\b.*\bteeth"

DEFAULT_LABELS: Final[Mapping[Task, tuple[str, ...]]] = {
    Task.REST: (
        r"^(?!.*\b(clos(ed|ure)|no rest)\b).*\brest(ing)?\b(?! (of|der|des|from|period|between)\b)",
        r"\brepose\b",
        r"(?<!background )(?<!head )\bneutral( face| facial| expression)*\W*$",
    ),
    Task.BROW_RAISE: (
        r"\b(rais|elevat|lift)\w*\b.*\b((eye)?brows?|forehead)\b",
        r"\b((eye)?brows?|forehead)\W+(rais|elevat|up\b|wrinkl)",
        r"^(?!.*\b(post|after|status|surg\w*|scar)\b).*\b((eye)?brows?|forehead)\W+lift",
        r"\b(wrinkl|furrow)\w*\b.*\bforehead\b",
        r"^\W*\d*\W*((eye)?brows?|forehead|frontalis)\W*$",
    ),
    Task.GENTLE_CLOSURE: (
        rf"^{_LIDS_SHUT}"
        rf"(?=.*\b(gentl[ey]|lightly|softly|(light|soft)(?= (eye |lid |eyelid )?clos)|{_NO_EFFORT}|effortless\w*)\b)",
    ),
    Task.FULL_CLOSURE: (
        rf"^(?!.*\b{_NO_EFFORT}){_LIDS_SHUT}"
        rf"(?=.*\b({_FULL}y?|tight(ly)?|forc(e|ed|eful|efully)|effort|maxim\w*|max|hard|strong(ly)?)\b)",
        r"\bsqueez\w*\b.*\b(eye|lid)s?\b",
    ),
    Task.SMALL_SMILE: (
        r"\b(small|gentle|slight|little|social|closed.mouth|closed.lips?)\b.*\bsmil",
        r"\bsmil\w*\b.*\b(small|gently|slight|slightly|closed.mouth|mouth closed|lips (closed|together))\b",
        rf"\bsmil\w*\b.*\b{_NO_TEETH}",
    ),
    Task.FULL_SMILE: (
        rf"^(?!.*\b{_NO_TEETH}).*\b({_FULL}|big|wide(?!.?angle)|widest|broad|open.mouth|maxim\w*|max)\b.*\bsmil",
        rf"^(?!.*\b{_NO_TEETH}).*\bsmil\w*\b.*\b({_FULL}|big|wide|broad|teeth|maxim\w*|max|mouth open)\b",
    ),
    Task.SNARL: (r"\bsnarl", r"\b(wrinkl|scrunch)\w* (\w+ )?nose\b", r"\bnose\W+(wrinkl|scrunch)"),
    Task.PUCKER: (
        r"\bpucker",
        r"\bpurs(e|ed|ing)\b(?!.?string)",
        r"\bkiss(es|ing)?\b",
        r"\bwhistl(e|es|ing)\b",
        r"\booo+\b",
    ),
    Task.LOWER_TEETH: (r"\b(lower|bottom) teeth\b", r"\beee+\b"),
}


def label_of(header: Dataset, labels: Mapping[Task, Sequence[str]]) -> Task | None:
    """The one movement that the first telling description names; None where none does, or one names several.

    Descriptions are read in the order Content Description, Series Description, Protocol Name, Image Comments, Content Label, each
    as it is written and with underscores, line breaks and control characters as spaces; letter case does not matter.
    """
    for keyword in _DESCRIPTIONS:
        written = str(header.get(keyword) or "")[:_LONGEST]
        spoken = _SEPARATORS.sub(" ", written).strip()
        named = [task for task, patterns in labels.items() if _matches(patterns, written, spoken)]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _matches(patterns: Sequence[str], *texts: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns for text in texts)
