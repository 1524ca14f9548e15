"""Where a real head is in each picture, and where the midline of its face: what spliced clips are cut along.

Coordinates of the head are complex numbers, x (real) to the subject's left and y (imaginary) down, 1 being the median distance
between the eyes' centres. All of it comes from a plain tracker, smoothed over time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from tests.bench.reading import Complex, Points, Values, as_complex

_HEAD: Final = (33, 133, 263, 362, 168, 6, 197)
_RIGHT_EYE: Final = [33, 133]
_LEFT_EYE: Final = [263, 362]
_MIDLINE: Final = (9, 8, 168, 6, 197, 195, 5, 4, 2, 0, 17, 152)
HEAD_SIGMA_S: Final = 0.15
MIDLINE_SIGMA_S: Final = 0.5
JITTER_IOD: Final = 0.01
"""RMS of the slow error that is put upon the midline, so that no method which finds the same midline is favoured."""
_JITTER_HZ: Final = (0.13, 0.29, 0.47)


@dataclass(frozen=True, kw_only=True, eq=False)
class HeadTrack:
    """The head in n pictures: head coordinates h lie at ``turn * h + shift`` px; ``turn`` also holds the scale.

    The midline runs through ``offset`` along ``tilt * i``: mirror coordinates m, whose real part is the distance from it, lie
    at h = ``tilt * m + offset``.
    """

    turn: Complex
    shift: Complex
    tilt: Complex
    offset: Values

    def to_head(self, picture: int, z: Complex) -> Complex:
        """Picture coordinates x + iy, px, to head coordinates."""
        return np.asarray((z - self.shift[picture]) / self.turn[picture])

    def to_picture(self, picture: int, h: Complex) -> Complex:
        """The inverse."""
        return np.asarray(self.turn[picture] * h + self.shift[picture])

    def to_mirror(self, picture: int, h: Complex) -> Complex:
        """Head coordinates to mirror coordinates."""
        return np.asarray((h - self.offset[picture]) / self.tilt[picture])

    def from_mirror(self, picture: int, m: Complex) -> Complex:
        """The inverse."""
        return np.asarray(self.tilt[picture] * m + self.offset[picture])


def track_head(meshes: Points, fps: float, *, seed: int = 0, jitter_iod: float = JITTER_IOD) -> HeadTrack:
    """Follow the head through landmarks (n, 478, 2), px, none missing."""
    z = as_complex(meshes)
    right, left = z[:, _RIGHT_EYE].mean(axis=1), z[:, _LEFT_EYE].mean(axis=1)
    turn, shift = left - right, (left + right) / 2
    head = z[:, _HEAD]
    mean = ((head - shift[:, None]) / turn[:, None]).mean(axis=0)
    for _ in range(3):
        turn, shift = _fit(mean, head)
        mean = ((head - shift[:, None]) / turn[:, None]).mean(axis=0)
    turn, shift = _smooth(turn, HEAD_SIGMA_S * fps), _smooth(shift, HEAD_SIGMA_S * fps)
    middle = (z[:, _MIDLINE] - shift[:, None]) / turn[:, None]
    lines = np.array([np.polyfit(points.imag, points.real, 1) for points in middle])
    lines = gaussian_filter1d(lines, MIDLINE_SIGMA_S * fps, axis=0, mode="nearest")
    time_s = np.arange(len(z)) / fps
    return HeadTrack(
        turn=turn,
        shift=shift,
        tilt=np.exp(-1j * np.arctan(lines[:, 0])),
        offset=lines[:, 1] + slow_error(time_s, rms=jitter_iod, seed=seed),
    )


def slow_error(time_s: Values, *, rms: float, seed: int) -> Values:
    """(n,) a sum of slow sinusoids with random phases."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(_JITTER_HZ))
    waves = [np.sin(2 * np.pi * hz * time_s + phase) for hz, phase in zip(_JITTER_HZ, phases, strict=True)]
    return np.asarray(rms * np.sqrt(2 / len(waves)) * np.sum(waves, axis=0))


def _fit(mean: Complex, head: Complex) -> tuple[Complex, Complex]:
    """Least-squares similarities (n,), (n,) that carry the mean shape (k,) to each (n, k)."""
    centre, middle = head.mean(axis=1), mean.mean()
    shape = mean - middle
    turn = (head - centre[:, None]) @ np.conj(shape) / (np.abs(shape) ** 2).sum()
    return turn, centre - turn * middle


def _smooth(values: Complex, sigma: float) -> Complex:
    real, imaginary = (gaussian_filter1d(part, sigma, mode="nearest") for part in (values.real, values.imag))
    return np.asarray(real + 1j * imaginary)
