"""What is marked: ten points of a face, the panel that shows each, and a mark as a value with its file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEADER: Final = ("clip", "frame", "point", "x_px", "y_px")

PANELS: Final = ("right_eye", "left_eye", "right_corner", "left_corner")
"""The sides are the subject's. Panels stand in a picture in this order: row by row, left to right."""

EYE: Final = ("outer_canthus", "inner_canthus", "upper_lid", "lower_lid")

POINTS: Final = {
    **{f"{side}_{part}": f"{side}_eye" for side in ("right", "left") for part in EYE},
    **{f"{side}_commissure": f"{side}_corner" for side in ("right", "left")},
}
"""Point: the panel that shows it."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One point in one frame, in pixels of the clip; the centre of the top left pixel is (0, 0).

    Both coordinates are NaN where the structure could not be seen.
    """

    clip: str
    frame: int
    point: str
    x_px: float
    y_px: float

    @property
    def seen(self) -> bool:
        """Whether the structure could be seen."""
        return not math.isnan(self.x_px)


def write_marks(path: Path, marks: Iterable[Mark]) -> None:
    """Write marks sorted by frame and point; an unseen one has empty coordinates."""
    order = list(POINTS)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for mark in sorted(marks, key=lambda mark: (mark.clip, mark.frame, order.index(mark.point))):
            place = (f"{mark.x_px:.2f}", f"{mark.y_px:.2f}") if mark.seen else ("", "")
            writer.writerow((mark.clip, mark.frame, mark.point, *place))


def read_marks(path: Path) -> tuple[Mark, ...]:
    """Read a file of marks.

    Raises:
        ValueError: a row names no known point, or has one coordinate only.
    """
    with path.open(newline="") as file:
        return tuple(_mark(row, path) for row in csv.DictReader(file))


def _mark(row: dict[str, str], path: Path) -> Mark:
    if row["point"] not in POINTS or (row["x_px"] == "") != (row["y_px"] == ""):
        raise ValueError(
            f"{path.name}: row {row} is no mark; name a point of {sorted(POINTS)} and both coordinates or none"
        )
    x_px, y_px = (float(row[name] or "nan") for name in ("x_px", "y_px"))
    return Mark(clip=row["clip"], frame=int(row["frame"]), point=row["point"], x_px=x_px, y_px=y_px)
