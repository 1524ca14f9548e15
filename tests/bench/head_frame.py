"""Ways to take the head's movement out, side by side: ``python -m tests.bench.head_frame``.

On phantoms of which one side moves: what the still side reads, what the other region reads. On real clips, where the truth is
not known: how far the mouth is carried to the side when the head turns. The losers of docs/decisions/0006-head-frame.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from analysis import anatomy, model
from analysis.looking import look
from analysis.phantom import Phantom, Truth
from analysis.phantom.presets import PRESETS
from analysis.phantom.scenario import Head
from analysis.tracker import LandmarkTracker
from dicom_io.frames import open_frames
from tests.bench.fidelity import Relation, Side, Sides, jitter, one_sided, relation, slope
from tests.bench.followed import truth_signals
from tests.bench.head_frame_fits import FITS, Faces, Points, faces_of
from tests.bench.head_signals import main_axis
from tests.bench.pool import spread
from tests.bench.reading import Picture, Values
from tests.bench.sitters import Cast, Sitter, cast
from tests.bench.spliced import FACES, SOURCES, Kind, real_clip
from tests.bench.stagings import Staging, at_rest, preset
from tests.bench.tables import Cell, Table
from tests.synthetic_faces import Picture as TimedPicture

CLIPS: Final = ("pyfeat_WolfgangLanger_Pexels.mp4", "dynaface_video1-512.mp4")
SITTERS: Final = ("astronaut", "pyfeat")
SPLICED: Final = "pyfeat"
_KINDS: Final = (Kind.FROZEN, Kind.DELAYED)
_SIDES: Final[tuple[Side, ...]] = ("right", "left")
_MOUTH: Final = ("right-only", "left-only", "sway-smile", "yaw-smile", "nod-smile")
_BROW: Final = ("right-brow", "left-brow")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A phantom of one side that moves."""

    sitter: Sitter
    staging: Staging


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of one fit on one clip. ``gain`` and ``leak`` are of the region that moves, ``other`` is the largest leak, without sign,
    into the region that does not; ``jitter_iod`` is the mouth corners' where nothing moves, a share of the inter-iris distance.
    """

    gain: float | None = None
    leak: float | None = None
    other: float | None = None
    jitter_iod: float | None = None


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Of the middle of the mouth in a real clip: standard deviation to the side, % of the inter-iris distance, and how much of
    its variance yaw, pitch and roll explain linearly, %.
    """

    sd: float
    by_pose: float


def stagings() -> tuple[Staging, ...]:
    """Smiles and raised brows of one side, the head still, swaying, turning, nodding; and rest."""
    nod = replace(preset("yaw-smile"), name="nod-smile")
    nod = replace(nod, scenario=replace(nod.scenario, head=Head(pitch_deg=8)))
    return (*(preset(name) for name in (*_MOUTH, *_BROW) if name in PRESETS), nod, at_rest())


def measured(head: Points, truth: Truth) -> Figures:
    """From points in a head frame, (n, k, 3), y up."""
    true = truth_signals(truth)
    mouth, brow = sides_of(head, _axis(truth))
    if not max(np.ptp(true.mouth.right), np.ptp(true.mouth.left), np.ptp(true.brow.right), np.ptp(true.brow.left)):
        right, left = (values[np.isfinite(values)] for values in (mouth.right, mouth.left))
        return Figures(jitter_iod=(jitter(right) + jitter(left)) / 2)
    mouth_moves = max(np.ptp(true.mouth.right), np.ptp(true.mouth.left)) > 0
    moving, still = (mouth, brow) if mouth_moves else (brow, mouth)
    truths = true.mouth if mouth_moves else true.brow
    one = one_sided(moving, truths)
    other = max(abs(slope(still.of(side), truths.of(one.moving))) for side in _SIDES)
    return Figures(gain=one.gain, leak=one.leak, other=other)


