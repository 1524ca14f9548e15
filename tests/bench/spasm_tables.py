"""Spasms and blinks that were found beside those that happened, counted over many recordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.phantom.skin import SMILE_DIRECTION
from analysis.phantom.truth import EventTruth
from analysis.spasm.results import Blinks, Spasm
from tests.bench.spasm_events import Matched, f1, found_span, match, true_span

_SPASM: Final = "spasm"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One recording: what it showed and what was said of it."""

    kind: str
    truth: tuple[EventTruth, ...]
    spasm: Spasm
    blinks: Blinks

    @property
    def contractions(self) -> tuple[EventTruth, ...]:
        """The true ones."""
        return tuple(event for event in self.truth if event.kind.startswith(_SPASM))

    @property
    def matched(self) -> Matched:
        """Contractions found beside the true ones."""
        return match([found_span(one) for one in self.spasm.events], [true_span(one) for one in self.contractions])

    @property
    def matched_blinks(self) -> Matched:
        """The same of blinks."""
        true = [true_span(one) for one in self.truth if one.kind == "blink"]
        return match([found_span(one) for one in self.blinks.events], true)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Some recordings of one kind."""

    kind: str
    recordings: int
    contractions: int
    found: int
    precision: float
    recall: float
    f1: float
    onset_s: tuple[float, float]
    """Mean and SD of found minus true."""
    end_s: tuple[float, float]
    closure_pct: tuple[float, float]
    mouth_pct_iod: tuple[float, float]
    same_kind: float
    """Share of the matched that are called clonic or tonic as they are."""
    blinks: tuple[int, float, float]
    """How many, precision, recall."""
    alone: int
    classes: Mapping[str, int]

    def cells(self) -> tuple[str, ...]:
        """As words of a table."""
        return (
            self.kind,
            f"{self.contractions}",
            f"{self.found}",
            f"{self.precision:.3f}",
            f"{self.recall:.3f}",
            f"{self.f1:.3f}",
            _pair(self.onset_s, 3) if self.contractions else "-",
            _pair(self.closure_pct, 0) if self.contractions else "-",
            _pair(self.mouth_pct_iod, 1) if self.contractions else "-",
            f"{100 * self.same_kind:.0f} %" if self.contractions else "-",
            f"{self.blinks[0]}: {self.blinks[1]:.2f} / {self.blinks[2]:.2f}",
            f"{self.alone}",
            ", ".join(f"{name} {count}" for name, count in self.classes.items()),
        )


HEADINGS: Final = (
    "recordings of", "contractions", "found", "precision", "recall", "F1", "onset, s", "closure, points", "mouth, % IOD",
    "clonic / tonic", "blinks: precision / recall", "one eye alone", "side and class",
)  # fmt: skip


def tabulate(cases: Sequence[Case]) -> list[Row]:
    """One row for each kind, in the order in which they come."""
    return [
        _row(kind, [case for case in cases if case.kind == kind]) for kind in dict.fromkeys(one.kind for one in cases)
    ]


def _row(kind: str, cases: Sequence[Case]) -> Row:
    matches = [case.matched for case in cases]
    pairs = [
        (case.spasm.events[i], case.contractions[k])
        for case, matched in zip(cases, matches, strict=True)
        for i, k in matched.pairs
    ]
    alike = [(one.kind == "tonic") == (other.kind == "spasm_tonic") for one, other in pairs]
    precision, recall, both = f1(matches)
    blinks = [case.matched_blinks for case in cases]
    return Row(
        kind=kind,
        recordings=len(cases),
        contractions=sum(one.true for one in matches),
        found=sum(one.found for one in matches),
        precision=precision,
        recall=recall,
        f1=both,
        onset_s=_spread([one.start_s - other.onset_s for one, other in pairs]),
        end_s=_spread([one.end_s - other.end_s for one, other in pairs]),
        closure_pct=_spread(
            [(one.eye_closure_pct or 0) - 100 * getattr(other.closure, other.side) for one, other in pairs]
        ),
        mouth_pct_iod=_spread(
            [(one.mouth_pct_iod or 0) - 100 * _outward(getattr(other.mouth_iod, other.side)) for one, other in pairs]
        ),
        same_kind=float(np.mean(alike)) if alike else 1.0,
        blinks=(sum(one.true for one in blinks), *f1(blinks)[:2]),
        alone=sum(case.spasm.closures_of_one_eye or 0 for case in cases),
        classes=Counter(f"{case.spasm.side} {case.spasm.class_}" for case in cases),
    )


def _outward(mouth_iod: float) -> float:
    """What of a phantom's smile goes away from the midline."""
    return mouth_iod * SMILE_DIRECTION[0]


def _spread(values: Sequence[float]) -> tuple[float, float]:
    return (float(np.mean(values)), float(np.std(values))) if values else (0.0, 0.0)


def _pair(values: tuple[float, float], digits: int) -> str:
    return f"{values[0]:+.{digits}f} ± {values[1]:.{digits}f}"
