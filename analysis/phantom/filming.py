"""What a camera does to a picture, and when it takes one. Everything is the same each time."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.phantom.scenario import Camera
from analysis.phantom.still import FaceAxes

CLOCK_HZ: Final = 90_000
"""Times are whole ticks of this clock, as in the files."""
_SHADE_OVER_IOD: Final = 1.2


def frame_times(camera: Camera, duration_s: float) -> tuple[float, ...]:
    """The times of all frames, in seconds from the first."""
    n = max(round(duration_s * camera.fps), 1)
    if not camera.rate_jitter:
        return tuple(k / camera.fps for k in range(n))
    steps = 1 + camera.rate_jitter * np.random.default_rng(1).uniform(-1, 1, n)
    ticks = np.rint(np.cumsum(steps / steps.mean()) / camera.fps * CLOCK_HZ)
    return tuple(float(tick) / CLOCK_HZ for tick in ticks - ticks[0])


def exposures(camera: Camera, time_s: float) -> tuple[float, ...]:
    """The moments that one picture is the mean of; its time is their middle."""
    if not camera.exposure_s:
        return (time_s,)
    return tuple(time_s + camera.exposure_s * share for share in (-0.4, -0.2, 0.0, 0.2, 0.4))


class Sensor:
    """Light, focus, noise and compression, in this order."""

    def __init__(self, camera: Camera, axes: FaceAxes) -> None:
        self._camera = camera
        self._random = np.random.default_rng(0)
        self._noise = _grain(camera.width, camera.height, camera.noise_sd) if camera.noise_sd else None
        self._light: NDArray[np.float32] | None = None
        if camera.shade:
            y, x = np.mgrid[0 : camera.height, 0 : camera.width]
            sideways = axes.of(np.stack([x, y], axis=-1).astype(np.float64))[..., 0] * np.sign(camera.shade)
            t = np.clip(0.5 + sideways / (2 * _SHADE_OVER_IOD), 0, 1)
            shade = 1 - abs(camera.shade) * t * t * (3 - 2 * t)
            self._light = np.repeat(shade.astype(np.float32)[..., None], 3, axis=2)

    def take(self, picture: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """The picture as it is recorded. To be called once for each frame, in order."""
        camera = self._camera
        gain = camera.gain * (1 - camera.flicker * (0.5 + 0.5 * np.sin(2 * np.pi * camera.flicker_hz * time_s)))
        if camera.defocus_px:
            picture = _bytes(cv2.GaussianBlur(picture, (0, 0), camera.defocus_px))
        if self._light is not None:
            picture = _bytes(cv2.multiply(picture, self._light, scale=gain, dtype=cv2.CV_8U))
        elif gain != 1:
            picture = _bytes(cv2.convertScaleAbs(picture, alpha=gain))
        if self._noise is not None:
            top, start = self._random.integers(camera.height), self._random.integers(camera.width)
            grain = self._noise[top : top + camera.height, start : start + camera.width]
            picture = _bytes(cv2.add(picture, grain, dtype=cv2.CV_8U))
        if camera.mirrored:
            picture = _bytes(cv2.flip(picture, 1))
        if camera.jpeg_quality is not None:
            packed = io.BytesIO()
            Image.fromarray(picture).save(packed, "JPEG", quality=camera.jpeg_quality)
            picture = np.array(Image.open(packed), dtype=np.uint8)
        return np.ascontiguousarray(picture)


@lru_cache(maxsize=2)
def _grain(width: int, height: int, sd: float) -> NDArray[np.int16]:
    """Noise of twice the picture's width and height, of which each frame gets another part."""
    noise = np.random.default_rng(2).standard_normal((2 * height, 2 * width, 3), dtype=np.float32)
    return np.asarray(np.rint(noise * sd), dtype=np.int16)


def _bytes(picture: cv2.typing.MatLike) -> NDArray[np.uint8]:
    return np.asarray(picture, dtype=np.uint8)
