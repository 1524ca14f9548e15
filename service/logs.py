"""Logs: one JSON line an event on standard error. They name objects by keyed hash, never by UID or patient."""

from __future__ import annotations

import logging
import sys
import warnings
from functools import partial

import structlog

from service.redaction import places


def configure_logging(role: str, *, level: str = "info") -> None:
    """Send what the standard library's loggers say to standard error, with time, role and level."""
    shared: list[structlog.typing.Processor] = [
        partial(_add_role, role),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _hold_sentence,
        structlog.stdlib.ExtraAdder(),
        _restore_sentence,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _show_places_of_error,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # these libraries log data sets and UIDs at their lower levels
    for noisy in ("pynetdicom", "dbos", "uvicorn", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # and these quote the very values that they warn of
    for quoting in ("pydicom", "highdicom"):
        logging.getLogger(quoting).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")


def _add_role(
    role: str, _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event["role"] = role
    return event


def _show_places_of_error(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An error's sentence may quote a patient's object, so its traceback is shown without sentences."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = places(error)
    return event


def _hold_sentence(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["sentence"] = event["event"]
    return event


def _restore_sentence(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A record whose extra fields hold an ``event`` of their own keeps its sentence; that one becomes its ``kind``."""
    sentence = event.pop("sentence")
    if event["event"] != sentence:
        event["kind"] = event["event"]
        event["event"] = sentence
    return event
