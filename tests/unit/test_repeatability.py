"""Test-retest repeatability: against published figures, against known noise, and what it refuses."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import EvaluationError
from analysis.evaluation.agreement_csv import repeatability_csv
from analysis.evaluation.agreement_measures import of_blinks, of_movement, of_palsy, of_spasm, readings
from analysis.evaluation.agreement_results import Assessed, find_results
from analysis.evaluation.repeatability import (
    FEW_PATIENTS,
    SDC_FACTOR,
    Repeatability,
    load_repeatability,
    measure_repeatability,
    sd_interval,
    within_sd,
)
from analysis.evaluation.repeatability_visits import Visits, read_visits
from analysis.spasm.results import Blinks, Spasm, Variables
from analysis.values import Status
from tests.agreement_examples import graded, result, write_result, write_table
from tests.palsy_report_examples import flaccid_palsy
from tests.report_examples import refused_result

CREATED = datetime(2026, 1, 2, tzinfo=UTC)

# Bland and Altman 1996, BMJ 313:744 (the corrected version): peak expiratory flow of 20 schoolchildren, l/min
CHILDREN = """190 220 200 200  220 200 240 230  260 260 240 280  210 300 280 265  270 265 280 270
              280 280 270 275  260 280 280 300  275 275 275 305  280 290 300 290  320 290 300 290
              300 300 310 300  270 250 330 370  320 330 330 330  335 320 335 375  350 320 340 365
              360 320 350 345  330 340 380 390  335 385 360 370  400 420 425 420  430 460 480 470"""

# Bland and Altman 1986, Lancet 1:307, table 1: first and second reading of the Wright peak flow meter, l/min
WRIGHT = [
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
    [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421],
]


def visits(*patients: tuple[float | None, ...], version: str = "3") -> Visits:
    """Patients whose right commissure goes so many millimetres in each visit; None: not assessable."""
    return Visits(
        patients=tuple(
            tuple(
                Assessed(
                    folders=("x",),
                    result=refused_result() if mm is None else result(right=mm, version=version),
                    palsy=None,
                    pipeline_versions=(version,),
                )
                for mm in patient
            )
            for patient in patients
        ),
        single=0,
        without_result=(),
        ignored_columns=(),
    )


def measured(of: Visits) -> Repeatability:
    return measure_repeatability(of, software="Vultus 0.0", created=CREATED)


def test_within_subject_standard_deviation():
    """Bland and Altman 1996: residual mean square 460.52, standard deviation 21.5 l/min; 2.77 of them are 60."""
    children = np.array(CHILDREN.split(), dtype=float).reshape(20, 4)
    sd, freedom = within_sd(list(children))
    assert sd**2 == pytest.approx(460.52, abs=0.005)
    assert freedom == 60
    assert pytest.approx(2.77, abs=0.005) == SDC_FACTOR
    assert SDC_FACTOR * sd == pytest.approx(60, abs=0.6)


def test_repeatability_of_the_peak_flow_meter():
    """Bland and Altman 1999, Stat Methods Med Res 8:135: within-subject SD 15.3; 1986: coefficient 43.2 (with 2 for 1.96)."""
    found = measured(visits(*zip(*WRIGHT, strict=True))).of("commissure_excursion_mm_right")
    assert found is not None
    assert found.sd == pytest.approx(15.3, abs=0.05)
    assert found.sdc == pytest.approx(43.2 * 1.96 / 2, abs=0.2)
    assert (found.n, found.values, found.few) == (17, 34, False)
    assert found.icc_1_1 is not None
    assert found.icc_1_1.value == pytest.approx(0.98, abs=0.005)


def test_interval_of_a_standard_deviation_holds_as_often_as_it_says():
    random = np.random.default_rng(6)
    low, high = sd_interval(1.0, 9)
    drawn = np.sqrt(random.chisquare(9, 40_000) / 9)
    assert np.mean((drawn * low <= 1) & (drawn * high >= 1)) == pytest.approx(0.95, abs=0.005)


def test_known_noise_comes_back():
    random = np.random.default_rng(7)
    truth = random.uniform(5, 15, 60)
    found = measured(
        visits(*((float(mm + random.normal(0, 0.5)), float(mm + random.normal(0.2, 0.5))) for mm in truth))
    )
    mine = found.of("commissure_excursion_mm_right")
    assert mine is not None
    assert mine.sdc_interval.low < 2.77 * 0.5 < mine.sdc_interval.high
    assert mine.bias is not None
    assert mine.bias.value == pytest.approx(0.2, abs=0.2)
    assert mine.trend is not None
    assert not mine.trend.grows
    assert mine.sdc_factor is None


def test_noise_that_grows_with_the_number_is_told():
    random = np.random.default_rng(8)
    truth = random.uniform(2, 20, 60)
    found = measured(visits(*(tuple(float(mm * np.exp(random.normal(0, 0.1))) for _ in "12") for mm in truth)))
    mine = found.of("commissure_excursion_mm_right")
    assert mine is not None
    assert mine.trend is not None
    assert mine.trend.grows
    assert mine.sdc_factor == pytest.approx(np.exp(2.77 * 0.1), abs=0.06)


def test_visits_need_not_be_equally_many():
    found = measured(visits((5.0, 5.4, 5.1), (7.0, 7.3), (9.0, 8.8), (4.0, None), (6.0, 6.1)))
    mine = found.of("commissure_excursion_mm_right")
    assert mine is not None
    assert (mine.n, mine.values, mine.left_out) == (4, 9, 1)
    assert mine.few
    assert mine.trend is None
    assert found.few
    squares = np.var([5.0, 5.4, 5.1], ddof=1) * 2 + 0.3**2 / 2 + 0.2**2 / 2 + 0.1**2 / 2
    assert mine.sd == pytest.approx(np.sqrt(squares / 5))


def test_what_never_varies_has_no_smallest_change():
    """Or any change at all would pass for one."""
    found = measured(visits((5.0, 5.4), (7.0, 7.3), (9.0, 8.8)))
    assert found.of("pearson_r") is None
    [refused] = [each for each in found.refused if each.measure == "pearson_r"]
    assert "the same in every visit" in refused.reason


def test_what_is_refused():
    with pytest.raises(EvaluationError, match=r"2 patients have two results .* 3 at least"):
        measured(visits((5.0, 5.4), (7.0, 7.3)))
    mixed = visits((5.0, 5.4), (7.0, 7.3), (9.0, 8.8)).patients + visits((4.0, 4.1), version="2").patients
    with pytest.raises(EvaluationError, match="pipeline versions 2, 3"):
        measured(Visits(patients=mixed, single=0, without_result=(), ignored_columns=()))
    with pytest.raises(EvaluationError, match="no recording was assessable"):
        measured(visits((None, None), (None, None), (None, None)))
    with pytest.raises(EvaluationError, match="no number can be judged"):
        measured(visits((5.0, None), (None, 4.0), (9.0, 8.8)))


def test_it_is_saved_and_loaded(tmp_path):
    found = measured(visits((5.0, 5.4), (7.0, 7.3), (9.0, 8.8)))
    path = tmp_path / "repeatability.json"
    path.write_text(found.model_dump_json())
    assert load_repeatability(path) == found
    assert load_repeatability(path, pipeline_version="3").n == 3
    with pytest.raises(EvaluationError, match="measured with pipeline version 3, the numbers are of version 4"):
        load_repeatability(path, pipeline_version="4")
    path.write_text(found.model_dump_json().replace("vultus.repeatability/1", "vultus.repeatability/9"))
    with pytest.raises(EvaluationError, match="no repeatability of this version"):
        load_repeatability(path)
    with pytest.raises(EvaluationError, match="cannot be read"):
        load_repeatability(tmp_path / "none.json")


def test_the_table_holds_every_number():
    found = measured(visits((5.0, 5.4), (7.0, 7.3), (9.0, 8.8)))
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(repeatability_csv(found)))}
    assert len(rows) == len(found.measures) + len(found.refused)
    mine, refused = rows["commissure_excursion_mm_right"], rows["pearson_r"]
    assert (mine["few"], mine["patients"], mine["note"]) == ("true", "3", "")
    assert float(mine["sdc"]) == pytest.approx(SDC_FACTOR * float(mine["sd"]), rel=1e-4)
    assert (refused["sdc"], refused["patients"]) == ("", "3")
    assert "the same in every visit" in refused["note"]


@pytest.fixture
def results(tmp_path: Path):
    for patient in range(3):
        for visit in (1, 2):
            write_result(tmp_path / "out" / f"p{patient}v{visit}", result(graded(patient + 2, sunnybrook=50.0 + visit)))
    return find_results([tmp_path / "out"])


def test_visits_are_read_in_their_order(tmp_path, results):
    rows = [
        ("patient", "recording", "visit", "remark"),
        ("A", "p0v2", "2026-03-01", ""),
        ("A", "p0v1", "2025-12-24", ""),
    ]
    rows += [("B", "p1v1", "2026-03-01", ""), ("C", "lost", "2026-01-01", ""), ("C", "p2v1", "2026-01-02", "")]
    found = read_visits(write_table(tmp_path / "r.csv", *rows), results)
    assert [[each.name for each in patient] for patient in found.patients] == [["p0v1", "p0v2"]]
    assert found.single == 2
    assert found.without_result == ("lost",)
    assert found.ignored_columns == ("remark",)


def test_without_a_column_for_it_rows_are_in_order(tmp_path, results):
    table = write_table(tmp_path / "r.csv", ("patient", "recording"), ("A", "p0v2"), ("A", "p0v1"))
    assert [each.name for each in read_visits(table, results).patients[0]] == ["p0v2", "p0v1"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("patient", "visit"), ("A", 1)], "has no column recording"),
        ([("a", "b"), ("A", 1)], "has no column patient and no column recording"),
        ([("patient", "recording"), ("", "p0v1")], "row 2 has no patient"),
        ([("patient", "recording"), ("A", "")], "row 2 has no recording"),
        ([("patient", "recording"), ("A", "p0v1"), ("B", "p0v1.mp4")], "rows 2 and 3 are the same recording p0v1"),
        (
            [("patient", "recording", "visit"), ("A", "p0v1", 1), ("A", "p0v2", 1)],
            "rows 2 and 3 are the same visit of A",
        ),
        (
            [("patient", "recording", "visit"), ("A", "p0v1", "later")],
            "visit is 'later', allowed is a number or a date",
        ),
        ([("patient", "recordings"), ("A", "p0v1")], "recordings is unknown: recording may be meant"),
    ],
)
def test_wrong_tables_of_repeats(tmp_path, results, rows, told):
    with pytest.raises(EvaluationError, match=told):
        read_visits(write_table(tmp_path / "r.csv", *rows), results)


def test_every_number_has_one_name(tmp_path):
    write_result(tmp_path / "a", result(flaccid_palsy()))
    [found] = find_results([tmp_path])
    assert found.result is not None
    read = readings(found)
    names = [each.measure for each in read]
    assert len(set(names)) == len(names)
    assert len({(each.label, each.unit) for each in read}) == len(names)
    shown = {each.measure for each in read if each.main}
    assert {
        "commissure_excursion_mm_right",
        "commissure_excursion_mm_left",
        "amplitude_ratio",
        "pearson_r",
        "house_brackmann_f",
        "sunnybrook_total",
        "eface_total",
        "fngs_total",
        "fame_total",
        "rest_fissure_mm_left",
        "smile_share",
    } <= shown
    assert "full_smile_dental_show_mm_right" in set(names) - shown
    assert list(of_movement(refused_result())) == []
    assert list(of_palsy(graded(None))) != []
    assert not any(each.measure == "house_brackmann_f" for each in of_palsy(graded(None)))


def test_spasms_and_blinks_are_numbers_too():
    spasm = Spasm(
        status=Status.GOOD,
        variables=Variables(eye_closure_pct=70.0, rate_per_min=12.0),
        time_in_spasm_pct=11.0,
        longest_event_s=1.4,
    )
    assert [(each.measure, each.value) for each in of_spasm(spasm)] == [
        ("spasm_eye_closure_pct", 70.0),
        ("spasm_rate_per_min", 12.0),
        ("spasm_time_pct", 11.0),
        ("spasm_longest_event_s", 1.4),
    ]
    assert [each.measure for each in of_blinks(Blinks(status=Status.GOOD, rate_per_min=14.0))] == ["blink_rate_per_min"]
    assert list(of_spasm(Spasm(status=Status.NOT_ASSESSABLE, reason="too short"))) == []
    assert FEW_PATIENTS == 10
