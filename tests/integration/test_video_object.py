"""The encoder and the video object around its output."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import generate_frames
from pydicom.uid import HEVCMP51, MPEG2MPML, MPEG4HP41, MPEG4HP422D

from dicom_io.encode import write_mp4
from dicom_io.errors import UnreadableInput
from dicom_io.frames import open_frames
from dicom_io.video_object import VideoObjectAttributes, wrap_video
from tests.integration.recordings import EVEN, UNEVEN, encode, picture, save, timed

ATTRIBUTES = VideoObjectAttributes(
    patient_name="Yamada^Tarou=山田^太郎",
    patient_id="4711",
    study_date="20260102",
    study_time="101112",
    study_id="1",
    content_date="20260102",
    content_time="101112",
)


def clip(folder: Path, times: tuple[float, ...] = EVEN) -> Path:
    path = folder / "clip.mp4"
    write_mp4(timed(times), path)
    return path


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    first = clip(tmp_path).read_bytes()
    assert clip(tmp_path).read_bytes() == first


def test_times_survive_to_a_tenth_of_a_millisecond(tmp_path: Path) -> None:
    with open_frames(clip(tmp_path, UNEVEN)) as stream:
        assert [frame.time_s for frame in stream] == pytest.approx(UNEVEN, abs=1e-4)


def test_a_lower_crf_is_nearer(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    noisy = random.integers(0, 256, (96, 160, 3), dtype=np.uint8).repeat(1, axis=0)

    def error(crf: int) -> float:
        write_mp4([(noisy, 0.0), (noisy, 0.04)], tmp_path / "noise", crf=crf)
        with open_frames(tmp_path / "noise") as stream:
            return float(np.abs(next(iter(stream)).rgb.astype(int) - noisy).mean())

    assert error(5) < error(40)


@pytest.mark.parametrize(
    "frames",
    [[], [(picture(0)[:95], 0.0)], [(picture(0), 0.1), (picture(1), 0.1)], [(picture(0), 0.0), (picture(1, width=80), 0.1)],
     [(picture(0), -0.1)]],
    ids=["none", "odd", "standing time", "two sizes", "negative time"],
)  # fmt: skip
def test_what_cannot_be_encoded(tmp_path: Path, frames: list[tuple[NDArray[np.uint8], float]]) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        write_mp4(frames, tmp_path / "clip")


def test_the_object_holds_the_stream_unchanged_and_describes_it(tmp_path: Path) -> None:
    bitstream = clip(tmp_path)
    path = save(wrap_video(bitstream_path=bitstream, attributes=ATTRIBUTES), tmp_path / "object")
    ds = dcmread(path)
    stored = next(generate_frames(ds.PixelData, number_of_frames=1))
    assert stored.rstrip(b"\0") == bitstream.read_bytes().rstrip(b"\0")
    assert ds.file_meta.TransferSyntaxUID == MPEG4HP41
    assert str(ds.PatientName.ideographic) == "山田^太郎"
    assert ds.NumberOfFrames == 12
    assert float(ds.FrameTime) == pytest.approx(1000 / 30, abs=1e-3)
    assert ds.LossyImageCompressionMethod == "ISO_14496_10"
    with open_frames(path) as stream:
        assert [frame.time_s for frame in stream] == pytest.approx(EVEN, abs=1e-4)
        assert stream.warnings == ()


def test_a_variable_rate_gets_a_vector(tmp_path: Path) -> None:
    ds = wrap_video(bitstream_path=clip(tmp_path, UNEVEN), attributes=ATTRIBUTES)
    assert np.cumsum([float(step) for step in ds.FrameTimeVector]) / 1000 == pytest.approx(UNEVEN, abs=1e-4)
    assert "FrameTime" not in ds
    with open_frames(save(ds, tmp_path / "object")) as stream:
        assert [frame.time_s for frame in stream] == pytest.approx(UNEVEN, abs=1e-4)
        assert "Vector" in stream.info.time_source


def test_oblong_pixels_are_declared(tmp_path: Path) -> None:
    bitstream = encode(tmp_path / "clip", "mp4", "libx264", pixel_aspect=Fraction(16, 11))
    ds = wrap_video(bitstream_path=bitstream, attributes=ATTRIBUTES)
    assert list(ds.PixelAspectRatio) == [11, 16]
    with open_frames(save(ds, tmp_path / "object")) as stream, open_frames(bitstream) as bare:
        assert (stream.info.width, stream.info.height) == (bare.info.width, bare.info.height) == (233, 96)


@pytest.mark.parametrize(
    ("container", "codec", "options", "syntax", "method"),
    [
        ("mp4", "libx265", {}, HEVCMP51, "ISO_23008_2"),
        ("mpeg", "mpeg2video", {}, MPEG2MPML, "ISO_13818_2"),
        ("mp4", "libx264", {"level": "4.2"}, MPEG4HP422D, "ISO_14496_10"),
    ],
)
def test_the_syntax_follows_the_stream(
    tmp_path: Path, container: str, codec: str, options: dict[str, str], syntax: str, method: str
) -> None:
    ds = wrap_video(bitstream_path=encode(tmp_path / "clip", container, codec, options=options), attributes=ATTRIBUTES)
    assert (ds.file_meta.TransferSyntaxUID, ds.LossyImageCompressionMethod) == (syntax, method)


def test_a_stream_without_a_syntax_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="transfer syntax"):
        wrap_video(bitstream_path=encode(tmp_path / "clip", "avi", "mpeg4"), attributes=ATTRIBUTES)


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
@pytest.mark.parametrize("times", [EVEN, UNEVEN], ids=["even", "uneven"])
def test_the_validator_finds_no_error(tmp_path: Path, times: tuple[float, ...]) -> None:
    path = save(wrap_video(bitstream_path=clip(tmp_path, times), attributes=ATTRIBUTES), tmp_path / "object.dcm")
    answer = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False)
    lines = (answer.stdout + answer.stderr).splitlines()
    assert any("VideoPhotographicImage" in line for line in lines)
    assert [line for line in lines if line.startswith("Error")] == []
