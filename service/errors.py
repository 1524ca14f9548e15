"""Everything that can go wrong in the running service.

::

    VultusError
    ├── ConfigurationError       a key is unknown or its value impossible
    ├── StorageError             the storage root cannot be used, or holds something unexpected
    │   └── NoSuchJob            no job of that name
    ├── NotQuarantined           a job that does not wait for a person cannot be retried or discarded
    ├── AlreadyRunning           another Vultus works on the same storage root
    └── ChildError               a job handed to a child process gave no answer
        ├── ChildNotStarted      the host could not start it (memory, processes, disk); trying again can help
        ├── ChildUnprotected     the host cannot keep it off the network or set its limits; not begun
        ├── ChildTimedOut        it used up its wall or processor time
        ├── ChildKilled          it used up its memory, file size or output, or died of a signal
        ├── ChildCrashed         it ended without an answer
        └── ChildRefused         the job raised an error it knows; kind and sentence are the job's own
"""

from __future__ import annotations

from typing import Literal

Blame = Literal["input", "host"]


class VultusError(Exception):
    """Base: ``str(error)`` says what happened, to what, and what to do; ``retryable`` whether trying again can help."""

    retryable = False


class ConfigurationError(VultusError):
    """A key is unknown or its value impossible."""


class StorageError(VultusError):
    """The storage root cannot be used, or holds something unexpected."""


class NoSuchJob(StorageError):
    """No job of that name."""


class NotQuarantined(VultusError):
    """A job that does not wait for a person cannot be retried or discarded."""


class AlreadyRunning(VultusError):
    """Another Vultus works on the same storage root."""


class ChildError(VultusError):
    """A job handed to a child process gave no answer.

    ``blame`` is ``"input"`` where what was decoded is the likely cause, so that the failure counts as an attempt
    at this input, and ``"host"`` where the input was never touched.
    """

    blame: Blame = "input"


class ChildNotStarted(ChildError):
    """The host could not start the child process."""

    blame: Blame = "host"
    retryable = True


class ChildUnprotected(ChildError):
    """The host cannot keep the child off the network or set its limits, so the job was not begun."""

    blame: Blame = "host"


class ChildTimedOut(ChildError):
    """The child used up its wall time or its processor time."""

    def __init__(self, sentence: str, *, clock: Literal["wall", "cpu"]) -> None:
        super().__init__(sentence)
        self.clock = clock


class ChildKilled(ChildError):
    """The child went over its memory, file size or output, or died of a signal (``signal`` is its number)."""

    def __init__(
        self, sentence: str, *, cause: Literal["memory", "file", "output", "signal"], signal: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.cause = cause
        self.signal = signal


class ChildCrashed(ChildError):
    """The child ended without an answer. ``last_line`` is the redacted end of what it printed."""

    def __init__(self, sentence: str, *, exit_code: int, last_line: str) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        self.last_line = last_line


class ChildRefused(ChildError):
    """The job raised an error it knows. ``kind`` is that error's class name, the sentence is its own."""

    def __init__(self, sentence: str, *, kind: str, retryable: bool) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.retryable = retryable
