"""All roles on one machine: a process for each, restarted when it dies, ended together."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.waiting import SUPERVISOR_VARIABLE

ROLES: Final = ("receive", "work", "console")
_LOOK_EVERY_S: Final = 0.5
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STEADY_S: Final = 60.0
_END_S: Final = 20.0
EXIT_UNUSABLE: Final = 4
"""A role's exit code for a fault that a restart cannot mend: configuration, port, storage, model."""

logger = logging.getLogger("vultus.supervisor")


@dataclass(kw_only=True, eq=False)
class _Role:
    name: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = _FIRST_PAUSE_S
    not_before: float = 0.0


def supervise(config: Path | None, *, wait: Callable[[float], bool]) -> int:
    """Run every role until ``wait(seconds)`` returns true, or until one of them cannot be used at all.

    Returns:
        The exit code: 0, or that of the role that cannot be used.
    """
    roles = [_Role(name=name) for name in ROLES]
    try:
        while True:
            for role in roles:
                code = _tend(role, config)
                if code == EXIT_UNUSABLE:
                    return code
            if wait(_LOOK_EVERY_S):
                return 0
    finally:
        _end(roles)


def _tend(role: _Role, config: Path | None) -> int | None:
    at = time.monotonic()
    if role.process is not None:
        code = role.process.poll()
        if code is None:
            return None
        role.process = None
        if code == EXIT_UNUSABLE:
            return code
        role.pause_s = _FIRST_PAUSE_S if at - role.started > _STEADY_S else min(role.pause_s * 2, _LONGEST_PAUSE_S)
        role.not_before = at + role.pause_s
        logger.error("role ended, will be restarted", extra={"ended": role.name, "code": code, "in_s": role.pause_s})
    if role.process is None and at >= role.not_before:
        role.process = subprocess.Popen(_command(role.name, config), stdin=subprocess.DEVNULL, env=_environment())
        role.started = at
    return None


def _command(role: str, config: Path | None) -> list[str]:
    return [sys.executable, "-m", "service.cli", role, *(["--config", str(config)] if config else [])]


def _environment() -> Mapping[str, str]:
    # the role ends itself when this process is gone, however it went
    return {**os.environ, SUPERVISOR_VARIABLE: str(os.getpid())}


def _end(roles: list[_Role]) -> None:
    running = [role.process for role in roles if role.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + _END_S
    for process in running:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
