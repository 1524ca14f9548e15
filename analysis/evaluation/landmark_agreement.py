"""How far the raters agree with each other and with themselves: the figure that the paper lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from analysis.errors import EvaluationError
from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_ratings import Rating, RatingWeights, Sheet
from analysis.evaluation.raters import Estimate, cohen_kappa, fleiss_kappa, icc
from analysis.values import Value

_CATEGORIES = tuple(Rating)


class AgreementFigure(Value):
    """One statistic of some raters on ``n`` pictures or recordings, or the reason why it is not there.

    ``equal`` is the share of equal ratings, where there are two to compare.
    """

    statistic: str
    raters: tuple[str, ...]
    of: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    equal: float | None = None
    reason: str | None = None


def rater_agreement(
    key: Sequence[Shown], sheets: Sequence[Sheet], weights: RatingWeights
) -> tuple[AgreementFigure, ...]:
    """Every pair's weighted kappa (linear), all raters' Fleiss' kappa from three on and ICC(2,1), and each with himself."""
    first = [row for row in key if row.picture is not None and row.repeat_of is None]
    figures = [_pair(one, other, first) for one, other in combinations(sheets, 2)]
    everybody = [row for row in first if all(row.picture in sheet.ratings for sheet in sheets)]
    raters = tuple(sheet.rater for sheet in sheets)
    if len(sheets) > 2:
        table = [[_CATEGORIES.index(sheet.ratings[row.picture or ""]) for sheet in sheets] for row in everybody]
        figures.append(
            _figure(
                "Fleiss' kappa",
                raters,
                "pictures",
                len(table),
                lambda: fleiss_kappa(table, categories=len(_CATEGORIES)),
            )
        )
    if len(sheets) > 1:
        figures.append(_icc(everybody, sheets, weights))
    figures += [_with_himself(sheet, key) for sheet in sheets]
    return tuple(figures)


def _pair(one: Sheet, other: Sheet, pictures: Sequence[Shown]) -> AgreementFigure:
    both = [row.picture or "" for row in pictures if row.picture in one.ratings and row.picture in other.ratings]
    said = [one.ratings[picture] for picture in both], [other.ratings[picture] for picture in both]
    return _kappa((one.rater, other.rater), "pictures", *said)


def _with_himself(sheet: Sheet, key: Sequence[Shown]) -> AgreementFigure:
    twice = [
        (sheet.ratings[row.repeat_of], sheet.ratings[row.picture or ""])
        for row in key
        if row.picture in sheet.ratings and row.repeat_of is not None and row.repeat_of in sheet.ratings
    ]
    return _kappa((sheet.rater,), "pictures shown twice", [one for one, _ in twice], [other for _, other in twice])


def _kappa(raters: tuple[str, ...], of: str, one: Sequence[Rating], other: Sequence[Rating]) -> AgreementFigure:
    figure = _figure(
        "weighted kappa (linear)",
        raters,
        of,
        len(one),
        lambda: cohen_kappa(one, other, categories=_CATEGORIES, weights="linear"),
    )
    equal = float(np.mean([a is b for a, b in zip(one, other, strict=True)])) if one else None
    return figure.model_copy(update={"equal": equal})


def _icc(pictures: Sequence[Shown], sheets: Sequence[Sheet], weights: RatingWeights) -> AgreementFigure:
    recordings = sorted({row.recording for row in pictures})
    table = [
        [
            float(
                np.mean(
                    [weights.of(sheet.ratings[row.picture or ""]) for row in pictures if row.recording == recording]
                )
            )
            for sheet in sheets
        ]
        for recording in recordings
    ]
    raters = tuple(sheet.rater for sheet in sheets)
    of = "recordings' weighted error"
    return _figure("ICC(2,1)", raters, of, len(table), lambda: icc(table, form="ICC(2,1)"))


def _figure(
    statistic: str, raters: tuple[str, ...], of: str, n: int, compute: Callable[[], Estimate]
) -> AgreementFigure:
    if n == 0:
        return AgreementFigure(statistic=statistic, raters=raters, of=of, n=0, reason=f"there are no {of} to compare")
    try:
        found = compute()
    except EvaluationError as error:
        return AgreementFigure(statistic=statistic, raters=raters, of=of, n=n, reason=str(error))
    return AgreementFigure(
        statistic=statistic, raters=raters, of=of, n=n, value=found.value, low=found.low, high=found.high
    )
