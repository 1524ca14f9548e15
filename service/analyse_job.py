"""The job of a child process: one recording in, ``result.json`` and ``signals.csv`` out. Nothing else decodes pixels."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import cv2
from pydantic import BaseModel, ConfigDict

from analysis import model
from analysis.errors import ModelError
from analysis.palsy.postures import Task
from analysis.pipeline import Recording, analyse, provenance
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from dicom_io.errors import NotAnInput, UnreadableInput
from dicom_io.frames import open_frames
from dicom_io.identity import read_source
from service.version import SOFTWARE

RESULT = "result.json"
SIGNALS = "signals.csv"

REFUSALS = (UnreadableInput, ModelError)
"""What the parent is told by name; anything else is a crash."""


class AnalyseRequest(BaseModel):
    """What to analyse and where to leave the result. Paths are absolute; ``created`` is in the local time of the service.

    The result is the same with any number of ``threads``.
    """

    model_config = ConfigDict(frozen=True)

    recording: Path
    output: Path
    model: Path
    settings: AnalysisSettings
    threads: int = 1
    task: Task | None = None
    created: datetime


def main(request_json: str) -> str:
    """Analyse one recording; the answer is empty, the result lies in the output directory."""
    request = AnalyseRequest.model_validate_json(request_json)
    try:
        uid = read_source(request.recording).sop_instance_uid
    except NotAnInput:  # a loose video or picture
        uid = None
    cv2.setNumThreads(1)  # threads share the work by pictures
    with ExitStack() as stack:
        stream = stack.enter_context(open_frames(request.recording))
        trackers = [stack.enter_context(LandmarkTracker.on(request.model)) for _ in range(request.threads)]
        analysis = analyse(
            stream,
            Recording(
                kind=stream.info.kind, timestamps=stream.info.timestamps, sop_instance_uid=uid, task=request.task
            ),
            trackers=trackers,
            settings=request.settings,
            provenance=provenance(SOFTWARE, model.SHA256, request.settings, request.created),
            remarks=lambda: stream.warnings,
        )
    analysis.signals.to_csv(request.output / SIGNALS, index=False, float_format="%.6g")
    (request.output / RESULT).write_text(analysis.result.model_dump_json(indent=1))
    return ""
