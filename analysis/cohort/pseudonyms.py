"""Pseudonyms: one each, and none that could be a name. Sentences name rows, never pseudonyms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from analysis.errors import CohortError

MOST_NAMED: Final = 20
_PSEUDONYM: Final = re.compile(r"(?=.*\d)[A-Za-z0-9._-]{1,64}\Z")
RULE: Final = (
    "1 to 64 letters, digits, dots, hyphens or underscores, at least one digit among them and at most one word of three letters "
    "or more"
)
_WORD: Final = re.compile(r"[A-Za-z]{3,}\Z")


def fit_for_pseudonym(text: str) -> bool:
    """Whether ``RULE`` holds: two words or more, as in ``Family_Given_1930``, may be a name."""
    words = [each for each in re.split(r"[._-]", text) if _WORD.match(each)]
    return _PSEUDONYM.match(text) is not None and len(words) < 2


def check_pseudonyms(rows: Sequence[tuple[str, str]]) -> None:
    """Check (place, pseudonym) of every row of one table.

    Raises:
        CohortError: one is missing, looks like a name, or is given twice; every place is named.
    """
    unfit = [place for place, patient in rows if not fit_for_pseudonym(patient)]
    if unfit:
        raise CohortError(
            f"no pseudonym that may be used in {listed(unfit)}: a pseudonym is {RULE}, so that no name gets into a "
            "report. Give pseudonyms"
        )
    places = defaultdict(list)
    for place, patient in rows:
        places[patient].append(place)
    twice = [" and ".join(found) for found in places.values() if len(found) > 1]
    if twice:
        raise CohortError(
            f"the same pseudonym is given more than once: {listed(twice, separator='; ')}. "
            "Keep one row for each patient: which recording stands for the patient is yours to say"
        )


def listed(places: Sequence[str], *, separator: str = ", ") -> str:
    """The first places of a list, and how many more there are."""
    more = len(places) - MOST_NAMED
    return separator.join(places[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
