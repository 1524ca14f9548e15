"""The receiver taking a large object, its memory and speed beside DCMTK's storescp: ``python -m tests.bench.receiving``."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest

from tests.bench.tables import Table, peak_mib
from tests.integration.dicom_lab import loopback_namespace, write_large_object

_COLUMNS = ("receiver", "MB/s", "ratio to storescp", "peak MiB", "rise over idle, MiB")
_START_S = 30.0


def measure(*, megabytes: int, rounds: int) -> Table:
    """Send the object with DCMTK's storescu to either, in turns."""
    missing = [program for program in ("storescp", "storescu", "echoscu") if shutil.which(program) is None]
    if missing:
        return _skipped(f"Skipped: DCMTK's {', '.join(missing)} not installed.")
    with ExitStack() as stack:
        try:
            inside = stack.enter_context(loopback_namespace())
        except (pytest.skip.Exception, OSError):
            return _skipped("Skipped: storescp binds every address, and this machine allows no network namespace.")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        large = write_large_object(folder / "large.dcm", megabytes)
        runs: dict[str, list[tuple[float, float, float]]] = {"vultus receive": [], "DCMTK storescp": []}
        for _ in range(rounds):
            for name, command, port in (_vultus(folder), _storescp(folder)):
                runs[name].append(_take(inside, command, port, large, megabytes))
    base = [speed for speed, _, _ in runs["DCMTK storescp"]]
    rows = [
        (
            name,
            median(speed for speed, _, _ in taken),
            median(speed / other for (speed, _, _), other in zip(taken, base, strict=True)),
            median(peak for _, peak, _ in taken),
            median(peak - idle for _, peak, idle in taken),
        )
        for name, taken in runs.items()
    ]
    return Table(
        name="Receiving a large object",
        columns=_COLUMNS,
        rows=tuple(rows),
        remarks=(
            f"One native object of {megabytes} MiB from storescu over loopback, median of {rounds} rounds; "
            "MB/s includes the sender's start. Vultus forces the object to the disk before it answers.",
        ),
    )


def _skipped(why: str) -> Table:
    return Table(name="Receiving a large object", columns=_COLUMNS, rows=(), remarks=(why,))


def _vultus(folder: Path) -> tuple[str, list[str], int]:
    root, port = folder / "var", _free_port()
    shutil.rmtree(root, ignore_errors=True)
    config = folder / "vultus.toml"
    config.write_text(f'[dicom]\nport = {port}\n[storage]\nroot = "{root}"\nmin_free_gb = 0\n')
    vultus = Path(sys.executable).with_name("vultus")
    return "vultus receive", [str(vultus), "receive", "--config", str(config)], port


def _storescp(folder: Path) -> tuple[str, list[str], int]:
    received, port = folder / "received", _free_port()
    shutil.rmtree(received, ignore_errors=True)
    received.mkdir()
    return "DCMTK storescp", ["storescp", "--output-directory", str(received), str(port)], port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _take(
    inside: Sequence[str], command: Sequence[str], port: int, large: Path, megabytes: int
) -> tuple[float, float, float]:
    """MB/s, peak and idle MiB of one receiver that takes the object once."""
    with _running([*inside, *command]) as process:
        _wait_for(inside, port)
        idle = peak_mib(str(process.pid))
        began = time.perf_counter()
        sent = [*inside, "storescu", "-aec", "VULTUS", "127.0.0.1", str(port), str(large)]
        subprocess.run(sent, check=True, capture_output=True, timeout=120)
        seconds = time.perf_counter() - began
        return megabytes * 1.048576 / seconds, peak_mib(str(process.pid)), idle


@contextmanager
def _running(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    # `ip netns exec` becomes the program itself, so the process is the receiver's
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(inside: Sequence[str], port: int) -> None:
    deadline = time.monotonic() + _START_S
    while subprocess.run(
        [*inside, "echoscu", "-aec", "VULTUS", "127.0.0.1", str(port)], capture_output=True
    ).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the receiver did not answer on port {port} within {_START_S:.0f} s")
        time.sleep(0.2)


def main() -> None:
    """Print the table."""
    measure(megabytes=400, rounds=2).write()


if __name__ == "__main__":
    main()
