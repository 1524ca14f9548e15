from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.bench.against_marks import System, tables
from tests.bench.head_signals import in_plain_frame, signals
from tests.bench.marked import (
    CANTHI,
    LIDS,
    MOUTH,
    Marked,
    apertures,
    differences,
    excursions,
    gain,
    main_axis_of,
    marked,
    mean_of,
    places_of,
    rms,
    to_head,
)
from tests.bench.reading import Complex, HalfFace, Reading, Values, as_points
from tests.marking.points import POINTS, Mark

IOD_PX = 80.0
FRAMES = np.arange(0, 60, 3)
TIME_S = np.arange(60) / 30
SMILE = 0.1 * np.clip(np.sin(2 * np.pi * 0.5 * TIME_S), 0, None)
BLINK = np.clip(np.sin(2 * np.pi * 1.5 * TIME_S + 1), 0, 1)
OUTER, INNER, CORNER = 0.75, 0.25, 0.45 + 0.95j


def _turn() -> Complex:
    return np.asarray(IOD_PX * (1 + 0.05 * TIME_S) * np.exp(0.1j * np.sin(TIME_S)))


def _reading(right: Values, left: Values) -> Reading:
    """A face with an inter-ocular distance of 1 that sways, turns in the plane and comes nearer; both eyes blink."""
    turn, shift = _turn(), 200 + 100j + 10 * TIME_S

    def at(place: Any) -> Values:
        return as_points(np.asarray(turn * place + shift, dtype=np.complex128))

    def half(sign: int, excursion: Values) -> HalfFace:
        def mirrored(place: Any) -> Complex:
            z = np.asarray(place)
            return np.asarray(z if sign > 0 else -np.conj(z))

        opening = 0.07 * (1 - BLINK)
        return HalfFace(
            commissure=at(mirrored(CORNER + excursion * (0.8 - 0.6j))),
            upper_lid=at(mirrored(0.5 - 1j * opening)),
            lower_lid=at(mirrored(0.5 + 1j * opening)),
            brow=at(mirrored(0.5 - 0.4j)),
            outer_canthus=at(mirrored(OUTER)),
            inner_canthus=at(mirrored(INNER)),
            iris=at(mirrored(0.5)),
        )

    nose = np.stack([at(1j * y) for y in (0, 0.1, 0.2, 0.5)], axis=1)
    return Reading(time_s=TIME_S, right=half(-1, right), left=half(1, left), nose=nose)


TRUE = _reading(SMILE, 0.5 * SMILE)


def _marks(reading: Reading = TRUE, noise_px: float = 0.0, seed: int = 0) -> Marked:
    places = places_of(reading, FRAMES)
    noise = np.random.default_rng(seed).normal(0, noise_px, (2, *places.shape))
    return Marked(frames=FRAMES, places=places + noise[0] + 1j * noise[1])


def test_a_file_of_marks_becomes_places() -> None:
    made = [
        Mark(clip="c", frame=frame, point=point, x_px=frame + k, y_px=2.0)
        for frame in (7, 3)
        for k, point in enumerate(POINTS)
    ]
    made[0] = replace(made[0], x_px=float("nan"), y_px=float("nan"))
    marking = marked(made)
    assert marking.frames.tolist() == [3, 7]
    assert marking.places[0].tolist() == [complex(3 + k, 2) for k in range(10)]
    assert np.isnan(marking.places[1, 0])


def test_a_constant_offset_of_a_point_is_no_error() -> None:
    off = as_points(_turn() * (0.03 - 0.02j))
    shifted = replace(TRUE, right=replace(TRUE.right, commissure=TRUE.right.commissure + off))
    apart = differences(places_of(shifted, FRAMES), _marks(), MOUTH)
    assert apart[:, 0] == pytest.approx(np.full(len(FRAMES), 3 - 2j))
    assert rms(apart, np.isfinite(apart)) == pytest.approx(0, abs=1e-9)


def test_the_error_is_a_distance_in_percent_of_the_distance_of_the_eyes() -> None:
    wrong = np.where(np.arange(len(TIME_S)) % 2, 0.01, -0.01) * (0.6 + 0.8j)
    shifted = replace(TRUE, left=replace(TRUE.left, upper_lid=TRUE.left.upper_lid + as_points(_turn() * wrong)))
    apart = differences(places_of(shifted, FRAMES), _marks(), LIDS)
    # one of four points is wrong by 1 %
    assert rms(apart, np.isfinite(apart)) == pytest.approx(0.5, rel=0.02)


