"""The two engines against each other, and against what they promise."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from skimage import data

from analysis import anatomy, model, sampling
from analysis.errors import ModelError, ModelMissing, UnusablePicture
from analysis.litert_networks import LitertNetworks
from analysis.mediapipe_networks import MediaPipeNetworks
from analysis.networks import POINTS, FaceNetworks, Mesh, Picture, Sighting, roi_of
from analysis.pose import pose_of

FACES = Path(__file__).parents[2].parent / "shared" / "faces"
CLIPS = ("dynaface_video1-512.mp4", "intel_again.mkv", "pyfeat_WolfgangLanger_Pexels.mp4")
KEPT = list(anatomy.KEPT)


@pytest.fixture(scope="module", autouse=True)
def bundle() -> Path:
    try:
        model.verify(model.default_path())
    except ModelError as error:
        pytest.skip(str(error))
    return model.default_path()


@pytest.fixture(scope="module")
def litert(bundle: Path) -> Iterator[LitertNetworks]:
    with LitertNetworks(bundle) as networks:
        yield networks


@pytest.fixture(scope="module")
def mediapipe(bundle: Path) -> Iterator[MediaPipeNetworks]:
    with MediaPipeNetworks(bundle) as networks:
        yield networks


@pytest.fixture(params=["litert", "mediapipe"])
def engine(request: pytest.FixtureRequest) -> FaceNetworks:
    networks: FaceNetworks = request.getfixturevalue(request.param)
    return networks


@pytest.fixture(scope="module")
def portrait() -> Picture:
    """The head of a public-domain portrait, 280 x 280 pixels."""
    picture: Picture = np.ascontiguousarray(data.astronaut()[:280, 90:370])  # type: ignore[no-untyped-call]
    return picture


def iod_px(mesh: Mesh) -> float:
    right, left = (mesh.points[side.iris_centre, :2] for side in (anatomy.RIGHT, anatomy.LEFT))
    return float(np.hypot(*(left - right)))


def distance_pct_iod(one: Mesh, other: Mesh) -> np.ndarray:
    apart: np.ndarray = np.hypot(*(one.points - other.points)[:, :2].T) / iod_px(one) * 100
    return apart


def assert_same(reference: list[Sighting], found: list[Sighting], *, mean: float = 0.03, worst: float = 0.2) -> None:
    """Sensor noise of two gray values moves the points by 0.08 % IOD."""
    assert len(reference) == len(found) == 1
    apart = distance_pct_iod(reference[0].mesh, found[0].mesh)
    assert apart.mean() <= mean
    assert apart.max() <= worst
    assert reference[0].mouth_activity is not None
    assert found[0].mouth_activity == pytest.approx(reference[0].mouth_activity, abs=0.02)


@pytest.mark.parametrize("roll_deg", [0, 35, -60])
@pytest.mark.parametrize("width", [280, 460])
def test_the_engines_agree_on_the_portrait(
    litert: LitertNetworks, mediapipe: MediaPipeNetworks, portrait: Picture, roll_deg: int, width: int
) -> None:
    turn = cv2.getRotationMatrix2D((135, 120), roll_deg, 1)
    turn[:, 2] += np.array([width / 2 - 135, 20])
    picture = cv2.warpAffine(portrait, turn, (width, 280)).astype(np.uint8, copy=False)
    reference, found = mediapipe.faces(picture, mouth_activity=True), litert.faces(picture, mouth_activity=True)
    assert_same(reference, found)
    stretch = np.polyfit(found[0].mesh.points[:, 2], reference[0].mesh.points[:, 2], 1)[0]
    assert stretch == pytest.approx(1, abs=0.001 if width == 280 else 0.1)


def frames(clip: str, step: int) -> Iterator[Picture]:
    if not (FACES / clip).is_file():
        pytest.skip(f"{clip} is not here")
    with av.open(str(FACES / clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % step == 0:
                yield frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


@pytest.mark.parametrize("clip", CLIPS)
def test_the_engines_agree_on_real_recordings(litert: LitertNetworks, mediapipe: MediaPipeNetworks, clip: str) -> None:
    apart = []
    for picture in frames(clip, step=15):
        reference, found = mediapipe.faces(picture, mouth_activity=True), litert.faces(picture, mouth_activity=True)
        assert_same(reference, found)
        apart.append(distance_pct_iod(reference[0].mesh, found[0].mesh).mean())
    assert np.mean(apart) <= 0.02


def test_a_face_that_fills_the_frame(litert: LitertNetworks, mediapipe: MediaPipeNetworks, portrait: Picture) -> None:
    close = portrait[95:174, 102:168]
    assert litert._look(close, margin=0, border=sampling.REPLICATE) == []
    # 26 pixels between the irises
    assert_same(
        mediapipe.faces(close, mouth_activity=True), litert.faces(close, mouth_activity=True), mean=0.1, worst=0.3
    )


def test_the_margin_is_as_good_as_a_black_border(litert: LitertNetworks, portrait: Picture) -> None:
    close = portrait[95:174, 102:168]
    (face,) = litert.faces(close)
    bordered = cv2.copyMakeBorder(close, 39, 39, 39, 39, cv2.BORDER_CONSTANT).astype(np.uint8, copy=False)
    (expected,) = litert.faces(bordered)
    assert face.mesh.points[:, :2] + 39 == pytest.approx(expected.mesh.points[:, :2], abs=0.005)


def test_two_faces(engine: FaceNetworks, portrait: Picture) -> None:
    found = engine.faces(np.hstack([portrait, portrait[:, ::-1]]))
    centres = sorted(float(face.mesh.points[:, 0].mean()) for face in found)
    assert len(centres) == 2
    assert centres[0] + centres[1] == pytest.approx(560, abs=3)


def test_the_mouth_is_judged_only_on_request(engine: FaceNetworks, portrait: Picture) -> None:
    (face,) = engine.faces(portrait)
    assert face.mouth_activity is None
    assert face.mesh.points.shape == (POINTS, 3)
    assert face.mesh.points.dtype == np.float32
    assert face.mesh.presence > 0.5


@pytest.mark.parametrize("side", [200, 256, 400])
def test_the_mesh_of_an_upright_square(
    litert: LitertNetworks, mediapipe: MediaPipeNetworks, portrait: Picture, side: int
) -> None:
    (face,) = litert.faces(portrait)
    roi = roi_of(face.mesh)
    square = sampling.cut(portrait, roi, side=side, border=sampling.REPLICATE)
    alone, looked_for = litert.mesh(square), mediapipe.mesh(square)
    assert alone.presence > 0.5
    assert distance_pct_iod(alone, looked_for).mean() < 2
    back = Mesh(points=sampling.to_picture(alone.points, roi, side=side), presence=alone.presence)
    assert distance_pct_iod(face.mesh, back).mean() < 2
    assert distance_pct_iod(face.mesh, back).max() > 0


def test_a_square_as_the_network_wants_it_is_not_touched_again(litert: LitertNetworks, portrait: Picture) -> None:
    (face,) = litert.faces(portrait)
    roi = roi_of(face.mesh)
    direct = litert._mesh(portrait, roi, border=sampling.REPLICATE)
    square = sampling.cut(portrait, roi, side=256, border=sampling.REPLICATE)
    back = sampling.to_picture(litert.mesh(square).points, roi, side=256)
    assert back == pytest.approx(direct.points, abs=1e-3)


def test_no_face_in_a_square(engine: FaceNetworks) -> None:
    assert engine.mesh(np.zeros((256, 256, 3), dtype=np.uint8)).presence < 0.5


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (1, 2000), (2000, 1), (480, 640)])
@pytest.mark.parametrize("value", [0, 255])
def test_pictures_without_a_face(engine: FaceNetworks, shape: tuple[int, int], value: int) -> None:
    assert engine.faces(np.full((*shape, 3), value, dtype=np.uint8)) == []


def test_noise_is_no_face(engine: FaceNetworks) -> None:
    assert engine.faces(np.random.default_rng(1).integers(0, 256, (240, 320, 3), dtype=np.uint8)) == []


def test_a_huge_picture(litert: LitertNetworks, portrait: Picture) -> None:
    huge = np.zeros((6000, 8000, 3), dtype=np.uint8)
    assert litert.faces(huge) == []
    huge[1000:5480, 2000:6480] = cv2.resize(portrait, (4480, 4480), interpolation=cv2.INTER_CUBIC)
    (face,) = litert.faces(huge)
    (plain,) = litert.faces(portrait)
    placed = Mesh(points=plain.mesh.points * 16 + np.array([2000, 1000, 0], dtype=np.float32), presence=1)
    assert distance_pct_iod(placed, face.mesh).mean() < 2.5


@pytest.mark.parametrize("picture", [np.zeros((64, 64), dtype=np.uint8), np.zeros((64, 64, 3), dtype=np.float64)])
def test_what_is_no_picture_is_refused(engine: FaceNetworks, picture: Picture) -> None:
    with pytest.raises(UnusablePicture):
        engine.faces(picture)
    with pytest.raises(UnusablePicture):
        engine.mesh(picture)


def test_an_oblong_is_no_square(engine: FaceNetworks) -> None:
    with pytest.raises(UnusablePicture, match="not square"):
        engine.mesh(np.zeros((256, 255, 3), dtype=np.uint8))


def test_a_view_of_a_picture_will_do(engine: FaceNetworks, portrait: Picture) -> None:
    (mirrored,) = engine.faces(portrait[:, ::-1])
    (copied,) = engine.faces(np.ascontiguousarray(portrait[:, ::-1]))
    assert (mirrored.mesh.points == copied.mesh.points).all()


def test_the_colours_are_not_swapped(engine: FaceNetworks, portrait: Picture) -> None:
    (right,), (swapped,) = engine.faces(portrait), engine.faces(portrait[..., ::-1])
    assert distance_pct_iod(right.mesh, swapped.mesh).mean() > 0.1


def test_there_must_be_a_bundle(tmp_path: Path) -> None:
    for engine in (LitertNetworks, MediaPipeNetworks):
        with pytest.raises(ModelMissing):
            engine(tmp_path / "none.task")


def test_closing_twice_is_no_mistake(bundle: Path) -> None:
    for engine in (LitertNetworks, MediaPipeNetworks):
        networks = engine(bundle)
        networks.close()
        networks.close()


FINGERPRINT = """
import hashlib, sys
from pathlib import Path
import numpy as np
from skimage import data
from analysis.litert_networks import LitertNetworks
digest = hashlib.sha256()
with LitertNetworks(Path(sys.argv[1])) as networks:
    for step in range(4):
        for face in networks.faces(data.astronaut()[step:280, 90 + step:370], mouth_activity=True):
            digest.update(face.mesh.points.tobytes())
            digest.update(np.float64([face.mesh.presence, face.mouth_activity]).tobytes())
