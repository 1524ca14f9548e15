"""docs/measurements.md explains every number that is written and every choice that can be made, and nothing that is not there.

What a value is made of that stands in many places (a number with its interval, a posture) is a shape: its fields are explained
once, as ``Shape.field``, and the rows of the keys that hold one name it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from analysis.palsy import eface, fame, fngs, sunnybrook
from analysis.palsy.assess import Grader
from analysis.palsy.postures import Region, Task
from analysis.palsy.results import (
    AffectedSide,
    CoMovement,
    Measured,
    MeasuredSides,
    Pattern,
    PostureResult,
    RegionalMeasures,
    RegionResult,
    Repetition,
    Score,
    StillResult,
)
from analysis.palsy.settings import PalsySettings
from analysis.palsy.task_settings import Drive
from analysis.results import AnalysisResult
from analysis.signals import COLUMNS
from analysis.spasm.results import (
    BlinkEvent,
    OtherBabinski,
    SideSpasms,
    SpasmClass,
    SpasmEvent,
    SpasmSide,
    VariableIntervals,
    Variables,
)
from analysis.values import Interval
from tests.configuration_keys import configuration_keys
from tests.palsy_faces import Face

DOCUMENT = (Path(__file__).parents[2] / "docs" / "measurements.md").read_text()
SHAPES: tuple[type[BaseModel], ...] = (
    Interval,
    Measured,
    MeasuredSides,
    Repetition,
    RegionalMeasures,
    PostureResult,
    StillResult,
    RegionResult,
    CoMovement,
    Score,
    Variables,
    VariableIntervals,
    SideSpasms,
    SpasmEvent,
    OtherBabinski,
    BlinkEvent,
)
SETTINGS = {
    path.removeprefix("analysis."): key.default
    for path, key in configuration_keys().items()
    if path.startswith("analysis.")
}
UNITS = {"mm", "deg", "px", "s", "1", "fps", "%", "mm of mm", "1 of 1", "-"}
SCALES: dict[str, Grader] = {
    "sunnybrook": sunnybrook.grade,
    "eface": eface.grade,
    "fngs": fngs.grade,
    "fame": fame.grade,
}


def cells(line: str) -> list[str]:
    """Of a row of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def names(text: str) -> list[str]:
    """What stands in code type and is a key, a shape or a shape's field."""
    return re.findall(r"`((?:[A-Z][A-Za-z]+|[a-z_0-9]+)(?:\.[a-z_0-9]+)*)`", text)


def section(title: str) -> str:
    """Everything below a heading, down to the next one of the same level or above."""
    level = title.split(" ")[0]
    below = DOCUMENT.split(f"\n{title}\n", 1)[1]
    return re.split(rf"^#{{2,{len(level)}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


ROWS = [cells(line) for line in DOCUMENT.splitlines() if line.startswith("| `")]
EXPLAINED = {name: row for row in ROWS for name in names(row[0])}
"""The row in whose first cell a name stands."""


def inner_models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from inner_models(inner)


def paths(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, type[BaseModel] | None]]:
    """Every key, as ``section.key``, down to plain values and shapes; with the shape that it holds."""
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        inner = list(inner_models(field.annotation))
        if not inner:
            yield path, None
        for each in inner:
            if each in SHAPES:
                yield path, each
            else:
                yield from paths(each, f"{path}.")


def of_shapes() -> Iterator[tuple[str, type[BaseModel] | None]]:
    """Every field of every shape, as ``Shape.field``; what a shape inherits belongs to the shape that it inherits from."""
    for shape in SHAPES:
        inherited = {name for base in shape.__bases__ if base in SHAPES for name in base.model_fields}
        for path, inner in paths(shape, f"{shape.__name__}."):
            if path.split(".")[1] not in inherited:
                yield path, inner


KEYS = dict([*paths(AnalysisResult), *of_shapes()])


@pytest.mark.parametrize("path", sorted(KEYS))
def test_every_field_of_the_result_is_explained(path: str) -> None:
    assert path in EXPLAINED, f"docs/measurements.md has no row for `{path}` of result.json"
    assert max(map(len, EXPLAINED[path][1:])) > 7, f"the row of `{path}` says nothing of it"


