"""The working role: analyses, reports and deliveries."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from analysis import model
from service.analysing import Analyser
from service.configuration import Configuration
from service.delivering import Courier
from service.engine import Engine, EngineSettings
from service.heartbeat import beating
from service.instances import now
from service.reporting import Reporter
from service.retention import apply_retention
from service.scratch import sweep_scratch
from service.store import Store
from service.workflows import Workflows

_LOOK_EVERY_S: Final = 0.5
_RECONCILE_EVERY_S: Final = 120.0

logger = logging.getLogger("vultus.work")


def engine_settings(configuration: Configuration, store: Store) -> EngineSettings:
    """Where the work is recorded. With SQLite there is one worker to a storage root, so its name need not tell it apart."""
    alone = configuration.engine.database_url == "sqlite"
    executor = "local" if alone else socket.gethostname()
    return EngineSettings(
        database=store.engine_database if alone else configuration.engine.database_url,
        lock=store.run / f"worker-{executor}.lock",
        executor=executor,
        analyses=configuration.engine.worker_count,
    )


def work(configuration: Configuration, store: Store, *, wait: Callable[[float], bool]) -> None:
    """Work until ``wait(seconds)`` returns true.

    Raises:
        ModelError: the landmark model is missing or another one.
        AlreadyRunning, StorageError: see ``Engine.start``.
    """
    model.verify(model.default_path())
    sweep_scratch(store.scratch)
    courier = Courier(store, configuration)
    engine = Engine(engine_settings(configuration, store))
    workflows = Workflows(
        engine,
        store,
        analyser=Analyser(store, configuration),
        reporter=Reporter(
            store,
            configuration.reports.value(configuration.analysis),
            quiet_period=timedelta(seconds=configuration.exam.quiet_period_s),
            destinations=[destination.name for destination in configuration.delivers_to],
        ),
        courier=courier,
        attempts=configuration.limits.attempts,
    )
    engine.start()
    try:
        with beating(store.run, "work"):
            _look_after(workflows, configuration, store, wait)
    finally:
        engine.stop()


def _look_after(
    workflows: Workflows,
    configuration: Configuration,
    store: Store,
    wait: Callable[[float], bool],
) -> None:
    reconciled = -_RECONCILE_EVERY_S
    while True:
        try:
            if time.monotonic() - reconciled >= _RECONCILE_EVERY_S or asked_to_reconcile(store):
                reconciled = time.monotonic()
                workflows.reconcile()
                apply_retention(store, configuration.storage, now())
            workflows.submit_arrivals()
        except OSError as error:  # a full disk mends itself or is mended; the next pass sees everything again
            logger.warning("the storage root cannot be read or written", extra={"why": error.strerror})
        if wait(_LOOK_EVERY_S):
            return


def ask_to_reconcile(store: Store) -> None:
    """Have the worker look at everything soon."""
    (store.run / "reconcile").touch()


def asked_to_reconcile(store: Store) -> bool:
    """Whether somebody asked since the last time."""
    try:
        os.unlink(store.run / "reconcile")  # noqa: PTH108 - its success is the answer
    except FileNotFoundError:
        return False
    return True
