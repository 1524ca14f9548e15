"""The sentences: every number with its unit, sides never swapped, advice that fits what was lacking."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.results import AnalysisResult, Bilateral, Side, Status
from reports import units, words
from reports.advice import advice
from reports.carried import plain
from reports.exam import AssessedInstance
from tests.report_examples import (
    exam,
    good,
    good_result,
    one_sided_result,
    refused,
    refused_result,
    signals,
    still,
    still_result,
)

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
AFTER = re.compile(r" (?:mm|s|%|frames?(?:/s)?|pixels|samples|movements?|of|to|objects?)\b|[,.;)]| %")
RESULTS = {
    "good": good_result(),
    "one side": one_sided_result(),
    "not assessable": refused_result(),
    "hardly moving": still_result(),
}


def _sentences(result: AnalysisResult) -> list[str]:
    instance = replace(good(), result=result)
    return [
        words.excursion(result),
        words.quality(result),
        words.segments(result),
        words.frame_rate(result),
        words.scale(result),
        words.rejected(result),
        words.weaker(result.commissure),
        words.why_not(result),
        words.answer(instance),
        *advice(instance),
    ]


@pytest.mark.parametrize("name", RESULTS)
def test_every_number_has_a_unit_or_a_name(name: str) -> None:
    for text in _sentences(RESULTS[name]):
        for number in NUMBER.finditer(text):
            before, after = text[: number.start()], text[number.end() :]
            named = before.endswith(("R = ", "ratio ", "interval ", "+-", "to ")) or not after
            assert named or AFTER.match(after), f"{number.group()} in {text!r}"


def test_the_right_number_stands_under_right() -> None:
    assert words.excursion(good_result()) == "Right mouth corner: 9.0 mm. Left mouth corner: 6.1 mm."


@pytest.mark.parametrize(("weaker", "stronger"), [(Side.LEFT, "right"), (Side.RIGHT, "left")])
def test_the_weaker_side_is_named(weaker: Side, stronger: str) -> None:
    relation = good_result().commissure.model_copy(update={"weaker_side": weaker, "amplitude_ratio": 0.5})
    assert words.weaker(relation) == (
        f"The {weaker.value} side is the weaker one: it moves 50 % as far as the {stronger} side (amplitude ratio 0.50)."
    )


def test_r_is_said_with_its_interval_and_band() -> None:
    assert words.correlation(good_result().commissure) == (
        "R = 0.97, 95 % confidence interval 0.93 to 0.99, effective sample size 24 samples, band linear."
    )


def test_what_was_refused_names_no_number_of_the_relation() -> None:
    text = words.answer(refused())
    assert text == "Not assessable. No face was found in 300 of 300 frames."


def test_the_worst_part_decides() -> None:
    limited = good_result().model_copy(
        update={"quality": good_result().quality.model_copy(update={"status": Status.LIMITED, "reasons": ("slow",)})}
    )
    assert words.overall(good_result()) is Status.GOOD
    assert words.overall(limited) is Status.LIMITED
    assert words.overall(still_result()) is Status.NOT_ASSESSABLE
    assert words.limits(limited) == "Slow."


def _with(instance: AssessedInstance, **source: object) -> AssessedInstance:
    result = instance.result
    return replace(instance, result=result.model_copy(update={"source": result.source.model_copy(update=source)}))


def test_a_small_face_is_to_be_filmed_larger() -> None:
    table = signals()
    table["iod_px"] = 42.0
    assert any(
        "Film the face larger: at least 64 pixels" in each and "42 pixels" in each
        for each in advice(replace(still(), signals=table))
    )
    assert not any("larger:" in each for each in advice(still()))


def test_a_slow_or_short_video_is_to_be_recorded_again() -> None:
    assert any("30.0 frames/s or more (here 12.0 frames/s)" in each for each in advice(_with(still(), fps=12.0)))
    assert any("longer" in each for each in advice(_with(still(), duration_s=2.0)))
    assert not any("longer" in each or "or more (here" in each for each in advice(still()))


def test_an_image_asks_for_a_video() -> None:
    assert advice(_with(refused(), kind="image", fps=None))[0].startswith("Send a video")


def test_a_turned_head_is_named_only_if_it_cost_much() -> None:
    quality = still_result().quality
    turned = still_result().model_copy(
        update={"quality": quality.model_copy(update={"frames_rejected": {"turned_away": 150}})}
    )
    assert any("turned to the camera" in each for each in advice(replace(still(), result=turned)))
    assert not any("turned to the camera" in each for each in advice(still()))


def test_everything_said_in_a_dicom_object_is_ascii() -> None:
    for text in (words.RESEARCH_USE, words.SIDES, words.SYMMETRY_CAUTION, words.REFERENCE):
        assert plain(text) == text


def test_nothing_is_said_of_what_is_not_missing() -> None:
    assert words.unreadable(exam()) == ""
    assert words.version(exam()) == ""
    assert words.unreadable(exam(unreadable=2)).startswith("2 objects of this study")


@pytest.mark.parametrize(
    ("text", "expected"), [("", ""), ("too dark", "Too dark."), ("Is it?", "Is it?"), ("  a b. ", "A b.")]
)
def test_sentences_begin_and_end(text: str, expected: str) -> None:
    assert words.sentence(text) == expected


def test_zero_has_no_sign() -> None:
    assert units.millimetres(-0.01) == "0.0 mm"
    assert units.millimetres(-0.06) == "-0.1 mm"
    assert units.percent(0.677) == "68 %"
    assert units.frames(1) == "1 frame"


def test_a_refused_relation_only_limits_the_answer() -> None:
    result = one_sided_result()
    assert words.overall(result) is Status.LIMITED
    assert words.answer(replace(good(), result=result)) == (
        "Right mouth corner: 8.4 mm. Left mouth corner: 1.9 mm. The left side is the weaker one. R is not assessable. "
        "The left mouth corner's movement cannot be told from none: it reads 1.9 mm beside 8.4 mm on the right."
    )
    assert "cannot be told from none" in words.limits(result)


def test_an_even_movement_has_no_weaker_side() -> None:
    relation = good_result().commissure.model_copy(update={"weaker_side": None, "amplitude_ratio": 0.91})
    assert words.weaker(relation) == (
        "No side is called weaker: the smaller movement is 91 % of the larger one (amplitude ratio 0.91)."
    )


def test_a_face_that_is_cut_off_is_to_be_kept_inside() -> None:
    quality = still_result().quality
    cut = still_result().model_copy(
        update={"quality": quality.model_copy(update={"frames_rejected": {"out_of_picture": 150}})}
    )
    assert "Keep the whole face inside the picture." in advice(replace(still(), result=cut))


def test_a_missing_excursion_is_said() -> None:
    result = refused_result()
    assert words.excursion(result) == "The movement of the mouth corners was not measured."
    moved = result.model_copy(
        update={"commissure": result.commissure.model_copy(update={"excursion_mm": Bilateral(right=1.0, left=2.0)})}
    )
    assert words.excursion(moved) == "Right mouth corner: 1.0 mm. Left mouth corner: 2.0 mm."
