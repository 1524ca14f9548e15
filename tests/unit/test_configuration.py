"""The configuration: what stops a start, and with which sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.configuration import DicomDestination, FolderDestination, load
from service.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VULTUS__")]:
        monkeypatch.delenv(name)


def written(directory: Path, text: str) -> Path:
    path = directory / "vultus.toml"
    path.write_text(text)
    return path


def test_the_defaults_let_only_this_machine_in() -> None:
    configuration = load(None)
    assert configuration.dicom.host == configuration.console.host == "127.0.0.1"
    assert {peer.address for peer in configuration.dicom.allowed_peers} == {"127.0.0.0/8", "::1/128"}
    assert configuration.console.on_loopback
    (destination,) = configuration.delivers_to
    assert isinstance(destination, FolderDestination)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[dicom]\nprot = 1", ["dicom.prot", "no such key"]),
        ("[dicm]\nport = 1", ["dicm", "no such key"]),
        ("[dicom]\nport = 0", ["dicom.port = 0", "greater than or equal to 1"]),
        ("[dicom]\nport = 65536", ["dicom.port = 65536"]),
        ('[dicom]\nport = "many"', ["dicom.port", "many"]),
        ('[dicom]\nae_title = "A TITLE THAT IS TOO LONG"', ["dicom.ae_title", "1 to 16"]),
        ('[[dicom.allowed_peers]]\naddress = "10.0.0.7/24"', ["10.0.0.7/24"]),
        ('[[dicom.allowed_peers]]\nae_title = "X"', ["dicom.allowed_peers.0.address", "missing"]),
        ("[storage]\nmin_free_gb = -1", ["storage.min_free_gb = -1"]),
        ("[storage]\nkeep_results_days = 0", ["storage.keep_results_days"]),
        ('[engine]\ndatabase_url = "mysql://x"', ["engine.database_url"]),
        ("[exam]\nquiet_period_s = -1", ["exam.quiet_period_s"]),
        ("[reports]\nface_stills = true", ["reports.face_stills"]),
        ('[reports]\nlanguage = "xx"', ["reports.language"]),
        ("[limits]\nattempts = 0", ["limits.attempts"]),
        ('[log]\nlevel = "loud"', ["log.level", "warning"]),
        ('[[destinations]]\nname = "a"\nprotocol = "ftp"', ["destinations.0", "folder"]),
        ('[[destinations]]\nname = "a/b"\nprotocol = "folder"\npath = "x"', ["destinations.0", "name"]),
        (
            '[[destinations]]\nname = "a"\nprotocol = "folder"\npath = "x"\n' * 2,
            ["destinations", "a name of its own"],
        ),
        ("[dicom", ["not TOML"]),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, named: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, text))
    for words in named:
        assert words in str(caught.value)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, "[dicom]\nport = 0\n[exam]\nquiet = 3\n"))
    assert "dicom.port" in str(caught.value)
    assert "exam.quiet" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"vultus\.toml: No such file"):
        load(tmp_path / "vultus.toml")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "vultus.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="not TOML"):
        load(path)


def test_the_environment_wins_and_leaves_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VULTUS__DICOM__PORT", "11999")
    monkeypatch.setenv("VULTUS__STORAGE__ROOT", str(tmp_path))
    configuration = load(
        written(tmp_path, '[dicom]\nport = 104\nae_title = "FACES"\n[storage]\nkeep_video_hours = 1\n')
    )
    assert (configuration.dicom.port, configuration.dicom.ae_title) == (11999, "FACES")
    assert (configuration.storage.root, configuration.storage.keep_video_hours) == (tmp_path, 1)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("VULTUS__DICM__PORT", "1", "VULTUS__DICM__PORT"),
        ("VULTUS__DICOM__PROT", "1", "no such key"),
        ("VULTUS__DICOM__PORT", "none", "dicom.port = 'none'"),
        ("VULTUS__DESTINATIONS", "pacs", "destinations"),
    ],
)
def test_variables_are_held_to_the_same(monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=named):
        load(None)


def test_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VULTUS__ENGINE__DATABASE_URL", "postgres://vultus:hunter2@db/vultus")
    with pytest.raises(ConfigurationError, match=r"engine\.database_url") as caught:
        load(None)
    assert "hunter2" not in str(caught.value)


def test_destinations(tmp_path: Path) -> None:
    text = """
    [[destinations]]
    name = "pacs"
    ae_title = "ORTHANC"
    host = "127.0.0.1"
    port = 4242
    storage_commitment = true
    [[destinations]]
    name = "share"
    protocol = "folder"
    path = "/results"
    """
    pacs, share = load(written(tmp_path, text)).delivers_to
    assert isinstance(pacs, DicomDestination)
    peer = pacs.peer("VULTUS")
    assert (peer.ae_title, peer.port, peer.calling_ae_title, pacs.storage_commitment) == (
        "ORTHANC",
        4242,
        "VULTUS",
        True,
    )
    assert isinstance(share, FolderDestination)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("10.0.0.1", False), ("vultus.example", False)],
)  # fmt: skip
def test_what_counts_as_loopback(monkeypatch: pytest.MonkeyPatch, host: str, loopback: bool) -> None:
    monkeypatch.setenv("VULTUS__CONSOLE__HOST", host)
    assert load(None).console.on_loopback is loopback
