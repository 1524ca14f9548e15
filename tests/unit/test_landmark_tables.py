"""Tables that people fill in: what is wrong is named with its row, and nothing is swallowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import EvaluationError
from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_key import (
    frames_text,
    key_text,
    landmarks_text,
    read_frames,
    read_groups,
    read_key,
    read_landmarks,
)
from analysis.evaluation.landmark_positions import read_positions
from analysis.evaluation.landmark_ratings import Rating, empty_sheet, read_sheets
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import FrameLandmarks, Landmark
from tests.landmark_study import frames_of, full_key, shown

KEY = full_key(["a", "b"], 1, ("vultus",), (FaceRegion.BROW, FaceRegion.MOUTH), twice=1)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _sheet(tmp_path: Path, *rows: str, header: str = "picture,rating", name: str = "ratings-anna.csv") -> Path:
    return _written(tmp_path / name, "\n".join([header, *rows]) + "\n")


def test_the_owners_tables_come_back_as_they_were_written(tmp_path: Path) -> None:
    key = (*KEY, shown(None, recording="b", algorithm="plain"))
    assert read_key(_written(tmp_path / "key.csv", key_text(key))) == key
    frames = frames_of(key)
    assert [(f.frame_id, f.recording, f.chosen.frame, f.chosen.used) for f in frames] == [
        (f.frame_id, f.recording, f.chosen.frame, f.chosen.used)
        for f in read_frames(_written(tmp_path / "frames.csv", frames_text(frames)))
    ]
    landmarks = {
        "a": (
            FrameLandmarks(
                algorithm="x", frame=3, landmarks=(Landmark(point="chin", region=FaceRegion.OUTLINE, x=1.5, y=-2.25),)
            ),
        )
    }
    assert read_landmarks(_written(tmp_path / "l.csv", landmarks_text(landmarks)), outside=True) == landmarks


def test_a_filled_in_sheet_is_read_in_any_case_and_with_any_separator(tmp_path: Path) -> None:
    first = _sheet(tmp_path, "p0001, None", "p0002,MINOR", "p0003.jpg,major", "p0004,", "qp0001,none")
    second = _written(tmp_path / "ratings-bert.csv", "\ufeffPicture;Region;Rating\np0001;brow;minor\n")
    anna, bert = read_sheets([first, second], KEY)
    assert anna.ratings == {
        "p0001": Rating.NONE,
        "p0002": Rating.MINOR,
        "p0003": Rating.MAJOR,
        "qp0001": Rating.NONE,
    }
    assert (anna.rater, anna.missing) == ("anna", ("p0004",))
    assert (bert.rater, len(bert.missing)) == ("bert", 4)


def test_the_empty_sheet_names_every_picture_in_its_order_and_nothing_else() -> None:
    assert empty_sheet(KEY) == (
        "picture,region,rating\np0001,brow,\np0002,mouth,\np0003,brow,\np0004,mouth,\nqp0001,brow,\n"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["p0001,magor"], r"row 2: 'magor' is no rating \(nearest: 'major'\): allowed are none, minor, major"),
        (["p0001,none", "p9001,none"], r"row 3: 'p9001' is no picture of this study \(nearest: 'p0001'\)"),
        (["p0001,none", "p0001,none"], r"row 3: the picture p0001 was in row 2 already"),
        (["p0001,none", "p0002,2"], r"row 3: '2' is no rating: allowed are"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(LandmarkStudyError, match=said):
        read_sheets([_sheet(tmp_path, *rows)], KEY)


def test_all_that_is_wrong_is_told_at_once_but_not_without_end(tmp_path: Path) -> None:
    with pytest.raises(LandmarkStudyError) as told:
        read_sheets([_sheet(tmp_path, *(f"x{k},none" for k in range(30)))], KEY)
    assert "row 13" in str(told.value)
    assert "and 18 more" in str(told.value)


def test_sheets_that_cannot_be_told_apart_or_hold_nothing_are_refused(tmp_path: Path) -> None:
    one = _sheet(tmp_path, "p0001,none")
    (tmp_path / "b").mkdir()
    same = _sheet(tmp_path / "b", "p0001,none")
    with pytest.raises(LandmarkStudyError, match="two tables are called after the rater 'anna'"):
        read_sheets([one, same], KEY)
    with pytest.raises(LandmarkStudyError, match="holds no rating at all"):
        read_sheets([_sheet(tmp_path, "p0001,")], KEY)
    with pytest.raises(LandmarkStudyError, match="no ratings"):
        read_sheets([], KEY)


def test_a_missing_column_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LandmarkStudyError, match=r"the column 'rating' is missing \(nearest: 'ratings'\)"):
        read_sheets([_sheet(tmp_path, "p0001,none", header="picture,ratings")], KEY)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_sheets([tmp_path / "nowhere.csv"], KEY)


def test_a_key_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    doubled = _written(tmp_path / "key.csv", key_text([*KEY, KEY[0]]))
    with pytest.raises(LandmarkStudyError, match="p0001 stands in the key twice"):
        read_key(doubled)
    wrong = _written(tmp_path / "key.csv", key_text(KEY).replace("mouth", "mount"))
    with pytest.raises(LandmarkStudyError, match=r"'mount' is no feature \(nearest: 'mouth'\)"):
        read_key(wrong)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,mild\n", "the recording 'b' is missing"),
        ("a,mild\nb,severe\nbb,mild\n", r"'bb' is no recording of this study \(nearest: 'b'\)"),
        ("a,mild\nb,severe\na,severe\n", "row 4: the recording 'a' stands here twice"),
        ("a,mild\nb,\n", "row 3: the recording 'b' has no group"),
    ],
)
def test_a_severity_table_must_fit_the_study(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(LandmarkStudyError, match=said):
        read_groups(_written(tmp_path / "groups.csv", "recording,group\n" + rows), ["a", "b"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,0,vultus,brow,p,1,2", "bears the name of one of ours"),
        ("a,0,dlib,brow,p,1,", "y_px is '', which is no number"),
        ("a,-1,dlib,brow,p,1,2", "frame is '-1', which is no whole number"),
        ("a,0,dlib,brow,,1,2", "must not be empty"),
        ("a,0,dlib,brow,p,1,2\na,0,dlib,brow,p,1,2", "the point 'p' stands twice"),
        ("a,0,dlib,brow,p,nan,2", "x_px is 'nan', which is no number"),
    ],
)
def test_outside_landmarks_are_checked(tmp_path: Path, row: str, said: str) -> None:
    table = _written(tmp_path / "l.csv", f"recording,frame,algorithm,region,point,x_px,y_px\n{row}\n")
    with pytest.raises(LandmarkStudyError, match=said):
        read_landmarks(table, outside=True)


def test_positions_are_checked_and_what_could_not_be_seen_may_stay_empty(tmp_path: Path) -> None:
    frames = frames_of(KEY)
    header = "frame_id,point,x_px,y_px\n"
    good = _written(tmp_path / "positions.csv", header + "f0,chin,1,2\nf0,nasion,,\nf1.png,chin,3,4.5\n")
    assert read_positions(good, frames) == {"f0": {"chin": (1, 2)}, "f1": {"chin": (3, 4.5)}}
    for row, said in {
        "f9,chin,1,2": "'f9' is no frame of this study",
        "f0,chin,1,2\nf0,chin,1,2": "marked twice",
        "f0,chin,1,": "y_px is ''",
        "f0,chin,,": "marks no position",
    }.items():
        with pytest.raises(LandmarkStudyError, match=said):
            read_positions(_written(tmp_path / "wrong.csv", f"{header}{row}\n"), frames)
