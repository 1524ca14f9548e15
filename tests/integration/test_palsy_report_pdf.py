"""Facial palsy in the PDF read back as text: side, grade, pattern and trust on page one, and what they rest on."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader

from analysis.palsy.postures import Region, Task
from analysis.palsy.results import AffectedSide, Palsy
from analysis.values import Side
from reports import explanations, movement_curves, words
from reports.exam import ExamReport, ReportSettings
from reports.pdf import render_pdf
from tests.page_words import misplaced
from tests.palsy_report_examples import (
    FLACCID,
    REFUSED_REASON,
    flaccid,
    flaccid_palsy,
    movements,
    normal,
    palsied,
    partial,
    synkinetic,
    ungraded,
)
from tests.report_examples import exam, good, refused, still

UID = "1.2.826.0.1.3680043.10.1.3.{}"
LONG = tuple(f"{number}: a piece of evidence that goes on for more than a line of its column" for number in range(40))


def _combined() -> ExamReport:
    clips = [palsied(flaccid_palsy(), FLACCID, number=number, label=f"Clip {number}") for number in (1, 2)]
    palsy = flaccid_palsy().model_copy(
        update={"movements": (*movements(FLACCID, UID.format(1))[:8], *movements(FLACCID, UID.format(2))[8:])}
    )
    return exam(*clips, refused(3, "Clip 3"), palsy=palsy)


def _with(**changed: Any) -> ExamReport:
    return exam(palsied(flaccid_palsy().model_copy(update=changed), FLACCID))


REPORTS = {
    "flaccid": exam(flaccid()),
    "synkinetic": exam(synkinetic()),
    "normal": exam(normal()),
    "partial": exam(partial()),
    "ungraded": exam(ungraded()),
    "letter": exam(flaccid(), settings=ReportSettings(page_size="Letter")),
    "combined": _combined(),
    "no face moves": exam(still(), palsy=flaccid_palsy()),
    "long evidence": _with(evidence=LONG),
    "one long sentence": _with(evidence=("word " * 400,)),
    "only the side": exam(replace(good(), result=good().result.model_copy(update={"palsy": Palsy(status="good")}))),
}


@cache
def _rendered(name: str) -> bytes:
    return render_pdf(REPORTS[name])


def _pages(report: ExamReport | str) -> list[str]:
    reader = PdfReader(io.BytesIO(_rendered(report) if isinstance(report, str) else render_pdf(report)))
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in reader.pages]


@pytest.mark.parametrize(
    ("name", "side", "grade", "pattern", "trust"),
    [
        ("flaccid", "Right the patient's own", "V (IV-V)", "Flaccid", "Good 8 of 8 movements seen"),
        ("synkinetic", "Left the patient's own", "II (II-III)", "Synkinetic", "Good 8 of 8 movements seen"),
        ("normal", "None no side falls short", "I (I)", "Normal", "Good 8 of 8 movements seen"),
        ("partial", "Right the patient's own", "IV (IV-V)", "Indeterminate", "Limited 4 of 8 movements seen"),
    ],
)
def test_the_first_page_answers(name: str, side: str, grade: str, pattern: str, trust: str) -> None:
    page = _pages(name)[0]
    assert f"Affected side {side}" in page
    assert f"House-Brackmann-equivalent estimate {grade} 95 % range in brackets; F " in page
    assert f"Pattern {pattern} " in page
    assert f"Can it be trusted? {trust}" in page
    assert "equivalent estimates, not a clinician's grades" in page
    assert "Why this side and this pattern" in page


def test_the_relation_of_the_mouth_corners_stays_with_its_reference() -> None:
    page = _pages("synkinetic")[0]
    assert "Weaker side: left" in page
    assert "R = 0.97, linear 95 % interval 0.93 to 0.99" in page
    assert "Published: 0.99 normal, 0.75 flaccid, 0.72 synkinetic. R alone names no pattern" in page


def test_the_face_names_each_region_on_its_own_side() -> None:
    page = _pages("flaccid")[0]
    right, left = page.split("patient's right")[1].split("patient's left")
    assert "Brow raise 6 % 0.5 mm" in right
    assert "Full smile 14 % 1.7 mm" in right
    assert "Brow raise 8.9 mm" in left
    assert "Full closure 100 %" in left
    other = _pages("synkinetic")[0]
    right, left = other.split("patient's right")[1].split("patient's left")
    assert "Brow raise 8.9 mm" in right
    assert "Brow raise 72 % 6.4 mm" in left


def test_grades_say_what_they_are_made_of() -> None:
    text = " ".join(_pages("flaccid"))
    assert "House-Brackmann V (IV-V) F 23 % (18 to 28): mean share of brow, eye and smile." in text
    assert "Gate: Barely perceptible movement with asymmetry at rest: V at least. By points: 1 of 8." in text
    assert "Sunnybrook 13 (7 to 19) 100 is best. Voluntary 28, resting 15, synkinesis 0." in text
    assert "eFACE 52 (48 to 57) 100 is best. Static 71, dynamic 29, synkinesis 96." in text
    assert "FNGS 2.0 20 (19 to 21), V (IV-V)" in text
    assert "FAME 17 (15 to 19), severe (severe to profound)" in text
    assert explanations.EQUIVALENT in text


def test_what_could_not_be_graded_says_why() -> None:
    first, *others = _pages("partial")
    assert (
        "Limits: 4 of 8 movements were not seen; the recording has 24.0 frames/s. Not seen: gentle closure, snarl,"
        in first
    )
    assert "Sunnybrook equivalent Not assessable" in first
    text = " ".join(others)
    assert "Sunnybrook Not assessable Not seen: gentle eye closure; not seen: snarl; not seen: pucker." in text
    assert "voluntary upper lip, synkinesis upper lip (not seen: snarl)" in text
    assert "Upper lip (snarl) Not assessable: no snarl was seen." in text
    assert "Not seen: gentle closure, snarl, pucker, lower teeth." in text


def test_regions_postures_and_movements_are_tabled() -> None:
    text = " ".join(_pages("flaccid"))
    assert "Region Right (95 %) Left (95 %) Smaller over larger (95 %)" in text
    assert "Brow raise 0.5 mm (0.1 to 0.9) 8.9 mm (8.5 to 9.3) 6 % (0 to 13)" in text
    assert "Full closure 48 % (44 to 52) 100 % (96 to 104) 48 % (41 to 55)" in text
    assert "Brow raise 1.6 s to 3.6 s (held 2.0 s to 3.2 s) 5.2 s to 7.2 s" in text
    assert "Rest, 1x Brow raise, 2x" in text
    assert "Brow height, mm R 24.2 (23.7 to 24.7) L 24.2 (23.7 to 24.7) R 24.7 (24.2 to 25.2) L 33.1" in text
    assert "No movement is missing." in text


def test_every_movement_has_its_curves() -> None:
    text = " ".join(_pages("partial"))
    curves = text.split("Each movement, both sides")[1].split("Seconds from the onset")[0]
    assert "Brow raise 2 repetitions" in curves
    assert "Full smile 2 repetitions" in curves
    assert "Snarl" not in curves


def test_curves_come_from_the_recording_that_a_movement_was_found_in() -> None:
    report = _combined()
    assert report.palsy is not None
    found = {each.task: each for each in movement_curves.performed(report, report.palsy)}
    assert len(found) == 8
    (commissure, _, brow) = found[Task.BROW_RAISE].traces
    peaks = {trace.side: float(trace.value[~(trace.value != trace.value)].max()) for trace in brow}
    assert peaks[Side.LEFT] == pytest.approx(33.1, abs=0.4)
    assert peaks[Side.RIGHT] == pytest.approx(24.2 + 0.06 * 8.9, abs=0.4)
    assert {trace.side for trace in commissure} == set(Side)


def test_the_exam_speaks_before_its_recordings() -> None:
    page = _pages("combined")[0]
    assert "Facial palsy 3 recordings together" in page
    assert "V (IV-V)" in page
    text = " ".join(_pages("combined"))
    assert "Clip 3 20.0 s at 15.0 frames/s" in text
    assert "Mouth corners in this recording: not assessable. No face was found in 300 of 300 frames." in text
    assert "How to get an assessable recording" not in text


def test_what_was_not_graded_looks_as_before_with_one_line() -> None:
    reason = f"Facial palsy: not assessable. {words.sentence(REFUSED_REASON)}"
    for report, line in (
        ("ungraded", reason),
        (exam(), "Facial palsy: not graded. The analysis of this recording did not look for it."),
        (exam(refused()), "Facial palsy: not graded. The recording is not assessable."),
        (exam(good(), refused()), "Facial palsy: not graded. The recordings of this exam were not put together."),
    ):
        pages = _pages(report)
        assert line in " ".join(pages)
        assert "House-Brackmann" not in " ".join(pages)
    assert len(_pages("ungraded")) == len(_pages(exam())) == 3


def test_an_indeterminate_side_shades_the_side_that_moves_less() -> None:
    page = _pages(_with(affected_side=AffectedSide.INDETERMINATE))[0]
    assert "Affected side Uncertain no side can be named" in page
    assert "Brow raise 6 % 0.5 mm" in page.split("patient's right")[1].split("patient's left")[0]
    assert "Smaller over larger" in " ".join(
        _pages(exam(palsied(flaccid_palsy().model_copy(update={"affected_side": AffectedSide.NONE}))))
    )


def test_evidence_beyond_the_first_page_is_on_the_next() -> None:
    first, *others = _pages("long evidence")
    assert "0: a piece of evidence" in first
    assert "39: a piece of evidence" in first, "the last sums up"
    assert "20: a piece of evidence" not in first
    assert "20: a piece of evidence" in " ".join(others)
    assert "More on the next pages." in first


@pytest.mark.parametrize("name", REPORTS)
def test_every_page_is_vectors_and_says_what_it_is_for(name: str) -> None:
    reader = PdfReader(io.BytesIO(_rendered(name)))
    for page in reader.pages:
        assert not page.images
        assert words.RESEARCH_USE in page.extract_text().replace("\xa0", " ")


def test_the_same_exam_gives_the_same_bytes() -> None:
    assert render_pdf(_combined()) == render_pdf(_combined())


def test_a_region_without_numbers_is_no_obstacle() -> None:
    bare = tuple(
        each.model_copy(update={"share": None}) for each in flaccid_palsy().regions if each.region is not Region.SMILE
    )
    page = _pages(_with(regions=bare))[0]
    assert "Full smile not assessed" in page


@pytest.mark.peer
@pytest.mark.parametrize("name", REPORTS)
def test_no_word_lies_on_another_or_leaves_the_page(name: str) -> None:
    assert misplaced(_rendered(name)) == []
