"""deploy/vultus.toml can be loaded, names every key there is, and tells the truth about the defaults."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from service.configuration import DicomDestination, FolderDestination, load
from tests.configuration_keys import as_toml, configuration_keys, written_keys

_EXAMPLE = Path(__file__).parents[2] / "deploy" / "vultus.toml"
_COMMENTED = re.compile(r"^# (?=[a-z_]+ = |\[)", re.MULTILINE)
_EXAMPLES = ("destinations[].", "dicom.allowed_peers[].", "dicom.tls.", "dicom.host", "storage.root")
"""Where the file shows a value of its own and not the default."""


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.startswith("VULTUS__"):
            monkeypatch.delenv(variable)


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """The example with every commented key in force."""
    path = tmp_path / "everything.toml"
    path.write_text(_COMMENTED.sub("", _EXAMPLE.read_text()))
    return path


def test_the_example_can_be_used_as_it_is() -> None:
    configuration = load(_EXAMPLE)
    (pacs,) = configuration.destinations
    assert isinstance(pacs, DicomDestination)
    assert pacs.storage_commitment
    assert configuration.dicom.allowed_peers[0].address == "10.0.0.7/32"


def test_every_commented_key_can_be_uncommented(everything: Path) -> None:
    pacs, research = load(everything).destinations
    assert isinstance(pacs, DicomDestination)
    assert pacs.tls is not None
    assert isinstance(research, FolderDestination)


def test_it_names_every_key_there_is(everything: Path) -> None:
    written = {path for path, _ in written_keys(tomllib.loads(everything.read_text()))}
    assert written == set(configuration_keys())


def test_what_it_shows_are_the_defaults(everything: Path) -> None:
    keys = configuration_keys()
    shown = {
        path: as_toml(value)
        for path, value in written_keys(tomllib.loads(everything.read_text()))
        if not path.startswith(_EXAMPLES)
    }
    assert len(shown) > 30
    assert shown == {path: _as_shown(keys[path].default, shown[path]) for path in shown}


def _as_shown(default: str | None, shown: str) -> str | None:
    """A whole-number default of a fractional key may be written ``5`` or ``5.0``."""
    return shown if default is not None and f"{default}.0" == shown else default


def test_the_environment_of_the_orthanc_example_replaces_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VULTUS__DICOM__ALLOWED_PEERS", '[{"ae_title": "ORTHANC", "address": "172.31.42.3/32"}]')
    configuration = load(_EXAMPLE)
    assert [peer.ae_title for peer in configuration.dicom.allowed_peers] == ["ORTHANC"]
    assert configuration.dicom.host == "0.0.0.0"
