"""One row a decoded frame: what each side of the face does, in millimetres, and where the head points.

The commissure's excursion is a scalar: its displacement from rest along its own main movement axis in the head frame, outward
and up positive, zero at rest. Palpebral fissure height is the distance between the margins of the lids in the middle of the eye;
brow height is the height of the brow's upper edge above the line of the canthi. Raw, not smoothed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import anatomy
from analysis.anatomy import HalfFace
from analysis.smoothing import runs
from analysis.subject import FaceTrack

COLUMNS: Final = (
    "frame", "t_s", "face", "used",
    "right_commissure_mm", "left_commissure_mm", "right_aperture_mm", "left_aperture_mm", "right_brow_mm", "left_brow_mm",
    "yaw_deg", "pitch_deg", "roll_deg", "iod_px",
)  # fmt: skip
_REST_SHARE: Final = 0.1
_REST_WINDOW_S: Final = 0.5
_REST_MIN_FRAMES: Final = 4
_FROZEN: Final = 0.5
_OPEN: Final = 0.75
_MOUTH: Final = tuple(
    point for side in (anatomy.RIGHT, anatomy.LEFT) for point in (side.commissure, side.lips.upper, side.lips.lower)
)
_DWELLINGS: Final = 400


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Millimetres in one pixel of the head frame and in the median inter-iris distance, from the iris."""

    mm_per_px: float
    mm_per_iod: float


def _at(head: NDArray[np.float64], point: int) -> NDArray[np.float64]:
    """(n, 2): a point in the frontal plane of the head frame."""
    return head[:, anatomy.ROW[point], :2]


