"""The verdict on a phantom: what it lets pass and what not, on made-up truths and results."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import TypeAdapter

from analysis.movement import find_segments
from analysis.phantom import Truth
from analysis.phantom.courses import Course, Hold, Twitching
from analysis.phantom.truth import HeadTruth, SideTruth
from analysis.results import AnalysisResult, Commissure, Movement, Provenance, Quality, Source, TimestampSource
from analysis.settings import AnalysisSettings
from analysis.values import Bilateral, Side, Status
from service.acceptance import EXCURSION_MM, EXCURSION_SHARE, ONSET_S, RATIO, TOLERANCES, Row, compare
from service.acceptance_table import table

SETTINGS = AnalysisSettings()
SCALE = 60.0
FPS = 30.0
SMILES = (Hold(onset_s=1, rise_s=0.5, hold_s=1, fall_s=0.5), Hold(onset_s=4, rise_s=0.5, hold_s=1, fall_s=0.5))
OUT, UP = 0.8, 0.6


def truth_of(
    right: float, left: float, *, mirrored: bool = False, courses: tuple[Course, ...] = SMILES, seconds: float = 7
) -> Truth:
    """Corners that go so many mm along the direction of a smile."""
    times = [n / FPS for n in range(round(seconds * FPS))]
    share = np.array([sum(course.share(t) for course in courses) for t in times])
    still = [0.0] * len(times)
    nowhere = [(0.0, 0.0)] * len(times)

    def side(mm: float) -> SideTruth:
        return SideTruth(
            commissure_out_iod=(share * mm / SCALE * OUT).tolist(),
            commissure_up_iod=(share * mm / SCALE * UP).tolist(),
            lid_closure=still,
            lid_aperture=still,
            brow_up_iod=still,
            commissure_px=nowhere,
            upper_lid_px=nowhere,
            lower_lid_px=nowhere,
            brow_px=nowhere,
        )

    return Truth(
        preset="made up",
        fps=FPS,
        frames=len(times),
        mirrored=mirrored,
        iod_px=128,
        excursion_iod={"right": right / SCALE, "left": left / SCALE},
        smiles_s=[(course.onset_s, course.end_s) for course in courses],
        times_s=times,
        right_iod=(share * right / SCALE).tolist(),
        left_iod=(share * left / SCALE).tolist(),
        right=side(right),
        left=side(left),
        head=HeadTruth(dx_iod=still, dy_iod=still, roll_deg=still, yaw_deg=still, pitch_deg=still, scale=still),
        events=[],
    )


def result_of(truth: Truth, *, declared: bool = False, gain: float = 1.0, late_s: float = 0.0) -> AnalysisResult:
    """What an analysis says that is right but for a gain and a delay, and for a mirror image that was not declared."""
    times = np.array(truth.times_s)
    right, left = (
        np.interp(times - late_s, times, np.array(course)) * SCALE * gain
        for course in (truth.right_iod, truth.left_iod)
    )
    if truth.mirrored != declared:
        right, left = left, right
    movement, commissure = measured(times, right, left)
    return AnalysisResult(
        source=Source(
            kind="video",
            frames=truth.frames,
            fps=FPS,
            duration_s=truth.frames / FPS,
            timestamps=TimestampSource.FILE,
            mirrored=declared,
        ),
        quality=Quality(
            status=Status.GOOD,
            analysable_s=truth.frames / FPS,
            frames_used=truth.frames,
            frames_rejected={},
            scale_mm_per_iod=SCALE,
            scale_source="made up",
        ),
        movement=movement,
        commissure=commissure,
        provenance=Provenance(
            software="test",
            model_sha256="",
            config_sha256="",
            pipeline_version="",
            created=datetime(2026, 1, 1, tzinfo=UTC),
        ),
    )


def measured(
    times: NDArray[np.float64], right: NDArray[np.float64], left: NDArray[np.float64]
) -> tuple[Movement, Commissure]:
    activity = np.maximum(np.abs(right), np.abs(left))
    if activity.max() <= SETTINGS.gate_mm:
        return Movement(status=Status.NOT_ASSESSABLE), Commissure(status=Status.NOT_ASSESSABLE)
    segments = find_segments(
        times,
        activity,
        onset=max(SETTINGS.onset_share * activity.max(), SETTINGS.gate_mm / 2),
        gate=SETTINGS.gate_mm,
        gap_s=SETTINGS.segment_gap_s,
        lead_s=SETTINGS.segment_lead_s,
    )
    peaks = [float(course[np.abs(course).argmax()]) for course in (right, left)]
    excursion = Bilateral(right=peaks[0], left=peaks[1])
    weak, strong = sorted(map(abs, peaks))
    weaker = Side.RIGHT if abs(peaks[0]) < abs(peaks[1]) else Side.LEFT
    movement = Movement(status=Status.GOOD, gate_mm=SETTINGS.gate_mm, excursion_mm=excursion, segments=segments)
    if weak / strong < SETTINGS.plain_leak:
        return movement, Commissure(status=Status.NOT_ASSESSABLE, reason="a side at rest", weaker_side=weaker)
    return movement, Commissure(
        status=Status.GOOD,
        amplitude_ratio=weak / strong,
        weaker_side=weaker if weak / strong < SETTINGS.even_ratio else None,
        excursion_mm=excursion,
    )


def verdict(truth: Truth, result: AnalysisResult) -> dict[str, Row]:
    rows = compare(truth, result, SETTINGS, station="CAMERA 1")
    assert len({row.quantity for row in rows}) == len(rows)
    return {row.quantity: row for row in rows}


def failed(rows: dict[str, Row]) -> set[str]:
    return {name for name, row in rows.items() if not row.passed}


def changed(result: AnalysisResult, section: str, **values: Any) -> AnalysisResult:
    return result.model_copy(update={section: getattr(result, section).model_copy(update=values)})


millimetres = st.floats(3.0, 14.0)
shares = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.05, 1.0))


@effort(max_examples=60, deadline=None)
@given(larger=millimetres, share=shares, left_weaker=st.booleans(), mirrored=st.booleans())
def test_a_measurement_without_error_passes(larger: float, share: float, left_weaker: bool, mirrored: bool) -> None:
    right, left = (larger, larger * share) if left_weaker else (larger * share, larger)
    truth = truth_of(right, left, mirrored=mirrored)
    rows = verdict(truth, result_of(truth, declared=mirrored))
    assert failed(rows) == set()
    assert {
        "frames",
        "mirror image",
        "movements of the mouth",
        "right mouth corner, mm",
        "left mouth corner, mm",
    } <= set(rows)
    if share == 0 or share >= SETTINGS.plain_leak + RATIO:
        assert rows["right-left relation"].true == ("refused" if share == 0 else "given")


@effort(max_examples=40, deadline=None)
@given(larger=millimetres, share=shares, left_weaker=st.booleans(), mirrored=st.booleans())
def test_a_mirror_image_that_is_declared_wrongly_never_passes(
    larger: float, share: float, left_weaker: bool, mirrored: bool
) -> None:
    right, left = (larger, larger * share) if left_weaker else (larger * share, larger)
    truth = truth_of(right, left, mirrored=mirrored)
    rows = verdict(truth, result_of(truth, declared=not mirrored))
    assert "mirror image" in failed(rows)
    note = rows["mirror image"].note or ""
    assert note.startswith("the sides are swapped")
    if mirrored:
        assert "the source was mirrored and not declared" in note
        assert '"CAMERA 1"' in note
    if share <= SETTINGS.even_ratio - RATIO:
        assert "weaker side" in failed(rows)
        assert rows["weaker side"].note is None  # the mirror image explains it


def test_sides_that_are_swapped_though_the_mirror_image_is_right_are_named() -> None:
    truth = truth_of(8, 4)
    rows = verdict(truth, result_of(truth_of(4, 8)))
    assert {"weaker side", "right mouth corner, mm", "left mouth corner, mm"} == failed(rows)
    assert rows["weaker side"].note == "right and left are swapped"


@pytest.mark.parametrize("gain", [1 - EXCURSION_SHARE - 0.02, 1 + EXCURSION_SHARE + 0.02])
def test_movements_that_read_too_large_or_too_small_fail(gain: float) -> None:
    truth = truth_of(10, 8)
    assert failed(verdict(truth, result_of(truth, gain=gain))) == {"right mouth corner, mm", "left mouth corner, mm"}
    nearly = 1 + (gain - 1) * 0.8
    assert failed(verdict(truth, result_of(truth, gain=nearly))) == set()


def test_half_a_millimetre_is_always_tolerated() -> None:
    truth = truth_of(10, 0)
    result = result_of(truth)
    for read, passes in ((0.9 * EXCURSION_MM, True), (-0.9 * EXCURSION_MM, True), (1.1 * EXCURSION_MM, False)):
        rows = verdict(truth, changed(result, "movement", excursion_mm=Bilateral(right=10, left=read)))
        assert rows["left mouth corner, mm"].passed is passes


def test_a_number_for_a_side_that_does_not_move_fails() -> None:
    truth = truth_of(8, 0)
    rows = verdict(truth, changed(result_of(truth), "commissure", status=Status.GOOD))
    assert failed(rows) == {"right-left relation"}
    assert rows["right-left relation"].note == "a relation was given although one side does not move"


def test_a_relation_that_is_refused_though_both_sides_move_fails_with_the_reason() -> None:
    truth = truth_of(8, 4)
    refused = {"status": Status.NOT_ASSESSABLE, "reason": "no steady rest", "amplitude_ratio": None}
    rows = verdict(truth, changed(result_of(truth), "commissure", **refused))
    assert failed(rows) == {"right-left relation", "amplitude ratio"}
    assert rows["right-left relation"].note == "no steady rest"
    assert rows["amplitude ratio"].measured == "-"


@pytest.mark.parametrize(("ratio", "passes"), [(0.43, True), (0.57, True), (0.41, False), (0.59, False)])
def test_the_ratio(ratio: float, passes: bool) -> None:
    truth = truth_of(8, 4)
    rows = verdict(truth, changed(result_of(truth), "commissure", amplitude_ratio=ratio))
    assert rows["amplitude ratio"].passed is passes


@pytest.mark.parametrize("late_s", [ONSET_S + 0.05, -ONSET_S - 0.05])
def test_a_movement_at_another_time_fails(late_s: float) -> None:
    truth = truth_of(8, 8)
    assert failed(verdict(truth, result_of(truth, late_s=late_s))) == {"movement 1 begins, s", "movement 2 begins, s"}
    assert failed(verdict(truth, result_of(truth, late_s=late_s / 2))) == set()


def test_a_movement_begins_where_the_definition_says() -> None:
    truth = truth_of(8, 8)
    rows = verdict(truth, result_of(truth))
    # a raised cosine of half a second is at 15 % after 0.127 s; the next frame is at 1.133 s
    assert [rows[f"movement {n} begins, s"].true for n in (1, 2)] == ["1.13", "4.13"]
    assert rows["right mouth corner, mm"].true == "8.0"


def test_a_movement_that_was_missed_or_made_up_fails() -> None:
    truth = truth_of(8, 8)
    result = result_of(truth)
    rows = verdict(truth, changed(result, "movement", segments=result.movement.segments[1:]))
    assert failed(rows) == {"movements of the mouth", "movement 1 begins, s"}
    assert rows["movement 1 begins, s"].measured == "-"
    assert "movements of the mouth" in failed(verdict(truth_of(8, 8, courses=SMILES[:1]), result))


def test_a_face_at_rest_is_refused() -> None:
    truth = truth_of(0, 0)
    rows = verdict(truth, result_of(truth))
    assert failed(rows) == set()
    assert rows["right-left relation"].true == "refused"
    assert "right-left relation" in failed(verdict(truth, result_of(truth_of(8, 8))))


def test_a_twitch_is_not_held_against_the_smoothed_excursion() -> None:
    twitching = Twitching(onset_s=1, lasts_s=3, frequency_hz=5)
    truth = truth_of(8, 8, courses=(twitching,))
    rows = verdict(truth, result_of(truth))
    assert failed(rows) == set()
    assert not any("mouth corner" in name for name in rows)


def test_frames_that_were_lost_fail() -> None:
    truth = truth_of(8, 8)
    assert failed(verdict(truth, changed(result_of(truth), "source", frames=truth.frames - 1))) == {"frames"}


def test_a_recording_in_which_no_face_was_found_fails_with_the_reason() -> None:
    truth = truth_of(0, 0)
    unseen = changed(
        result_of(truth), "quality", status=Status.NOT_ASSESSABLE, reasons=("no face",), scale_mm_per_iod=None
    )
    rows = verdict(truth, unseen.model_copy(update={"movement": Movement(status=Status.NOT_ASSESSABLE)}))
    assert failed(rows) == {"recording"}
    assert rows["recording"].note == "no face"


def test_the_sign_of_a_movement_counts() -> None:
    inward = truth_of(-6, -6)
    assert failed(verdict(inward, result_of(inward))) == set()
    outward = verdict(inward, result_of(truth_of(6, 6)))
    assert {"right mouth corner, mm", "left mouth corner, mm"} <= failed(outward)


def test_the_table_says_everything() -> None:
    truth = truth_of(8, 4, mirrored=True)
    rows = compare(truth, result_of(truth), SETTINGS, station="CAMERA 1")
    lines = list(table(rows))
    assert lines[0].split() == ["quantity", "true", "measured", "tolerance", "verdict"]
    for row, line in zip(rows, lines[1:], strict=False):
        assert line.startswith(row.quantity)
        assert line.endswith("pass" if row.passed else "FAIL")
    text = "\n".join(lines)
    assert all(what in text and why in text for what, why in TOLERANCES)
    assert "the source was mirrored and not declared" in lines[-1]


def test_a_truth_comes_back_from_its_file() -> None:
    truth = truth_of(8, 4)
    adapter = TypeAdapter(Truth)
    again = adapter.validate_json(adapter.dump_json(truth))
    assert again == truth
    assert again != replace(truth, frames=1)


def test_sides_are_the_subjects() -> None:
    assert [str(side) for side in Side] == ["right", "left"]
