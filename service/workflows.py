"""The way of an exam, as durable workflows: analyse an object, report its exam when all is quiet, deliver each version."""

from __future__ import annotations

import logging
from typing import Final

from analysis.settings import PIPELINE_VERSION
from service.analysing import Analyser, Attempt
from service.delivering import Courier, Sent, pause_s
from service.engine import Engine, Outcome, Queue
from service.errors import StorageError
from service.exams import DeliveryStatus
from service.instances import InstanceState, InstanceStatus
from service.reporting import Reporter
from service.store import Store

ANALYSE: Final = "analyse"
REPORT: Final = "report"
DELIVER: Final = "deliver"
_PAUSE_AFTER_HOST_FAILURE_S: Final = 30.0
_HOST_FAILURES: Final = 20

logger = logging.getLogger("vultus.work")


class Workflows:
    """Everything that is done with an exam after it was received."""

    def __init__(
        self, engine: Engine, store: Store, *, analyser: Analyser, reporter: Reporter, courier: Courier, attempts: int
    ) -> None:
        self._engine = engine
        self._store = store
        self._analyser = analyser
        self._reporter = reporter
        self._courier = courier
        self._attempts = attempts
        engine.register(ANALYSE, self._analyse)
        engine.register(REPORT, self._report)
        engine.register(DELIVER, self._deliver)

    def submit_arrivals(self) -> None:
        """Start with what has just arrived."""
        for job in self._store.inbox.take_arrivals():
            try:
                self._submit(self._store.inbox.state(job))
            except StorageError as error:  # one damaged object must not stop the others
                logger.warning("arrival left out", extra={"job": job, "why": str(error)})

    def reconcile(self) -> None:
        """Submit whatever the files say is not finished. Harmless to repeat: what was submitted is not submitted again."""
        exams: dict[str, list[InstanceState]] = {}
        for state in self._store.inbox.states():
            exams.setdefault(state.exam, []).append(state)
            self._submit(state)
        for exam, states in exams.items():
            if self._reporter.due(exam, states):
                self._engine.debounce(Queue.REPORTS, REPORT, exam, self._reporter.seconds_until_quiet(exam), exam)
        for version in self._store.exams.all_versions():
            for destination, attempts in self._outstanding(version.exam, version.version):
                self._submit_delivery(version.exam, version.version, destination, attempts)

    def _submit(self, state: InstanceState) -> None:
        if state.status is not InstanceStatus.RECEIVED:
            return
        workflow = f"{ANALYSE}-{state.job}-{state.attempt}-p{PIPELINE_VERSION}"
        if self._engine.outcome(workflow) is Outcome.FAILED:
            self._store.inbox.quarantine(
                state.job,
                reason="its analysis broke off unexpectedly, or took the whole worker with it again and again; the log says how",
                remedy="retry it; if it happens again, keep the object and report it to the makers",
            )
            return
        self._engine.submit(Queue.ANALYSES, ANALYSE, workflow, state.job)

    def _outstanding(self, exam: str, version: int) -> list[tuple[str, int]]:
        """The destinations that a version has still to reach, each with how often that was tried."""
        deliveries = self._store.exams.deliveries(exam, version)
        return [(each.destination, each.attempts) for each in deliveries if each.status is DeliveryStatus.PENDING]

    def _submit_delivery(self, exam: str, version: int, destination: str, attempts: int, *, delay_s: float = 0) -> None:
        # one workflow an attempt: a destination that is down for days holds no thread
        while (
            self._engine.outcome(workflow := f"{DELIVER}-{exam}-v{version}-{destination}-{attempts}") is Outcome.FAILED
        ):
            # it broke off before it could note its attempt (a full disk); the next one has a name of its own
            attempts += 1
        self._engine.submit(
            Queue.DELIVERIES,
            DELIVER,
            workflow,
            exam,
            version,
            destination,
            delay_s=delay_s,
        )

    def _analyse(self, job: str) -> None:
        for input_failures in range(1, self._attempts + 1):
            outcome, reason = self._try(job)
            if outcome is Attempt.DONE:
                break
            if outcome is Attempt.SET_ASIDE:
                self._engine.step(self._set_aside, job, reason)
                break
            if outcome is Attempt.HOST_FAILED:
                self._engine.step(self._host_failed, job, reason)
                break
            if input_failures == self._attempts:
                self._engine.step(self._poison, job, reason, self._attempts)
        exam, quiet_in_s = self._engine.step(self._await_quiet, job)
        self._engine.debounce(Queue.REPORTS, REPORT, exam, quiet_in_s, exam)

    def _try(self, job: str) -> tuple[Attempt, str]:
        """One attempt; a host that is out of memory or processes is waited for."""
        for _ in range(_HOST_FAILURES):
            outcome, reason = self._engine.step(self._attempt, job)
            if outcome != Attempt.HOST_FAILED:  # a step's result is recorded as a plain string
                return Attempt(outcome), reason
            self._engine.pause(_PAUSE_AFTER_HOST_FAILURE_S)
        return Attempt.HOST_FAILED, reason

    def _attempt(self, job: str) -> tuple[str, str]:
        outcome, reason = self._analyser.attempt(job)
        logger.info("analysed", extra={"job": job, "outcome": str(outcome), "why": reason})
        return str(outcome), reason

    def _set_aside(self, job: str, reason: str) -> None:
        self._store.inbox.quarantine(
            job, reason=reason, remedy="send the object again from its source if it is damaged, or discard it"
        )

    def _host_failed(self, job: str, reason: str) -> None:
        self._store.inbox.quarantine(
            job, reason=reason, remedy="mend this machine (`vultus doctor` shows it), then retry"
        )

    def _poison(self, job: str, reason: str, attempts: int) -> None:
        self._store.inbox.quarantine(
            job,
            reason=f"{attempts} attempts failed, the last: {reason}",
            remedy="look at the video; raise [limits] if it is merely large, then retry, or discard it",
        )

    def _await_quiet(self, job: str) -> tuple[str, float]:
        exam = self._store.inbox.state(job).exam
        return exam, self._reporter.seconds_until_quiet(exam)

    def _report(self, exam: str) -> None:
        version, outstanding = self._engine.step(self._write_report, exam)
        for destination, attempts in outstanding:
            self._submit_delivery(exam, version, destination, attempts)

    def _write_report(self, exam: str) -> tuple[int, list[tuple[str, int]]]:
        version = self._reporter.report(exam)
        if version is not None:
            logger.info("reported", extra={"exam": exam, "version": version})
        return (version, self._outstanding(exam, version)) if version is not None else (0, [])

    def _deliver(self, exam: str, version: int, destination: str) -> None:
        sent, attempts = self._engine.step(self._send, exam, version, destination)
        if sent == Sent.AGAIN:
            self._submit_delivery(exam, version, destination, attempts, delay_s=pause_s(attempts))

    def _send(self, exam: str, version: int, destination: str) -> tuple[str, int]:
        sent = self._courier.attempt(exam, version, destination)
        delivery = self._store.exams.delivery(exam, version, destination)
        logger.info(
            "delivery",
            extra={
                "exam": exam,
                "version": version,
                "destination": destination,
                "outcome": str(sent),
                "why": delivery.reason,
            },
        )
        return str(sent), delivery.attempts
