"""What the whole process tree says to the kernel about the network, from first start to delivery."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from ipaddress import ip_address
from pathlib import Path

import pytest

from dicom_io.peers import plain_address
from tests.archive import free_port
from tests.running import VULTUS

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]
ADDRESS = re.compile(r"""sin_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)\"""")
FAMILY = re.compile(r"sa_family=(AF_\w+)")
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
LISTENS = re.compile(r" listen\(\d+<(?:TCP(?:v6)?:\[(?:127\.0\.0\.1|\[::1\]):\d+\]|UNIX)")
# netlink: getaddrinfo asks the kernel for this machine's own addresses; unspecified: it lets go of a socket again
LOCAL_FAMILIES = {"AF_UNIX", "AF_NETLINK", "AF_UNSPEC"}


def reaches_nobody(address: str, port: str) -> bool:
    """Port 0 of the unspecified address: how getaddrinfo orders addresses, and the near end of an outgoing connection."""
    return ip_address(address).is_unspecified and port == "0"


def test_the_demonstration_talks_to_loopback_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace = tmp_path / "trace"
    environment = {
        **os.environ,
        "VULTUS__DICOM__PORT": str(free_port()),
        "VULTUS__CONSOLE__PORT": str(free_port()),
        "VULTUS__STORAGE__ROOT": str(tmp_path / "root"),
        "VULTUS__STORAGE__MIN_FREE_GB": "0",
    }
    command = [
        "strace",
        "-f",
        "-yy",
        "--seccomp-bpf",
        "-qq",
        "-e",
        "trace=network",
        "-e",
        "signal=none",
        "-o",
        str(trace),
    ]
    done = subprocess.run(
        [*command, *VULTUS, "demo", "--once"],
        capture_output=True,
        text=True,
        timeout=250,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    if "PTRACE" in done.stderr or "ptrace" in done.stderr:
        pytest.skip("this machine does not allow processes to be traced")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "delivered after" in done.stdout
    seen: Counter[str] = Counter()
    beyond = []
    for line in trace.read_text().splitlines():
        if " listen(" in line:
            seen["listen"] += 1
            beyond += [] if LISTENS.search(line) else [line]
        addresses = [one or other for one, other in ADDRESS.findall(line)]
        ports = PORT.findall(line)
        for family in FAMILY.findall(line):
            if family in LOCAL_FAMILIES:
                seen[family] += 1
            elif addresses and all(plain_address(each).is_loopback for each in addresses):
                seen[f"{family} loopback"] += 1
            elif addresses and all(map(reaches_nobody, addresses, ports)):
                seen[f"{family} nobody"] += 1
            else:
                beyond.append(line)
    assert beyond == []
    assert seen["listen"] >= 2  # receiver and console
    assert seen["AF_INET loopback"] >= 4  # it did connect and answer, and the trace shows it
    with capsys.disabled():
        print("\n  network system calls by address:", ", ".join(f"{family} {count}" for family, count in seen.items()))
