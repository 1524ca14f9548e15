"""A fit of the head in space against a fit in the picture's plane: ``python -m tests.bench.head_frame``.

The figures of docs/decisions/0006-head-frame.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis import anatomy, model
from analysis.head_frame import to_head_frame
from analysis.quality import select_frames
from analysis.settings import AnalysisSettings
from analysis.signals import commissure_excursion, find_rest
from analysis.smoothing import smooth, window_length
from analysis.subject import FaceLinker, FaceTrack
from analysis.tracker import LandmarkTracker
from dicom_io.frames import open_frames
from tests.bench.tables import Cell, Table
from tests.phantom_lab import render
from tests.synthetic_faces import Picture

CLIP = Path(__file__).parents[2].parent / "shared" / "faces" / "pyfeat_WolfgangLanger_Pexels.mp4"
SETTINGS = AnalysisSettings()
_ROUNDS = 5

Points = NDArray[np.float64]
Fit = Callable[[Points], Points]


def in_the_plane(points: Points) -> Points:
    """What ``to_head_frame`` would be without depth: similarity transforms of the picture's plane; z is 0."""
    flat = points[..., 0] - 1j * points[..., 1]
    stable = flat[:, [anatomy.ROW[point] for point in anatomy.STABLE]]
    seen = np.isfinite(stable).all(axis=1)
    centre = stable[seen].mean(axis=1, keepdims=True)
    size = np.sqrt((np.abs(stable[seen] - centre) ** 2).mean(axis=1, keepdims=True))
    unit = (stable[seen] - centre) / size
    reference = unit[0]
    for _ in range(_ROUNDS):
        mean = (unit * _turns(unit, reference)).mean(axis=0)
        reference = mean / np.sqrt((np.abs(mean) ** 2).mean())
    right, left = (
        reference[[anatomy.STABLE.index(side.outer_canthus), anatomy.STABLE.index(side.inner_canthus)]].mean()
        for side in (anatomy.RIGHT, anatomy.LEFT)
    )
    reference = reference * np.conj((left - right) / abs(left - right))
    head = np.full_like(points, np.nan)
    turned = (flat[seen] - centre) * _turns(unit, reference) / size * np.median(size)
    head[seen] = np.stack([turned.real, turned.imag, np.zeros_like(turned.real)], axis=2)
    return head


def _turns(unit: NDArray[np.complex128], reference: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Least-squares rotations, (n, 1) of absolute value 1."""
    turn = (np.conj(unit) * reference).sum(axis=1, keepdims=True)
    return np.asarray(turn / np.abs(turn))


FITS: dict[str, Fit] = {"in the picture's plane": in_the_plane, "in space (ours)": to_head_frame}


def _track(
    pictures: Iterable[Picture], tracker: LandmarkTracker
) -> tuple[FaceTrack, NDArray[np.float64], NDArray[np.bool_]]:
    linker, times, size = FaceLinker(), [], (0, 0)
    for picture in pictures:
        linker.add(tracker.faces(picture.rgb))
        times.append(picture.time_s)
        size = (picture.rgb.shape[1], picture.rgb.shape[0])
    track = linker.subject()
    return track, np.array(times), select_frames(track, size, SETTINGS).used


def _head(fit: Fit, track: FaceTrack, used: NDArray[np.bool_]) -> Points:
    return fit(np.where(used[:, None, None], track.points, np.nan))


def lateral_mouth(fit: Fit, track: FaceTrack, used: NDArray[np.bool_]) -> tuple[float, float]:
    """Of the midpoint of the mouth corners, to the side: standard deviation in % IOD, and the share of its variance, %,
    that yaw, pitch and roll explain linearly."""
    head, row = _head(fit, track, used)[used], anatomy.ROW
    eyes = head[:, row[anatomy.LEFT.iris_centre]] - head[:, row[anatomy.RIGHT.iris_centre]]
    corners = head[:, [row[anatomy.RIGHT.commissure], row[anatomy.LEFT.commissure]], 0].mean(axis=1)
    lateral = 100 * corners / np.median(np.linalg.norm(eyes[:, :2], axis=1))
    pose = np.column_stack([np.ones(used.sum()), track.yaw_deg[used], track.pitch_deg[used], track.roll_deg[used]])
    residual = lateral - pose @ np.linalg.lstsq(pose, lateral, rcond=None)[0]
    return float(lateral.std()), float(100 * (1 - residual.var() / lateral.var()))


def weaker_over_stronger(fit: Fit, track: FaceTrack, times: NDArray[np.float64], used: NDArray[np.bool_]) -> float:
    """95th percentiles of the smoothed excursions."""
    interval = float(np.median(np.diff(times)))
    rest = find_rest(track, times, used)
    assert rest is not None
    right, left = commissure_excursion(
        _head(fit, track, used),
        used,
        rest,
        interval_s=interval,
        smoothing_s=SETTINGS.smoothing_s,
        floor_sd=SETTINGS.side_floor_rest_sd,
    )
    samples = window_length(SETTINGS.smoothing_s, interval)
    weak, strong = sorted(
        float(np.quantile(np.abs(smooth(side, used, samples=samples)[used]), 0.95)) for side in (right, left)
    )
    return weak / strong


def measure(*, smiles: int) -> Table:
    """Both fits on the one-sided phantoms and, where it lies beside the project, on a real clip of a turning head."""
    columns: list[list[Cell]] = [[] for _ in FITS]
    remarks = []
    with LandmarkTracker.on(model.default_path()) as tracker:
        if CLIP.is_file():
            with open_frames(CLIP) as stream:
                track, _, used = _track((Picture(time_s=f.time_s, rgb=f.rgb) for f in stream), tracker)
            for cells, fit in zip(columns, FITS.values(), strict=True):
                cells += lateral_mouth(fit, track, used)
            remarks.append(f"Real clip: {CLIP.name}, {used.sum()} frames used.")
        else:
            for cells in columns:
                cells += [None, None]
            remarks.append("The real clip does not lie beside the project.")
        for preset in ("right-only", "left-only"):
            track, times, used = _track(render(preset, tracker, smiles=smiles).pictures, tracker)
            for cells, fit in zip(columns, FITS.values(), strict=True):
                cells.append(weaker_over_stronger(fit, track, times, used))
    return Table(
        name="Head frame",
        columns=(
            "fit",
            "lateral mouth midpoint SD, % IOD",
            "of it explained by pose, %",
            "still left side reads",
            "still right side reads",
        ),
        rows=tuple((name, *cells) for name, cells in zip(FITS, columns, strict=True)),
        remarks=(*remarks, "A still side reads as a share of the moving side's excursion; the truth is 0."),
    )


def main() -> None:
    """Print the table."""
    measure(smiles=3).write()


if __name__ == "__main__":
    main()
