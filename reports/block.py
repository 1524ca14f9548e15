"""What every drawing in the document shares."""

from __future__ import annotations

from typing import ClassVar

from reportlab.platypus import Flowable


class Block(Flowable):  # type: ignore[misc]
    """A drawing of fixed height over the whole width of the text."""

    HEIGHT: ClassVar[float]

    def wrap(self, available_width: float, _: float) -> tuple[float, float]:
        """Points."""
        self.width = available_width
        return available_width, self.HEIGHT