def sides_of(head: Points, axis: tuple[float, float]) -> tuple[Sides, Sides]:
    """Mouth corners along ``axis``, that of the right one, and brows upwards; shares of the inter-iris distance."""
    eyes = head[:, anatomy.ROW[anatomy.LEFT.iris_centre]] - head[:, anatomy.ROW[anatomy.RIGHT.iris_centre]]
    unit = float(np.nanmedian(np.linalg.norm(eyes[:, :2], axis=1)))
    halves = ((anatomy.RIGHT, 1.0), (anatomy.LEFT, -1.0))
    corners = [head[:, anatomy.ROW[side.commissure], :2] @ (sign * axis[0], axis[1]) / unit for side, sign in halves]
    brows = [head[:, [anatomy.ROW[point] for point in side.brow], 1].mean(axis=1) / unit for side, _ in halves]
    return Sides(right=corners[0], left=corners[1]), Sides(right=brows[0], left=brows[1])


def _axis(truth: Truth) -> tuple[float, float]:
    right, left = (
        np.column_stack([np.array(side.commissure_out_iod), np.array(side.commissure_up_iod)])
        for side in (truth.right, truth.left)
    )
    path = right if np.ptp(right) >= np.ptp(left) else left
    return main_axis(path * (-1, -1)) if np.ptp(path) else (-0.8, 0.6)


def spliced_relations(head: Points, time_s: Values) -> tuple[Relation, Relation]:
    """Of the left mouth corner and the left brow to the right ones, the corners along the right one's main axis."""
    right = head[:, anatomy.ROW[anatomy.RIGHT.commissure], :2]
    mouth, brow = sides_of(head, main_axis(right * (1, -1)))
    return relation(mouth, time_s), relation(brow, time_s)


def run_spliced(kind: Kind) -> tuple[tuple[Relation, Relation], ...]:
    """Every fit on the spliced real clip."""
    clip = real_clip(SOURCES[SPLICED]).spliced(kind)
    faces = _faces(clip.frames())
    return tuple(spliced_relations(fit(faces), faces.seen.times_s) for fit in FITS.values())


def run(job: Job) -> tuple[Figures, ...]:
    """Every fit on one phantom."""
    phantom = Phantom.of(job.staging.scenario, photograph=job.sitter.photograph, name=job.staging.name)
    faces = _faces((rgb, time_s) for rgb, time_s in phantom.frames())
    return tuple(measured(fit(faces), phantom.truth) for fit in FITS.values())


def run_real(path: Path) -> tuple[Carried | None, ...]:
    """Every fit on a recording."""
    with open_frames(path, threads=1) as stream:
        faces = _faces((frame.rgb, frame.time_s) for frame in stream)
    return tuple(carried(fit(faces), faces) for fit in FITS.values())


def _faces(pictures: Iterable[tuple[Picture, float]]) -> Faces:
    with LandmarkTracker.on(model.default_path()) as tracker:
        return faces_of(look((TimedPicture(time_s=t, rgb=rgb) for rgb, t in pictures), [tracker], mirrored=False))


def carried(head: Points, faces: Faces) -> Carried | None:
    """None where a fit has no more than a quarter of the frames that are used."""
    seen = np.isfinite(head).all(axis=(1, 2))
    if seen.sum() <= faces.used.sum() / 4:
        return None
    row, track = anatomy.ROW, faces.seen.track
    eyes = head[seen, row[anatomy.LEFT.iris_centre]] - head[seen, row[anatomy.RIGHT.iris_centre]]
    corners = head[seen][:, [row[anatomy.RIGHT.commissure], row[anatomy.LEFT.commissure]], 0].mean(axis=1)
    lateral = 100 * corners / np.median(np.linalg.norm(eyes[:, :2], axis=1))
    pose = np.column_stack([np.ones(seen.sum()), track.yaw_deg[seen], track.pitch_deg[seen], track.roll_deg[seen]])
    residual = lateral - pose @ np.linalg.lstsq(pose, lateral, rcond=None)[0]
    return Carried(sd=float(lateral.std()), by_pose=float(100 * (1 - residual.var() / lateral.var())))


