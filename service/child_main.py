"""The child's side of a job: confine, run, answer. Started by ``service.child`` and by nothing else."""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from service.child_values import EXIT_MEMORY, NO_PROTECTIONS, REPLY_NAME, REQUEST_NAME, Limits, Reply
from service.errors import VultusError
from service.sandbox import confine, die_with_parent


def main() -> None:
    """Run one job in the current directory, which holds its request and gets its reply. Ends the process."""
    lifeline, order = int(sys.argv[1]), json.loads(sys.argv[2])
    die_with_parent(lifeline)
    sys.excepthook = _end_by_error
    limits = Limits(**order["limits"])
    directory = Path.cwd()
    try:
        protections = confine(limits, writable=[directory, *map(Path, order["writable"])])
    except (OSError, ValueError) as error:  # what resource.setrlimit raises
        protections = replace(NO_PROTECTIONS, missing=(f"a limit could not be set: {error}",))
        reply = Reply(status="unprotected", protections=protections)
        _write_atomically(directory / REPLY_NAME, json.dumps(asdict(reply)))
        _end(0)
    if protections.network == "none" and not limits.allow_network:
        reply = Reply(status="unprotected", protections=protections)
    elif order["module"] is None:
        reply = Reply(status="answered", protections=protections)
    else:
        job = importlib.import_module(order["module"])
        known: tuple[type[Exception], ...] = (VultusError, *getattr(job, "REFUSALS", ()))
        try:
            answer = job.main((directory / REQUEST_NAME).read_text(encoding="utf-8"))
        except known as error:
            retryable = bool(getattr(error, "retryable", False))
            reply = Reply(
                status="refused",
                protections=protections,
                kind=type(error).__name__,
                sentence=str(error),
                retryable=retryable,
            )
        else:
            reply = Reply(status="answered", protections=protections, answer=answer)
    _write_atomically(directory / REPLY_NAME, json.dumps(asdict(reply)))
    _end(0)


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def _end_by_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what and where, never the message, which may quote the input."""
    where = ""
    while trace is not None:
        where = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"
        trace = trace.tb_next
    print(f"{kind.__name__} at {where}", file=sys.stderr)
    _end(EXIT_MEMORY if issubclass(kind, MemoryError) else 1)


def _end(code: int) -> NoReturn:
    # Not by sys.exit: MediaPipe's and decoders' tear-down can hang or crash after the answer is safe.
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
