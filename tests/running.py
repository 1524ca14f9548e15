"""The real program, started as an operator starts it, on free loopback ports and a root of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from pydicom import dcmread
from pydicom.uid import generate_uid

from dicom_io.peers import Peer
from dicom_io.sender import store as c_store
from service.exams import DeliveryStatus
from service.heartbeat import ROLES
from service.instances import InstanceState, InstanceStatus
from service.store import Store, open_store
from tests.archive import free_port

VULTUS = (sys.executable, "-m", "service.cli")


def until(condition: Callable[[], object], what: str, seconds: float = 90, log: Path | None = None) -> None:
    """Wait for a condition; the time is only there so that a broken test ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        said = log.read_text()[-4000:] if log else ""
        assert time.monotonic() < deadline, f"did not happen: {what}\n{said}"
        time.sleep(0.05)


def vultus(*arguments: str | Path, prefix: Sequence[str] = (), **options: Any) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    command = [*prefix, *VULTUS, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def toml(sections: Mapping[str, Any]) -> str:
    """Sections of plain values, and lists of them, as TOML."""
    lines: list[str] = []
    for name, content in sections.items():
        for table in content if isinstance(content, list) else [content]:
            lines.append(f"[[{name}]]" if isinstance(content, list) else f"[{name}]")
            lines += [f"{key} = {_value(value)}" for key, value in table.items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(str(value) if isinstance(value, Path) else value)


def another(source: Path, target: Path, *, study: str | None = None, **elements: Any) -> Path:
    """The same recording as another object, of a study of its own unless one is given."""
    dataset = dcmread(source)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = study or generate_uid()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    dataset.save_as(target, enforce_file_format=True)
    return target


@dataclass(eq=False)
class Service:
    """A ``vultus serve``."""

    directory: Path
    sections: dict[str, Any] = field(default_factory=dict)
    prefix: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    console_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        given: dict[str, Any] = {
            "dicom": {"port": self.port},
            "console": {"port": self.console_port},
            "storage": {"root": self.directory / "root", "min_free_gb": 0},
            "exam": {"quiet_period_s": 1},
            "engine": {"workers": 1},
        }
        for name, section in self.sections.items():
            given[name] = {**given.get(name, {}), **section} if isinstance(section, dict) else section
        self.config.write_text(toml(given))

    @property
    def config(self) -> Path:
        return self.directory / "vultus.toml"

    @property
    def log(self) -> Path:
        return self.directory / "vultus.log"

    @property
    def store(self) -> Store:
        return open_store(self.directory / "root")

    @property
    def peer(self) -> Peer:
        return Peer(name="vultus", ae_title="VULTUS", host="127.0.0.1", port=self.port, calling_ae_title="SENDER")

    def start(self) -> None:
        started = time.time()
        with self.log.open("ab") as log:
            command = [*self.prefix, *VULTUS, "serve", "--config", str(self.config)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait_until_ready(since=started)

    def wait_until_ready(self, *, since: float) -> None:
        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            signs = [self.directory / "root" / "run" / f"{role}.alive" for role in ROLES]
            return all(sign.exists() and sign.stat().st_mtime > since for sign in signs)

        until(ready, "the service to be ready", log=self.log)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    def role(self, name: str) -> psutil.Process:
        """The process of a role."""
        assert self.process is not None
        (found,) = (child for child in psutil.Process(self.process.pid).children() if child.cmdline()[3:4] == [name])
        return found

    def analysis(self) -> psutil.Process:
        """The child process that analyses, once there is one."""
        worker = self.role("work")
        until(worker.children, "an analysis to begin", log=self.log)
        return worker.children()[0]

    def send(self, path: Path) -> None:
        c_store(self.peer, path)

    def states(self, status: InstanceStatus | None = None) -> list[InstanceState]:
        return [state for state in self.store.inbox.states() if status in (None, state.status)]

    def delivered(self, destination: str = "archive") -> list[str]:
        """The versions that reached a destination."""
        exams = self.store.exams
        return [
            f"{version.exam}:v{version.version}"
            for version in exams.all_versions()
            if exams.delivery(version.exam, version.version, destination).status is DeliveryStatus.DELIVERED
        ]

    def jobs(self, *arguments: str) -> str:
        done = vultus("jobs", *arguments, "--config", self.config)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def serving(directory: Path, **options: Any) -> Iterator[Service]:
    """A service that runs while the block does; whatever the block leaves of it is ended."""
    service = Service(directory, **options)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.stop()
