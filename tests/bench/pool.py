"""Work spread over processes, one for each core: for what is measured against truth, never for what is timed."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import cv2

Job = TypeVar("Job")
Result = TypeVar("Result")


def spread(work: Callable[[Job], Result], jobs: Sequence[Job], *, workers: int | None = None) -> Iterator[Result]:
    """The results in the order of the jobs. ``workers``: how many processes; by default as many as this one has cores."""
    began = time.monotonic()
    with ProcessPoolExecutor(
        max_workers=workers or len(os.sched_getaffinity(0)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
    ) as pool:
        for number, result in enumerate(pool.map(work, jobs), 1):
            sys.stderr.write(f"\r{number} of {len(jobs)} clips, {time.monotonic() - began:.0f} s ")
            yield result
    sys.stderr.write("\n")


def _prepare() -> None:
    """One core each, and MediaPipe's remarks to nobody; what goes wrong is raised."""
    cv2.setNumThreads(1)
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), sys.stderr.fileno())
