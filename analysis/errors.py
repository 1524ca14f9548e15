"""Everything that can go wrong between a frame and a number.

::

    AnalysisError
    ├── ModelError               the landmark model cannot be used; nothing can be analysed until it is mended
    │   ├── ModelMissing         no bundle at the configured place
    │   ├── ModelMismatch        the bundle is not the one this version was measured with
    │   └── ModelFetchFailed     no source offered the bundle
    ├── UnusablePicture          what was handed to the networks is no 8-bit RGB picture of a size they take
    ├── PhantomError             a phantom cannot be made from this picture or preset
    ├── EvaluationError          tables or ratings cannot be evaluated as they are
    └── CohortError              a cohort, its model, or a table to compare it with cannot be used as it is

That a face cannot be measured is no error: it is a result with ``status = "not_assessable"`` and a reason.
"""

from __future__ import annotations


class AnalysisError(Exception):
    """Base: ``str(error)`` says what happened, to what, and what to do."""


class ModelError(AnalysisError):
    """The landmark model cannot be used."""


class ModelMissing(ModelError):
    """No bundle at the configured place."""


class ModelMismatch(ModelError):
    """The bundle is not the one this version was measured with."""


class ModelFetchFailed(ModelError):
    """No source offered the bundle."""


class UnusablePicture(AnalysisError):
    """What was handed to the networks is no 8-bit RGB picture, or is larger than they can be fed from."""


class PhantomError(AnalysisError):
    """A phantom cannot be made from this picture or preset."""


class EvaluationError(AnalysisError):
    """Tables or ratings cannot be evaluated as they are."""


class CohortError(AnalysisError):
    """A cohort, its model, or a table to compare it with cannot be used as it is."""
