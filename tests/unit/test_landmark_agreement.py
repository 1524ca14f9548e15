"""Raters against each other and against themselves: which ratings are compared, and figures worked by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analysis.evaluation.landmark_agreement import AgreementFigure, rater_agreement
from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_ratings import Rating, RatingWeights, Sheet
from analysis.evaluation.landmark_regions import FaceRegion
from tests.landmark_study import MAJOR, MINOR, NONE, full_key, sheets

BROW = (FaceRegion.BROW,)


def _figures(key: Sequence[Shown], rated: Sequence[Sheet]) -> dict[tuple[str, tuple[str, ...]], AgreementFigure]:
    return {(each.statistic, each.raters): each for each in rater_agreement(key, rated, RatingWeights())}


def test_linear_kappa_of_a_pair_by_hand() -> None:
    # rows: first rater, columns: second. none/none 4, minor/minor 2, major/major 1, none/minor 2, minor/major 1
    pairs = [(NONE, NONE)] * 4 + [(MINOR, MINOR)] * 2 + [(MAJOR, MAJOR)] + [(NONE, MINOR)] * 2 + [(MINOR, MAJOR)]
    key = full_key(["a"], 10, ("vultus",), BROW)
    found = _figures(key, sheets(key, ["r", "s"], lambda row, rater: pairs[row.order - 1][rater]))
    kappa = found["weighted kappa (linear)", ("r", "s")]
    observed = 3 * 1 / 10  # three pairs are one category apart
    first, second = (6, 3, 1), (4, 4, 2)
    expected = sum(abs(i - j) * first[i] * second[j] for i in range(3) for j in range(3)) / 100
    assert kappa.value == pytest.approx(1 - observed / expected)
    assert (kappa.equal, kappa.n) == (0.7, 10)


def test_pictures_that_one_of_them_did_not_rate_are_left_out_of_the_pair() -> None:
    key = full_key(["a"], 6, ("vultus",), BROW)
    full, part = sheets(key, ["r", "s"], lambda row, _: (NONE, MINOR, MAJOR)[row.order % 3])
    ratings = {picture: rating for picture, rating in part.ratings.items() if picture != "p0001"}
    third = Sheet(rater="t", ratings=full.ratings, missing=())
    found = _figures(key, [full, Sheet(rater="s", ratings=ratings, missing=("p0001",)), third])
    assert found["weighted kappa (linear)", ("r", "s")].n == 5
    assert found["weighted kappa (linear)", ("r", "t")].n == 6
    fleiss = found["Fleiss' kappa", ("r", "s", "t")]
    assert fleiss.n == 5
    assert fleiss.value == pytest.approx(1)


def test_each_rater_with_himself_on_what_was_shown_twice() -> None:
    key = full_key(["a"], 8, ("vultus",), BROW, twice=4)

    def say(row: Shown, rater: int) -> Rating:
        first = (NONE, MINOR, MAJOR, NONE)[(row.order - 1) % 4]
        return MINOR if row.repeat_of == "p0004" and rater == 1 else first

    found = _figures(key, sheets(key, ["steady", "unsteady"], say))
    steady = found["weighted kappa (linear)", ("steady",)]
    assert (steady.of, steady.n, steady.value, steady.equal) == ("pictures shown twice", 4, 1, 1)
    assert found["weighted kappa (linear)", ("unsteady",)].equal == 0.75


def test_icc_is_of_the_weighted_errors_of_recordings() -> None:
    key = full_key(["a", "b", "c"], 1, ("vultus",), tuple(FaceRegion))
    bad = {"a": 0, "b": 2, "c": 5}
    found = _figures(
        key, sheets(key, ["r", "s"], lambda row, _: MAJOR if (row.order - 1) % 5 < bad[row.recording] else NONE)
    )
    icc = found["ICC(2,1)", ("r", "s")]
    assert icc.n == 3
    assert icc.value == pytest.approx(1)


def test_what_is_not_defined_says_why() -> None:
    key = full_key(["a"], 6, ("vultus",), BROW)
    found = _figures(key, sheets(key, ["r", "s", "t"], lambda *_: NONE))
    for each in found.values():
        assert each.value is None
        assert each.reason
    assert found["weighted kappa (linear)", ("r", "s")].equal == 1
    assert found["weighted kappa (linear)", ("r",)].reason == "there are no pictures shown twice to compare"


def test_one_rater_has_only_himself() -> None:
    key = full_key(["a"], 4, ("vultus",), BROW, twice=4)
    (only,) = rater_agreement(key, sheets(key, ["r"], lambda row, _: (NONE, MAJOR)[row.order % 2]), RatingWeights())
    assert only.raters == ("r",)
