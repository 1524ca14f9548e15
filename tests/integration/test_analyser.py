"""What a failed child process means for the object: its own fault, or the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import generate_uid

from service import analysing
from service.analysing import Analyser, Attempt
from service.configuration import Configuration
from service.errors import ChildCrashed
from service.store import Store
from tests.integration.service_lab import arrive, root_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return root_at(tmp_path)


@pytest.mark.parametrize(
    ("room_bytes", "outcome", "words"),
    [(0, Attempt.INPUT_FAILED, "it ended early"), (1 << 60, Attempt.HOST_FAILED, "disk of the storage root is full")],
)
def test_a_crash_on_a_full_disk_is_not_blamed_on_the_recording(
    store: Store, monkeypatch: pytest.MonkeyPatch, room_bytes: int, outcome: Attempt, words: str
) -> None:
    def crash(*_arguments: object, **_options: object) -> None:
        raise ChildCrashed("it ended early", exit_code=1, last_line="")

    monkeypatch.setattr(analysing, "analyse_file", crash)
    monkeypatch.setattr(analysing, "_ROOM_BYTES", room_bytes)
    found, reason = Analyser(store, Configuration()).attempt(arrive(store, generate_uid()))
    assert found is outcome
    assert words in reason
