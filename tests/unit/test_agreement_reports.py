"""The commands as a researcher uses them: files written, words printed, pages that hold what they must."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import typer
from pypdf import PdfReader
from typer.testing import CliRunner

from analysis.errors import EvaluationError
from analysis.evaluation.agreement_values import Agreement
from analysis.evaluation.repeatability import Repeatability, load_repeatability
from reports.agreement_repeatability import render_repeatability
from reports.agreement_report import render_agreement
from reports.words import RESEARCH_USE
from service.agreement_commands import agreement
from tests.agreement_examples import ROMAN, graded, result, write_result, write_table

app = typer.Typer()
app.command("agreement")(agreement)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of 14 patients seen twice, with grades of two raters for the first visit."""
    root = tmp_path_factory.mktemp("study")
    random = np.random.default_rng(9)
    grades: list[tuple[object, ...]] = [("recording", "rater", "hb", "sunnybrook", "pattern")]
    repeats: list[tuple[object, ...]] = [("patient", "recording")]
    for patient in range(14):
        true = 1 + patient % 6
        for visit in (1, 2):
            name = f"P{patient:02d}-{visit}"
            score = float(100 - 14 * true + random.normal(0, 3))
            palsy = graded(None if patient == 13 else true, sunnybrook=score)
            write_result(root / "out" / name, result(palsy, right=float(9 + random.normal(0, 0.4))))
            repeats.append((f"P{patient:02d}", name))
        for rater in ("Ängström", "Brown"):
            grade = int(np.clip(true + random.integers(-1, 2), 1, 6))
            grades.append((f"P{patient:02d}-1", rater, ROMAN[grade - 1], 100 - 14 * grade, "flaccid"))
    write_table(root / "grades.csv", *grades, ("P99-1", "Brown", "II", 70, "flaccid"))
    write_table(root / "repeats.csv", *repeats)
    return root


def text_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def run(*arguments: object):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_grades_and_repeats_at_once(study, tmp_path):
    done = run(
        study / "out",
        "--clinicians",
        study / "grades.csv",
        "--repeats",
        study / "repeats.csv",
        "--out",
        tmp_path / "new" / "o",
    )
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "new" / "o").iterdir()} == {
        *(f"{name}.{kind}" for name in ("agreement", "repeatability") for kind in ("csv", "json", "pdf")),
        "agreement-recordings.csv",
    }
    key = (tmp_path / "new" / "o" / "agreement-recordings.csv").read_text().splitlines()
    assert key[:3] == ["number,recording,left_aside", "1,P00-1,", "2,P00-2,without a grade"]
    assert key[-1] == "29,P99-1,without a result"
    assert "House-Brackmann: quadratic weighted kappa with all raters" in done.output
    assert "assessed 13 of 14" in done.output
    assert "recordings of the table without a result (1): recording 29" in done.output
    assert "results without a grade (14): recording 2, recording 4" in done.output
    assert "P00" not in done.output
    assert "P99" not in done.output
    assert "Sunnybrook total: smallest detectable change" in done.output
    found = Agreement.model_validate_json((tmp_path / "new" / "o" / "agreement.json").read_bytes())
    assert found.raters == ("Brown", "Ängström")
    repeated = load_repeatability(tmp_path / "new" / "o" / "repeatability.json", pipeline_version="3")
    assert repeated.n == 14
    assert repeated.of("sunnybrook_total") is not None


def test_pages_of_agreement(study, tmp_path):
    run(study / "out", "--clinicians", study / "grades.csv", "--out", tmp_path)
    reader = PdfReader(tmp_path / "agreement.pdf")
    text = text_of(tmp_path / "agreement.pdf")
    for wanted in (
        "Agreement with clinicians",
        "House-Brackmann",
        "Sunnybrook (100 is best)",
        "Vultus minus all raters",
        "Brown minus Ängström",
        "Raters and each other",
        "13 of 14",
        "Fleiss, Cohen and Everitt 1969",
        "no full smile was seen",
        "recording 29",
    ):
        assert wanted in text, wanted
    assert "P99" not in text
    assert "P0" not in text
    assert all(RESEARCH_USE in page.extract_text() for page in reader.pages)
    found = Agreement.model_validate_json((tmp_path / "agreement.json").read_bytes())
    assert render_agreement(found) == render_agreement(found)
    assert PdfReader(tmp_path / "agreement.pdf").metadata.title == "Agreement with clinicians"  # type: ignore[union-attr]


