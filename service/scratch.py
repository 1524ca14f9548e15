"""Private temporary directories for jobs, and the removal of those whose owner was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_PREFIX = "vultus-job-"


@contextmanager
def scratch_directory(root: Path) -> Iterator[Path]:
    """A directory of mode 0700 under ``root``, locked while its owner lives, gone on leaving.

    Raises:
        OSError: it could not be made.
    """
    with ExitStack() as stack:
        with _lock(root, fcntl.LOCK_SH):  # no sweep between making it and locking it
            name = stack.enter_context(
                tempfile.TemporaryDirectory(prefix=_PREFIX, dir=root, ignore_cleanup_errors=True)
            )
            stack.enter_context(_lock(Path(name), fcntl.LOCK_EX))
        yield Path(name)


def sweep_scratch(root: Path) -> int:
    """Remove the directories that killed processes left under ``root``; for the start of a worker.

    Returns:
        How many were removed.
    """
    removed = 0
    with _lock(root, fcntl.LOCK_EX):
        for path in sorted(root.glob(f"{_PREFIX}*")):
            with suppress(BlockingIOError, FileNotFoundError), _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(path, ignore_errors=True)
                removed += not path.exists()
    return removed


@contextmanager
def _lock(directory: Path, operation: int) -> Iterator[None]:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)
