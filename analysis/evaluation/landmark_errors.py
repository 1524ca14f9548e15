"""What can be wrong with a study of landmark errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.errors import EvaluationError

_SHOWN: Final = 12


class LandmarkStudyError(EvaluationError):
    """A table or a folder of a landmark study cannot be used: which, where in it, and what to do."""

    @classmethod
    def of(cls, where: str, problems: Sequence[str]) -> LandmarkStudyError:
        """One error for all that is wrong with one table, the first dozen named and the others counted."""
        more = len(problems) - _SHOWN
        named = [*problems[:_SHOWN], *([f"and {more} more of the same kind"] if more > 0 else [])]
        return cls(f"{where} cannot be used: " + "; ".join(named))
