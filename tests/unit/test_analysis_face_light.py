"""Focus, light and noise of a made-up face whose blur is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import anatomy
from analysis.face_light import FaceLight, look_at
from analysis.networks import POINTS, Mesh

IOD_PX = 128.0
SIZE = 400
CENTRE = np.array([200.0, 180.0])
Picture = NDArray[np.uint8]


def mesh(scale: float = 1.0, shift: tuple[float, float] = (0, 0)) -> Mesh:
    """All points on an oval about the eyes, the irises and the places for the light of either side where they belong."""
    angle = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    points = CENTRE + np.array([0, 30]) + np.stack([130 * np.cos(angle), 160 * np.sin(angle)], axis=1)
    points[anatomy.RIGHT.iris_centre] = CENTRE - np.array([IOD_PX / 2, 0])
    points[anatomy.LEFT.iris_centre] = CENTRE + np.array([IOD_PX / 2, 0])
    for places, sign in (((50, 101, 205, 104), -1), ((280, 330, 425, 333), 1)):
        for place, (dx, dy) in zip(places, ((60, 60), (50, 40), (50, 90), (50, -70)), strict=True):
            points[place] = CENTRE + np.array([sign * dx, dy])
    flat = np.column_stack([points * scale + shift, np.zeros(POINTS)])
    return Mesh(points=flat.astype(np.float32), presence=1.0)


def picture(blur_px: float = 0.0, *, noise: float = 0.0, gain: float = 1.0, motion_px: int = 0) -> Picture:
    """Skin with a dark box for each eye and a dark chin, blurred by a known Gaussian."""
    drawn = np.full((SIZE, SIZE), 170, dtype=np.float32)
    drawn[int(CENTRE[1]) + 120 :] = 90
    for sign in (-1, 1):
        x, y = (CENTRE + np.array([sign * IOD_PX / 2, 0])).astype(int)
        drawn[y - 12 : y + 13, x - 26 : x + 27] = 60
    if blur_px:
        drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), blur_px), dtype=np.float32)
    if motion_px:
        drawn = np.asarray(cv2.blur(drawn, (1, motion_px)), dtype=np.float32)
    drawn = drawn * gain + np.random.default_rng(0).normal(0, noise, drawn.shape).astype(np.float32)
    return np.repeat(np.clip(np.rint(drawn), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def look(rgb: Picture, at: Mesh | None = None) -> FaceLight:
    seen = look_at(rgb, at or mesh())
    assert seen is not None
    return seen


@pytest.mark.parametrize("blur_px", [3.0, 4.0, 6.0])
def test_blur_is_the_gaussian_that_was_applied(blur_px: float) -> None:
    seen = look(picture(blur_px))
    assert seen.blur_px == pytest.approx(blur_px, rel=0.15)
    assert seen.blur_iod == pytest.approx(blur_px / IOD_PX, rel=0.15)


def test_blur_does_not_depend_on_noise_light_or_size() -> None:
    clean = look(picture(4)).blur_iod
    assert look(picture(4, noise=5)).blur_iod == pytest.approx(clean, rel=0.08)
    assert look(picture(4, gain=0.3)).blur_iod == pytest.approx(clean, rel=0.08)
    for scale in (0.5, 3.0):
        interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        scaled = np.asarray(
            cv2.resize(picture(4), None, fx=scale, fy=scale, interpolation=interpolation), dtype=np.uint8
        )
        assert look(scaled, mesh(scale)).blur_iod == pytest.approx(clean, rel=0.12)


def test_movement_in_one_direction_is_blur() -> None:
    assert look(picture(1)).blur_iod < 0.02 < 0.03 < look(picture(1, motion_px=16)).blur_iod


def test_a_face_without_any_edge_is_blurred() -> None:
    assert look(np.full((SIZE, SIZE, 3), 128, dtype=np.uint8)).blur_iod > 0.1


@pytest.mark.parametrize("noise", [2.0, 6.0, 15.0])
def test_noise_is_that_of_a_pixel(noise: float) -> None:
    assert look(picture(3, noise=noise)).noise == pytest.approx(noise, rel=0.15)


def test_the_share_of_noise_is_that_of_light_and_sensor() -> None:
    assert look(picture(3, noise=2)).noise_share == pytest.approx(
        look(picture(3, noise=1, gain=0.5)).noise_share, rel=0.2
    )


def test_light() -> None:
    assert look(picture(2)).highlights == pytest.approx(170, abs=3)
    assert look(picture(2, gain=0.25)).highlights == pytest.approx(42, abs=3)
    assert look(picture(2, gain=0.25)).white == 0
    assert look(picture(2, gain=3)).white > 0.8
    assert look(picture(2, gain=0.02)).black > 0.9


def test_side_light() -> None:
    shaded = picture(2)
    shaded[:, : SIZE // 2] = shaded[:, : SIZE // 2] // 3
    assert look(picture(2)).side_ratio == pytest.approx(1, abs=0.05)
    assert look(shaded).side_ratio == pytest.approx(1 / 3, abs=0.05)


def test_a_face_that_is_mostly_outside_is_not_looked_at() -> None:
    assert look_at(picture(2), mesh(shift=(-150, 0))) is None
    assert look_at(picture(2), mesh(shift=(0, 230))) is None
    assert look_at(picture(2), mesh(shift=(-1000, -1000))) is None
    assert look_at(picture(2), mesh(shift=(1000, 0))) is None


def test_a_face_of_a_few_pixels_does_not_fail() -> None:
    tiny = np.asarray(cv2.resize(picture(2), (12, 12), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert look(tiny, mesh(0.03)).highlights > 0
