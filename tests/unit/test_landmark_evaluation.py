"""A whole study without a picture: what is counted, what limits it, and that nothing depends on the order of the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_ratings import Rating, RatingWeights, Sheet
from analysis.evaluation.landmark_study import LandmarkErrors, evaluate
from reports import landmark_words as words
from reports.landmark_report import render_landmark_report
from tests.landmark_study import MAJOR, MINOR, NONE, full_key, sheets, shown, tables


def _say(row: Shown, rater: int) -> Rating:
    if row.algorithm == "plain":
        return (MINOR, MAJOR, NONE)[(row.frame + rater) % 3]
    return MINOR if (row.order + rater) % 7 == 0 else NONE


def _evaluated(key: Sequence[Shown], rated: Sequence[Sheet], **more: object) -> LandmarkErrors:
    return evaluate(tables(key, rated, **more), RatingWeights(), lost_is_major=False, software="Vultus test")


def test_what_was_done_is_counted() -> None:
    key = full_key(["a", "b", "c"], 2, twice=5)
    full, part = sheets(key, ["r", "s"], _say)
    ratings = {picture: rating for picture, rating in part.ratings.items() if picture != "p0001"}
    part = Sheet(rater="s", ratings=ratings, missing=("p0001",))
    found = _evaluated(key, [full, part])
    assert (found.recordings, found.frames, found.pictures, found.repeats, found.unrated) == (3, 6, 65, 5, 0)
    assert [(each.rater, each.rated, each.missing) for each in found.raters] == [("r", 65, 0), ("s", 64, 1)]
    assert found.remarks == ("3 recordings only: with fewer than 10 the intervals are rough.",)


def test_the_order_of_the_key_changes_nothing() -> None:
    key = full_key(list("abcd"), 2, ("vultus", "plain", "zeta", "alpha"))
    rated = sheets(key, ["r", "s", "t"], _say)
    shuffled = [key[place] for place in np.random.default_rng(1).permutation(len(key))]
    groups = {"a": "x", "b": "x", "c": "y", "d": "y"}
    one, other = (_evaluated(each, rated, groups=groups) for each in (key, shuffled))
    assert one.algorithms == ("vultus", "plain", "alpha", "zeta")
    assert one.model_dump_json() == other.model_dump_json()


def test_remarks_name_what_limits_the_figures() -> None:
    key = (*full_key(["a"], 1), shown(None, frame=0, algorithm="ghost"), shown("p9999", frame=0, algorithm="mute"))
    rated = sheets(key, ["r"], _say)
    ratings = {picture: rating for picture, rating in rated[0].ratings.items() if picture != "p9999"}
    found = _evaluated(key, [replace(rated[0], ratings=ratings, missing=("p9999",))])
    said = " ".join(found.remarks)
    for told in (
        "One recording only",
        "One rater only",
        "found nothing there: 1; not in the rates",
        "Pictures rated by nobody, and in no figure: 1.",
        "Of ghost nothing was found or rated",
        "Of mute nothing was found or rated",
    ):
        assert told in said, told


def test_a_key_of_another_study_is_refused() -> None:
    key = full_key(["a"], 2)
    other = tables(full_key(["a"], 1), sheets(key, ["r"], _say))
    with pytest.raises(LandmarkStudyError, match="1 frames of the key are not in the table of frames"):
        evaluate(replace(other, key=key), RatingWeights(), lost_is_major=False, software="x")


def test_words_say_below_above_and_no_difference() -> None:
    key = full_key(list("abcdef"), 3)
    clear = _evaluated(key, sheets(key, ["r"], lambda row, _: _clear(row)))
    (said,) = words.differences(clear)
    assert "is 41.7 percentage points below that of Plain looks. 95 % interval -" in said
    blurred = _evaluated(key, sheets(key, ["r"], lambda row, _: MAJOR if (row.order * 7) % 11 < 3 else NONE))
    assert "holds 0: no difference is shown" in words.differences(blurred)[0]
    equal = _evaluated(key, sheets(key, ["r"], lambda *_: MINOR))
    assert "are equal" in words.differences(equal)[0]


def _clear(row: Shown) -> Rating:
    seldom = (row.recording == "a" and row.frame == 0) or (row.recording == "b" and row.frame < 2)
    return NONE if row.algorithm == "vultus" or seldom else MINOR


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0 %"), (0.004, "0.4 %"), (0.0949, "9.5 %"), (0.0996, "10 %"), (1.0, "100 %")]
)
def test_percentages(share: float, told: str) -> None:
    assert words.percent(share) == told


def test_the_same_study_gives_the_same_pdf() -> None:
    key = full_key(list("abcd"), 2, ("vultus", "plain", "an algorithm with a long name & <signs>"), twice=4)
    groups = {"a": "x", "b": "x", "c": "y", "d": "y"}
    found = _evaluated(key, sheets(key, ["r", "s", "t"], _say), groups=groups)
    assert render_landmark_report(found) == render_landmark_report(found)
    assert LandmarkErrors.model_validate_json(found.model_dump_json()) == found