def test_one_rater_two_grades(study, tmp_path):
    """Nothing can be computed, and the pages say so."""
    table = write_table(
        tmp_path / "g.csv",
        ("recording", "rater", "hb", "sunnybrook", "pattern"),
        ("P00-1", "A", "I", 80, "not assessable"),
        ("P01-1", "A", "II", "", "mixed"),
    )
    done = run(study / "out", "--clinicians", table, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert "kappa with A not defined" in done.output
    assert "One rater only" in done.output
    text = text_of(tmp_path / "agreement.pdf")
    assert "3 at least are needed" in text
    assert "Called not assessable: by A, 1 recording (0 without a grade of Vultus too)" in text


def test_pages_of_repeatability(study, tmp_path):
    run(study / "out", "--repeats", study / "repeats.csv", "--out", tmp_path)
    assert not (tmp_path / "agreement.json").exists()
    text = text_of(tmp_path / "repeatability.pdf")
    for wanted in ("Smallest detectable change", "14 patients recorded twice", "Sunnybrook total", "1.96 x sqrt(2)"):
        assert wanted in text, wanted
    found = Repeatability.model_validate_json((tmp_path / "repeatability.json").read_bytes())
    assert render_repeatability(found) == render_repeatability(found)
    assert "Commissure relation R: no figure" in text


def test_few_patients_are_marked(study, tmp_path):
    rows = (study / "repeats.csv").read_text().splitlines()[:9]
    (tmp_path / "r.csv").write_text("\n".join(rows))
    done = run(study / "out", "--repeats", tmp_path / "r.csv", "--out", tmp_path)
    assert "4 patients, few patients" in done.output
    assert "Only 4 patients" in text_of(tmp_path / "repeatability.pdf")


def test_nothing_is_written_where_a_table_is_wrong(study, tmp_path):
    table = write_table(tmp_path / "g.csv", ("recording", "rater", "hb"), ("P00-1", "A", "VII"))
    done = run(study / "out", "--clinicians", table, "--repeats", study / "repeats.csv", "--out", tmp_path / "o")
    assert isinstance(done.exception, EvaluationError)
    assert "row 2: house_brackmann is 'VII'" in str(done.exception)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("table", ["--clinicians", "--repeats"])
def test_a_place_that_cannot_be_written_to_is_told(study, tmp_path, table):
    (tmp_path / "file").write_text("mine")
    rows = study / ("grades.csv" if table == "--clinicians" else "repeats.csv")
    for out in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        done = run(study / "out", table, rows, "--out", out)
        assert isinstance(done.exception, EvaluationError)
        assert f"nothing can be written to {out} (" in str(done.exception)
    assert (tmp_path / "file").read_text() == "mine"


def test_who_is_furthest_apart_has_a_number(tmp_path):
    for at in range(4):
        write_result(tmp_path / "out" / f"Meier_Hans_{at}", result(graded(5 if at else 1)))
    rows = [("recording", "rater", "hb"), *((f"Meier_Hans_{at}", "A", "II") for at in range(4))]
    table = write_table(tmp_path / "g.csv", *rows)
    done = run(tmp_path / "out", "--clinicians", table, "--out", tmp_path / "found")
    assert done.exit_code == 0, done.output
    assert "not defined (kappa says nothing: A graded all 4 recordings II, and then it is 0" in done.output
    text = text_of(tmp_path / "found" / "agreement.pdf")
    assert "recording 2: Vultus V, A II" in text
    assert "kappa says nothing: A graded all 4 recordings II" in text
    assert "Meier" not in text + done.output
    assert "Meier_Hans_2" in (tmp_path / "found" / "agreement.json").read_text()


def test_something_must_be_asked(study, tmp_path):
    done = run(study / "out", "--out", tmp_path)
    assert done.exit_code == 2
    assert "--clinicians" in done.output
