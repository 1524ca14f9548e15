from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from analysis.calibration import Gain
from analysis.movement import Excursions, amplitude, assess_movement, find_segments, inside
from analysis.results import Segment
from analysis.settings import AnalysisSettings
from analysis.values import Bilateral, Status

TIMES = np.arange(100) / 10
QUIET = Bilateral(right=0.05, left=0.05)


def active(*spans: tuple[int, int], height: float = 5.0) -> NDArray[np.float64]:
    activity = np.zeros(100)
    for start, stop in spans:
        activity[start:stop] = height
    return activity


def segments(activity: NDArray[np.float64], *, gate: float = 2.0, gap_s: float = 0.15) -> list[tuple[float, float]]:
    found = find_segments(TIMES, activity, onset=1.0, gate=gate, gap_s=gap_s, lead_s=0.3)
    return [(round(s.start_s, 6), round(s.end_s, 6)) for s in found]


def test_exact_times_with_the_lead() -> None:
    assert segments(active((20, 41))) == [(1.7, 4.0)]


def test_the_lead_ends_at_the_first_frame() -> None:
    assert segments(active((1, 11))) == [(0.0, 1.0)]


@pytest.mark.parametrize(("gap_s", "count"), [(0.15, 2), (0.5, 1)])
def test_spans_closer_than_the_gap_are_one(gap_s: float, count: int) -> None:
    assert len(segments(active((20, 30), (34, 44)), gap_s=gap_s)) == count


def test_spans_that_the_lead_makes_overlap_are_joined() -> None:
    assert segments(active((20, 30), (31, 44))) == [(1.7, 4.3)]


def test_lost_frames_end_a_span_but_a_short_loss_does_not() -> None:
    activity = active((20, 60))
    activity[40] = np.nan
    assert segments(activity, gap_s=0.25) == [(1.7, 5.9)]
    activity[35:45] = np.nan
    assert segments(activity, gap_s=0.25) == [(1.7, 3.4), (4.2, 5.9)]


def test_what_stays_under_the_gate_is_no_movement() -> None:
    assert segments(active((20, 40), height=1.9)) == []
    both = active((20, 30)) + active((60, 70), height=1.9)
    assert segments(both) == [(1.7, 2.9)]


@given(
    arrays(np.float64, 100, elements=st.floats(0, 10) | st.just(np.nan)),
    st.floats(0.1, 3),
    st.floats(0.1, 8),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_every_segment_exceeds_the_gate_and_none_overlap(
    activity: NDArray[np.float64], onset: float, above: float, gap_s: float, lead_s: float
) -> None:
    found = find_segments(TIMES, activity, onset=onset, gate=onset + above, gap_s=gap_s, lead_s=lead_s)
    last = -1.0
    for segment in found:
        assert TIMES[0] <= segment.start_s <= segment.end_s <= TIMES[-1]
        assert segment.start_s > last
        assert np.nanmax(activity[inside(TIMES, (segment,))]) > onset + above
        last = segment.end_s
    beyond = (activity > onset + above) & ~inside(TIMES, found)
    assert not beyond.any()  # and none is forgotten


def test_inside_is_inclusive() -> None:
    assert inside(TIMES, (Segment(start_s=1.0, end_s=1.2),)).nonzero()[0].tolist() == [10, 11, 12]
    assert not inside(TIMES, ()).any()


def test_amplitude_keeps_the_sign_of_the_larger_side_of_rest() -> None:
    ramp = np.linspace(0, 10, 101)
    assert amplitude(ramp) == pytest.approx(9.5)
    assert amplitude(-ramp) == pytest.approx(-9.5)
    assert amplitude(np.concatenate([ramp, -ramp / 2])) > 0


SURE = (Gain(own=1, other=0, own_sd=0.01, pictures=100),) * 2


def excursions(right: float, left: float) -> Excursions:
    course = active((30, 60), height=1.0)
    return Excursions(times_s=TIMES, right=right * course, left=left * course)


def test_the_gate_is_two_millimetres_or_six_resting_deviations() -> None:
    settings = AnalysisSettings()
    assert assess_movement(excursions(1.9, 0), QUIET, SURE, settings).status is Status.NOT_ASSESSABLE
    moved = assess_movement(excursions(2.1, 0), QUIET, SURE, settings)
    assert moved.status is Status.GOOD
    assert moved.gate_mm == 2.0
    noisy = Bilateral(right=0.1, left=0.5)
    refused = assess_movement(excursions(2.9, 0), noisy, SURE, settings)
    assert refused.status is Status.NOT_ASSESSABLE
    assert (
        refused.reason
        == "no movement: neither mouth corner moved more than 3.0 mm from rest (largest excursion 2.9 mm); an expression that "
        "is held throughout cannot be told from rest"
    )
    assert (refused.gate_mm, refused.excursion_mm, refused.rest_sd_mm, refused.segments) == (None, None, None, ())
    assert assess_movement(excursions(3.1, 0), noisy, SURE, settings).gate_mm == 3.0


def test_excursions_are_signed_and_the_larger_side_opens_the_gate() -> None:
    movement = assess_movement(excursions(-1.0, 6.0), QUIET, SURE, AnalysisSettings())
    assert movement.excursion_mm == Bilateral(right=-1.0, left=6.0)
    (segment,) = movement.segments
    assert (segment.start_s, segment.end_s) == pytest.approx((2.7, 5.9))


@pytest.mark.parametrize(
    ("noise_mm", "height_mm", "status", "words"),
    [
        (0.1, 10.0, Status.GOOD, None),
        (0.5, 10.0, Status.LIMITED, "unsteady: at rest the mouth corner varies by 0.5 mm"),
        (
            0.8,
            10.0,
            Status.NOT_ASSESSABLE,
            "no steady rest: where it expresses least, the mouth corner still varies by 0.8 mm",
        ),
        (0.1, 25.0, Status.LIMITED, "implausible: 25 mm are more than the largest published smile (22 mm)"),
    ],
)
def test_noise_and_impossible_smiles_are_named(
    noise_mm: float, height_mm: float, status: Status, words: str | None
) -> None:
    right = active((20, 60), height=height_mm)
    moved = assess_movement(
        Excursions(times_s=TIMES, right=right, left=right),
        Bilateral(right=noise_mm, left=0.05),
        SURE,
        AnalysisSettings(),
    )
    assert moved.status is status
    assert (moved.reason or "").startswith(words or "")
    assert (moved.excursion_mm is None) == (status is Status.NOT_ASSESSABLE)
