"""Things in the way, drawn with soft edges: a hand, a surgical mask, sunglasses, a second person, blackness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.phantom.landmarks import FACE_OVAL, MOUTH_MIDDLE
from analysis.phantom.scenario import Thing
from analysis.phantom.still import Points, Still

_MASK_COLOUR: Final = (126, 172, 190)
_LENS_COLOUR: Final = (22, 20, 24)
_LOWER_OVAL: Final = (
    454,
    323,
    361,
    288,
    397,
    365,
    379,
    378,
    400,
    377,
    152,
    148,
    176,
    149,
    150,
    136,
    172,
    58,
    132,
    93,
    234,
)
_CHEEKS: Final = (50, 280)
_NEIGHBOUR_SCALE: Final = 0.8


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """What is seen instead of the picture, and how much of it."""

    colour: NDArray[np.float32]
    share: NDArray[np.float32]
    region: tuple[slice, slice]
    with_head: bool
    """Worn: it moves as the head does."""

    def over(self, picture: NDArray[np.uint8]) -> None:
        """Lay it over a picture, in place."""
        below = picture[self.region].astype(np.float32)
        picture[self.region] = np.rint(below + (self.colour - below) * self.share).astype(np.uint8)


def layer(thing: Thing, still: Still) -> Layer:
    """What a thing looks like before this face."""
    if thing is Thing.SECOND_PERSON:
        return _neighbour(still)
    shape = np.zeros(still.rgb.shape[:2], dtype=np.uint8)
    colour = np.zeros(still.rgb.shape, dtype=np.float32)
    if thing is Thing.BLACKNESS:
        shape[:] = 255
    elif thing is Thing.HAND:
        _draw_hand(shape, still)
        cheeks = np.rint(still.mesh[list(_CHEEKS), :2]).astype(int)
        skin = np.mean([still.rgb[y - 3 : y + 4, x - 3 : x + 4].mean(axis=(0, 1)) for x, y in cheeks], axis=0)
        colour[:] = skin * 0.92
        colour *= _relief(shape, still)
    elif thing is Thing.MASK:
        _fill(shape, still.axes.pixels(_mask_outline(still)))
        colour[:] = _MASK_COLOUR
        colour *= _relief(shape, still)
    else:
        for side in (-1, 1):
            centre = still.axes.pixels(np.array([0.5 * side, 0.06]))
            half = still.axes.iod_px * np.array([0.42, 0.33])
            angle = float(np.rad2deg(np.arctan2(still.axes.across[1], still.axes.across[0])))
            cv2.ellipse(shape, _point(centre), _point(half), angle, 0, 360, 255, -1)
        bar = still.axes.pixels(np.array([[-0.95, -0.08], [0.95, -0.08]]))
        cv2.line(shape, _point(bar[0]), _point(bar[1]), 255, max(round(0.06 * still.axes.iod_px), 1))
        colour[:] = _LENS_COLOUR
    return _cut_out(shape, colour, with_head=thing is not Thing.HAND and thing is not Thing.BLACKNESS)


def _cut_out(shape: NDArray[np.uint8], colour: NDArray[np.float32], *, with_head: bool) -> Layer:
    x, y, width, height = cv2.boundingRect(shape)
    region = (slice(max(y - 4, 0), y + height + 4), slice(max(x - 4, 0), x + width + 4))
    share = np.asarray(shape[region] / 255, dtype=np.float32)
    if not share.all():
        share = np.asarray(cv2.GaussianBlur(share, (0, 0), 1.2), dtype=np.float32)
    return Layer(colour=colour[region], share=share[..., None], region=region, with_head=with_head)


def _point(at: Points) -> tuple[int, int]:
    return round(float(at[0])), round(float(at[1]))


def _fill(shape: NDArray[np.uint8], outline: Points) -> None:
    cv2.fillPoly(shape, [np.rint(outline).astype(np.int32)], 255)


def _relief(shape: NDArray[np.uint8], still: Still) -> NDArray[np.float32]:
    """Darker towards the edge, as a rounded thing is."""
    depth = cv2.distanceTransform(shape, cv2.DIST_L2, 5) / (0.12 * still.axes.iod_px)
    return np.asarray(0.75 + 0.3 * np.clip(depth, 0, 1), dtype=np.float32)[..., None]


def _mask_outline(still: Still) -> Points:
    """The lower face from the bridge of the nose to the chin."""
    lower = still.in_face(*_LOWER_OVAL)
    bridge = float(still.in_face(195)[0, 1])
    lower = lower[lower[:, 1] > bridge] * np.array([1.02, 1.03])
    return np.concatenate([lower, [[lower[-1, 0], bridge + 0.1], [0.0, bridge], [lower[0, 0], bridge + 0.1]]])


def _draw_hand(shape: NDArray[np.uint8], still: Still) -> None:
    """A palm that comes from below, its fingers across the mouth."""
    mouth = still.in_face(*MOUTH_MIDDLE).mean(axis=0)
    thick = max(round(0.2 * still.axes.iod_px), 1)
    for k, (reach, height) in enumerate(((0.55, -0.28), (0.68, -0.09), (0.66, 0.10), (0.5, 0.28))):
        ends = still.axes.pixels(mouth + np.array([[-0.75, height + 0.02 * k], [reach, height]]))
        cv2.line(shape, _point(ends[0]), _point(ends[1]), 255, thick)
    palm = mouth + np.array([[-0.6, -0.4], [-0.35, -0.3], [-0.3, 0.45], [-0.6, 1.6], [-1.3, 1.6], [-1.15, 0.1]])
    _fill(shape, still.axes.pixels(palm))


def _neighbour(still: Still) -> Layer:
    """The same face, mirrored and smaller, on the roomier side; it does not move."""
    height, width = still.rgb.shape[:2]
    mirrored = np.ascontiguousarray(still.rgb[:, ::-1])
    eyes = np.array([width - 1 - still.axes.origin[0], still.axes.origin[1]])
    room_right = still.axes.origin[0] < width / 2
    there = np.array([width * (0.84 if room_right else 0.16), still.axes.origin[1]])
    matrix = np.column_stack([np.eye(2) * _NEIGHBOUR_SCALE, there - _NEIGHBOUR_SCALE * eyes])
    colour = cv2.warpAffine(mirrored, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    oval = np.array([2 * there[0], 0]) + still.mesh[list(FACE_OVAL), :2] * np.array([-1, 1])
    centre = np.array([width - 1 - still.axes.origin[0], still.axes.origin[1]])
    oval = there + ((np.array([width - 1, 0]) + still.mesh[list(FACE_OVAL), :2] * np.array([-1, 1])) - centre) * (
        1.25 * _NEIGHBOUR_SCALE
    )
    shape = np.zeros((height, width), dtype=np.uint8)
    _fill(shape, oval)
    return _cut_out(shape, colour.astype(np.float32), with_head=False)
