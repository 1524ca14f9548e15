"""Tables and results as people have them: read, or refused with the place that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.cohort.delimited import read_delimited
from analysis.cohort.reading import read_cohort
from analysis.cohort.variables import COLUMNS
from analysis.errors import CohortError
from analysis.spasm.results import Spasm, SpasmClass, Variables
from analysis.values import Status

HEADER = ",".join(("patient", *COLUMNS))


def csv_of(tmp_path: Path, *lines: str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


def result_of(
    directory: Path,
    spasm: Spasm | None,
    uid: str | None = None,
) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": "vultus.analysis/1",
        "source": {"sop_instance_uid": uid, "kind": "video"},
        "spasm": None if spasm is None else spasm.model_dump(mode="json"),
        "palsy": {"anything": [1, 2]},
    }
    (directory / "result.json").write_text(json.dumps(content))
    return directory / "result.json"


def spasm_of(class_: SpasmClass = SpasmClass.MILD, rate: float | None = 7.5) -> Spasm:
    return Spasm(
        status=Status.GOOD,
        class_=class_,
        variables=Variables(eye_closure_pct=40.0, mouth_distance_change_pct_iod=2.5, rate_per_min=rate, repetition=1.5),
    )


def test_a_table_is_read_sorted_by_pseudonym(tmp_path: Path):
    found = read_cohort([csv_of(tmp_path, HEADER, "P2,40,2.5,7,1.5", "P1,80,8,9,2")])
    assert found.patients == ("P1", "P2")
    assert found.places == ("line 3", "line 2")
    assert found.values.tolist() == [[80, 8, 9, 2], [40, 2.5, 7, 1.5]]


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_table_from_a_european_spreadsheet(tmp_path: Path, start: str):
    path = csv_of(
        tmp_path, start + HEADER.replace(",", ";") + ";Bemerkung", "P1;40,5;2,5;7;1,5;gut", ";;;;;", "P2;4;2;7;1;"
    )
    assert read_cohort([path]).values.tolist() == [[40.5, 2.5, 7, 1.5], [4, 2, 7, 1]]


def test_missing_values_are_left_out_with_their_line(tmp_path: Path):
    found = read_cohort([csv_of(tmp_path, HEADER, "P1,40,2.5,7,1.5", "P2,,2.5,NA,1.5", "P3,40,2.5,7,")])
    assert found.patients == ("P1",)
    assert [(each.place, each.reason) for each in found.left_out] == [
        ("line 3", "no eye_closure_pct and no rate_per_min"),
        ("line 4", "no repetition"),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((HEADER, "P1,40,2,7,1", "P2,50,2,7,1", "P1,60,2,7,1"), "given more than once: line 2 and line 4"),
        ((HEADER, "Smith John,40,2,7,1"), "no pseudonym that may be used in line 2"),
        ((HEADER, "P1,40,2,7,1", ",40,2,7,1"), "no pseudonym that may be used in line 3"),
        ((HEADER, "DOE^JANE1,40,2,7,1"), "no pseudonym that may be used in line 2"),
        ((HEADER, "P1,140,2,7,1", "P2,40,2,-7,0.5"), "line 2: eye_closure_pct is 140, must be 0 to 100; line 3: rate"),
        (
            (HEADER, "P1,forty,2,7,1", "P2,40,2,7,1", "P3,inf,2,7,1"),
            "'eye_closure_pct' holds no number in line 2, line 4",
        ),
        (
            ("patient,eye_closure,rate_per_min,repetition", "P1,1,2,3"),
            "'eye_closure_pct', but 'eye_closure': is that it",
        ),
        (("patient,rate", "P1,3"), "no column 'rate_per_min'"),
        (("patient," + HEADER, "P1,P1,40,2,7,1"), "names 'patient' more than once"),
        ((HEADER, "P1,40,2,7"), "line 2 has 4 fields, the header has 5"),
        ((HEADER,), "a header and no rows"),
        (("",), "no column 'patient'"),
        ((HEADER, 'P1,"40,2,7,1'), "is no CSV"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_by_line(tmp_path: Path, lines: tuple[str, ...], told: str):
    with pytest.raises(CohortError) as caught:
        read_cohort([csv_of(tmp_path, *lines)])
    assert told in str(caught.value)
    assert "Smith" not in str(caught.value)
    assert "DOE" not in str(caught.value)


def test_a_table_that_is_no_text_is_refused(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xff\xfe\x00p\x00a")
    with pytest.raises(CohortError, match="no text in UTF-8"):
        read_delimited(path, required=())


def test_results_are_found_in_directories_named_by_them_and_counted(tmp_path: Path):
    result_of(tmp_path / "HFS-01", spasm_of(SpasmClass.SEVERE_TONIC))
    result_of(tmp_path / "HFS-02", spasm_of(SpasmClass.INDETERMINATE))
    result_of(tmp_path / "HFS-03", spasm_of(SpasmClass.NONE))
    result_of(tmp_path / "HFS-04", Spasm(status=Status.NOT_ASSESSABLE, reason="too short"))
    result_of(tmp_path / "HFS-05", None)
    result_of(tmp_path / "HFS-06", spasm_of(rate=None))
    found = read_cohort([tmp_path, tmp_path / "HFS-01"])
    assert found.patients == ("HFS-01", "HFS-02")
    assert found.groups == ("severe_tonic", None)
    assert [(each.place, each.reason) for each in found.left_out] == [
        ("result 3", "no spasm"),
        ("result 4", "spasm not assessable"),
        ("result 5", "spasms were not looked for by the version that wrote the result"),
        ("result 6", "no rate_per_min"),
    ]
    assert "HFS" not in "".join(each.place + each.reason for each in found.left_out)


def test_two_recordings_of_one_patient_are_refused_until_one_is_chosen(tmp_path: Path):
    first = result_of(tmp_path / "before" / "HFS-01", spasm_of(), uid="1.2.3")
    second = result_of(tmp_path / "after" / "HFS-01", spasm_of(), uid="1.2.4")
    with pytest.raises(CohortError, match=r"given more than once: result 1 \(.*\) and result 2 .*--patients"):
        read_cohort([tmp_path])
    listing = csv_of(tmp_path, "result,patient", f"{second.parent.relative_to(tmp_path)},HFS-01", name="patients.csv")
    found = read_cohort([tmp_path], patients=listing)
    assert found.patients == ("HFS-01",)
    assert [(each.file, each.reason) for each in found.left_out] == [(str(first), "not listed in the file of patients")]
    both = csv_of(tmp_path, "result,patient", "1.2.3,HFS-01", "1.2.4,HFS-01", name="both.csv")
    with pytest.raises(CohortError, match="given more than once"):
        read_cohort([tmp_path], patients=both)


def test_results_are_mapped_by_uid_and_by_path(tmp_path: Path):
    result_of(tmp_path / "Smith", spasm_of(), uid="1.2.3")
    path = result_of(tmp_path / "Jones", spasm_of())
    with pytest.raises(CohortError, match="no pseudonym that may be used"):
        read_cohort([tmp_path / "Smith"])
    listing = csv_of(tmp_path, "result,patient", "1.2.3,A1", f"{path},A2", name="patients.csv")
    assert read_cohort([tmp_path / "Smith", tmp_path / "Jones"], patients=listing).patients == ("A1", "A2")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("result,patient", "1.2.3,A1", "9.9,A2", "nowhere,A3"), "line 3, line 4 name no result"),
        (("result,patient", "1.2.3,A1", "Smith,A2"), "line 3 names a result that a line before it names"),
        (("file,patient", "1.2.3,A1"), "no column 'result'"),
    ],
)
def test_a_wrong_file_of_patients_is_refused(tmp_path: Path, lines: tuple[str, ...], told: str):
    result_of(tmp_path / "Smith", spasm_of(), uid="1.2.3")
    with pytest.raises(CohortError, match=told):
        read_cohort([tmp_path / "Smith"], patients=csv_of(tmp_path, *lines, name="patients.csv"))


def test_the_same_object_twice_cannot_be_mapped_by_uid(tmp_path: Path):
    result_of(tmp_path / "a1", spasm_of(), uid="1.2.3")
    result_of(tmp_path / "a2", spasm_of(), uid="1.2.3")
    with pytest.raises(CohortError, match="are of the same object"):
        read_cohort([tmp_path], patients=csv_of(tmp_path, "result,patient", "1.2.3,A1", name="patients.csv"))


def test_what_is_no_result_is_refused(tmp_path: Path):
    with pytest.raises(CohortError, match=r"there is no result\.json"):
        read_cohort([tmp_path])
    path = result_of(tmp_path / "HFS-01", spasm_of())
    path.write_text('{"schema": "other/1"}')
    with pytest.raises(CohortError, match="is no result of this version"):
        read_cohort([tmp_path])
    with pytest.raises(CohortError, match="not both"):
        read_cohort([path, csv_of(tmp_path, HEADER)])


def test_results_and_a_table_that_says_the_same_have_the_same_hash(tmp_path: Path):
    result_of(tmp_path / "HFS-01", spasm_of())
    table = csv_of(tmp_path, HEADER, "HFS-01,40,2.50,7.5,1.5")
    assert read_cohort([table]).sha256 == read_cohort([tmp_path / "HFS-01"]).sha256
