"""Hemifacial spasm in the PDF read back as text: side, class and trust on page one, the timeline, and what they rest on."""

from __future__ import annotations

import io
from functools import cache

import pytest
from pypdf import PdfReader

from analysis.palsy.results import Palsy
from analysis.spasm import assess
from analysis.spasm.combining import combine_spasms
from analysis.spasm.settings import ClassSettings
from analysis.values import Side
from reports import explanations, words
from reports.exam import ExamReport, ReportSettings
from reports.pdf import render_pdf
from reports.spasm_details import MOST_EVENTS
from tests.page_words import misplaced
from tests.report_examples import exam, refused
from tests.spasm_report_examples import (
    TONIC_EVENTS,
    TOO_SHORT,
    UID,
    both_sides,
    clonic,
    indeterminate,
    long_recording,
    mild,
    none_seen,
    palsied_and,
    spasms,
    spastic,
    tonic,
    too_short,
)


def _combined() -> ExamReport:
    second = [each.model_copy(update={"source": UID.format(2)}) for each in TONIC_EVENTS]
    clips = (clonic(), spastic(second, number=2, label="Clip 2"))
    shown = [each.result.spasm for each in clips if each.result.spasm]
    return exam(*clips, refused(3, "Clip 3"), spasm=combine_spasms(shown, ClassSettings()))


REPORTS = {
    "mild": exam(mild()),
    "clonic": exam(clonic()),
    "tonic": exam(tonic()),
    "both": exam(both_sides()),
    "both on letter": exam(both_sides(), settings=ReportSettings(page_size="Letter")),
    "indeterminate": exam(indeterminate()),
    "none": exam(none_seen()),
    "too short": exam(too_short()),
    "beside a palsy": exam(palsied_and(spasms(TONIC_EVENTS))),
    "none beside a palsy": exam(palsied_and(spasms([]))),
    "refused beside a palsy": exam(palsied_and(assess.refused(TOO_SHORT), None)),
    "combined": _combined(),
    "long": exam(long_recording()),
}


@cache
def _rendered(name: str) -> bytes:
    return render_pdf(REPORTS[name])


@cache
def _reader(name: str) -> PdfReader:
    return PdfReader(io.BytesIO(_rendered(name)))


@cache
def _pages(name: str) -> list[str]:
    reader = _reader(name)
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in reader.pages]


@pytest.mark.parametrize(
    ("name", "side", "kind", "time", "trust"),
    [
        ("mild", "Right the patient's own", "Mild", "2 % the longest 0.2 s", "Good 60 s, 5 contractions"),
        ("clonic", "Left the patient's own", "Moderate clonic", "11 % the longest 0.2 s", "Good 60 s, 29 contractions"),
        ("tonic", "Right the patient's own", "Severe tonic", "34 % the longest 5.5 s", "Good 60 s, 5 contractions"),
        (
            "both",
            "Both sides longer in spasm: right",
            "Severe tonic that of the right side, longer in spasm",
            "34 %",
            "Good 60 s, 14 contractions",
        ),
        (
            "indeterminate",
            "Right",
            "Indeterminate between mild and moderate clonic",
            "2 %",
            "Good 60 s, 5 contractions",
        ),
    ],
)
def test_the_first_page_answers(name: str, side: str, kind: str, time: str, trust: str) -> None:
    page = _pages(name)[0]
    assert f"Side of the spasms {side}" in page
    assert f"Class (our interpretation) {kind}" in page
    assert f"Time in spasm {time}" in page
    assert f"Can it be trusted? {trust}" in page
    assert explanations.SPASM_INTERPRETATION in page
    assert page.index("Hemifacial spasm") < page.index("Timeline")


def _interval(name: str, of: Side, variable: str, digits: int) -> str:
    """As it has to be printed."""
    spasm = REPORTS[name].spasms
    assert spasm is not None
    (told,) = [each for each in spasm.sides if each.side is of]
    interval = getattr(told.intervals, variable)
    return f"({interval.low:.{digits}f} to {interval.high:.{digits}f})"


def test_the_variables_stand_beside_their_bounds() -> None:
    page = _pages("clonic")[0]
    closure, mouth, rate, repetition = (
        _interval("clonic", Side.LEFT, name, digits)
        for name, digits in (
            ("eye_closure_pct", 0),
            ("mouth_distance_change_pct_iod", 1),
            ("rate_per_min", 1),
            ("repetition", 1),
        )
    )
    assert f"Eye closure of its opening 0 100 mild below 50 % severe only from 75 % L 64 % {closure}" in page
    assert f"Mouth distance change of the inter-iris distance 0 9 mild below 3 % L 5.4 % {mouth}" in page
    assert f"L 29.0 {rate}" in page
    assert f"Repetition contractions a train 0 8 L 4.8 {repetition}" in page
    assert "severe above 25 %, if the eye shuts L 11 %" in page
    assert "severe from 2 s, if the eye shuts L 0.2 s" in page
    right, left = (_interval("both", side, "eye_closure_pct", 0) for side in Side)
    assert f"R 93 % {right} L 64 % {left}" in _pages("both")[0]


def test_key_facts_are_words() -> None:
    page = _pages("clonic")[0]
    assert (
        "29 clonic contractions in 6 trains, 11 % of the time in spasm, the longest 0.2 s, 3.2 a second within" in page
    )
    assert "Other Babinski sign: present, the brow rises with the closing eye in 26 of 29 contractions." in page
    assert "Apart from the spasms: 8 blinks (8 a minute), 3 partial." in page


