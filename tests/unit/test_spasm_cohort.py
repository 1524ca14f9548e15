"""Classes by a site's own cohort, where a signed-off model is configured."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analysis.cohort.model import CLASSES, Agreement, CohortModel, Four, ModelGroup, ModelVariable
from analysis.cohort.model_file import MODEL, approved, as_json
from analysis.cohort.settings import FitSettings
from analysis.spasm.assess import Seen, assess
from analysis.spasm.results import SpasmClass
from analysis.spasm.settings import ClassSettings
from analysis.spasm.trains import numbered
from service.configuration import load
from service.errors import ConfigurationError
from tests.unit.test_spasm_parts import event

CENTRES: tuple[Four, Four, Four] = ((20, 2, 5, 1), (60, 5, 40, 4), (90, 9, 12, 1.5))
MEAN, SD = (57.0, 5.0, 19.0, 2.0), (29.0, 3.0, 15.0, 1.3)


def model() -> CohortModel:
    """Three groups as they might be, not signed off."""
    columns = ("eye_closure_pct", "mouth_distance_change_pct_iod", "rate_per_min", "repetition")
    return CohortModel(
        name="site",
        version="1",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        software="test",
        patients=80,
        standing_alone=0,
        variables=tuple(
            ModelVariable(column=name, unit="-", mean=mean, sd=sd)
            for name, mean, sd in zip(columns, MEAN, SD, strict=True)
        ),
        groups=tuple(
            ModelGroup(
                number=k + 1,
                name=name,
                patients=26,
                centroid=centre,
                centroid_z=tuple((c - m) / s for c, m, s in zip(centre, MEAN, SD, strict=True)),
                within_sd_z=(0.3, 0.3, 0.3, 0.3),
                radius=1.5,
                severity=float(k),
            )
            for k, (name, centre) in enumerate(zip(CLASSES, CENTRES, strict=True))
        ),
        agreement=Agreement(
            p_one_group=0.01,
            silhouette=0.5,
            calinski_harabasz=100,
            adjusted_rand_ward=0.9,
            adjusted_rand_bisecting=0.9,
            stability=0.9,
        ),
        settings=FitSettings(),
        input_sha256="0" * 64,
    ).sealed()


def signed() -> CohortModel:
    return approved(model(), by="A. Surgeon", on=date(2026, 2, 1))


def seen(eye: float, mouth: float, trains: int, contractions: int) -> Seen:
    """So many trains of so many contractions in a minute."""
    events = [
        event(2 + 55 / trains * k + 0.4 * j, eye=eye, mouth=mouth) for k in range(trains) for j in range(contractions)
    ]
    return Seen(analysable_s=60, events=numbered(events, gap_s=1.0), closures_of_one_eye=0)


def test_the_nearest_group_names_the_class_and_says_so() -> None:
    settings = ClassSettings(cohort_model=signed())
    spasm = assess(seen(60, 5, 10, 4), settings)
    assert spasm.class_ is SpasmClass.MODERATE_CLONIC
    assert (spasm.decided_by, spasm.cohort) == ("site cohort", "site, version 1")
    assert "moderate clonic" in str(spasm.rule)


def test_by_our_bounds_the_same_face_may_be_of_another_class() -> None:
    """Single contractions that shut the eye for moments: our bounds say clonic, this site's patients are its tonic group."""
    face = seen(90, 9, 12, 1)
    assert assess(face, ClassSettings()).class_ is SpasmClass.MODERATE_CLONIC
    assert assess(face, ClassSettings(cohort_model=signed())).class_ is SpasmClass.SEVERE_TONIC


def test_a_face_unlike_the_cohort_is_indeterminate() -> None:
    spasm = assess(seen(60, 60, 10, 4), ClassSettings(cohort_model=signed()))
    assert spasm.class_ is SpasmClass.INDETERMINATE
    assert "unlike the cohort" in str(spasm.rule)


def test_who_has_no_spasm_is_in_no_group() -> None:
    assert assess(seen(60, 5, 1, 1), ClassSettings(cohort_model=signed())).class_ is SpasmClass.NONE


def configured(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / MODEL).write_bytes(content)
    path = tmp_path / "vultus.toml"
    path.write_text(f'[analysis.spasm.classes]\ncohort_model = "{tmp_path / MODEL}"\n')
    return path


def test_the_configuration_names_a_file_that_is_signed_off(tmp_path: Path) -> None:
    loaded = load(configured(tmp_path, as_json(signed()))).analysis
    assert loaded.spasm.classes.cohort_model == signed()
    assert loaded.sha256 != load(None).analysis.sha256
    again = type(loaded).model_validate_json(loaded.model_dump_json())  # as the child process gets it
    assert again == loaded


def test_a_model_that_nobody_signed_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cohort_model.*not signed off"):
        load(configured(tmp_path, as_json(model())))


def test_a_model_that_was_changed_by_hand_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="changed after it was written"):
        load(configured(tmp_path, as_json(signed()).replace(b"A. Surgeon", b"B. Surgeon")))
