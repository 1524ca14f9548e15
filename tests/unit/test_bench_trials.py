from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis import model
from analysis.phantom import PORTRAIT, Phantom, Truth
from analysis.phantom.scenario import Action
from tests.bench import asymmetries, frequencies, movements
from tests.bench.fidelity import Sides
from tests.bench.followed import Followed, Related, plainly, swapped, truth_signals
from tests.bench.head_signals import Signals
from tests.bench.reading import HalfFace, Points, Reading, Values
from tests.bench.sitters import Cast, Sitter
from tests.bench.stagings import Staging, both_sided, dead, one_sided, small_twitch, weaker
from tests.bench.trials import ALL, VULTUS, Job, Look, Trial, Trials, joined, looks

SITTER = Sitter(
    name="astronaut", photograph=PORTRAIT, regions=frozenset(("mouth", "lid", "brow")), chosen_on="used for choices"
)
CAST = Cast(sitters=(SITTER,), remarks=("nobody else",))
RATIOS = (0.5, 1.0)
REFUSAL = "the left mouth corner did not move: 0.1 mm is within its own resting noise"


@cache
def _truth(staging: Staging) -> Truth:
    if not model.default_path().is_file():
        pytest.skip("the landmark model is not installed")
    return Phantom.of(staging.scenario, name=staging.name).truth


def _less(true: Signals, gain: float, leak: float) -> Signals:
    def each(sides: Sides) -> Sides:
        return Sides(right=gain * sides.right + leak * sides.left, left=gain * sides.left + leak * sides.right)

    return replace(true, mouth=each(true.mouth), lid=each(true.lid), brow=each(true.brow))


def _trial(job: Job, look: Look) -> Trial:
    """The product reads all as it is and the plain modes 70 % of it, with 20 % of the other side's."""
    truth = _truth(job.staging)
    true = truth_signals(truth)
    read = true if look.system == VULTUS else _less(true, 0.7, 0.2)
    amounts = np.array([truth.excursion_iod["right"], truth.excursion_iod["left"]])
    r = None if amounts.min() == 0 and look.system == VULTUS else 0.9
    seen = amounts[::-1] if look.flipped else amounts
    related = Related(
        pearson_r=r,
        left_over_right=seen[1] / seen[0] if seen[0] else (float("inf") if seen[1] else None),
        refusal=REFUSAL if r is None else None,
    )
    found = Followed(raw=read, smooth=_less(read, 0.9, 0), related=related)
    if look.flipped:
        found = Followed(raw=found.raw, smooth=found.smooth, related=swapped(found).related)
    return Trial(sitter=job.sitter.name, staging=job.staging.name, look=look, found=found, true=true, truth=truth)


def _trials(*jobs: Job) -> Trials:
    return Trials(_trial(job, look) for job in joined(jobs) for look in job.looks)


def test_a_clip_is_rendered_once_for_all_who_want_to_see_it() -> None:
    jobs = joined((*movements.jobs(CAST), *asymmetries.jobs(CAST), *frequencies.jobs(CAST)))
    names = [job.staging.name for job in jobs]
    assert len(names) == len(set(names))
    smile = next(job for job in jobs if job.staging.name == one_sided(Action.MOUTH, "right").name)
    assert set(smile.looks) == {
        *looks(ALL), Look(system=VULTUS, flipped=True), Look(system=VULTUS, declared=True)
    }  # fmt: skip


def test_gain_and_leak_of_every_region() -> None:
    lids, mouth, brows = movements.tables(_trials(*movements.jobs(CAST)), CAST)
    for row in lids.rows:
        gain, leak, both, share = row[3:7]
        plain = row[1] != "Vultus"
        # an open eye reads the other's leak with its own aperture: shares of that
        assert (gain, leak) == pytest.approx((0.7 / 0.9, 0.2 / 0.9) if plain else (1, 0))
        assert (both, share) == pytest.approx((1, 0.7 / 0.9) if plain else (1, 1))
        assert row[7:] == ("78" if plain else "100", "100")
    for row in mouth.rows:
        assert row[3:] == pytest.approx((1, 0, 1, 0) if row[1] == "Vultus" else (0.7, 0.2, 0.7, 0.2), abs=0.01)
    for row in brows.rows:
        assert row[3:5] == pytest.approx((1, 0) if row[1] == "Vultus" else (0.7, 0.2), abs=0.03)
    assert {row[2] for row in lids.rows} == {"right", "left"}
    assert "nobody else" in mouth.remarks


def test_a_dead_side_is_refused_in_all_clips_or_named() -> None:
    trials = _trials(*asymmetries.jobs(CAST, ratios=RATIOS))
    table = asymmetries.tables(trials, CAST, ratios=RATIOS)[0]
    assert [row[:3] for row in table.rows] == [("astronaut", "right", "6 of 6"), ("astronaut", "left", "6 of 6")]
    assert all(cell == 0.9 for row in table.rows for cell in row[3:])

    missed = trials.of("astronaut", dead(0.35, "left").name, Look(system=VULTUS, flipped=True))
    related = Related(pearson_r=0.4, left_over_right=0.3)
    other = Trials(
        replace(trial, found=replace(trial.found, related=related)) if trial is missed else trial
        for trial in trials._trials.values()
    )
    table = asymmetries.tables(other, CAST, ratios=RATIOS)[0]
    assert table.rows[1][2] == "5 of 6"
    assert "Not refused for this reason: astronaut, dead left 0.35, mirrored: R = 0.40." in table.remarks


