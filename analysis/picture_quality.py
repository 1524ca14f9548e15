"""What the pictures of a recording let be seen of the face: looked at while they pass, judged when the subject is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.cuts import PictureChanges, find_cuts, find_repeated
from analysis.face_light import FaceLight, look_at
from analysis.face_regions import FaceRegions, look_at_regions
from analysis.networks import Mesh, Picture
from analysis.occlusion import find_occlusion, on_frames

LOOK_INTERVAL_S: Final = 0.2
"""Light, focus and what is in front of a face last longer; looking costs 3 ms."""

_EYES_BLURRED_IOD: Final = 0.045
"""Beyond it lashes leave no line, so that nothing is said about covered eyes."""
_LEAST_BLUR_PX: Final = 2.0
"""A small face is coarse, which is another fault: it has a check of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LightSummary:
    """Medians over the looks at the subject, as in ``FaceLight``."""

    blur_iod: float
    blur_px: float
    highlights: float
    noise_share: float
    white: float
    side_ratio: float


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureQuality:
    """Of n frames: (n,) masks, and the light on the subject's face; None where nobody could be looked at.

    ``cut`` marks the first frame after a cut, ``repeated`` what only repeats the frame before. Sides are the subject's.
    """

    cut: NDArray[np.bool_]
    repeated: NDArray[np.bool_]
    blurred: NDArray[np.bool_]
    mouth_hidden_right: NDArray[np.bool_]
    mouth_hidden_left: NDArray[np.bool_]
    eye_hidden_right: NDArray[np.bool_]
    eye_hidden_left: NDArray[np.bool_]
    dark_glasses: NDArray[np.bool_]
    lips_told: bool
    """As in ``Occlusion``: false means that a hand before the mouth would not be noticed."""
    light: LightSummary | None

    @property
    def mouth_hidden(self) -> NDArray[np.bool_]:
        """(n,) either half of the mouth: nothing can be said of how the corners move together."""
        return np.asarray(self.mouth_hidden_right | self.mouth_hidden_left)


@dataclass(frozen=True, kw_only=True)
class FaceLook:
    """What one look at one face gives; ``regions`` is None where mouth and eyes cannot be judged."""

    light: FaceLight
    regions: FaceRegions | None


def look_at_face(rgb: Picture, mesh: Mesh) -> FaceLook | None:
    """Look at the face of ``mesh``, in pixels of the picture; None where an eye or half of it lies outside.

    Meant to be done once in ``LOOK_INTERVAL_S``: it takes 3 ms.
    """
    light = look_at(rgb, mesh)
    return None if light is None else FaceLook(light=light, regions=look_at_regions(rgb, mesh))


def judge_pictures(
    changes: PictureChanges,
    looks: Sequence[FaceLook],
    looked_at: NDArray[np.int_],
    points: NDArray[np.float64],
    times_s: NDArray[np.float64],
    *,
    max_blur_iod: float,
) -> PictureQuality:
    """Judge n pictures.

    Args:
        changes: of all n pictures.
        looks: m looks at the subject, in order.
        looked_at: (m,) the frames at which they were made.
        points: (n, k, 2 or 3) pixels, rows as in ``anatomy.KEPT``: the subject's face, NaN where it was not found or looked for.
        times_s: (n,) seconds.
        max_blur_iod: ``FaceLight.blur_iod`` above which a frame is blurred.
    """
    n = len(points)
    blur = np.array([look.light.blur_iod for look in looks], dtype=np.float64)
    coarse = np.array([look.light.blur_px < _LEAST_BLUR_PX for look in looks], dtype=np.bool_)
    seen = find_occlusion([look.regions for look in looks], blur < _EYES_BLURRED_IOD)
    return PictureQuality(
        cut=find_cuts(changes, points, times_s),
        repeated=find_repeated(changes),
        blurred=on_frames((blur > max_blur_iod) & ~coarse, looked_at, n),
        mouth_hidden_right=on_frames(seen.mouth_right, looked_at, n),
        mouth_hidden_left=on_frames(seen.mouth_left, looked_at, n),
        eye_hidden_right=on_frames(seen.eye_right, looked_at, n),
        eye_hidden_left=on_frames(seen.eye_left, looked_at, n),
        dark_glasses=on_frames(seen.dark_glasses, looked_at, n),
        lips_told=seen.lips_told,
        light=_summary([look.light for look in looks]) if looks else None,
    )


def _summary(lights: list[FaceLight]) -> LightSummary:
    def median(name: str) -> float:
        return float(np.median([getattr(light, name) for light in lights]))

    return LightSummary(
        blur_iod=median("blur_iod"),
        blur_px=median("blur_px"),
        highlights=median("highlights"),
        noise_share=median("noise_share"),
        white=median("white"),
        side_ratio=median("side_ratio"),
    )
