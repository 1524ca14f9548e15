"""Which of MediaPipe's 478 points are which structure. ``right`` and ``left`` are the subject's.

In an unmirrored picture the subject's right side is on the left of the image. The indices were confirmed by warping one side
of a portrait at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class HalfFace:
    """The points of one side, as indices into the 478 landmarks."""

    commissure: int
    upper_lid: int
    lower_lid: int
    outer_canthus: int
    inner_canthus: int
    brow: tuple[int, ...]
    iris_centre: int
    iris_horizontal: tuple[int, int]


RIGHT: Final = HalfFace(
    commissure=61,
    upper_lid=159,
    lower_lid=145,
    outer_canthus=33,
    inner_canthus=133,
    brow=(63, 105, 66),
    iris_centre=468,
    iris_horizontal=(469, 471),
)
LEFT: Final = HalfFace(
    commissure=291,
    upper_lid=386,
    lower_lid=374,
    outer_canthus=263,
    inner_canthus=362,
    brow=(293, 334, 296),
    iris_centre=473,
    iris_horizontal=(474, 476),
)

STABLE: Final = (33, 133, 263, 362, 168, 6, 197, 4)
"""Canthi and nose: the points that facial muscles move least; the head frame rests on them."""


def _points_of(half: HalfFace) -> tuple[int, ...]:
    return (
        half.commissure,
        half.upper_lid,
        half.lower_lid,
        half.outer_canthus,
        half.inner_canthus,
        half.iris_centre,
        *half.brow,
        *half.iris_horizontal,
    )


KEPT: Final = tuple(sorted({*_points_of(RIGHT), *_points_of(LEFT), *STABLE}))
"""The points that are kept of every frame, so that memory stays small whatever the length of a recording."""

ROW: Final = {point: row for row, point in enumerate(KEPT)}
"""Landmark index to its row in an array of the kept points."""
