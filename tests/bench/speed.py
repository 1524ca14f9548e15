"""Frames a second of the analysis beside a plain loop of OpenCV and FaceLandmarker: ``python -m tests.bench.speed``.

Every figure comes from a process of its own, on one and the same 720p phantom; the processes take turns, so that whatever else
the machine does disturbs all of them alike.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import cv2

from analysis import model
from analysis.phantom import Phantom
from analysis.pipeline import Recording, analyse, provenance
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from dicom_io.encode import write_mp4
from dicom_io.frames import open_frames
from service.analysing import analyse_file
from service.child_values import Limits
from tests.bench.tables import Cell, Table, peak_mib
from tests.phantom_lab import CREATED

WAYS = {
    "plain": "OpenCV + FaceLandmarker, VIDEO mode, one face",
    "plain-image": "OpenCV + FaceLandmarker, IMAGE mode, one face",
    "vultus": "Vultus analysis, in process",
    "child": "Vultus analysis, confined child process with its start-up",
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One pass over the clip."""

    frames_per_s: float
    cpu_ms_per_frame: float
    peak_mib: float


def _plain(clip: Path, *, video: bool) -> int:
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    mode = vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model.default_path())),
        running_mode=mode,
        num_faces=1,
        output_face_blendshapes=True,
    )
    count = 0
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        capture = cv2.VideoCapture(str(clip))
        while True:
            found, bgr = capture.read()
            if not found:
                return count
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            if video:
                landmarker.detect_for_video(image, round(capture.get(cv2.CAP_PROP_POS_MSEC)))
            else:
                landmarker.detect(image)
            count += 1


def _vultus(clip: Path) -> int:
    settings = AnalysisSettings()
    with open_frames(clip) as stream, LandmarkTracker.on(model.default_path()) as tracker:
        analysis = analyse(
            stream,
            Recording(kind=stream.info.kind, timestamps=stream.info.timestamps),
            trackers=[tracker],
            settings=settings,
            provenance=provenance("bench", model.SHA256, settings, CREATED),
        )
    return analysis.result.source.frames


def _child(clip: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        output, scratch = Path(folder, "out"), Path(folder, "scratch")
        output.mkdir()
        scratch.mkdir()
        # some kernels offer no way to keep a child off the network; that is not what is measured
        limits = Limits(allow_network=True)
        analyse_file(clip, output, scratch=scratch, settings=AnalysisSettings(), limits=limits)
        return int(json.loads((output / "result.json").read_text())["source"]["frames"])


def _measure(way: str, clip: Path) -> Run:
    if way != "child":
        import mediapipe  # noqa: F401  # a second of start-up that a long recording does not feel
    began, cpu = time.perf_counter(), time.process_time()
    frames = {
        "plain": lambda: _plain(clip, video=True),
        "plain-image": lambda: _plain(clip, video=False),
        "vultus": lambda: _vultus(clip),
        "child": lambda: _child(clip),
    }[way]()
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(
        frames_per_s=frames / wall,
        cpu_ms_per_frame=1000 * (used + children.ru_utime + children.ru_stime) / frames,
        peak_mib=children.ru_maxrss / 1024 if way == "child" else peak_mib(),
    )


def measure(*, rounds: int, smiles: int) -> Table:
    """Every way once a round; medians over the rounds, ratios within each."""
    runs: dict[str, list[Run]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "phantom.mp4"
        with LandmarkTracker.on(model.default_path()) as tracker:
            phantom = Phantom("weak-left", tracker=tracker, smiles=smiles)
        write_mp4(phantom.frames(), clip, preset="veryfast")
        for _ in range(rounds):
            for way in WAYS:
                command = [sys.executable, "-m", "tests.bench.speed", "--way", way, str(clip)]
                answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
                runs[way].append(Run(**json.loads(answer)))
    rows: list[tuple[Cell, ...]] = []
    for way, about in WAYS.items():
        ratios = [
            median(run.frames_per_s / base.frames_per_s for run, base in zip(runs[way], runs[plain], strict=True))
            for plain in ("plain", "plain-image")
        ]
        rows.append(
            (
                about,
                median(run.frames_per_s for run in runs[way]),
                *ratios,
                median(run.cpu_ms_per_frame for run in runs[way]),
                median(
                    run.cpu_ms_per_frame / base.cpu_ms_per_frame
                    for run, base in zip(runs[way], runs["plain"], strict=True)
                ),
                median(run.peak_mib for run in runs[way]),
            )
        )
    return Table(
        name="Speed and memory of an analysis",
        columns=(
            "way",
            "frames/s",
            "ratio to VIDEO",
            "ratio to IMAGE",
            "CPU ms/frame",
            "CPU ratio to VIDEO",
            "peak MiB",
        ),
        rows=tuple(rows),
        remarks=(
            f"720p H.264 phantom, {phantom.truth.frames} frames, median of {rounds} rounds, {os.cpu_count()} cores.",
        ),
    )


def main() -> None:
    """Print the table, or be one of its processes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", nargs=2)
    way = parser.parse_args().way
    if way:
        sys.stdout.write(json.dumps(asdict(_measure(way[0], Path(way[1])))))
    else:
        measure(rounds=3, smiles=3).write()


if __name__ == "__main__":
    main()
