"""``vultus analyze``: files in, results and documents out, without a service."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.results import AnalysisResult
from dicom_io.errors import UnreadableInput
from dicom_io.identity import SourceInstance, read_source
from reports.exam import AssessedInstance, ExamReport
from service.analyse_job import RESULT, SIGNALS
from service.analysing import analyse_file, cores, limits_of, settings_for, task_of
from service.configuration import Configuration
from service.errors import ChildRefused
from service.files import write_durably
from service.reporting import documents_of


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What came of one input."""

    output: Path
    recording: AssessedInstance


def output_directories(inputs: list[Path], out: Path) -> list[Path]:
    """``out/<stem>`` for each input; the second of two with the same stem is ``<stem>-2``."""
    taken: dict[str, int] = {}
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
    report = ExamReport(instances=(recording,), settings=configuration.reports.value(configuration.analysis))
    for name, content in documents_of(report).items():
        write_durably(output / name, content)
    return Analysed(output=output, recording=recording)
