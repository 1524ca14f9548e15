"""What is deleted when: videos after their hours, results after their days, and nothing that was not delivered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.configuration import StorageSection
from service.exams import DeliveryStatus, Version
from service.instances import InstanceState, InstanceStatus
from service.store import Store

logger = logging.getLogger("vultus.retention")
_FINISHED = (DeliveryStatus.DELIVERED, DeliveryStatus.DISCARDED)


def apply_retention(store: Store, section: StorageSection, at: datetime) -> None:
    """Delete what has had its time. Quarantined objects stay until a person decides."""
    video_limit = at - timedelta(hours=section.keep_video_hours)
    result_limit = at - timedelta(days=section.keep_results_days)
    exams: dict[str, list[InstanceState]] = {}
    for state in store.inbox.states():
        exams.setdefault(state.exam, []).append(state)
    for exam, states in exams.items():
        disposable = [s for s in states if s.status in (InstanceStatus.IGNORED, InstanceStatus.DISCARDED)]
        if _delivered(store, exam, states):
            disposable += [s for s in states if s.status is InstanceStatus.ANALYSED]
        for state in disposable:
            if state.updated < video_limit:
                _drop_video(store, state)
        if len(disposable) == len(states) and all(state.updated < result_limit for state in states):
            for state in states:
                store.inbox.remove(state.job)
            if store.exams.latest(exam):
                store.exams.remove(exam)
            logger.info("exam deleted after its retention time", extra={"exam": exam, "objects": len(states)})
    _finish_deletions(store, set(exams), result_limit)


def _finish_deletions(store: Store, exams: set[str], limit: datetime) -> None:
    """Delete the documents of exams whose objects were deleted just before a crash."""
    left: dict[str, list[Version]] = {}
    for version in store.exams.all_versions():
        if version.exam not in exams:
            left.setdefault(version.exam, []).append(version)
    for exam, versions in left.items():
        if all(version.created < limit for version in versions):
            store.exams.remove(exam)


def _drop_video(store: Store, state: InstanceState) -> None:
    freed = store.inbox.drop_video(state.job)
    if freed:
        logger.info("video deleted after its retention time", extra={"job": state.job, "bytes": freed})


def _delivered(store: Store, exam: str, states: Sequence[InstanceState]) -> bool:
    """Whether the newest version speaks of every analysed object and reached every destination it was meant for."""
    latest = store.exams.latest(exam)
    analysed = {f"{s.job}:{s.attempt}" for s in states if s.status is InstanceStatus.ANALYSED}
    if latest is None or set(latest.contents) != analysed:
        return False
    return all(delivery.status in _FINISHED for delivery in store.exams.deliveries(exam, latest.version))
