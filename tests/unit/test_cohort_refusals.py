"""What a cohort is not made of: names, rows that are alike, too many who stand alone, results of several versions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from analysis.cohort.compare import Correction, compare
from analysis.cohort.delimited import read_delimited
from analysis.cohort.evidence import against_one_group
from analysis.cohort.fit import Fit, fit
from analysis.cohort.joining import join, read_outcomes, read_quality_of_life
from analysis.cohort.pseudonyms import check_pseudonyms, fit_for_pseudonym
from analysis.cohort.reading import read_cohort
from analysis.cohort.settings import CompareSettings, FitSettings
from analysis.cohort.table import CohortTable
from analysis.cohort.variables import COLUMNS
from analysis.counting import counted, first_few
from analysis.errors import CohortError
from reports import cohort_comparison_words, cohort_words

HEADER = ",".join(("patient", *COLUMNS))
QUICK = FitSettings(references=99, resamples=20)
CENTRES = np.array([[35.0, 3.0, 8.0, 1.9], [60.0, 5.5, 22.0, 4.6], [86.0, 9.5, 9.0, 1.9]])


def three_groups(rows: int) -> np.ndarray:
    noise = np.array([4, 0.5, 1.5, 0.25]) * np.random.default_rng(6).standard_normal((rows, 4))
    return (CENTRES[np.arange(rows) % 3] + noise).clip(min=[0, 0, 0, 1], max=[100, np.inf, np.inf, np.inf])


def table_of(values: np.ndarray) -> CohortTable:
    names = tuple(f"P{at:04}" for at in range(len(values)))
    places = tuple(f"line {at + 2}" for at in range(len(values)))
    return CohortTable(places=places, patients=names, values=values, groups=(None,) * len(values))


def fitted(values: np.ndarray, settings: FitSettings = QUICK) -> Fit:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return fit(table_of(values), settings, name="ours", version="1", created=now, software="Vultus")


def written(tmp_path: Path, *lines: str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


def test_rows_that_are_alike_are_refused():
    two = np.array([[20.0, 1.0, 5.0, 1.0], [50.0, 5.0, 10.0, 2.0]])[np.arange(90) % 2]
    with pytest.raises(CohortError, match="90 patients have only 2 different rows"):
        fitted(two)


def test_the_least_number_holds_for_those_who_are_kept():
    values = three_groups(60)
    values[7] = (98.0, 60.0, 140.0, 20.0)
    with pytest.raises(CohortError, match=r"59 patients remain of 60, standing alone: 1 \(line 9\); at least 60"):
        fitted(values)


def test_no_model_where_many_stand_alone():
    values = three_groups(90)
    values[:12] = np.column_stack([np.linspace(0, 100, 12), *(np.geomspace(40, 9000, 12) for _ in range(3))])
    with pytest.raises(CohortError, match=r"of 90 patients stand alone, at most 10 % may: .* no model is made"):
        fitted(values)


def test_more_patients_than_can_be_grouped_are_refused():
    with pytest.raises(CohortError, match="90 patients, at most 80 can be grouped"):
        fitted(three_groups(90), QUICK.model_copy(update={"most": 80}))


def test_of_many_patients_some_are_tested_and_it_is_said():
    settings = QUICK.model_copy(update={"most_tested": 70})
    values = three_groups(120)
    found = fitted(values, settings)
    assert found.supported_groups == 3
    assert "70 of the 120 patients" in dict(cohort_words.method(found))["Are there groups?"]
    assert "drawn by the seed" not in dict(cohort_words.method(replace(found, settings=QUICK)))["Are there groups?"]
    drawn = values[np.random.default_rng(settings.seed).choice(120, 70, replace=False)]
    assert np.array_equal(against_one_group(values, settings).observed, against_one_group(drawn, QUICK).observed)


@pytest.mark.parametrize("name", ["P-001", "HFS_012", "SITE-A-7", "S1", "SECRET000", "1.2.840"])
def test_pseudonyms_are_kept(name: str):
    assert fit_for_pseudonym(name)
    check_pseudonyms([("line 2", name)])


@pytest.mark.parametrize(
    "name", ["Meier_Hans_1930", "Meier-Hans1-Eva", "MEIER.HANS.1930", "Meier_1930_Hans", "Meier", ""]
)
def test_names_are_no_pseudonyms(name: str):
    with pytest.raises(CohortError, match="line 2") as caught:
        check_pseudonyms([("line 2", name)])
    assert "Meier" not in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ["Hans Meier", "Eva Kurz"],
        ['"Meier, Hans"', "none"],
        ["Meier^Hans", "none"],
        ["Meier", "Kurz", "Lang", "Klein", "Gross"],
    ],
)
def test_outcomes_that_look_like_names_are_refused(tmp_path: Path, words: list[str]):
    path = written(tmp_path, "patient,told", *(f"P{at},{words[at % len(words)]}" for at in range(12)))
    with pytest.raises(CohortError, match=r"'told' .*like names or free text") as caught:
        read_outcomes(path)
    assert not any(name in str(caught.value) for name in ("Meier", "Hans", "Kurz"))


def test_a_group_that_looks_like_a_name_is_refused(tmp_path: Path):
    with pytest.raises(CohortError, match=r"'group' looks like names"):
        read_cohort([written(tmp_path, HEADER + ",group", "P1,40,2,7,1,Hans Meier")])
    kept = read_cohort([written(tmp_path, HEADER + ",group", "P1,40,2,7,1,group 2", "P2,40,2,7,1,severe_tonic")])
    assert kept.groups == ("group 2", "severe_tonic")


def result_of(directory: Path, version: str, **more: object) -> None:
    directory.mkdir(parents=True)
    variables = {"eye_closure_pct": 40, "mouth_distance_change_pct_iod": 2, "rate_per_min": 7, "repetition": 1}
    spasm = {"status": "good", "class": "mild", "variables": variables | more, **more}
    content = {"schema": "vultus.analysis/1", "source": {}, "provenance": {"pipeline_version": version}, "spasm": spasm}
    (directory / "result.json").write_text(json.dumps(content))


def test_what_a_later_version_says_besides_is_left_alone(tmp_path: Path):
    result_of(tmp_path / "HFS-01", "3", later=[1, 2])
    found = read_cohort([tmp_path])
    assert found.values.tolist() == [[40, 2, 7, 1]]
    assert found.groups == ("mild",)
    assert found.pipeline_versions == ("3",)


def test_versions_are_mixed_only_on_demand(tmp_path: Path):
    result_of(tmp_path / "HFS-01", "3")
    result_of(tmp_path / "HFS-02", "4")
    with pytest.raises(CohortError, match=r"versions 3 \(first result 1\), 4 \(first result 2\): .*--mixed-versions"):
        read_cohort([tmp_path])
    assert read_cohort([tmp_path], mixed_versions=True).pipeline_versions == ("3", "4")


def test_a_nul_byte_in_the_file_of_patients_is_told(tmp_path: Path):
    result_of(tmp_path / "HFS-01", "3")
    with pytest.raises(CohortError, match="line 2 holds a NUL byte"):
        read_cohort([tmp_path], patients=written(tmp_path, "result,patient", "HFS\0-01,P1"))


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_excels_first_line_is_skipped(tmp_path: Path, separator: str):
    lines = (f"sep={separator}", HEADER.replace(",", separator), separator.join(("P1", "40", "2", "7", "1")))
    assert read_cohort([written(tmp_path, *lines)]).places == ("line 3",)
    assert read_delimited(written(tmp_path, *lines), required=()).decimal_comma is (separator != ",")


def test_many_errors_are_counted(tmp_path: Path):
    wrong = [f"P{at},x,2,7,1" for at in range(9)]
    with pytest.raises(CohortError, match=r"line 2, line 3, line 4, line 5, line 6, and 4 more\. Write"):
        read_cohort([written(tmp_path, HEADER, *wrong)])
    with pytest.raises(CohortError, match=r"line 6: .*; and 4 more\. Mend"):
        read_cohort([written(tmp_path, HEADER, *(each.replace("x", "140") for each in wrong))])
    with pytest.raises(CohortError, match=r"line 6: .*; and 4 more\. Mend"):
        read_quality_of_life(written(tmp_path, "patient,PF", *(f"P{at},140" for at in range(9))))


def test_where_no_test_can_be_made_it_is_said(tmp_path: Path):
    scores = read_quality_of_life(written(tmp_path, "patient,PF", "P0000,30"))
    found = compare(join(table_of(three_groups(30)), [scores]), CompareSettings(), Correction.HOLM)
    assert cohort_comparison_words.verdict(found) == (
        "No test could be made, so nothing is known of relations: 1 patient with both, at least 10 are needed; fewer than two "
        "groups."
    )


def test_counts_are_words():
    assert (counted(1, "patient"), counted(0, "patient")) == ("1 patient", "0 patients")
    assert first_few(["a"]) == "a"
    assert first_few(list("abcdefg")) == "a, b, c, d, e, and 2 more"
