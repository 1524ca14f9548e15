"""Landmarks of a made-up face with known motion: the analysis without pictures or network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from analysis import anatomy
from analysis.anatomy import HalfFace
from analysis.cuts import PictureChanges
from analysis.looking import Seen
from analysis.pipeline import Analysis, Recording, measure, provenance
from analysis.settings import AnalysisSettings
from analysis.subject import FaceLinker
from analysis.tracker import Face

WIDTH, HEIGHT = 1280, 720
PX_PER_MM = 2.0
IRIS_MM = 11.77
SMILE = np.array([0.8, 0.6, 0.0])
"""Outward and up."""
BLACK: NDArray[np.uint8] = np.broadcast_to(np.zeros(1, dtype=np.uint8), (HEIGHT, WIDTH, 3))


def _half(half: HalfFace, sign: float) -> dict[int, tuple[float, float, float]]:
    """Millimetres, x to the subject's left, y up, z towards the camera."""
    places = {
        half.commissure: (24.6, -43.4, 42.8),
        half.upper_lid: (31.5, 30.5, 41.0),
        half.lower_lid: (31.5, 21.0, 40.0),
        half.outer_canthus: (44.5, 26.6, 31.7),
        half.inner_canthus: (18.6, 25.9, 37.6),
        half.iris_centre: (31.5, 26.0, 40.0),
        half.iris_horizontal[0]: (31.5 - IRIS_MM / 2, 26.0, 40.0),
        half.iris_horizontal[1]: (31.5 + IRIS_MM / 2, 26.0, 40.0),
        half.brow[0]: (24.0, 45.0, 46.0),
        half.brow[1]: (32.0, 47.0, 45.0),
        half.brow[2]: (40.0, 45.0, 42.0),
        half.inner_commissure: (21.5, -42.8, 40.4),
        half.upper_lid_beside[0]: (36.5, 30.5, 41.0),
        half.upper_lid_beside[1]: (26.5, 30.5, 41.0),
        half.lower_lid_beside[0]: (36.5, 21.0, 40.0),
        half.lower_lid_beside[1]: (26.5, 21.0, 40.0),
        half.temple[0]: (77.4, 23.6, -20.1),
        half.temple[1]: (75.6, 41.1, -9.9),
        half.forehead[0]: (62.8, 66.2, 14.3),
        half.forehead[1]: (35.2, 80.1, 37.3),
        half.lips.upper: (12.2, -36.6, 54.0),
        half.lips.lower: (13.0, -51.0, 52.0),
        half.lips.inner_upper: (11.0, -40.4, 50.0),
        half.lips.inner_lower: (11.0, -44.6, 50.0),
        half.nose_wing: (11.0, -20.0, 55.0),
    }
    return {point: (sign * x, y, z) for point, (x, y, z) in places.items()}


_MIDLINE = {
    10: (82.6, 44.8), 151: (65.5, 50.3), 9: (48.9, 53.9), 8: (40.2, 52.8), 168: (32.7, 52.4), 6: (24.7, 57.9), 197: (17.3, 63.2),
    195: (10.6, 67.7), 5: (3.7, 72.4), 4: (-4.6, 75.9), 2: (-20.9, 60.6), 164: (-25.2, 59.3), 0: (-34.1, 59.8), 13: (-39.9, 52.2),
    14: (-45.4, 54.0), 17: (-53.7, 55.4), 152: (-94.0, 42.6),
}  # fmt: skip
_PLACES = {
    **_half(anatomy.RIGHT, -1),
    **_half(anatomy.LEFT, 1),
    **{point: (0.0, y, z) for point, (y, z) in _MIDLINE.items()},
}
SHAPE = np.array([_PLACES[point] for point in anatomy.KEPT])
"""(k, 3) millimetres, rows as in ``anatomy.KEPT``."""


