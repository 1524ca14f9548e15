"""Names that say nothing about whom they name."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import StorageError
from service.pseudonyms import Pseudonyms, open_pseudonyms

UID = "1.2.826.0.1.3680043.10.1.1"


@given(st.text("0123456789.", min_size=1, max_size=64), st.text("0123456789.", min_size=1, max_size=64))
def test_a_name_is_short_hexadecimal_and_one_for_each_uid(one: str, other: str) -> None:
    names = Pseudonyms(bytes(32))
    assert len(names.of(one)) == 24
    assert set(names.of(one)) <= set("0123456789abcdef")
    assert (names.of(one) == names.of(other)) is (one == other)


def test_without_the_key_a_name_cannot_be_matched() -> None:
    assert Pseudonyms(bytes(32)).of(UID) != Pseudonyms(b"\1" * 32).of(UID)


def test_the_key_stays_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = tmp_path / "secret.key"
    first = open_pseudonyms(key).of(UID)
    assert open_pseudonyms(key).of(UID) == first
    assert key.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [key]


def test_no_moment_in_which_others_could_read_the_key(tmp_path: Path) -> None:
    code = "import os, sys; os.umask(0); sys.path.insert(0, sys.argv[2])\nfrom pathlib import Path\n"
    code += "import service.files as files\nseen = []\nfsync = os.fsync\n"
    code += "def look(descriptor):\n    seen.append(os.fstat(descriptor).st_mode); fsync(descriptor)\n"
    code += "files.os.fsync = look\nfrom service.pseudonyms import open_pseudonyms\n"
    code += "open_pseudonyms(Path(sys.argv[1]))\n"
    code += "import stat\nassert [m for m in seen if stat.S_ISREG(m)], seen\n"
    code += "assert not [oct(m) for m in seen if stat.S_ISREG(m) and m & 0o077], list(map(oct, seen))\n"
    repository = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, tmp_path / "secret.key", repository], check=True, timeout=60)


def test_many_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    names: list[str] = []

    def start() -> None:
        barrier.wait()
        names.append(open_pseudonyms(tmp_path / "secret.key").of(UID))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 8
    assert len(set(names)) == 1


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(StorageError, match="backup"):
        open_pseudonyms(tmp_path / "secret.key")
