"""Rendered examinations of known palsy, as the product sees them: ``python -m tests.bench.palsy_pixels [face ...]``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from analysis.palsy import eface, house_brackmann, sunnybrook
from analysis.palsy.graded import Graded
from analysis.palsy.postures import Examination, Region, Task
from analysis.palsy.results import AffectedSide, Palsy, Repetition
from analysis.palsy.settings import PalsySettings
from analysis.values import Side
from tests.bench.palsy_trials import (
    HALF_FACES,
    ONE_FRAME,
    PHOTOGRAPHS,
    TRUE_PATTERNS,
    WHOLE_FACE,
    Amounts,
    Job,
    Shown,
    Trial,
    measured_amounts,
    palsy_of,
    run,
)
from tests.bench.palsy_words import f_of, graded, measured, total
from tests.bench.pool import spread
from tests.bench.sitters import Cast, cast
from tests.bench.tables import Cell, Table
from tests.palsy_faces import HEALTHY_REST, Face, Hanging, Movements

FACES: Final = ("astronaut", "pyfeat")
_IOD_MM: Final = 62.0
_COMPARED: Final = (Region.BROW, Region.EYE_GENTLE, Region.EYE_FULL, Region.SMILE)
_STILLS: Final = (WHOLE_FACE, PHOTOGRAPHS, HALF_FACES, ONE_FRAME)
_ORAL: Final = (Task.SMALL_SMILE, Task.FULL_SMILE, Task.PUCKER, Task.LOWER_TEETH, Task.SNARL)


def jobs(people: Cast) -> tuple[Job, ...]:
    """Every examination on every face, as it is and in a mirror."""
    return tuple(
        Job(sitter=sitter, preset=preset, mirrored=mirrored)
        for sitter in people.showing("lid")
        for preset in TRUE_PATTERNS
        for mirrored in (False, True)
    )


def measure(people: Cast, *, workers: int | None = None) -> tuple[Table, ...]:
    """Render, look, compare; of the faces those that are named in ``FACES``."""
    shown = people.named(FACES)
    return tables(list(spread(run, jobs(shown), workers=workers)), shown)


def tables(trials: Sequence[Trial], people: Cast) -> tuple[Table, ...]:
    """All of them."""
    remarks = (*(sitter.remark for sitter in people.sitters), *people.remarks)
    return (
        verdicts(trials, remarks),
        movements(trials),
        grades(trials),
        shares(trials),
        relations(trials),
        stills(trials),
    )


def verdicts(trials: Sequence[Trial], remarks: Sequence[str] = ()) -> Table:
    """Side and pattern."""
    rows: list[tuple[Cell, ...]] = []
    for trial in trials:
        palsy, true_side = trial.palsy, trial.side
        rows.append(
            (
                trial.name,
                true_side or AffectedSide.NONE,
                palsy.affected_side if palsy else None,
                TRUE_PATTERNS[trial.job.preset],
                palsy.pattern if palsy else None,
                "; ".join(_synkineses(palsy)) if palsy else "",
            )
        )
    sides = sum(row[1] == row[2] for row in rows)
    patterns = sum(row[3] == row[4] for row in rows)
    return Table(
        name="Rendered examinations: side and pattern",
        columns=("clip", "true side", "side", "true pattern", "pattern", "synkinesis said"),
        rows=tuple(rows),
        remarks=(f"Sides right: {sides} of {len(rows)}. Patterns right: {patterns} of {len(rows)}.", *remarks),
    )


def _synkineses(palsy: Palsy) -> Iterator[str]:
    for words in palsy.evidence:
        if words.startswith("synkinesis: "):
            yield words.removeprefix("synkinesis: ")


def matched(shown: Shown, found: Sequence[Repetition]) -> Repetition | None:
    """The movement that was found around the middle of the true one's plateau."""
    return next((one for one in found if one.start_s <= shown.middle_s <= one.end_s), None)


