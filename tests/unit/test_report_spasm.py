"""Hemifacial spasm in words, scales and strips: nothing said that is not known, bounds where they are, times never lost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spasm.results import Blinks, Spasm, SpasmClass, SpasmSide, Variables
from analysis.spasm.settings import ClassSettings, SpasmSettings
from analysis.values import Side, Status
from reports import explanations, spasm_codes, spasm_event_words, spasm_words, words
from reports.carried import plain
from reports.spasm_numbers import scales
from reports.spasm_recorded import LONGEST_STRIP_S, ZOOM_S, Recorded, densest, strips
from tests.palsy_report_examples import REFUSED_REASON, ungraded
from tests.report_examples import exam, good, refused
from tests.spasm_report_examples import (
    BOTH_EVENTS,
    CLONIC_EVENTS,
    INDETERMINATE_EVENTS,
    MILD_EVENTS,
    SOME_BLINKS,
    TONIC_EVENTS,
    TOO_SHORT,
    blinks_at,
    clonic,
    contraction,
    mild,
    none_seen,
    palsied_and,
    spasms,
    spastic,
    too_short,
)

SPASMS = {
    "mild": spasms(MILD_EVENTS),
    "clonic": spasms(CLONIC_EVENTS),
    "tonic": spasms(TONIC_EVENTS),
    "both": spasms(BOTH_EVENTS),
    "indeterminate": spasms(INDETERMINATE_EVENTS),
    "none": spasms([]),
    "limited": spasms(MILD_EVENTS, seconds=20.0, alone=2),
    "nothing known": Spasm(status=Status.LIMITED),
}


def _said(spasm: Spasm) -> list[str]:
    return [
        spasm_words.summary(spasm, SOME_BLINKS),
        *spasm_words.decided(spasm),
        spasm_words.babinski(spasm),
        *(spasm_words.side_in_short(spasm, each) for each in spasm.sides),
        *map(spasm_words.variables, spasm.sides),
        *map(spasm_event_words.contraction, spasm.events),
        *map(spasm_event_words.blink, SOME_BLINKS.events),
    ]


@pytest.mark.parametrize("name", SPASMS)
def test_everything_said_is_ascii_and_ends(name: str) -> None:
    for text in _said(SPASMS[name]):
        assert plain(text) == text
        assert text.endswith(".")
        assert "None:" not in text or SPASMS[name].class_ is SpasmClass.NONE
        assert ".." not in text
        assert "nan" not in text


@pytest.mark.parametrize(
    ("name", "side", "class_name"),
    [
        ("mild", "Right", "Mild"),
        ("clonic", "Left", "Moderate clonic"),
        ("tonic", "Right", "Severe tonic"),
        ("both", "Both sides", "Severe tonic"),
        ("indeterminate", "Right", "Indeterminate"),
        ("none", "None", "None"),
        ("nothing known", "Not stated", "Not stated"),
    ],
)
def test_side_and_class(name: str, side: str, class_name: str) -> None:
    assert spasm_words.side(SPASMS[name]) == side
    assert spasm_words.class_name(SPASMS[name]) == class_name


def test_an_indeterminate_class_names_what_it_lies_between() -> None:
    assert spasm_words.between(SPASMS["indeterminate"]) == "between mild and moderate clonic"
    assert spasm_words.between(SPASMS["clonic"]) == ""


def test_of_two_sides_the_class_is_that_of_the_one_longer_in_spasm() -> None:
    told = SPASMS["both"]
    worse = spasm_words.worse(told)
    assert worse is not None
    assert worse.side is Side.RIGHT
    assert spasm_words.whose(told) == "longer in spasm: right"
    assert "The class is that of the right side, longer in spasm." in list(spasm_words.decided(told))
    assert spasm_words.of_which_side(SPASMS["tonic"]) == ""


def test_a_side_in_short() -> None:
    (told,) = SPASMS["clonic"].sides
    assert spasm_words.side_in_short(SPASMS["clonic"], told) == (
        "Left side: 29 clonic contractions in 6 trains, 11 % of the time in spasm, the longest 0.2 s, 3.2 a second within trains."
    )
    (told,) = SPASMS["tonic"].sides
    assert spasm_words.side_in_short(SPASMS["tonic"], told).startswith(
        "Right side: 5 tonic contractions, each alone, 34 %"
    )
    mixed = spasms([*TONIC_EVENTS, *(contraction(at, 0.2, Side.RIGHT, closure=60, mouth=4) for at in (8.0, 8.4))])
    assert "7 contractions (2 clonic, 5 tonic) in" in spasm_words.side_in_short(mixed, mixed.sides[0])


def test_the_other_babinski_sign_is_told_of_each_side() -> None:
    assert spasm_words.babinski(SPASMS["clonic"]) == (
        "Other Babinski sign: present, the brow rises with the closing eye in 26 of 29 contractions. "
        "It does not exclude synkinesis."
    )
    assert "absent, the brow rises with the closing eye in 0 of 5" in spasm_words.babinski(SPASMS["mild"])
    both = spasm_words.babinski(SPASMS["both"])
    assert "5 of 5 contractions on the right and 0 of 9 contractions on the left" in both
    assert "absent" not in both
    assert spasm_words.babinski(SPASMS["indeterminate"]).startswith("Other Babinski sign: not assessed")


def test_one_line_where_there_is_none() -> None:
    assert spasm_words.in_short(exam(none_seen())) == "No spasm seen in 60 s; 8 blinks (8 a minute), 3 partial."
    one = exam(spastic(MILD_EVENTS[:1], blinks_at(3.0)))
    assert spasm_words.in_short(one) == (
        "No spasm class in 60 s (1 contraction: too few for a class); 1 blink (1 a minute), none partial."
    )
    assert spasm_words.in_short(exam(spastic([], None, spasm=spasms([], alone=1)))) == (
        "No spasm seen in 60 s. One eye closes alone once without its mouth corner: winks, blinks of one eye, or spasms of the "
        "eye alone; not counted."
    )
    assert spasm_words.found(one) is None
    assert spasm_words.found(exam(mild())) is not None


def test_why_nothing_is_said() -> None:
    assert spasm_words.in_short(exam(too_short())) == (
        f"Hemifacial spasm: not assessable. {words.sentence(TOO_SHORT)} 1 blink, none partial."
    )
    same = spastic([], None, spasm=Spasm(status=Status.NOT_ASSESSABLE, reason=REFUSED_REASON))
    assert spasm_words.in_short(exam(same)) == "Hemifacial spasm: not assessable. For the same reason."
    assert "For the same" not in spasm_words.in_short(exam(palsied_and(SPASMS["nothing known"], None)))
    two = exam(too_short(), too_short(number=2, label="Clip 2"))
    assert spasm_words.in_short(two) == f"Hemifacial spasm: not assessable. {words.sentence(TOO_SHORT)}"


@pytest.mark.parametrize("report", [exam(), exam(refused()), exam(good(), refused()), exam(ungraded())])
def test_older_results_say_nothing(report: object) -> None:
    assert spasm_words.in_short(report) == ""  # type: ignore[arg-type]


def test_blinks_without_a_rate_or_unseen() -> None:
    assert spasm_event_words.blinks_in_short(None) == ""
    assert spasm_event_words.blinks_in_short(Blinks(status=Status.NOT_ASSESSABLE, reason="dark")) == ""
    assert spasm_event_words.blinks_in_short(blinks_at()) == "no blinks"


def test_a_mouth_that_spasms_move_names_no_weaker_side() -> None:
    said = words.answer(clonic())
    assert "weaker" not in said
    assert explanations.SPASM_MOVEMENT in said
    assert "weaker" in words.answer(none_seen())


def test_bounds_are_those_of_the_settings() -> None:
    settings = ClassSettings(mild_closure_pct=40, mild_mouth_pct_iod=2.5, tonic_event_s=3, tonic_time_pct=20)
    bounds = [[each.at for each in scale.bounds] for scale in scales(SPASMS["clonic"], settings)]
    assert bounds == [[40, 75], [2.5], [], [], [20], [3]]
    told = SPASMS["clonic"].model_copy(update={"decided_by": "site cohort", "cohort": "clinic 2"})
    assert not any(scale.bounds for scale in scales(told, settings)), "bounds that decided nothing"
    assert spasm_words.standing(told) == "this site's model clinic 2"
    assert explanations.SPASM_INTERPRETATION not in list(spasm_words.decided(told))


def test_settings_speak_in_the_explanations() -> None:
    changed = SpasmSettings(classes=ClassSettings(tonic_event_s=4.5))
    assert any("4.5 s or more" in meaning for _, meaning in explanations.spasm_method(changed))


@pytest.mark.parametrize("name", ["mild", "clonic", "tonic", "both", "indeterminate"])
def test_every_value_lies_on_its_scale(name: str) -> None:
    shown = scales(SPASMS[name], ClassSettings())
    assert [scale.name for scale in shown[:4]] == ["Eye closure", "Mouth distance change", "Rate", "Repetition"]
    for scale in shown:
        assert len(scale.marks) == len(SPASMS[name].sides)
        for mark in scale.marks:
            assert mark.value is not None
            assert 0 <= mark.value <= scale.end
            assert mark.interval is None or mark.interval.high <= scale.end
        assert all(bound.at < scale.end for bound in scale.bounds)


def test_what_was_not_measured_has_no_mark() -> None:
    unseen = [each.model_copy(update={"mouth_pct_iod": None}) for each in MILD_EVENTS]
    mouth = scales(spasms(unseen), ClassSettings())[1]
    assert mouth.marks[0].value is None
    assert mouth.marks[0].written == "not measured"
    assert spasm_event_words.mouth(unseen[0]) == "mouth not seen"


@given(st.floats(min_value=0.05, max_value=1200))
def test_strips_leave_no_time_out(ends_s: float) -> None:
    spans = strips(ends_s)
    assert spans[0][0] == 0
    assert spans[-1][1] == pytest.approx(ends_s)
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    lengths = [end - start for start, end in spans]
    assert max(lengths) <= LONGEST_STRIP_S + 1e-3
    assert max(lengths) - min(lengths) < 1e-6


def test_the_zoom_is_where_contractions_come_thickest() -> None:
    span = densest(CLONIC_EVENTS, 60.0)
    assert span is not None
    assert span[0] <= 41.6 and span[1] >= 43.8, "the train of seven"
    assert span[1] - span[0] == pytest.approx(ZOOM_S)
    assert densest(TONIC_EVENTS, 60.0) is None
    assert densest(CLONIC_EVENTS, 9.0) is None
    assert densest([], 60.0) is None


def test_frames_that_were_not_used_are_gaps() -> None:
    recording = clonic()
    recorded = Recorded.of(recording)
    unused = ~recording.signals["used"].to_numpy(dtype=bool)
    assert unused.any()
    for value in recorded.value.values():
        assert np.isnan(value[unused]).all()
    assert recorded.range("aperture_mm")[0] == 0


def test_every_class_side_and_variable_has_a_code() -> None:
    assert set(spasm_codes.CLASSES) == set(SpasmClass)
    assert set(spasm_codes.SIDES) == set(SpasmSide)
    assert set(spasm_codes.VARIABLES) == set(spasm_words.VARIABLES) == set(Variables.model_fields)


def test_the_whole_answer_in_sentences() -> None:
    assert spasm_words.told(exam(clonic())).startswith("Hemifacial spasm. Side: left. Class: moderate clonic")
    assert spasm_words.told(exam(none_seen())).startswith("No spasm seen in 60 s")