print(digest.hexdigest())
"""


def fingerprint(networks: LitertNetworks, portrait: Picture) -> str:
    digest = hashlib.sha256()
    for step in range(4):
        for face in networks.faces(portrait[step:, step:], mouth_activity=True):
            digest.update(face.mesh.points.tobytes())
            digest.update(np.array([face.mesh.presence, face.mouth_activity], dtype=np.float64).tobytes())
    return digest.hexdigest()


def test_the_same_bits_from_every_instance_thread_and_process(
    litert: LitertNetworks, bundle: Path, portrait: Picture
) -> None:
    expected = fingerprint(litert, portrait)
    assert fingerprint(litert, portrait) == expected
    with LitertNetworks(bundle) as one, LitertNetworks(bundle) as two:
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda n=networks: found.append(fingerprint(n, portrait)))
            for networks in (one, two)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [expected, expected]
    child = subprocess.run(
        [sys.executable, "-c", FINGERPRINT, str(bundle)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert child.stdout.strip() == expected


def test_a_run_of_the_networks_lets_other_threads_run(litert: LitertNetworks, portrait: Picture) -> None:
    """Python switches threads that hold it every 5 ms by itself; with that off, only a network that lets go lets others in."""
    turns = 0
    done = threading.Event()

    def count() -> None:
        nonlocal turns
        while not done.wait(0.0002):
            turns += 1

    interval = sys.getswitchinterval()
    other = threading.Thread(target=count)
    other.start()
    sys.setswitchinterval(60)
    try:
        before = turns
        for _ in range(20):
            litert._landmarks.run(np.zeros((256, 256, 3), dtype=np.float32))
        seen = turns - before
    finally:
        sys.setswitchinterval(interval)
        done.set()
        other.join()
    assert seen >= 10


def test_importing_the_engine_does_not_load_the_runtime() -> None:
    check = (
        "import sys, analysis.litert_networks, analysis.mediapipe_networks;"
        "print({'mediapipe', 'ai_edge_litert'} & set(sys.modules))"
    )
    child = subprocess.run(
        [sys.executable, "-c", check],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert child.stdout.strip() == "set()"


def test_the_turn_agrees_with_mediapipes_own_where_the_face_is_in_the_middle(
    litert: LitertNetworks, bundle: Path, portrait: Picture
) -> None:
    """Away from the middle they part: MediaPipe's angles are to the camera's axis, ours to the line of sight."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)), output_facial_transformation_matrixes=True
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        answer = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(portrait)))
    matrix = answer.facial_transformation_matrixes[0][:3, :3]
    yaw, pitch, roll = Rotation.from_matrix(matrix).as_euler("YXZ", degrees=True)
    (face,) = litert.faces(portrait)
    pose = pose_of(face.mesh)
    assert pose.yaw_deg == pytest.approx(yaw, abs=4)
    assert pose.pitch_deg == pytest.approx(pitch, abs=7)
    assert pose.roll_deg == pytest.approx(roll, abs=3)


def test_the_turn_does_not_depend_on_the_place_in_the_picture(litert: LitertNetworks, portrait: Picture) -> None:
    turns = []
    for left in (0, 280):
        wide = cv2.copyMakeBorder(portrait, 0, 0, left, 280 - left, cv2.BORDER_REPLICATE).astype(np.uint8, copy=False)
        (face,) = litert.faces(wide)
        found = pose_of(face.mesh)
        turns.append(Rotation.from_euler("YXZ", [found.yaw_deg, found.pitch_deg, found.roll_deg], degrees=True))
    assert np.degrees((turns[0].inv() * turns[1]).magnitude()) < 1
