from __future__ import annotations

import pytest

from tests.coverage_simulation import Noise, simulate


@pytest.mark.parametrize("noise", ["white", "smoothed", 0.8, 0.9])
@pytest.mark.parametrize("sd", [0.05, 0.5])
def test_three_smiles_give_an_interval_that_holds_the_true_r(noise: Noise, sd: float) -> None:
    coverage = simulate(3, noise, sd, draws=300)
    assert coverage.refused < 0.05
    assert coverage.held >= 0.92  # 95 % less three standard errors of 300 draws, rounded up


def test_slow_noise_over_one_smile_is_the_worst_case() -> None:
    coverage = simulate(1, 0.95, 0.5, draws=300)
    assert coverage.held >= 0.88


def test_the_textbook_formula_counts_a_clean_smile_as_two_samples() -> None:
    """So one smile would never have an interval, however finely it was filmed."""
    coverage = simulate(1, "smoothed", 0.05, draws=50)
    assert coverage.textbook_n_eff < 4
    assert coverage.n_eff > 10
