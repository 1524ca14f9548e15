"""Placing a patient, and a model file that nobody may change by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cohort.model import CLASSES, Agreement, CohortModel, ModelGroup, ModelVariable
from analysis.cohort.model_file import approved, as_json, load_model, read_model
from analysis.cohort.settings import FitSettings
from analysis.cohort.variables import VARIABLES
from analysis.errors import CohortError
from analysis.spasm.results import SpasmClass, Variables

CENTRES = ((-1.0, -1.0, -0.5, 0.0), (0.0, 0.0, 1.0, 1.0), (1.5, 1.5, -0.5, -1.0))
MEANS, SDS = (60.0, 6.0, 12.0, 3.0), (20.0, 3.0, 6.0, 1.0)


def model_of(groups: int = 3) -> CohortModel:
    names = CLASSES if groups == 3 else (None,) * groups
    return CohortModel(
        name="ours",
        version="2",
        created=datetime(2026, 3, 4, tzinfo=UTC),
        software="Vultus",
        patients=80,
        standing_alone=1,
        variables=tuple(
            ModelVariable(column=each.column, unit=each.unit, mean=mean, sd=sd)
            for each, mean, sd in zip(VARIABLES, MEANS, SDS, strict=True)
        ),
        groups=tuple(
            ModelGroup(
                number=at + 1,
                name=names[at],
                patients=26,
                centroid=tuple(c * sd + mean for c, sd, mean in zip(centre, SDS, MEANS, strict=True)),
                centroid_z=centre,
                within_sd_z=(0.3, 0.3, 0.3, 0.3),
                radius=1.0,
                severity=(centre[0] + centre[1]) / 2,
            )
            for at, centre in enumerate(CENTRES[:groups])
        ),
        agreement=Agreement(
            p_one_group=0.003,
            silhouette=0.5,
            calinski_harabasz=80.0,
            adjusted_rand_ward=0.9,
            adjusted_rand_bisecting=0.95,
            stability=0.9,
        ),
        settings=FitSettings(),
        input_sha256="0" * 64,
    ).sealed()


def in_units(z: tuple[float, ...]) -> tuple[float, float, float, float]:
    eye, mouth, rate, repetition = (value * sd + mean for value, sd, mean in zip(z, SDS, MEANS, strict=True))
    return eye, mouth, rate, repetition


def patient(z: tuple[float, ...]) -> Variables:
    eye, mouth, rate, repetition = in_units(z)
    return Variables(eye_closure_pct=eye, mouth_distance_change_pct_iod=mouth, rate_per_min=rate, repetition=repetition)


@pytest.mark.parametrize(("at", "expected"), list(enumerate(CLASSES)))
def test_a_centroid_is_of_its_own_class(at: int, expected: SpasmClass):
    found = model_of().classify(patient(CENTRES[at]))
    assert found.class_ is expected
    assert found.number == at + 1
    assert found.margin == pytest.approx(
        min(model_of().distances(model_of().groups[at].centroid)[o] for o in {0, 1, 2} - {at})
    )


def test_between_two_centroids_is_indeterminate():
    middle = tuple((a + b) / 2 for a, b in zip(CENTRES[0], CENTRES[1], strict=True))
    found = model_of().classify(patient(middle))
    assert found.class_ is SpasmClass.INDETERMINATE
    assert found.margin == pytest.approx(0.0, abs=1e-9)
    assert "less than 0.25 SD" in found.why


def test_unlike_the_cohort_is_indeterminate():
    found = model_of().classify(patient((6.0, 6.0, -0.5, -1.0)))
    assert found.class_ is SpasmClass.INDETERMINATE
    assert "unlike the cohort" in found.why
    assert "severe tonic" in found.why


def test_a_missing_variable_is_indeterminate_and_named():
    found = model_of().classify(Variables(eye_closure_pct=60.0, rate_per_min=4.0, repetition=1.0))
    assert found.class_ is SpasmClass.INDETERMINATE
    assert found.margin is None
    assert found.why == "not measured: mouth_distance_change_pct_iod"


@given(st.tuples(*[st.floats(-3, 3)] * 4))
def test_the_class_is_that_of_the_nearest_centroid_or_none(z: tuple[float, float, float, float]):
    model = model_of()
    found = model.classify(patient(z))
    distances = model.distances(in_units(z))
    assert found.margin is not None
    assert found.margin >= 0
    if found.class_ is not SpasmClass.INDETERMINATE:
        assert distances[CLASSES.index(found.class_)] == min(distances)
        assert found.margin >= 0.25


def test_groups_without_names_place_nobody():
    with pytest.raises(CohortError, match="no class names"):
        model_of(2).classify(patient(CENTRES[0]))


def test_placing_needs_no_clustering_library():
    program = (
        "import sys; from analysis.cohort.model_file import load_model; from analysis.cohort.model import CohortModel; "
        "print(sorted({'sklearn', 'statsmodels', 'scipy', 'matplotlib', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() in ("[]", "['numpy']")


def signed() -> CohortModel:
    return approved(model_of(), by="A. Person", on=date(2026, 4, 1))


def test_what_is_written_and_signed_off_is_read_again(tmp_path: Path):
    path = tmp_path / "cohort-model.json"
    path.write_bytes(as_json(signed()))
    assert load_model(path) == signed()
    assert load_model(path).approved_by == "A. Person"


def test_without_a_signature_it_is_read_and_not_used(tmp_path: Path):
    path = tmp_path / "cohort-model.json"
    path.write_bytes(as_json(model_of()))
    assert read_model(path) == model_of()
    with pytest.raises(CohortError, match=r"not signed off.*vultus cohort approve"):
        load_model(path)


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(CohortError, match=r"there is no cohort model at .*vultus cohort fit"):
        load_model(tmp_path / "none.json")
    with pytest.raises(CohortError, match="cannot be read"):
        load_model(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"name: x", b"\xff\xfe"])
def test_no_json_is_told(tmp_path: Path, content: bytes):
    path = tmp_path / "cohort-model.json"
    path.write_bytes(content)
    with pytest.raises(CohortError, match="is no JSON"):
        load_model(path)


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"schema": "vultus.cohort-model/9"}'])
def test_another_schema_is_told(tmp_path: Path, content: bytes):
    path = tmp_path / "cohort-model.json"
    path.write_bytes(content)
    with pytest.raises(CohortError, match="does not follow the schema"):
        load_model(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("approved_by", "Somebody Else"),
        ("patients", 800),
        ("name", "theirs"),
        ("sha256", "1" * 64),
        ("sha256", ""),
    ],
)
def test_a_file_that_was_changed_by_hand_is_refused(tmp_path: Path, key: str, value: object):
    path = tmp_path / "cohort-model.json"
    content = json.loads(as_json(signed()))
    content[key] = value
    path.write_text(json.dumps(content))
    with pytest.raises(CohortError, match="was changed after it was written"):
        load_model(path)


def test_a_centroid_that_was_changed_by_hand_is_refused(tmp_path: Path):
    path = tmp_path / "cohort-model.json"
    content = json.loads(as_json(signed()))
    content["groups"][0]["centroid_z"][0] += 0.01
    path.write_text(json.dumps(content))
    with pytest.raises(CohortError, match="was changed"):
        load_model(path)


def test_another_layout_of_the_same_content_is_the_same(tmp_path: Path):
    path = tmp_path / "cohort-model.json"
    path.write_text(json.dumps(json.loads(as_json(signed())), indent=None, sort_keys=True))
    assert load_model(path) == signed()


def test_two_groups_are_not_used(tmp_path: Path):
    path = tmp_path / "cohort-model.json"
    path.write_bytes(as_json(model_of(2)))
    with pytest.raises(CohortError, match="2 groups without class names"):
        load_model(path)
    with pytest.raises(CohortError, match="only a model of 3 groups"):
        approved(model_of(2), by="A. Person", on=date(2026, 4, 1))


def test_names_can_be_changed_when_it_is_signed_off():
    names = (SpasmClass.MODERATE_CLONIC, SpasmClass.MILD, SpasmClass.SEVERE_TONIC)
    found = approved(model_of(), by="A. Person", on=date(2026, 4, 1), names=names)
    assert tuple(each.name for each in found.groups) == names
    assert found.classify(patient(CENTRES[0])).class_ is SpasmClass.MODERATE_CLONIC


@pytest.mark.parametrize(
    ("by", "on", "names", "told"),
    [
        ("  ", date(2026, 4, 1), None, "nobody is named"),
        ("A. Person", date(2026, 3, 3), None, "cannot be signed off on"),
        ("A. Person", date(2026, 4, 1), (SpasmClass.MILD, SpasmClass.MILD, SpasmClass.SEVERE_TONIC), "must name one"),
    ],
)
def test_an_impossible_signature_is_refused(by: str, on: date, names: tuple[SpasmClass, ...] | None, told: str):
    with pytest.raises(CohortError, match=told):
        approved(model_of(), by=by, on=on, names=names)


def test_a_signature_is_not_replaced():
    with pytest.raises(CohortError, match=r"was signed off by A\. Person on 2026-04-01"):
        approved(signed(), by="Other", on=date(2026, 4, 2))
