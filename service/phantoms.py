"""A phantom as files: MP4, DICOM Video Photographic object, and the truth."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydicom.uid import generate_uid

from analysis.errors import ModelError, PhantomError
from analysis.phantom import PORTRAIT, Phantom, Photograph, Truth
from dicom_io.encode import write_mp4
from dicom_io.video_object import VideoObjectAttributes, wrap_video
from service import child
from service.child_values import Limits

REFUSALS = (PhantomError, ModelError)

PATIENT_NAME: Final = "Phantom^Vultus"
PATIENT_ID: Final = "VULTUS-PHANTOM"
STATION: Final = "VULTUS-PHANTOM"
MIRRORED_STATION: Final = "VULTUS-MIRROR"
"""A name of its own, so that it can be declared in ``sources.mirrored_stations``."""

_TRUTH: Final = TypeAdapter(Truth)


class PhantomRequest(BaseModel):
    """What to render and where."""

    model_config = ConfigDict(frozen=True)

    preset: str
    directory: Path
    fps: float = 30.0
    mirrored: bool = False
    variable_rate: bool = False
    smiles: int | None = None
    photograph: Path | None = None


class PhantomFiles(BaseModel):
    """Where the files of a phantom lie."""

    model_config = ConfigDict(frozen=True)

    video: Path
    dicom: Path
    truth: Path


def write_phantom(
    preset: str,
    directory: Path,
    *,
    fps: float = 30.0,
    mirrored: bool = False,
    variable_rate: bool = False,
    smiles: int | None = None,
    photograph: Path | None = None,
) -> PhantomFiles:
    """Render a preset and write its files into a directory, in a child process of its own.

    Raises:
        ChildRefused: there is no such preset, the frame rate is impossible, the photograph cannot be animated, or the landmark
            model is missing.
    """
    directory.mkdir(parents=True, exist_ok=True)
    request = PhantomRequest(
        preset=preset,
        directory=directory.absolute(),
        fps=fps,
        mirrored=mirrored,
        variable_rate=variable_rate,
        smiles=smiles,
        photograph=photograph and photograph.absolute(),
    )
    with tempfile.TemporaryDirectory(prefix="vultus-") as scratch:
        answer = child.run(__name__, request, limits=Limits(), scratch=Path(scratch), writable=[request.directory])
    return PhantomFiles.model_validate_json(answer)


def read_truth(path: Path) -> Truth:
    """The truth that lies beside a phantom."""
    return _TRUTH.validate_json(path.read_bytes())


def main(request_json: str) -> str:
    """The child's part: render, encode, wrap."""
    request = PhantomRequest.model_validate_json(request_json)
    phantom = Phantom(
        request.preset,
        photograph=Photograph(path=request.photograph) if request.photograph else PORTRAIT,
        fps=request.fps,
        mirrored=request.mirrored,
        variable_rate=request.variable_rate,
        smiles=request.smiles,
    )
    name = f"{request.preset}-mirrored" if request.mirrored else request.preset
    files = PhantomFiles(
        video=request.directory / f"{name}.mp4",
        dicom=request.directory / f"{name}.dcm",
        truth=request.directory / f"{name}.truth.json",
    )
    write_mp4(phantom.frames(), files.video, preset="veryfast")
    attributes = VideoObjectAttributes(
        patient_name=PATIENT_NAME,
        patient_id=PATIENT_ID,
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
    dataset = wrap_video(bitstream_path=files.video, attributes=attributes)
    dataset.StationName = MIRRORED_STATION if request.mirrored else STATION
    dataset.save_as(files.dicom, enforce_file_format=True)
    files.truth.write_text(json.dumps(phantom.truth.as_json()))
    return files.model_dump_json()
