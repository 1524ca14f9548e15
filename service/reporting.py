"""An exam to its documents: all analysed objects of a study, once none of them is still waiting."""

from __future__ import annotations

import fcntl
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydicom import dcmread

from reports.errors import ReportError
from reports.exam import AssessedInstance, ReportSettings
from service.documents import documents_of, exam_report
from service.exams import PDF_OBJECT, SR, Document, Version
from service.instances import InstanceState, InstanceStatus
from service.redaction import places
from service.store import Store

logger = logging.getLogger("vultus.reporting")


@dataclass(frozen=True, kw_only=True)
class Due:
    """What the next version of a report is to be made of."""

    analysed: Sequence[InstanceState]
    contents: tuple[str, ...]
    unreadable: int
    latest: Version | None


class Reporter:
    """Makes the next version of an exam's report when there is something new to say."""

    def __init__(
        self, store: Store, settings: ReportSettings, *, quiet_period: timedelta, destinations: Sequence[str]
    ) -> None:
        self._store = store
        self._settings = settings
        self._quiet_period = quiet_period
        self._destinations = tuple(destinations)

    def seconds_until_quiet(self, exam: str) -> float:
        """How long no object of the exam may arrive until it counts as complete."""
        due = max(state.received for state in self._states(exam)) + self._quiet_period
        return max((due - datetime.now(UTC)).total_seconds(), 0.0)

    def due(self, exam: str, states: Sequence[InstanceState]) -> Due | None:
        """The next version of an exam's report; none if an object still waits for its analysis or nothing has changed."""
        analysed = [state for state in states if state.status is InstanceStatus.ANALYSED]
        if not analysed or any(state.status is InstanceStatus.RECEIVED for state in states):
            return None
        unreadable = sum(
            state.status is InstanceStatus.QUARANTINED and state.conflicts_with is None for state in states
        )
        contents = tuple(f"{state.job}:{state.attempt}" for state in analysed)
        latest = self._store.exams.latest(exam)
        if latest is not None and (latest.contents, latest.unreadable) == (contents, unreadable):
            return None
        failure = self._store.exams.failure(exam)
        if failure is not None and failure.contents == contents:
            return None
        return Due(analysed=analysed, contents=contents, unreadable=unreadable, latest=latest)

    def report(self, exam: str) -> int | None:
        """Write the next version, if one is due, and return its number.

        One that cannot be written is laid aside with the reason: a header that nobody foresaw must not be met again every
        two minutes, nor keep other exams waiting.
        """
        with self._alone(exam):
            due = self.due(exam, self._states(exam))
            if due is None:
                return None
            try:
                return self._write(exam, due)
            except OSError:
                raise
            except ReportError as error:
                self._store.exams.note_failure(
                    exam,
                    due.contents,
                    reason=str(error),
                    remedy="discard the objects that do not belong (`vultus jobs discard`), or correct them in the PACS",
                )
                return None
            except Exception as error:  # noqa: BLE001 - laid aside with its place
                # not its sentence, which may quote the header
                logger.error("report not written", extra={"exam": exam, "why": places(error)})  # noqa: TRY400
                self._store.exams.note_failure(
                    exam,
                    due.contents,
                    reason=f"the report could not be written ({type(error).__name__}); the log says where",
                    remedy="keep the objects, report the error to the makers, and retry after an update",
                )
                return None

    def _write(self, exam: str, due: Due) -> int:
        number = due.latest.version + 1 if due.latest else 1
        report = exam_report(
            self._assessed(due.analysed),
            self._settings,
            version=number,
            predecessors=tuple(document.as_predecessor() for document in due.latest.documents) if due.latest else (),
            unreadable=due.unreadable,
        )
        files = documents_of(report)
        version = Version(
            exam=exam,
            version=number,
            contents=due.contents,
            unreadable=due.unreadable,
            documents=tuple(_document(name, files[name]) for name in (SR, PDF_OBJECT)),
            created=datetime.now(UTC),
        )
        self._store.exams.add(version, files, self._destinations)
        self._store.exams.forget_failure(exam)
        return number

    def _states(self, exam: str) -> list[InstanceState]:
        return [state for state in self._store.inbox.states() if state.exam == exam]

    def _assessed(self, states: Sequence[InstanceState]) -> tuple[AssessedInstance, ...]:
        """The recordings in the order in which they were made, as far as their headers say."""
        inbox = self._store.inbox
        found = [(inbox.source(state.job), inbox.analysis(state.job)) for state in states]
        found.sort(
            key=lambda pair: (
                str(pair[0].header.get("ContentDate", "")),
                str(pair[0].header.get("ContentTime", "")),
                _number(pair[0].header.get("SeriesNumber")),
                _number(pair[0].header.get("InstanceNumber")),
                pair[0].sop_instance_uid,
            )
        )
        return tuple(
            AssessedInstance(label=f"Clip {number}", source=source, result=analysis.result, signals=analysis.signals)
            for number, (source, analysis) in enumerate(found, start=1)
        )

    @contextmanager
    def _alone(self, exam: str) -> Iterator[None]:
        """Two reports of one exam at once would both become the same version."""
        path = self._store.exams.lock_file(exam)
        with path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _number(value: object) -> int:
    """An Integer String as a number; what is none sorts first."""
    text = str(value or "").strip()
    return int(text) if text.removeprefix("-").isdecimal() else -1


def _document(name: str, content: bytes) -> Document:
    header = dcmread(io.BytesIO(content), stop_before_pixels=True)
    return Document(
        file=name,
        sop_class_uid=str(header.SOPClassUID),
        sop_instance_uid=str(header.SOPInstanceUID),
        series_instance_uid=str(header.SeriesInstanceUID),
        study_instance_uid=str(header.StudyInstanceUID),
    )
