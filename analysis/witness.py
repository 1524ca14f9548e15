"""What the skin's texture says about readings of the landmarks: pictures chosen, followed, and held against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.calibration import UNKNOWN, Gain, learn_gain
from analysis.registration import Glimpse, follow
from analysis.signals import Course

MOUTH: Final = ((anatomy.RIGHT.commissure,), (anatomy.LEFT.commissure,))
BROW: Final = (anatomy.RIGHT.brow, anatomy.LEFT.brow)
"""What is followed, right and left: the mouth corners, and the middle of the brows."""
_RESTS: Final = 3
_PICTURES: Final = 60
_SAME_POSE_DEG: Final = 2.0
_OUTWARD_UP: Final = np.array([(-1, -1), (1, -1)])
"""From an upright picture's x right and y down, for the right and the left side."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Texture:
    """(g, 2, 2): how far the right and the left part moved between frame ``since`` (g,) and ``frame`` (g,), inter-iris distances,
    x right, y down; NaN where the texture was lost.
    """

    since: NDArray[np.int64]
    frame: NDArray[np.int64]
    moved: NDArray[np.float64]


def watch(
    glimpses: Sequence[Glimpse],
    halves: NDArray[np.float64],
    at_rest: NDArray[np.bool_],
    activity: NDArray[np.float64],
    pose_deg: NDArray[np.float64],
    parts: tuple[Sequence[int], Sequence[int]],
) -> Texture | None:
    """Follow a pair of parts, such as ``MOUTH``, from pictures at rest into pictures of all degrees of their ``activity``, (n,),
    NaN where not to be used.

    ``at_rest`` is (n,). ``pose_deg`` is (n, 2), yaw and pitch: what a turn of the head does to texture is not movement of the
    face, so pictures are held only against rests in the same pose. None where there are no such pictures.
    """
    usable = [glimpse for glimpse in glimpses if np.isfinite(activity[glimpse.frame])]
    resting = [glimpse for glimpse in usable if at_rest[glimpse.frame]]
    if not resting:
        return None
    since, frames, moved = [], [], []
    for k in _spread(len(resting), _RESTS):
        rest = resting[k]
        alike = [g for g in usable if np.abs(pose_deg[g.frame] - pose_deg[rest.frame]).max() < _SAME_POSE_DEG]
        by_activity = sorted(alike, key=lambda glimpse: float(activity[glimpse.frame]))
        chosen = [by_activity[k] for k in _spread(len(by_activity), _PICTURES)]
        since += [rest.frame] * len(chosen)
        frames += [glimpse.frame for glimpse in chosen]
        moved.append(follow(rest, chosen, halves, parts).moved)
    return Texture(since=np.array(since), frame=np.array(frames), moved=np.concatenate(moved))


def _spread(n: int, wanted: int) -> list[int]:
    return [int(k) for k in np.unique(np.linspace(0, n - 1, min(n, wanted)).round())]


def judged(
    texture: Texture | None,
    courses: tuple[Course, Course],
    *,
    noise_px: tuple[float, float],
    iod_px: float,
) -> tuple[tuple[Course, Course], tuple[Gain, Gain]]:
    """The right and the left course of a pair of parts, put right by what texture says of them, and by how much.

    ``noise_px`` is the standard deviation of the two courses at rest.
    """
    if texture is None:
        return courses, (UNKNOWN, UNKNOWN)
    gains = []
    read = [course.px[texture.frame] - course.px[texture.since] for course in courses]
    for side in (0, 1):
        along = texture.moved[:, side] * _OUTWARD_UP[side] @ courses[side].axis
        own, other = read[side] / iod_px, read[1 - side] / iod_px
        gains.append(learn_gain(own, other, along, texture.since, own_noise=noise_px[side] / iod_px))
    right, left = courses
    return (
        replace(right, px=gains[0].own * right.px + gains[0].other * left.px),
        replace(left, px=gains[1].own * left.px + gains[1].other * right.px),
    ), (gains[0], gains[1])
