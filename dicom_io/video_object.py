"""A video bitstream as a Video Photographic Image Storage object (PS3.3 A.32.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.tag import Tag
from pydicom.uid import (
    HEVCM10P51,
    HEVCMP51,
    MPEG2MPHL,
    MPEG2MPML,
    MPEG4HP41,
    MPEG4HP422D,
    UID,
    VideoPhotographicImageStorage,
    generate_uid,
)

from dicom_io.demux import file_opener, open_demuxer, probe_timing
from dicom_io.errors import UnreadableInput
from dicom_io.foreign_errors import as_unreadable
from dicom_io.geometry import plausible_aspect
from dicom_io.timing import DeclaredTiming, choose_timing, is_even

# Explicit VR gives Frame Time Vector a length of 16 bits (note in PS3.3 C.7.6.5).
_LONGEST_VECTOR = 65_534
_H264_PROFILES = ("High", "Main", "Constrained Baseline", "Constrained High")
_METHOD = {"h264": "ISO_14496_10", "hevc": "ISO_23008_2", "mpeg2video": "ISO_13818_2"}

VectorUse = Literal["variable", "always", "never"]


@dataclass(frozen=True, kw_only=True)
class VideoObjectAttributes:
    """What the object says beside its pixels. Empty values are written as present and empty where the IOD allows it.

    ``laterality`` is that of the body part; a face has both, hence "B".
    """

    patient_name: str = ""
    patient_id: str = ""
    character_set: str | tuple[str, ...] = "ISO_IR 192"
    birth_date: str = ""
    sex: Literal["", "M", "F", "O"] = ""
    study_instance_uid: str = field(default_factory=generate_uid)
    series_instance_uid: str = field(default_factory=generate_uid)
    sop_instance_uid: str = field(default_factory=generate_uid)
    study_id: str = ""
    accession_number: str = ""
    referring_physician: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    series_description: str = ""
    series_number: int = 1
    instance_number: int = 1
    content_date: str = ""
    content_time: str = ""
    manufacturer: str = ""
    laterality: Literal["R", "L", "B"] = "B"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Bitstream:
    codec: str
    transfer_syntax: UID
    width: int
    height: int
    frames: int
    pixel_aspect: Fraction
    fps: float
    presented_s: NDArray[np.float64] | None


def wrap_video(*, bitstream_path: Path, attributes: VideoObjectAttributes, vector: VectorUse = "variable") -> Dataset:
    """Build the object around an MP4, MPEG-TS or bare bitstream, which goes in unchanged as one fragment.

    The transfer syntax follows codec, profile and level (PS3.5 8.2.5 to 8.2.11). The frames are counted by decoding. A
    variable rate gets a Frame Time Vector unless it does not fit one; else Frame Time holds the nominal interval.

    Returns:
        A data set with file meta information; save it with ``enforce_file_format=True``.

    Raises:
        UnreadableInput: no video of a codec that DICOM has a transfer syntax for, or one without a known rate.
    """
    with as_unreadable("the video"):
        bitstream = _examine(bitstream_path)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = VideoPhotographicImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = UID(attributes.sop_instance_uid)
    ds.file_meta.TransferSyntaxUID = bitstream.transfer_syntax
    _identify(ds, attributes)
    _describe_pixels(ds, bitstream, bitstream_path.stat().st_size)
    _describe_time(ds, bitstream, vector)
    ds.PixelData = encapsulate([bitstream_path.read_bytes()], has_bot=False)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


def _examine(path: Path) -> _Bitstream:
    opener = file_opener(path)
    times = probe_timing(opener)
    timing = choose_timing(DeclaredTiming(), times)
    if timing.timestamps != "file" or timing.fps is None:
        raise UnreadableInput("the video does not say how fast it is: put it into an MP4 with timestamps")
    demuxer = open_demuxer(opener, threads=0)
    try:
        stream = demuxer.stream
        frames = sum(1 for _ in demuxer.container.decode(stream))
        if not frames:
            raise UnreadableInput("not one picture of the video could be decoded")
        context = stream.codec_context
        return _Bitstream(
            codec=context.name,
            transfer_syntax=_transfer_syntax(context.name, context.profile or "", context.level),
            width=stream.width,
            height=stream.height,
            frames=frames,
            pixel_aspect=plausible_aspect(stream.sample_aspect_ratio) or Fraction(1),
            fps=timing.fps,
            presented_s=None if times.decode_order_s is None else np.sort(times.decode_order_s),
        )
    finally:
        demuxer.close()


def _transfer_syntax(codec: str, profile: str, level: int) -> UID:
    """The narrowest transfer syntax that the stream's own header fits."""
    match codec:
        case "h264" if profile in _H264_PROFILES and level <= 42:
            return MPEG4HP41 if level <= 41 else MPEG4HP422D
        case "hevc" if profile in ("Main", "Main 10") and level <= 153:
            return HEVCMP51 if profile == "Main" else HEVCM10P51
        case "mpeg2video" if profile in ("Main", "Simple"):
            return MPEG2MPML if level >= 8 else MPEG2MPHL
    raise UnreadableInput(
        f"DICOM has no transfer syntax for {codec} {profile} at level {level}: encode it as H.264 High Profile, level 4.1"
    )


