"""What an object says that its recording shows: descriptions matched against patterns, which a site may replace by its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydicom import Dataset

from analysis.palsy.postures import Task

_DESCRIPTIONS: Final = ("ContentDescription", "SeriesDescription", "ProtocolName", "ImageComments", "ContentLabel")

DEFAULT_LABELS: Final[Mapping[Task, tuple[str, ...]]] = {
    Task.REST: (r"\b(at )?rest(ing)?\b", r"\brepose\b", r"\bneutral\b"),
    Task.BROW_RAISE: (r"\b(eye)?brows?\b", r"\bforehead\b", r"\bfrontalis\b"),
    Task.GENTLE_CLOSURE: (r"\b(gentl[ey]|light(ly)?|soft(ly)?)\b.*\b(clos|eye)", r"\bclos.*\b(gentl|light|soft)"),
    Task.FULL_CLOSURE: (
        r"\b(full|tight(ly)?|forced?|effort|maxim)\w*\b.*\b(clos|eye)",
        r"\b(clos|eye).*\b(full|tight|forced?|effort|maxim)",
    ),
    Task.SMALL_SMILE: (r"\b(small|gentle|slight|closed.mouth)\b.*\bsmil",),
    Task.FULL_SMILE: (
        r"\b(full|big|wide|broad|open.mouth|maxim\w*)\b.*\bsmil",
        r"\bsmil.*\b(full|big|wide|teeth|maxim)",
    ),
    Task.SNARL: (r"\bsnarl", r"\bwrinkl\w* (the )?nose\b", r"\bnose wrinkl"),
    Task.PUCKER: (r"\bpucker", r"\bpurs(e|ing)\b", r"\bkiss", r"\bwhistl", r"\booo+\b"),
    Task.LOWER_TEETH: (r"\blower teeth\b", r"\beee+\b"),
}


def label_of(header: Dataset, labels: Mapping[Task, Sequence[str]]) -> Task | None:
    """The one movement that the first telling description names; None where none does, or one names several.

    Descriptions are read in the order Content Description, Series Description, Protocol Name, Image Comments, Content Label;
    letter case does not matter.
    """
    for keyword in _DESCRIPTIONS:
        text = str(header.get(keyword) or "")
        named = [task for task, patterns in labels.items() if any(re.search(p, text, re.IGNORECASE) for p in patterns)]
        if named:
            return named[0] if len(named) == 1 else None
    return None
