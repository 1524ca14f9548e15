"""A phantom as files: MP4, DICOM Video Photographic object, and the truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydicom.uid import generate_uid

from analysis import model
from analysis.phantom import Phantom
from analysis.tracker import MediaPipeTracker
from dicom_io.encode import write_mp4
from dicom_io.video_object import VideoObjectAttributes, wrap_video


@dataclass(frozen=True, kw_only=True)
class PhantomFiles:
    """Where the files of a phantom lie."""

    video: Path
    dicom: Path
    truth: Path


def write_phantom(preset: str, directory: Path, *, fps: float = 30.0, mirrored: bool = False) -> PhantomFiles:
    """Render a preset and write its files into a directory.

    Raises:
        PhantomError: there is no such preset, or the frame rate is impossible.
        ModelError: the landmark model, which finds the mouth in the portrait, is missing.
    """
    with MediaPipeTracker(model.default_path()) as tracker:
        phantom = Phantom(preset, tracker=tracker, fps=fps, mirrored=mirrored)
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{preset}-mirrored" if mirrored else preset
    files = PhantomFiles(
        video=directory / f"{name}.mp4", dicom=directory / f"{name}.dcm", truth=directory / f"{name}.truth.json"
    )
    write_mp4(phantom.frames(), files.video, preset="veryfast")
    attributes = VideoObjectAttributes(
        patient_name="Phantom^Vultus",
        patient_id="VULTUS-PHANTOM",
        accession_number="PHANTOM",
        study_id="1",
        study_instance_uid=generate_uid(),
        study_date="20260101",
        study_time="120000",
        content_date="20260101",
        content_time="120000",
        study_description="Face video phantom",
        series_description=f"Phantom {name}",
        manufacturer="Vultus phantom",
    )
    wrap_video(bitstream_path=files.video, attributes=attributes).save_as(files.dicom, enforce_file_format=True)
    files.truth.write_text(json.dumps(phantom.truth.as_json(), indent=1))
    return files
