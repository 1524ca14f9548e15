"""Closures, trains, variables, classes and their combination, each by itself."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spasm.assess import Seen, assess
from analysis.spasm.classes import decide
from analysis.spasm.closures import find_closures
from analysis.spasm.combining import combine_blinks, combine_spasms
from analysis.spasm.results import BlinkEvent, Blinks, SpasmClass, SpasmEvent, SpasmSide
from analysis.spasm.settings import ClassSettings, FindingSettings
from analysis.spasm.trains import clonic_frequency_hz, numbered
from analysis.spasm.variables import tally
from analysis.values import Side, Status

FINDING, CLASSES = FindingSettings(), ClassSettings()


def event(
    start_s: float, lasts_s: float = 0.25, *, side: Side = Side.RIGHT, eye: float = 60, mouth: float = 5, train: int = 0
) -> SpasmEvent:
    return SpasmEvent(
        start_s=start_s,
        peak_s=start_s + lasts_s / 2,
        end_s=start_s + lasts_s,
        side=side,
        kind="tonic" if lasts_s >= 1 else "clonic",
        train=train,
        eye_closure_pct=eye,
        mouth_pct_iod=mouth,
        mouth_pct_rest=2 * mouth,
        mouth_mm=0.62 * mouth,
        brow_mm=0.0,
        other_babinski=False,
    )


def bump(*tops: float, valley: float, width: int = 6) -> np.ndarray:
    """Triangles that meet in valleys."""
    low = [0.0, *[valley] * (len(tops) - 1), 0.0]
    parts = [np.zeros(10)]
    for k, top in enumerate(tops):
        parts += [np.linspace(low[k], top, width, endpoint=False), np.linspace(top, low[k + 1], width, endpoint=False)]
    return np.concatenate([*parts, np.zeros(10)])


def test_peaks_are_apart_where_the_eye_opens_enough_between_them() -> None:
    assert len(find_closures(bump(0.8, 0.7, valley=0.45), least=0.12, settings=FINDING)) == 2
    assert len(find_closures(bump(0.8, 0.7, valley=0.65), least=0.12, settings=FINDING)) == 1
    assert find_closures(bump(0.1, valley=0.0), least=0.12, settings=FINDING) == ()


def test_a_closure_reaches_from_rest_to_rest() -> None:
    (one,) = find_closures(bump(0.8, valley=0.0, width=20), least=0.12, settings=FINDING)
    assert (one.start, one.stop) == (13, 47)  # where it passes 15 % of the peak
    assert one.peak == 29  # where it is first at 95 %
    assert one.size == pytest.approx(0.8)


def test_a_recording_may_begin_and_end_with_the_eye_shut() -> None:
    shut = np.array([0.9, 0.9, 0.9, 0.2, 0.0, 0.0, 0.0, 0.5, 0.9])
    found = find_closures(shut, least=0.12, settings=FINDING)
    assert [(one.start, one.stop) for one in found] == [(0, 4), (6, 8)]


def test_what_was_not_seen_parts_two_closures() -> None:
    values = bump(0.8, valley=0.0)
    values[15:17] = np.nan
    assert len(find_closures(values, least=0.12, settings=FINDING)) == 2


def test_contractions_of_a_train_lie_within_a_second_on_one_side() -> None:
    events = numbered([event(1.0), event(2.0), event(3.3), event(1.5, side=Side.LEFT), event(6.0)], gap_s=1.0)
    assert [(one.side.value, one.start_s, one.train) for one in events] == [
        ("right", 1.0, 0), ("left", 1.5, 1), ("right", 2.0, 0), ("right", 3.3, 2), ("right", 6.0, 3),
    ]  # fmt: skip


def test_frequency_is_that_within_trains() -> None:
    events = numbered([event(1 + 0.25 * k, 0.2) for k in range(4)] + [event(9.0)], gap_s=1.0)
    assert clonic_frequency_hz(events) == pytest.approx(4.0)
    assert clonic_frequency_hz(events[-1:]) is None


def test_the_four_variables_worked_by_hand() -> None:
    """Six contractions in two trains and one alone, in half a minute: 12 a minute, two a train, medians of 60 % and 5 %."""
    events = numbered(
        [
            event(t, eye=eye, mouth=mouth)
            for t, eye, mouth in [(1, 40, 3), (1.5, 60, 5), (2, 80, 7), (9, 60, 5), (9.5, 50, 4), (20, 70, 6)]
        ],
        gap_s=1.0,
    )
    found = tally(events, 30.0, CLASSES)
    assert (found.events, found.trains, found.repetition, found.rate_per_min) == (6, 3, 2.0, 12.0)
    assert (found.eye_closure_pct, found.mouth_pct_iod, found.mouth_pct_rest) == (60, 5, 10)
    assert found.time_pct == pytest.approx(100 * 6 * 0.25 / 30)
    assert found.longest_shut_s == 0.25


@pytest.mark.parametrize(
    ("events", "seconds", "kind"),
    [
        ([event(1)], 60, SpasmClass.NONE),
        ([event(t, eye=30, mouth=2) for t in (1, 5)], 60, SpasmClass.MILD),
        ([event(t, eye=30, mouth=3.5) for t in (1, 5)], 60, SpasmClass.MODERATE_CLONIC),
        ([event(t, eye=55, mouth=2) for t in (1, 5)], 60, SpasmClass.MODERATE_CLONIC),
        ([event(1, 2.5, eye=90), event(9)], 60, SpasmClass.SEVERE_TONIC),
        ([event(1, 2.5, eye=60), event(9)], 60, SpasmClass.MODERATE_CLONIC),
        ([event(t, 0.9, eye=80) for t in range(1, 20)], 60, SpasmClass.SEVERE_TONIC),
        ([event(t, 0.9, eye=60) for t in range(1, 20)], 60, SpasmClass.MODERATE_CLONIC),
    ],
)
def test_bounds_of_the_classes(events: list[SpasmEvent], seconds: float, kind: SpasmClass) -> None:
    assert decide(tally(events, seconds, CLASSES), CLASSES)[0] is kind


def seen(*events: SpasmEvent, seconds: float = 60.0) -> Seen:
    return Seen(analysable_s=seconds, events=numbered(events, gap_s=1.0), closures_of_one_eye=0)


def test_near_a_bound_the_class_is_indeterminate_and_says_between_what() -> None:
    spasm = assess(seen(*[event(5 * k, eye=49, mouth=2.0) for k in range(1, 10)]), CLASSES)
    assert spasm.class_ is SpasmClass.INDETERMINATE
    assert "mild" in str(spasm.rule)
    assert "moderate clonic" in str(spasm.rule)
    assert "49 %" in str(spasm.margin)
    sure = assess(seen(*[event(5 * k, eye=25, mouth=1.0) for k in range(1, 10)]), CLASSES)
    assert sure.class_ is SpasmClass.MILD


def test_the_side_that_is_longer_in_spasm_speaks_for_the_face() -> None:
    right = [event(3 * k, eye=60) for k in range(1, 8)]
    left = [event(3 * k + 1, 1.5, eye=70, side=Side.LEFT) for k in range(1, 8)]
    spasm = assess(seen(*right, *left), CLASSES)
    assert spasm.side is SpasmSide.BOTH
    assert [side.side for side in spasm.sides] == [Side.RIGHT, Side.LEFT]
    assert spasm.variables is not None
    assert spasm.variables.eye_closure_pct == 70
    assert spasm.longest_event_s == 1.5


def test_one_contraction_is_no_spasm() -> None:
    spasm = assess(seen(event(3)), CLASSES)
    assert (spasm.class_, spasm.side) == (SpasmClass.NONE, SpasmSide.NONE)
    assert len(spasm.events) == 1


def test_intervals_need_three_contractions_and_of_repetition_three_trains() -> None:
    few = assess(seen(event(3), event(9)), CLASSES)
    assert few.intervals is not None
    assert few.intervals.eye_closure_pct is None
    one_train = assess(seen(*[event(3 + 0.5 * k) for k in range(6)]), CLASSES)
    assert one_train.intervals is not None
    assert one_train.intervals.eye_closure_pct is not None
    assert one_train.intervals.repetition is None


CONTRACTIONS = st.lists(
    st.tuples(st.integers(0, 300), st.floats(15, 100), st.floats(0.5, 12)),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[0],
)


@hypothesis.settings(max_examples=20, deadline=None)
@given(CONTRACTIONS, CONTRACTIONS)
def test_recordings_of_one_exam_add_their_events(
    first: list[tuple[int, float, float]], second: list[tuple[int, float, float]]
) -> None:
    settings = ClassSettings(draws=50)
    spasms = [
        assess(seen(*[event(t, eye=eye, mouth=mouth) for t, eye, mouth in some], seconds=100), settings)
        for some in (first, second)
    ]
    together = combine_spasms(spasms, settings)
    assert together is not None
    assert len(together.events) == len(first) + len(second)
    assert together.analysable_s == 200
    assert len({one.train for one in together.events}) == sum(
        len({one.train for one in each.events}) for each in spasms
    )


def test_an_exam_says_what_of_it_could_not_be_assessed() -> None:
    short = assess(seen(seconds=5), CLASSES)
    assert short.status is Status.NOT_ASSESSABLE
    together = combine_spasms([short, assess(seen(event(1), event(5)), CLASSES)], CLASSES)
    assert together is not None
    assert "1 of 2 recordings" in str(together.reason)
    assert combine_spasms([short], CLASSES) is None


def test_blinks_of_an_exam() -> None:
    blink = BlinkEvent(start_s=1, peak_s=1.1, end_s=1.2, closure_pct=90, complete=True)
    half = blink.model_copy(update={"complete": False})
    one = Blinks(status=Status.GOOD, analysable_s=30, count=2, partial=1, rate_per_min=4, events=(blink, half))
    refused = Blinks(status=Status.NOT_ASSESSABLE, reason="no eyes")
    together = combine_blinks([one, one, refused])
    assert together is not None
    assert (together.count, together.partial, together.rate_per_min) == (4, 2, 4.0)
    assert combine_blinks([refused]) is None