def movements(trials: Sequence[Trial]) -> Table:
    """Found, misnamed, invented; when they begin."""
    rows: list[tuple[Cell, ...]] = []
    late: list[float] = []
    for trial in trials:
        found = trial.palsy.movements if trial.palsy else ()
        pairs = [(shown, matched(shown, found)) for shown in trial.shown]
        right = [(shown, one) for shown, one in pairs if one and one.task is shown.task]
        errors = [one.start_s - shown.onset_s for shown, one in right]
        late += errors
        taken = [one for _, one in pairs if one]
        rows.append(
            (
                trial.name,
                f"{len(right)} of {len(pairs)}",
                ", ".join(f"{shown.task} as {one.task}" for shown, one in pairs if one and one.task is not shown.task),
                ", ".join(shown.task for shown, one in pairs if not one),
                ", ".join(f"{one.task} at {one.start_s:.1f} s" for one in found if one not in taken),
                float(np.median(errors)) if errors else None,
                max((abs(error) for error in errors), default=None),
            )
        )
    remark = f"Onset: {np.mean(late):+.3f} s on average, SD {np.std(late):.3f} s, N = {len(late)}." if late else ""
    return Table(
        name="Rendered examinations: movements found",
        columns=("clip", "rightly named", "misnamed", "not found", "invented", "onset error, s", "largest, s"),
        rows=tuple(rows),
        remarks=("Onset: against when the true movement passes 15 % of its rise.", remark),
    )


def exact(preset: str) -> Examination:
    """The examination that a face so constructed would give if it were measured without error."""
    palsy = palsy_of(preset)
    weak = Movements(
        brow=palsy.brow,
        gentle=palsy.eye if palsy.eye_gentle is None else palsy.eye_gentle,
        full=palsy.eye,
        smile=palsy.smile,
        upper_lip=palsy.upper_lip,
        pucker=palsy.pucker,
        lower_lip=palsy.lower_lip,
        narrowing=palsy.oral_ocular,
    )
    fissure_mm = HEALTHY_REST.mrd1_mm + HEALTHY_REST.mrd2_mm
    hanging = Hanging(droop_mm=palsy.droop_iod * _IOD_MM, fissure_mm=-palsy.narrow * fissure_mm)
    along = {task: palsy.oral_ocular if task in _ORAL else palsy.ocular_oral for task in Task}
    return Face(affected=palsy.side, weak=weak, hanging=hanging, synkinesis=along).examined()


def grades(trials: Sequence[Trial]) -> Table:
    """Beside those of the exact face."""
    rows: list[tuple[Cell, ...]] = []
    for trial in trials:
        palsy, face = trial.palsy, exact(trial.job.preset)
        true = [grader(face, PalsySettings()) for grader in (house_brackmann.grade, sunnybrook.grade, eface.grade)]
        assert all(isinstance(one, Graded) for one in true)
        cells = [
            f"{one.category} {one.total:.0f}" if k == 0 else f"{one.total:.0f}"
            for k, one in enumerate(true)
            if isinstance(one, Graded)
        ]
        rows.append(
            (
                trial.name,
                cells[0],
                _house_brackmann(palsy),
                cells[1],
                measured(total(palsy.sunnybrook if palsy else None)),
                cells[2],
                measured(total(palsy.eface if palsy else None)),
                _limits(palsy),
            )
        )
    return Table(
        name="Rendered examinations: grades",
        columns=("clip", "true House-Brackmann, F", "read", "true Sunnybrook", "read", "true eFACE", "read", "limits"),
        rows=tuple(rows),
        remarks=("Truth: the scales of an exact face so constructed, on the textbook face at rest. - not assessable.",),
    )


def _house_brackmann(palsy: Palsy | None) -> str:
    f = f_of(palsy)
    return graded(palsy) if f is None else f"{graded(palsy)}, F {measured(f)}"


def _limits(palsy: Palsy | None) -> str:
    if palsy is None:
        return "no result"
    found = palsy.house_brackmann
    return "; ".join(reason for reason in (palsy.reason, found.reason if found else None) if reason)


def shares(trials: Sequence[Trial]) -> Table:
    """Of each region, the weaker over the stronger side, as read beside truth."""
    rows: list[tuple[Cell, ...]] = []
    inside, judged = dict.fromkeys(Region, 0), dict.fromkeys(Region, 0)
    errors: dict[Region, list[float]] = {region: [] for region in Region}
    for trial in trials:
        read = {one.region: one.share for one in trial.palsy.regions} if trial.palsy else {}
        cells: list[Cell] = []
        for region in Region:
            true, share = trial.true[region].share, read.get(region)
            cells.append(
                f"{share.value:.2f} ({share.interval.low:.2f}-{share.interval.high:.2f}) / {true:.2f}"
                if share
                else f"- / {true:.2f}"
            )
            if share:
                judged[region] += 1
                inside[region] += share.interval.low <= true <= share.interval.high
                errors[region].append(share.value - true)
        rows.append((trial.name, *cells))
    rows.append(("truth in the range", *(f"{inside[region]} of {judged[region]}" for region in Region)))
    rows.append(
        (
            "mean error, mean |error|",
            *(
                f"{np.mean(errors[region]):+.2f}, {np.mean(np.abs(errors[region])):.2f}" if errors[region] else "-"
                for region in Region
            ),
        )
    )
    return Table(
        name="Rendered examinations: share of the weaker side, read (95 %) / true",
        columns=("clip", *Region),
        rows=tuple(rows),
    )