def measure(people: Cast, *, workers: int | None = None) -> tuple[Table, ...]:
    """The fits over all clips, and each clip's leak by itself."""
    shown = people.named(SITTERS)
    jobs = [Job(sitter=sitter, staging=staging) for sitter in shown.sitters for staging in stagings()]
    found = list(spread(run, jobs, workers=workers))
    clips = [FACES / name for name in CLIPS if (FACES / name).is_file()]
    real = list(spread(run_real, clips, workers=workers)) if clips else []
    leaks = _leaks(jobs, found)
    if not SOURCES[SPLICED].path.is_file():
        return (_summary(jobs, found, clips, real, shown), leaks)
    spliced = list(spread(run_spliced, _KINDS, workers=workers))
    return (_summary(jobs, found, clips, real, shown), leaks, _spliced(spliced))


def _summary(
    jobs: Sequence[Job],
    found: Sequence[tuple[Figures, ...]],
    clips: Sequence[Path],
    real: Sequence[tuple[Carried | None, ...]],
    shown: Cast,
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for index, fit in enumerate(FITS):
        cells: list[Cell] = []
        for names in (_MOUTH, _BROW):
            mine = [figures[index] for job, figures in zip(jobs, found, strict=True) if job.staging.name in names]
            gains = [figure.gain for figure in mine if figure.gain is not None]
            cells += [f"{min(gains):.2f} to {max(gains):.2f}"]
            cells += [max(abs(figure.leak or 0) for figure in mine), max(figure.other or 0 for figure in mine)]
        jitters = [figures[index].jitter_iod for figures in found]
        cells.append(100 * max(value for value in jitters if value is not None))
        for clip in real:
            carried_here = clip[index]
            cells += [None, None] if carried_here is None else [carried_here.sd, carried_here.by_pose]
        rows.append((fit, *cells))
    shorts = [clip.stem.split("_")[0] for clip in clips]
    return Table(
        name="Head frames",
        columns=(
            "fit",
            "mouth gain",
            "worst mouth leak",
            "worst leak mouth to brow",
            "brow gain",
            "worst brow leak",
            "worst leak brow to mouth",
            "mouth jitter at rest, % IOD",
            *(c for name in shorts for c in (f"{name}: mouth to the side, SD, % IOD", f"{name}: of it by pose, %")),
        ),
        rows=tuple(rows),
        digits=3,
        remarks=(
            "Landmarks alone, before texture corrects their gain. Leaks without sign, worst of all clips and faces; 0 in truth.",
            "Plain points come from 15 looks a second, with straight lines between them; texture's frame has only the pictures "
            "that were kept, so its jitter is from one of those to the next.",
            "Real clips: the mouth does move, so no fit reaches 0 there; a fit that lets the head's turn through reads more.",
            *(sitter.remark for sitter in shown.sitters),
        ),
    )


def _leaks(jobs: Sequence[Job], found: Sequence[tuple[Figures, ...]]) -> Table:
    clips = [k for k, figures in enumerate(found) if figures[0].leak is not None]
    return Table(
        name="Head frames, leak into the still side of each clip",
        columns=("fit", *(f"{jobs[k].sitter.name} {jobs[k].staging.name}" for k in clips)),
        rows=tuple((fit, *(found[k][index].leak for k in clips)) for index, fit in enumerate(FITS)),
        digits=3,
    )


def _spliced(found: Sequence[tuple[tuple[Relation, Relation], ...]]) -> Table:
    frozen, delayed = found
    rows: list[tuple[Cell, ...]] = []
    for index, fit in enumerate(FITS):
        cells: list[Cell] = [frozen[index][0].slope, frozen[index][1].slope]
        cells += [delayed[index][0].lag_s, delayed[index][1].lag_s]
        rows.append((fit, *cells))
    return Table(
        name="Head frames on a real clip with one half replaced",
        columns=("fit", "frozen: mouth", "frozen: brow", "delayed: mouth, s", "delayed: brow, s"),
        rows=tuple(rows),
        digits=3,
        remarks=(
            "Frozen: slope of the resting left side on the right, 0 in truth. Delayed: lag of the left side, 0.2 s in truth.",
            "Landmarks alone, before texture corrects their gain.",
        ),
    )


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        for table in measure(cast(Path(folder))):
            table.write()


if __name__ == "__main__":
    main()
