"""A system's reading of a clip, held against what is known of the clip, in the true head frame and in a plain one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np

from tests.bench.fidelity import (
    OneSided,
    Relation,
    Response,
    jitter,
    one_sided,
    pearson,
    relation,
    response,
    weak_to_strong,
)
from tests.bench.head_signals import SMILE, Signals, in_plain_frame, main_axis, signals
from tests.bench.reading import Picture, Points, Reading
from tests.bench.spliced import Spliced

HeadFrame = Literal["true", "plain"]
HEAD_FRAMES: Final[tuple[HeadFrame, ...]] = ("true", "plain")
_STILL: Final = 1e-6


class KnownClip(Protocol):
    """A clip whose every point is known: a phantom."""

    @property
    def truth(self) -> Reading:
        """Where the structures truly are in each picture, px."""

    def frames(self) -> Iterator[tuple[Picture, float]]:
        """The pictures and their times, s; the same every time."""

    def to_head(self, points: Points) -> Points:
        """Undo the head's true motion for points (n, k, 2) px, one row per picture; px of the reference face."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """A clip as read and as true, in one head frame; both as shares of the true inter-ocular distance."""

    read: Signals
    true: Signals


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Of one region of the face.

    ``ratio`` is weaker over stronger side; ``r`` the correlation of the sides, as read; ``jitter_iod`` the mean of both sides
    from picture to picture, a share of the inter-ocular distance, which tells something at rest only.
    """

    region: str
    one: OneSided | None
    ratio: float
    true_ratio: float
    r: float
    jitter_iod: float


def compare(reading: Reading, clip: KnownClip, head_frame: HeadFrame) -> Compared:
    """Both in the same units and along the same axes: those of the truth."""
    true_head = clip.truth.moved(clip.to_head)
    axis = _true_axis(true_head)
    head = reading.moved(clip.to_head) if head_frame == "true" else in_plain_frame(reading)
    iod_px = true_head.iod_px
    if head_frame == "plain":
        iod_px = clip.truth.iod_px
    return Compared(
        read=signals(head, mouth_axis=axis, iod_px=iod_px),
        true=signals(true_head, mouth_axis=axis, iod_px=true_head.iod_px),
    )


def judge(compared: Compared) -> tuple[Judgement, ...]:
    """Every region; one that does not move in truth has no gain."""
    judgements = []
    true_regions = compared.true.regions()
    for region, read in compared.read.regions().items():
        true = true_regions[region]
        moves = max(float(np.ptp(true.right)), float(np.ptp(true.left))) > _STILL
        judgements.append(
            Judgement(
                region=region,
                one=one_sided(read, true) if moves else None,
                ratio=weak_to_strong(read, true) if moves else float("nan"),
                true_ratio=weak_to_strong(true, true) if moves else float("nan"),
                r=pearson(read.right, read.left),
                jitter_iod=(jitter(read.right) + jitter(read.left)) / 2,
            )
        )
    return tuple(judgements)


def mouth_response(compared: Compared, frequency_hz: float, span_s: tuple[float, float]) -> Response:
    """Of the truly moving mouth corner within the span, s, of a twitch of that frequency."""
    side = one_sided(compared.read.mouth, compared.true.mouth).moving
    time_s = compared.read.time_s
    moving = (time_s >= span_s[0]) & (time_s < span_s[1])
    read, true = compared.read.mouth.of(side), compared.true.mouth.of(side)
    return response(read[moving], true[moving], time_s[moving], frequency_hz)


def judge_spliced(reading: Reading, clip: Spliced, head_frame: HeadFrame) -> dict[str, Relation]:
    """Of the left side to the right, by region; to hold against the clip's ``true_ratio`` and ``true_lag_s``."""
    head = reading.moved(clip.to_head) if head_frame == "true" else in_plain_frame(reading)
    read = signals(head, mouth_axis=main_axis(head.right.commissure))
    return {region: relation(sides, read.time_s) for region, sides in read.regions().items()}


def _true_axis(head: Reading) -> tuple[float, float]:
    """Of the corner that truly moves more, as that of the right one."""
    right, left = head.right.commissure, head.left.commissure
    if max(float(np.ptp(right, axis=0).max()), float(np.ptp(left, axis=0).max())) < _STILL * head.iod_px:
        return SMILE
    if np.ptp(right, axis=0).max() >= np.ptp(left, axis=0).max():
        return main_axis(right)
    x, y = main_axis(left)
    return -x, y
