"""Counts in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SHOWN: Final = 5


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def first_few(problems: Sequence[str], *, separator: str = ", ") -> str:
    """The first ``SHOWN`` of a list, and how many more there are."""
    more = len(problems) - SHOWN
    return separator.join(problems[:SHOWN]) + (f"{separator}and {more} more" if more > 0 else "")
