from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.values import Status
from tests.synthetic_faces import alone, analysed, even_times, film, smiles, still

TIMES = even_times(5)
MOVED = analysed(TIMES, alone(film(TIMES, smiles(8, starts=(1,)), smiles(5, starts=(1,))))).result
AT_REST = analysed(TIMES, alone(film(TIMES, still, still))).result
UNSEEN = analysed(TIMES, [[]] * len(TIMES)).result

CONTRACT = {
    "source": "sop_instance_uid kind frames fps duration_s timestamps mirrored",
    "quality": "status reasons analysable_s frames_used frames_rejected scale_mm_per_iod scale_source",
    "commissure": "status reason pearson_r ci95 spearman_rho max_lag_r lag_s gain amplitude_ratio weaker_side excursion_mm "
    "nonlinearity band",
    "provenance": "software model_sha256 config_sha256 pipeline_version created",
}


@pytest.mark.parametrize("result", [MOVED, AT_REST, UNSEEN])
def test_round_trip(result: AnalysisResult) -> None:
    assert AnalysisResult.model_validate_json(result.model_dump_json()) == result
    assert AnalysisResult.model_validate(result.model_dump(mode="json")) == result


@pytest.mark.parametrize("result", [MOVED, AT_REST, UNSEEN])
def test_the_keys_of_the_contract_are_always_there(result: AnalysisResult) -> None:
    written = json.loads(result.model_dump_json())
    assert written["schema"] == "vultus.analysis/1"
    for section, keys in CONTRACT.items():
        assert set(keys.split()) <= set(written[section])
    assert "NaN" not in result.model_dump_json()


def test_nested_keys_of_the_contract() -> None:
    commissure = json.loads(MOVED.model_dump_json())["commissure"]
    assert set(commissure["excursion_mm"]) == {"right", "left"}
    assert set(commissure["nonlinearity"]) == {"delta_r2", "hysteresis"}
    assert len(commissure["ci95"]) == 2
    assert commissure["weaker_side"] in ("left", None)
    assert commissure["band"] in ("linear", "borderline", "reduced")


@pytest.mark.parametrize("result", [AT_REST, UNSEEN])
@pytest.mark.parametrize("part", ["movement", "commissure"])
def test_what_is_not_assessable_has_a_reason_and_no_numbers(result: AnalysisResult, part: str) -> None:
    value = getattr(result, part)
    assert value.status is Status.NOT_ASSESSABLE
    assert value.reason
    rest = value.model_dump(exclude={"status", "reason"})
    assert all(number in (None, ()) for number in rest.values())


def test_a_value_cannot_be_changed_or_extended() -> None:
    with pytest.raises(ValidationError):
        setattr(MOVED.source, "frames", 3)  # noqa: B010
    with pytest.raises(ValidationError):
        AnalysisResult.model_validate(MOVED.model_dump(mode="json") | {"diagnosis": "none"})
    with pytest.raises(ValidationError):
        AnalysisResult.model_validate(MOVED.model_dump(mode="json") | {"schema": "vultus.analysis/2"})


@given(st.sampled_from([float("nan"), float("inf"), float("-inf")]))
def test_no_number_is_not_a_number(value: float) -> None:
    broken = MOVED.model_dump()
    broken["commissure"]["pearson_r"] = value
    with pytest.raises(ValidationError):
        AnalysisResult.model_validate(broken)


def test_the_hash_of_the_settings_depends_on_values_alone() -> None:
    plain = AnalysisSettings()
    assert AnalysisSettings(max_yaw_deg=15, gate_mm=2).sha256 == plain.sha256  # written as whole numbers in TOML
    assert AnalysisSettings.model_validate(json.loads(plain.model_dump_json())).sha256 == plain.sha256
    backwards = dict(reversed(list(plain.model_dump().items())))
    assert AnalysisSettings.model_validate(backwards).sha256 == plain.sha256


def _others(settings: BaseModel) -> Iterator[tuple[str, BaseModel]]:
    """The settings with one value changed, for every value."""
    for key in type(settings).model_fields:
        value = getattr(settings, key)
        if isinstance(value, BaseModel):
            yield from ((f"{key}.{inner}", settings.model_copy(update={key: other})) for inner, other in _others(value))
        elif value is not None:  # a cohort model is tried in test_spasm_cohort
            yield key, settings.model_copy(update={key: _another(value)})


def _another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value * 0.999
        case tuple() if all(isinstance(each, float | int) for each in value):
            return tuple(_another(each) for each in value)
        case tuple():
            return value[::-1]
        case dict():
            return {}


@pytest.mark.parametrize(("key", "other"), list(_others(AnalysisSettings())))
def test_every_setting_is_in_the_hash(key: str, other: AnalysisSettings) -> None:
    assert other.sha256 != AnalysisSettings().sha256, key


def test_the_hash_is_the_same_in_every_process() -> None:
    command = "from analysis.settings import AnalysisSettings; print(AnalysisSettings().sha256)"
    printed = {
        subprocess.run(
            [sys.executable, "-c", command], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {AnalysisSettings().sha256}


@pytest.mark.parametrize(("key", "value"), [("gate_mm", 0), ("plain_leak", 1), ("iris_diameter_mm", 20), ("gate", 2)])
def test_impossible_settings_are_refused(key: str, value: float) -> None:
    with pytest.raises(ValidationError, match=key):
        AnalysisSettings.model_validate({key: value})
