"""The PDF read back as text: who, what, which side, and on every page that it is for research."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from analysis.results import Side, Status
from reports import words
from reports.exam import ExamReport, ReportSettings
from reports.pdf import render_pdf
from tests import peers
from tests.report_examples import (
    exam,
    good,
    good_result,
    header,
    one_sided_result,
    refused,
    signals,
    source,
    still,
    unmeasured,
)


def _pages(report: ExamReport) -> list[str]:
    reader = PdfReader(io.BytesIO(render_pdf(report)))
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in reader.pages]


def test_the_same_report_gives_the_same_bytes_whatever_came_before() -> None:
    first = render_pdf(exam())
    render_pdf(exam(good(PatientName="قباني^لنزار=山田^太郎")))
    assert render_pdf(exam()) == first


def test_the_first_page_answers() -> None:
    page = _pages(exam())[0]
    assert "Weaker side: left moves 68 % as far as the right side (amplitude ratio 0.68)" in page
    assert "Right 9.0 mm Left 6.1 mm" in page
    assert "R = 0.97, linear 95 % confidence interval 0.93 to 0.99" in page
    assert "Good: 284 of 300 frames used" in page
    for fact in ("PID-0042", "1971-03-04", "female", "2026-11-20", "ACC-77", "Haus, Gregor", "Example Hospital"):
        assert fact in page


def test_sides_follow_the_numbers() -> None:
    result = good_result()
    swapped = result.movement.excursion_mm.model_copy(update={"right": 3.3, "left": 8.8})  # type: ignore[union-attr]
    other = result.model_copy(
        update={
            "movement": result.movement.model_copy(update={"excursion_mm": swapped}),
            "commissure": result.commissure.model_copy(
                update={"excursion_mm": swapped, "weaker_side": Side.RIGHT, "amplitude_ratio": 0.375}
            ),
        }
    )
    page = _pages(exam(replace(good(), result=other)))[0]
    assert "Weaker side: right moves 38 % as far as the left side" in page
    assert "Right 3.3 mm Left 8.8 mm" in page


REPORTS = {
    "good": exam(),
    "not assessable": exam(refused()),
    "hardly moving": exam(still()),
    "two clips": exam(good(), refused()),
    "letter": exam(settings=ReportSettings(page_size="Letter")),
    "japanese": exam(good(PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう")),
    "many": exam(*(good(number, f"Clip {number}") for number in range(1, 8))),
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_page_says_who_what_for_and_how_many(name: str) -> None:
    pages = _pages(REPORTS[name])
    for number, page in enumerate(pages, start=1):
        assert words.RESEARCH_USE in page
        assert f"Page {number} of {len(pages)}" in page
        assert "PID-0042" in page
        assert ("Yamada, Tarou" if name == "japanese" else "Muster, Erika Maria") in page
        assert name != "japanese" or "山田 太郎" in page


def test_what_cannot_be_assessed_is_said_with_what_to_do() -> None:
    page = _pages(exam(refused()))[0]
    assert "Not assessable No face was found in 300 of 300 frames." in page
    assert "How to get an assessable recording" in page
    assert "at least 64 pixels between the eyes" in page
    assert "R =" not in page
    assert "Weaker side" not in page


def test_a_face_that_hardly_moves_shows_what_was_measured_but_no_weaker_side() -> None:
    page = _pages(exam(still()))[0]
    assert "does not exceed the movement gate of 2.0 mm" in page
    assert "Measured: Right mouth corner: 1.1 mm. Left mouth corner: 0.9 mm." in page
    assert "Weaker side" not in page


def test_a_side_that_hardly_moves_is_still_answered() -> None:
    page = _pages(exam(replace(good(), result=one_sided_result())))[0]
    assert "Weaker side: left" in page
    assert "Right 8.4 mm Left 1.9 mm" in page
    assert "R not assessable" in page
    assert "cannot be told from none: it reads 1.9 mm beside 8.4 mm on the right." in page
    assert "Not assessable" not in page


def test_an_even_movement_has_no_weaker_side() -> None:
    result = good_result()
    relation = result.commissure.model_copy(update={"weaker_side": None, "amplitude_ratio": 0.91})
    page = _pages(exam(replace(good(), result=result.model_copy(update={"commissure": relation}))))[0]
    assert "Sides about even the smaller movement is 91 % of the larger one (amplitude ratio 0.91)" in page


def test_the_plots_are_vectors_and_no_picture_is_inside() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(exam())))
    assert all(not page.images for page in reader.pages)
    assert "movement gate 2.0 mm" in reader.pages[0].extract_text().replace("\xa0", " ")


def test_every_font_is_embedded() -> None:
    pdf = render_pdf(exam(good(PatientName="Yamada^Tarou=山田^太郎=שרון"), refused()))
    fonts: dict[str, DictionaryObject] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = reference.get_object()
            fonts[str(font["/BaseFont"])] = font
    assert len(fonts) == 3
    assert all("/FontFile2" in list(font["/FontDescriptor"]) for font in fonts.values())  # type: ignore[call-overload]


def test_provenance_is_complete() -> None:
    text = " ".join(_pages(exam(good(), refused())))
    for fact in (
        "vultus 0.1.0, pipeline version 1",
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        "0f" * 32,
        "1.2.826.0.1.3680043.10.1.3.1",
        "1.2.826.0.1.3680043.10.1.3.2",
        "2026-11-22 16:27 UTC",
        "30.0 frames/s, time stamps from the file",
        "assumed, the file has no time stamps",
        "iris diameter 11.77 mm",
        "declared as mirrored",
        "10.1089/fpsam.2024.0381",
    ):
        assert fact in text
    assert words.SYMMETRY_CAUTION in text


def test_versions_and_missing_objects_are_named() -> None:
    page = _pages(exam(version=3, unreadable=1))[0]
    assert "Facial movement report, version 3" in page
    assert "1 object of this study could not be analysed" in page


def test_limits_are_said_beside_the_answer() -> None:
    result = good_result()
    quality = result.quality.model_copy(update={"status": Status.LIMITED, "reasons": ("only 24.0 frames/s",)})
    page = _pages(exam(replace(good(), result=result.model_copy(update={"quality": quality}))))[0]
    assert "Limited: 284 of 300 frames used" in page
    assert "Limits: Only 24.0 frames/s." in page


def test_a_relation_that_was_refused_leaves_the_excursions() -> None:
    result = good_result()
    relation = result.commissure.model_copy(update={"pearson_r": None, "weaker_side": None, "amplitude_ratio": None})
    page = _pages(exam(replace(good(), result=result.model_copy(update={"commissure": relation}))))[0]
    assert "Weaker side: none stated" in page
    assert "R not assessable" in page
    assert "Right 9.0 mm Left 6.1 mm" in page


def _one_sided() -> pd.DataFrame:
    table = signals()
    table["left_commissure_mm"] = np.nan
    return table


SIGNALS = {
    "nothing measured": unmeasured(),
    "one side only": _one_sided(),
    "no frames": signals().iloc[:0],
    "one frame": signals().iloc[:1],
    "two frames": signals().iloc[:2],
    "constant": signals().assign(right_commissure_mm=0.0, left_commissure_mm=0.0),
    "negative": signals(right=-3.0, left=-5.0),
    "huge": signals(right=4e6, left=1.0),
    "an hour": signals(frames=108_000),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_any_signals_can_be_shown(name: str) -> None:
    for result in (good_result(), refused().result):
        report = exam(replace(good(), signals=SIGNALS[name], result=result))
        pdf = render_pdf(report)
        assert len(pdf) < 600_000
        assert words.RESEARCH_USE in _pages(report)[0]


def test_a_single_image_can_be_shown() -> None:
    result = refused().result
    image = result.model_copy(
        update={"source": result.source.model_copy(update={"kind": "image", "fps": None, "frames": 1})}
    )
    page = _pages(exam(replace(good(), result=image, signals=unmeasured(1))))[0]
    assert "single image" in page
    assert "Send a video" in page


def test_a_loose_file_names_no_patient() -> None:
    pages = _pages(exam(replace(good(), source=None, label="smile <1> & 山田.mp4")))
    assert "Name not recorded" in pages[0]
    assert "smile <1> & 山田.mp4".replace(" ", "") in pages[0].replace(" ", "")
    assert "a file without a DICOM identity" in pages[-1]


@pytest.mark.parametrize("value", ["A" * 64, "^^^^", "", "Nur^Familie" * 5, "山" * 64, "\U0001f600"])
def test_odd_names_are_no_obstacle(value: str) -> None:
    odd = header()
    odd.PatientName = value
    odd.PatientID = "9" * 64
    odd.AccessionNumber = "A" * 16
    odd.InstitutionName = "Klinik " * 9
    assert len(_pages(exam(replace(good(), source=source(odd))))) == 2


@pytest.mark.peer
def test_poppler_opens_every_page_without_complaint() -> None:
    program = peers.require("pdftotext")
    for report in REPORTS.values():
        done = subprocess.run([program, "-", "-"], input=render_pdf(report), capture_output=True, check=True)
        assert done.stderr == b""
        assert words.RESEARCH_USE.encode() in done.stdout
