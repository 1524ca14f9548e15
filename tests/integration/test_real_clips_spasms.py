"""A real face that acts: its blinks as they were counted by eye, and no spasm."""

import pytest

from tests.bench.real_blinks import CLIPS, count


def test_blinks_of_an_actor_are_found_and_nothing_is_called_a_spasm() -> None:
    clip = CLIPS / "pyfeat_WolfgangLanger_Pexels.mp4"
    if not clip.exists():
        pytest.skip("the clip is not here")
    counted = count(clip)
    assert counted.spasms == 0
    assert counted.matched == counted.marked == 3
    assert counted.found - counted.matched - counted.matched_doubtful <= 1
