"""The five facial features that are rated, and which of the measured points belong to each.

Greene, Kalavacherla and Mills (doi 10.1089/fpsam.2024.0381; preprint bioRxiv 2024.03.28.584911) let raters judge five facial
features. Here they are brow, eye, nose, mouth and the outline of the face. What is drawn of Vultus' own algorithms is what
Vultus measures with and nothing else; the forehead's middle, the glabella and the philtrum belong to no feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from analysis import anatomy
from analysis.anatomy import HalfFace


class FaceRegion(StrEnum):
    """A facial feature; both sides of it are rated together."""

    BROW = "brow"
    EYE = "eye"
    NOSE = "nose"
    MOUTH = "mouth"
    OUTLINE = "outline"


def _half(side: HalfFace) -> dict[str, tuple[FaceRegion, int]]:
    brow_outer, brow_middle, brow_inner = side.brow
    return {
        "brow_outer": (FaceRegion.BROW, brow_outer),
        "brow_middle": (FaceRegion.BROW, brow_middle),
        "brow_inner": (FaceRegion.BROW, brow_inner),
        "outer_canthus": (FaceRegion.EYE, side.outer_canthus),
        "inner_canthus": (FaceRegion.EYE, side.inner_canthus),
        "upper_lid": (FaceRegion.EYE, side.upper_lid),
        "upper_lid_outer": (FaceRegion.EYE, side.upper_lid_beside[0]),
        "upper_lid_inner": (FaceRegion.EYE, side.upper_lid_beside[1]),
        "lower_lid": (FaceRegion.EYE, side.lower_lid),
        "lower_lid_outer": (FaceRegion.EYE, side.lower_lid_beside[0]),
        "lower_lid_inner": (FaceRegion.EYE, side.lower_lid_beside[1]),
        "iris_centre": (FaceRegion.EYE, side.iris_centre),
        "iris_inner": (FaceRegion.EYE, side.iris_horizontal[0]),
        "iris_outer": (FaceRegion.EYE, side.iris_horizontal[1]),
        "nose_wing": (FaceRegion.NOSE, side.nose_wing),
        "commissure": (FaceRegion.MOUTH, side.commissure),
        "inner_commissure": (FaceRegion.MOUTH, side.inner_commissure),
        "upper_lip": (FaceRegion.MOUTH, side.lips.upper),
        "lower_lip": (FaceRegion.MOUTH, side.lips.lower),
        "inner_upper_lip": (FaceRegion.MOUTH, side.lips.inner_upper),
        "inner_lower_lip": (FaceRegion.MOUTH, side.lips.inner_lower),
        "temple_lower": (FaceRegion.OUTLINE, side.temple[0]),
        "temple_upper": (FaceRegion.OUTLINE, side.temple[1]),
        "forehead_outer": (FaceRegion.OUTLINE, side.forehead[0]),
        "forehead_inner": (FaceRegion.OUTLINE, side.forehead[1]),
    }


_MIDLINE: Final = {
    "nasion": (FaceRegion.NOSE, 168),
    "nose_bridge_upper": (FaceRegion.NOSE, 6),
    "nose_bridge_middle": (FaceRegion.NOSE, 197),
    "nose_bridge_lower": (FaceRegion.NOSE, 195),
    "nose_supratip": (FaceRegion.NOSE, 5),
    "nose_tip": (FaceRegion.NOSE, 4),
    "subnasale": (FaceRegion.NOSE, 2),
    "upper_lip_midline": (FaceRegion.MOUTH, 0),
    "inner_upper_lip_midline": (FaceRegion.MOUTH, 13),
    "inner_lower_lip_midline": (FaceRegion.MOUTH, 14),
    "lower_lip_midline": (FaceRegion.MOUTH, 17),
    "forehead_top": (FaceRegion.OUTLINE, 10),
    "chin": (FaceRegion.OUTLINE, 152),
}


def _named() -> Iterator[tuple[str, tuple[FaceRegion, int]]]:
    for side, half in (("right", anatomy.RIGHT), ("left", anatomy.LEFT)):
        yield from ((f"{side}_{name}", place) for name, place in _half(half).items())
    yield from _MIDLINE.items()


NAMED: Final[dict[str, tuple[FaceRegion, int]]] = dict(_named())
"""Name of a point to its feature and its index among the 478 landmarks. ``right`` and ``left`` are the subject's."""

OUTER_CANTHI: Final = ("right_outer_canthus", "left_outer_canthus")
"""Between them lies the inter-ocular distance of the 300-W benchmark (Sagonas et al. 2016)."""
