"""Error rates of algorithms, and what two of them differ by on the same pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.evaluation.landmark_intervals import Rate, clustered_difference, clustered_share
from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_ratings import Rating, RatingWeights, Sheet
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import OWN
from analysis.values import Value


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What raters made of one algorithm's landmarks of one feature in one frame: means over those who rated it.

    ``weighted`` is 0 to 1; ``minor`` and ``major`` are shares of raters. ``raters`` is 0 where the algorithm had found
    nothing and that is counted as a major error.
    """

    recording: str
    frame: int
    algorithm: str
    region: FaceRegion
    group: str | None
    used: bool
    weighted: float
    minor: float
    major: float
    raters: int


class ErrorRate(Value):
    """Of one algorithm; ``region`` and ``group`` are None where it is over all of them.

    ``measured_only``: only frames that Vultus would measure. ``not_found`` counts pictures that could not be made because the
    algorithm found nothing; they are in the rates only where the study says so.
    """

    algorithm: str
    region: FaceRegion | None
    group: str | None
    measured_only: bool
    pictures: int
    recordings: int
    not_found: int
    weighted: Rate
    minor: Rate
    major: Rate


class ErrorDifference(Value):
    """``first`` less ``second`` on the same features of the same frames: negative where the first errs less."""

    first: str
    second: str
    region: FaceRegion | None
    group: str | None
    pairs: int
    recordings: int
    weighted: Rate
    major: Rate


def judge(
    key: Sequence[Shown],
    sheets: Sequence[Sheet],
    weights: RatingWeights,
    *,
    groups: dict[str, str],
    used: dict[tuple[str, int], bool],
    lost_is_major: bool,
) -> tuple[Judged, ...]:
    """Every picture that somebody rated; second showings are left to the raters' agreement with themselves."""
    judged = []
    for row in key:
        if row.repeat_of is not None:
            continue
        if row.picture is None:
            ratings = [Rating.MAJOR] if lost_is_major else []
            raters = 0
        else:
            ratings = [sheet.ratings[row.picture] for sheet in sheets if row.picture in sheet.ratings]
            raters = len(ratings)
        if ratings:
            judged.append(
                Judged(
                    recording=row.recording,
                    frame=row.frame,
                    algorithm=row.algorithm,
                    region=row.region,
                    group=groups.get(row.recording),
                    used=used[row.recording, row.frame],
                    weighted=float(np.mean([weights.of(rating) for rating in ratings])),
                    minor=float(np.mean([rating is Rating.MINOR for rating in ratings])),
                    major=float(np.mean([rating is Rating.MAJOR for rating in ratings])),
                    raters=raters,
                )
            )
    return tuple(sorted(judged, key=lambda one: (algorithm_order(one.algorithm), one.recording, one.frame, one.region)))


def algorithm_order(algorithm: str) -> tuple[int, str]:
    """Ours first, then others by name."""
    return (OWN.index(algorithm) if algorithm in OWN else len(OWN), algorithm)


def error_rates(
    judged: Sequence[Judged], lost: Sequence[Shown], groups: dict[str, str], used: dict[tuple[str, int], bool]
) -> tuple[ErrorRate, ...]:
    """Of every algorithm: over all, of each feature, of each group, of both, and over the frames that Vultus would measure."""
    rates = []
    for algorithm in _in_order(one.algorithm for one in judged):
        of_algorithm = [one for one in judged if one.algorithm == algorithm]
        for region in (None, *FaceRegion):
            for group in (None, *sorted(set(groups.values()))):
                here = [one for one in of_algorithm if _matches(one.region, region) and _matches(one.group, group)]
                not_found = sum(
                    row.algorithm == algorithm
                    and _matches(row.region, region)
                    and _matches(groups.get(row.recording), group)
                    for row in lost
                )
                if here:
                    rates.append(_rate(here, algorithm, region, group, not_found))
        if measured := [one for one in of_algorithm if one.used]:
            not_found = sum(row.algorithm == algorithm and used[row.recording, row.frame] for row in lost)
            rates.append(_rate(measured, algorithm, None, None, not_found, measured_only=True))
    return tuple(rates)


def error_differences(judged: Sequence[Judged], groups: dict[str, str]) -> tuple[ErrorDifference, ...]:
    """Of every two algorithms, on what both were judged: over all, of each feature, of each group."""
    algorithms = _in_order(one.algorithm for one in judged)
    at = {(one.algorithm, one.recording, one.frame, one.region): one for one in judged}
    cells = [
        (None, None),
        *((region, None) for region in FaceRegion),
        *((None, group) for group in sorted(set(groups.values()))),
    ]
    differences = []
    for place, first in enumerate(algorithms):
        for second in algorithms[place + 1 :]:
            both = [
                (one, at[second, one.recording, one.frame, one.region])
                for one in judged
                if one.algorithm == first and (second, one.recording, one.frame, one.region) in at
            ]
            for region, group in cells:
                here = [pair for pair in both if _matches(pair[0].region, region) and _matches(pair[0].group, group)]
                if not here:
                    continue
                recordings = [one.recording for one, _ in here]
                differences.append(
                    ErrorDifference(
                        first=first,
                        second=second,
                        region=region,
                        group=group,
                        pairs=len(here),
                        recordings=len(set(recordings)),
                        weighted=clustered_difference(recordings, [a.weighted - b.weighted for a, b in here]),
                        major=clustered_difference(recordings, [a.major - b.major for a, b in here]),
                    )
                )
    return tuple(differences)


def _rate(
    judged: Sequence[Judged],
    algorithm: str,
    region: FaceRegion | None,
    group: str | None,
    not_found: int,
    *,
    measured_only: bool = False,
) -> ErrorRate:
    recordings = [one.recording for one in judged]
    return ErrorRate(
        algorithm=algorithm,
        region=region,
        group=group,
        measured_only=measured_only,
        pictures=len(judged),
        recordings=len(set(recordings)),
        not_found=not_found,
        weighted=clustered_share(recordings, [one.weighted for one in judged]),
        minor=clustered_share(recordings, [one.minor for one in judged]),
        major=clustered_share(recordings, [one.major for one in judged]),
    )


def _matches(value: object, wanted: object) -> bool:
    return wanted is None or value == wanted


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
