"""Events that were found beside those that happened: matched by overlap of their intervals, one to one, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from analysis.phantom.truth import EventTruth
from analysis.spasm.results import BlinkEvent, SpasmEvent


@dataclass(frozen=True, kw_only=True)
class Spanned:
    """When something happened, and on which side (``both`` of a blink)."""

    side: str
    start_s: float
    peak_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Which of the found are which of the true: pairs of indices; and how many there are of each."""

    pairs: tuple[tuple[int, int], ...]
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Share of the found that happened; 1 where nothing was found."""
        return len(self.pairs) / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what happened that was found; 1 where nothing happened."""
        return len(self.pairs) / self.true if self.true else 1.0


def true_span(event: EventTruth) -> Spanned:
    """A true event."""
    return Spanned(side=event.side, start_s=event.onset_s, peak_s=event.peak_s, end_s=event.end_s)


def found_span(event: SpasmEvent | BlinkEvent) -> Spanned:
    """A found one."""
    side = event.side.value if isinstance(event, SpasmEvent) else "both"
    return Spanned(side=side, start_s=event.start_s, peak_s=event.peak_s, end_s=event.end_s)


def match(found: Sequence[Spanned], true: Sequence[Spanned]) -> Matched:
    """The pairing of the largest overlap altogether."""
    if not found or not true:
        return Matched(pairs=(), found=len(found), true=len(true))
    overlap = np.array([[_overlap(one, other) for other in true] for one in found])
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    pairs = tuple((int(i), int(k)) for i, k in zip(rows, columns, strict=True) if overlap[i, k] > 0)
    return Matched(pairs=pairs, found=len(found), true=len(true))


def _overlap(one: Spanned, other: Spanned) -> float:
    if one.side != other.side:
        return 0.0
    shared = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(shared, 0.0) / (max(one.end_s, other.end_s) - min(one.start_s, other.start_s))


def f1(matches: Sequence[Matched]) -> tuple[float, float, float]:
    """Precision, recall and F1 of many recordings taken together; 1 where nothing happened and nothing was found."""
    hits = sum(len(one.pairs) for one in matches)
    found, true = sum(one.found for one in matches), sum(one.true for one in matches)
    precision = hits / found if found else 1.0
    recall = hits / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
