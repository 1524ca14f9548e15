"""Groups where there are some, none where there are none, and outliers that are no group."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.cohort.evidence import NO_GROUPS, against_one_group
from analysis.cohort.fit import Fit, fit
from analysis.cohort.grouping import agreement, divisive, refined, scale_of
from analysis.cohort.one_group import one_group, unimodal_shape
from analysis.cohort.outliers import standing_alone
from analysis.cohort.settings import FitSettings
from analysis.cohort.table import CohortRow, CohortTable, LeftOut, cohort_table
from analysis.errors import CohortError

QUICK = FitSettings(references=99, resamples=20)
CENTRES = np.array([[35.0, 3.0, 8.0, 1.9], [60.0, 5.5, 22.0, 4.6], [86.0, 9.5, 9.0, 1.9]])
SPREAD = np.array([6.0, 0.6, 2.0, 0.25])


def three_groups(rows: int = 66, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.arange(rows) % 3
    values = CENTRES[truth] + SPREAD * rng.standard_normal((rows, 4))
    values[:, 0] = np.minimum(values[:, 0], 100)
    return values, truth


def one_skewed_group(rows: int = 66, seed: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    shared = rng.standard_normal(rows)
    own = rng.standard_normal((rows, 4))
    mixed = 0.6 * shared[:, np.newaxis] + 0.8 * own
    return np.column_stack(
        [
            np.clip(60 + 15 * mixed[:, 0], 0, 100),
            5 * np.exp(0.5 * mixed[:, 1]),
            12 * np.exp(0.6 * mixed[:, 2]),
            1 + rng.poisson(2 * np.exp(0.4 * mixed[:, 3])),
        ]
    )


def table_of(values: np.ndarray) -> CohortTable:
    return cohort_table(
        [
            CohortRow(place=f"line {at + 2}", patient=f"P{at:03}", values=tuple(map(float, row)))
            for at, row in enumerate(values)
        ]
    )


def fitted(values: np.ndarray, how: FitSettings = QUICK) -> Fit:
    return fit(
        table_of(values), how, name="ours", version="1", created=datetime(2026, 1, 2, tzinfo=UTC), software="Vultus"
    )


@pytest.fixture(scope="module")
def grouped() -> Fit:
    return fitted(three_groups()[0])


def test_three_groups_are_found_and_named_by_severity(grouped: Fit):
    assert grouped.supported_groups == 3
    assert grouped.usable
    assert grouped.clear_order
    assert agreement(grouped.chosen.labels, three_groups()[1]) == 1.0
    assert [each.name for each in grouped.model.groups] == ["mild", "moderate_clonic", "severe_tonic"]
    for group, centre in zip(grouped.model.groups, CENTRES, strict=True):
        assert np.abs((np.array(group.centroid) - centre) / SPREAD).max() < 1


def test_agreement_and_alternatives_are_stated(grouped: Fit):
    assert [each.groups for each in grouped.tried] == [2, 3, 4, 5, 6]
    assert grouped.model.agreement.adjusted_rand_ward == 1.0
    assert grouped.model.agreement.p_one_group <= 0.05
    assert grouped.model.agreement.stability > 0.9
    assert max(grouped.tried, key=lambda each: each.silhouette).groups == 3


def test_one_skewed_group_is_one_group():
    found = fitted(one_skewed_group())
    assert found.supported_groups == NO_GROUPS
    assert not found.usable


def test_two_groups_give_no_model_of_three():
    values, truth = three_groups(99)
    found = fitted(values[truth != 1])
    assert found.supported_groups == 2
    assert not found.usable
    asked = fitted(values[truth != 1], QUICK.model_copy(update={"groups": 2}))
    assert asked.usable
    assert not asked.model.named


def test_a_patient_who_stands_alone_is_no_group_and_is_named():
    values, truth = three_groups()
    values[7] = (98.0, 60.0, 140.0, 20.0)
    found = fitted(values)
    assert [place for place, kept in zip(found.table.places, found.kept, strict=True) if not kept] == ["line 9"]
    assert found.model.standing_alone == 1
    assert found.supported_groups == 3
    assert min(found.chosen.sizes) >= 20
    assert agreement(found.chosen.labels, np.delete(truth, 7)) == 1.0
    assert found.placements()[7].class_ == "indeterminate"


def test_a_few_who_stand_together_are_no_group_either():
    values, _ = three_groups()
    values[[3, 8]] = (98.0, 60.0, 140.0, 20.0)
    alone = standing_alone(values, QUICK)
    assert list(np.flatnonzero(alone)) == [3, 8]


def test_the_order_of_rows_changes_nothing(grouped: Fit):
    order = np.random.default_rng(1).permutation(len(grouped.table))
    rows = [
        CohortRow(
            place=f"line {at}", patient=grouped.table.patients[at], values=tuple(map(float, grouped.table.values[at]))
        )
        for at in order
    ]
    shuffled = cohort_table(rows)
    assert shuffled.patients == grouped.table.patients
    assert np.array_equal(shuffled.values, grouped.table.values)
    assert shuffled.sha256 == grouped.table.sha256


def test_groups_do_not_depend_on_units():
    values, _ = three_groups()
    z = scale_of(values).standardised(values)
    other = values * np.array([10.0, 0.01, 3.0, 7.0]) + np.array([5.0, -1.0, 0.0, 2.0])
    again = scale_of(other).standardised(other)
    assert agreement(divisive(z, 3, QUICK), divisive(again, 3, QUICK)) == 1.0


def test_refining_puts_the_middle_one_of_three_in_a_row_together_again():
    rng = np.random.default_rng(2)
    truth = np.arange(90) % 3
    values = np.outer(truth, np.ones(4)) * 2.0 + 0.7 * rng.standard_normal((90, 4))
    bisected = divisive(values, 3, QUICK)
    assert agreement(refined(values, bisected), truth) >= agreement(bisected, truth)
    assert agreement(refined(values, bisected), truth) > 0.9


def test_every_patient_of_a_group_is_nearest_to_its_centroid(grouped: Fit):
    inside = [each for each, kept in zip(grouped.placements(), grouped.kept, strict=True) if kept]
    assert [each.number for each in inside] == [label + 1 for label in grouped.chosen.labels]


def test_too_few_patients_are_refused_with_what_was_left_out():
    table = replace(table_of(three_groups(59)[0]), left_out=(LeftOut(place="line 1", reason="no spasm"),))
    with pytest.raises(CohortError, match=r"59 patients .* at least 60 are needed; 1 left out: no spasm"):
        fit(table, QUICK, name="ours", version="1", created=datetime.now(UTC), software="Vultus")


def test_the_least_number_can_be_raised_and_not_lowered():
    with pytest.raises(ValueError, match="greater than or equal to 60"):
        FitSettings(at_least=59)
    with pytest.raises(CohortError, match="at least 80"):
        fitted(three_groups()[0], QUICK.model_copy(update={"at_least": 80}))


def test_a_variable_that_is_the_same_in_all_is_refused():
    values, _ = three_groups()
    values[:, 3] = 1.0
    with pytest.raises(CohortError, match="repetition"):
        fitted(values)


@settings(max_examples=25, deadline=None)
@given(
    arrays(np.float64, st.integers(5, 40), elements=st.integers(-400, 400).map(lambda at: at / 8)).filter(
        lambda values: np.ptp(values) > 0
    )
)
def test_a_unimodal_shape_rises_to_one_mode_and_falls(values: np.ndarray):
    shape = unimodal_shape(values)
    assert shape.cumulative[0] == 0.0
    assert shape.cumulative[-1] == pytest.approx(1.0)
    density = np.diff(shape.cumulative) / np.diff(shape.edges)
    assert (density >= 0).all()
    top = int(np.argmax(density))
    slack = 1e-7 * density.max()
    assert (np.diff(density[: top + 1]) >= -slack).all()
    assert (np.diff(density[top:]) <= slack).all()


def test_a_cohort_drawn_from_one_group_has_the_shapes_and_the_relations():
    values = one_skewed_group(400)
    drawn = one_group(values).draw(4000, np.random.default_rng(1))
    assert np.median(drawn, axis=0)[:3] == pytest.approx(np.median(values, axis=0)[:3], rel=0.15)
    assert np.corrcoef(np.log(drawn[:, 1]), np.log(drawn[:, 2]))[0, 1] == pytest.approx(
        np.corrcoef(np.log(values[:, 1]), np.log(values[:, 2]))[0, 1], abs=0.08
    )


def test_two_modes_in_one_variable_are_not_in_a_cohort_of_one_group():
    rng = np.random.default_rng(1)
    values = np.column_stack([np.repeat([0.0, 10.0], 50) + rng.standard_normal(100), rng.standard_normal((100, 3))])
    drawn = one_group(values).draw(4000, np.random.default_rng(1))
    assert np.mean((drawn[:, 0] > 3.5) & (drawn[:, 0] < 6.5)) > 0.1


def test_the_same_cohort_gives_the_same_test():
    values, _ = three_groups()
    assert against_one_group(values, QUICK).p == against_one_group(values, QUICK).p
