"""Facial palsy in words, codes and drawing: grades with their range, sides never swapped, nothing said that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.palsy.postures import Region, Task
from analysis.palsy.results import AffectedSide, HouseBrackmann, Palsy, PostureResult
from analysis.values import Interval, Side, Status
from reports import palsy_codes, palsy_words
from reports.carried import plain
from reports.palsy_answer import MOST_CHARACTERS, split_evidence
from reports.schematic_face import DARKEST, LIGHTEST, PATCHES, shade
from tests.palsy_report_examples import (
    REFUSED_REASON,
    flaccid_palsy,
    measured,
    normal_palsy,
    partial_palsy,
    refused_palsy,
    score,
    synkinetic_palsy,
    ungraded,
)
from tests.report_examples import exam, good, refused

PALSIES = {
    "flaccid": flaccid_palsy(),
    "synkinetic": synkinetic_palsy(),
    "normal": normal_palsy(),
    "partial": partial_palsy(),
    "refused": refused_palsy(),
    "nothing known": Palsy(status=Status.LIMITED),
}


def _said(palsy: Palsy) -> list[str]:
    return [
        palsy_words.summary(palsy),
        palsy_words.limits(palsy),
        *palsy_words.scores(palsy),
        *map(palsy_words.region, palsy.regions),
        *map(palsy_words.posture, palsy.postures),
        *map(palsy_words.co_movement, palsy.co_movements),
    ]


@pytest.mark.parametrize("name", PALSIES)
def test_everything_said_is_ascii_and_ends(name: str) -> None:
    for text in _said(PALSIES[name]):
        assert plain(text) == text
        assert not text or text.endswith(".")
        assert "None" not in text
        assert ".." not in text


@pytest.mark.parametrize(
    ("grade", "ends", "written"),
    [
        ("III", ("II", "III"), "III (II-III)"),
        ("III", ("IV", "II"), "III (II-IV)"),
        ("I", ("I", "I"), "I (I)"),
        ("VI", None, "VI"),
        (None, None, "Not assessable"),
    ],
)
def test_a_grade_is_shown_with_its_range(grade: str | None, ends: tuple[str, str] | None, written: str) -> None:
    found = HouseBrackmann.model_validate({"status": "good", "grade": grade, "grade_range": ends})
    assert palsy_words.grade(found) == written


def test_no_grade_is_not_assessable() -> None:
    assert palsy_words.grade(None) == "Not assessable"
    assert palsy_words.score_made_of(None) == palsy_words.house_brackmann_made_of(None) == "It was not computed."


def test_a_category_has_its_range() -> None:
    assert palsy_words.category(score(20, 1, category="V", category_range=("IV", "V"))) == "V (IV-V)"
    assert palsy_words.category(score(17, 1, category="severe", category_range=("severe", "profound"))) == (
        "severe (severe to profound)"
    )
    assert palsy_words.category(score(3, 1, category="mild", category_range=("mild", "mild"))) == "mild"
    assert palsy_words.category(score(50, 1)) == ""


def test_missing_items_of_one_reason_stand_together() -> None:
    said = palsy_words.lacking(
        ("voluntary_snarl: not seen: snarl", "eye: eye hidden", "synkinesis_snarl: not seen: snarl")
    )
    assert said == "voluntary snarl, synkinesis snarl (not seen: snarl); eye (eye hidden)"


def test_items_stand_under_their_subscore() -> None:
    found = score(10, 1, parts={"voluntary": 8.0}, items={"voluntary_brow": 3, "voluntary_smile": 5, "secondary": 1})
    assert palsy_words.items(found) == "voluntary: brow 3, smile 5; secondary 1"


def test_movements_that_are_missing_are_named_once() -> None:
    palsy = partial_palsy()
    assert palsy_words.limits(palsy).count("snarl") == 1
    told = palsy.model_copy(update={"reason": "not seen: snarl"})
    assert palsy_words.limits(told) == "Not seen: snarl."
    assert palsy_words.seen(palsy) == "4 of 8 movements seen"


@pytest.mark.parametrize("named", AffectedSide)
def test_a_share_belongs_to_the_side_that_moves_less_whichever_is_affected(named: AffectedSide) -> None:
    palsy = flaccid_palsy().model_copy(update={"affected_side": named})
    assert {palsy_words.smaller_side(region) for region in palsy.regions} == {Side.RIGHT}
    assert palsy_words.smaller_side(partial_palsy().regions[1]) is None


def test_why_there_is_no_palsy() -> None:
    assert REFUSED_REASON[1:] in palsy_words.why_none(exam(ungraded()))
    assert "did not look for it" in palsy_words.why_none(exam(good()))
    assert "not put together" in palsy_words.why_none(exam(good(), refused()))


def test_the_palsy_of_the_exam_goes_before_that_of_its_recording() -> None:
    report = exam(ungraded(), palsy=flaccid_palsy())
    assert report.graded == flaccid_palsy()
    assert exam(ungraded()).graded == refused_palsy()
    assert exam(ungraded(), good()).graded is None


def test_every_value_has_a_word_and_a_code() -> None:
    assert set(palsy_words.TASK) == set(palsy_codes.TASKS) == set(palsy_codes.CODED_IN) == set(Task)
    assert set(palsy_words.REGION) == set(palsy_codes.MOVED) == set(palsy_codes.SHARE) == set(PATCHES) == set(Region)
    assert set(palsy_words.MEASURES) == set(palsy_codes.MEASURES) < set(PostureResult.model_fields)
    assert {scale.key for scale in palsy_words.SCALES} == set(palsy_codes.TOTALS)


@given(st.floats(0, 1), st.floats(0, 1))
def test_less_movement_is_never_lighter(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert sum(shade(less).rgb()) <= sum(shade(more).rgb()) + 1e-9


def test_shares_beyond_their_ends_are_drawn_as_the_ends() -> None:
    assert shade(1.7).rgb() == pytest.approx(LIGHTEST.rgb())
    assert shade(-0.2).rgb() == pytest.approx(DARKEST.rgb())


@given(st.lists(st.text("abc ", min_size=1, max_size=200).filter(str.strip), max_size=12))
def test_no_evidence_is_lost(said: list[str]) -> None:
    palsy = flaccid_palsy().model_copy(update={"evidence": tuple(said)})
    shown, more = split_evidence(palsy)
    assert sum(map(len, shown)) <= MOST_CHARACTERS
    assert len(shown) + len(more) == len(said)


def test_an_interval_is_told_beside_its_number() -> None:
    region = (
        flaccid_palsy()
        .regions[0]
        .model_copy(update={"share": measured(0.31).model_copy(update={"interval": Interval(low=0.2, high=0.4)})})
    )
    assert palsy_words.region(region) == ("Brow raise: right 0.5 mm, left 8.9 mm, share 31 % (95 % interval 20 to 40).")
