"""Builds the container image without a registry or a daemon, and runs it as a hardened container runtime would.

The base is a Debian root by debootstrap, kept in the user's cache; ``VULTUS_IMAGE_BASE`` names another one, for example
``python:3.12-slim-bookworm`` where a registry can be reached.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
_PROGRAMS = ("buildah", "debootstrap", "unshare", "nsenter", "ip", "tar")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_BUILD_S, _RUN_S = 1700, 280


def need_what_it_takes() -> None:
    """Skip, with the reason, where an image cannot be built."""
    if os.geteuid() != 0:
        pytest.skip("building and mounting an image takes root")
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@dataclass(frozen=True, kw_only=True)
class PipAccess:
    """How pip reaches packages on this machine: its configuration as one file, and the local files that names."""

    configuration: str
    files: tuple[Path, ...]


def pip_access() -> PipAccess:
    """From pip's files and environment. A local index keeps its files beside its pages, so their parent is taken."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    sections: dict[str, dict[str, str]] = {}
    files: set[Path] = set()
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        text = str(ast.literal_eval(value))
        sections.setdefault("global" if section.startswith(":") else section, {})[key] = text
        for word in text.split():
            index = key.endswith("index-url") and word.startswith("file:")
            path = Path(unquote(urlsplit(word).path)) if word.startswith("file:") else Path(word)
            if path.is_absolute() and path.exists():
                files.add(path.parent if index else path)
    files |= {Path(os.environ[name]) for name in ("SSL_CERT_FILE", "PIP_CERT") if os.environ.get(name)}
    body = "".join(
        f"[{section}]\n" + "".join(f"{key} = {' '.join(value.split())}\n" for key, value in keys.items())
        for section, keys in sections.items()
    )
    return PipAccess(configuration=body, files=tuple(sorted(path for path in files if path.exists())))


@dataclass(frozen=True, kw_only=True)
class Image:
    """A built image: its configuration as a runtime reads it, its root mounted, and what it took."""

    config: Mapping[str, Any]
    root: Path
    size_bytes: int
    build_s: float
    mounted_for_the_build: tuple[Path, ...]

    @property
    def command(self) -> list[str]:
        """What it runs when nothing else is asked for."""
        return [*self.config["Entrypoint"], *self.config["Cmd"]]

    @property
    def environment(self) -> list[str]:
        """``KEY=value`` for each variable of the image."""
        return list(self.config["Env"])


