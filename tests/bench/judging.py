"""A system's reading of a spliced clip: how the left side relates to the right, in the true head frame and in a plain one."""

from __future__ import annotations

from typing import Final, Literal

from tests.bench.fidelity import Relation, relation
from tests.bench.head_signals import Signals, in_plain_frame, main_axis, signals
from tests.bench.reading import Reading
from tests.bench.spliced import Spliced

HeadFrame = Literal["true", "plain"]
HEAD_FRAMES: Final[tuple[HeadFrame, ...]] = ("true", "plain")


def judge_spliced(reading: Reading, clip: Spliced, head_frame: HeadFrame) -> dict[str, Relation]:
    """Of the left side to the right, by region; to hold against the clip's ``true_ratio`` and ``true_lag_s``."""
    head = reading.moved(clip.to_head) if head_frame == "true" else in_plain_frame(reading)
    return judge_signals(signals(head, mouth_axis=main_axis(head.right.commissure)))


def judge_signals(read: Signals) -> dict[str, Relation]:
    """The same of signals that a system made itself."""
    return {region: relation(sides, read.time_s) for region, sides in read.regions().items()}
