"""What people write into tables, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import EvaluationError
from analysis.evaluation.agreement_grades import read_grades
from analysis.evaluation.agreement_results import find_results
from analysis.evaluation.agreement_scales import SCALES, Kind
from analysis.palsy.results import AffectedSide
from analysis.spasm.results import Spasm, SpasmClass, SpasmSide
from analysis.values import Status
from tests.agreement_examples import graded, result, write_result, write_table

SCALE = {scale.key: scale for scale in SCALES}


@pytest.fixture
def results(tmp_path: Path):
    for number in range(1, 5):
        write_result(tmp_path / "out" / f"clip{number}", result(graded(number), uid=f"1.2.{number}"))
    return find_results([tmp_path / "out"])


def read(tmp_path: Path, results, text: str, *, encoding: str = "utf-8"):
    path = tmp_path / "grades.csv"
    path.write_bytes(text.encode(encoding))
    return read_grades(path, results)


@pytest.mark.parametrize(
    ("key", "written", "meant"),
    [
        ("house_brackmann", "iv", "IV"),
        ("house_brackmann", "4", "IV"),
        ("house_brackmann", "4.0", "IV"),
        ("house_brackmann", "0", None),
        ("house_brackmann", "7", None),
        ("house_brackmann", "2.5", None),
        ("house_brackmann", "II-III", None),
        ("house_brackmann", "inf", None),
        ("sunnybrook", "62.5", 62.5),
        ("sunnybrook", "-1", None),
        ("sunnybrook", "100.5", None),
        ("sunnybrook", "good", None),
        ("fngs", "27", 27.0),
        ("fngs", "3", None),
        ("fame", "24", 24.0),
        ("fame", "25", None),
        ("affected_side", "R", "right"),
        ("affected_side", "Left", "left"),
        ("affected_side", "both", None),
        ("pattern", "Synkinetic", "synkinetic"),
        ("spasm_class", "Severe tonic", "severe_tonic"),
        ("spasm_class", "moderate-clonic", "moderate_clonic"),
        ("spasm_class", "moderate", "moderate_clonic"),
        ("spasm_side", "both", "both"),
        ("fame_severity", "Profound", "profound"),
    ],
)
def test_how_a_grade_may_be_written(tmp_path, results, key, written, meant):
    text = f"recording,rater,{key}\nclip1,A,{written}\n"
    if meant is None:
        with pytest.raises(EvaluationError, match=r"row 2: .* allowed is"):
            read(tmp_path, results, text)
    else:
        assert read(tmp_path, results, text).said[key][0].grades == {"clip1": meant}


def test_a_spreadsheet_of_another_country(tmp_path, results):
    joined = read(
        tmp_path,
        results,
        "Recording;Rater;HB;Sunnybrook\r\nclip1;Müller;II;62,5\r\n\r\nclip2;Müller;;\r\n",
        encoding="utf-8-sig",
    )
    assert joined.raters == ("Müller",)
    assert joined.said["house_brackmann"][0].grades == {"clip1": "II"}
    assert joined.said["sunnybrook"][0].grades == {"clip1": 62.5}


def test_nothing_said_is_not_the_same_as_not_assessable(tmp_path, results):
    joined = read(
        tmp_path, results, "recording,rater,hb\nclip1,A,\nclip2,A,NA\nclip3,A,not assessable\nclip4,A,Indeterminate\n"
    )
    assert joined.said["house_brackmann"][0].grades == {"clip3": None, "clip4": None}


@pytest.mark.parametrize("name", ["clip2", "clip2.mp4", "out/clip2", "clip2/result.json", "out\\clip2", "1.2.2"])
def test_by_what_name_a_recording_is_known(tmp_path, results, name):
    joined = read(tmp_path, results, f"recording,rater,hb\n{name},A,I\n")
    assert joined.said["house_brackmann"][0].grades == {"clip2": "I"}


def test_rows_without_a_result_and_columns_of_no_use_are_named(tmp_path, results):
    joined = read(tmp_path, results, "recording,rater,hb,remark\nclip1,A,I,!\nclip9,A,II,\nclip9,B,II,\n")
    assert joined.without_result == ("clip9",)
    assert joined.ignored_columns == ("remark",)
    assert joined.raters == ("A",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no header"),
        ("recording,rater,hb\n", "no row below the header"),
        ("recording,rater,hb,\nclip1,A,I,\n", "column 4 has no name"),
        ("recording,rater,hb,hb\nclip1,A,I,I\n", "the column hb is there twice"),
        ("recording,rater,hb,house_brackmann\nclip1,A,I,I\n", "two columns are house_brackmann"),
        ("recording,hb\nclip1,I\n", "needs a column recording .* and a column rater"),
        ("file,rater,hb\nclip1,A,I\n", "needs a column recording .* it has file, rater, house_brackmann"),
        ("recording,rater\nclip1,A\n", "has no grades"),
        ("recording,rater,housebrackman\nclip1,A,I\n", "housebrackman is unknown: house_brackmann may be meant"),
        ("recording,rater,hb\nclip1,A,I,II\n", "row 2 has 4 cells, the header 3"),
        ("recording,rater,hb\nclip1,,I\n", "row 2 does not say who graded"),
        ("recording,rater,hb\n,A,I\n", "row 2 does not say which recording"),
        ("recording,rater,hb\nclip1,A,I\n\nclip1.mp4,A,I\n", "rows 2 and 4 are both of one recording by A"),
        ("recording,rater,hb\nnobody,A,I\nnobody,A,I\nclip1,A,I\n", "rows 2 and 3 are both of one recording by A"),
        ("recording,rater,hb\nclip1,vultus,I\n", "a rater cannot be called vultus"),
        ("recording,rater,hb\nclip1,Dr A,I\nclip2,dr a,I\n", "write one name one way"),
        ("recording,rater,hb\nnobody,A,I\n", "no grade in grades.csv is of a recording that has a result"),
        ("recording,rater,hb\n" + "clip1,A,X\n" * 12, "and 15 more"),
        ('recording,rater,hb\n"clip1,A,I\n', "no CSV table"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, results, text, told):
    with pytest.raises(EvaluationError, match=told):
        read(tmp_path, results, text)


def test_every_mistake_is_told_at_once(tmp_path, results):
    with pytest.raises(
        EvaluationError, match=r"row 2: house_brackmann is 'VII', allowed is I to VI or 1 to 6; row 3: sunny"
    ):
        read(tmp_path, results, "recording,rater,hb,sunnybrook\nclip1,A,VII,3\nclip2,A,II,300\n")


def test_excels_first_line_is_no_row(tmp_path, results):
    joined = read(tmp_path, results, "sep=;\r\nrecording;rater;sunnybrook\r\nclip1;A;62,5\r\n", encoding="utf-8-sig")
    assert joined.said["sunnybrook"][0].grades == {"clip1": 62.5}
    with pytest.raises(EvaluationError, match="row 3: house_brackmann is 'VII'"):
        read(tmp_path, results, "sep=,\nrecording,rater,hb\nclip1,A,VII\n")


def test_a_nul_byte_is_told(tmp_path, results):
    with pytest.raises(EvaluationError, match="NUL byte in row 2"):
        read(tmp_path, results, "recording,rater,hb\nclip1\0,A,I\n")


@pytest.mark.parametrize(
    "text",
    [
        "recording,rater,hb\nMeier_Hans_1994,A,I\nMeier_Hans_1994,A,I\n",
        "recording,rater,hb\nMeier_Hans_1994,A,I\n",
        "recording,rater,hb\nMeier_Hans_1994,A,IX\n",
    ],
)
def test_folders_are_not_repeated(tmp_path, results, text):
    with pytest.raises(EvaluationError) as caught:
        read(tmp_path, results, text)
    assert "Meier" not in str(caught.value)
    assert "clip1" not in str(caught.value)


def test_what_is_no_text(tmp_path, results):
    with pytest.raises(EvaluationError, match="not UTF-8 text"):
        read(tmp_path, results, "recording,rater,hb\nclip1,Müller,I\n", encoding="latin-1")


def test_a_patients_folder_means_the_examination_of_all_its_recordings(tmp_path):
    for clip in ("brow", "smile"):
        write_result(tmp_path / "out" / "P1" / clip, result(graded(2)))
        write_result(tmp_path / "out" / "P2" / clip, result(graded(2)))
    (tmp_path / "out" / "P1" / "exam").mkdir()
    (tmp_path / "out" / "P1" / "exam" / "palsy.json").write_text(graded(5).model_dump_json())
    found = find_results([tmp_path / "out"])
    joined = read(tmp_path, found, "patient,rater,hb\nP1,A,IV\n")
    assert joined.said["house_brackmann"][0].grades == {"P1/exam": "IV"}
    exam = next(each for each in found if each.name == "P1/exam")
    assert exam.pipeline_versions == ("3",)
    assert SCALE["house_brackmann"].ours(exam).grade == "V"
    with pytest.raises(EvaluationError, match=r"row 2: its recording may mean 2 results \(recordings 4, 5 of 5,"):
        read(tmp_path, found, "patient,rater,hb\nP2,A,IV\n")
    with pytest.raises(EvaluationError, match="its recording may mean 2 results"):
        read(tmp_path, found, "recording,rater,hb\nsmile,A,IV\n")
    assert read(tmp_path, found, "recording,rater,hb\nP2/smile,A,IV\n").said["house_brackmann"][0].grades == {
        "P2/smile": "IV"
    }


def test_results_are_found_once_and_foreign_files_are_refused(tmp_path):
    path = write_result(tmp_path / "clip1", result(graded(1)))
    assert [each.name for each in find_results([tmp_path, path, tmp_path / "clip1"])] == ["clip1"]
    assert [each.name for each in find_results([path])] == ["clip1"]
    path.write_text('{"schema": "vultus.analysis/0"}')
    with pytest.raises(EvaluationError, match=r"clip1/result\.json is no result that this version of Vultus can read"):
        find_results([tmp_path])
    path.unlink()
    with pytest.raises(EvaluationError, match=r"no result.json in"):
        find_results([tmp_path])


def test_an_examination_without_its_recordings_is_refused(tmp_path):
    (tmp_path / "exam").mkdir()
    (tmp_path / "exam" / "palsy.json").write_text(graded(5).model_dump_json())
    with pytest.raises(EvaluationError, match="stands alone"):
        find_results([tmp_path])


def test_what_we_call_indeterminate_is_no_grade(tmp_path):
    write_result(tmp_path / "a", result(graded(None, side=AffectedSide.INDETERMINATE)))
    [found] = find_results([tmp_path])
    assert SCALE["affected_side"].ours(found).grade is None
    assert SCALE["affected_side"].ours(found).reason == "indeterminate"
    assert SCALE["house_brackmann"].ours(found).reason == "no full smile was seen"
    assert SCALE["fame"].ours(found).reason == "no reason was recorded"
    assert SCALE["spasm_class"].ours(found).reason == "no spasms were looked for in it"


def test_spasms_have_side_and_class(tmp_path):
    spasm = Spasm(status=Status.GOOD, side=SpasmSide.LEFT, class_=SpasmClass.SEVERE_TONIC)
    write_result(tmp_path / "a", result(None).model_copy(update={"spasm": spasm}))
    [found] = find_results([tmp_path])
    assert SCALE["spasm_side"].ours(found).grade == "left"
    assert SCALE["spasm_class"].ours(found).grade == "severe_tonic"
    assert SCALE["pattern"].ours(found).reason == "no facial palsy was looked for in it"


def test_categories_are_ours(tmp_path):
    assert SCALE["affected_side"].categories == ("right", "left", "none")
    assert SCALE["spasm_class"].categories == ("none", "mild", "moderate_clonic", "severe_tonic")
    assert all(scale.categories or scale.kind is Kind.CONTINUOUS for scale in SCALES)
    assert write_table(tmp_path / "t.csv", ("a",), (1,)).read_text() == "a\n1\n"
