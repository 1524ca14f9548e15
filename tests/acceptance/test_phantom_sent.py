"""``vultus phantom --send``: a face whose movements are known, through a real service, with a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import model
from analysis.errors import ModelError
from tests.running import Service, serving, vultus


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    try:
        model.verify(model.default_path())
    except ModelError as error:
        pytest.skip(str(error))
    sections = {
        "dicom": {"allowed_peers": [{"ae_title": "CAMERA", "address": "127.0.0.0/8"}]},
        "exam": {"quiet_period_s": 2},
    }
    with serving(tmp_path_factory.mktemp("sent"), sections=sections) as service:
        yield service


def rows(said: str) -> dict[str, str]:
    """The verdict of each quantity."""
    ends = ("pass", "FAIL")
    return {line.split("  ")[0]: line.split()[-1] for line in said.splitlines() if line.endswith(ends)}


def test_a_weak_side_passes_through_the_whole_chain(service: Service, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = vultus("phantom", "weak-left", "--smiles", "1", "--send", "--out", kept, "--config", service.config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as CAMERA" in done.stdout  # the one that is allowed from here
    assert "test exam" in done.stdout
    assert set(rows(done.stdout).values()) == {"pass"}
    assert {
        "frames",
        "mirror image",
        "movement 1 begins, s",
        "right mouth corner, mm",
        "left mouth corner, mm",
        "right-left relation",
        "amplitude ratio",
        "weaker side",
        "report in results",
    } <= set(rows(done.stdout))
    assert done.stdout.splitlines()[-1].startswith("PASS")
    assert "delivered" in done.stderr  # the progress
    assert (kept / "weak-left.truth.json").is_file()


def test_a_mirror_image_that_was_not_declared_fails(service: Service) -> None:
    done = vultus("phantom", "weak-left", "--smiles", "1", "--mirrored", "--send", "--config", service.config)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "the sides are swapped: the source was mirrored and not declared" in done.stdout
    assert '"VULTUS-MIRROR"' in done.stdout
    failed = {name for name, verdict in rows(done.stdout).items() if verdict == "FAIL"}
    assert {"mirror image", "weaker side"} <= failed
    assert "frames" not in failed


def test_time_that_runs_out_says_where_the_exam_stands(service: Service) -> None:
    # a report is not written before the quiet period of 2 s is over
    done = vultus("phantom", "rest", "--smiles", "1", "--send", "--timeout", "1", "--config", service.config)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "time is over after 1 s. Where the exam stands: " in done.stdout
    name = done.stdout.partition("`vultus jobs show ")[2].split()[0]
    assert f"job      {name}" in service.jobs("show", name)


def test_a_caller_who_is_not_allowed_is_told_what_to_add(service: Service) -> None:
    done = vultus("phantom", "rest", "--send", "--calling-ae", "NOBODY", "--config", service.config)
    assert done.returncode == 1
    assert "rejected the association: it does not know the calling AE title NOBODY" in done.stderr
    assert 'Add { ae_title = "NOBODY", address = "127.0.0.1/32" } to dicom.allowed_peers' in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""  # nothing was rendered for it


def test_a_service_that_is_down(tmp_path: Path) -> None:
    done = vultus("phantom", "rest", "--send", "--config", Service(tmp_path).config)
    assert done.returncode == 1
    assert "nothing listens on that port" in done.stderr
    assert "`vultus serve`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_archive_gets_no_test_study_unasked(tmp_path: Path) -> None:
    archive = {"name": "pacs", "ae_title": "PACS", "host": "127.0.0.1", "port": 104}
    service = Service(tmp_path, sections={"destinations": [archive]})
    done = vultus("phantom", "rest", "--send", "--config", service.config)
    assert done.returncode == 2
    said = " ".join(done.stderr.replace("│", "").split())
    assert "this leaves a test study with a report in pacs (PACS at 127.0.0.1:104)" in said
    assert "Say --yes" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rest"], "name a directory with --out"),
        (["rest", "--out", "x", "--yes"], "belong to --send"),
        (["rest", "--send", "--calling-ae", "much too long a title"], "is no AE title"),
        (["grimace", "--send"], "there is no preset 'grimace'"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = vultus("phantom", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.replace("│", "").split())
    assert list(tmp_path.iterdir()) == []
