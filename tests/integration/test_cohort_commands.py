"""``vultus cohort`` from tables to a model that is signed off, and to a comparison."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from analysis.cohort.fit import fit
from analysis.cohort.model_file import as_json, load_model
from analysis.cohort.settings import FitSettings
from analysis.cohort.table import CohortTable
from analysis.cohort.variables import COLUMNS
from analysis.errors import CohortError
from analysis.spasm.results import SpasmClass, Variables
from service.cohort_commands import _write_fit, cohort_app

CENTRES = np.array([[35.0, 3.0, 8.0, 1.9], [60.0, 5.5, 22.0, 4.6], [86.0, 9.5, 9.0, 1.9]])
ROWS = 64


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cohort_app, [str(each) for each in arguments])


def words_of(document: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(document).pages).split())


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(6)
    values = CENTRES[np.arange(ROWS) % 3] + np.array([4, 0.5, 1.5, 0.25]) * rng.standard_normal((ROWS, 4))
    table = pd.DataFrame(values.clip(max=[100, np.inf, np.inf, np.inf], min=[0, 0, 0, 1]), columns=list(COLUMNS))
    table.insert(0, "patient", [f"SECRET{at:03}" for at in range(ROWS)])
    table.loc[4, "repetition"] = np.nan
    table.loc[9, list(COLUMNS)] = (95.0, 70.0, 150.0, 22.0)
    path = tmp_path_factory.mktemp("cohort") / "table.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def fitted(cohort: Path) -> Path:
    out = cohort.parent / "fit"
    ran = run("fit", cohort, "--out", out, "--name", "our clinic", "--model-version", "2026-1")
    assert ran.exit_code == 0, ran.output
    assert "3 groups" in ran.output
    assert "group 3: proposed as severe tonic" in ran.output
    assert "vultus cohort approve" in ran.output
    assert "left out: 1 (no repetition)" in ran.output
    assert "line 11" in ran.output
    assert "SECRET" not in ran.output
    return out


def test_everything_is_written(fitted: Path):
    stems = ("number-of-groups", "dendrogram", "scatter", "pairs", "silhouettes")
    expected = {"cohort-model.json", "cohort.csv", "left-out.csv", "cohort.pdf"}
    assert {each.name for each in fitted.iterdir()} == expected | {f"{s}.{e}" for s in stems for e in ("svg", "png")}
    for stem in stems:
        assert Image.open(io.BytesIO((fitted / f"{stem}.png").read_bytes())).width > 1000
        assert b"<svg" in (fitted / f"{stem}.svg").read_bytes()


def test_the_report_says_what_it_is_and_names_nobody(fitted: Path):
    said = words_of(fitted / "cohort.pdf")
    assert "Our interpretation, research use only" in said
    assert "Research use only - not for diagnosis" in said
    assert "our clinic, version 2026-1" in said
    assert "line 6" in said  # left out
    assert "line 11" in said  # stands alone
    assert "Names are a proposal" in said
    for content in (*fitted.glob("*.svg"), fitted / "cohort-model.json", fitted / "left-out.csv"):
        assert "SECRET" not in content.read_text()
    assert "SECRET" not in said


def test_the_table_holds_every_patient_with_a_group(fitted: Path):
    table = pd.read_csv(fitted / "cohort.csv", keep_default_na=False).set_index("patient")
    assert len(table) == ROWS - 1
    assert table.loc["SECRET000", "group"] == "mild"
    assert table.loc["SECRET001", "group"] == "moderate_clonic"
    assert table.loc["SECRET002", "placed"] == "severe_tonic"
    alone = table.loc["SECRET009"]
    assert (alone["stands_alone"], alone["group"], alone["placed"]) == ("yes", "", "indeterminate")
    assert (table["stands_alone"] == "yes").sum() == 1


def test_a_model_is_used_only_after_it_was_signed_off(fitted: Path, tmp_path: Path):
    model = tmp_path / "cohort-model.json"
    model.write_bytes((fitted / "cohort-model.json").read_bytes())
    with pytest.raises(CohortError, match="not signed off"):
        load_model(model)
    today = datetime.now(UTC).date().isoformat()
    refused = run("approve", model, "--by", "A. Person", "--on", "2099-01-01")
    assert "2099-01-01 is in the future" in str(refused.exception)
    ran = run("approve", model, "--by", "A. Person", "--on", today)
    assert ran.exit_code == 0, ran.output
    found = load_model(model)
    assert found.title == "our clinic, version 2026-1"
    placed = found.classify(
        Variables(eye_closure_pct=85, mouth_distance_change_pct_iod=9.4, rate_per_min=9, repetition=2)
    )
    assert placed.class_ is SpasmClass.SEVERE_TONIC
    kept = model.read_bytes()
    refused = run("fit", fitted / "cohort.csv", "--out", tmp_path)
    assert "signed off by A. Person" in str(refused.exception)
    assert model.read_bytes() == kept
    again = run("approve", model, "--by", "B. Person", "--on", today)
    assert isinstance(again.exception, CohortError)
    model.write_text(json.dumps(json.loads(model.read_text()) | {"approved_by": "C. Person"}))
    with pytest.raises(CohortError, match="was changed"):
        load_model(model)


def test_names_are_taken_or_refused_when_signing(fitted: Path, tmp_path: Path):
    model = tmp_path / "cohort-model.json"
    model.write_bytes((fitted / "cohort-model.json").read_bytes())
    signed = ("--by", "A. Person", "--on", datetime.now(UTC).date().isoformat())
    assert run("approve", model, *signed, "--names", "mild,severe_tonic").exit_code == 2
    assert run("approve", model, *signed, "--names", "mild, severe_tonic, moderate_clonic").exit_code == 0
    assert [each.name for each in load_model(model).groups] == ["mild", "severe_tonic", "moderate_clonic"]


def test_a_cohort_without_groups_gives_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rng = np.random.default_rng(1)
    values = np.array([50.0, 6.0, 12.0, 3.0]) + np.array([10, 1, 2, 0.5]) * rng.standard_normal((70, 4))
    names = tuple(f"SECRET{at}" for at in range(70))
    table = CohortTable(
        places=tuple(f"line {at + 2}" for at in range(70)), patients=names, values=values, groups=(None,) * 70
    )
    made = fit(
        table,
        FitSettings(references=99, resamples=20),
        name="ours",
        version="1",
        created=datetime(2026, 1, 2, tzinfo=UTC),
        software="Vultus",
    )
    (tmp_path / "cohort-model.json").write_bytes(as_json(made.model))
    _write_fit(made, tmp_path, "Letter")
    assert "patients look like one group." in capsys.readouterr().out
    assert not (tmp_path / "cohort-model.json").exists()
    assert not (tmp_path / "silhouettes.png").exists()
    said = words_of(tmp_path / "cohort.pdf")
    assert "No groups" in said
    assert "there is no model" in said
    assert set(pd.read_csv(tmp_path / "cohort.csv", keep_default_na=False)["group"]) == {""}


def test_groups_are_compared_with_quality_of_life_and_outcome(fitted: Path, tmp_path: Path):
    rng = np.random.default_rng(2)
    names = [f"SECRET{at:03}" for at in range(8, ROWS)]
    scores = pd.DataFrame({"patient": names, "PF": rng.uniform(0, 100, len(names)).round(1)})
    scores["HFS-8"] = [4 + 9 * (at % 3) for at in range(8, ROWS)]
    scores.loc[3, "PF"] = np.nan
    scores.to_csv(tmp_path / "qol.csv", index=False)
    outcome = pd.DataFrame({"patient": names, "relief": rng.choice(["complete", "partial", "none"], len(names))})
    outcome.to_csv(tmp_path / "outcome.csv", index=False)
    out = tmp_path / "out"
    ran = run(
        *("compare", fitted / "cohort.csv", "--qol", tmp_path / "qol.csv", "--outcome", tmp_path / "outcome.csv"),
        *("--out", out, "--correction", "bh"),
    )
    assert ran.exit_code == 0, ran.output
    assert "SECRET" not in ran.output
    assert "Empty fields by column: PF 1" in ran.output
    assert {each.name for each in out.glob("*.[cp][sd]*")} == {
        *("comparison.pdf", "correlations.csv", "differences.csv", "unmatched.csv"),
    }
    said = words_of(out / "comparison.pdf")
    assert "Our interpretation, research use only" in said
    assert "Benjamini and Hochberg" in said
    assert "SECRET" not in said
    table = pd.read_csv(out / "differences.csv").set_index("measure")
    assert float(table["p_adjusted"]["HFS8"]) < 0.001
    assert table.loc["relief", "test"] == "Fisher-Freeman-Halton"
    assert len(pd.read_csv(out / "unmatched.csv")) == 14


def test_what_is_wrong_is_told_in_a_sentence(cohort: Path, tmp_path: Path):
    assert run("compare", cohort, "--out", tmp_path).exit_code == 2
    assert run("fit", cohort, "--out", tmp_path, "--at-least", 20).exit_code == 2
    assert run("fit", cohort, "--out", tmp_path, "--name", "").exit_code == 2
    ran = run("fit", cohort, "--out", tmp_path, "--at-least", 100)
    assert isinstance(ran.exception, CohortError)
    assert "63 patients" in str(ran.exception)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_told(fitted: Path, tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "outcome.csv").write_text("patient,relief\nSECRET001,none\n")
    for out in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        ran = run("compare", fitted / "cohort.csv", "--outcome", tmp_path / "outcome.csv", "--out", out)
        assert isinstance(ran.exception, CohortError)
        assert f"nothing can be written to {out} (" in str(ran.exception)
    ran = run("fit", fitted / "cohort.csv", "--out", tmp_path / "file")
    assert isinstance(ran.exception, CohortError)
    assert "is a file" in str(ran.exception)
