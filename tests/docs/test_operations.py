"""docs/operations.md names every key with its default, every metric and every command that it tells people to use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from starlette.routing import Route
from typer.main import get_command

from analysis.palsy.postures import Task
from service.cli import app
from service.configuration import Configuration, load
from service.console import create_app
from service.metrics import StoreCollector
from service.store import open_store
from service.task_labels import DEFAULT_LABELS, label_of
from tests.configuration_keys import configuration_keys

_LABELS = "sources.task_labels"
"""One row for all movements: a table has no room for regular expressions, and ``deploy/vultus.toml`` shows them."""
_REPOSITORY = Path(__file__).parents[2]
_TEXT = (_REPOSITORY / "docs" / "operations.md").read_text()
_ROW = re.compile(r"^\| `([^`]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", re.MULTILINE)


def _section(title: str) -> str:
    return re.split(r"^## ", _TEXT.split(f"\n## {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_the_table_has_every_key_with_its_default() -> None:
    rows = {path: _plain(default) for path, default, _ in _ROW.findall(_section("Configuration"))}
    assert rows == {
        path: _plain(key.default or "")
        for path, key in configuration_keys().items()
        if not path.startswith(f"{_LABELS}.")
    } | {_LABELS: ""}


def test_the_labels_of_every_movement_can_be_set() -> None:
    told = _section("Labels").split("\n\n")
    (list_of_movements,) = [each for each in told if "one key for each movement" in each]
    known = {path.removeprefix(f"{_LABELS}.") for path in configuration_keys() if path.startswith(f"{_LABELS}.")}
    assert set(re.findall(r"`([a-z_]+)`", list_of_movements)) == known
    assert known == set(Task)


def test_the_example_of_a_label_replaces_what_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.startswith("VULTUS__"):
            monkeypatch.delenv(variable)
    (block,) = re.findall(r"```toml\n(.*?)```", _section("Labels"), re.DOTALL)
    path = tmp_path / "vultus.toml"
    path.write_text(block)
    labels = load(path).sources.task_labels
    (described, task), *others = re.findall(r'"([^"]+)" is then `([a-z_]+)`', _section("Labels"))
    for description, meant in ((described, task), *others):
        header = Dataset()
        header.SeriesDescription = description
        assert label_of(header, DEFAULT_LABELS) is not Task(meant)
        assert label_of(header, labels) is Task(meant)
    assert set(labels) == set(Task)


def _plain(default: str) -> str | float:
    """``1`` and ``1.0`` are the same number."""
    try:
        return float(default)
    except ValueError:
        return default


def test_the_table_says_what_each_key_means() -> None:
    assert all(len(meaning) > 5 for _, _, meaning in _ROW.findall(_section("Configuration")))


def test_the_metrics_are_those_that_are_served(tmp_path: Path) -> None:
    served = {metric.name for metric in StoreCollector(open_store(tmp_path)).collect()}
    rows = re.findall(r"^\| `(vultus_\w+)` \|", _section("Health and metrics"), re.MULTILINE)
    assert set(rows) == served


def test_the_paths_are_those_that_are_served(tmp_path: Path) -> None:
    routes = create_app(Configuration(), open_store(tmp_path)).routes
    served = {route.path for route in routes if isinstance(route, Route)}
    told = set(re.findall(r"^\| `(/[\w/]+)` \|", _section("Health and metrics"), re.MULTILINE))
    assert told == {path for path in served if path.startswith(("/health", "/metrics"))}


def _commands(group: Any, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield f"{prefix}{name}"
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")


@pytest.mark.parametrize("document", ["docs/operations.md", "deploy/README.md"])
def test_every_command_that_is_told_exists(document: str) -> None:
    known = set(_commands(get_command(app)))
    text = (_REPOSITORY / document).read_text()
    told = re.findall(r"(?:^|`|/|exec vultus |0 )vultus ((?:jobs|model) [a-z]+|[a-z]+)", text, re.MULTILINE)
    assert len(told) >= 2
    assert set(told) <= known, set(told) - known


@pytest.mark.parametrize("document", ["docs/operations.md", "deploy/README.md"])
def test_every_file_that_is_linked_exists(document: str) -> None:
    path = _REPOSITORY / document
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert (path.parent / link).exists(), link
