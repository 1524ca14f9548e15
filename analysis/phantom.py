"""A face video with known motion: a public-domain portrait whose mouth corners are moved by a known amount.

The portrait is NASA's photograph of astronaut Eileen Collins (public domain, shipped by scikit-image). Each mouth corner is
carried along a smile's direction by a smooth displacement field that ends at the midline, so that a one-sided smile moves one
side only.
A warped still flatters a tracker: it is a known truth, not a patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.errors import PhantomError
from analysis.tracker import FaceTracker

WIDTH: Final = 1280
HEIGHT: Final = 720
_PORTRAIT_SCALE: Final = 3.0
_PORTRAIT_CORNER: Final = (11, 0)
_SMILE_DIRECTION: Final = (0.8, 0.6)
"""Outward and up, of length 1."""
_FIELD_SIGMA_IOD: Final = 0.2
_FULL_SMILE_IOD: Final = 0.14
_SWAY_IOD: Final = 0.01
_SWAY_DEG: Final = 0.5
_NOISE_SD: Final = 1.5
_REST_S: Final = 1.0
_RAMP_S: Final = 0.5
_HOLD_S: Final = 1.0
_TWITCHING_S: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Preset:
    """How far each mouth corner goes, as shares of a full smile, and in what rhythm."""

    right: float
    left: float
    smiles: int = 3
    twitch_hz: float | None = None
    """Instead of smiles: three seconds of a sinusoidal twitch."""
    about: str

    @property
    def spans_s(self) -> tuple[tuple[float, float], ...]:
        """When the movements begin and end, with a second of rest before each and after the last."""
        if self.twitch_hz is not None:
            return ((_REST_S, _REST_S + _TWITCHING_S),)
        lasts = 2 * _RAMP_S + _HOLD_S
        starts = [_REST_S + k * (lasts + _REST_S) for k in range(self.smiles)]
        return tuple((start, start + lasts) for start in starts)

    def course(self, since_s: float) -> float:
        """Share of the preset's own excursion at a time after the onset of a movement."""
        if self.twitch_hz is None:
            return _smile_course(since_s)
        if 0 <= since_s < _TWITCHING_S:
            return float(0.5 - 0.5 * np.cos(2 * np.pi * self.twitch_hz * since_s))
        return 0.0


