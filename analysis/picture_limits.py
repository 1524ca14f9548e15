"""What the pictures themselves limit, in words a person can act on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.picture_quality import LightSummary, PictureQuality
from analysis.settings import AnalysisSettings

_COARSE_PX = 2.0
"""Edges as sharp as this many pixels are as sharp as they can be in a face so small, which has a check of its own."""
_TIMES_NAMED = 3


def picture_limits(
    pictures: PictureQuality, times_s: NDArray[np.float64], fps: float | None, settings: AnalysisSettings
) -> list[str]:
    """A sentence for each limit that is met; ``times_s`` is (n,), ``fps`` what the times say."""
    limits = []
    if pictures.cut.any():
        cuts = times_s[pictures.cut]
        at = ", ".join(f"{t:.1f} s" for t in cuts[:_TIMES_NAMED]) + (" and later" if len(cuts) > _TIMES_NAMED else "")
        limits.append(f"cut: the recording is not continuous at {at}; what was at rest before may not be at rest after")
    repeated = float(pictures.repeated.mean()) if len(pictures.repeated) else 0.0
    if repeated > settings.good_repeated_share and fps is not None:
        limits.append(
            f"pictures repeat: {int(pictures.repeated.sum())} of {len(pictures.repeated)} only show the one before again; "
            f"the true rate is about {fps * (1 - repeated):.0f} fps"
        )
    if pictures.light is not None:
        limits += _light(pictures.light, settings)
    for name, hidden in (("right", pictures.eye_hidden_right), ("left", pictures.eye_hidden_left)):
        if hidden.any():
            limits.append(f"{name} eye covered: in {hidden.sum()} of {len(hidden)} frames")
    if pictures.dark_glasses.any():
        limits.append(
            f"dark glasses: in {pictures.dark_glasses.sum()} of {len(pictures.dark_glasses)} frames; lids cannot be seen"
        )
    return limits


def _light(light: LightSummary, settings: AnalysisSettings) -> list[str]:
    limits = []
    if light.blur_iod > settings.good_blur_iod and light.blur_px > _COARSE_PX:
        limits.append(
            f"out of focus or moving: edges about the eyes are blurred over {100 * light.blur_iod:.1f} % of the inter-iris "
            f"distance, at most {100 * settings.good_blur_iod:.1f} % are wanted"
        )
    if light.highlights < settings.good_highlights:
        limits.append(
            f"face dark: its brightest parts reach {light.highlights:.0f} of 255, at least {settings.good_highlights:.0f} are "
            "wanted"
        )
    if light.noise_share > settings.good_noise_share:
        limits.append(
            f"picture noisy: noise is {100 * light.noise_share:.0f} % of the face's contrast, at most "
            f"{100 * settings.good_noise_share:.0f} % are wanted; more light helps"
        )
    if light.white > settings.max_white:
        limits.append(f"face overexposed: {100 * light.white:.0f} % of it is white")
    if light.side_ratio < settings.good_side_ratio:
        limits.append(
            f"light from one side: the darker half of the face has {100 * light.side_ratio:.0f} % of the brighter half's light"
        )
    return limits
