from __future__ import annotations

import pytest
from pydantic import ValidationError

from analysis.palsy.graded import bounds_missed, bounds_reached
from analysis.palsy.settings import PalsySettings


@pytest.mark.parametrize(
    "wrong",
    [
        {"sunnybrook_shares": (0.95, 0.5, 0.75, 0.25)},
        {"sunnybrook_shares": (0.95, 0.75, 0.5)},
        {"house_brackmann_f": (85, 76, 76, 26, 5)},
        {"synkinesis_bounds": (0.6, 0.3, 0.15)},
        {"fame_regions": ("brow", "brow", "smile", "pucker", "lower_lip")},
        {"closed_share": 0},
        {"brow_gate": 2.0},
    ],
)
def test_what_makes_no_scale_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        PalsySettings.model_validate(wrong)


def test_a_ratio_on_a_bound_reaches_it_in_spite_of_its_last_bit():
    assert 0.1 + 0.2 != 0.3
    assert bounds_missed(0.3 - 1e-16, (0.1 + 0.2,)) == 0
    assert bounds_reached(0.3 - 1e-16, (0.1 + 0.2,)) == 1
    assert (bounds_missed(0.29, (0.3,)), bounds_reached(0.29, (0.3,))) == (1, 0)
