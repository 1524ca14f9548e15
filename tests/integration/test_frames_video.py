"""Video files and video objects: every container and codec, true times, uprightness, colour, constant memory."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import (
    HEVCMP51,
    MPEG2MPML,
    MPEG4HP41,
    MPEG4HP41BD,
    MPEG4HP41F,
    UID,
    ExplicitVRLittleEndian,
)

from dicom_io.encode import write_mp4
from dicom_io.errors import UnreadableInput
from dicom_io.frames import Frame, FrameStream, open_frames
from tests.integration.recordings import EVEN, HEIGHT, UNEVEN, WIDTH, encode, picture, save, timed, video_object

# Four colours through 4:2:0 and back: rounding twice, and coding loss.
TOLERANCE = 14
FACES = Path(__file__).parents[2].parent / "shared" / "faces"


def read(path: Path) -> tuple[FrameStream, list[Frame]]:
    with open_frames(path, threads=1) as stream:
        frames = list(stream)
    return stream, frames


def corners(rgb: np.ndarray) -> list[tuple[int, ...]]:
    """The colours at the quarter points: top left, top right, bottom left, bottom right."""
    height, width = rgb.shape[:2]
    return [tuple(map(int, rgb[y, x])) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]


def assert_corners(rgb: np.ndarray, expected: list[tuple[int, ...]]) -> None:
    assert np.abs(np.array(corners(rgb)) - np.array(expected)).max() <= TOLERANCE


RED, GREEN, BLUE, GREY = corners(picture(0))


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp4", "libx264"),
        ("mov", "libx265"),
        ("matroska", "libx264"),
        ("avi", "mpeg4"),
        ("mpegts", "libx264"),
        ("mpeg", "mpeg2video"),
        ("h264", "libx264"),
        ("hevc", "libx265"),
        ("mpeg2video", "mpeg2video"),
    ],
)
def test_every_container_gives_all_frames_their_times_and_colours(tmp_path: Path, container: str, codec: str) -> None:
    # No name: the content alone decides.
    stream, frames = read(encode(tmp_path / "clip", container, codec))
    assert stream.info.kind == "video"
    assert (stream.info.width, stream.info.height) == (WIDTH, HEIGHT)
    assert stream.info.timestamps == "file"
    assert stream.info.fps == pytest.approx(30, rel=1e-3)
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx(EVEN, abs=0.0011)
    assert_corners(frames[0].rgb, [RED, GREEN, BLUE, GREY])
    assert_corners(frames[11].rgb, corners(picture(11)))
    assert stream.warnings == ()


@pytest.mark.parametrize(("container", "codec"), [("mp4", "libx264"), ("matroska", "libx264"), ("mpegts", "libx264")])
def test_variable_times_are_the_files(tmp_path: Path, container: str, codec: str) -> None:
    _, frames = read(encode(tmp_path / "clip", container, codec, times=UNEVEN))
    assert [frame.time_s for frame in frames] == pytest.approx(UNEVEN, abs=0.0006)


def test_an_animated_gif_is_a_video(tmp_path: Path) -> None:
    path = encode(tmp_path / "clip", "gif", "gif", pixels="rgb8")
    stream, frames = read(path)
    assert stream.info.kind == "video"
    assert len(frames) == 12
    assert frames[-1].time_s == pytest.approx(EVEN[-1], abs=0.02)


def test_a_bare_stream_without_a_rate_is_marked_as_assumed(tmp_path: Path) -> None:
    path = encode(tmp_path / "clip", "hevc", "libx265", options={"x265-params": "vui-timing-info=0"})
    stream, frames = read(path)
    assert (stream.info.timestamps, stream.info.fps) == ("assumed", 25.0)
    assert len(frames) == 12
    assert "assumed" in stream.warnings[0]


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        (90, [GREEN, GREY, RED, BLUE]),
        (180, [GREY, BLUE, GREEN, RED]),
        (-90, [BLUE, RED, GREY, GREEN]),
    ],
)
def test_rotated_recordings_come_upright(tmp_path: Path, degrees: int, expected: list[tuple[int, ...]]) -> None:
    path = tmp_path / "clip"
    write_mp4(timed(EVEN), path, rotation_degrees=degrees)
    stream, frames = read(path)
    assert frames[0].rgb.shape == (stream.info.height, stream.info.width, 3)
    assert (stream.info.width > stream.info.height) == (degrees == 180)
    assert_corners(frames[0].rgb, expected)


@pytest.mark.parametrize(
    ("aspect", "size"),
    [(Fraction(16, 11), (233, HEIGHT)), (Fraction(8, 9), (WIDTH, 108)), (Fraction(1), (WIDTH, HEIGHT))],
)
def test_pixels_come_square(tmp_path: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    stream, frames = read(encode(tmp_path / "clip", "mp4", "libx264", pixel_aspect=aspect))
    assert (stream.info.width, stream.info.height) == size
    assert_corners(frames[0].rgb, [RED, GREEN, BLUE, GREY])


def test_widths_that_decoders_pad_come_contiguous(tmp_path: Path) -> None:
    _, frames = read(encode(tmp_path / "clip", "mp4", "libx264", size=(154, 90)))
    assert frames[0].rgb.shape == (90, 154, 3)
    assert frames[0].rgb.flags.c_contiguous
    assert_corners(frames[0].rgb, [RED, GREEN, BLUE, GREY])


def test_the_objects_pixel_aspect_goes_before_the_streams(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip", "mp4", "libx264", pixel_aspect=Fraction(2))
    # PS3.3 C.7.6.3.1.7: vertical size first.
    stream, _ = read(save(video_object(clip.read_bytes(), PixelAspectRatio=[4, 3]), tmp_path / "object"))
    assert (stream.info.width, stream.info.height) == (WIDTH, HEIGHT * 4 // 3)


def test_high_definition_without_a_matrix_is_bt709(tmp_path: Path) -> None:
    path = tmp_path / "clip"
    write_mp4(timed(EVEN[:2], width=1280, height=720), path)
    _, frames = read(path)
    assert_corners(frames[0].rgb, [RED, GREEN, BLUE, GREY])


def test_interlaced_pictures_lose_their_comb_and_keep_their_times(tmp_path: Path) -> None:
    def woven(index: int, *, width: int, height: int) -> np.ndarray:
        """A bright bar that moves between the two fields of each picture."""
        rgb = np.full((height, width, 3), 40, np.uint8)
        for field in (0, 1):
            left = 12 * index + 6 * field
            rgb[field::2, left : left + 24] = 220
        return rgb

    path = encode(tmp_path / "clip", "mp4", "libx264", options={"x264-params": "tff=1", "crf": "5"}, draw=woven)
    _, frames = read(path)
    assert [frame.time_s for frame in frames] == pytest.approx(EVEN)

    def comb(rgb: np.ndarray) -> float:
        return float(np.abs(np.diff(rgb[..., 1].astype(int), axis=0)).mean())

    assert comb(frames[5].rgb) < 0.25 * comb(woven(5, width=WIDTH, height=HEIGHT))


@pytest.mark.parametrize(
    ("container", "codec", "syntax"),
    [
        ("mp4", "libx264", MPEG4HP41),
        ("mpegts", "libx264", MPEG4HP41BD),
        ("h264", "libx264", MPEG4HP41),
        ("mp4", "libx265", HEVCMP51),
        ("mpeg", "mpeg2video", MPEG2MPML),
    ],
)
@pytest.mark.parametrize("fragments", [1, 7])
def test_video_objects_of_every_family(tmp_path: Path, container: str, codec: str, syntax: UID, fragments: int) -> None:
    clip = encode(tmp_path / "clip", container, codec)
    ds = video_object(clip.read_bytes(), syntax=syntax, fragments=fragments, FrameTime="40", NumberOfFrames=12)
    stream, frames = read(save(ds, tmp_path / "object"))
    assert stream.info.kind == "video"
    assert stream.info.fps == pytest.approx(25)
    assert [frame.time_s for frame in frames] == pytest.approx([index / 25 for index in range(12)], abs=1e-3)
    assert_corners(frames[11].rgb, corners(picture(11)))
    assert any("disagrees" in sentence for sentence in stream.warnings)


def test_fragmentable_and_unencapsulated_objects(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip", "mp4", "libx264")
    ds = video_object(clip.read_bytes(), syntax=MPEG4HP41F, fragments=30)
    assert len(read(save(ds, tmp_path / "fragmentable"))[1]) == 12
    # A writer that forgot to encapsulate: same header, native value.
    native = video_object(clip.read_bytes(), syntax=ExplicitVRLittleEndian)
    native.PixelData = clip.read_bytes() + b"\0" * (clip.stat().st_size % 2)
    native["PixelData"].is_undefined_length = False
    data = save(native, tmp_path / "native").read_bytes()
    claimed = data.replace(_uid(ExplicitVRLittleEndian), _uid(MPEG4HP41 + "\0"), 1)
    grown = len(claimed) - len(data)
    claimed = claimed[:140] + (int.from_bytes(claimed[140:144], "little") + grown).to_bytes(4, "little") + claimed[144:]
    path = tmp_path / "claimed"
    path.write_bytes(claimed)
    stream, frames = read(path)
    assert len(frames) == 12
    assert "not encapsulated" in stream.warnings[0]


def _uid(uid: str) -> bytes:
    padded = uid.encode() + b"\0" * (len(uid) % 2)
    return b"\x02\x00\x10\x00UI" + len(padded).to_bytes(2, "little") + padded


def test_frame_time_vector_and_variable_stream(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip", "mp4", "libx264", times=UNEVEN)
    vector = [0, *np.diff(UNEVEN) * 500]
    ds = video_object(clip.read_bytes(), FrameTimeVector=[f"{step:.6g}" for step in vector], NumberOfFrames=10)
    stream, frames = read(save(ds, tmp_path / "vector"))
    assert [frame.time_s for frame in frames] == pytest.approx([time / 2 for time in UNEVEN], abs=1e-4)
    ds = video_object(clip.read_bytes(), FrameTime="100", NumberOfFrames=10)
    stream, frames = read(save(ds, tmp_path / "nominal"))
    assert [frame.time_s for frame in frames] == pytest.approx(UNEVEN, abs=1e-4)
    assert "nominal" in stream.info.time_source


def test_frames_are_counted_by_decoding(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip", "mp4", "libx264")
    stream, frames = read(save(video_object(clip.read_bytes(), NumberOfFrames=999), tmp_path / "object"))
    assert (len(frames), stream.frames_delivered, stream.frames_declared) == (12, 12, 999)
    assert "12 of 999 declared frames could be decoded" in stream.warnings


def test_a_stream_that_ends_early_gives_what_it_has(tmp_path: Path) -> None:
    path = encode(tmp_path / "clip", "matroska", "libx264", times=[index / 30 for index in range(90)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    _, frames = read(path)
    assert 5 < len(frames) < 90


def test_damage_in_the_middle_costs_frames_not_the_times_of_the_others(tmp_path: Path) -> None:
    times = [index / 30 for index in range(60)]
    path = encode(tmp_path / "clip", "mp4", "libx264", times=times, options={"g": "5", "bf": "0"})
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4 + (len(data) - data.index(b"mdat")) // 3
    data[start : start + 300] = bytes(np.random.default_rng(3).integers(0, 256, 300, dtype=np.uint8))
    path.write_bytes(data)
    _, frames = read(path)
    assert 30 < len(frames) <= 60
    found = np.array([frame.time_s for frame in frames])
    assert (np.diff(found) > 0).all()
    assert np.abs(found * 30 - np.round(found * 30)).max() < 0.02
    assert found[-1] == pytest.approx(times[-1], abs=0.2)


def test_a_stream_is_read_once(tmp_path: Path) -> None:
    with open_frames(encode(tmp_path / "clip", "mp4", "libx264")) as stream:
        assert len(list(stream)) == 12
        with pytest.raises(UnreadableInput, match="already"):
            iter(stream)
    stream.close()


_READER = """
import sys
from pathlib import Path
from dicom_io.frames import open_frames
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
with open_frames(Path(sys.argv[1]), threads=1) as stream:
    frames = iter(stream)
    for _ in range(100):
        next(frames)
    early, count = peak(), 100
    for frame in frames:
        count += 1