def iris_scale(head: NDArray[np.float64], used: NDArray[np.bool_], *, iris_diameter_mm: float) -> Scale:
    """The scale at which the median iris, of both eyes and all used frames, has its anatomical diameter."""
    diameters = [
        np.linalg.norm(_at(head, side.iris_horizontal[0]) - _at(head, side.iris_horizontal[1]), axis=1)[used]
        for side in (anatomy.RIGHT, anatomy.LEFT)
    ]
    mm_per_px = iris_diameter_mm / float(np.median(np.concatenate(diameters)))
    distance = np.linalg.norm(_at(head, anatomy.RIGHT.iris_centre) - _at(head, anatomy.LEFT.iris_centre), axis=1)[used]
    return Scale(mm_per_px=mm_per_px, mm_per_iod=mm_per_px * float(np.median(distance)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """How far one part of the face has gone from rest, (n,) in pixels of the head frame, along ``axis`` (2,): outward, up."""

    px: NDArray[np.float64]
    axis: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rest:
    """The stretches of a recording in which the mouth expresses least."""

    windows: tuple[slice, ...]

    def frames(self, n: int) -> NDArray[np.bool_]:
        """(n,) whether a frame lies in one of them."""
        mask = np.zeros(n, dtype=np.bool_)
        for window in self.windows:
            mask[window] = True
        return mask

    def position(self, path: NDArray[np.float64]) -> NDArray[np.float64]:
        """Median of a path, (n, 2) or (n,), over all of them; frames without it are left out, NaN where there is none."""
        there = np.concatenate([path[window] for window in self.windows])
        there = there[np.isfinite(there).reshape(len(there), -1).all(axis=1)]
        return np.asarray(np.median(there, axis=0) if len(there) else np.full(path.shape[1:], np.nan))

    def noise(self, values: NDArray[np.float64]) -> float:
        """Standard deviation of a signal, (n,), within a stretch; the median of all, so that slow drift does not count.

        Frames without it are left out; NaN where no stretch shows it.
        """
        shown = [seen for window in self.windows if len(seen := values[window][np.isfinite(values[window])]) > 1]
        return float(np.median([seen.std() for seen in shown])) if shown else float("nan")

    def least_noise(self, values: NDArray[np.float64]) -> float:
        """That of the quietest stretch: small twitches, which blendshapes do not see, may fill the others."""
        return float(np.min([values[window].std() for window in self.windows]))


def find_rest(
    track: FaceTrack,
    times_s: NDArray[np.float64],
    used: NDArray[np.bool_],
    repeated: NDArray[np.bool_],
    eyes_open: NDArray[np.bool_] | None = None,
) -> Rest | None:
    """Half-second stretches whose mean mouth activity, by the model's own blendshapes, is among the lowest tenth.

    Stretches of which more than half only repeats the frame before are left out: a frozen picture shows no noise. So are those
    in which the eyes are not open all the time, as long as there are others: a mouth never expresses less than while the eyes
    are shut on purpose, and an affected corner may be drawn then.

    None where the face is nowhere seen for so long: then the noise is unknown, and no movement can be told from it.
    The blendshapes only tell rest from movement. Which side moves is never read from them.
    """
    samples = max(round(_REST_WINDOW_S / float(np.median(np.diff(times_s)))), _REST_MIN_FRAMES)
    windows = _stretches(used, repeated, samples)
    if eyes_open is not None:
        windows = _stretches(used & eyes_open, repeated, samples) or windows
    if not windows:
        return None
    activity = np.array([track.mouth_activity[window].mean() for window in windows])
    limit = np.quantile(activity, _REST_SHARE)
    return Rest(windows=tuple(window for window, a in zip(windows, activity, strict=True) if a <= limit))


def _stretches(used: NDArray[np.bool_], repeated: NDArray[np.bool_], samples: int) -> list[slice]:
    return [
        slice(start, start + samples)
        for run in runs(used)
        for start in range(run.start, run.stop - samples + 1)
        if repeated[start : start + samples].mean() <= _FROZEN
    ]


def eyes_open(head: NDArray[np.float64], used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,) where both eyes are open by more than ``_OPEN`` of what each usually is at its widest."""
    sides = np.array([_aperture(head, side) for side in (anatomy.RIGHT, anatomy.LEFT)])
    widest = np.nanquantile(sides[:, used], 0.9, axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((sides > _OPEN * widest[:, None]).all(axis=0))


def where_it_dwells(
    rest: Rest, head: NDArray[np.float64], used: NDArray[np.bool_], times_s: NDArray[np.float64], *, tolerance_px: float
) -> Rest:
    """Rest, unless the mouth began elsewhere and there it mostly is.

    A mouth that purses or lifts its lips, or one that always smiles a little, can express less in a movement than at rest. If the
    first half second and the place to which the still mouth most often returns agree with each other to within
    ``tolerance_px`` and not with ``rest``, rest is there.
    """
    mouth = np.concatenate([_at(head, point) for point in _MOUTH], axis=1)
    samples = max(round(_REST_WINDOW_S / float(np.median(np.diff(times_s)))), _REST_MIN_FRAMES)
    starts = [start for run in runs(used) for start in range(run.start, run.stop - samples + 1)]
    starts = [
        starts[k] for k in np.unique(np.linspace(0, len(starts) - 1, min(len(starts), _DWELLINGS)).round().astype(int))
    ]
    windows = [slice(start, start + samples) for start in starts]
    places = np.array([mouth[window].mean(axis=0) for window in windows])
    moving = np.array([mouth[window].std(axis=0).max() for window in windows])
    still = np.flatnonzero(moving <= np.median(moving))
    near = _apart(places[still][:, None], places[still][None]) <= tolerance_px
    common = places[still[int(near.sum(axis=1).argmax())]]
    assumed = rest.position(mouth)
    agreed = _apart(places[0], common) <= tolerance_px
    if not agreed or min(_apart(place, assumed) for place in (places[0], common)) <= tolerance_px:
        return rest
    there = [k for k in still if _apart(places[k], common) <= tolerance_px / 2]
    return Rest(windows=tuple(windows[k] for k in there))


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest of the distances of the mouth's points, of places (..., 2 x points)."""
    apart = (one - other).reshape(*np.broadcast_shapes(one.shape, other.shape)[:-1], len(_MOUTH), 2)
    return np.asarray(np.linalg.norm(apart, axis=-1).max(axis=-1))


def commissure_excursion(
    head: NDArray[np.float64],
    used: NDArray[np.bool_],
    rest: Rest,
    *,
    floor_sd: float,
) -> tuple[Course, Course]:
    """Excursion of the right and the left commissure.

    A corner that does not clear ``floor_sd`` of its own resting noise has no axis of its own: it is measured along the mirror
    image of the other corner's, so that noise is not laid along the direction in which it happens to be largest.
    """
    displacement, axes, moved = [], [], []
    for side, outward in ((anatomy.RIGHT, -1.0), (anatomy.LEFT, 1.0)):
        corner = _at(head, side.commissure)
        path = (corner - rest.position(corner)) * np.array([outward, 1.0])  # both sides: x outward, y up
        noise = float(np.hypot(rest.least_noise(path[:, 0]), rest.least_noise(path[:, 1])))
        displacement.append(path)
        axes.append(_main_axis(path[used]))
        moved.append(float(np.quantile(np.linalg.norm(path[used], axis=1), 0.95)) > floor_sd * noise)
    if moved[0] != moved[1]:
        axes = [axes[0], axes[0]] if moved[0] else [axes[1], axes[1]]
    right, left = (Course(px=path @ axis, axis=axis) for path, axis in zip(displacement, axes, strict=True))
    return right, left


def _main_axis(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """First principal direction about rest, (2,), turned outward and up."""
    axis = np.linalg.svd(path, full_matrices=False)[2][0]
    return np.asarray(axis if axis.sum() >= 0 else -axis)


def _aperture(head: NDArray[np.float64], side: HalfFace) -> NDArray[np.float64]:
    """Mean distance of the lid margins at three places in the middle of the eye."""
    upper, lower = (side.upper_lid, *side.upper_lid_beside), (side.lower_lid, *side.lower_lid_beside)
    pairs = [np.linalg.norm(_at(head, u) - _at(head, v), axis=1) for u, v in zip(upper, lower, strict=True)]
    return np.asarray(np.mean(pairs, axis=0))


def brow_heights(head: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean height, (n,), of the middle of each brow's upper edge above the line through the canthi of both eyes."""
    canthi = [point for half in (anatomy.RIGHT, anatomy.LEFT) for point in (half.outer_canthus, half.inner_canthus)]
    eye_line = np.nanmedian(np.mean([_at(head, point)[:, 1] for point in canthi], axis=0))
    right, left = (
        np.mean([_at(head, point)[:, 1] for point in side.brow], axis=0) - eye_line
        for side in (anatomy.RIGHT, anatomy.LEFT)
    )
    return right, left


def brow_raise(head: NDArray[np.float64], rest: Rest) -> tuple[Course, Course]:
    """How far each brow has gone up from rest."""
    up = np.array([0.0, 1.0])
    right, left = (Course(px=height - rest.position(height), axis=up) for height in brow_heights(head))
    return right, left


def empty_table(times_s: NDArray[np.float64]) -> pd.DataFrame:
    """A table in which no face was measured."""
    table = pd.DataFrame({name: np.full(len(times_s), np.nan) for name in COLUMNS})
    table["frame"] = np.arange(len(times_s))
    table["t_s"] = times_s
    table["face"] = table["used"] = False
    return table


def signal_table(
    times_s: NDArray[np.float64],
    track: FaceTrack,
    used: NDArray[np.bool_],
    head: NDArray[np.float64],
    *,
    scale: Scale,
    brows: tuple[NDArray[np.float64], NDArray[np.float64]],
    excursion: tuple[Course, Course] | None,
) -> pd.DataFrame:
    """The table that is written as ``signals.csv``: measures only where a frame is used, pose wherever there is a face."""
    table = empty_table(times_s)
    table["face"] = track.present
    table["used"] = used
    columns = {
        "right_aperture_mm": _aperture(head, anatomy.RIGHT),
        "left_aperture_mm": _aperture(head, anatomy.LEFT),
        "right_brow_mm": brows[0],
        "left_brow_mm": brows[1],
    }
    if excursion is not None:
        columns["right_commissure_mm"], columns["left_commissure_mm"] = (side.px for side in excursion)
    for name, values in columns.items():
        table[name] = np.where(used, values * scale.mm_per_px, np.nan)
    table["yaw_deg"], table["pitch_deg"], table["roll_deg"] = track.yaw_deg, track.pitch_deg, track.roll_deg
    table["iod_px"] = track.iod_px
    return table