PRESETS: Final = {
    "smile": Preset(right=1, left=1, about="three even smiles"),
    "weak-left": Preset(right=1, left=0.5, about="three smiles, the left corner going half as far"),
    "weak-right": Preset(right=0.5, left=1, about="three smiles, the right corner going half as far"),
    "right-only": Preset(right=1, left=0, about="three smiles of the right corner alone"),
    "left-only": Preset(right=0, left=1, about="three smiles of the left corner alone"),
    "rest": Preset(right=0, left=0, about="a face at rest"),
    "twitch": Preset(right=0.15, left=0, twitch_hz=8, about="a small twitch of the right corner, 8 a second"),
    "slow-twitch": Preset(right=0.15, left=0, twitch_hz=1, about="the same small twitch, once a second"),
}


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What moves in a phantom. Excursions are shares of the inter-iris distance; sides are the subject's.

    ``smiles_s`` are the beginnings and ends of its movements.
    """

    preset: str
    fps: float
    frames: int
    mirrored: bool
    excursion_iod: dict[str, float]
    smiles_s: list[tuple[float, float]]
    right_iod: list[float]
    left_iod: list[float]

    def as_json(self) -> dict[str, Any]:
        """The value as JSON would have it."""
        return asdict(self)


class Phantom:
    """An animated portrait: iterate ``frames()`` for (rgb, time_s), rgb (720, 1280, 3) uint8."""

    def __init__(
        self, preset: str, *, tracker: FaceTracker, fps: float = 30.0, mirrored: bool = False, smiles: int | None = None
    ) -> None:
        if preset not in PRESETS:
            raise PhantomError(f"there is no phantom preset {preset!r}: choose one of {', '.join(PRESETS)}")
        if not 1 <= fps <= 240:
            raise PhantomError(f"a phantom cannot have {fps:g} frames per second: choose 1 to 240")
        self._preset = PRESETS[preset] if smiles is None else replace(PRESETS[preset], smiles=smiles)
        self._fps = fps
        self._mirrored = mirrored
        self._still = portrait()
        faces = tracker.faces(self._still)
        if len(faces) != 1:
            raise PhantomError(
                f"the portrait shows {len(faces)} faces to the tracker, not one: is the model the right one?"
            )
        self._iod = faces[0].iod_px
        corners = [faces[0].points[anatomy.ROW[side.commissure]][:2] for side in (anatomy.RIGHT, anatomy.LEFT)]
        self._region = self._around(corners)
        self._field = [self._displacement(corners[0], corners[1]), self._displacement(corners[1], corners[0])]
        self.truth = self._make_truth(preset)

    def _around(self, corners: list[NDArray[np.float32]]) -> tuple[slice, slice]:
        """The rows and columns that a smile can change; only they are warped."""
        margin = 4 * _FIELD_SIGMA_IOD * self._iod
        x, y = np.transpose(corners)
        return (
            slice(max(int(min(y) - margin), 0), min(int(max(y) + margin), HEIGHT)),
            slice(max(int(min(x) - margin), 0), min(int(max(x) + margin), WIDTH)),
        )

    def _displacement(self, corner: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
        """Displacement for one inter-iris distance of excursion, in px: exact at the corner, none past the midline."""
        y, x = np.mgrid[self._region].astype(np.float32)
        across = (other - corner) / np.hypot(*(other - corner))
        inward = (x - corner[0]) * across[0] + (y - corner[1]) * across[1]
        half = float(np.hypot(*(other - corner))) / 2
        reach = np.clip(1 - inward / half, 0, 1)
        weight = np.exp(-((x - corner[0]) ** 2 + (y - corner[1]) ** 2) / (2 * (_FIELD_SIGMA_IOD * self._iod) ** 2))
        weight = weight * reach * reach * (3 - 2 * reach)
        up = np.array([-abs(across[1]), -abs(across[0])], dtype=np.float32)
        direction = -across * _SMILE_DIRECTION[0] + up * _SMILE_DIRECTION[1]
        return np.asarray(weight[..., None] * direction * self._iod, dtype=np.float32)

    def _make_truth(self, name: str) -> Truth:
        spans = self._preset.spans_s
        n = round((spans[-1][1] + _REST_S) * self._fps)
        course = [max(self._preset.course(k / self._fps - start) for start, _ in spans) for k in range(n)]
        full = {"right": self._preset.right * _FULL_SMILE_IOD, "left": self._preset.left * _FULL_SMILE_IOD}
        return Truth(
            preset=name,
            fps=self._fps,
            frames=n,
            mirrored=self._mirrored,
            excursion_iod=full,
            smiles_s=list(spans) if any(full.values()) else [],
            right_iod=[full["right"] * c for c in course],
            left_iod=[full["left"] * c for c in course],
        )

    def frames(self) -> Iterator[tuple[NDArray[np.uint8], float]]:
        """Render; the same preset gives the same pixels every time."""
        sensor = np.random.default_rng(0)
        noise = np.rint(sensor.standard_normal((2 * HEIGHT, 2 * WIDTH, 3), dtype=np.float32) * _NOISE_SD).astype(
            np.int16
        )
        for k, (right, left) in enumerate(zip(self.truth.right_iod, self.truth.left_iod, strict=True)):
            t = k / self._fps
            top, start = sensor.integers(HEIGHT), sensor.integers(WIDTH)
            picture = self._sway(self._warp(right, left), t) + noise[top : top + HEIGHT, start : start + WIDTH]
            rgb = np.clip(picture, 0, 255).astype(np.uint8)
            yield (np.ascontiguousarray(rgb[:, ::-1]) if self._mirrored else rgb), t

    def _warp(self, right: float, left: float) -> NDArray[np.uint8]:
        if right == left == 0:
            return self._still
        field = (right * self._field[0] + left * self._field[1]).astype(np.float32)
        y, x = np.mgrid[tuple(slice(0, side) for side in field.shape[:2])].astype(np.float32)
        back = field
        # the picture is sampled where each pixel came from: the inverse of the field, by fixed-point iteration
        for _ in range(6):
            back = cv2.remap(field, x - back[..., 0], y - back[..., 1], cv2.INTER_LINEAR).astype(np.float32)
        warped = self._still.copy()
        warped[self._region] = cv2.remap(
            self._still[self._region],
            x - back[..., 0],
            y - back[..., 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return warped

    def _sway(self, picture: NDArray[np.uint8], t: float) -> NDArray[np.uint8]:
        """The head is never quite still."""
        turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), _SWAY_DEG * np.sin(2 * np.pi * 0.23 * t), 1)
        shift = np.array([np.sin(2 * np.pi * 0.31 * t), np.sin(2 * np.pi * 0.17 * t)])
        turn = turn + np.column_stack([np.zeros((2, 2)), _SWAY_IOD * self._iod * shift])
        swayed = cv2.warpAffine(picture, turn, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(swayed, dtype=np.uint8)


def portrait() -> NDArray[np.uint8]:
    """The still, (720, 1280, 3) uint8, the face enlarged to about 128 px between the irises."""
    from skimage.data import astronaut

    x, y = _PORTRAIT_CORNER
    picture: NDArray[np.uint8] = astronaut()  # type: ignore[no-untyped-call]
    photograph = picture[y : y + round(HEIGHT / _PORTRAIT_SCALE), x : x + round(WIDTH / _PORTRAIT_SCALE)]
    return np.asarray(cv2.resize(photograph, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _smile_course(since_s: float) -> float:
    """Share of the full excursion at a time after onset: raised-cosine ramps around a plateau."""
    if 0 <= since_s < _RAMP_S:
        return float(0.5 - 0.5 * np.cos(np.pi * since_s / _RAMP_S))
    if _RAMP_S <= since_s < _RAMP_S + _HOLD_S:
        return 1.0
    if _RAMP_S + _HOLD_S <= since_s < 2 * _RAMP_S + _HOLD_S:
        return float(0.5 + 0.5 * np.cos(np.pi * (since_s - _RAMP_S - _HOLD_S) / _RAMP_S))
    return 0.0
