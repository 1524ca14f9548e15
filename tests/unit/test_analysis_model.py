from __future__ import annotations

import hashlib
import subprocess
import urllib.error
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import model
from analysis.errors import ModelFetchFailed, ModelMismatch, ModelMissing

BUNDLE = b"the bundle"


@pytest.fixture(autouse=True)
def _expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "SHA256", hashlib.sha256(BUNDLE).hexdigest())


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def offer(**sources: Callable[[Path], object]) -> None:
        monkeypatch.setattr(model, "_SOURCES", sources)

    return offer


def right(target: Path) -> None:
    target.write_bytes(BUNDLE)


def wrong(target: Path) -> None:
    target.write_bytes(b"a web page that says: log in first")


def offline(target: Path) -> None:
    raise urllib.error.URLError("no route to host")


def no_pip(target: Path) -> None:
    raise subprocess.CalledProcessError(1, ["pip"])


def hangs(target: Path) -> None:
    raise TimeoutError("timed out")


def test_verify(tmp_path: Path) -> None:
    path = tmp_path / "bundle.task"
    with pytest.raises(ModelMissing, match="run `vultus model fetch`"):
        model.verify(path)
    path.write_bytes(BUNDLE)
    assert model.verify(path) == hashlib.sha256(BUNDLE).hexdigest()
    path.write_bytes(BUNDLE[:-1])
    with pytest.raises(ModelMismatch, match=hashlib.sha256(BUNDLE[:-1]).hexdigest()):
        model.verify(path)


def test_fetch_takes_the_first_source_that_has_it(tmp_path: Path, offered: Callable[..., None]) -> None:
    offered(one=offline, two=wrong, three=right, four=offline)
    path = tmp_path / "share" / "bundle.task"
    assert model.fetch(path) == "three"
    assert path.read_bytes() == BUNDLE
    assert list(path.parent.iterdir()) == [path]  # no scratch is left


def test_fetch_does_nothing_when_it_is_there(tmp_path: Path, offered: Callable[..., None]) -> None:
    offered()
    path = tmp_path / "bundle.task"
    path.write_bytes(BUNDLE)
    assert model.fetch(path) == "already there"


def test_fetch_replaces_a_damaged_bundle(tmp_path: Path, offered: Callable[..., None]) -> None:
    offered(one=right)
    path = tmp_path / "bundle.task"
    path.write_bytes(b"half of")
    assert model.fetch(path) == "one"
    assert path.read_bytes() == BUNDLE


def test_fetch_says_what_each_source_answered_and_keeps_what_was_there(
    tmp_path: Path, offered: Callable[..., None]
) -> None:
    offered(one=offline, two=wrong, three=no_pip, four=hangs)
    path = tmp_path / "bundle.task"
    path.write_bytes(b"older")
    with pytest.raises(ModelFetchFailed) as caught:
        model.fetch(path)
    said = str(caught.value)
    for part in ("one: ", "no route to host", "two: ", "three: ", "four: timed out", model.SHA256, str(path)):
        assert part in said
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_fetch_to_a_place_that_cannot_be_written(tmp_path: Path, offered: Callable[..., None]) -> None:
    offered(one=right)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelFetchFailed, match=r"cannot write the landmark model to .*bundle\.task"):
        model.fetch(tmp_path / "file" / "bundle.task")
    with pytest.raises(ModelFetchFailed, match="cannot write"):
        model.fetch(Path("/proc/vultus/bundle.task"))


def test_fetch_onto_a_directory(tmp_path: Path, offered: Callable[..., None]) -> None:
    offered(one=right)
    path = tmp_path / "bundle.task"
    path.mkdir()
    with pytest.raises(ModelFetchFailed):
        model.fetch(path)