def face(
    right_mm: float = 0,
    left_mm: float = 0,
    *,
    yaw: float = 0,
    pitch: float = 0,
    roll: float = 0,
    centre: tuple[float, float] = (WIDTH / 2, HEIGHT / 2),
    px_per_mm: float = PX_PER_MM,
    noise: NDArray[np.float64] | None = None,
    activity: float | None = None,
) -> Face:
    """A face whose mouth corners have gone that far along a smile; ``noise`` is added in millimetres."""
    shape = SHAPE.copy()
    shape[anatomy.ROW[anatomy.RIGHT.commissure]] += right_mm * SMILE * (-1, 1, 1)
    shape[anatomy.ROW[anatomy.LEFT.commissure]] += left_mm * SMILE
    if noise is not None:
        shape = shape + noise
    turned = shape @ Rotation.from_euler("YXZ", [yaw, pitch, roll], degrees=True).as_matrix().T
    points = turned * (1, -1, -1) * px_per_mm + (*centre, 0)
    return Face(
        points=points.astype(np.float32),
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=roll,
        mouth_activity=abs(right_mm) + abs(left_mm) if activity is None else activity,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    time_s: float
    rgb: NDArray[np.uint8] = field(default_factory=lambda: BLACK)


def seen(times: NDArray[np.float64], faces: Sequence[list[Face]]) -> Seen:
    """What a pass over the pictures would leave if every frame were looked at and each side read without error."""
    linker = FaceLinker()
    for frame, here in enumerate(faces):
        linker.add(frame, here)
    track = linker.subject(len(faces))
    unknown = np.full(len(times), np.nan)
    return Seen(
        times_s=times - times[:1],
        track=track,
        halves=track.points[..., :2],
        size=(WIDTH, HEIGHT),
        changes=PictureChanges(from_last=unknown, from_last_but_one=unknown, levels=unknown),
    )


Course = Callable[[float], float]


def smiles(mm: float, *, starts: Sequence[float] = (1.0, 4.0, 7.0), ramp_s: float = 0.5, hold_s: float = 1.0) -> Course:
    """Raised-cosine smiles of so many millimetres."""

    def course(t: float) -> float:
        shares = [np.clip(min(t - s, s + 2 * ramp_s + hold_s - t) / ramp_s, 0, 1) for s in starts]
        return float(mm * max(0.5 - 0.5 * np.cos(np.pi * share) for share in shares))

    return course


def still(t: float) -> float:
    return 0.0


def even_times(seconds: float = 10.0, fps: float = 30.0) -> NDArray[np.float64]:
    return np.arange(round(seconds * fps)) / fps


def film(
    times: NDArray[np.float64],
    right: Course,
    left: Course,
    *,
    noise_mm: float = 0.05,
    sway_deg: float = 3.0,
    seed: int = 0,
) -> Iterator[Face]:
    """A face that smiles and sways its head a little."""
    random = np.random.default_rng(seed)
    for t in times:
        yield face(
            right(t),
            left(t),
            yaw=sway_deg * np.sin(1.3 * t),
            pitch=sway_deg * np.cos(0.9 * t),
            roll=sway_deg * np.sin(0.7 * t),
            centre=(WIDTH / 2 + 20 * np.sin(t), HEIGHT / 2 + 10 * np.cos(t)),
            noise=noise_mm * random.standard_normal(SHAPE.shape),
        )


def analysed(
    times: NDArray[np.float64],
    faces: Sequence[list[Face]],
    *,
    settings: AnalysisSettings | None = None,
    recording: Recording | None = None,
    remarks: Sequence[str] = (),
) -> Analysis:
    chosen = settings or AnalysisSettings()
    return measure(
        seen(times, faces),
        recording or Recording(kind="video", timestamps="file"),
        settings=chosen,
        provenance=provenance("test", "0" * 64, chosen, datetime(2026, 1, 1, tzinfo=UTC)),
        remarks=remarks,
    )


def alone(faces: Iterator[Face]) -> list[list[Face]]:
    """One person in every picture."""
    return [[each] for each in faces]
