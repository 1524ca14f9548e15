"""A whole study of landmark errors: the key and the raters' tables in, one value with every figure out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analysis.evaluation.landmark_agreement import AgreementFigure, rater_agreement
from analysis.evaluation.landmark_anova import Anova, anova
from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_intervals import FEW_RECORDINGS
from analysis.evaluation.landmark_key import Shown, StudyFrame
from analysis.evaluation.landmark_positions import Nrmse, Positions, position_errors
from analysis.evaluation.landmark_rates import (
    ErrorDifference,
    ErrorRate,
    algorithm_order,
    error_differences,
    error_rates,
    judge,
)
from analysis.evaluation.landmark_ratings import RatingWeights, Sheet
from analysis.evaluation.landmark_values import FrameLandmarks
from analysis.values import Value


@dataclass(frozen=True, kw_only=True)
class StudyTables:
    """All that was read. ``groups`` is empty where no severities were given; ``positions`` where none were marked."""

    key: Sequence[Shown]
    frames: Sequence[StudyFrame]
    sheets: Sequence[Sheet]
    groups: dict[str, str] = field(default_factory=dict)
    landmarks: Mapping[str, Sequence[FrameLandmarks]] = field(default_factory=dict)
    positions: Positions = field(default_factory=dict)


class RaterCount(Value):
    """How much one rater did; repeats are among both."""

    rater: str
    rated: int
    missing: int


class LandmarkErrors(Value):
    """The result of a study.

    ``algorithms`` in the order of the key. ``pictures`` counts those to be rated, ``repeats`` those among them shown a second
    time. ``unrated`` pictures were rated by nobody and are in no figure. ``remarks`` are sentences that limit the figures.
    """

    schema_: Literal["vultus.landmark-errors/1"] = "vultus.landmark-errors/1"
    software: str
    weights: RatingWeights
    lost_is_major: bool
    algorithms: tuple[str, ...]
    groups: tuple[str, ...]
    recordings: int
    frames: int
    pictures: int
    repeats: int
    unrated: int
    raters: tuple[RaterCount, ...]
    rates: tuple[ErrorRate, ...]
    differences: tuple[ErrorDifference, ...]
    anova: Anova
    agreement: tuple[AgreementFigure, ...]
    nrmse: Nrmse | None
    remarks: tuple[str, ...]

    def overall(self, algorithm: str) -> ErrorRate:
        """The rate of an algorithm over everything."""
        return next(
            rate
            for rate in self.rates
            if rate.algorithm == algorithm and rate.region is None and rate.group is None and not rate.measured_only
        )


def evaluate(tables: StudyTables, weights: RatingWeights, *, lost_is_major: bool, software: str) -> LandmarkErrors:
    """Every figure of a study; pure.

    Raises:
        LandmarkStudyError: frames or landmarks do not belong to the key, or positions mark nothing that can be compared.
    """
    used = {(frame.recording, frame.chosen.frame): frame.chosen.used for frame in tables.frames}
    strangers = {(row.recording, row.frame) for row in tables.key} - used.keys()
    if strangers:
        raise LandmarkStudyError(
            f"{len(strangers)} frames of the key are not in the table of frames: give both as one `prepare` wrote them"
        )
    judged = judge(tables.key, tables.sheets, weights, groups=tables.groups, used=used, lost_is_major=lost_is_major)
    first = [row for row in tables.key if row.repeat_of is None]
    lost = [row for row in first if row.picture is None]
    algorithms = tuple(dict.fromkeys(one.algorithm for one in judged))
    silent = sorted({row.algorithm for row in tables.key}.difference(algorithms), key=algorithm_order)
    nrmse = None
    if tables.positions:
        nrmse = position_errors(tables.positions, tables.frames, tables.landmarks, algorithms)
    pictures = [row for row in tables.key if row.picture is not None]
    recordings = {row.recording for row in tables.key}
    unrated = len(first) - len(lost) - sum(one.raters > 0 for one in judged)
    return LandmarkErrors(
        software=software,
        weights=weights,
        lost_is_major=lost_is_major,
        algorithms=algorithms,
        groups=tuple(sorted(set(tables.groups.values()))),
        recordings=len(recordings),
        frames=len({(row.recording, row.frame) for row in tables.key}),
        pictures=len(pictures),
        repeats=sum(row.repeat_of is not None for row in pictures),
        unrated=unrated,
        raters=tuple(
            RaterCount(rater=sheet.rater, rated=len(sheet.ratings), missing=len(sheet.missing))
            for sheet in tables.sheets
        ),
        rates=error_rates(judged, lost, tables.groups, used),
        differences=error_differences(judged, tables.groups),
        anova=anova(judged),
        agreement=rater_agreement(tables.key, tables.sheets, weights),
        nrmse=nrmse,
        remarks=(
            *_remarks(len(recordings), len(lost), unrated, len(tables.sheets), lost_is_major=lost_is_major),
            *(f"Of {name} nothing was found or rated, so it has no rate." for name in silent),
        ),
    )


def _remarks(recordings: int, lost: int, unrated: int, raters: int, *, lost_is_major: bool) -> tuple[str, ...]:
    remarks = []
    if recordings == 1:
        remarks.append("One recording only: rates have no interval, and say nothing of other faces.")
    elif recordings < FEW_RECORDINGS:
        remarks.append(f"{recordings} recordings only: with fewer than {FEW_RECORDINGS} the intervals are rough.")
    if raters == 1:
        remarks.append("One rater only: how far raters agree is unknown.")
    if lost:
        counted = "counted as major errors" if lost_is_major else "not in the rates, but counted beside them"
        remarks.append(f"Features not shown because the algorithm found nothing there: {lost}; {counted}.")
    if unrated:
        remarks.append(f"Pictures rated by nobody, and in no figure: {unrated}.")
    return tuple(remarks)
