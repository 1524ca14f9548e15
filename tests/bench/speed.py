"""Frames a second and memory, beside a plain loop and Python-OS on the same 720p recording: ``python -m tests.bench.speed``.

Every figure comes from a process of its own; the processes take turns, so that whatever else the machine does disturbs all of
them alike, and only ratios within a turn are given as ratios.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

import av

from analysis.phantom import Phantom
from dicom_io.encode import write_mp4
from tests.bench.cores import PLAIN, WARM_UP, WAYS, Pass, on_cores
from tests.bench.peers import PeerMissing
from tests.bench.tables import Cell, Table

_LIMIT_MIB: Final = 500
_SETTLED: Final = 900
"""Frames after which only what is kept of every frame grows: pictures of the face are kept up to a number."""


def measure(*, rounds: int, smiles: int, longer: tuple[int, ...]) -> tuple[Table, ...]:
    """Speed on a recording of so many smiles, and memory on the same played ``longer`` times over."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "phantom.mp4"
        write_mp4(Phantom("weak-left", smiles=smiles).frames(), clip, preset="veryfast")
        return (_speed(clip, rounds), _memory(clip, longer))


def repeat(clip: Path, times: int, out: Path) -> None:
    """The recording several times over, its pictures copied as they are encoded."""
    with av.open(str(out), "w", format="mp4") as target:
        stream = None
        began = 0
        for _ in range(times):
            with av.open(str(clip)) as source:
                video = source.streams.video[0]
                if stream is None:
                    stream = target.add_stream_from_template(video)
                ends = [began]
                for packet in source.demux(video):
                    if packet.pts is None or packet.dts is None:
                        continue
                    packet.pts += began
                    packet.dts += began
                    ends.append(packet.pts + (packet.duration or 0))
                    packet.stream = stream
                    target.mux(packet)
                began = max(ends)


def _speed(clip: Path, rounds: int) -> Table:
    runs: dict[str, list[Pass]] = {way: [] for way in WAYS}
    missing: dict[str, str] = {}
    for _ in range(rounds):
        for way in (way for way in WAYS if way not in missing):
            try:
                runs[way].append(on_cores(way, clip))
            except PeerMissing as error:
                missing[way] = f"{error}."
    return Table(
        name="Speed",
        columns=(
            "way",
            "cores",
            "frames/s",
            "beside the plain loop",
            "beside it, CPU time",
            "beside Vultus on one core",
            "beside Python-OS",
            "CPU ms/frame",
            "of which decoding",
            "peak MiB",
            "frames lost",
        ),
        rows=tuple(_row(way, runs) for way in WAYS),
        remarks=(
            "Wanted: Vultus on one core >= 0.8 of the plain loop and faster than the clip's 30 frames/s; two cores >= 1.9 of "
            "one, and >= 4 times Python-OS.",
            f"720p H.264, median of {rounds} rounds, first {WARM_UP} pictures not timed, {os.cpu_count()} cores. Ratios within "
            "a round.",
            *missing.values(),
        ),
    )


def _row(way: str, runs: dict[str, list[Pass]]) -> tuple[Cell, ...]:
    mine = runs[way]
    if not mine:
        return (WAYS[way].about, "not installed", *[None] * 9)

    def beside(other: str, cost: Callable[[Pass], float]) -> float | None:
        pairs = zip(mine, runs[other], strict=False)
        return median(cost(base) / cost(run) for run, base in pairs) if runs[other] else None

    decoding = [run.decode_ms for run in mine if run.decode_ms is not None]
    return (
        WAYS[way].about,
        str(WAYS[way].cores),
        1000 / median(run.wall_ms for run in mine),
        beside(PLAIN, lambda run: run.wall_ms),
        beside(PLAIN, lambda run: run.cpu_ms),
        beside("vultus", lambda run: run.wall_ms),
        beside("python-os", lambda run: run.wall_ms),
        median(run.cpu_ms for run in mine),
        median(decoding) if decoding else None,
        median(run.peak_mib for run in mine),
        str(max(run.lost for run in mine)),
    )


def _memory(clip: Path, longer: tuple[int, ...]) -> Table:
    passes: list[Pass] = []
    for times in longer:
        with tempfile.TemporaryDirectory() as folder:
            recording = Path(folder) / "long.mp4"
            repeat(clip, times, recording)
            passes.append(on_cores("vultus-2", recording))
    remarks = [f"Wanted: <= {_LIMIT_MIB} MiB whatever the length. 720p, 30 frames/s, two trackers."]
    settled = [run for run in passes if run.frames >= _SETTLED]
    if len(settled) > 1:
        first, last = settled[0], settled[-1]
        growth = (last.peak_mib - first.peak_mib) / ((last.frames - first.frames) / 1800)
        remarks.append(f"From 30 s on: {growth:.1f} MiB a minute.")
        if growth > 0:
            minutes = (_LIMIT_MIB - last.peak_mib) / growth + last.frames / 1800
            remarks.append(f"At that rate {_LIMIT_MIB} MiB are reached after {minutes:.0f} minutes.")
    return Table(
        name="Memory of an analysis",
        columns=("length, s", "frames", "peak RSS, MiB", "frames/s"),
        rows=tuple((run.frames / 30, str(run.frames), run.peak_mib, 1000 / run.wall_ms) for run in passes),
        digits=0,
        remarks=tuple(remarks),
    )


def main() -> None:
    """Print the tables."""
    for table in measure(rounds=3, smiles=3, longer=(3, 18)):
        table.write()


if __name__ == "__main__":
    main()
