"""PyAV against OpenCV on the same clips: ``python -m tests.bench.decoding``. The table of docs/decisions/0003-decoding.md.

Every figure comes from a process of its own. CPU seconds stand beside wall seconds because other work disturbs only the
latter.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom_io.encode import write_mp4
from dicom_io.frames import open_frames
from tests.bench.tables import Cell, Table, peak_mib

_FRAMES = 120
_SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}


def moving(width: int, height: int, frames: int = _FRAMES) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """A textured picture that drifts, with noise, at 30 per second."""
    random = np.random.default_rng(7)
    texture = random.integers(0, 255, (height // 8 + 16, width // 8 + 16, 3), dtype=np.uint8)
    large = texture.repeat(8, axis=0).repeat(8, axis=1)
    for index in range(frames):
        shift = index % 64
        picture = large[shift : shift + height, shift : shift + width].astype(np.int16)
        picture += random.integers(-6, 7, picture.shape, dtype=np.int16)
        yield picture.clip(0, 255).astype(np.uint8), index / 30


def _pyav(path: Path, threads: int) -> int:
    with open_frames(path, threads=threads) as stream:
        return sum(1 for _ in stream)


def _opencv(path: Path, threads: int) -> int:
    cv2.setNumThreads(threads or -1)
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, threads])
    count = 0
    while True:
        found, picture = capture.read()
        if not found:
            return count
        cv2.cvtColor(picture, cv2.COLOR_BGR2RGB, dst=picture)
        count += 1


def _measure(decoder: str, path: Path, threads: int) -> dict[str, float]:
    began = time.perf_counter()
    cpu = time.process_time()
    frames = {"pyav": _pyav, "opencv": _opencv}[decoder](path, threads)
    return {
        "frames": frames,
        "per_second": frames / (time.perf_counter() - began),
        "ms_cpu_per_frame": 1000 * (time.process_time() - cpu) / frames,
        "peak_mib": peak_mib(),
    }


def measure(*, repeats: int) -> Table:
    """Write the clips, and measure each decoder in a process of its own; the best of the repeats."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (width, height) in _SIZES.items():
            clip = Path(folder) / f"{name}.mp4"
            write_mp4(moving(width, height), clip, crf=23, preset="veryfast")
            for threads in (1, 0):
                for decoder in ("pyav", "opencv"):
                    command = [
                        sys.executable,
                        "-m",
                        "tests.bench.decoding",
                        "--child",
                        decoder,
                        str(clip),
                        str(threads),
                    ]
                    runs = [
                        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                        for _ in range(repeats)
                    ]
                    best = max(runs, key=lambda run: run["per_second"])
                    figures = (best["per_second"], best["ms_cpu_per_frame"], best["peak_mib"])
                    rows.append((name, decoder, str(threads or "all"), *figures))
    return Table(
        name="Decoding",
        columns=("clip", "decoder", "threads", "frames/s", "CPU ms/frame", "peak MiB"),
        rows=tuple(rows),
        digits=1,
    )


def main() -> None:
    """Print the table, or be one of its processes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--child", nargs=3)
    child = parser.parse_args().child
    if child:
        sys.stdout.write(json.dumps(_measure(child[0], Path(child[1]), int(child[2]))))
    else:
        measure(repeats=3).write()


if __name__ == "__main__":
    main()
