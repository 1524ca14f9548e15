"""docs/measurements.md explains every number that is written and every choice that can be made, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from analysis.results import AnalysisResult
from analysis.settings import AnalysisSettings
from analysis.signals import COLUMNS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "measurements.md").read_text()
NAMED = set(re.findall(r"`([a-z_0-9.]+)`", DOCUMENT))


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def paths(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every key of result.json, as ``section.key``."""
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        inner = list(_models(field.annotation))
        if not inner:
            yield path
        for each in inner:
            yield from paths(each, f"{path}.")


@pytest.mark.parametrize("path", sorted(set(paths(AnalysisResult))))
def test_every_field_of_the_result_is_explained(path: str) -> None:
    assert path in NAMED, f"docs/measurements.md does not explain `{path}` of result.json"


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_the_signals_is_explained(column: str) -> None:
    assert column in NAMED, f"docs/measurements.md does not explain the column `{column}` of signals.csv"


@pytest.mark.parametrize("key", AnalysisSettings.model_fields)
def test_every_setting_is_explained_with_its_default(key: str) -> None:
    default = AnalysisSettings.model_fields[key].default
    written = "5 / 30" if key == "smoothing_s" else str(default).lower()
    row = re.search(rf"^\| `{key}` \| ([^|]+) \|", DOCUMENT, re.MULTILINE)
    assert row, f"docs/measurements.md has no row for the setting `{key}`"
    assert row.group(1).strip() == written.removesuffix(".0")


def test_nothing_is_explained_that_is_not_there() -> None:
    sections = set(AnalysisResult.model_fields)
    known = set(paths(AnalysisResult))
    for name in NAMED:
        if name.split(".")[0] in sections and "." in name:
            assert any(path == name or path.startswith(f"{name}.") for path in known), name
    for key in re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| (?:mm|deg|px|s|1|fps|-) \|", DOCUMENT, re.MULTILINE):
        assert key in AnalysisSettings.model_fields or key in COLUMNS, key


def test_every_row_says_where_its_definition_comes_from() -> None:
    for line in DOCUMENT.splitlines():
        if re.match(r"\| `(movement|commissure)\.", line) and not line.split("|")[1].strip().endswith(
            ("status`", "reason`")
        ):
            assert "[pub" in line or "[ours]" in line, line
