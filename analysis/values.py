"""What every part of a result is made of. Sides are always the subject's."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Status(StrEnum):
    """How far a part of the result can be trusted."""

    GOOD = "good"
    LIMITED = "limited"
    NOT_ASSESSABLE = "not_assessable"


class Side(StrEnum):
    """The subject's side, never the viewer's."""

    RIGHT = "right"
    LEFT = "left"


class Value(BaseModel):
    """Frozen, without unknown fields, without numbers that are none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null")


class Bilateral(Value):
    """One number for each side of the subject."""

    right: float
    left: float


class Interval(Value):
    """A 95 % interval."""

    low: float
    high: float


class BilateralIntervals(Value):
    """One interval for each side of the subject."""

    right: Interval
    left: Interval