print(count, peak() - early)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_length_or_file_size(tmp_path: Path) -> None:
    clip = encode(
        tmp_path / "clip",
        "mpegts",
        "libx264",
        times=[index / 25 for index in range(3000)],
        options={"preset": "ultrafast"},
    )
    # A whole clip of nothing but padding behind it: a reader that loads the value would need 96 MiB for it.
    padding = (b"\x47\x1f\xff\x10" + b"\xff" * 184) * (96 * 1024 * 1024 // 188)
    ds = video_object(clip.read_bytes() + padding, syntax=MPEG4HP41BD, fragments=3)
    path = save(ds, tmp_path / "object")
    answer = subprocess.run(
        [sys.executable, "-c", _READER, str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    count, growth = map(int, answer.stdout.split())
    assert count == 3000
    assert growth < 16 * 1024 * 1024


@pytest.mark.skipif(not FACES.exists(), reason="the face recordings are not beside this tree")
@pytest.mark.parametrize(
    ("name", "count", "fps", "size"),
    [
        ("dynaface_video1-512.mp4", 150, 30, (480, 480)),
        ("pyfeat_WolfgangLanger_Pexels.mp4", 472, 24000 / 1001, (640, 360)),
        ("intel_again.mkv", 77, 30, (640, 480)),
        ("intel_head-pose-face-detection-male.gif", 62, 12, (480, 270)),
    ],
)
def test_real_recordings(name: str, count: int, fps: float, size: tuple[int, int]) -> None:
    with open_frames(FACES / name) as stream:
        assert (stream.info.width, stream.info.height) == size
        assert stream.info.fps == pytest.approx(fps, rel=2e-3)
        assert sum(1 for _ in stream) == count


def test_an_object_without_cine_module_has_the_times_of_its_stream(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip", "mp4", "libx264", times=UNEVEN)
    stream, frames = read(save(video_object(clip.read_bytes()), tmp_path / "object"))
    assert stream.info.time_source == "presentation timestamps of the video stream"
    assert [frame.time_s for frame in frames] == pytest.approx(UNEVEN, abs=1e-4)
