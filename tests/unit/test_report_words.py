"""The sentences: every number with its unit, sides never swapped, advice that fits what was lacking."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.values import Bilateral, Interval, Side, Status
from reports import explanations, tracking_words, units, words
from reports.advice import advice
from reports.carried import plain
from reports.exam import AssessedInstance
from tests.report_examples import (
    exam,
    first_version_result,
    good,
    good_result,
    one_sided_result,
    refused,
    refused_result,
    signals,
    still,
    still_result,
    undecided_result,
    whole_face_result,
)

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
AFTER = re.compile(r" (?:mm|s|%|frames?(?:/s)?|pixels|samples|comparisons?|movements?|of|to|objects?)\b|[,.;)]| %")
RESULTS = {
    "good": good_result(),
    "one side": one_sided_result(),
    "not assessable": refused_result(),
    "hardly moving": still_result(),
    "undecided": undecided_result(),
    "whole face": whole_face_result(),
    "first version": first_version_result(),
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
        tracking_words.texture(result.tracking),
        tracking_words.leak(result.tracking, AnalysisSettings()),
        *advice(instance),
    ]


@pytest.mark.parametrize("name", RESULTS)
def test_every_number_has_a_unit_or_a_name(name: str) -> None:
    for text in _sentences(RESULTS[name]):
        for number in NUMBER.finditer(text):
            before, after = text[: number.start()], text[number.end() :]
            named = before.endswith(("R = ", "ratio ", "interval ", "+-", "+- ", "multiplied by ", "to ")) or not after
            assert named or AFTER.match(after), f"{number.group()} in {text!r}"


def test_the_right_number_stands_under_right() -> None:
    assert words.excursion(good_result()) == (
        "Right mouth corner: 9.0 mm (95 % interval 7.9 to 10.2 mm). Left mouth corner: 6.1 mm (95 % interval 5.3 to 6.9 mm)."
    )
    assert words.excursion(first_version_result()) == "Right mouth corner: 9.0 mm. Left mouth corner: 6.1 mm."


@pytest.mark.parametrize(("weaker", "stronger"), [(Side.LEFT, "right"), (Side.RIGHT, "left")])
def test_the_weaker_side_is_named(weaker: Side, stronger: str) -> None:
    relation = good_result().commissure.model_copy(update={"weaker_side": weaker, "amplitude_ratio": 0.5})
    assert words.weaker(relation) == (
        f"The {weaker.value} side is the weaker one: it moves 50 % as far as the {stronger} side "
        "(amplitude ratio 0.50, 95 % interval 0.57 to 0.81)."
    )
    without = relation.model_copy(update={"amplitude_ratio_interval": None})
    assert words.weaker(without).endswith(f"as far as the {stronger} side (amplitude ratio 0.50).")
    assert words.headline(relation) == f"Weaker side: {weaker.value}"


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


@pytest.mark.parametrize(
    ("rejection", "said", "advised"),
    [
        ("half_lost", "no picture of each half: 150 frames", "Keep both halves of the face free"),
        ("mouth_hidden", "mouth covered: 150 frames", "away from the mouth"),
        ("blurred", "blurred: 150 frames", "Focus on the face"),
        ("cut", "after a cut: 150 frames", ""),
    ],
)
def test_frames_that_were_not_used_are_named_with_what_to_do(rejection: str, said: str, advised: str) -> None:
    quality = still_result().quality.model_copy(update={"frames_rejected": {rejection: 150}})
    result = still_result().model_copy(update={"quality": quality})
    assert words.rejected(result) == said
    assert any(advised in each for each in advice(replace(still(), result=result)))
    assert not advised or not any(advised in each for each in advice(still()))


def test_everything_said_in_a_dicom_object_is_ascii() -> None:
    tracked = [
        said
        for result in RESULTS.values()
        for said in (
            tracking_words.apart(result),
            tracking_words.texture(result.tracking),
            tracking_words.briefly(result),
        )
    ]
    fixed = (words.RESEARCH_USE, explanations.SIDES, explanations.SYMMETRY_CAUTION, explanations.REFERENCE)
    for text in (*fixed, *tracked):
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
        "Right mouth corner: 8.4 mm (95 % interval 7.3 to 9.5 mm). Left mouth corner: 0.4 mm (95 % interval 0.2 to 0.6 mm). "
        "The left side is the weaker one. R is not assessable. "
        "The left mouth corner's movement cannot be told from none: it reads 0.4 mm beside 8.4 mm on the right, and a side at "
        "rest may read up to 6 % of the other side's movement."
    )
    assert "cannot be told from none" in words.limits(result)


def test_an_even_movement_has_no_weaker_side() -> None:
    relation = good_result().commissure.model_copy(
        update={
            "weaker_side": None,
            "amplitude_ratio": 0.91,
            "amplitude_ratio_interval": Interval(low=0.78, high=1.06),
        }
    )
    assert words.weaker(relation) == (
        "No side is called weaker: the smaller movement reads 91 % of the larger one "
        "(amplitude ratio 0.91, 95 % interval 0.78 to 1.06)."
    )
    assert words.headline(relation) == "Sides about even"


def test_an_uneven_ratio_whose_interval_holds_one_names_no_side() -> None:
    relation = undecided_result().commissure
    assert words.headline(relation) == "Weaker side: uncertain"
    assert words.weaker(relation) == (
        "Which side is weaker is uncertain: the smaller movement reads 62 % of the larger one, but may be as large "
        "(amplitude ratio 0.62, 95 % interval 0.35 to 1.10)."
    )


def test_a_side_that_is_not_told_from_rest_is_said_so() -> None:
    assert words.compared(one_sided_result().commissure) == "its movement cannot be told from none"


def test_how_the_sides_were_told_apart_is_said() -> None:
    assert tracking_words.apart(good_result()) == (
        "yes: each side on a picture of that side joined to its own mirror image; a look at the whole face differs in the "
        "mouth corners' movement by 2 % of the distance between the irises"
    )
    assert tracking_words.apart(whole_face_result()).startswith("no: the whole face was measured at once")
    assert tracking_words.apart(refused_result()) == "not judged: no movement was measured"
    assert tracking_words.apart(first_version_result()) == "not recorded: analysed by an earlier version"


def test_what_vouches_for_the_distance_is_said_for_each_side() -> None:
    assert tracking_words.texture(undecided_result().tracking) == (
        "right mouth corner: followed in 171 comparisons with rest, landmarks multiplied by 1.08 +- 0.03; left mouth corner: "
        "lost, so its landmarks stand as they are"
    )
    assert tracking_words.texture(whole_face_result().tracking) == ""
    assert "texture was followed on both" in tracking_words.briefly(good_result())
    assert "could not be followed on both sides" in tracking_words.briefly(undecided_result())


@pytest.mark.parametrize(
    ("result", "share"), [(good_result(), "6 %"), (undecided_result(), "12 %"), (whole_face_result(), "25 %")]
)
def test_the_leak_that_applies_is_named(result: AnalysisResult, share: str) -> None:
    assert tracking_words.leak(result.tracking, AnalysisSettings()).startswith(f"up to {share} of the other side's")


def test_the_method_names_the_thresholds_that_are_in_force() -> None:
    chosen = AnalysisSettings(
        gate_mm=2.5, gate_rest_sd=7, even_ratio=0.7, texture_leak=0.09, linear_r=0.97, max_lag_s=0.4
    )
    told = dict(explanations.method(chosen))
    assert "must exceed 2.5 mm and 7 times" in told["Movement gate"]
    assert "weaker below 0.7," in told["Amplitude ratio"]
    assert "9 % of the other side's movement" in told["R"]
    assert "linear from 0.97" in told["R"]
    assert "within 0.4 s" in told["Shape"]


def test_a_result_that_was_made_otherwise_is_noticed() -> None:
    settings = AnalysisSettings()
    assert explanations.hold_for(good_result(), settings)
    assert explanations.hold_for(refused_result(), settings), "mirroring belongs to the recording"
    assert not explanations.hold_for(good_result(), AnalysisSettings(gate_mm=3))
    assert not explanations.hold_for(good_result(pipeline_version="1"), settings)


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
