"""The one pass over the pictures, with trackers that read a face's place from the frame number in the picture."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import anatomy, looking
from analysis.framing import Framing
from analysis.hemiface import SIDE
from analysis.looking import Seen, look
from analysis.networks import POINTS, Mesh, Picture
from analysis.tracker import Face
from tests.synthetic_faces import SHAPE, face

WIDTH, HEIGHT = 128, 96
SIZE = 20.0
"""Of the faces here, as ``Framing.size``, px; their inter-iris distance is 31.5 px, their square 90 px."""
SQUARE_PX = 1.5 * 3 * SIZE
KEPT = list(anatomy.KEPT)
FACE = SHAPE[:, :2] * (1, -1)
"""(k, 2): what the fake network shows around the middle of a half-face picture."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    rgb: Picture
    time_s: float


@dataclass(frozen=True, kw_only=True)
class Place:
    x: float
    y: float
    scale: float = 1.0


Scene = Callable[[int], Sequence[Place]]


def shot(frame: int, time_s: float, width: int = WIDTH, height: int = HEIGHT) -> Shot:
    """A picture with texture, whose first pixel tells the frame."""
    coarse = np.random.default_rng(frame).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    rgb = np.asarray(cv2.resize(coarse, (width, height)), dtype=np.uint8)
    rgb[0, 0] = (frame // 256, frame % 256, 7)
    return Shot(rgb=rgb, time_s=time_s)


def shots(n: int, fps: float = 30.0) -> Iterator[Shot]:
    return (shot(k, k / fps) for k in range(n))


def sighting(place: Place) -> Face:
    framing = Framing(
        x=place.x, y=place.y, size=SIZE * place.scale, roll=0.0, middle=0.0, lean=0.0, extent=3.0, below=0.0
    )
    return replace(face(centre=(place.x, place.y), px_per_mm=0.5 * place.scale), framing=framing)


class FakeTracker:
    """Finds the faces of a scene, and the same face in every half-face picture."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.looked_at: list[tuple[int, bool]] = []

    def faces(self, rgb: Picture, *, closely: bool = False) -> list[Face]:
        high, low, mark = (int(value) for value in rgb[0, 0])
        assert mark == 7, "this picture is the wrong way round"
        frame = 256 * high + low
        self.looked_at.append((frame, closely))
        return [sighting(place) for place in self._scene(frame)]

    def mesh(self, square: Picture) -> Mesh:
        points = np.zeros((POINTS, 3), dtype=np.float32)
        points[KEPT, :2] = FACE + SIDE / 2
        return Mesh(points=points, presence=1.0)


class PictureReader(FakeTracker):
    """Sees another face in every half-face picture, after a while of its own."""

    def mesh(self, square: Picture) -> Mesh:
        time.sleep(float(square[128, 64, 0] % 4) / 2000)
        found = super().mesh(square)
        found.points[:, 1] += float(square.mean()) / 10
        return found


def alone(x: Callable[[int], float] = lambda _: 64.0, y: float = 48.0) -> Scene:
    return lambda frame: [Place(x=x(frame), y=y)]


def seen(pictures: Iterable[Shot], scene: Scene, *, trackers: int = 1, mirrored: bool = False) -> Seen:
    return look(pictures, [FakeTracker(scene) for _ in range(trackers)], mirrored=mirrored)


def centres(found: Seen) -> NDArray[np.float64]:
    """(n, 2): where the half-face pictures were cut."""
    return np.asarray(found.halves.mean(axis=1) - FACE.mean(axis=0) * SQUARE_PX / SIDE)


def with_halves(found: Seen) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(found.halves).all(axis=(1, 2)))


def threads_left() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("look")]


@pytest.mark.parametrize("fps", [1, 5, 10, 25, 29.97, 30, 60, 120, 240])
def test_every_frame_gets_halves_that_follow_a_moving_head(fps: float) -> None:
    n = min(100, int(3 * fps) + 1)
    found = seen(shots(n, fps), alone(lambda k: 50 + 10 * k / fps))
    assert with_halves(found).all()
    assert centres(found)[:, 0] == pytest.approx(50 + 10 * np.arange(n) / fps, abs=1e-3)
    assert centres(found)[:, 1] == pytest.approx(np.full(n, 48.0), abs=1e-3)
    assert found.times_s == pytest.approx(np.arange(n) / fps)


def test_a_variable_frame_rate_changes_nothing() -> None:
    times = np.cumsum(np.random.default_rng(0).uniform(0.005, 0.08, 80))
    found = seen((shot(k, t) for k, t in enumerate(times)), alone(lambda k: 40 + 10 * times[k]))
    assert with_halves(found).all()
    assert centres(found)[:, 0] == pytest.approx(40 + 10 * times, abs=1e-3)
    assert found.times_s == pytest.approx(times - times[0])


def test_a_clock_that_jumps_back_loses_no_frame_and_is_looked_at_from_there_on() -> None:
    times = [*np.arange(40) / 30, *np.arange(40) / 30]
    tracker = FakeTracker(alone())
    found = look((shot(k, t) for k, t in enumerate(times)), [tracker], mirrored=False)
    assert [frame for frame, _ in tracker.looked_at] == [*range(0, 40, 3), *range(40, 80, 3)]
    assert with_halves(found).all()
    assert centres(found)[:, 0] == pytest.approx(np.full(80, 64.0), abs=1e-3)


@pytest.mark.parametrize("fps", [30, 60, 120, 240])
def test_faces_are_looked_for_ten_times_a_second_and_closely_five_times(fps: int) -> None:
    tracker = FakeTracker(alone())
    look(shots(fps, fps), [tracker], mirrored=False)
    frames = [frame for frame, _ in tracker.looked_at]
    assert 10 <= len(frames) <= 11
    assert np.ptp(np.diff(frames)) == 0
    assert tracker.looked_at[0] == (0, True)
    assert 4 <= sum(closely for _, closely in tracker.looked_at) <= 5


def test_a_face_that_is_lost_for_a_while_has_no_halves_and_is_not_bridged() -> None:
    def scene(frame: int) -> list[Place]:
        if frame < 30:
            return [Place(x=40 + frame / 30, y=48)]
        return [] if frame < 45 else [Place(x=80 - (frame - 45) / 30, y=48)]

    found = seen(shots(90), scene)
    frames = np.arange(90)
    lost = (frames >= 30) & (frames < 45)
    assert np.array_equal(with_halves(found), ~lost)
    truth = np.where(frames < 30, 40 + frames / 30, 80 - (frames - 45) / 30)
    assert centres(found)[~lost, 0] == pytest.approx(truth[~lost], abs=1e-3)


@pytest.mark.parametrize(
    "after", [Place(x=74, y=48), Place(x=50, y=69), Place(x=50, y=48, scale=1.4), Place(x=50, y=48, scale=0.7)]
)
def test_a_cut_is_not_bridged(after: Place) -> None:
    """Before and after it each square is that of its own scene; between the looks about it there may be none."""
    before = Place(x=50, y=48)
    found = seen(shots(90), lambda frame: [before if frame < 45 else after])
    for frames, place in ((slice(0, 45), before), (slice(45, 90), after)):
        expected = FACE * SQUARE_PX * place.scale / SIDE + (place.x, place.y)
        there = found.halves[frames][np.isfinite(found.halves[frames]).all(axis=(1, 2))]
        assert len(there) >= 43
        assert there == pytest.approx(np.broadcast_to(expected, there.shape), abs=1e-3)


def test_a_quick_movement_is_no_cut() -> None:
    found = seen(shots(90), alone(lambda frame: 50.0 if frame < 45 else 68.0))
    there = centres(found)[:, 0]
    assert with_halves(found).all()
    assert ((there > 51) & (there < 67)).any()


@pytest.mark.parametrize("trackers", [2, 3])
def test_the_number_of_trackers_changes_no_bit(trackers: int) -> None:
    scene = alone(lambda frame: 50 + 0.2 * frame)

    def pass_with(n: int) -> Seen:
        return look(shots(120), [PictureReader(scene) for _ in range(n)], mirrored=False)

    one, several = pass_with(1), pass_with(trackers)
    assert with_halves(one).all()
    assert np.ptp(one.halves[:, 0, 1]) > 1, "the pictures must matter"
    for name in ("points", "iod_px", "yaw_deg", "pitch_deg", "roll_deg", "mouth_activity"):
        assert np.array_equal(getattr(one.track, name), getattr(several.track, name))
    assert np.array_equal(one.halves, several.halves)
    assert np.array_equal(one.times_s, several.times_s)
    assert np.array_equal(one.changes.levels, several.changes.levels, equal_nan=True)
    assert [(g.frame, g.square) for g in one.glimpses] == [(g.frame, g.square) for g in several.glimpses]
    assert all(np.array_equal(a.gray, b.gray) for a, b in zip(one.glimpses, several.glimpses, strict=True))


@pytest.mark.parametrize("trackers", [1, 2])
def test_few_crops_and_fewer_pictures_wait_however_fast_the_recording(
    trackers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three quarters of a second at 240 frames a second would be 180 crops."""
    crops: list[weakref.ref[looking._Crop]] = []
    pictures: list[weakref.ref[Picture]] = []
    most = {"crops": 0, "pictures": 0}
    original = looking._crop

    def counted(picture: looking._Arrived, frame: int, framing: Framing, *, keep: bool) -> looking._Crop:
        crop = original(picture, frame, framing, keep=keep)
        crops[:] = [kept for kept in crops if kept() is not None]
        crops.append(weakref.ref(crop))
        most["crops"] = max(most["crops"], len(crops))
        return crop

    def taken() -> Iterator[Shot]:
        for each in shots(480, 240):
            pictures[:] = [kept for kept in pictures if kept() is not None]
            pictures.append(weakref.ref(each.rgb))
            most["pictures"] = max(most["pictures"], len(pictures))
            yield each

    monkeypatch.setattr(looking, "_crop", counted)
    found = seen(taken(), alone(), trackers=trackers)
    assert with_halves(found).all()
    in_flight = looking._IN_FLIGHT * trackers
    in_hand = trackers + 2
    assert looking._WAITING <= most["crops"] <= looking._WAITING + in_flight + in_hand
    assert most["pictures"] <= in_flight + in_hand


def test_a_crop_does_not_keep_its_picture() -> None:
    picture = shot(0, 0.0, 640, 480)
    arrived = looking._Arrived(rgb=picture.rgb, time_s=0.0, faces=None)
    framing = sighting(Place(x=320, y=240)).framing
    assert framing is not None
    crop = looking._crop(arrived, 0, framing, keep=False)
    assert not np.shares_memory(crop.rgb, picture.rgb)
    assert crop.rgb.base is None or crop.rgb.base.nbytes <= crop.rgb.nbytes
    assert max(crop.rgb.shape) < 1.3 * SQUARE_PX


def test_glimpses_of_a_long_recording_are_thinned_and_still_spread_over_all_of_it() -> None:
    n = 700
    found = seen(shots(n, 10), alone())
    frames = [glimpse.frame for glimpse in found.glimpses]
    assert 100 <= len(frames) <= 300
    assert frames == sorted(set(frames))
    assert frames[0] == 0
    assert frames[-1] >= n - 10
    assert max(np.diff(frames)) <= 2 * np.median(np.diff(frames))


def test_a_short_recording_keeps_a_glimpse_of_every_look() -> None:
    found = seen(shots(90), alone())
    assert [glimpse.frame for glimpse in found.glimpses] == list(found.track.found_at)


class NetworkBrokeError(Exception):
    pass


class Breaking(FakeTracker):
    def __init__(self, *, at_faces: int | None = None, at_mesh: int | None = None) -> None:
        super().__init__(alone())
        self._at_faces, self._at_mesh = at_faces, at_mesh
        self._meshes = 0

    def faces(self, rgb: Picture, *, closely: bool = False) -> list[Face]:
        found = super().faces(rgb, closely=closely)
        if len(self.looked_at) == self._at_faces:
            raise NetworkBrokeError("faces")
        return found

    def mesh(self, square: Picture) -> Mesh:
        self._meshes += 1
        if self._meshes == self._at_mesh:
            raise NetworkBrokeError("mesh")
        return super().mesh(square)


@pytest.mark.parametrize("broken", ["faces", "mesh"])
@pytest.mark.parametrize("trackers", [1, 3])
def test_what_a_tracker_raises_is_passed_on_soon_and_the_threads_end(broken: str, trackers: int) -> None:
    taken = 0

    def counted() -> Iterator[Shot]:
        nonlocal taken
        for each in shots(600):
            taken += 1
            yield each

    at = {"at_faces": 3} if broken == "faces" else {"at_mesh": 3}
    with pytest.raises(NetworkBrokeError, match=broken):
        look(counted(), [Breaking(**at) for _ in range(trackers)], mirrored=False)
    assert taken < 200
    assert threads_left() == []


def test_a_network_that_breaks_at_the_very_last_picture_is_passed_on_too() -> None:
    with pytest.raises(NetworkBrokeError):
        look(shots(30), [Breaking(at_mesh=60)], mirrored=False)
    assert threads_left() == []


def test_what_the_pictures_raise_is_passed_on_and_the_threads_end() -> None:
    def damaged() -> Iterator[Shot]:
        yield from shots(20)
        raise NetworkBrokeError("the stream ends here")

    with pytest.raises(NetworkBrokeError, match="stream"):
        seen(damaged(), alone(), trackers=2)
    assert threads_left() == []


def test_no_thread_is_left_after_a_pass() -> None:
    seen(shots(10), alone(), trackers=2)
    assert threads_left() == []


def test_no_pictures() -> None:
    found = seen(iter(()), alone())
    assert found.times_s.shape == (0,)
    assert found.halves.shape == (0, len(KEPT), 2)
    assert found.track.points.shape == (0, len(KEPT), 3)
    assert found.glimpses == ()
    assert found.size == (0, 0)


def test_one_picture() -> None:
    found = seen([shot(0, 7.5)], alone())
    assert found.times_s.tolist() == [0.0]
    assert centres(found) == pytest.approx(np.array([[64.0, 48.0]]), abs=1e-3)
    assert [glimpse.frame for glimpse in found.glimpses] == [0]
    assert found.size == (WIDTH, HEIGHT)


def test_pictures_without_anybody() -> None:
    found = seen(shots(30), lambda _: [])
    assert not with_halves(found).any()
    assert not found.track.present.any()
    assert found.glimpses == ()


def test_a_mirrored_recording_is_turned_back_once_before_anything_looks_at_it() -> None:
    scene = alone(lambda frame: 40 + 0.3 * frame)
    turned = [Shot(rgb=np.ascontiguousarray(s.rgb[:, ::-1]), time_s=s.time_s) for s in shots(60)]
    plain, back = (
        look(pictures, [PictureReader(scene)], mirrored=mirrored)
        for pictures, mirrored in ((shots(60), False), (iter(turned), True))
    )
    assert with_halves(back).all()
    assert np.array_equal(plain.halves, back.halves)
    assert np.array_equal(plain.track.points, back.track.points)
    assert np.array_equal(plain.changes.from_last, back.changes.from_last, equal_nan=True)
    assert all(np.array_equal(a.gray, b.gray) for a, b in zip(plain.glimpses, back.glimpses, strict=True))
    assert tuple(turned[5].rgb[0, -1]) == (0, 5, 7), "the caller's pictures are not touched"


def test_a_larger_person_who_comes_later_does_not_take_over_the_halves() -> None:
    """For as long as the first has been seen larger and longer: 30 looks at 31 px against 10 at 57 px."""

    def scene(frame: int) -> list[Place]:
        first = Place(x=30, y=48)
        return [first] if frame < 60 else [Place(x=98, y=48, scale=1.8), first]

    found = seen(shots(90), scene)
    assert with_halves(found).all()
    assert centres(found)[:, 0] == pytest.approx(np.full(90, 30.0), abs=1e-3)
    assert found.track.bystander
    assert np.nanmax(np.abs(found.track.points[:, anatomy.ROW[168], 0] - 30)) < 1


def test_a_smaller_person_seen_alone_for_a_moment_does_not_mix_with_the_subject() -> None:
    def scene(frame: int) -> list[Place]:
        return [Place(x=100, y=30, scale=0.5)] if 30 <= frame < 36 else [Place(x=40, y=48)]

    found = seen(shots(90), scene)
    subject = found.track.present
    assert not subject[30:36].any()
    assert centres(found)[subject, 0] == pytest.approx(np.full(subject.sum(), 40.0), abs=1e-3)


def test_pictures_may_change_their_size_midway() -> None:
    def pictures() -> Iterator[Shot]:
        for k in range(60):
            yield shot(k, k / 30) if k < 30 else shot(k, k / 30, 2 * WIDTH, 2 * HEIGHT)

    found = seen(pictures(), lambda frame: [Place(x=64, y=48) if frame < 30 else Place(x=128, y=96, scale=2)])
    assert with_halves(found).all()
    assert found.size == (2 * WIDTH, 2 * HEIGHT)
    small, large = (FACE * SQUARE_PX * scale / SIDE + (64 * scale, 48 * scale) for scale in (1, 2))
    assert found.halves[:30] == pytest.approx(np.broadcast_to(small, (30, *small.shape)), abs=1e-3)
    assert found.halves[30:] == pytest.approx(np.broadcast_to(large, (30, *large.shape)), abs=1e-3)


def test_a_picture_that_is_only_narrower_than_the_last_look_said_is_measured_at_its_edge() -> None:
    """Between two looks the square may lie outside the next picture altogether."""
    pictures = (shot(k, k / 30) if k not in (31, 32) else shot(k, k / 30, 20, 16) for k in range(60))
    found = seen(pictures, alone())
    assert with_halves(found).all()


@pytest.mark.parametrize(("x", "y"), [(-10.0, 48.0), (150.0, 48.0), (64.0, -20.0), (64.0, 130.0), (500.0, 500.0)])
def test_a_face_that_leaves_the_picture_stops_nothing(x: float, y: float) -> None:
    found = seen(shots(20), alone(lambda _: x, y))
    assert with_halves(found).all()
    assert centres(found) == pytest.approx(np.broadcast_to([x, y], (20, 2)), abs=1e-2)


def test_a_face_larger_than_a_crop_may_be_is_found_in_the_same_place() -> None:
    scale = 1500 / SQUARE_PX
    pictures = (shot(k, k / 30, 1700, 1600) for k in range(4))
    found = seen(pictures, lambda frame: [Place(x=820 + 3 * frame, y=800, scale=scale)])
    first = FACE * SQUARE_PX * scale / SIDE + (820, 800)
    assert with_halves(found).all()
    assert found.halves[0] == pytest.approx(first, abs=0.02)
    assert found.halves[3] - found.halves[0] == pytest.approx(np.broadcast_to([9, 0], first.shape), abs=0.02)


def test_whoever_was_followed_first_lends_the_subject_no_half_of_their_face() -> None:
    """A larger person comes later and turns out to be the subject: frames in which the first was followed have no halves."""
    found = seen(shots(120), lambda f: [Place(x=30, y=48)] + ([Place(x=98, y=48, scale=1.8)] if f >= 30 else []))
    rows = [anatomy.ROW[point] for point in anatomy.STABLE]
    apart = np.linalg.norm(found.halves[:, rows].mean(axis=1) - found.track.points[:, rows, :2].mean(axis=1), axis=1)
    assert np.nanmax(apart / found.track.iod_px) < 0.5
    assert all(np.isfinite(found.halves[glimpse.frame]).all() for glimpse in found.glimpses)
