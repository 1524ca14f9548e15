"""How far landmarks are from positions that people marked: normalised root mean square error, and its cumulative curve.

Per frame, sqrt(mean over points of the squared distance) divided by the inter-ocular distance, the distance of the outer canthi
(300-W: Sagonas et al. 2016, Image Vis Comput 47:3). Area under the curve and failures are counted up to 0.08, as there; a
frame in which an algorithm found nothing is a failure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_intervals import Rate, clustered_share
from analysis.evaluation.landmark_key import StudyFrame
from analysis.evaluation.landmark_regions import OUTER_CANTHI
from analysis.evaluation.landmark_tables import nearest, read_table
from analysis.evaluation.landmark_values import FrameLandmarks
from analysis.values import Value

POSITION_COLUMNS: Final = ("frame_id", "point", "x_px", "y_px")
LIMIT: Final = 0.08
"""An error of 8 % of the inter-ocular distance is a failure [pub: 300-W]."""

Positions = Mapping[str, Mapping[str, tuple[float, float]]]
"""frame_id to point to (x, y), pixels of the bare frame."""


class PositionErrors(Value):
    """One algorithm's: ``errors`` of the frames in which it found the face, in ascending order; ``lost`` others.

    ``area`` is the area under the cumulative curve up to ``LIMIT``, as a share of it; ``failures`` the share of frames beyond.
    """

    algorithm: str
    frames: int
    lost: int
    errors: tuple[float, ...]
    median: float | None
    area: Rate
    failures: Rate


class Nrmse(Value):
    """``points`` are those that every algorithm has and somebody marked; ``normalised_by`` says by which distance."""

    points: tuple[str, ...]
    frames: int
    normalised_by: str
    algorithms: tuple[PositionErrors, ...]


def read_positions(path: Path, frames: Sequence[StudyFrame]) -> Positions:
    """Read marked positions.

    Raises:
        LandmarkStudyError: unknown frames, points marked twice, or places that are no numbers.
    """
    table = read_table(path, POSITION_COLUMNS)
    known = [frame.frame_id for frame in frames]
    marked: dict[str, dict[str, tuple[float, float]]] = {}
    for row in table.rows:
        frame_id, point = row["frame_id"].removesuffix(".png"), row["point"]
        if frame_id not in known:
            table.fault(row, f"{frame_id!r} is no frame of this study{nearest(frame_id, known)}")
            continue
        if not (row["x_px"] or row["y_px"]):
            continue  # the template names every point; what could not be seen is left empty
        points = marked.setdefault(frame_id, {})
        if point in points:
            table.fault(row, f"the point {point!r} is marked twice in the frame {frame_id}")
        points[point] = (table.number(row, "x_px"), table.number(row, "y_px"))
    table.check()
    if not marked:
        raise LandmarkStudyError(f"{path.name} marks no position: fill in x_px and y_px, or leave --positions out")
    return marked


def position_errors(
    positions: Positions,
    frames: Sequence[StudyFrame],
    landmarks: Mapping[str, Sequence[FrameLandmarks]],
    algorithms: Sequence[str],
) -> Nrmse:
    """The errors of every algorithm on the same points of the same frames.

    Raises:
        LandmarkStudyError: no marked point is one that all algorithms have.
    """
    found = {
        (recording, one.algorithm, one.frame): {each.point: (each.x, each.y) for each in one.landmarks}
        for recording, here in landmarks.items()
        for one in here
    }
    names = {
        algorithm: {point for (_, other, _), points in found.items() if other == algorithm for point in points}
        for algorithm in algorithms
    }
    marked = {point for points in positions.values() for point in points}
    common = sorted(marked.intersection(*names.values()))
    if not common:
        unknown = sorted(marked.difference(*names.values()))[:3]
        raise LandmarkStudyError(
            f"no marked point is one that all of {', '.join(algorithms)} have; for instance {', '.join(unknown) or 'none'}: "
            "name points as in landmarks.csv"
        )
    shown = [frame for frame in frames if set(positions.get(frame.frame_id, ())) & set(common)]
    by_marks = all(set(OUTER_CANTHI) <= set(positions[frame.frame_id]) for frame in shown)
    results = []
    for algorithm in algorithms:
        errors = [
            _nrmse(
                {point: place for point, place in positions[frame.frame_id].items() if point in common},
                found.get((frame.recording, algorithm, frame.chosen.frame), {}),
                _distance(*(positions[frame.frame_id][point] for point in OUTER_CANTHI))
                if by_marks
                else frame.chosen.inter_ocular_px,
            )
            for frame in shown
        ]
        recordings = [frame.recording for frame in shown]
        finite = sorted(error for error in errors if math.isfinite(error))
        median = float(np.median(errors))
        results.append(
            PositionErrors(
                algorithm=algorithm,
                frames=len(errors),
                lost=len(errors) - len(finite),
                errors=tuple(finite),
                median=median if math.isfinite(median) else None,
                area=clustered_share(recordings, [max(0.0, 1 - error / LIMIT) for error in errors]),
                failures=clustered_share(recordings, [float(error > LIMIT) for error in errors]),
            )
        )
    return Nrmse(
        points=tuple(common),
        frames=len(shown),
        normalised_by="marked outer canthi" if by_marks else "outer canthi by plain looks, as they were not all marked",
        algorithms=tuple(results),
    )


def _nrmse(
    marked: Mapping[str, tuple[float, float]], found: Mapping[str, tuple[float, float]], inter_ocular_px: float
) -> float:
    """Infinite where the algorithm does not have all marked points."""
    if not marked.keys() <= found.keys():
        return math.inf
    squared = [_distance(place, found[point]) ** 2 for point, place in marked.items()]
    return math.sqrt(sum(squared) / len(squared)) / inter_ocular_px


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])
