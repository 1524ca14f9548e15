from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from analysis import model
from analysis.pipeline import Analysis
from analysis.tracker import LandmarkTracker
from tests.phantom_lab import Clip, measure, render


@pytest.fixture(scope="session")
def tracker() -> Iterator[LandmarkTracker]:
    """The real networks."""
    with LandmarkTracker.on(model.default_path()) as opened:
        yield opened


@pytest.fixture(scope="session")
def phantom_clip(tracker: LandmarkTracker) -> Iterator[Callable[[str], Clip]]:
    """One smile (or twitch) of a preset, rendered once."""
    rendered = cache(lambda preset: render(preset, tracker, smiles=1))
    yield rendered
    rendered.cache_clear()


@pytest.fixture(scope="session")
def phantom_analysis(
    tracker: LandmarkTracker, phantom_clip: Callable[[str], Clip]
) -> Iterator[Callable[[str], Analysis]]:
    """What is measured of it, measured once."""
    measured = cache(lambda preset: measure(phantom_clip(preset).pictures, tracker))
    yield measured
    measured.cache_clear()
