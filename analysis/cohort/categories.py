"""Words that may be printed as categories: a column of names or remarks must not get into a report."""

from __future__ import annotations

import re
from typing import Final

from analysis.cohort.delimited import Delimited, is_number
from analysis.counting import first_few
from analysis.errors import CohortError

MOST_CATEGORIES: Final = 8
PATIENTS_TO_A_WORD: Final = 3
"""A column with more different words than a third of its patients, and more than ``FREE_WORDS``, is none of categories."""
FREE_WORDS: Final = 3
_WORD: Final = re.compile(r"(group \d|[\w.+/%<>=()-]{1,40})")


def check_categories(table: Delimited, name: str) -> None:
    """Check that the words of a column can be categories and no names or free text. Sentences never repeat them.

    Raises:
        CohortError: some hold blanks, commas, carets or other marks, or there are too many different ones.
    """
    filled = [(line.place, text) for line in table.lines if (text := table.cell(line, name))]
    marked = [place for place, text in filled if not _WORD.fullmatch(text)]
    if marked:
        raise CohortError(
            f"{table.path.name}: the column {name!r} looks like names or free text ({first_few(marked)} hold blanks, commas, "
            "carets or other marks), which must not get into a report: remove it, or write each category as one word "
            "(partial_relief)"
        )
    words = [text for _, text in filled if not is_number(text, decimal_comma=table.decimal_comma)]
    different = len(set(words))
    if different > max(FREE_WORDS, len(words) // PATIENTS_TO_A_WORD) or different > MOST_CATEGORIES:
        raise CohortError(
            f"{table.path.name}: the column {name!r} holds {different} different words in {len(words)} patients, which looks "
            f"like names or free text and must not get into a report: a category needs {PATIENTS_TO_A_WORD} patients on "
            f"average, and at most {MOST_CATEGORIES} can be compared. Remove the column, or join categories"
        )
