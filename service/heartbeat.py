"""Signs of life: each role touches a file, whoever asks looks at its age."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

ROLES: Final = ("receive", "work")
_EVERY_S: Final = 2.0
STALE_S: Final = 15.0


@contextmanager
def beating(run: Path, role: str) -> Iterator[None]:
    """Show signs of life while the block runs."""
    path = run / f"{role}.alive"
    stopping = threading.Event()

    def beat() -> None:
        while True:
            with suppress(OSError):  # a full or lost disk: the age says it
                path.touch()
            if stopping.wait(_EVERY_S):
                return

    thread = threading.Thread(target=beat, name="vultus-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
        path.unlink(missing_ok=True)


def age_s(run: Path, role: str) -> float | None:
    """Seconds since the last sign of life of a role; none if it was never seen or has stopped."""
    try:
        return max(time.time() - (run / f"{role}.alive").stat().st_mtime, 0.0)
    except FileNotFoundError:
        return None
