"""The work and the quarantine, as a person sees it and can act on it. Reads files alone, so it works while nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service.errors import NoSuchJob, NotQuarantined, StorageError
from service.exams import Delivery, DeliveryStatus, ReportFailure
from service.instances import InstanceState, InstanceStatus, now
from service.store import Store
from service.work import ask_to_reconcile


@dataclass(frozen=True, kw_only=True)
class Job:
    """One object to analyse, or one version of an exam to deliver."""

    name: str
    exam: str
    kind: str
    status: str
    updated: datetime
    reason: str | None
    remedy: str | None

    @property
    def quarantined(self) -> bool:
        """Whether it waits for a person."""
        return self.status == InstanceStatus.QUARANTINED


def _of_instance(state: InstanceState) -> Job:
    return _job("analysis", state.job, state, state.status)


def _of_delivery(delivery: Delivery) -> Job:
    return _job("delivery", delivery.job, delivery, delivery.status)


def _of_failure(failure: ReportFailure) -> Job:
    return _job("report", failure.job, failure, InstanceStatus.QUARANTINED)


def _job(kind: str, name: str, record: InstanceState | Delivery | ReportFailure, status: str) -> Job:
    return Job(
        name=name,
        exam=record.exam,
        kind=kind,
        status=str(status),
        updated=record.updated,
        reason=record.reason,
        remedy=record.remedy,
    )


def all_jobs(store: Store) -> Iterator[Job]:
    """Every object, every delivery that was begun, and every report that could not be written."""
    for state in store.inbox.states():
        yield _of_instance(state)
    for version in store.exams.all_versions():
        for delivery in store.exams.deliveries(version.exam, version.version):
            yield _of_delivery(delivery)
    for failure in store.exams.failures():
        yield _of_failure(failure)


def find(store: Store, name: str) -> Job:
    """A job by its name, or by the beginning of it. Raises ``NoSuchJob``; ``StorageError`` if several begin so."""
    if not name:
        raise NoSuchJob("give the name of a job: `vultus jobs list` shows all of them")
    matches = [job for job in all_jobs(store) if job.name.startswith(name)]
    exact = [job for job in matches if job.name == name]
    if exact:
        return exact[0]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise StorageError(f"{len(matches)} jobs begin with {name!r}: give more of the name")
    return _of_delivery(store.exams.find_delivery(name)) if ":" in name else _of_instance(store.inbox.state(name))


def retry(store: Store, job: Job) -> None:
    """Try a quarantined job again. Raises ``NotQuarantined``; ``StorageError`` if its video is gone."""
    if not job.quarantined:
        raise NotQuarantined(f"job {job.name} is {job.status}, not quarantined: there is nothing to retry")
    if job.kind == "analysis":
        first = store.inbox.state(job.name).conflicts_with
        if first is not None:  # two contents of one UID cannot both be right
            store.inbox.update(first, status=InstanceStatus.DISCARDED, reason=f"replaced by {job.name}", remedy=None)
            store.inbox.update(job.name, conflicts_with=None)
        store.inbox.again(job.name)
    elif job.kind == "report":
        store.exams.forget_failure(job.exam)
    else:
        delivery = store.exams.find_delivery(job.name)
        store.exams.note(delivery, status=DeliveryStatus.PENDING, since=now(), reason=None, remedy=None)
    ask_to_reconcile(store)


def discard(store: Store, job: Job) -> None:
    """Give a quarantined job up, and of a report all its objects; files stay until the retention time is over."""
    keeps_report_back = job.kind == "analysis" and store.exams.failure(job.exam) is not None
    if not (job.quarantined or keeps_report_back):
        raise NotQuarantined(f"job {job.name} is {job.status}, not quarantined: it cannot be discarded")
    if job.kind == "analysis":
        store.inbox.update(job.name, status=InstanceStatus.DISCARDED)
        store.exams.forget_failure(job.exam)
    elif job.kind == "report":
        for contents in store.exams.discard_failure(job.exam):
            store.inbox.update(contents.partition(":")[0], status=InstanceStatus.DISCARDED)
    else:
        store.exams.note(store.exams.find_delivery(job.name), status=DeliveryStatus.DISCARDED)
    ask_to_reconcile(store)
