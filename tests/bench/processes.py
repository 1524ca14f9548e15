"""Peak memory of each process of the service while it does the demonstration: ``python -m tests.bench.processes``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

import psutil

from tests.archive import free_port
from tests.bench.tables import Table

_ROLES = ("receive", "work", "console", "demo")
_CHILD = "analysis in a child"
_LOOK_EVERY_S = 0.05


def measure() -> Table:
    """Run the demonstration on ports of its own and look at every process of the tree, 20 times a second."""
    ports = {f"VULTUS__{section}__PORT": str(free_port()) for section in ("DICOM", "CONSOLE")}
    peaks: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        command = [sys.executable, "-m", "service.cli", "demo", "--once"]
        demo = psutil.Popen(command, cwd=folder, env={**os.environ, **ports}, stdout=subprocess.DEVNULL)
        while demo.poll() is None:
            _look(demo, peaks)
            time.sleep(_LOOK_EVERY_S)
        seconds = time.monotonic() - started
    rows = tuple((name, peaks.get(name, 0) / 2**20) for name in (*_ROLES, _CHILD))
    return Table(
        name="Memory of each process",
        columns=("process", "peak RSS, MiB"),
        rows=rows,
        digits=0,
        remarks=(
            f"`vultus demo --once` ended with {demo.returncode} after {seconds:.0f} s, rendering of its sample included.",
        ),
    )


def _look(demo: psutil.Process, peaks: dict[str, int]) -> None:
    with suppress(psutil.NoSuchProcess):
        for process in (demo, *demo.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                words = process.cmdline()
                name = next((role for role in _ROLES if role in words), _CHILD)
                peaks[name] = max(peaks.get(name, 0), process.memory_info().rss)


if __name__ == "__main__":
    measure().write()