def test_a_frame_without_a_canthus_has_no_head_frame() -> None:
    marking = _marks()
    marking.places[2, list(POINTS).index(CANTHI[1])] = complex(np.nan, np.nan)
    assert np.flatnonzero(np.isnan(to_head(marking)[:, 0])).tolist() == [2]
    assert np.isnan(excursions(marking)[0][2])


def test_excursions_and_apertures_of_marks() -> None:
    right, left = excursions(_marks())
    assert right - right[0] == pytest.approx(SMILE[FRAMES], abs=1e-9)
    assert left - left[0] == pytest.approx(0.5 * SMILE[FRAMES], abs=1e-9)
    for opening in apertures(_marks()):
        assert opening == pytest.approx(0.14 * (1 - BLINK[FRAMES]), abs=1e-9)
    assert main_axis_of(_marks()) == pytest.approx((-0.8, 0.6), abs=1e-6)


def test_the_slope_has_an_interval_that_holds_it() -> None:
    true = excursions(_marks())
    rng = np.random.default_rng(5)
    read = tuple(0.7 * side + 3 + rng.normal(0, 0.005, side.shape) for side in true)
    slope = gain((read[0], read[1]), true)
    assert slope is not None
    assert slope.low < 0.7 < slope.high
    assert slope.value == pytest.approx(0.7, abs=0.1)
    few = tuple(np.where(np.arange(len(FRAMES)) < 3, side, np.nan) for side in true)
    assert gain((few[0], few[1]), true) is None


def test_the_mean_of_two_markings_is_of_the_frames_that_both_have() -> None:
    one = _marks()
    other = Marked(frames=FRAMES[2:], places=one.places[2:] + 2)
    together = mean_of(one, other)
    assert together.frames.tolist() == FRAMES[2:].tolist()
    assert together.places == pytest.approx(one.places[2:] + 1)


def test_tables_tell_a_true_system_from_one_that_shrinks() -> None:
    systems = []
    for name, reading in (("true", TRUE), ("shrinking", _reading(0.6 * SMILE, 0.3 * SMILE))):
        read = signals(in_plain_frame(reading), mouth_axis=(-0.8, 0.6), iod_px=reading.iod_px)
        systems.append(System(name=name, reading=reading, signals=read))
    errors, gains = tables(
        "clip", tuple(systems), {"a": _marks(noise_px=0.2, seed=1), "b": _marks(noise_px=0.2, seed=2)}
    )
    by_name = {row[:2]: row[2:] for row in errors.rows}
    (true, shrinking), (eyes, _) = (
        [by_name[region, name] for name in ("true", "shrinking")] for region in ("mouth corners", "lid margins")
    )
    assert all(
        isinstance(a, float) and isinstance(b, float) and a < 0.6 < 1 < b for a, b in zip(true, shrinking, strict=True)
    )
    # the mean of two markings has less noise than either
    assert isinstance(eyes[2], float)
    assert isinstance(eyes[0], float)
    assert eyes[2] < eyes[0]
    assert by_name["lid margins", "marker b, for comparison"][0] == pytest.approx(
        np.sqrt(2) * 0.2828 / IOD_PX * 100, rel=0.2
    )
    slopes = {row[:2]: float(str(row[4]).split()[0]) for row in gains.rows if row[4]}
    assert slopes["commissure excursion", "true"] == pytest.approx(1, abs=0.05)
    assert slopes["commissure excursion", "shrinking"] == pytest.approx(0.6, abs=0.05)
    assert slopes["lid aperture", "true"] == pytest.approx(1, abs=0.05)


def test_points_that_one_system_missed_count_for_none() -> None:
    lost = TRUE.moved(lambda points: np.where((TIME_S > 1)[:, None, None], np.nan, points))
    off = replace(TRUE, right=replace(TRUE.right, commissure=TRUE.right.commissure + 50 * (TIME_S > 1)[:, None]))
    read = signals(in_plain_frame(TRUE), mouth_axis=(-0.8, 0.6))
    both = tuple(System(name=name, reading=r, signals=read) for name, r in (("lost", lost), ("off", off)))
    errors = tables("clip", both, {"a": _marks(), "b": _marks()})[0]
    assert all(row[2] == pytest.approx(0, abs=1e-9) for row in errors.rows if row[1] == "off")
    assert "mouth corners, mean of both: 22 of 40 marked points were seen by all systems." in errors.remarks
