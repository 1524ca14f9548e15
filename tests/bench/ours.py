"""The product as one more system that finds a face's structures: the points of each side's own picture, before any correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis import anatomy, model
from analysis.looking import Seen, look
from analysis.pipeline import Analysis, Recording, measure, provenance
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from tests.bench.reading import Clip, HalfFace, Reading, Values
from tests.phantom_lab import CREATED
from tests.synthetic_faces import Picture as TimedPicture

_NOSE = (168, 6, 197, 4)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ours:
    """One pass over a clip: its points, and everything that the product makes of them."""

    reading: Reading
    seen: Seen
    analysis: Analysis


@dataclass(frozen=True, kw_only=True)
class Vultus:
    """The product's own pass with default settings."""

    name: str = "Vultus"

    def read(self, clip: Clip) -> Reading:
        """Points only."""
        return self.watch(clip).reading

    def watch(self, clip: Clip, *, declared: bool = False) -> Ours:
        """All of it; ``declared`` tells the product that the pictures are mirrored."""
        settings = AnalysisSettings(mirrored=declared)
        with LandmarkTracker.on(model.default_path()) as tracker:
            seen = look((TimedPicture(time_s=t, rgb=rgb) for rgb, t in clip), [tracker], mirrored=declared)
        made = provenance("bench", model.SHA256, settings, CREATED)
        analysis = measure(seen, Recording(kind="video", timestamps="file"), settings=settings, provenance=made)
        return Ours(reading=reading_of(seen), seen=seen, analysis=analysis)


def reading_of(seen: Seen) -> Reading:
    """The half-face points as a reading; NaN where there was no half-face picture."""

    def at(points: Sequence[int]) -> Values:
        return np.asarray(seen.halves[:, [anatomy.ROW[point] for point in points]].mean(axis=1))

    def half(side: anatomy.HalfFace) -> HalfFace:
        return HalfFace(
            commissure=at([side.commissure]),
            upper_lid=at([side.upper_lid]),
            lower_lid=at([side.lower_lid]),
            brow=at(side.brow),
            outer_canthus=at([side.outer_canthus]),
            inner_canthus=at([side.inner_canthus]),
            iris=at([side.iris_centre]),
        )

    nose = np.stack([at([point]) for point in _NOSE], axis=1)
    return Reading(time_s=seen.times_s, right=half(anatomy.RIGHT), left=half(anatomy.LEFT), nose=nose)
