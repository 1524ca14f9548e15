"""Waiting to be told to stop: by a signal, or because whoever started this process is gone."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Final

SUPERVISOR_VARIABLE: Final = "VULTUS_SUPERVISOR_PID"
_LOOK_EVERY_S: Final = 0.5


class StopSignal:
    """Set by SIGTERM or SIGINT, and by the end of the supervising process if there is one."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._supervisor = int(os.environ.get(SUPERVISOR_VARIABLE, "0"))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()

    def within(self, seconds: float) -> bool:
        """Wait for so long; whether it is time to stop."""
        return self._event.wait(seconds) or self._orphaned()

    def forever(self) -> None:
        """Wait until it is time to stop."""
        while not self.within(_LOOK_EVERY_S):
            pass

    def _orphaned(self) -> bool:
        return bool(self._supervisor) and os.getppid() != self._supervisor
