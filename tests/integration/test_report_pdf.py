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

from analysis.settings import PIPELINE_VERSION, AnalysisSettings
from analysis.values import Bilateral, Side, Status
from reports import explanations, words
from reports.exam import ExamReport, ReportSettings
from reports.pdf import render_pdf
from tests import peers
from tests.report_examples import (
    exam,
    first_version_result,
    good,
    good_result,
    header,
    one_sided_result,
    refused,
    signals,
    source,
    still,
    undecided_result,
    unmeasured,
    whole_face_result,
    within,
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
    assert (
        "Weaker side: left moves 68 % as far as the right side amplitude ratio 0.68, 95 % interval 0.57 to 0.81" in page
    )
    assert "Right 9.0 mm (7.9 to 10.2) Left 6.1 mm (5.3 to 6.9)" in page
    assert "R = 0.97, linear 95 % interval 0.93 to 0.99" in page
    assert "Sides measured apart: yes; the skin's texture was followed on both." in page
    assert "Good: 284 of 300 frames used" in page
    for fact in ("PID-0042", "1971-03-04", "female", "2026-11-20", "ACC-77", "Haus, Gregor", "Example Hospital"):
        assert fact in page


def test_sides_follow_the_numbers() -> None:
    result = good_result()
    swapped = result.movement.excursion_mm.model_copy(update={"right": 3.3, "left": 8.8})  # type: ignore[union-attr]
    other = result.model_copy(
        update={
            "movement": result.movement.model_copy(
                update={"excursion_mm": swapped, "excursion_interval_mm": within((2.9, 3.7), (7.6, 9.9))}
            ),
            "commissure": result.commissure.model_copy(
                update={"excursion_mm": swapped, "weaker_side": Side.RIGHT, "amplitude_ratio": 0.375}
            ),
        }
    )
    page = _pages(exam(replace(good(), result=other)))[0]
    assert "Weaker side: right moves 38 % as far as the left side" in page
    assert "Right 3.3 mm (2.9 to 3.7) Left 8.8 mm (7.6 to 9.9)" in page


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
    assert "Right 8.4 mm (7.3 to 9.5) Left 0.4 mm (0.2 to 0.6)" in page
    assert "R not assessable" in page
    assert "cannot be told from none: it reads 0.4 mm beside 8.4 mm on the right" in page
    assert "a side at rest may read up to 6 % of the other side's movement." in page
    assert "Not assessable" not in page


def test_an_even_movement_has_no_weaker_side() -> None:
    result = good_result()
    relation = result.commissure.model_copy(update={"weaker_side": None, "amplitude_ratio": 0.91})
    page = _pages(exam(replace(good(), result=result.model_copy(update={"commissure": relation}))))[0]
    assert "Sides about even the smaller movement reads 91 % of the larger one amplitude ratio 0.91, " in page


def test_a_ratio_whose_interval_holds_one_names_no_side() -> None:
    page = _pages(exam(replace(good(), result=undecided_result())))[0]
    assert (
        "Weaker side: uncertain the smaller movement reads 62 % of the larger one, but may be as large amplitude ratio 0.62, "
        "95 % interval 0.35 to 1.10" in page
    )
    assert "the skin's texture could not be followed on both sides" in page


def test_sides_that_were_not_measured_apart_are_said_so() -> None:
    first, second, *_ = _pages(exam(replace(good(), result=whole_face_result())))
    assert "Limits: Sides not measured apart" in first
    assert "Sides measured apart no: the whole face was measured at once" in second
    assert "A side at rest may read up to 25 % of the other side's movement" in second


def test_a_result_of_the_first_pipeline_can_still_be_shown() -> None:
    pages = _pages(exam(replace(good(), result=first_version_result())))
    assert "Right 9.0 mm Left 6.1 mm" in pages[0]
    assert "not recorded: analysed by an earlier version" in pages[1]
    assert any(explanations.OTHERWISE_ANALYSED in page for page in pages)


@pytest.mark.parametrize(
    "interval", [(-3.0, 4.0), (0.0, 0.0), (-9.0, -2.0), (8.0, 1e6)], ids=["beyond rest", "none", "inward", "huge"]
)
def test_any_interval_can_be_shown(interval: tuple[float, float]) -> None:
    for excursion in (0.5, -4.0):
        result = good_result()
        movement = result.movement.model_copy(
            update={
                "excursion_mm": Bilateral(right=excursion, left=6.0),
                "excursion_interval_mm": within(interval, (5.0, 7.0)),
            }
        )
        page = _pages(exam(replace(good(), result=result.model_copy(update={"movement": movement}))))[0]
        assert f"Right {excursion:.1f} mm ({interval[0]:.1f} to {interval[1]:.1f})" in page


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
        f"vultus 0.1.0, pipeline version {PIPELINE_VERSION}",
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        AnalysisSettings().sha256,
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
    assert explanations.SYMMETRY_CAUTION in text
    assert explanations.OTHERWISE_ANALYSED not in text


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
    assert "Right 9.0 mm (7.9 to 10.2) Left 6.1 mm (5.3 to 6.9)" in page


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
    assert len(_pages(exam(replace(good(), source=source(odd))))) == 3


@pytest.mark.peer
def test_poppler_opens_every_page_without_complaint() -> None:
    program = peers.require("pdftotext")
    for report in REPORTS.values():
        done = subprocess.run([program, "-", "-"], input=render_pdf(report), capture_output=True, check=True)
        assert done.stderr == b""
        assert words.RESEARCH_USE.encode() in done.stdout
