"""Prometheus metrics, read from the files at the moment they are asked for, so that every role's work is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service import heartbeat
from service.exams import DeliveryStatus
from service.instances import InstanceStatus, now
from service.store import Store


class StoreCollector(Collector):
    """What lies in a storage root. Labels hold states and destination names, never an object's name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """The metrics of this moment."""
        states = list(self._store.inbox.states())
        objects = GaugeMetricFamily("vultus_objects", "Objects in the inbox by status", labels=["status"])
        counted = Counter(state.status for state in states)
        for status in InstanceStatus:
            objects.add_metric([str(status)], counted[status])
        yield objects
        waiting = [state.received for state in states if state.status is InstanceStatus.RECEIVED]
        yield GaugeMetricFamily(
            "vultus_oldest_waiting_seconds",
            "Age of the oldest object that waits for its analysis",
            value=(now() - min(waiting)).total_seconds() if waiting else 0,
        )
        yield from self._deliveries()
        yield GaugeMetricFamily("vultus_storage_free_bytes", "Free space of the storage root", self._store.free_bytes())
        alive = GaugeMetricFamily("vultus_role_up", "Whether a role gives signs of life", labels=["role"])
        for role in heartbeat.ROLES:
            age = heartbeat.age_s(self._store.run, role)
            alive.add_metric([role], float(age is not None and age <= heartbeat.STALE_S))
        yield alive

    def _deliveries(self) -> Iterator[Metric]:
        versions = list(self._store.exams.all_versions())
        yield GaugeMetricFamily("vultus_reports", "Versions of reports that were written", value=len(versions))
        counted = Counter(
            (delivery.destination, delivery.status)
            for version in versions
            for delivery in self._store.exams.deliveries(version.exam, version.version)
        )
        family = GaugeMetricFamily(
            "vultus_deliveries", "Deliveries by destination and status", labels=["destination", "status"]
        )
        for destination in sorted({name for name, _ in counted}):
            for status in DeliveryStatus:
                family.add_metric([destination, str(status)], counted[destination, status])
        yield family
