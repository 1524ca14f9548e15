"""Files that are either whole and on disk, or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.files import staged_directory, write_durably


class Broken(Exception):
    """Stands for a crash at this point."""


def test_write_durably_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_durably(path, b"a long first content")
    write_durably(path, b"short")
    assert path.read_bytes() == b"short"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    path = tmp_path / "state.json"
    write_durably(path, b"old")

    def fail(*_: object) -> None:
        raise Broken

    owner: object = os if failing == "fsync" else Path
    monkeypatch.setattr(owner, failing, fail)
    with pytest.raises(Broken):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_content_is_synced_before_the_rename_and_the_directory_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        events.append("directory" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        fsync(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        events.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    write_durably(tmp_path / "x", b"content")
    assert events == ["file", "rename", "directory"]


def test_a_staged_directory_appears_whole(tmp_path: Path) -> None:
    final = tmp_path / "exam"
    with staged_directory(final) as staging:
        (staging / "a").write_bytes(b"1")
        assert not final.exists()
    assert (final / "a").read_bytes() == b"1"
    assert list(tmp_path.iterdir()) == [final]


def test_a_broken_block_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Broken), staged_directory(tmp_path / "exam") as staging:
        (staging / "a").write_bytes(b"1")
        raise Broken
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    final = tmp_path / "exam"
    for content in (b"first", b"second"):
        try:
            with staged_directory(final) as staging:
                (staging / "a").write_bytes(content)
        except FileExistsError:
            assert content == b"second"
    assert (final / "a").read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [final]


def test_a_replacement_keeps_the_mode_of_what_it_replaces(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    before = os.umask(0o077)
    try:
        write_durably(path, b"new")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
