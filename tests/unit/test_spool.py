from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest
from pynetdicom import dimse_messages

from dicom_io.spool import Spool, SpoolFile


def opened(spool: Spool) -> SpoolFile:
    with spool.installed():
        return vars(dimse_messages)["NamedTemporaryFile"](delete=False, mode="wb", suffix=".dcm")  # type: ignore[no-any-return]


def on_another_thread(spool: Spool) -> SpoolFile:
    made: list[SpoolFile] = []
    thread = threading.Thread(target=lambda: made.append(opened(spool)))
    thread.start()
    thread.join()
    return made[0]


def test_what_is_written_is_there_when_claimed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spooled = opened(spool)
    spooled.write(b"abc")
    spooled.write(b"def")
    assert spool.claim(Path(spooled.name)) is spooled
    assert Path(spooled.name).read_bytes() == b"abcdef"
    assert (spooled.size, spooled.refusal) == (6, None)
    assert spool.claim(Path(spooled.name)) is None
    spooled.close()
    assert not spool.is_busy(threading.current_thread())


def test_pynetdicom_gets_its_own_back(tmp_path: Path) -> None:
    before = vars(dimse_messages)["NamedTemporaryFile"]
    opened(Spool(tmp_path)).remove()
    assert vars(dimse_messages)["NamedTemporaryFile"] is before


def test_full_disk_is_a_refusal_and_frees_what_was_written(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spooled = opened(spool)
    spooled.write(b"x" * 1000)
    read_only = os.open(spooled.name, os.O_RDONLY)
    os.dup2(read_only, spooled._descriptor)  # every further write fails
    os.close(read_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "ftruncate", lambda _descriptor, size: os.truncate(spooled.name, size))
        assert spooled.write(b"y" * 10) == 10
    assert spooled.refusal is not None
    assert "cannot write" in spooled.refusal
    assert spooled.write(b"more") == 4
    assert Path(spooled.name).stat().st_size == 0
    spooled.remove()


def test_too_little_room_is_refused_before_a_byte_is_written(tmp_path: Path) -> None:
    spooled = opened(Spool(tmp_path, min_free_bytes=1 << 60))
    assert spooled.refusal == "storage is nearly full"
    spooled.write(b"data")
    spooled.close()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_directory_is_a_refusal(tmp_path: Path) -> None:
    assert "cannot write" in str(opened(Spool(tmp_path / "gone")).refusal)


def test_an_abandoned_transfer_is_removed_but_not_a_claimed_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    unfinished, claimed = opened(spool), opened(spool)
    spool.claim(Path(claimed.name))
    spool.abandon(threading.current_thread())
    assert [str(path) for path in tmp_path.iterdir()] == [claimed.name]
    assert spool.claim(Path(unfinished.name)) is None
    claimed.remove()


def test_sweep_takes_what_dead_threads_left_at_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    alive = opened(spool)
    on_another_thread(spool)
    assert spool.sweep() == 1
    assert [str(path) for path in tmp_path.iterdir()] == [alive.name]
    alive.remove()


def test_sweep_takes_old_orphans_of_killed_processes_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    orphan, young, in_use, other = (
        tmp_path / name for name in ("incoming-a.dcm", "incoming-b.dcm", "incoming-c.dcm", "kept.dcm")
    )
    for path in (orphan, young, in_use, other):
        path.write_bytes(b"x")
    for path in (orphan, in_use, other):
        os.utime(path, (1, 1))
    with in_use.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert spool.sweep() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["incoming-b.dcm", "incoming-c.dcm", "kept.dcm"]
    assert spool.sweep(older_than_s=-1) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kept.dcm"]
