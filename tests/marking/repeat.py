"""How far two markings of the same frames differ, for each region of the face."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tests.marking.points import Mark

REGIONS: Final = {
    "lid margins": ("upper_lid", "lower_lid"),
    "commissures": ("commissure",),
    "canthi": ("outer_canthus", "inner_canthus"),
}
CANTHI: Final = ("outer_canthus", "inner_canthus")

Places = Mapping[tuple[str, int, str], tuple[float, float]]
"""(clip, frame, point): (x, y) in clip pixels."""


@dataclass(frozen=True, kw_only=True)
class RepeatError:
    """Difference second minus first of the points of one region that both have seen.

    RMS is per coordinate, of the difference itself: one marking alone has about 1/sqrt(2) of it where both are equally
    careful. ``_percent`` is relative to the distance between the midpoints of the two palpebral fissures (mean of inner
    and outer canthus) in the first marking, median over the clip. ``seen_once`` counts points that only one has seen.
    """

    region: str
    points: int
    seen_once: int
    rms_x_px: float
    rms_y_px: float
    rms_x_percent: float
    rms_y_percent: float
    mean_x_px: float
    mean_y_px: float

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"{self.region:12} n={self.points:4} (+{self.seen_once} seen once)  "
            f"rms x {self.rms_x_px:.2f} px ({self.rms_x_percent:.2f} %)  y {self.rms_y_px:.2f} px ({self.rms_y_percent:.2f} %)  "
            f"mean x {self.mean_x_px:+.2f} y {self.mean_y_px:+.2f} px"
        )


def repeat_errors(first: Iterable[Mark], second: Iterable[Mark]) -> tuple[RepeatError, ...]:
    """Repeat error for each region over the frames that both markings hold.

    Raises:
        ValueError: a region has no point in common, or a clip has no frame with the four canthi that give its scale.
    """
    one, two = tuple(first), tuple(second)
    shared = {(mark.clip, mark.frame) for mark in one} & {(mark.clip, mark.frame) for mark in two}
    before, after = (_places(marks, shared) for marks in (one, two))
    distances = eye_distances_px(before)
    if lacking := {clip for clip, _ in shared} - distances.keys():
        raise ValueError(
            f"{sorted(lacking)}: no shared frame with all four canthi, which give the scale; mark one that has them"
        )
    return tuple(_region(name, parts, before, after, distances) for name, parts in REGIONS.items())


def _places(marks: Iterable[Mark], shared: set[tuple[str, int]]) -> Places:
    return {
        (mark.clip, mark.frame, mark.point): (mark.x_px, mark.y_px)
        for mark in marks
        if mark.seen and (mark.clip, mark.frame) in shared
    }


def eye_distances_px(places: Places) -> dict[str, float]:
    """For each clip, the distance between the midpoints of the canthi of both eyes: median over its frames, clip pixels.

    Frames in which one of the four canthi was not seen are left out; a clip without any other is missing in the answer.
    """
    corners = [f"{side}_{canthus}" for side in ("right", "left") for canthus in CANTHI]
    distances: dict[str, list[float]] = {}
    for clip, frame in sorted({key[:2] for key in places}):
        if all((clip, frame, corner) in places for corner in corners):
            right, left = np.array([places[clip, frame, corner] for corner in corners]).reshape(2, 2, 2).mean(axis=1)
            distances.setdefault(clip, []).append(float(np.hypot(*(left - right))))
    return {clip: float(np.median(found)) for clip, found in distances.items()}


def _region(
    name: str, parts: tuple[str, ...], before: Places, after: Places, distances: Mapping[str, float]
) -> RepeatError:
    mine = {key for key in before.keys() | after.keys() if key[2].split("_", 1)[1] in parts}
    both = sorted(mine & before.keys() & after.keys())
    if not both:
        raise ValueError(f"{name}: the two markings have no point in common; compare markings of the same frames")
    difference = np.array([np.subtract(after[key], before[key]) for key in both])
    scale = np.array([distances[clip] for clip, _, _ in both])[:, np.newaxis]
    rms_px = np.sqrt(np.mean(difference**2, axis=0))
    rms_percent = 100 * np.sqrt(np.mean((difference / scale) ** 2, axis=0))
    mean_px = difference.mean(axis=0)
    return RepeatError(
        region=name,
        points=len(both),
        seen_once=len(mine) - len(both),
        rms_x_px=float(rms_px[0]),
        rms_y_px=float(rms_px[1]),
        rms_x_percent=float(rms_percent[0]),
        rms_y_percent=float(rms_percent[1]),
        mean_x_px=float(mean_px[0]),
        mean_y_px=float(mean_px[1]),
    )
