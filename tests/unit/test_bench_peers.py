from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut

from analysis import model
from dicom_io.encode import write_mp4
from dicom_io.frames import open_frames
from tests.bench.cores import on_cores
from tests.bench.peers import SYSTEMS, MediaPipe, Mode, PeerMissing, PythonOs
from tests.bench.reading import Picture, Reading, System, flipped
from tests.bench.speed import repeat

EVEN_FRAMES = 5


def _clip(frames: int = 3) -> Iterator[tuple[Picture, float]]:
    portrait: Picture = astronaut()[:300, 60:400]  # type: ignore[no-untyped-call]
    empty = np.zeros_like(portrait)
    for index in range(frames):
        yield portrait, index / 30
    yield empty, frames / 30


def _read(system: System) -> Reading:
    try:
        return system.read(_clip())
    except PeerMissing as error:
        pytest.skip(str(error))


def _needs_model() -> None:
    if not model.default_path().is_file():
        pytest.skip("the landmark model is not installed")


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_every_system_reads_the_same_face(system: str) -> None:
    _needs_model()
    reading = _read(SYSTEMS[system]())
    assert reading.seen.tolist() == [True, True, True, False]
    reference = _read(MediaPipe(mode=Mode.IMAGE))
    near = 0.25 * reference.iod_px
    for side in ("right", "left"):
        for structure in ("commissure", "upper_lid", "lower_lid", "brow", "outer_canthus", "inner_canthus"):
            read, there = (getattr(getattr(r, side), structure)[0] for r in (reading, reference))
            assert np.hypot(*(read - there)) < near, f"{side} {structure}"
    assert (reading.right.commissure[:3, 0] < reading.left.commissure[:3, 0]).all()
    assert reading.iod_px == pytest.approx(reference.iod_px, rel=0.1)


def test_in_a_mirror_the_sides_swap() -> None:
    _needs_model()
    plain = MediaPipe(mode=Mode.IMAGE).read(_clip())
    mirror = MediaPipe(mode=Mode.IMAGE).read(flipped(_clip())).flipped(340)
    assert np.hypot(*(plain.right.commissure[0] - mirror.right.commissure[0])) < 0.1 * plain.iod_px


def test_an_absent_peer_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str, package: str | None = None) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", none)
    with pytest.raises(PeerMissing, match="pip install dlib-bin face-recognition-models"):
        PythonOs().read(_clip())


@pytest.mark.parametrize("way", ["video", "vultus-2"])
def test_time_and_memory_on_some_cores(tmp_path: Path, way: str) -> None:
    _needs_model()
    clip = tmp_path / "clip.mp4"
    write_mp4(_clip(EVEN_FRAMES), clip, preset="veryfast")
    run = on_cores(way, clip)
    assert run.frames == EVEN_FRAMES + 1
    assert run.decode_ms is not None
    assert run.cpu_ms > run.decode_ms > 0
    assert run.peak_mib > 50


def test_a_recording_can_be_played_several_times_over(tmp_path: Path) -> None:
    clip, thrice = tmp_path / "clip.mp4", tmp_path / "thrice.mp4"
    write_mp4(_clip(EVEN_FRAMES), clip, preset="veryfast")
    repeat(clip, 3, thrice)
    with open_frames(clip) as once, open_frames(thrice) as long:
        one = [(frame.rgb, frame.time_s) for frame in once]
        three = [(frame.rgb, frame.time_s) for frame in long]
    assert len(three) == 3 * len(one)
    for index, (rgb, time_s) in enumerate(three):
        assert (rgb == one[index % len(one)][0]).all()
        assert time_s == pytest.approx(index / 30, abs=1e-3)