def test_ratios_are_weak_over_strong_whichever_side_is_weak() -> None:
    table = asymmetries.tables(_trials(*asymmetries.jobs(CAST, ratios=RATIOS)), CAST, ratios=RATIOS)[1]
    assert len(table.rows) == 6
    for row in table.rows:
        assert row[4:8] == pytest.approx([row[3]] * 4)
    assert "plain VIDEO 0.00" in table.remarks[0]


def test_an_untold_mirror_image_swaps_the_sides_and_a_declared_one_does_not() -> None:
    table = asymmetries.tables(_trials(*asymmetries.jobs(CAST, ratios=RATIOS)), CAST, ratios=RATIOS)[2]
    assert [row[2] for row in table.rows] == ["right", "left", "right"]


def test_twitches_and_jitter() -> None:
    table = frequencies.table(_trials(*frequencies.jobs(CAST)), CAST)
    gains = {row[1]: row[4:8] for row in table.rows}
    assert gains["plain VIDEO"] == pytest.approx([0.7] * 4, abs=0.01)
    assert gains["Vultus"] == pytest.approx([1] * 4)
    assert gains["Vultus, smoothed"] == pytest.approx([0.9] * 4)
    assert all(row[2] == 0 and row[-1] == pytest.approx(0, abs=1e-6) for row in table.rows)


def test_truth_is_in_inter_iris_distances() -> None:
    true = truth_signals(_truth(one_sided(Action.MOUTH, "right")))
    assert np.ptp(true.mouth.right) == pytest.approx(0.14, rel=0.02)
    assert np.ptp(true.mouth.left) == 0
    shut = truth_signals(_truth(both_sided(Action.LIDS)))
    assert (shut.lid.left.min(), shut.lid.left.max()) == pytest.approx((0, 1))


def _reading(truth: Truth, gain: float) -> Reading:
    """Eyes and nose that rest, mouth corners that do ``gain`` times what is true."""
    n, iod = len(truth.times_s), truth.iod_px
    middle = np.array([300.0, 200.0])

    def still(x: float, y: float) -> Points:
        return np.tile(np.add(middle, (x * iod, y * iod)), (n, 1))

    def half(outward: float, out: list[float], up: list[float]) -> HalfFace:
        moved: Values = np.column_stack([outward * np.array(out), -np.array(up)]) * gain * iod
        return HalfFace(
            commissure=still(outward * 0.4, 1) + moved,
            upper_lid=still(outward * 0.5, -0.1),
            lower_lid=still(outward * 0.5, 0.1),
            brow=still(outward * 0.5, -0.4),
            outer_canthus=still(outward * 0.75, 0),
            inner_canthus=still(outward * 0.25, 0),
            iris=still(outward * 0.5, 0),
        )

    return Reading(
        time_s=np.array(truth.times_s),
        right=half(-1, truth.right.commissure_out_iod, truth.right.commissure_up_iod),
        left=half(1, truth.left.commissure_out_iod, truth.left.commissure_up_iod),
        nose=np.stack([still(0, y) for y in (0.0, 0.1, 0.2, 0.5)], axis=1),
    )


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_plain_reading_goes_along_the_true_direction(side: str) -> None:
    staging = weaker(0.5, side)
    found = plainly(_reading(_truth(staging), 0.8), _truth(staging))
    true = truth_signals(_truth(staging))
    assert np.ptp(found.raw.mouth.right) == pytest.approx(0.8 * np.ptp(true.mouth.right), rel=0.03)
    assert np.ptp(found.raw.mouth.left) == pytest.approx(0.8 * np.ptp(true.mouth.left), rel=0.03)
    assert found.related.pearson_r == pytest.approx(1, abs=1e-3)
    assert found.related.left_over_right == pytest.approx(2 if side == "right" else 0.5, rel=0.05)


def test_nothing_moves_in_nothing_to_relate() -> None:
    truth = _truth(one_sided(Action.LIDS, "right"))
    assert plainly(_reading(truth, 1), truth).related == Related(pearson_r=None, left_over_right=None)


def test_a_twitch_has_one_span() -> None:
    ((start, end),) = _truth(small_twitch(3.0)).smiles_s
    assert (start, end) == pytest.approx((1, 4))


def test_swapping_twice_changes_nothing() -> None:
    truth = _truth(weaker(0.5, "right"))
    found = plainly(_reading(truth, 1), truth)
    back = swapped(swapped(found))
    assert back.related.left_over_right == pytest.approx(found.related.left_over_right)
    assert (swapped(found).raw.mouth.right == found.raw.mouth.left).all()
    assert (back.raw.brow.right == found.raw.brow.right).all()
