"""What a study of landmark errors is made of before anything is rated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from analysis import anatomy
from analysis.evaluation.landmark_regions import NAMED, FaceRegion
from analysis.values import Value

VULTUS: Final = "vultus"
"""What the product measures with: each side read from its own half-face picture, steadied over the video."""
PLAIN: Final = "plain"
"""The same networks on each picture by itself, as they come."""
MEDIAPIPE_VIDEO: Final = "mediapipe-video"
"""FaceLandmarker in VIDEO mode with its own smoothing: what most programs run."""
OWN: Final = (VULTUS, PLAIN, MEDIAPIPE_VIDEO)


class Landmark(Value):
    """One point in one frame: pixels from the top left corner of the upright frame, x to the right, y down."""

    point: str
    region: FaceRegion
    x: float
    y: float


class FrameLandmarks(Value):
    """What one algorithm found in one frame; nothing where it found no face."""

    algorithm: str
    frame: int
    landmarks: tuple[Landmark, ...]

    def of(self, region: FaceRegion) -> tuple[Landmark, ...]:
        """Those of one feature."""
        return tuple(each for each in self.landmarks if each.region is region)


class ChosenFrame(Value):
    """One frame that is shown to raters.

    ``movement`` is how far the face is from its median shape, in inter-iris distances (root mean square over all points after
    the head's movement in the picture is taken out). ``used`` tells whether Vultus would measure the frame.
    """

    frame: int
    time_s: float
    movement: float
    used: bool
    inter_ocular_px: float


class ShownRegion(Value):
    """One picture of one feature: ``file`` is its name in the folder it was drawn into, None where nothing was found."""

    algorithm: str
    frame: int
    region: FaceRegion
    file: str | None = Field(pattern=r"^[0-9]+-[0-9]+-[a-z]+\.jpg$")


class DrawnRecording(Value):
    """All that one recording gives to a study."""

    frames_decoded: int
    frames_with_face: int
    frames_measured: int
    chosen: tuple[ChosenFrame, ...]
    landmarks: tuple[FrameLandmarks, ...]
    pictures: tuple[ShownRegion, ...]
    remarks: tuple[str, ...] = ()


def named_landmarks(points: NDArray[np.floating], rows: Mapping[int, int] = anatomy.ROW) -> tuple[Landmark, ...]:
    """The rated points of a face, (k, 2 or 3) pixels, where ``rows`` says in which row landmark i of the 478 lies.

    Nothing where the face is not there (NaN).
    """
    placed = [(name, region, points[rows[index]]) for name, (region, index) in NAMED.items()]
    if not all(np.isfinite(place[:2]).all() for *_, place in placed):
        return ()
    return tuple(
        Landmark(point=name, region=region, x=float(place[0]), y=float(place[1])) for name, region, place in placed
    )