def test_the_timeline_fits_the_first_page_for_a_minute() -> None:
    for name in ("mild", "clonic", "tonic", "both", "indeterminate", "beside a palsy"):
        first = _pages(name)[0]
        assert first.count("R eye L eye R mouth L mouth") == 2, name
    assert "The 5 s with the most contractions" in " ".join(_pages("clonic"))
    assert "with the most contractions" not in " ".join(_pages("tonic"))


def test_five_minutes_are_ten_strips_and_a_table_that_ends() -> None:
    text = " ".join(_pages("long"))
    assert text.count("R eye L eye R mouth L mouth") == 10 + 1
    left_out = 245 - MOST_EVENTS
    assert f"And {left_out} more, in the structured report or result.json." in text
    assert len(_pages("long")) <= 8


def test_a_palsy_follows_the_spasms() -> None:
    pages = _pages("beside a palsy")
    assert "Class (our interpretation) Severe tonic" in pages[0]
    assert "Affected side Right" not in pages[0]
    assert "Affected side Right the patient's own" in pages[1]


def test_without_spasms_the_palsy_leads_and_spasm_is_a_line() -> None:
    for name, line in (
        ("none beside a palsy", "No spasm seen in 60 s; 8 blinks (8 a minute), 3 partial."),
        ("refused beside a palsy", f"Hemifacial spasm: not assessable. {words.sentence(TOO_SHORT)}"),
    ):
        pages = _pages(name)
        assert line in pages[0]
        assert "Affected side Right the patient's own" in pages[0]
        assert "Timeline" not in " ".join(pages)
        assert len(pages) == 6, "as many as without"


def test_nothing_found_and_nothing_graded_is_a_line() -> None:
    assert "No spasm seen in 60 s; 8 blinks (8 a minute), 3 partial." in _pages("none")[0]
    assert f"Hemifacial spasm: not assessable. {words.sentence(TOO_SHORT)}" in _pages("too short")[0]
    assert "Class (our" not in " ".join((*_pages("none"), *_pages("too short")))


def test_a_mouth_that_spasms_move_has_no_weaker_side() -> None:
    for name in ("clonic", "tonic", "beside a palsy"):
        text = " ".join(_pages(name))
        assert "Mouth moved by spasms the side that moves less need not be weak" in text
        assert explanations.SPASM_MOVEMENT in text
        assert "Weaker side:" not in text
    assert "Weaker side:" in " ".join(_pages("none beside a palsy"))


def test_contractions_that_only_the_exam_has_enough_of_move_the_mouth_all_the_same() -> None:
    clips = [
        spastic([each.model_copy(update={"source": UID.format(number)})], number=number, label=f"Clip {number}")
        for number, each in ((1, TONIC_EVENTS[0]), (2, TONIC_EVENTS[1]))
    ]
    shown = [each.result.spasm for each in clips if each.result.spasm]
    report = exam(*clips, spasm=combine_spasms(shown, ClassSettings()))
    reader = PdfReader(io.BytesIO(render_pdf(report)))
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    assert text.count("Mouth moved by spasms") == 2
    assert "Weaker side:" not in text


def test_a_palsy_of_which_nothing_could_be_judged_is_a_line() -> None:
    bare = Palsy(status="limited", affected_side="indeterminate", reason="not seen: full smile")
    text = " ".join(
        " ".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO(render_pdf(exam(palsied_and(spasms(TONIC_EVENTS), palsy=bare))))).pages
    )
    assert "Facial palsy: not assessable. Not seen: full smile." in text
    assert "Affected side" not in text


def test_the_details_hold_every_number_and_what_it_means() -> None:
    text = " ".join(_pages("both"))
    right, left = (_interval("both", side, "eye_closure_pct", 0) for side in Side)
    assert f"Eye closure 93 % {right} 64 % {left}" in text
    assert "4.00 s to 7.40 s Right tonic 1 93 % 9.4 % (5.8 mm) rises 1.7 mm" in text
    assert "Beside the bounds: eye closure 93 % (mild below 50 %)" in text
    assert explanations.SPASM_REFERENCE in text
    assert "outcome" not in text


def test_an_exam_of_several_recordings_has_a_timeline_of_each() -> None:
    pages = _pages("combined")
    assert "Hemifacial spasm 3 recordings together" in pages[0]
    assert "Side of the spasms Both sides" in pages[0]
    text = " ".join(pages)
    assert "Timeline of Clip 1" in text
    assert "Timeline of Clip 2" in text
    assert "Timeline of Clip 3" not in text
    assert "4.00 s to 7.40 s Right tonic 7 93 % 9.4 % (5.8 mm) rises 1.7 mm Clip 2" in text


def test_the_same_exam_gives_the_same_bytes() -> None:
    assert render_pdf(exam(mild())) == render_pdf(exam(mild()))


@pytest.mark.parametrize("name", REPORTS)
def test_every_page_is_vectors_and_says_what_it_is_for(name: str) -> None:
    assert not any(page.images for page in _reader(name).pages)
    assert all(words.RESEARCH_USE in text for text in _pages(name))


@pytest.mark.peer
@pytest.mark.parametrize("name", REPORTS)
def test_no_word_lies_on_another_or_leaves_the_page(name: str) -> None:
    assert misplaced(_rendered(name)) == []
