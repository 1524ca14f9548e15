"""Where each panel is cut, roughly: places read off contact sheets and rounded to 10 px. They also list the frames."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tests.marking.points import PANELS

GUESSES: Final = Path(__file__).with_name("guesses.csv")


@dataclass(frozen=True, kw_only=True)
class Look:
    """One frame to be marked; ``centres_px`` are (x, y) for each of the panels, in clip pixels."""

    clip: str
    frame: int
    centres_px: tuple[tuple[float, float], ...]


def looks(clip: str) -> tuple[Look, ...]:
    """Every frame of a clip that is to be marked, in time order.

    Raises:
        ValueError: no frames were chosen for this clip.
    """
    with GUESSES.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["clip"] == clip]
    if not rows:
        raise ValueError(f"no frames were chosen for {clip}; add them to {GUESSES.name}")
    places = {(int(row["frame"]), row["panel"]): (float(row["x_px"]), float(row["y_px"])) for row in rows}
    return tuple(
        Look(clip=clip, frame=frame, centres_px=tuple(places[frame, panel] for panel in PANELS))
        for frame in sorted({frame for frame, _ in places})
    )


def arranged(chosen: tuple[Look, ...], *, frames: int, shift_px: float, seed: int) -> tuple[Look, ...]:
    """Frames evenly spread over the list, in random order, every panel's centre moved by up to ``shift_px`` on each axis.

    The shift keeps the place of a structure in its panel from telling anything about the structure.
    """
    rng = np.random.default_rng(seed)
    spread = [chosen[int((index + 0.5) * len(chosen) / frames)] for index in range(min(frames, len(chosen)))]
    return tuple(
        Look(
            clip=spread[index].clip,
            frame=spread[index].frame,
            centres_px=tuple(
                (x + float(rng.uniform(-shift_px, shift_px)), y + float(rng.uniform(-shift_px, shift_px)))
                for x, y in spread[index].centres_px
            ),
        )
        for index in rng.permutation(len(spread))
    )
