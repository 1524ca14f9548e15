"""Objects on their way in: one file each, on the inbox file system, until the request is answered.

pynetdicom writes a C-STORE data set to a temporary file as it arrives (``STORE_RECV_CHUNKED_DATASET``). The files it
would make itself end the association without an answer when the disk is full, and stay behind when the sender goes
away. These are told apart by a lock, so that no process removes what another one is still writing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pynetdicom import dimse_messages

_PREFIX = "incoming-"
_FACTORY = "NamedTemporaryFile"  # as pynetdicom.dimse_messages imports it
_CHECK_ROOM_EVERY = 64 << 20  # bytes


class SpoolFile:
    """A data set being written. Stands in for ``tempfile.NamedTemporaryFile`` inside pynetdicom.

    A failed write is remembered in ``refusal`` and the rest is taken and dropped, because only a request that was
    received to its end can be answered (PS3.7 9.3.1).
    """

    def __init__(self, spool: Spool) -> None:
        self.owner = threading.current_thread()  # the association's upper layer: it lives as long as the transfer
        self.refusal: str | None = None
        self.size = 0
        self._spool = spool
        self._room_checked_at = 0
        self._descriptor = -1
        self.name = str(spool.directory / f"{_PREFIX}refused-{id(self)}")
        self.refusal = spool.shortage()
        if self.refusal is None:
            try:
                self._descriptor, self.name = tempfile.mkstemp(prefix=_PREFIX, suffix=".dcm", dir=spool.directory)
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                self._give_up(f"cannot write: {error.strerror}")

    @property
    def file(self) -> SpoolFile:
        """Where pynetdicom flushes; nothing is buffered here."""
        return self

    def flush(self) -> None:
        """Nothing is buffered."""

    def write(self, data: bytes) -> int:
        """Append."""
        if self.refusal is not None:
            return len(data)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            self._give_up(f"cannot write: {error.strerror}")
            return len(data)
        self.size += len(data)
        if self.size - self._room_checked_at >= _CHECK_ROOM_EVERY:
            self._room_checked_at = self.size
            shortage = self._spool.shortage()
            if shortage is not None:
                self._give_up(shortage)
        return len(data)

    def close(self) -> None:
        """Close; pynetdicom then removes the name, unless the file was renamed before."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._spool.forget(self)

    def remove(self) -> None:
        """Close and take the file away."""
        self.close()
        Path(self.name).unlink(missing_ok=True)

    def _give_up(self, reason: str) -> None:
        self.refusal = reason
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)


class Spool:
    """A directory of ``SpoolFile``; ``min_free_bytes`` of its file system stay free."""

    def __init__(self, directory: Path, *, min_free_bytes: int = 0) -> None:
        self.directory = directory
        self.min_free_bytes = min_free_bytes
        self._lock = threading.Lock()
        self._unclaimed: dict[str, SpoolFile] = {}
        self._claimed: dict[str, SpoolFile] = {}

    @contextmanager
    def installed(self) -> Iterator[None]:
        """While this lasts, pynetdicom in this process writes what it receives into this spool."""
        original = vars(dimse_messages)[_FACTORY]
        setattr(dimse_messages, _FACTORY, self._open)
        try:
            yield
        finally:
            setattr(dimse_messages, _FACTORY, original)

    def shortage(self) -> str | None:
        """Why nothing more can be taken, if so."""
        try:
            free = shutil.disk_usage(self.directory).free
        except OSError as error:
            return f"cannot write: {error.strerror}"
        return "storage is nearly full" if free < self.min_free_bytes else None

    def claim(self, path: Path) -> SpoolFile | None:
        """Take over a received file: from here on it is not cleaned up. ``None``: the transfer was abandoned."""
        with self._lock:
            spooled = self._unclaimed.pop(str(path), None)
            if spooled is not None:
                self._claimed[spooled.name] = spooled
        return spooled

    def is_busy(self, owner: threading.Thread) -> bool:
        """Whether a transfer of this association's upper layer is under way or being answered."""
        with self._lock:
            return any(spooled.owner is owner for spooled in (*self._unclaimed.values(), *self._claimed.values()))

    def is_answering(self) -> bool:
        """Whether any received object is still being deposited."""
        with self._lock:
            return bool(self._claimed)

    def abandon(self, owner: threading.Thread) -> None:
        """The connection is gone: remove what it had not finished."""
        self._remove(spooled for spooled in self._snapshot() if spooled.owner is owner)

    def sweep(self, *, older_than_s: float = 60.0) -> int:
        """Remove what dead transfers left, of this process and of killed ones. Returns the number of files removed."""
        removed = self._remove(spooled for spooled in self._snapshot() if not spooled.owner.is_alive())
        with self._lock:
            ours = {*self._unclaimed, *self._claimed}
        # Between creation and lock a file of another process looks orphaned: hence the age.
        oldest = time.time() - older_than_s
        for path in self.directory.glob(f"{_PREFIX}*"):
            if str(path) not in ours and _is_orphan(path, oldest):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def forget(self, spooled: SpoolFile) -> None:
        """Called by a file that was closed."""
        with self._lock:
            self._unclaimed.pop(spooled.name, None)
            self._claimed.pop(spooled.name, None)

    def _open(self, **_: object) -> SpoolFile:
        spooled = SpoolFile(self)
        with self._lock:
            self._unclaimed[spooled.name] = spooled
        return spooled

    def _snapshot(self) -> tuple[SpoolFile, ...]:
        with self._lock:
            return tuple(self._unclaimed.values())

    def _remove(self, candidates: Iterator[SpoolFile]) -> int:
        removed = 0
        for candidate in candidates:
            with self._lock:
                still_unclaimed = self._unclaimed.pop(candidate.name, None) is not None
            if still_unclaimed:
                candidate.remove()
                removed += 1
        return removed


def _is_orphan(path: Path, oldest: float) -> bool:
    try:
        if path.stat().st_mtime > oldest:
            return False
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True
