"""Ways of looking at a recording, each run over it in a process of its own that is bound to some cores: time and memory.

CPU time stands beside wall time because other work on the machine disturbs only the latter.
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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from analysis import model
from analysis.pipeline import Recording, analyse, provenance
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from dicom_io.frames import open_frames
from tests.bench.peers import MediaPipe, Mode, PeerMissing, PythonOs
from tests.bench.reading import Picture, System
from tests.bench.tables import peak_mib
from tests.phantom_lab import CREATED
from tests.synthetic_faces import Picture as TimedPicture

WARM_UP: Final = 3
"""Pictures that are not timed: libraries and models are loaded when the first one is looked at."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One pass over a recording. Per picture; ``wall_ms`` and ``cpu_ms`` include decoding, ``decode_ms`` is its share.

    ``peak_mib`` is the largest resident set of the process. ``lost`` counts pictures in which no face was found.
    """

    frames: int
    lost: int
    wall_ms: float
    cpu_ms: float
    decode_ms: float | None
    peak_mib: float


@dataclass(frozen=True, kw_only=True)
class Way:
    """What is run, and on how many cores."""

    about: str
    cores: int
    run: Callable[[Path], Pass]


class Timed:
    """A recording handed over picture by picture, with the time that takes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.frames = 0
        self.began_wall = self.began_cpu = self.decoding_s = 0.0

    def __iter__(self) -> Iterator[tuple[Picture, float]]:
        with open_frames(self._path, threads=1) as stream:
            frames = iter(stream)
            while True:
                if self.frames == WARM_UP:
                    self.began_wall, self.began_cpu, self.decoding_s = time.perf_counter(), time.process_time(), 0.0
                before = time.thread_time()
                frame = next(frames, None)
                self.decoding_s += time.thread_time() - before
                if frame is None:
                    return
                self.frames += 1
                yield frame.rgb, frame.time_s


def _timed(clip: Path, look: Callable[[Iterable[tuple[Picture, float]]], int]) -> Pass:
    pictures = Timed(clip)
    lost = look(pictures)
    wall, cpu = time.perf_counter() - pictures.began_wall, time.process_time() - pictures.began_cpu
    timed = pictures.frames - WARM_UP
    if timed < 1:
        raise ValueError(f"a recording of {pictures.frames} pictures is too short to be timed: it takes {WARM_UP + 1}")
    return Pass(
        frames=pictures.frames,
        lost=lost,
        wall_ms=1000 * wall / timed,
        cpu_ms=1000 * cpu / timed,
        decode_ms=1000 * pictures.decoding_s / timed,
        peak_mib=peak_mib(),
    )


def _peer(system: System) -> Callable[[Path], Pass]:
    return lambda clip: _timed(clip, lambda pictures: int((~system.read(pictures).seen).sum()))


def _vultus(trackers: int) -> Callable[[Path], Pass]:
    def run(clip: Path) -> Pass:
        settings = AnalysisSettings()
        crew = [LandmarkTracker.on(model.default_path()) for _ in range(trackers)]

        def look(pictures: Iterable[tuple[Picture, float]]) -> int:
            analysis = analyse(
                (TimedPicture(time_s=time_s, rgb=rgb) for rgb, time_s in pictures),
                Recording(kind="video", timestamps="file"),
                trackers=crew,
                settings=settings,
                provenance=provenance("bench", model.SHA256, settings, CREATED),
            )
            return int((~analysis.signals["face"]).sum())

        try:
            return _timed(clip, look)
        finally:
            for tracker in crew:
                tracker.close()

    return run


def _confined(clip: Path) -> Pass:
    """The service's own child process; its start-up counts."""
    # at the top they would count as memory of every other way
    from service.analysing import analyse_file
    from service.child_values import Limits

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        output, scratch = Path(folder, "out"), Path(folder, "scratch")
        output.mkdir()
        scratch.mkdir()
        # some kernels offer no way to keep a child off the network; that is not what is measured
        analyse_file(clip, output, scratch=scratch, settings=AnalysisSettings(), limits=Limits(allow_network=True))
        frames = int(json.loads((output / "result.json").read_text())["source"]["frames"])
        lost = (output / "signals.csv").read_text().count(",False,False,")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Pass(
        frames=frames,
        lost=lost,
        wall_ms=1000 * (time.perf_counter() - began) / frames,
        cpu_ms=1000 * (used.ru_utime + used.ru_stime) / frames,
        decode_ms=None,
        peak_mib=used.ru_maxrss / 1024,
    )


PLAIN: Final = "video"
WAYS: Final = {
    PLAIN: Way(
        about="plain loop: decoding + FaceLandmarker, VIDEO, blendshapes",
        cores=1,
        run=_peer(MediaPipe(mode=Mode.VIDEO, blendshapes=True)),
    ),
    "image": Way(about="the same, IMAGE", cores=1, run=_peer(MediaPipe(mode=Mode.IMAGE, blendshapes=True))),
    "vultus": Way(about="Vultus, one tracker", cores=1, run=_vultus(1)),
    "vultus-2": Way(about="Vultus, two trackers", cores=2, run=_vultus(2)),
    "child": Way(about="Vultus in its confined child process, start-up included", cores=1, run=_confined),
    "python-os": Way(about="Python-OS (dlib)", cores=1, run=_peer(PythonOs())),
}
"""By the word that names them on a command line."""


def on_cores(way: str, clip: Path) -> Pass:
    """Run one of ``WAYS`` over a recording of at least four pictures in a process bound to as many cores as it asks for.

    Raises:
        PeerMissing: the system is not installed.
    """
    command = [sys.executable, "-m", "tests.bench.cores", way, str(clip)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == os.EX_UNAVAILABLE:
        raise PeerMissing(done.stdout)
    done.check_returncode()
    return Pass(**json.loads(done.stdout))


def main() -> None:
    """Be one of those processes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cores", description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("clip", type=Path, help="a recording, such as `vultus phantom rest` makes")
    options = parser.parse_args()
    way = WAYS[options.way]
    # before anything starts threads: they inherit it
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: way.cores]))
    try:
        sys.stdout.write(json.dumps(asdict(way.run(options.clip))))
    except PeerMissing as error:
        sys.stdout.write(str(error))
        sys.exit(os.EX_UNAVAILABLE)


if __name__ == "__main__":
    main()
