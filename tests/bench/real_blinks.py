"""Blinks of real clips beside a count by eye (``tests/marking/blinks.csv``): ``python -m tests.bench.real_blinks``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from analysis import model
from analysis.pipeline import Analysis, Recording, analyse, provenance
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from dicom_io.frames import open_frames
from tests.bench.pool import spread
from tests.bench.spasm_events import Spanned, found_span, match
from tests.bench.tables import Table

CLIPS: Final = Path(__file__).parents[2].parent / "shared" / "faces"
_MARKS: Final = Path(__file__).parents[1] / "marking" / "blinks.csv"
_BLINKS: Final = ("blink", "partial_blink")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One thing that the lids did, by eye; frames count from 0."""

    kind: str
    onset: int
    end: int
    doubtful: bool


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A clip: what was marked in frames that were used, and what was found."""

    clip: str
    marked: int
    doubtful: int
    unused: int
    found: int
    matched: int
    matched_doubtful: int
    spasms: int
    said: str


def marks(clip: str) -> list[Mark]:
    """The blinks of a clip."""
    with _MARKS.open(newline="") as file:
        return [
            Mark(
                kind=row["kind"],
                onset=int(row["onset_frame"]),
                end=int(row["end_frame"]),
                doubtful="doubtful" in row["note"],
            )
            for row in csv.DictReader(file)
            if row["clip"] == clip and row["kind"] in _BLINKS
        ]


def analysed(path: Path) -> Analysis:
    """The clip as the product sees it."""
    settings = AnalysisSettings()
    with open_frames(path) as frames, LandmarkTracker.on(model.default_path()) as tracker:
        made = provenance("bench", model.SHA256, settings, datetime(2026, 1, 1, tzinfo=UTC))
        return analyse(
            frames, Recording(kind="video", timestamps="file"), trackers=[tracker], settings=settings, provenance=made
        )


def count(path: Path) -> Counted:
    """Found beside marked."""
    done = analysed(path)
    times, used = done.signals["t_s"].to_numpy(), done.signals["used"].to_numpy(dtype=bool)
    blinks, spasm = done.result.blinks, done.result.spasm
    assert blinks is not None
    assert spasm is not None
    seen = [mark for mark in marks(path.stem) if used[mark.onset : mark.end + 1].mean() > 0.5]
    spans = [Spanned(side="both", start_s=times[m.onset], peak_s=times[m.onset], end_s=times[m.end]) for m in seen]
    pairs = match([found_span(one) for one in blinks.events], spans).pairs
    return Counted(
        clip=path.stem,
        marked=sum(not mark.doubtful for mark in seen),
        doubtful=sum(mark.doubtful for mark in seen),
        unused=len(marks(path.stem)) - len(seen),
        found=len(blinks.events),
        matched=sum(not seen[k].doubtful for _, k in pairs),
        matched_doubtful=sum(seen[k].doubtful for _, k in pairs),
        spasms=len(spasm.events),
        said=f"{blinks.status}: {blinks.reason}" if blinks.reason else str(blinks.status),
    )


def clips() -> Iterator[Path]:
    """Those that were marked, as far as they are here."""
    with _MARKS.open(newline="") as file:
        names = sorted({row["clip"] for row in csv.DictReader(file)} | {"intel_again"})
    for name in names:
        yield from sorted(CLIPS.glob(f"{name}.*"))


def measure(*, workers: int | None = None) -> Table:
    """One row a clip."""
    rows = list(spread(count, list(clips()), workers=workers))
    return Table(
        name="Blinks of real clips, beside a count by eye",
        columns=("clip", "marked", "found of them", "doubtful marks", "found of them ", "others found", "marked in unused frames",
                 "contractions", "said"),
        rows=tuple(
            (one.clip, f"{one.marked}", f"{one.matched}", f"{one.doubtful}", f"{one.matched_doubtful}",
             f"{one.found - one.matched - one.matched_doubtful}", f"{one.unused}", f"{one.spasms}", one.said)
            for one in rows
        ),
        remarks=("Frame numbers, and how they were counted: tests/marking/blinks.csv, tests/marking/BLINKS.md.",),
    )  # fmt: skip


if __name__ == "__main__":
    if not any(clips()):
        sys.exit("the marked clips are not here")
    measure().write()
