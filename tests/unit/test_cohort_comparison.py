"""Joining by pseudonym, and the tests of a comparison: nothing wrong or missing is swallowed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.cohort.compare import Comparison, Correction, CorrelationRow, DifferenceRow, compare
from analysis.cohort.joining import join, read_outcomes, read_quality_of_life
from analysis.cohort.settings import CompareSettings
from analysis.cohort.table import CohortRow, CohortTable, cohort_table
from analysis.cohort.tables import correlation_table, difference_table, unmatched_table
from analysis.errors import CohortError
from reports import cohort_comparison_words
from reports.cohort_comparison import render_comparison
from reports.cohort_comparison_figures import comparison_figures

GROUPS = ("mild", "moderate_clonic", "severe_tonic")
SETTINGS = CompareSettings(tables_drawn=1999)


def cohort_of(rows: int = 45) -> CohortTable:
    rng = np.random.default_rng(2)
    return cohort_table(
        [
            CohortRow(
                place=f"line {at + 2}",
                patient=f"P{at:02}",
                values=(
                    30 + 25.0 * (at % 3) + rng.normal(),
                    2 + 3.0 * (at % 3) + rng.random(),
                    5 + rng.random(),
                    1 + rng.random(),
                ),
                group=GROUPS[at % 3] if at < rows - 2 else None,
            )
            for at in range(rows)
        ]
    )


def written(tmp_path: Path, name: str, *lines: str) -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


def quality_of_life(tmp_path: Path, rows: int = 45) -> Path:
    rng = np.random.default_rng(3)
    lines = ["patient,PF,Bp,hfs-8"]
    for at in range(rows):
        pain = "" if at == 4 else f"{80 - 20 * (at % 3) + rng.normal(0, 5):.1f}"
        lines.append(f"P{at:02},{rng.uniform(20, 90):.1f},{pain},{4 + 8 * (at % 3) + rng.integers(0, 3)}")
    return written(tmp_path, "qol.csv", *lines)


def outcomes(tmp_path: Path) -> Path:
    rng = np.random.default_rng(4)
    lines = ["patient,relief,months,always"]
    lines += [
        f"P{at:02},{'none' if at % 3 == 2 and at % 2 else 'complete'},{rng.gamma(2, 3):.1f},yes" for at in range(3, 45)
    ]
    return written(tmp_path, "outcome.csv", *lines, "X1,complete,3,yes")


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    others = [read_quality_of_life(quality_of_life(tmp_path)), read_outcomes(outcomes(tmp_path))]
    return compare(join(cohort_of(), others), SETTINGS, Correction.HOLM)


def test_what_goes_together_is_found_and_what_does_not_is_not(comparison: Comparison):
    found: dict[tuple[str, str], CorrelationRow] = {
        (row.variable.column, row.measure.column): row for row in comparison.correlations
    }
    strong = found["eye_closure_pct", "HFS8"]
    assert strong.found is not None
    assert strong.found.rho > 0.8
    assert strong.p_adjusted is not None
    assert strong.p_adjusted < 0.001
    weak = found["rate_per_min", "PF"]
    assert weak.p_adjusted is not None
    assert weak.p_adjusted > 0.05
    assert found["eye_closure_pct", "BP"].n == 44


def test_groups_are_compared_by_the_test_that_fits(comparison: Comparison):
    found = {row.measure.column: row for row in comparison.differences}
    assert found["HFS8"].test == "Kruskal-Wallis"
    assert found["relief"].test == "Fisher-Freeman-Halton"
    assert found["relief"].measure.categories == ("complete", "none")
    assert found["months"].measure.categories == ()
    assert found["always"].why_not == "the same value in all patients"
    assert [each.group for each in found["HFS8"].summaries] == list(GROUPS)
    assert sum(each.n for each in found["HFS8"].summaries) == 43


def test_all_tests_are_paid_for_together(comparison: Comparison):
    rows: list[CorrelationRow | DifferenceRow] = [*comparison.correlations, *comparison.differences]
    p = [row.found.p for row in rows if row.found]
    assert comparison.tests == len(p) == 4 * 4 + 5
    adjusted = [row.p_adjusted for row in rows if row.p_adjusted]
    assert min(adjusted) == pytest.approx(min(p) * len(p))


def test_who_is_in_one_table_only_is_counted_by_place(comparison: Comparison):
    assert [(each.table, each.lacking, each.places) for each in comparison.joined.unmatched] == [
        ("cohort", "outcome", ("line 2", "line 3", "line 4")),
        ("outcome", "cohort", ("line 44",)),
    ]
    said = " ".join(cohort_comparison_words.joined(comparison))
    assert "Only in the cohort table, not in the outcome: 3 patients (line 2, line 3, line 4)" in said
    assert "Empty fields by column: BP 1" in said
    assert "Domains of the SF-36 that the table lacks: RP, GH, VT, SF, RE, MH" in said
    assert "2 patients in no group" in said
    assert "P0" not in said
    assert list(unmatched_table(comparison)["patient"]) == ["P00", "P01", "P02", "X1"]


def test_tables_hold_every_test(comparison: Comparison):
    assert len(correlation_table(comparison)) == 16
    table = difference_table(comparison)
    assert list(table["measure"]) == ["PF", "BP", "HFS8", "relief", "months", "always"]
    assert table.loc[5, "not_computed"] == "the same value in all patients"
    assert "complete" in str(table.loc[3, "mild"])


def test_correction_by_benjamini_and_hochberg_is_no_stricter(comparison: Comparison):
    other = compare(comparison.joined, SETTINGS, Correction.BENJAMINI_HOCHBERG)
    for strict, mild in zip(comparison.differences, other.differences, strict=True):
        assert (strict.p_adjusted is None) == (mild.p_adjusted is None)
        assert strict.p_adjusted is None or mild.p_adjusted is None or mild.p_adjusted <= strict.p_adjusted


def test_the_same_comparison_gives_the_same_document(comparison: Comparison):
    assert render_comparison(comparison) == render_comparison(comparison)
    assert set(comparison_figures(comparison)) == {"correlations", "groups", "outcomes"}


def test_too_few_patients_are_told(tmp_path: Path):
    lines = ["patient,PF", *(f"P{at:02},{at}" for at in range(6))]
    found = compare(
        join(cohort_of(), [read_quality_of_life(written(tmp_path, "q.csv", *lines))]), SETTINGS, Correction.HOLM
    )
    assert found.tests == 0
    assert found.correlations[0].why_not == "6 patients with both, at least 10 are needed"
    assert found.differences[0].why_not == ("a group with fewer than 3 patients: mild, moderate_clonic, severe_tonic")
    assert render_comparison(found).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("patient,PF,HF8", "P1,3,4"), r"'HF8' \(is it HFS8\?\)"),
        (("patient,PF,Vitalty", "P1,3,4"), r"'Vitalty' \(is it VT\?\)"),
        (("patient,PF,pf", "P1,3,4"), "more than one column is PF"),
        (("patient,note", "P1,x"), "no questionnaire has the column 'note'"),
        (("patient", "P1"), "no column of a questionnaire"),
        (("Patient,PF", "P1,3"), "no column 'patient', but 'Patient'"),
        (("patient,PF,HFS8", "P1,130,3", "P2,50,33"), r"line 2: PF is 130, must be 0 to 100; line 3: HFS8 is 33"),
        (("patient,PF", "P1,3", "P1,4"), r"q\.csv: the same pseudonym is given more than once: line 2 and line 3"),
        (("patient,PF", "P1,good"), "'PF' holds no number in line 2"),
    ],
)
def test_a_wrong_table_of_scores_is_refused(tmp_path: Path, lines: tuple[str, ...], told: str):
    with pytest.raises(CohortError, match=told):
        read_quality_of_life(written(tmp_path, "q.csv", *lines))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("patient", "P1"), "no column of an outcome"),
        (("patient,relief", "P1,", "P2,NA"), "'relief' is empty"),
        (("patient,note", *(f"P{at},said {at}" for at in range(9))), "holds 9 different entries"),
        (("patient,months", *(f"P{at},{at}" for at in range(9)), "P10,long"), "holds no number in line 11"),
        (("patient,code", *(f"P{at},{at}" for at in range(9))), "9 categories, at most 8"),
    ],
)
def test_a_wrong_table_of_outcomes_is_refused(tmp_path: Path, lines: tuple[str, ...], told: str):
    with pytest.raises(CohortError, match=told):
        read_outcomes(written(tmp_path, "o.csv", *lines), categorical=["code"] if "code" in lines[0] else [])


def test_tables_without_a_common_patient_are_refused(tmp_path: Path):
    other = read_quality_of_life(written(tmp_path, "q.csv", "patient,PF", "Q1,30"))
    with pytest.raises(CohortError, match="do they use the same pseudonyms"):
        join(cohort_of(), [other])


def test_two_columns_of_one_name_are_refused(tmp_path: Path):
    scores = read_quality_of_life(written(tmp_path, "q.csv", "patient,PF", "P01,30"))
    other = read_outcomes(written(tmp_path, "o.csv", "patient,PF", "P01,yes"))
    with pytest.raises(CohortError, match="'PF' is a column of two tables"):
        join(cohort_of(), [scores, other])
