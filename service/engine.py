"""Durable work: the one module that knows DBOS.

A workflow is a function of strings and numbers that survives a crash: what it did in a ``step`` is not done again, the rest is.
The database is never the only record: whoever loses it loses no exam, because reconciliation submits from the files what has no
finished workflow. Why it is built this way: docs/decisions/0002.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Final, TypeVar

from dbos import DBOS, DBOSConfig, Debouncer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy.exc import SQLAlchemyError

from service.errors import AlreadyRunning, StorageError

WORKFLOW_SCHEMA: Final = "1"
"""Raised when the steps of a workflow change. Work begun under another number is given up and submitted anew from the files."""

_POLLING_S: Final = 0.25
_MAX_RECOVERIES: Final = 3
_OPEN: Final = ("PENDING", "ENQUEUED", "DELAYED")

T = TypeVar("T")
Workflow = Callable[..., None]


class Queue(StrEnum):
    """What waits for a processor, what waits for a document, what waits for the network."""

    ANALYSES = "analyses"
    REPORTS = "reports"
    DELIVERIES = "deliveries"


class Outcome(StrEnum):
    """Where a submitted workflow stands."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """Where work is recorded (an SQLite file or a PostgreSQL URL), who does it, and how many at a time."""

    database: Path | str
    lock: Path
    executor: str
    analyses: int
    deliveries: int = 8

    @property
    def url(self) -> str:
        """The database as SQLAlchemy names it."""
        return self.database if isinstance(self.database, str) else f"sqlite:///{self.database}"


class Engine:
    """A worker's durable engine: register the workflows, then start."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._lock: IO[str] | None = None
        self._workflows: dict[str, Workflow] = {}
        self._debouncers: dict[str, Debouncer[..., None]] = {}
        DBOS(
            config=DBOSConfig(
                name="vultus",
                system_database_url=settings.url,
                # the default is a hash that changes with every release of the library: old work would be ignored
                application_version=WORKFLOW_SCHEMA,
                executor_id=settings.executor,
                enable_otlp=False,
                log_level="WARNING",
                max_executor_threads=2 * (settings.analyses + settings.deliveries) + 4,
            )
        )

        library = logging.getLogger("dbos")  # it brings a handler of its own
        library.handlers.clear()
        library.propagate = True

    def register(self, name: str, function: Workflow) -> None:
        """Make a function durable under a name. After three crashes in it, it is left for a person to see."""

        @DBOS.workflow(name=name, max_recovery_attempts=_MAX_RECOVERIES)
        def durable(*arguments: str | int) -> None:  # the library marks the function, and a method cannot be marked
            function(*arguments)

        self._workflows[name] = durable

    def start(self) -> None:
        """Take the lock, go on with what was under way, and begin.

        Raises:
            AlreadyRunning: another worker has the lock.
            StorageError: the database cannot be used.
        """
        self._lock = _locked(self._settings.lock)
        try:
            DBOS.launch()
            DBOS.register_queue(
                Queue.ANALYSES, worker_concurrency=self._settings.analyses, polling_interval_sec=_POLLING_S
            )
            DBOS.register_queue(Queue.REPORTS, worker_concurrency=1, polling_interval_sec=_POLLING_S)
            DBOS.register_queue(
                Queue.DELIVERIES, worker_concurrency=self._settings.deliveries, polling_interval_sec=_POLLING_S
            )
            self._give_up_other_schemas()
        except SQLAlchemyError as error:
            raise StorageError(
                f"the engine's database cannot be used ({type(error).__name__}): check engine.database_url; a damaged "
                "SQLite file may be deleted, no exam is lost with it"
            ) from error

    def stop(self) -> None:
        """Stop taking work; what is under way goes on at the next start."""
        DBOS.destroy(destroy_registry=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def submit(self, queue: Queue, name: str, workflow_id: str, *arguments: str | int, delay_s: float = 0) -> None:
        """Have a workflow run. An id that was submitted before is not submitted again."""
        with SetWorkflowID(_id(workflow_id)), SetEnqueueOptions(delay_seconds=delay_s or None):
            DBOS.enqueue_workflow(queue, self._workflows[name], *arguments)

    def debounce(self, queue: Queue, name: str, key: str, period_s: float, *arguments: str | int) -> None:
        """Have a workflow run once, ``period_s`` after the last call with this key."""
        debouncer = Debouncer.create(self._workflows[name], queue=str(queue))
        debouncer.debounce(key, period_s, *arguments)

    def step(self, work: Callable[..., T], *arguments: str | int) -> T:
        """Within a workflow: do something once and remember what came of it."""
        return DBOS.run_step({"name": work.__name__}, work, *arguments)

    def pause(self, seconds: float) -> None:
        """Within a workflow: wait, across restarts."""
        DBOS.sleep(seconds)

    def outcome(self, workflow_id: str) -> Outcome:
        """Where a submitted workflow stands."""
        status = DBOS.get_workflow_status(_id(workflow_id))
        if status is None:
            return Outcome.UNKNOWN
        if status.status in _OPEN:
            return Outcome.OPEN
        return Outcome.DONE if status.status == "SUCCESS" else Outcome.FAILED

    def _give_up_other_schemas(self) -> None:
        for workflow in DBOS.list_workflows(status=list(_OPEN), load_input=False, load_output=False):
            if workflow.app_version not in (None, WORKFLOW_SCHEMA):
                DBOS.cancel_workflow(workflow.workflow_id)


def _id(workflow_id: str) -> str:
    return f"{workflow_id}@{WORKFLOW_SCHEMA}"


def _locked(path: Path) -> IO[str]:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise AlreadyRunning(
            f"another Vultus worker works on the storage root {path.parents[1]}: stop it, or give this one a root of its own"
        ) from error
    return file
