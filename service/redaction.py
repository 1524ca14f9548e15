"""What others printed or raised, without what it may quote from a patient's object."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`""")
# Lower-case words, names of errors, and places in the source such as analysis.landmarks:41.
_HARMLESS = re.compile(r"(?:[a-z_]+|[A-Za-z_]*(?:Error|Exception|Interrupt|Exit)|[a-z_][a-z_.]*:\d{1,5})[,:;.]?")
_LONGEST = 200
_MOST_CAUSES = 5


def redact_line(line: str) -> str:
    """Keep what is known to be harmless and put an ellipsis for the rest.

    An allow list: names of patients are capitalised or upper case, UIDs and dates are digits, paths hold slashes. What
    is in quotes goes first. A line in lower case that spells a name is the one thing this cannot see.
    """
    kept: list[str] = []
    for word in _QUOTED.sub("…", line).split():
        shown = word if _HARMLESS.fullmatch(word) else "…"
        if shown != "…" or kept[-1:] != ["…"]:
            kept.append(shown)
    return " ".join(kept)[:_LONGEST]


def places(error: BaseException) -> str:
    """Types and places of an error and of what it came from, innermost frame first, without their sentences."""
    shown: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(shown) < _MOST_CAUSES:
        frames = reversed(traceback.extract_tb(cause.__traceback__))
        at = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        shown.append(f"{type(cause).__name__} at {at}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "; from ".join(shown)
