"""The job of a child process: one recording in, the pictures of its landmarks out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import cv2
from pydantic import BaseModel, ConfigDict

from analysis.errors import ModelError
from analysis.evaluation.landmark_drawing import DrawingPlan, draw_recording
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from dicom_io.errors import UnreadableInput
from dicom_io.frames import open_frames

REFUSALS = (UnreadableInput, ModelError)
"""What the parent is told by name; anything else is a crash."""


class DrawRequest(BaseModel):
    """What to draw and where to leave the pictures. Paths are absolute."""

    model_config = ConfigDict(frozen=True)

    recording: Path
    output: Path
    model: Path
    settings: AnalysisSettings
    plan: DrawingPlan
    threads: int = 1


def main(request_json: str) -> str:
    """Draw one recording; the answer tells what the pictures in the output directory show."""
    request = DrawRequest.model_validate_json(request_json)
    cv2.setNumThreads(1)  # threads share the work by pictures
    with ExitStack() as stack:
        trackers = [stack.enter_context(LandmarkTracker.on(request.model)) for _ in range(request.threads)]
        drawn = draw_recording(
            lambda: open_frames(request.recording),
            request.plan,
            request.output,
            trackers=trackers,
            bundle=request.model,
            settings=request.settings,
        )
    return drawn.model_dump_json()
