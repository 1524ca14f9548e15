"""Where research commands write: a directory that must be one, and errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import AnalysisError
from service.files import write_durably


@contextmanager
def writing_to(place: Path, error: type[AnalysisError]) -> Iterator[None]:
    """Tell a refusal of the operating system as ``error``, in a sentence."""
    try:
        yield
    except OSError as refused:
        raise error(
            f"nothing can be written to {place} ({refused.strerror or refused}): name a directory that may be written to and "
            "has room, or one that can be made"
        ) from refused


def check_directory(out: Path, error: type[AnalysisError]) -> None:
    """Refuse a place that is no directory and cannot become one, before any work is done for it."""
    with writing_to(out, error):
        nearest = next(each for each in (out, *out.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise error(f"nothing can be written to {out} ({nearest} is a file): name a directory, or one that can be made")


def write_documents(out: Path, documents: Mapping[str, bytes], error: type[AnalysisError]) -> None:
    """Write files by name into a directory, which is made if it is missing. Raises ``error``."""
    with writing_to(out, error):
        out.mkdir(parents=True, exist_ok=True)
        for name, content in documents.items():
            write_durably(out / name, content)