class Buildah:
    """buildah with a store of its own under ``directory``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def run(self, *arguments: str, log: Path | None = None) -> str:
        """One command; its standard output. With ``log``, all it says goes there and a failure shows the end of it."""
        command = ["buildah", "--root", f"{self._directory}/store", "--runroot", f"{self._directory}/run", *arguments]
        if log is None:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
            return done.stdout.strip()
        with log.open("wb") as file:
            code = subprocess.run(command, stdout=file, stderr=file, timeout=_BUILD_S, check=False).returncode
        assert code == 0, log.read_text(errors="replace")[-4000:]
        return ""

    def base(self) -> str:
        """The name of the base image."""
        if named := os.environ.get("VULTUS_IMAGE_BASE"):
            return named
        container = self.run("from", "scratch")
        self.run("add", container, str(_debian_root()), "/")
        self.run("config", "--env", f"PATH={_PATH}", container)
        self.run("commit", "--rm", container, "localhost/base")
        return "localhost/base"

    def build(self, access: PipAccess) -> Image:
        """The image of this working tree."""
        base = self.base()
        configuration = self._directory / "pip.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(access.configuration)
        mounts = {Path("/etc/pip.conf"): configuration, **{path: path for path in access.files}}
        volumes = [part for inside, path in mounts.items() for part in ("--volume", f"{path}:{inside}:ro")]
        started = time.monotonic()
        self.run(
            "bud", "--isolation", "chroot", "--network", "host", "--format", "docker", "--build-arg", f"BASE={base}",
            *volumes, "--tag", "localhost/vultus", str(REPOSITORY), log=self._directory / "build.log",
        )  # fmt: skip
        build_s = time.monotonic() - started
        inspected = json.loads(self.run("inspect", "--type", "image", "localhost/vultus"))
        images = json.loads(self.run("images", "--json"))
        root = self.run("mount", self.run("from", "localhost/vultus"))
        return Image(
            config=inspected["Docker"]["config"],
            root=Path(root),
            size_bytes=_bytes(next(i["size"] for i in images if "localhost/vultus:latest" in (i["names"] or ()))),
            build_s=build_s,
            mounted_for_the_build=tuple(mounts),
        )

    def clear(self) -> None:
        """Unmount and delete everything."""
        self.run("rm", "--all")
        self.run("rmi", "--all", "--force")


def _bytes(size: str) -> int:
    number, unit = size.split()
    return round(float(number) * {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}[unit.upper()])


def _debian_root() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vultus"
    archive = cache / "debian-bookworm.tar"
    if archive.exists():
        return archive
    cache.mkdir(parents=True, exist_ok=True)
    root = cache / "bookworm.new"
    shutil.rmtree(root, ignore_errors=True)
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=python3,ca-certificates", "bookworm", str(root)],
        capture_output=True, text=True, timeout=_BUILD_S, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        pytest.skip(f"debootstrap could not make a base: {made.stdout[-300:]}")
    for left in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(root / left)
    partial = archive.with_suffix(".part")
    subprocess.run(["tar", "--create", "--file", str(partial), "--directory", str(root), "."], check=True)
    shutil.rmtree(root)
    partial.replace(archive)
    return archive


# Its own mounts, processes and network (loopback only); a read-only root; no capabilities, and none to be had.
_ISOLATE = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "/bin/sh", "-euc")
_ENTER = r"""
root=$1 state=$2; shift 2
ip link set lo up
mount --bind "$root" "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o nosuid,noexec,mode=0755 tmpfs "$root/dev"
mkdir "$root/dev/shm"; mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=64m tmpfs "$root/dev/shm"
for device in null zero full random urandom; do touch "$root/dev/$device"; mount --bind /dev/$device "$root/dev/$device"; done
mount -t tmpfs -o nosuid,nodev,mode=1777,size=512m tmpfs "$root/tmp"
mount --bind "$state" "$root/var/lib/vultus"
mount -o remount,bind,ro "$root"
exec "$@"
"""


class Container:
    """The image with a storage root of its own."""

    def __init__(self, image: Image, state: Path) -> None:
        self._image = image
        self.state = state
        os.chown(state, 10001, 10001)
        state.chmod(0o700)

    def _inside(self, command: Sequence[str], environment: Sequence[str]) -> list[str]:
        user, group = self._image.config["User"].split(":")
        workdir = self._image.config["WorkingDir"]
        return [
            "env", "--ignore-environment", f"--chdir={workdir}", *self._image.environment, *environment,
            "setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--no-new-privs",
            "--inh-caps=-all", "--bounding-set=-all", *command,
        ]  # fmt: skip

    def _outside(self, command: Sequence[str], environment: Sequence[str]) -> list[str]:
        root = str(self._image.root)
        inner = ["chroot", root, *self._inside(command, environment)]
        return [*_ISOLATE, _ENTER, "vultus-container", root, str(self.state), *inner]

    def run(self, *command: str, environment: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; it is process 1 of the container."""
        return subprocess.run(
            self._outside(command, environment), capture_output=True, text=True, timeout=_RUN_S, check=False
        )

    @contextmanager
    def running(self, *command: str, environment: Sequence[str] = ()) -> Iterator[RunningContainer]:
        """Run one command beside the block."""
        with (self.state.parent / "container.log").open("wb") as log:
            process = subprocess.Popen(self._outside(command, environment), stdout=log, stderr=log)
        try:
            yield RunningContainer(self, process)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def inside(self, command: Sequence[str]) -> list[str]:
        """A command with the image's user, environment and lack of privileges, for within its root."""
        return self._inside(command, ())


class RunningContainer:
    """A container whose process 1 is under way."""

    def __init__(self, container: Container, process: subprocess.Popen[bytes]) -> None:
        self._container = container
        self._process = process

    def _first(self) -> int:
        """Process 1 by its number out here, once it is behind its root."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        deadline = time.monotonic() + 30
        while not (numbers := children.read_text().split()) or Path(f"/proc/{numbers[0]}/root").readlink() == Path("/"):
            assert self._process.poll() is None and time.monotonic() < deadline, "the container did not start"
            time.sleep(0.05)
        return int(numbers[0])

    def execute(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside process 1, as ``docker exec`` does."""
        enter = ["nsenter", "--target", str(self._first()), "--mount", "--net", "--pid", "--root"]
        return subprocess.run(
            [*enter, *self._container.inside(command)], capture_output=True, text=True, timeout=60, check=False
        )

    def stop(self, number: int) -> int:
        """Send the stop signal to process 1; the exit code."""
        os.kill(self._first(), number)
        return self._process.wait(timeout=60)
