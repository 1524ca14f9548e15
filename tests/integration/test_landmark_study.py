"""``vultus evaluate landmarks`` as a researcher uses it: recordings in, pictures rated, a report out."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from analysis import model, phantom
from analysis.errors import EvaluationError, ModelError
from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_regions import NAMED
from analysis.evaluation.landmark_study import LandmarkErrors
from reports import words
from service.evaluate_commands import evaluate_app
from tests.integration.recordings import encode

NAME = "Doe-Jane-19700101"
PORTRAIT = np.ascontiguousarray(phantom.PORTRAIT.pixels()[:300, 60:420])


def _moving(index: int, *, width: int, height: int) -> np.ndarray:
    """The portrait, carried a little to the side."""
    return np.ascontiguousarray(np.roll(PORTRAIT, 2 * index, axis=1)[:height, :width])


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate_app, ["landmarks", *map(str, arguments)])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    try:
        model.verify(model.default_path())
    except ModelError as error:
        pytest.skip(str(error))
    directory = tmp_path_factory.mktemp("recordings")
    video = encode(directory / f"{NAME}.mp4", "mp4", "libx264", size=(360, 300), draw=_moving)
    photograph = directory / "photograph.png"
    Image.fromarray(PORTRAIT).save(photograph)
    return video, photograph


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another algorithm: two points of the mouth, and only in the video's even frames."""
    path = tmp_path_factory.mktemp("outside") / "dlib.csv"
    rows = [
        f"{NAME},{frame},dlib,mouth,{point},{x + 2 * frame},140"
        for frame in range(0, 12, 2)
        for point, x in (("right_commissure", 145), ("left_commissure", 185))
    ]
    path.write_text("recording,frame,algorithm,region,point,x_px,y_px\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def study(recordings: tuple[Path, Path], outside: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study") / "new"
    done = _invoke(
        "prepare",
        *recordings,
        "--out",
        out,
        "--frames",
        3,
        "--landmarks",
        outside,
        "--mark-positions",
        "--repeats",
        0.2,
    )
    assert done.exit_code == 0, done.output
    assert "can be recognised" in done.output
    return out


def test_every_algorithm_and_feature_has_its_picture(study: Path) -> None:
    key = _rows(study / "owner" / "key.csv")
    once = [row for row in key if not row["repeat_of"]]
    own = {(r["recording"], r["frame"], r["algorithm"], r["region"]) for r in once if r["algorithm"] != "dlib"}
    assert len(own) == (3 + 1) * 2 * 5
    assert {row["region"] for row in once if row["algorithm"] == "dlib"} == {"mouth"}
    found = {int(row["frame"]): bool(row["picture"]) for row in once if row["algorithm"] == "dlib"}
    video = [int(row["frame"]) for row in _rows(study / "owner" / "frames.csv") if row["recording"] == NAME]
    assert all(found[frame] == (frame % 2 == 0) for frame in video)
    pictures = {path.stem for path in (study / "raters" / "pictures").iterdir()}
    assert pictures == {row["picture"] for row in key if row["picture"]}


def test_raters_learn_nothing_from_their_folder(study: Path) -> None:
    raters = study / "raters"
    for path in raters.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
        if path.is_file():
            content = path.read_bytes()
            # short words turn up in compressed pixels by chance
            forbidden = rb"(?i)doe-jane|photograph|vultus"
            forbidden += b"" if path.suffix == ".jpg" else rb"|doe|jane|\bplain\b|dlib|half"
            told = re.search(forbidden, content)
            assert told is None, (path.name, told)
            assert NAME not in path.name
    assert len({path.stat().st_mtime for path in (raters / "pictures").iterdir()}) == 1
    sheet = _rows(raters / "ratings.csv")
    assert [row["picture"] for row in sheet] == [
        row["picture"]
        for row in sorted(_rows(study / "owner" / "key.csv"), key=lambda row: int(row["order"]))
        if row["picture"]
    ]
    assert {row["rating"] for row in sheet} == {""}


def test_the_owner_learns_what_was_done(study: Path) -> None:
    (video, photograph) = _rows(study / "owner" / "recordings.csv")
    assert (video["recording"], video["frames"], video["frames_shown"]) == (NAME, "12", "3")
    assert (photograph["frames"], photograph["frames_shown"]) == ("1", "1")
    record = json.loads((study / "owner" / "study.json").read_text())
    assert record["model_sha256"] == model.SHA256
    assert set(record["algorithms"]) == {"vultus", "plain", "dlib"}
    assert not [path for path in study.iterdir() if path.name.startswith(".")]


