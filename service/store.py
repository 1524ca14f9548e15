"""The storage root: the one place on disk that a Vultus owns."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from service.errors import StorageError
from service.exams import Exams
from service.instances import Inbox
from service.pseudonyms import Pseudonyms, open_pseudonyms


@dataclass(frozen=True, kw_only=True, eq=False)
class Store:
    """Inbox, exams and the directories of the running program."""

    root: Path
    inbox: Inbox
    exams: Exams
    pseudonyms: Pseudonyms

    @property
    def spool(self) -> Path:
        """Objects on their way in; on the inbox's file system, so that taking one over is a rename."""
        return self.root / "spool"

    @property
    def scratch(self) -> Path:
        """Private directories of child processes."""
        return self.root / "scratch"

    @property
    def run(self) -> Path:
        """Heartbeats and locks."""
        return self.root / "run"

    @property
    def commitments(self) -> Path:
        """Storage commitment reports that arrived."""
        return self.root / "commitments"

    @property
    def engine_database(self) -> Path:
        """The engine's SQLite file; it can be deleted without losing an exam."""
        return self.root / "engine.sqlite"

    def free_bytes(self) -> int:
        """What is left on the file system."""
        return shutil.disk_usage(self.root).free


def existing_store(root: Path) -> Store:
    """Open a storage root that was used before, for whoever only looks. Raises ``StorageError``."""
    if not (root / "secret.key").is_file():
        raise StorageError(
            f"there is no Vultus storage root at {root.absolute()}: name the configuration of the service with --config"
        )
    return open_store(root)


def open_store(root: Path) -> Store:
    """Open a storage root, making what is missing.

    Raises:
        StorageError: it cannot be written.
    """
    root = root.absolute()
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
        pseudonyms = open_pseudonyms(root / "secret.key")
        store = Store(root=root, inbox=Inbox(root, pseudonyms), exams=Exams(root), pseudonyms=pseudonyms)
        for directory in (store.spool, store.scratch, store.run, store.commitments):
            directory.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(
            f"the storage root {root} cannot be used ({error.strerror}): set storage.root to a directory that the user "
            f"Vultus runs as (uid {os.getuid()}) can write"
        ) from error
    return store
