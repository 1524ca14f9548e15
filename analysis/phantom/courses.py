"""How a movement goes in time: its share of the full amount, 0 at rest and 1 at the peak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Course(Protocol):
    """The shape of one movement in time."""

    @property
    def onset_s(self) -> float:
        """When it leaves rest."""

    @property
    def peak_s(self) -> float:
        """When it is first at its full amount."""

    @property
    def end_s(self) -> float:
        """When it is back at rest."""

    def share(self, time_s: float) -> float:
        """Share of the full amount, 0 to 1; 0 outside onset and end."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A raised-cosine rise, a plateau, a raised-cosine fall: a smile, a blink (short), a tonic contraction (long)."""

    onset_s: float
    rise_s: float
    hold_s: float = 0.0
    fall_s: float

    @property
    def peak_s(self) -> float:
        """The beginning of the plateau."""
        return self.onset_s + self.rise_s

    @property
    def end_s(self) -> float:
        """When it is back at rest."""
        return self.peak_s + self.hold_s + self.fall_s

    def share(self, time_s: float) -> float:
        """Share of the full amount at a time."""
        if not self.onset_s <= time_s < self.end_s:
            return 0.0
        since = time_s - self.onset_s
        if since < self.rise_s:
            return float(0.5 - 0.5 * np.cos(np.pi * since / self.rise_s))
        if since < self.rise_s + self.hold_s:
            return 1.0
        return float(0.5 - 0.5 * np.cos(np.pi * (self.end_s - time_s) / self.fall_s))


@dataclass(frozen=True, kw_only=True)
class Twitching:
    """A sinusoid between rest and the full amount, ``frequency_hz`` times a second."""

    onset_s: float
    lasts_s: float
    frequency_hz: float

    @property
    def peak_s(self) -> float:
        """The first of its peaks."""
        return self.onset_s + 0.5 / self.frequency_hz

    @property
    def end_s(self) -> float:
        """When it is back at rest."""
        return self.onset_s + self.lasts_s

    def share(self, time_s: float) -> float:
        """Share of the full amount at a time."""
        if not self.onset_s <= time_s < self.end_s:
            return 0.0
        return float(0.5 - 0.5 * np.cos(2 * np.pi * self.frequency_hz * (time_s - self.onset_s)))