def test_bare_frames_are_the_frames(study: Path) -> None:
    frames = {row["frame_id"]: row for row in _rows(study / "owner" / "frames.csv")}
    marking = study / "marking"
    assert {path.stem for path in marking.glob("*.png")} == set(frames)
    (still,) = (frame_id for frame_id, row in frames.items() if row["recording"] == "photograph")
    assert (np.asarray(Image.open(marking / f"{still}.png")) == PORTRAIT).all()
    template = _rows(marking / "positions.csv")
    assert {row["point"] for row in template} == set(NAMED)


def test_the_two_algorithms_see_one_face(study: Path) -> None:
    places: dict[tuple[str, str, str], dict[str, np.ndarray]] = {}
    for row in _rows(study / "owner" / "landmarks.csv"):
        place = places.setdefault((row["recording"], row["frame"], row["point"]), {})
        place[row["algorithm"]] = np.array([float(row["x_px"]), float(row["y_px"])])
    apart = [np.hypot(*(each["vultus"] - each["plain"])) for each in places.values() if "vultus" in each]
    assert len(apart) == 4 * len(NAMED)
    assert 0 < np.median(apart) < 3


def _rate(study: Path, directory: Path) -> list[Path]:
    """Three raters: "plain" is off by a little, "dlib" by much; the third saw minor errors everywhere on the mouth."""
    key = {row["picture"]: row for row in _rows(study / "owner" / "key.csv")}
    sheets = []
    for rater in ("anna", "bert", "chris"):
        lines = ["picture,region,rating"]
        for row in _rows(study / "raters" / "ratings.csv"):
            shown = key[row["picture"]]
            rating = {"vultus": "none", "plain": "minor", "dlib": "major"}[shown["algorithm"]]
            if rater == "chris" and shown["region"] == "mouth":
                rating = "minor"
            lines.append(f"{row['picture']},{row['region']},{rating}")
        if rater == "bert":
            lines.pop()
        sheets.append(directory / f"ratings-{rater}.csv")
        sheets[-1].write_text("\n".join(lines) + "\n")
    return sheets


