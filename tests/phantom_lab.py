"""What phantoms and a tracker read from each other, for the tests and the benchmarks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import model
from analysis.phantom import PORTRAIT, Phantom, Photograph
from analysis.pipeline import Analysis, Recording, analyse, provenance
from analysis.settings import AnalysisSettings
from analysis.tracker import FaceTracker
from tests.synthetic_faces import Picture

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, eq=False)
class Clip:
    """A rendered phantom."""

    phantom: Phantom
    pictures: tuple[Picture, ...]

    @property
    def flipped(self) -> tuple[Picture, ...]:
        """Its mirror image."""
        return tuple(
            Picture(time_s=picture.time_s, rgb=np.asarray(cv2.flip(picture.rgb, 1), dtype=np.uint8))
            for picture in self.pictures
        )


def render(preset: str, tracker: FaceTracker, *, smiles: int | None = None, photograph: Photograph = PORTRAIT) -> Clip:
    """All pictures of a phantom in memory: 2.8 MB each."""
    return played(Phantom(preset, tracker=tracker, smiles=smiles, photograph=photograph))


def played(phantom: Phantom) -> Clip:
    """All pictures of a phantom in memory."""
    return Clip(phantom=phantom, pictures=tuple(Picture(time_s=t, rgb=rgb) for rgb, t in phantom.frames()))


def measure(pictures: Iterable[Picture], *trackers: FaceTracker, mirrored: bool = False) -> Analysis:
    """The analysis with default settings."""
    settings = AnalysisSettings(mirrored=mirrored)
    return analyse(
        pictures,
        Recording(kind="video", timestamps="file"),
        trackers=trackers,
        settings=settings,
        provenance=provenance("test", model.SHA256, settings, CREATED),
    )


def twitch_gain(clip: Clip, analysis: Analysis) -> float:
    """Measured over true amplitude of the right mouth corner at the twitch's own frequency, not smoothed."""
    scale = analysis.result.quality.scale_mm_per_iod
    assert scale is not None
    measured = analysis.signals["right_commissure_mm"].to_numpy() / scale
    truth = np.array(clip.phantom.truth.right_iod)
    ((start, end),) = clip.phantom.truth.smiles_s
    times = np.array([picture.time_s for picture in clip.pictures])
    moving = (times >= start) & (times < end)
    frequency = clip.phantom.truth.events[0].frequency_hz
    if frequency is None:
        raise ValueError(f"the phantom {clip.phantom.truth.preset!r} does not twitch")
    return _amplitude(measured[moving], times[moving], frequency) / _amplitude(truth[moving], times[moving], frequency)


def _amplitude(values: NDArray[np.float64], times: NDArray[np.float64], frequency_hz: float) -> float:
    """Of a sinusoid, by least squares beside a slow drift."""
    phase = 2 * np.pi * frequency_hz * times
    terms = np.column_stack([np.cos(phase), np.sin(phase), np.ones_like(times), times, times**2])
    cosine, sine = np.linalg.lstsq(terms, values, rcond=None)[0][:2]
    return float(np.hypot(cosine, sine))
