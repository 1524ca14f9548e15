"""What a report is made from: the assessed recordings of one study, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pandas as pd

from analysis.palsy.results import Palsy
from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.spasm.results import Blinks, Spasm
from dicom_io.identity import SourceInstance
from reports.errors import MixedPatients, MixedStudies, NoDicomSource, ReportError

_PATIENT = ("PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex")


@dataclass(frozen=True, kw_only=True, eq=False)
class AssessedInstance:
    """One recording with its result.

    ``signals`` holds one row per decoded frame with the columns of ``signals.csv`` (docs/measurements.md): lengths in
    millimetres, NaN where a value was not measured, ``face`` and ``used`` boolean. Sides are the subject's.
    """

    label: str
    source: SourceInstance | None
    result: AnalysisResult
    signals: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Predecessor:
    """A document that a new version replaces."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """What a site decides about its documents."""

    institution: str = ""
    page_size: Literal["A4", "Letter"] = "A4"
    analysis: AnalysisSettings = field(default_factory=AnalysisSettings)
    """The thresholds that the explanations name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ExamReport:
    """All recordings of one study that are reported together.

    ``predecessors`` are the documents of the version before this one. ``unreadable`` counts the objects of the study
    that could not be analysed at all, so that a reader sees that something is missing. ``palsy`` is combined over all
    recordings; where it is none, that of a single recording stands for the exam. So are ``spasm`` and ``blinks``.

    Raises:
        MixedStudies: the DICOM sources name more than one Study Instance UID.
        MixedPatients: they name more than one patient.
        ReportError: no recording, or a version below 1.
    """

    instances: tuple[AssessedInstance, ...]
    version: int = 1
    predecessors: tuple[Predecessor, ...] = ()
    unreadable: int = 0
    settings: ReportSettings = field(default_factory=ReportSettings)
    palsy: Palsy | None = None
    spasm: Spasm | None = None
    blinks: Blinks | None = None

    def __post_init__(self) -> None:
        if not self.instances:
            raise ReportError("a report needs at least one assessed recording: this one has none")
        if self.version < 1:
            raise ReportError(f"a report's version counts from 1: this one is {self.version}")
        studies = {source.study_instance_uid for source in self.sources}
        if len(studies) > 1:
            raise MixedStudies(len(studies))
        identified = all(source.header.get("PatientID") for source in self.sources)
        # one patient's name is written in many ways; it tells patients apart only where there is no number
        for attribute in _PATIENT if identified else (*_PATIENT, "PatientName"):
            # an empty value says nothing; two different ones cannot be the same person
            values = {str(source.header.get(attribute) or "").strip() for source in self.sources} - {""}
            if len(values) > 1:
                raise MixedPatients(attribute)

    @property
    def sources(self) -> tuple[SourceInstance, ...]:
        """The DICOM objects among the recordings, in their order."""
        return tuple(each.source for each in self.instances if each.source is not None)

    @property
    def study(self) -> SourceInstance:
        """The object whose header says who the patient is and which study this is.

        Raises:
            NoDicomSource: every recording is a loose file.
        """
        if not self.sources:
            raise NoDicomSource
        return self.sources[0]

    @property
    def graded(self) -> Palsy | None:
        """The facial palsy of the exam: that of all recordings together, or else that of the only one."""
        if self.palsy is None and len(self.instances) == 1:
            return self.instances[0].result.palsy
        return self.palsy

    @property
    def spasms(self) -> Spasm | None:
        """The hemifacial spasm of the exam: that of all recordings together, or else that of the only one."""
        if self.spasm is None and len(self.instances) == 1:
            return self.instances[0].result.spasm
        return self.spasm

    @property
    def blinking(self) -> Blinks | None:
        """The blinks of the exam, likewise."""
        if self.blinks is None and len(self.instances) == 1:
            return self.instances[0].result.blinks
        return self.blinks

    @property
    def created(self) -> datetime:
        """When the newest result was made: the content date of every document, so that a rebuild is identical."""
        return max((each.result.provenance.created for each in self.instances), key=lambda at: at.timestamp())

    @property
    def newest(self) -> AssessedInstance:
        """The recording with the newest result: its software speaks for the report."""
        return max(self.instances, key=lambda each: each.result.provenance.created.timestamp())
