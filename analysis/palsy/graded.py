"""What a grade of facial palsy says: a total, or why there is none, and in both cases what could be computed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A scale whose every item could be judged."""

    total: float
    category: str | None
    """Grade or severity that the total stands for, with the gates applied."""
    gate: str | None
    """The rule that made the category another than that of the total alone."""
    parts: Mapping[str, float]
    items: Mapping[str, float]
    missing: tuple[str, ...]
    """What the scale does not rest on although it might, each with its reason."""


@dataclass(frozen=True, kw_only=True)
class Ungraded:
    """A scale with an item that could not be judged: never a default grade."""

    reason: str
    parts: Mapping[str, float]
    items: Mapping[str, float]
    missing: tuple[str, ...]
    """Each item that could not be judged, with its reason."""


Grade = Graded | Ungraded


@dataclass(frozen=True, kw_only=True)
class Unjudged:
    """Why a single item has no number."""

    reason: str


HIDDEN: Final = "the lids were hidden"


class Sheet:
    """A grade as it is being filled in: items, their sums, and what is missing."""

    def __init__(self) -> None:
        self._items: dict[str, float] = {}
        self._parts: dict[str, float] = {}
        self._missing: list[str] = []
        self._reasons: list[str] = []

    def item(self, name: str, found: float | Unjudged) -> float | None:
        """Enter an item that the scale needs; a number that is none was hidden, as lids behind dark glasses are."""
        if not isinstance(found, Unjudged) and math.isnan(found):
            found = Unjudged(reason=HIDDEN)
        if isinstance(found, Unjudged):
            self._missing.append(f"{name}: {found.reason}")
            self._reasons.append(found.reason)
            return None
        self._items[str(name)] = found
        return found

    def part(self, name: str, value: float) -> float:
        """Enter a subscore, or another number beside the total."""
        self._parts[name] = value
        return value

    def sum_of(self, part: str, names: Sequence[str], *, weight: float = 1) -> None:
        """Enter the weighted sum of items as a subscore, where all of them could be judged."""
        if all(name in self._items for name in names):
            self._parts[part] = weight * sum(self._items[name] for name in names)

    def note(self, text: str) -> None:
        """Say what the scale can do without."""
        self._missing.append(text)

    @property
    def complete(self) -> bool:
        """Every item that was entered has a number."""
        return not self._reasons

    def read(self, name: str) -> float:
        """A subscore that was entered.

        Raises:
            KeyError: it was not.
        """
        return self._parts[name]

    def graded(self, total: float, category: str | None = None, gate: str | None = None) -> Graded:
        """Close it with a total."""
        return Graded(
            total=total,
            category=category,
            gate=gate,
            parts=self._parts,
            items=self._items,
            missing=tuple(self._missing),
        )

    def ungraded(self) -> Ungraded:
        """Close it without one."""
        return Ungraded(
            reason="; ".join(dict.fromkeys(self._reasons)),
            parts=self._parts,
            items=self._items,
            missing=tuple(self._missing),
        )


_ROUNDING = 1e-9
"""So that a ratio that stands on a bound by its definition is not put below it by the last bit."""


def bounds_missed(value: float, bounds: Iterable[float]) -> int:
    """How many of the bounds a value stays below."""
    return sum(value < bound - _ROUNDING for bound in bounds)


def bounds_reached(value: float, bounds: Iterable[float]) -> int:
    """How many of the bounds a value reaches."""
    return sum(value >= bound - _ROUNDING for bound in bounds)
