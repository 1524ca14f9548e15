"""``vultus analyze``: files in, results and documents out, without a service."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.results import AnalysisResult
from dicom_io.errors import UnreadableInput
from dicom_io.identity import SourceInstance, read_source
from reports.exam import AssessedInstance, ExamReport
from service.analyse_job import RESULT, SIGNALS
from service.analysing import analyse_file, cores, limits_of, settings_for, task_of
from service.configuration import Configuration
from service.documents import documents_of, exam_report
from service.errors import ChildRefused
from service.files import write_durably

TOGETHER: Final = "exam"
"""Where the documents of several recordings lie that are one examination."""
PALSY: Final = "palsy.json"


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What came of one input, or of several together."""

    output: Path
    report: ExamReport


def output_directories(inputs: list[Path], out: Path, *, together: bool = False) -> list[Path]:
    """``out/<stem>`` for each input; the second of two with the same stem is ``<stem>-2``, ``exam`` is kept free."""
    taken: dict[str, int] = {TOGETHER: 1} if together else {}
    directories = []
    for path in inputs:
        taken[path.stem] = taken.get(path.stem, 0) + 1
        directories.append(out / (path.stem if taken[path.stem] == 1 else f"{path.stem}-{taken[path.stem]}"))
    return directories


def source_of(path: Path) -> SourceInstance | None:
    """Who a DICOM object belongs to; none for a loose video or picture. Raises ``UnreadableInput``."""
    with path.open("rb") as file:
        file.seek(128)
        if file.read(4) != b"DICM":
            return None
    return read_source(path)


def analyse_path(path: Path, output: Path, configuration: Configuration, *, mirrored: bool) -> Analysed:
    """Analyse one file and write ``result.json``, ``signals.csv`` and the documents.

    Raises:
        UnreadableInput: it cannot be read.
        ChildError: the analysis broke off.
    """
    output.mkdir(parents=True, exist_ok=True)
    source = source_of(path)
    settings = settings_for(source, configuration)
    if mirrored:
        settings = settings.model_copy(update={"mirrored": True})
    with tempfile.TemporaryDirectory(prefix="vultus-") as scratch:
        try:
            analyse_file(
                path,
                output,
                scratch=Path(scratch),
                settings=settings,
                limits=limits_of(configuration),
                threads=cores(),
                task=task_of(source, configuration),
            )
        except ChildRefused as error:
            raise UnreadableInput(str(error)) from error
    result = AnalysisResult.model_validate_json((output / RESULT).read_bytes())
    recording = AssessedInstance(label=path.name, source=source, result=result, signals=pd.read_csv(output / SIGNALS))
    return _reported((recording,), output, configuration)


def analyse_together(
    analysed: Sequence[Analysed], output: Path, configuration: Configuration, *, unreadable: int
) -> Analysed:
    """Write the documents of the one examination that the recordings show, and the palsy of all of them, ``palsy.json``.

    Raises:
        ReportError: they are not of one patient and study.
    """
    output.mkdir(parents=True, exist_ok=True)
    recordings = tuple(recording for each in analysed for recording in each.report.instances)
    together = _reported(recordings, output, configuration, unreadable=unreadable)
    if together.report.graded is not None:
        write_durably(output / PALSY, together.report.graded.model_dump_json(indent=2).encode())
    return together


def _reported(
    recordings: Sequence[AssessedInstance], output: Path, configuration: Configuration, *, unreadable: int = 0
) -> Analysed:
    settings = configuration.reports.value(configuration.analysis)
    report = exam_report(recordings, settings, unreadable=unreadable)
    for name, content in documents_of(report).items():
        write_durably(output / name, content)
    return Analysed(output=output, report=report)