@pytest.mark.parametrize("path", sorted(path for path, shape in KEYS.items() if shape))
def test_a_key_that_holds_a_shape_says_which(path: str) -> None:
    shape = KEYS[path]
    assert shape is not None
    assert f"`{shape.__name__}`" in " ".join(EXPLAINED[path]), (
        f"the row of `{path}` does not say that it is {shape.__name__}"
    )


def test_a_shape_that_extends_another_says_which() -> None:
    for shape in SHAPES:
        for base in shape.__bases__:
            if base in SHAPES:
                assert f"`{shape.__name__}` is `{base.__name__}` and" in DOCUMENT, shape.__name__


def test_every_shape_is_somewhere_in_the_result() -> None:
    held = {shape for shape in KEYS.values() if shape}
    assert {shape for shape in SHAPES if shape not in held} == {RegionalMeasures}


@pytest.mark.parametrize("vocabulary", [Task, Region, AffectedSide, Pattern, Drive, SpasmSide, SpasmClass])
def test_every_word_that_a_result_may_hold_is_explained(vocabulary: type[StrEnum]) -> None:
    rows = [set(names(row[0])) for row in ROWS] + [set(names(row[1])) for row in ROWS]
    for word in vocabulary:
        written = f"tasks.drives.{word.value}.gate" if isinstance(word, Drive) else word.value
        assert any(written in row for row in rows), f"docs/measurements.md does not explain `{word.value}`"


@pytest.mark.parametrize("scale", SCALES)
def test_every_item_of_a_scale_is_explained(scale: str) -> None:
    graded = SCALES[scale](Face().examined(), PalsySettings())
    assert graded.items
    for field, written in (("items", graded.items), ("parts", graded.parts)):
        row = EXPLAINED[f"palsy.{scale}.{field}"]
        assert set(names(row[1])) == {str(name) for name in written}, f"the row of palsy.{scale}.{field}"


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_the_signals_is_explained(column: str) -> None:
    assert f"\n| `{column}` |" in section("## signals.csv"), (
        f"docs/measurements.md does not explain the column `{column}` of signals.csv"
    )


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_every_setting_is_explained_with_its_default(key: str) -> None:
    rows = [row for row in map(cells, section("## Settings").splitlines()) if row[0] == f"`{key}`"]
    assert len(rows) == 1, f"docs/measurements.md has {len(rows)} rows for the setting `{key}`"
    _, default, unit, why = rows[0]
    assert default == _written(key), f"the default of `{key}`"
    assert unit in UNITS
    assert "[pub" in why or "[ours]" in why or "declared" in why, f"where the default of `{key}` comes from"


def _written(key: str) -> str:
    """A default as the document writes it: numbers without ``.0``, lists without brackets and quotation marks."""
    if key == "smoothing_s":
        return "5 / 30"
    value = json.loads(SETTINGS[key] or "null")
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"{each:g}" if type(each) in (int, float) else str(each).lower() for each in values)


def test_nothing_is_explained_that_is_not_there() -> None:
    sections = set(AnalysisResult.model_fields) - {"schema_"} | {shape.__name__ for shape in SHAPES}
    known = {*KEYS, *(f"palsy.{scale}.{field}" for scale in SCALES for field in Score.model_fields)}
    for name in names(DOCUMENT):
        if "." in name and name.split(".")[0] in sections and name not in SETTINGS:
            assert any(path == name or path.startswith(f"{name}.") for path in known), name
    for row in map(cells, section("## Settings").splitlines()):
        if row[0].startswith("`"):
            assert set(names(row[0])) <= set(SETTINGS), row[0]


def test_every_row_says_where_its_definition_comes_from() -> None:
    marked = 0
    for row in ROWS:
        first, *others = names(row[0]) or [""]
        if re.match(r"(movement|commissure|RegionalMeasures)\.", first) and not first.endswith(("status", "reason")):
            assert "[pub" in " ".join(row) or "[ours]" in " ".join(row), (first, *others)
            marked += 1
    assert marked > 30


@pytest.mark.parametrize("scale", ["House-Brackmann", "FNGS 2.0", "Sunnybrook", "auto-eFACE", "FAME"])
def test_every_scale_says_what_is_published_and_what_is_ours(scale: str) -> None:
    said = section(f"### {scale}")
    assert "[pub" in said
    assert "[ours]" in said
