"""The face detector's raw answer to the squares that the landmark network shall look at.

The network (BlazeFace short range, Bazarevsky et al. 2019) answers for 896 anchors on a 128 x 128 letterboxed picture. Decoding,
thresholds and merging are those of MediaPipe's ``face_detector_graph.cc``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis.networks import MAX_FACES, Roi

SIDE: Final = 128

_GRIDS: Final = ((16, 2), (8, 6))
"""Cells along a side, anchors in a cell."""
_MIN_SCORE: Final = 0.5
_SAME_FACE_OVERLAP: Final = 0.5
_ROI_SCALE: Final = 1.5
_EYES: Final = (4, 6)
"""Columns of the right and the left eye in the network's regressors, after the box's centre and size."""


def _anchors() -> NDArray[np.float32]:
    grids = []
    for cells, repeats in _GRIDS:
        centres = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        grids.append(np.repeat(np.column_stack([x.ravel(), y.ravel()]), repeats, axis=0))
    return np.concatenate(grids).astype(np.float32)


_ANCHORS: Final = _anchors()


def rois(regressors: NDArray[np.float32], scores: NDArray[np.float32], letterbox: Roi) -> list[Roi]:
    """The faces' squares in the picture, the surest first, at most ``MAX_FACES``.

    Args:
        regressors: (896, 16): box centre, box size and six key points, in pixels of the network's input, centres and key
            points from the anchor.
        scores: (896,), before the sigmoid.
        letterbox: the square of the picture that the detector was shown; it is not rolled.
    """
    certainty = expit(scores.astype(np.float64))
    sure = np.flatnonzero(certainty >= _MIN_SCORE)
    sure = sure[np.argsort(-certainty[sure], kind="stable")]
    boxes = _boxes(regressors[sure].astype(np.float64), _ANCHORS[sure])
    merged = _merge(boxes, certainty[sure])
    return [_roi(box, letterbox) for box in merged[:MAX_FACES]]


def _boxes(raw: NDArray[np.float64], anchors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows of left, top, right, bottom, right eye x y, left eye x y, in parts of the letterbox."""
    raw = raw / SIDE
    centre, half = raw[:, :2] + anchors, raw[:, 2:4] / 2
    eyes = [raw[:, column : column + 2] + anchors for column in _EYES]
    return np.hstack([centre - half, centre + half, *eyes])


def _merge(boxes: NDArray[np.float64], certainty: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Weighted non-maximum suppression: boxes that overlap the surest one are averaged with it, by their scores."""
    merged = []
    while len(boxes):
        same = _overlap(boxes, boxes[0]) > _SAME_FACE_OVERLAP
        if not same.any():
            merged.append(boxes[0])
            break
        merged.append(np.average(boxes[same], axis=0, weights=certainty[same]))
        boxes, certainty = boxes[~same], certainty[~same]
    return merged


def _overlap(boxes: NDArray[np.float64], one: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of each box with one of them."""
    sides = np.minimum(boxes[:, 2:4], one[2:4]) - np.maximum(boxes[:, :2], one[:2])
    shared = np.prod(np.maximum(sides, 0), axis=1)
    areas = np.prod(np.maximum(boxes[:, 2:4] - boxes[:, :2], 0), axis=1)
    union = areas + np.prod(np.maximum(one[2:4] - one[:2], 0)) - shared
    share: NDArray[np.float64] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return share


def _roi(box: NDArray[np.float64], letterbox: Roi) -> Roi:
    centre = (box[:2] + box[2:4]) / 2
    eye_line = box[6:8] - box[4:6]
    return Roi(
        centre_x=letterbox.centre_x + (float(centre[0]) - 0.5) * letterbox.size,
        centre_y=letterbox.centre_y + (float(centre[1]) - 0.5) * letterbox.size,
        size=_ROI_SCALE * float((box[2:4] - box[:2]).max()) * letterbox.size,
        roll_rad=math.atan2(float(eye_line[1]), float(eye_line[0])),
    )