def _identify(ds: Dataset, attributes: VideoObjectAttributes) -> None:
    sets = attributes.character_set
    ds.SpecificCharacterSet = sets if isinstance(sets, str) else list(sets)
    ds.SOPClassUID = VideoPhotographicImageStorage
    ds.SOPInstanceUID = attributes.sop_instance_uid
    ds.StudyInstanceUID = attributes.study_instance_uid
    ds.SeriesInstanceUID = attributes.series_instance_uid
    ds.PatientName, ds.PatientID = attributes.patient_name, attributes.patient_id
    ds.PatientBirthDate, ds.PatientSex = attributes.birth_date, attributes.sex
    ds.StudyDate, ds.StudyTime, ds.StudyID = attributes.study_date, attributes.study_time, attributes.study_id
    ds.AccessionNumber = attributes.accession_number
    ds.ReferringPhysicianName = attributes.referring_physician
    for keyword, value in (
        ("StudyDescription", attributes.study_description),
        ("SeriesDescription", attributes.series_description),
    ):
        if value:
            setattr(ds, keyword, value)
    ds.Modality = "XC"
    ds.Manufacturer = attributes.manufacturer
    ds.SeriesNumber, ds.InstanceNumber = attributes.series_number, attributes.instance_number
    # Image Laterality excludes Laterality (0020,0060), which knows no "both" (PS3.3 C.7.3.1).
    ds.ImageLaterality = attributes.laterality
    face = Dataset()
    face.CodeValue, face.CodingSchemeDesignator, face.CodeMeaning = "89545001", "SCT", "Face"
    ds.AnatomicRegionSequence = [face]
    ds.PatientOrientation = ""
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    ds.ContentDate, ds.ContentTime = attributes.content_date, attributes.content_time
    ds.AcquisitionContextSequence = []


def _describe_pixels(ds: Dataset, bitstream: _Bitstream, size: int) -> None:
    ds.SamplesPerPixel, ds.PlanarConfiguration = 3, 0
    ds.PhotometricInterpretation = "YBR_PARTIAL_420"
    ds.Rows, ds.Columns = bitstream.height, bitstream.width
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    if bitstream.transfer_syntax == HEVCM10P51:
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 10, 9
    if bitstream.pixel_aspect != 1:
        ds.PixelAspectRatio = [bitstream.pixel_aspect.denominator, bitstream.pixel_aspect.numerator]
    ds.NumberOfFrames = bitstream.frames
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "01"
    uncompressed = bitstream.width * bitstream.height * 3 * bitstream.frames
    ds.LossyImageCompressionRatio = f"{uncompressed / size:.2f}"
    ds.LossyImageCompressionMethod = _METHOD[bitstream.codec]


def _describe_time(ds: Dataset, bitstream: _Bitstream, vector: VectorUse) -> None:
    encoded = _vector(bitstream, vector)
    if encoded:
        ds.FrameTimeVector = encoded
        ds.FrameIncrementPointer = Tag("FrameTimeVector")
    else:
        ds.FrameTime = f"{1000 / bitstream.fps:.6f}"
        ds.FrameIncrementPointer = Tag("FrameTime")
    ds.CineRate = max(1, round(bitstream.fps))


def _vector(bitstream: _Bitstream, vector: VectorUse) -> list[str]:
    """Increments in ms, the first 0; empty if one nominal value says as much, or if they do not fit the element."""
    times = bitstream.presented_s
    if vector == "never" or times is None or len(times) != bitstream.frames or len(times) < 2:
        return []
    if vector == "variable" and is_even(times - times[0]):
        return []
    encoded = ["0", *(f"{step * 1000:.4f}" for step in np.diff(times))]
    return encoded if len("\\".join(encoded)) <= _LONGEST_VECTOR else []
