"""The order and the names under which raters see pictures: drawn anew for every study, and known to its key alone."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_values import DrawnRecording

_SHUFFLES: Final = 50


def shuffled(
    drawn: Mapping[str, DrawnRecording], sources: Mapping[str, Path], repeats: float
) -> tuple[list[Shown], list[Path | None]]:
    """All pictures in an order and under names that nobody can foresee, and the files that they come from.

    Of the pictures shown twice the two are kept as far apart as chance allows.
    """
    random = secrets.SystemRandom()
    lost: list[Shown] = []
    once: list[tuple[Shown, Path]] = []
    for name, recording in drawn.items():
        for each in recording.pictures:
            row = Shown(
                picture=None,
                order=0,
                recording=name,
                frame=each.frame,
                algorithm=each.algorithm,
                region=each.region,
            )
            if each.file is None:
                lost.append(row)
            else:
                once.append((row, sources[name] / each.file))
    again = random.sample(range(len(once)), math.ceil(repeats * len(once)))
    order = max(
        (random.sample([*range(len(once)), *again], len(once) + len(again)) for _ in range(_SHUFFLES if again else 1)),
        key=_least_apart,
    )
    names = _names(len(order))
    rows: list[Shown] = []
    first: dict[int, str] = {}
    for place, (number, picture) in enumerate(zip(order, names, strict=True), start=1):
        rows.append(replace(once[number][0], picture=picture, order=place, repeat_of=first.get(number)))
        first.setdefault(number, picture)
    return [*rows, *lost], [*(once[number][1] for number in order), *(None for _ in lost)]


def _least_apart(order: Sequence[int]) -> int:
    at: dict[int, int] = {}
    apart = len(order)
    for place, number in enumerate(order):
        if number in at:
            apart = min(apart, place - at[number])
        at[number] = place
    return apart


def _names(count: int) -> list[str]:
    names: set[str] = set()
    while len(names) < count:
        names.add(f"p{secrets.token_hex(4)}")
    return list(names)
