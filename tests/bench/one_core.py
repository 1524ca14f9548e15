"""Systems on one core, each run in a process of its own: time and memory. ``python -m tests.bench.one_core CLIP``.

The systems take turns on one clip and are compared by ratios within a round. CPU time stands beside wall time because other
work on the machine disturbs only the latter.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Final

from dicom_io.frames import open_frames
from tests.bench.peers import SYSTEMS, PeerMissing
from tests.bench.reading import Picture
from tests.bench.tables import Cell, Table, peak_mib

BASE: Final = "video"
_WARM_UP: Final = 3
"""Pictures that are not timed: libraries and models are loaded when the first one is looked at."""


@dataclass(frozen=True, kw_only=True)
class OneCore:
    """One pass over a clip on one core. Per picture; ``wall_ms`` and ``cpu_ms`` include decoding, ``decode_ms`` is its share.

    ``peak_mib`` is the largest resident set of the process. ``lost`` counts pictures in which no face was found.
    """

    frames: int
    lost: int
    wall_ms: float
    cpu_ms: float
    decode_ms: float
    peak_mib: float


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
                if self.frames == _WARM_UP:
                    self.began_wall, self.began_cpu, self.decoding_s = time.perf_counter(), time.process_time(), 0.0
                before = time.process_time()
                frame = next(frames, None)
                self.decoding_s += time.process_time() - before
                if frame is None:
                    return
                self.frames += 1
                yield frame.rgb, frame.time_s


def on_one_core(system: str, clip: Path, *, core: int | None = None) -> OneCore:
    """Run one of ``SYSTEMS`` over a recording of at least four pictures in a process bound to one core.

    Raises:
        PeerMissing: the system is not installed.
    """
    chosen = min(os.sched_getaffinity(0)) if core is None else core
    command = [sys.executable, "-m", "tests.bench.one_core", str(clip), "--child", system, str(chosen)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == os.EX_UNAVAILABLE:
        raise PeerMissing(done.stdout)
    done.check_returncode()
    return OneCore(**json.loads(done.stdout))


def _measure(system: str, clip: Path, core: int) -> OneCore:
    # before anything starts threads: they inherit it
    os.sched_setaffinity(0, {core})
    pictures = Timed(clip)
    reading = SYSTEMS[system]().read(pictures)
    wall, cpu = time.perf_counter() - pictures.began_wall, time.process_time() - pictures.began_cpu
    timed = pictures.frames - _WARM_UP
    if timed < 1:
        raise ValueError(f"a recording of {pictures.frames} pictures is too short to be timed: it takes {_WARM_UP + 1}")
    return OneCore(
        frames=pictures.frames,
        lost=int((~reading.seen).sum()),
        wall_ms=1000 * wall / timed,
        cpu_ms=1000 * cpu / timed,
        decode_ms=1000 * pictures.decoding_s / timed,
        peak_mib=peak_mib(),
    )


def measure(clip: Path, *, rounds: int, systems: Sequence[str] = tuple(SYSTEMS)) -> Table:
    """Every system once a round; medians over the rounds, ratios to the plain VIDEO loop within each round."""
    runs: dict[str, list[OneCore]] = {system: [] for system in dict.fromkeys((BASE, *systems))}
    missing: list[str] = []
    for _ in range(rounds):
        for system in [name for name in runs if name not in missing]:
            try:
                runs[system].append(on_one_core(system, clip))
            except PeerMissing as error:
                missing.append(system)
                runs[system].clear()
                sys.stdout.write(f"{error}\n")
    return Table(
        name="One core",
        columns=(
            "system",
            "frames/s",
            "speed beside plain VIDEO",
            "speed beside plain VIDEO, CPU time",
            "CPU ms/frame",
            "of which decoding",
            "peak MiB",
            "frames lost",
        ),
        rows=tuple(_row(SYSTEMS[name]().name, runs[name], runs[BASE]) for name in runs),
        remarks=(f"Median of {rounds} rounds, decoding included, first {_WARM_UP} pictures not timed.",),
    )


def _row(name: str, runs: list[OneCore], base: list[OneCore]) -> tuple[Cell, ...]:
    if not runs:
        return (name, "not installed", *[None] * 6)
    return (
        name,
        1000 / median(run.wall_ms for run in runs),
        median(plain.wall_ms / run.wall_ms for run, plain in zip(runs, base, strict=True)),
        median(plain.cpu_ms / run.cpu_ms for run, plain in zip(runs, base, strict=True)),
        median(run.cpu_ms for run in runs),
        median(run.decode_ms for run in runs),
        median(run.peak_mib for run in runs),
        float(max(run.lost for run in runs)),
    )


def main() -> None:
    """Print the table, or be one of its processes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.one_core", description=__doc__)
    parser.add_argument("clip", type=Path, help="a recording, such as `vultus phantom rest` makes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=2, metavar=("SYSTEM", "CORE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.child:
        measure(options.clip, rounds=options.rounds).write()
        return
    system, core = options.child
    try:
        sys.stdout.write(json.dumps(asdict(_measure(system, options.clip, int(core)))))
    except PeerMissing as error:
        sys.stdout.write(str(error))
        sys.exit(os.EX_UNAVAILABLE)


if __name__ == "__main__":
    main()
