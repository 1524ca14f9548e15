"""Contractions of a hemifacial spasm: courses that a smile does not have, and movements made of them.

How far and how fast a contraction goes is our choice [ours], within what the videos of Al Menabbawy et al. 2025 are described to
show: small single contractions, clonic trains, long tonic contractions with which the brow may rise (the other Babinski sign).
Every contraction is an event of its own, also where the face does not come back to rest before the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.phantom.courses import Course, Hold
from analysis.phantom.scenario import Action, Kind, Movement, Part

Range = tuple[float, float]
"""From, to."""

HALF_WAY_BACK: Final = 0.55
"""Of the full amount, between two contractions that follow each other too fast to let the face rest."""
RESTLESS_HZ: Final = 3.8
"""From here on contractions leave no time to come back to rest."""
LONGEST_TWITCH_S: Final = 0.3
_STRENGTHS: Final = (0.88, 1.0)
_IRREGULAR: Final = (0.85, 1.15)


@dataclass(frozen=True, kw_only=True)
class Contraction:
    """A raised-cosine rise and fall of a muscle that need not be at rest before and after: its share is ``begins`` at the onset
    and ``ends`` at the end, where the next contraction takes over."""

    onset_s: float
    rise_s: float
    fall_s: float
    begins: float = 0.0
    ends: float = 0.0

    @property
    def peak_s(self) -> float:
        """When it is at its full amount."""
        return self.onset_s + self.rise_s

    @property
    def end_s(self) -> float:
        """When it is at rest, or the next one begins."""
        return self.peak_s + self.fall_s

    def share(self, time_s: float) -> float:
        """Share of the full amount at a time."""
        if not self.onset_s <= time_s < self.end_s:
            return 0.0
        if time_s < self.peak_s:
            low, near = self.begins, (time_s - self.onset_s) / self.rise_s
        else:
            low, near = self.ends, (self.end_s - time_s) / self.fall_s
        return float(low + (1 - low) * (0.5 - 0.5 * np.cos(np.pi * near)))


@dataclass(frozen=True, kw_only=True)
class Trembling:
    """A long hold of which a share ``depth`` comes and goes ``cycles`` times: fast clonic jerks on a tonic contraction."""

    onset_s: float
    rise_s: float
    hold_s: float
    fall_s: float
    depth: float
    cycles: int

    @property
    def _hold(self) -> Hold:
        return Hold(onset_s=self.onset_s, rise_s=self.rise_s, hold_s=self.hold_s, fall_s=self.fall_s)

    @property
    def peak_s(self) -> float:
        """The beginning of the plateau."""
        return self._hold.peak_s

    @property
    def end_s(self) -> float:
        """When it is back at rest."""
        return self._hold.end_s

    def share(self, time_s: float) -> float:
        """Share of the full amount at a time."""
        held = time_s - self.peak_s
        if not 0 <= held < self.hold_s:
            return self._hold.share(time_s)
        return float(1 - self.depth * (0.5 - 0.5 * np.cos(2 * np.pi * self.cycles * held / self.hold_s)))


def spasm_parts(side: str, *, closure: float, mouth_iod: float, brow_iod: float = 0.0) -> tuple[Part, ...]:
    """What a hemifacial spasm moves: the eye closes, the mouth corner is pulled, and (other Babinski sign) the brow goes up."""
    parts = (
        Part(action=Action.LIDS, **{side: closure}),
        Part(action=Action.MOUTH, **{side: mouth_iod}),
        Part(action=Action.BROW, **{side: brow_iod}),
    )
    return tuple(part for part in parts if part.side != "none")


def clonic_train(onset_s: float, side: str, *, contractions: int = 6, per_s: float = 3.0) -> tuple[Movement, ...]:
    """Contractions one after the other, back at rest between them; each is an event."""
    each = 1 / per_s
    return tuple(
        Movement(
            kind=Kind.SPASM_CLONIC,
            parts=spasm_parts(side, closure=0.7, mouth_iod=0.05),
            course=Hold(onset_s=onset_s + k * each, rise_s=0.35 * each, hold_s=0.1 * each, fall_s=0.45 * each),
        )
        for k in range(contractions)
    )


def tonic_hold(onset_s: float, side: str, *, hold_s: float = 2.5) -> Movement:
    """A long contraction of one half of the face, the brow going up while the eye closes."""
    return Movement(
        kind=Kind.SPASM_TONIC,
        parts=spasm_parts(side, closure=0.9, mouth_iod=0.08, brow_iod=0.05),
        course=Hold(onset_s=onset_s, rise_s=0.2, hold_s=hold_s, fall_s=0.4),
    )


def within(random: np.random.Generator, limits: Range) -> float:
    """Any number between two, all as likely."""
    return float(random.uniform(*limits))


@dataclass(frozen=True, kw_only=True)
class Clonic:
    """What trains of one side are drawn from."""

    side: str
    contractions: tuple[int, int]
    """Fewest and most of a train."""
    per_s: Range
    closure: Range
    mouth_iod: Range
    brow_iod: Range = (0.0, 0.0)

    def train(self, random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
        """Contractions of uneven strength at uneven distances; at ``RESTLESS_HZ`` or more without rest between them."""
        fewest, most = self.contractions
        count = int(random.integers(fewest, most + 1))
        per_s = within(random, self.per_s)
        full = [within(random, limits) for limits in (self.closure, self.mouth_iod, self.brow_iod)]
        strengths = [within(random, _STRENGTHS) for _ in range(count)]
        movements, at = [], onset_s
        for k, strength in enumerate(strengths):
            each = within(random, _IRREGULAR) / per_s
            course, next_at = _beat(at, each, k, strength, count if per_s >= RESTLESS_HZ else None)
            closure, mouth_iod, brow_iod = (strength * amount for amount in full)
            parts = spasm_parts(self.side, closure=closure, mouth_iod=mouth_iod, brow_iod=brow_iod)
            movements.append(Movement(kind=Kind.SPASM_CLONIC, parts=parts, course=course))
            at = next_at
        return tuple(movements)


def _beat(at: float, each_s: float, k: int, strength: float, restless: int | None) -> tuple[Course, float]:
    """The course of the k-th contraction of a train, of ``restless`` without rest between, and when the next begins."""
    if restless is None:
        lasts = min(0.85 * each_s, LONGEST_TWITCH_S)
        return Contraction(onset_s=at, rise_s=0.4 * lasts, fall_s=0.6 * lasts), at + each_s
    low = HALF_WAY_BACK * _STRENGTHS[0] / strength
    course = Contraction(
        onset_s=at,
        rise_s=0.45 * each_s,
        fall_s=0.55 * each_s,
        begins=low if k else 0.0,
        ends=low if k < restless - 1 else 0.0,
    )
    return course, course.end_s


@dataclass(frozen=True, kw_only=True)
class Tonic:
    """What long contractions of one side are drawn from."""

    side: str
    hold_s: Range
    closure: Range
    mouth_iod: Range
    brow_iod: Range = (0.0, 0.0)
    depth: Range = (0.05, 0.15)
    jerks_per_s: Range = (5.0, 8.0)

    def contraction(self, random: np.random.Generator, onset_s: float) -> tuple[Movement, ...]:
        """One of them."""
        hold_s = within(random, self.hold_s)
        closure, mouth_iod, brow_iod = (
            within(random, limits) for limits in (self.closure, self.mouth_iod, self.brow_iod)
        )
        course = Trembling(
            onset_s=onset_s,
            rise_s=within(random, (0.12, 0.3)),
            hold_s=hold_s,
            fall_s=within(random, (0.25, 0.5)),
            depth=within(random, self.depth),
            cycles=round(within(random, self.jerks_per_s) * hold_s),
        )
        parts = spasm_parts(self.side, closure=closure, mouth_iod=mouth_iod, brow_iod=brow_iod)
        return (Movement(kind=Kind.SPASM_TONIC, parts=parts, course=course),)
