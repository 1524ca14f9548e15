"""What holds for every scale of facial palsy."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.palsy import eface, fame, fngs, house_brackmann, sunnybrook
from analysis.palsy.settings import PalsySettings
from tests.palsy_faces import Face, mirrored
from tests.palsy_strategies import FACES, same_eyes_shut

SETTINGS = PalsySettings()
OF_RATIOS = (eface, fame, fngs, sunnybrook)


@pytest.mark.parametrize("scale", [*OF_RATIOS, house_brackmann])
@settings(deadline=None)
@given(face=FACES)
def test_a_mirror_changes_nothing(scale: ModuleType, face: Face) -> None:
    assert scale.grade(mirrored(face.examined()), SETTINGS) == scale.grade(face.examined(), SETTINGS)


@pytest.mark.parametrize("scale", OF_RATIOS)
@settings(deadline=None)
@given(face=FACES, factor=st.floats(0.8, 1.25))
def test_millimetres_that_are_all_longer_change_nothing(scale: ModuleType, face: Face, factor: float) -> None:
    other = replace(face, scale=factor)
    assume(same_eyes_shut(face, other))
    one, longer = (scale.grade(each.examined(), SETTINGS) for each in (face, other))
    assert longer.items == pytest.approx(one.items)
    assert longer.parts == pytest.approx(one.parts)
    assert getattr(longer, "category", None) == getattr(one, "category", None)