def relations(trials: Sequence[Trial]) -> Table:
    """R of the mouth corners against that of the true excursions over the same segments."""
    rows: list[tuple[Cell, ...]] = []
    wrong: list[float] = []
    for trial in trials:
        read = trial.commissure.pearson_r
        known = read is not None and trial.true_r is not None
        if read is not None and trial.true_r is not None:
            wrong.append(read - trial.true_r)
        rows.append((trial.name, trial.true_r, read, wrong[-1] if known else None, trial.commissure.reason or ""))
    remark = (
        f"Mean error {np.mean(wrong):+.3f}, mean |error| {np.mean(np.abs(wrong)):.3f}, N = {len(wrong)}."
        if wrong
        else ""
    )
    return Table(
        name="Rendered examinations: R of the mouth corners",
        columns=("clip", "true R", "R", "error", "said about it"),
        rows=tuple(rows),
        digits=3,
        remarks=("Active segments are those of the whole examination, not of its smiles alone.", remark),
    )


def stills(trials: Sequence[Trial]) -> Table:
    """Two pictures, one at rest and one in the middle of each plateau, beside the whole video."""
    rows: list[tuple[Cell, ...]] = []
    for region in _COMPARED:
        pairs = [
            (trial, video[region])
            for trial in trials
            if region in (video := _in_video(trial)) and all(region in trial.stills[way] for way in _STILLS)
        ]
        for name, error in (("each side", _off), ("share", _share_off)):
            by_way = [
                [wrong for trial, _ in pairs for wrong in error(trial.stills[way][region], trial.true[region])]
                for way in _STILLS
            ]
            by_way.append([wrong for trial, video in pairs for wrong in error(video, trial.true[region])])
            means = [100 * float(np.mean(wrong)) if wrong else None for wrong in by_way]
            rows.append(
                (
                    region,
                    name,
                    *means,
                    _saved(means[0], means[-1]),
                    _saved(means[1], means[-1]),
                    f"{len(pairs)} of {len(trials)}",
                )
            )
    return Table(
        name="Still beside video: mean |error| against truth",
        columns=(
            "region",
            "measure",
            *_STILLS,
            "video",
            f"saved, of {WHOLE_FACE}",
            f"saved, of {PHOTOGRAPHS}",
            "clips",
        ),
        rows=tuple(rows),
        remarks=(
            "Each side: % of the inter-iris distance, of eyes % of the opening. Share: %, weaker over stronger side.",
            f"{WHOLE_FACE}: MediaPipe in IMAGE mode, as a program for photographs would. {PHOTOGRAPHS}: the pictures sent to "
            f"the product as photographs. {HALF_FACES}: its points of that picture of the video. {ONE_FRAME}: its signals of "
            "the video at that picture, put right by texture. Video: medians over the plateaus that the product found; the "
            "stills are told where to look. Only clips in which every way gives a number.",
        ),
    )


def _in_video(trial: Trial) -> dict[Region, Amounts]:
    return measured_amounts(trial.palsy, trial.mm_per_iod) if trial.palsy else {}


def _off(read: Amounts, true: Amounts) -> list[float]:
    return [abs(getattr(read, side) - getattr(true, side)) for side in Side]


def _share_off(read: Amounts, true: Amounts) -> list[float]:
    """Of the side that is truly weaker, so that a reading which takes the sides for each other is not excused."""
    weak, strong = ("right", "left") if true.right <= true.left else ("left", "right")
    denominator = max(getattr(read, strong), 1e-6)
    return [abs(min(max(getattr(read, weak) / denominator, 0.0), 2.0) - true.share)]


def _saved(still: float | None, video: float | None) -> str:
    return f"{100 * (1 - video / still):.0f} %" if still and video is not None else "-"


def main() -> None:
    """Measure and print; one clip at a time, on the faces named on the command line."""
    with tempfile.TemporaryDirectory() as folder:
        people = cast(Path(folder)).named(sys.argv[1:] or FACES)
        for table in tables(list(spread(run, jobs(people), workers=1)), people):
            table.write()


if __name__ == "__main__":
    main()
