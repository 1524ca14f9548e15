"""Everything that can go wrong while documents are made.

::

    ReportError
    ├── MixedStudies       the recordings belong to more than one study
    ├── MixedPatients      the recordings of one study name different patients
    └── NoDicomSource      no recording came from a DICOM object, so there is no study to put a document into
"""

from __future__ import annotations


class ReportError(Exception):
    """Base: ``str(error)`` says what happened and what to do. None of these can be helped by trying again."""

    retryable = False


class MixedStudies(ReportError):
    """The recordings belong to more than one study."""

    def __init__(self, studies: int) -> None:
        super().__init__(
            f"the recordings of one report come from {studies} studies: make one report for each study, "
            "or a result would land in the wrong study"
        )


class MixedPatients(ReportError):
    """The recordings of one study name different patients."""

    def __init__(self, attribute: str) -> None:
        super().__init__(
            f"the objects of this study name different patients (their {attribute} differs): a report would put one "
            "patient's face under another's name"
        )


class NoDicomSource(ReportError):
    """No recording came from a DICOM object."""

    def __init__(self) -> None:
        super().__init__(
            "none of the recordings came from a DICOM object, so there is no patient and study for a DICOM document: "
            "write the plain PDF instead"
        )