@pytest.fixture(scope="module")
def results(study: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    directory = tmp_path_factory.mktemp("results")
    sheets = _rate(study, directory)
    severity = directory / "severity.csv"
    severity.write_text(f"recording,group\n{NAME},severe\nphotograph,normal\n")
    positions = directory / "positions.csv"
    frames = {(row["recording"], row["frame"]): row["frame_id"] for row in _rows(study / "owner" / "frames.csv")}
    marks = [
        (frames[row["recording"], row["frame"]], row["point"], row["x_px"], row["y_px"])
        for row in _rows(study / "owner" / "landmarks.csv")
        if row["algorithm"] == "plain" and "commissure" in row["point"]
    ]
    positions.write_text("frame_id,point,x_px,y_px\n" + "\n".join(",".join(mark) for mark in marks) + "\n")
    arguments = (*sheets, "--study", study, "--severity", severity, "--positions", positions)
    done = _invoke("report", *arguments, "--out", directory / "out")
    assert done.exit_code == 0, (done.output, done.exception)
    return directory / "out", done


def test_the_rates_are_what_the_raters_said(results: tuple[Path, Result]) -> None:
    out, done = results
    found = LandmarkErrors.model_validate_json((out / "landmarks.json").read_bytes())
    assert found.algorithms == ("vultus", "plain", "dlib")
    assert found.overall("plain").weighted.value == pytest.approx(0.5)
    assert found.overall("vultus").weighted.value == pytest.approx((4 * 0 + 0.5 / 3) / 5, abs=0.02)
    assert found.overall("plain").major.value == 0
    assert [each.missing for each in found.raters] == [0, 1, 0]
    assert "bert: pictures without a rating: 1" in done.output
    assert "Weights: none 0, minor 0.5, major 1 (ours" in done.output
    assert found.nrmse is not None
    assert set(found.nrmse.points) == {"right_commissure", "left_commissure"}
    assert {each.algorithm: each.lost for each in found.nrmse.algorithms}["vultus"] == 0
    assert next(each for each in found.nrmse.algorithms if each.algorithm == "plain").median == 0
    assert {(each.statistic, len(each.raters)) for each in found.agreement} == {
        ("weighted kappa (linear)", 2),
        ("Fleiss' kappa", 3),
        ("ICC(2,1)", 3),
        ("weighted kappa (linear)", 1),
    }


def test_the_tables_say_the_same_and_name_the_weights(results: tuple[Path, Result]) -> None:
    out, _ = results
    found = LandmarkErrors.model_validate_json((out / "landmarks.json").read_bytes())
    rates = _rows(out / "rates.csv")
    assert len(rates) == len(found.rates)
    for row, rate in zip(rates, found.rates, strict=True):
        assert float(row["weighted_error"]) == pytest.approx(rate.weighted.value, abs=1e-5)
        assert (row["weight_minor"], row["weight_major"]) == ("0.5", "1")
    for name in ("differences.csv", "anova.csv"):
        assert all(row["weight_minor"] == "0.5" for row in _rows(out / name))
    assert len(_rows(out / "agreement.csv")) == len(found.agreement)
    assert {row["algorithm"] for row in _rows(out / "nrmse.csv")} == set(found.algorithms)
    last = _rows(out / "nrmse_curves.csv")[-1]
    assert 0 < float(last["share_of_frames"]) <= 1


def test_the_pdf_answers_first_and_says_what_it_is_not(results: tuple[Path, Result]) -> None:
    out, _ = results
    reader = PdfReader(io.BytesIO((out / "landmarks.pdf").read_bytes()))
    pages = [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in reader.pages]
    assert "Plain looks: weighted error 50 %" in pages[0]
    assert all(words.RESEARCH_USE in page for page in pages)
    text = " ".join(pages)
    for told in (
        "Weights: none 0, minor 0.5, major 1 (ours",
        "must not be set beside theirs",
        "Not computed: ",
        "all raters",
        "Distance from marked positions",
        "By severity",
        "bert",
    ):
        assert told in text, told
    assert not [image for page in reader.pages for image in page.images]


def test_other_weights_are_used_and_printed(study: Path, tmp_path: Path) -> None:
    sheets = _rate(study, tmp_path)
    done = _invoke("report", *sheets, "--study", study / "owner", "--out", tmp_path / "out", "--minor", 0.3)
    assert done.exit_code == 0, done.exception
    found = LandmarkErrors.model_validate_json((tmp_path / "out" / "landmarks.json").read_bytes())
    assert found.overall("plain").weighted.value == pytest.approx(0.3)
    assert "minor 0.3" in done.output
    assert found.nrmse is None
    assert not (tmp_path / "out" / "nrmse.csv").exists()
    refused = _invoke("report", *sheets, "--study", study, "--out", tmp_path, "--minor", 0.9, "--major", 0.5)
    assert refused.exit_code == 2


def test_a_folder_that_holds_something_is_left_alone(recordings: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x")
    done = _invoke("prepare", recordings[1], "--out", tmp_path)
    assert isinstance(done.exception, LandmarkStudyError)
    assert "is not empty" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_what_shows_no_face_or_cannot_be_read_is_said(recordings: tuple[Path, Path], tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no video")
    grey = tmp_path / "grey.png"
    Image.new("RGB", (320, 240), (128, 128, 128)).save(grey)
    nothing = _invoke("prepare", grey, "--out", tmp_path / "nothing")
    assert isinstance(nothing.exception, LandmarkStudyError)
    assert "no face was found in any of 1 frames" in str(nothing.exception)
    some = _invoke("prepare", recordings[1], text, "--out", tmp_path / "some", "--algorithm", "plain")
    assert some.exit_code == 3
    assert "notes.mp4" in some.output
    assert len(_rows(tmp_path / "some" / "raters" / "ratings.csv")) == 6


def test_landmarks_of_a_recording_that_is_not_there_are_refused(
    recordings: tuple[Path, Path], outside: Path, tmp_path: Path
) -> None:
    done = _invoke("prepare", recordings[1], "--out", tmp_path / "out", "--landmarks", outside)
    assert isinstance(done.exception, LandmarkStudyError)
    assert f"{NAME!r} is no recording of this study" in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_an_unknown_algorithm_is_wrong_usage(recordings: tuple[Path, Path], tmp_path: Path) -> None:
    done = _invoke("prepare", recordings[1], "--out", tmp_path / "out", "--algorithm", "best")
    assert done.exit_code == 2


def test_a_report_needs_the_key(tmp_path: Path) -> None:
    sheet = tmp_path / "ratings-a.csv"
    sheet.write_text("picture,rating\np,none\n")
    done = _invoke("report", sheet, "--study", tmp_path, "--out", tmp_path / "out")
    assert isinstance(done.exception, LandmarkStudyError)
    assert "there is no key.csv" in str(done.exception)


@pytest.mark.peer
def test_a_report_needs_a_place_to_write_to(tmp_path: Path) -> None:
    sheet = tmp_path / "ratings-A.csv"
    sheet.write_text("picture,rating\n")
    for out in (sheet, sheet / "below"):
        done = _invoke("report", sheet, "--study", tmp_path, "--out", out)
        assert isinstance(done.exception, EvaluationError)
        assert f"nothing can be written to {out} ({sheet} is a file)" in str(done.exception)


def test_the_pdf_opens_elsewhere(results: tuple[Path, Result]) -> None:
    try:
        told = subprocess.run(
            ["pdffonts", str(results[0] / "landmarks.pdf")], capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("pdffonts (poppler-utils) is not installed")
    fonts = told.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), "a font is not embedded"
