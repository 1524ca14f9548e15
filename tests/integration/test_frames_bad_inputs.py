"""Whatever is wrong with a file, it ends in one sentence from the package's own error tree."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit

from dicom_io.errors import ImplausibleFrames, NoPixelData, NotAnInput, Truncated, UnreadableInput
from dicom_io.frames import open_frames
from tests.integration.recordings import WIDTH, capture, encode, picture, save, video_object


def read(path: Path) -> int:
    with open_frames(path, threads=1) as stream:
        return sum(1 for _ in stream)


def refused(path: Path, error: type[UnreadableInput]) -> str:
    with pytest.raises(UnreadableInput) as caught:
        read(path)
    assert caught.type is error
    sentence = str(caught.value)
    assert str(path) not in sentence
    assert len(sentence.split()) > 5
    return sentence


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"Hello.\n" * 500, b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n", b"ffconcat version 1.0\nfile 'x.mp4'\n",
     b"\0" * 5000, bytes(range(256)) * 40, b"%PDF-1.7\n" * 99],
    ids=["empty", "one byte", "text", "playlist", "concat", "zeros", "bytes", "pdf"],
)  # fmt: skip
def test_no_recording_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    refused(path, NotAnInput)


def test_no_file(tmp_path: Path) -> None:
    refused(tmp_path / "absent", UnreadableInput)
    folder = tmp_path / "folder"
    folder.mkdir()
    refused(folder, UnreadableInput)


def test_sound_without_pictures(tmp_path: Path) -> None:
    import av

    path = tmp_path / "sound"
    with av.open(str(path), "w", format="matroska") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
    refused(path, NotAnInput)


def test_garbage_as_a_video_stream(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 20_000, dtype=np.uint8).tobytes()
    refused(save(video_object(noise), tmp_path / "object"), UnreadableInput)
    clip = bytearray(encode(tmp_path / "clip", "mp4", "libx264").read_bytes())
    start = clip.index(b"mdat") + 4
    stop = clip.index(b"moov") - 4 if clip.index(b"moov") > start else len(clip)
    clip[start:stop] = noise[: stop - start]
    path = tmp_path / "noise"
    path.write_bytes(clip)
    refused(path, UnreadableInput)


def test_an_mp4_whose_index_was_never_written(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip", "mp4", "libx264").read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(clip[: clip.index(b"moov") - 4])
    assert "moov" in refused(path, Truncated)


@pytest.mark.parametrize("make", ["video", "capture", "jpeg"])
def test_a_dicom_file_cut_anywhere(tmp_path: Path, make: str) -> None:
    if make == "video":
        ds = video_object(encode(tmp_path / "clip", "mp4", "libx264").read_bytes(), fragments=3)
    else:
        ds = capture(3)
        if make == "jpeg":
            ds.compress(JPEG2000Lossless)
    data = save(ds, tmp_path / "object").read_bytes()
    pixels = data.index(b"\xe0\x7f\x10\x00O")
    path = tmp_path / "cut"
    for length in [*range(pixels + 12, len(data), max(1, (len(data) - pixels) // 12)), len(data) - 1]:
        path.write_bytes(data[:length])
        refused(path, Truncated)
    for length in range(132, pixels + 8, 37):
        path.write_bytes(data[:length])
        with pytest.raises(UnreadableInput):
            read(path)


def test_fewer_frames_than_declared(tmp_path: Path) -> None:
    refused(save(capture(3, NumberOfFrames=4), tmp_path / "native"), Truncated)
    ds = capture(3)
    ds.compress(JPEG2000Lossless)
    ds.NumberOfFrames = 4
    refused(save(ds, tmp_path / "compressed"), Truncated)


def test_no_pixels(tmp_path: Path) -> None:
    ds = capture(1)
    del ds.PixelData
    refused(save(ds, tmp_path / "object"), NoPixelData)
    ds.PixelData = b""
    ds["PixelData"].VR = "OB"
    refused(save(ds, tmp_path / "object"), NoPixelData)


@pytest.mark.parametrize(
    "elements", [{"Rows": 0, "Columns": 0}, {"Rows": 9000}, {"NumberOfFrames": 2**31 - 1}, {"NumberOfFrames": 0}]
)
def test_declared_bombs(tmp_path: Path, elements: dict[str, Any]) -> None:
    refused(save(capture(1, **elements), tmp_path / "object"), ImplausibleFrames)


def test_a_jpeg_that_unpacks_to_gigabytes_is_refused_by_its_own_header(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    Image.fromarray(picture(0)).save(path, "JPEG")
    data = bytearray(path.read_bytes())
    header = data.index(b"\xff\xc0")
    data[header + 5 : header + 9] = struct.pack(">HH", 65_000, 65_000)
    path.write_bytes(data)
    refused(path, ImplausibleFrames)
    ds = capture(2)
    ds.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    whole = Path(tmp_path / "whole")
    Image.fromarray(picture(0)).save(whole, "JPEG")
    ds.PixelData = encapsulate([whole.read_bytes(), bytes(data)])
    ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
    refused(save(ds, tmp_path / "object"), ImplausibleFrames)


def test_a_png_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    path = tmp_path / "picture"
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )
    refused(path, ImplausibleFrames)


def test_a_video_too_large_for_any_camera(tmp_path: Path) -> None:
    refused(
        encode(tmp_path / "clip", "matroska", "mjpeg", times=(0.0, 0.04), size=(8208, 64), pixels="yuvj420p"),
        ImplausibleFrames,
    )


def test_syntaxes_that_cannot_be_read(tmp_path: Path) -> None:
    ds = capture(1)
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    refused(save(ds, tmp_path / "object"), UnreadableInput)
    heic = tmp_path / "heic"
    heic.write_bytes(b"\0\0\0\x18ftypheic" + bytes(200))
    assert "JPEG" in refused(heic, UnreadableInput)


def test_several_pages(tmp_path: Path) -> None:
    pages = [Image.fromarray(picture(index)) for index in range(3)]
    path = tmp_path / "pages"
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:])
    assert "several pictures" in refused(path, UnreadableInput)


def test_a_header_full_of_nonsense_times_is_said_not_believed(tmp_path: Path) -> None:
    ds = capture(3, FrameTime="40")
    data = save(ds, tmp_path / "object").read_bytes()
    path = tmp_path / "nonsense"
    path.write_bytes(data.replace(b"\x18\x00\x63\x10DS\x02\x0040", b"\x18\x00\x63\x10DS\x02\x00xx"))
    with open_frames(path) as stream:
        assert stream.info.timestamps == "assumed"
        assert stream.info.width == WIDTH


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("samples")
    clip = encode(folder / "clip", "mp4", "libx264").read_bytes()
    compressed = capture(2)
    compressed.compress(JPEG2000Lossless)
    Image.fromarray(picture(0)).save(folder / "png", "PNG")
    return [
        clip,
        save(video_object(clip, FrameTime="40", NumberOfFrames=12), folder / "video").read_bytes(),
        save(capture(2, FrameTimeVector=["0", "40"]), folder / "capture").read_bytes(),
        save(compressed, folder / "compressed").read_bytes(),
        (folder / "png").read_bytes(),
        encode(folder / "ts", "mpegts", "libx264").read_bytes(),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 5),
    damage=st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6),
)
def test_no_damage_lets_a_foreign_error_out(tmp_path: Path, samples: list[bytes], which: int, damage) -> None:
    data = bytearray(samples[which])
    for place, value in damage:
        # Half of the damage goes into the first part, where the headers are.
        start = place % (len(data) if place & 1 else min(len(data), 1500))
        data[start : start + len(value)] = value
    path = tmp_path / "damaged"
    path.write_bytes(data)
    try:
        frames = read(path)
    except UnreadableInput as error:
        assert str(error)
    else:
        assert frames > 0
