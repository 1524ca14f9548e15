"""The checks of the pictures on phantoms whose faults are known, and on a real hand before a real face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import anatomy, model
from analysis.cuts import ChangeMeter
from analysis.errors import ModelError
from analysis.litert_networks import LitertNetworks
from analysis.networks import Picture
from analysis.phantom import PORTRAIT, Phantom, Photograph, Scenario, grace_hopper
from analysis.phantom.presets import closure, smile
from analysis.phantom.scenario import Camera, Cut, Head, Obstacle, Thing
from analysis.picture_quality import LightSummary, PictureQuality, judge_pictures, look_at_face

FACES = Path(__file__).parents[2].parent / "shared" / "faces"
FPS = 10.0
MAX_BLUR = 0.048
CAMERA = Camera(fps=FPS)
CLEAN = Scenario(duration_s=2.4, movements=(smile(0.1, left=0.3), closure(0.3, right=1.0)), camera=CAMERA)
HALF = round(CLEAN.duration_s * FPS / 2)


@pytest.fixture(scope="module")
def networks() -> Iterator[LitertNetworks]:
    try:
        opened = LitertNetworks(model.default_path())
    except ModelError as error:
        pytest.skip(str(error))
    with opened:
        yield opened


@pytest.fixture(scope="module", params=["astronaut", "grace hopper"])
def photograph(request: pytest.FixtureRequest) -> Photograph:
    found = PORTRAIT if request.param == "astronaut" else grace_hopper()
    if found is None:
        pytest.skip("matplotlib's sample picture is not installed")
    return found


def judged(
    pictures: Iterable[Picture], networks: LitertNetworks, *, fps: float = FPS, every: int = 2
) -> PictureQuality:
    meter, looks, looked_at = ChangeMeter(), [], []
    points: list[NDArray[np.float64]] = []
    for frame, rgb in enumerate(pictures):
        meter.add(rgb)
        meshes = [sighting.mesh for sighting in networks.faces(rgb)]
        mesh = max(meshes, key=lambda found: float(np.ptp(found.points[:, 1])), default=None)
        kept = np.full((len(anatomy.KEPT), 3), np.nan)
        if mesh is not None:
            kept[:] = mesh.points[list(anatomy.KEPT)]
        points.append(kept)
        look = None if mesh is None or frame % every else look_at_face(rgb, mesh)
        if look is not None:
            looks.append(look)
            looked_at.append(frame)
    return judge_pictures(
        meter.changes(),
        looks,
        np.array(looked_at, dtype=np.int_),
        np.array(points, dtype=np.float64),
        np.arange(len(points)) / fps,
        max_blur_iod=MAX_BLUR,
    )


def filmed(scenario: Scenario, photograph: Photograph, networks: LitertNetworks) -> PictureQuality:
    return judged((rgb for rgb, _ in Phantom.of(scenario, photograph=photograph).frames()), networks)


def light(quality: PictureQuality) -> LightSummary:
    assert quality.light is not None
    return quality.light


@dataclass(frozen=True, kw_only=True)
class _Fired:
    mouth: tuple[int, int]
    eyes: tuple[int, int]
    glasses: int


def fired(quality: PictureQuality) -> _Fired:
    return _Fired(
        mouth=(int(quality.mouth_hidden_right.sum()), int(quality.mouth_hidden_left.sum())),
        eyes=(int(quality.eye_hidden_right.sum()), int(quality.eye_hidden_left.sum())),
        glasses=int(quality.dark_glasses.sum()),
    )


NOTHING = _Fired(mouth=(0, 0), eyes=(0, 0), glasses=0)


def test_a_good_recording_of_an_uneven_face(photograph: Photograph, networks: LitertNetworks) -> None:
    quality = filmed(CLEAN, photograph, networks)
    assert fired(quality) == NOTHING
    assert not quality.cut.any() and not quality.repeated.any() and not quality.blurred.any()
    seen = light(quality)
    assert seen.blur_iod < 0.03 and seen.noise_share < 0.05 and seen.white < 0.1 and seen.side_ratio > 0.4
    assert seen.highlights > 60


@pytest.mark.parametrize("thing", [Thing.HAND, Thing.MASK])
def test_a_covered_mouth(thing: Thing, photograph: Photograph, networks: LitertNetworks) -> None:
    half = replace(CLEAN, obstacles=(Obstacle(thing=thing, from_s=HALF / FPS),))
    quality = filmed(half, photograph, networks)
    assert quality.mouth_hidden_right[HALF + 2 :].all() and quality.mouth_hidden_left[HALF + 2 :].all()
    assert not quality.mouth_hidden[: HALF - 2].any()
    assert fired(quality).eyes == (0, 0) and fired(quality).glasses == 0


def test_a_mask_all_the_time(photograph: Photograph, networks: LitertNetworks) -> None:
    quality = filmed(replace(CLEAN, obstacles=(Obstacle(thing=Thing.MASK),)), photograph, networks)
    assert quality.mouth_hidden.all()


def test_sunglasses(photograph: Photograph, networks: LitertNetworks) -> None:
    quality = filmed(replace(CLEAN, obstacles=(Obstacle(thing=Thing.SUNGLASSES),)), photograph, networks)
    assert quality.dark_glasses.all()
    assert fired(quality).mouth == (0, 0)


def test_light_and_focus(photograph: Photograph, networks: LitertNetworks) -> None:
    def seen(camera: Camera) -> LightSummary:
        return light(filmed(Scenario(duration_s=0.6, camera=camera), photograph, networks))

    assert 0.03 < seen(replace(CAMERA, defocus_px=4)).blur_iod < MAX_BLUR < seen(replace(CAMERA, defocus_px=8)).blur_iod
    assert seen(replace(CAMERA, gain=0.25, noise_sd=4)).highlights < 60
    assert seen(replace(CAMERA, gain=0.25, noise_sd=4)).noise_share > 0.05
    assert seen(replace(CAMERA, gain=2)).white > 0.2
    assert seen(replace(CAMERA, shade=0.8)).side_ratio < 0.4


def test_out_of_focus_frames_are_blurred(networks: LitertNetworks) -> None:
    quality = filmed(
        replace(CLEAN, duration_s=0.6, movements=(), camera=replace(CAMERA, defocus_px=8)), PORTRAIT, networks
    )
    assert quality.blurred.all()


@pytest.mark.parametrize("cut", [Cut(at_s=1.2, dx_iod=0.3), Cut(at_s=1.2, scale=1.2)])
def test_a_cut(cut: Cut, networks: LitertNetworks) -> None:
    quality = filmed(replace(CLEAN, head=Head(cuts=(cut,))), PORTRAIT, networks)
    assert np.flatnonzero(quality.cut).tolist() == [HALF]


def test_a_black_recording_is_not_looked_at(networks: LitertNetworks) -> None:
    quality = judged([np.zeros((180, 320, 3), dtype=np.uint8)] * 5, networks)
    assert quality.light is None
    assert fired(quality) == NOTHING


def test_a_real_hand_before_a_real_mouth(networks: LitertNetworks) -> None:
    path = FACES / "pyfeat_WolfgangLanger_Pexels.mp4"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    quality = judged(islice(_film(path), 0, 330, 2), networks, fps=12, every=3)
    hidden = np.repeat(quality.mouth_hidden, 2)
    # she lifts the hand at 58 and takes it away at 228
    assert hidden[66:222].all()
    assert not hidden[:50].any() and not hidden[236:].any()
    assert not quality.mouth_hidden_left.any(), "the left corner is never covered"
    assert fired(quality).eyes == (0, 0) and fired(quality).glasses == 0
    assert not quality.cut.any() and not quality.blurred.any()


def _film(path: Path) -> Iterator[Picture]:
    film = cv2.VideoCapture(str(path))
    try:
        while True:
            more, bgr = film.read()
            if not more:
                return
            yield np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    finally:
        film.release()
