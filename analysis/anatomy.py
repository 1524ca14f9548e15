"""Which of MediaPipe's 478 points are which structure. ``right`` and ``left`` are the subject's.

In an unmirrored picture the subject's right side is on the left of the image. The indices were confirmed by warping one side
of a portrait at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Lips:
    """Midway between the midline and the corner of the mouth: the borders of the lips, and their inner edges."""

    upper: int
    lower: int
    inner_upper: int
    inner_lower: int


@dataclass(frozen=True, kw_only=True)
class HalfFace:
    """The points of one side, as indices into the 478 landmarks."""

    commissure: int
    inner_commissure: int
    upper_lid: int
    lower_lid: int
    upper_lid_beside: tuple[int, int]
    lower_lid_beside: tuple[int, int]
    outer_canthus: int
    inner_canthus: int
    brow: tuple[int, ...]
    iris_centre: int
    iris_horizontal: tuple[int, int]
    temple: tuple[int, int]
    forehead: tuple[int, int]
    lips: Lips
    nose_wing: int

    @property
    def points(self) -> tuple[int, ...]:
        """All of them; those of the two sides are in the same order, so that they pair."""
        return (
            self.commissure,
            self.inner_commissure,
            self.upper_lid,
            self.lower_lid,
            *self.upper_lid_beside,
            *self.lower_lid_beside,
            self.outer_canthus,
            self.inner_canthus,
            *self.brow,
            self.iris_centre,
            *self.iris_horizontal,
            *self.temple,
            *self.forehead,
            *self.measured_only,
        )

    @property
    def measured_only(self) -> tuple[int, ...]:
        """Those that say nothing of where the head is."""
        return (self.lips.upper, self.lips.lower, self.lips.inner_upper, self.lips.inner_lower, self.nose_wing)


RIGHT: Final = HalfFace(
    commissure=61,
    inner_commissure=78,
    upper_lid=159,
    lower_lid=145,
    upper_lid_beside=(160, 158),
    lower_lid_beside=(144, 153),
    outer_canthus=33,
    inner_canthus=133,
    brow=(63, 105, 66),
    iris_centre=468,
    iris_horizontal=(469, 471),
    temple=(127, 162),
    forehead=(54, 67),
    lips=Lips(upper=39, lower=181, inner_upper=81, inner_lower=178),
    nose_wing=98,
)
LEFT: Final = HalfFace(
    commissure=291,
    inner_commissure=308,
    upper_lid=386,
    lower_lid=374,
    upper_lid_beside=(387, 385),
    lower_lid_beside=(373, 380),
    outer_canthus=263,
    inner_canthus=362,
    brow=(293, 334, 296),
    iris_centre=473,
    iris_horizontal=(476, 474),
    temple=(356, 389),
    forehead=(284, 297),
    lips=Lips(upper=269, lower=405, inner_upper=311, inner_lower=402),
    nose_wing=327,
)

STABLE: Final = (33, 133, 263, 362, 168, 6, 197)
"""Canthi and bridge of the nose: the points that facial muscles move least; the head frame rests on them."""


MIDLINE: Final = (10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 2, 164, 0, 13, 14, 17, 152)
"""From the forehead over the nose and the lips to the chin: exactly on the middle of the canonical model."""

KEPT: Final = tuple(sorted({*RIGHT.points, *LEFT.points, *MIDLINE}))
"""The points that are kept of every frame, so that memory stays small whatever the length of a recording."""

ROW: Final = {point: row for row, point in enumerate(KEPT)}
"""Landmark index to its row in an array of the kept points."""

FITTED: Final = tuple(ROW[point] for point in KEPT if point not in (*RIGHT.measured_only, *LEFT.measured_only))
"""Rows of the points that the head frame may rest on."""

_PARTNER: Final = {
    **dict(zip(RIGHT.points, LEFT.points, strict=True)),
    **dict(zip(LEFT.points, RIGHT.points, strict=True)),
    **{point: point for point in MIDLINE},
}
MIRRORED: Final = tuple(ROW[_PARTNER[point]] for point in KEPT)
"""For each row of the kept points, the row of its mirror image on the other side; points of the midline are their own."""
