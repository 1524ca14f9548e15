"""Files that are either whole and on disk, or not there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sync_directory(path: Path) -> None:
    """Make the entries of a directory durable: a rename is only safe after this (rename(2), fsync(2))."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a whole file, replacing what was there; after a crash it is the old one or the new one.

    ``mode`` holds from the first byte on, less the umask.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
            _like(path, file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(path.parent)


def _like(path: Path, descriptor: int) -> None:
    """Give a replacement the mode, and where that is allowed the owner, of what it replaces: root may mend a service's files."""
    try:
        before = path.stat()
    except FileNotFoundError:
        return
    os.fchmod(descriptor, before.st_mode & 0o777)
    if os.geteuid() == 0:
        os.fchown(descriptor, before.st_uid, before.st_gid)


@contextmanager
def staged_directory(final: Path) -> Iterator[Path]:
    """Fill a directory under another name; it appears as ``final``, whole and durable, when the block ends well.

    Raises:
        FileExistsError: ``final`` exists already; what was staged is gone.
    """
    staging = final.parent / f".staging-{uuid.uuid4().hex}"
    staging.mkdir(mode=0o700)
    try:
        yield staging
        for file in staging.iterdir():
            sync_file(file)
        sync_directory(staging)
        try:
            staging.rename(final)
        except OSError as error:
            if final.exists():
                raise FileExistsError(f"{final.name} exists already") from error
            raise
    finally:
        if staging.exists():
            for file in staging.iterdir():
                file.unlink()
            staging.rmdir()
    sync_directory(final.parent)
