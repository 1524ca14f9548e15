"""Where an exam stands on its way through the service, from the files alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from service.acceptance import Row
from service.configuration import Configuration, DicomDestination, FolderDestination
from service.errors import NoSuchJob, StorageError
from service.exams import Delivery, DeliveryStatus
from service.health import readiness
from service.instances import InstanceStatus
from service.store import Store

_LOOK_EVERY_S: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """``stage`` is a sentence for a person, ``job`` what ``vultus jobs show`` takes; ``ended``: nothing more will happen."""

    stage: str
    job: str
    analysed: bool = False
    ended: bool = False
    reported: bool = False
    deliveries: tuple[Delivery, ...] = ()


def whereabouts(store: Store, job: str) -> Whereabouts:
    """Where an object that was sent and its exam stand.

    Raises:
        StorageError: the object does not lie in this storage root.
    """
    try:
        state = store.inbox.state(job)
    except NoSuchJob as error:
        raise StorageError(
            f"the service took the phantom, but not into the storage root {store.root}: it runs with another configuration; "
            "name that one with --config"
        ) from error
    if state.status is InstanceStatus.RECEIVED:
        return Whereabouts(stage="received, waits for its analysis", job=job)
    if state.status is not InstanceStatus.ANALYSED:
        return Whereabouts(stage=f"{state.status}: {state.reason or 'no reason is noted'}", job=job, ended=True)
    if failure := store.exams.failure(state.exam):
        return Whereabouts(stage=f"no report: {failure.reason}", job=failure.job, analysed=True, ended=True)
    version = store.exams.latest(state.exam)
    if version is None:
        return Whereabouts(stage="analysed, waits for its report", job=job, analysed=True)
    deliveries = tuple(store.exams.deliveries(state.exam, version.version))
    pending = [delivery for delivery in deliveries if delivery.status is DeliveryStatus.PENDING]
    if not pending:
        done = all(delivery.status is DeliveryStatus.DELIVERED for delivery in deliveries)
        stage = "delivered" if done else "reported, and not delivered everywhere"
        return Whereabouts(stage=stage, job=job, analysed=True, ended=True, reported=True, deliveries=deliveries)
    names = ", ".join(delivery.destination for delivery in pending)
    return Whereabouts(
        stage=f"reported, waits for its delivery to {names}",
        job=pending[0].job,
        analysed=True,
        reported=True,
        deliveries=deliveries,
    )


def watch(store: Store, job: str, *, seconds: float, tell: Callable[[str, float], None]) -> Whereabouts:
    """Look until nothing more will happen or the time is over; ``tell(stage, seconds passed)`` is called at each look."""
    started = time.monotonic()
    while True:
        now = whereabouts(store, job)
        passed = time.monotonic() - started
        tell(now.stage, passed)
        if now.ended or passed >= seconds:
            return now
        time.sleep(min(_LOOK_EVERY_S, max(seconds - passed, 0)))


def delivery_rows(configuration: Configuration, deliveries: tuple[Delivery, ...]) -> tuple[Row, ...]:
    """A verdict on each destination, on those too that the service does not know of."""
    known = {delivery.destination: delivery for delivery in deliveries}
    configured = {destination.name: destination for destination in configuration.delivers_to}
    return tuple(_delivery_row(name, configured.get(name), known.get(name)) for name in {**configured, **known})


def _delivery_row(
    name: str, destination: DicomDestination | FolderDestination | None, delivery: Delivery | None
) -> Row:
    done = "stored"
    if isinstance(destination, FolderDestination):
        done = "written"
    elif destination is not None and destination.storage_commitment:
        done = "committed"
    if delivery is None:
        measured = "not begun"
    elif delivery.status is DeliveryStatus.DELIVERED:
        measured = done
    elif delivery.status is DeliveryStatus.PENDING:
        measured = "not yet"
    else:
        measured = str(delivery.status)
    note = f"{delivery.reason} (`vultus jobs show {delivery.job}`)" if delivery and delivery.reason else None
    if delivery is None:
        note = "the service does not deliver there: it was started with another configuration"
    return Row(
        quantity=f"report in {name}",
        true=done,
        measured=measured,
        tolerance="none",
        passed=measured == done,
        note=note,
    )


def faults(configuration: Configuration, store: Store) -> tuple[str, ...]:
    """What keeps the service from its work just now."""
    return tuple(check.problem for check in readiness(configuration, store) if check.problem)
