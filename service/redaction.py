"""A line that a decoder printed, without what it may quote from its input."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`""")
# Lower-case words, names of errors, and places in the source such as analysis.landmarks:41.
_HARMLESS = re.compile(r"(?:[a-z_]+|[A-Za-z_]*(?:Error|Exception|Interrupt|Exit)|[a-z_][a-z_.]*:\d{1,5})[,:;.]?")
_LONGEST = 200


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
