"""Small recordings made on the fly: videos in every container and codec, and the DICOM objects around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    MPEG4HP41,
    UID,
    ExplicitVRLittleEndian,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    VideoPhotographicImageStorage,
    generate_uid,
)

WIDTH, HEIGHT = 160, 96
UNEVEN = (0.0, 0.04, 0.08, 0.2, 0.23, 0.4, 0.5, 0.51, 0.6, 0.9)
EVEN = tuple(index / 30 for index in range(12))


def picture(index: int, *, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Red top left, green top right, blue bottom left, grey bottom right; the grey says which frame it is."""
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[: height // 2, : width // 2] = (200, 40, 40)
    rgb[: height // 2, width // 2 :] = (40, 180, 40)
    rgb[height // 2 :, : width // 2] = (40, 40, 200)
    rgb[height // 2 :, width // 2 :] = 20 + 8 * (index % 29)
    return rgb


def timed(times: Sequence[float], **size: int) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """One picture for each time."""
    for index, time in enumerate(times):
        yield picture(index, **size), time


def encode(
    path: Path,
    container: str,
    codec: str,
    *,
    times: Sequence[float] = EVEN,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    pixels: str = "yuv420p",
    pixel_aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    draw: Callable[..., NDArray[np.uint8]] = picture,
) -> Path:
    """A video whose pictures have the given times; bare codecs keep only their rate, 30 per second."""
    options = dict(options or {})
    if codec == "libx265":
        options["x265-params"] = ":".join(filter(None, [options.get("x265-params"), "log-level=none"]))
    with av.open(str(path), "w", format=container) as output:
        stream = cast(VideoStream, output.add_stream(codec, rate=30, options=options))
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        even = tuple(times) == EVEN
        if not even:
            stream.codec_context.time_base = Fraction(1, 1000)
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        for index, time in enumerate(times):
            frame = VideoFrame.from_ndarray(draw(index, width=size[0], height=size[1]), format="rgb24")
            if not even:
                frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def video_object(bitstream: bytes, *, syntax: UID = MPEG4HP41, fragments: int = 1, **elements: object) -> Dataset:
    """The least that makes a video object, with whatever elements a test wants in it."""
    ds = _identified(VideoPhotographicImageStorage, syntax)
    ds.Rows, ds.Columns, ds.SamplesPerPixel = HEIGHT, WIDTH, 3
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    ds.PhotometricInterpretation = "YBR_PARTIAL_420"
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    ds.PixelData = encapsulate([bitstream], fragments_per_frame=fragments, has_bot=False)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


def capture(frames: int = 4, *, rgb: bool = True, bits: int = 8, **elements: object) -> Dataset:
    """An uncompressed multi-frame secondary capture of ``picture``, colour or grey."""
    ds = _identified(MultiFrameTrueColorSecondaryCaptureImageStorage, ExplicitVRLittleEndian)
    ds.Rows, ds.Columns, ds.NumberOfFrames = HEIGHT, WIDTH, frames
    ds.SamplesPerPixel = 3 if rgb else 1
    if rgb:
        ds.PlanarConfiguration = 0
    ds.PhotometricInterpretation = "RGB" if rgb else "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = (8, 8, 7) if bits == 8 else (16, bits, bits - 1)
    ds.PixelRepresentation = 0
    pictures = [picture(index) if rgb else picture(index)[..., 0] for index in range(frames)]
    stored = np.stack(pictures) if bits == 8 else np.stack(pictures).astype(np.uint16) << (bits - 8)
    ds.PixelData = stored.tobytes()
    ds["PixelData"].VR = "OB" if bits == 8 else "OW"
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    return ds


def save(ds: Dataset, path: Path) -> Path:
    """Write as a DICOM file."""
    ds.save_as(path, enforce_file_format=True)
    return path


def _identified(sop_class: UID, syntax: UID) -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.file_meta.MediaStorageSOPClassUID = sop_class
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.PatientName, ds.PatientID = "Nobody^Nemo", "0"
    return ds
