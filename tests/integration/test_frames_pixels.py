"""Pictures: secondary captures and photographs in every transfer syntax family, and image files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import convert_color_space
from pydicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
    VLPhotographicImageStorage,
)

from dicom_io.frames import Frame, FrameStream, open_frames
from tests.integration.recordings import HEIGHT, WIDTH, capture, picture, save


def read(path: Path) -> tuple[FrameStream, list[Frame]]:
    with open_frames(path) as stream:
        frames = list(stream)
    return stream, frames


def jpeg_frames(frames: int, **options: object) -> list[bytes]:
    encoded = []
    for index in range(frames):
        buffer = io.BytesIO()
        Image.fromarray(picture(index)).save(buffer, "JPEG", quality=95, **options)
        encoded.append(buffer.getvalue())
    return encoded


def as_jpeg(ds: Dataset, photometric: str) -> Dataset:
    ds.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    ds.PhotometricInterpretation = photometric
    ds.PixelData = encapsulate(jpeg_frames(int(ds.NumberOfFrames)))
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_lossless_captures_come_back_exactly(tmp_path: Path, syntax: str | None) -> None:
    ds = capture(FrameTime="50")
    if syntax:
        ds.compress(syntax)
    stream, frames = read(save(ds, tmp_path / "object"))
    assert stream.info.kind == "video"
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.05, 0.1, 0.15])
    for frame in frames:
        assert (frame.rgb == picture(frame.index)).all()
        assert frame.rgb.flags.c_contiguous
    assert stream.warnings == ()


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_the_other_native_encodings(tmp_path: Path, syntax: UID) -> None:
    ds = capture(1, rgb=False, bits=12)
    ds.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    path = tmp_path / "object"
    ds.save_as(path, enforce_file_format=True, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    _, frames = read(path)
    assert np.abs(frames[0].rgb[..., 0].astype(int) - picture(0)[..., 0]).max() <= 1


def test_lossy_captures_come_back_nearly(tmp_path: Path) -> None:
    ds = capture(2, CineRate=20)
    ds.compress(JPEG2000, j2k_cr=[4])
    stream, frames = read(save(ds, tmp_path / "j2k"))
    assert stream.info.fps == pytest.approx(20)
    assert np.abs(frames[1].rgb.astype(int) - picture(1)).mean() < 4
    stream, frames = read(save(as_jpeg(capture(3), "YBR_FULL_422"), tmp_path / "jpeg"))
    assert len(frames) == 3
    assert np.abs(frames[2].rgb.astype(int) - picture(2)).mean() < 4
    assert (stream.info.timestamps, stream.info.fps) == ("assumed", 25.0)


@pytest.mark.parametrize("planar", [0, 1])
def test_ybr_full_and_planes(tmp_path: Path, planar: int) -> None:
    ds = capture(2)
    pixels = convert_color_space(np.stack([picture(0), picture(1)]), "RGB", "YBR_FULL")
    ds.PixelData = (pixels.transpose(0, 3, 1, 2) if planar else pixels).tobytes()
    ds.PhotometricInterpretation, ds.PlanarConfiguration = "YBR_FULL", planar
    _, frames = read(save(ds, tmp_path / "object"))
    assert np.abs(frames[1].rgb.astype(int) - picture(1)).max() <= 2


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_grey_of_any_depth(tmp_path: Path, photometric: str, bits: int) -> None:
    stream, frames = read(
        save(capture(1, rgb=False, bits=bits, PhotometricInterpretation=photometric), tmp_path / "object")
    )
    expected = picture(0)[..., 0].astype(int)
    if photometric == "MONOCHROME1":
        expected = 255 - expected
    assert stream.info.kind == "image"
    assert np.abs(frames[0].rgb - expected[..., None]).max() <= 1


def test_a_window_is_applied(tmp_path: Path) -> None:
    ds = capture(1, rgb=False, bits=12, WindowCenter="640", WindowWidth="1281")
    _, frames = read(save(ds, tmp_path / "object"))
    expected = (picture(0)[..., 0].astype(float) * 16 / 1280).clip(0, 1) * 255
    assert np.abs(frames[0].rgb[..., 0] - expected).max() <= 1


def test_a_palette_is_applied(tmp_path: Path) -> None:
    ds = capture(1, rgb=False, PhotometricInterpretation="PALETTE COLOR")
    for colour, table in (("Red", np.arange(256)), ("Green", np.arange(256)[::-1]), ("Blue", np.full(256, 7))):
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(ds, f"{colour}PaletteColorLookupTableData", (table.astype("<u2") << 8).tobytes())
    _, frames = read(save(ds, tmp_path / "object"))
    grey = picture(0)[..., 0]
    assert (frames[0].rgb == np.stack([grey, 255 - grey, np.full_like(grey, 7)], axis=-1)).all()


def test_one_photograph_is_an_image(tmp_path: Path) -> None:
    ds = capture(1)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = VLPhotographicImageStorage
    del ds.NumberOfFrames
    stream, frames = read(save(ds, tmp_path / "object"))
    assert (stream.info.kind, stream.info.fps, len(frames)) == ("image", None, 1)
    stream, _ = read(save(capture(1, PixelAspectRatio=[2, 1]), tmp_path / "tall"))
    assert (stream.info.width, stream.info.height) == (WIDTH, 2 * HEIGHT)


def test_the_coded_size_is_the_true_one(tmp_path: Path) -> None:
    ds = as_jpeg(capture(2), "YBR_FULL_422")
    ds.Rows, ds.Columns = 10, 2000
    stream, frames = read(save(ds, tmp_path / "object"))
    assert (stream.info.width, stream.info.height) == (WIDTH, HEIGHT)
    assert frames[0].rgb.shape == (HEIGHT, WIDTH, 3)
    assert "their own size" in stream.warnings[0]


def test_more_pictures_than_declared_are_left_out_and_said(tmp_path: Path) -> None:
    ds = capture(3)
    ds.compress(JPEG2000Lossless)
    ds.NumberOfFrames = 2
    stream, frames = read(save(ds, tmp_path / "object"))
    assert len(frames) == 2
    assert "left out" in stream.warnings[-1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_image_files(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "no.dcm"
    Image.fromarray(picture(3)).save(path, kind, **({"quality": 95} if kind in ("JPEG", "WEBP") else {}))
    stream, frames = read(path)
    assert (stream.info.kind, stream.info.width, stream.info.height) == ("image", WIDTH, HEIGHT)
    assert len(frames) == 1
    assert np.abs(frames[0].rgb.astype(int) - picture(3)).mean() < 8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, orientation: int) -> None:
    upright = picture(0)
    # How a camera that is held so stores the upright scene (Exif 2.32, tag 274).
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / "picture"
    Image.fromarray(np.ascontiguousarray(stored)).save(path, "PNG", exif=exif)
    _, frames = read(path)
    assert frames[0].rgb.shape == upright.shape
    assert (frames[0].rgb == upright).all()


def test_sixteen_bit_and_transparent_pngs(tmp_path: Path) -> None:
    grey = picture(0)[..., 0]
    path = tmp_path / "picture"
    Image.fromarray(grey.astype(np.uint16) << 8).save(path, "PNG")
    assert (read(path)[1][0].rgb == grey[..., None]).all()
    Image.fromarray(np.dstack([picture(0), np.full((HEIGHT, WIDTH), 128, np.uint8)])).save(path, "PNG")
    assert (read(path)[1][0].rgb == picture(0)).all()
