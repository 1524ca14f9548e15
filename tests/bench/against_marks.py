"""Systems against places that people marked on real video: ``python -m tests.bench.against_marks``.

The marks are kept out of every choice of the method, so this is the last thing to be run and no part of ``make bench`` by
default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from dicom_io.frames import open_frames
from tests.bench.followed import of_analysis
from tests.bench.head_signals import Signals, in_plain_frame, signals
from tests.bench.marked import (
    LIDS,
    MOUTH,
    Marked,
    apertures,
    differences,
    excursions,
    gain,
    main_axis_of,
    marked,
    mean_of,
    places_of,
    rms,
)
from tests.bench.ours import Vultus
from tests.bench.peers import MediaPipe, Mode
from tests.bench.reading import Picture, Reading
from tests.bench.spliced import FACES
from tests.bench.tables import Cell, Table
from tests.marking.points import read_marks

MARKS: Final = Path(__file__).parents[1] / "marking" / "marks"
CLIPS: Final = ("pyfeat_WolfgangLanger_Pexels", "dynaface_video1-512")
MARKERS: Final = ("a", "b")


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """What one system makes of a clip: its points in every picture, and its excursions and apertures."""

    name: str
    reading: Reading
    signals: Signals


def tables(clip: str, found: tuple[System, ...], markings: Mapping[str, Marked]) -> tuple[Table, ...]:
    """Errors and gains on one clip; ``markings`` by the name of whoever marked."""
    together = mean_of(*(markings[marker] for marker in MARKERS))
    against = {**{f"marker {name}": markings[name] for name in MARKERS}, "mean of both": together}
    return (_errors(clip, found, against), _gains(clip, found, against, markings))


def _errors(clip: str, found: tuple[System, ...], against: Mapping[str, Marked]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    remarks = []
    # one reading may stand behind two kinds of signals
    by_points = tuple({id(system.reading): system for system in reversed(found)}.values())[::-1]
    for region, names in (("mouth corners", MOUTH), ("lid margins", LIDS)):
        cells: dict[str, list[Cell]] = {system.name: [] for system in by_points}
        for marker, marking in against.items():
            apart = {s.name: differences(places_of(s.reading, marking.frames), marking, names) for s in by_points}
            known = np.asarray(np.isfinite(np.stack(list(apart.values()))).all(axis=0))
            for name, difference in apart.items():
                cells[name].append(rms(difference, known))
            marked_here = int(np.isfinite(marking.of(names)).sum())
            remarks.append(
                f"{region}, {marker}: {known.sum()} of {marked_here} marked points were seen by all systems."
            )
        rows += [(region, name, *figures) for name, figures in cells.items()]
        one, other = (against[f"marker {name}"] for name in MARKERS)
        frames, mine, yours = np.intersect1d(one.frames, other.frames, return_indices=True)
        first = Marked(frames=frames, places=one.places[mine])
        difference = differences(other.places[yours], first, names)
        rows.append(
            (region, "marker b, for comparison", rms(difference, np.asarray(np.isfinite(difference))), None, None)
        )
    return Table(
        name=f"Error against marks, {clip}",
        columns=("region", "system", *(f"RMS to {marker}, % IOD" for marker in against)),
        rows=tuple(rows),
        remarks=("Distance in the plane, mean difference of each point taken out.", *remarks),
    )


def _gains(
    clip: str, found: tuple[System, ...], against: Mapping[str, Marked], markings: Mapping[str, Marked]
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for region, of_marks in (("commissure excursion", excursions), ("lid aperture", apertures)):
        for system in found:
            cells = []
            for marking in against.values():
                sides = system.signals.mouth if of_marks is excursions else system.signals.lid
                read = (sides.right[marking.frames], sides.left[marking.frames])
                slope = gain(read, of_marks(marking))
                cells.append(None if slope is None else str(slope))
            rows.append((region, system.name, *cells))
        one, other = (markings[name] for name in MARKERS)
        frames, mine, yours = np.intersect1d(one.frames, other.frames, return_indices=True)
        slope = gain(
            of_marks(Marked(frames=frames, places=other.places[yours])),
            of_marks(Marked(frames=frames, places=one.places[mine])),
        )
        rows.append((region, "marker b, for comparison", None if slope is None else str(slope), None, None))
    return Table(
        name=f"Movement against marks, {clip}",
        columns=("signal", "system", *(f"slope on {marker} (95 %)" for marker in against)),
        rows=tuple(rows),
        remarks=(
            "One slope for both sides. Errors of the marks make every slope smaller by the same factor, whatever the system.",
            "Plain modes along the main axis of the marks' movement in their own head frame; Vultus as its signals are.",
            "Systems count in distances of the irises, marks in distances of the palpebral fissures, some per cent apart.",
        ),
    )


def systems(pictures: list[tuple[Picture, float]], together: Marked) -> tuple[System, ...]:
    """Every system on a recording; axes of the plain modes from the marks."""
    axis = main_axis_of(together)
    found = []
    for mode in Mode:
        peer = MediaPipe(mode=mode)
        reading = peer.read(pictures)
        head = signals(in_plain_frame(reading), mouth_axis=axis, iod_px=reading.iod_px)
        found.append(System(name=peer.name, reading=reading, signals=head))
    ours = Vultus().watch(pictures)
    found.append(System(name="Vultus", reading=ours.reading, signals=of_analysis(ours.analysis).raw))
    uncorrected = signals(in_plain_frame(ours.reading), mouth_axis=axis, iod_px=ours.reading.iod_px)
    found.append(System(name="Vultus, landmarks only, plain head frame", reading=ours.reading, signals=uncorrected))
    return tuple(found)


def measure() -> tuple[Table, ...]:
    """Both clips, where they lie beside the project."""
    found: list[Table] = []
    for clip in CLIPS:
        path = FACES / f"{clip}.mp4"
        if not path.is_file():
            found.append(Table(name=f"Error against marks, {clip}", columns=(), rows=(), remarks=("No recording.",)))
            continue
        markings = {marker: marked(read_marks(MARKS / f"{clip}.{marker}.csv")) for marker in MARKERS}
        with open_frames(path, threads=1) as stream:
            pictures = [(frame.rgb, frame.time_s) for frame in stream]
        together = mean_of(*(markings[marker] for marker in MARKERS))
        found += tables(clip, systems(pictures, together), markings)
    return tuple(found)


def main() -> None:
    """Print the tables."""
    for table in measure():
        table.write()


if __name__ == "__main__":
    main()
