"""Names for patients' objects that say nothing about them: a keyed hash of a UID.

Used for directories, jobs, logs and metrics. Without the key of the storage root a name cannot be matched to a UID.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from service.errors import StorageError
from service.files import sync_directory, write_durably

_KEY_BYTES: Final = 32
_HEX_DIGITS: Final = 24


class Pseudonyms:
    """The names that belong to one storage root."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, uid: str) -> str:
        """24 hexadecimal digits (96 bits of HMAC-SHA256): the same for the same UID, safe as a file name."""
        return hmac.new(self._key, uid.encode(), hashlib.sha256).hexdigest()[:_HEX_DIGITS]


def open_pseudonyms(key_file: Path) -> Pseudonyms:
    """Read the key, or make one on first use (readable by the owner only). Two that start at once get the same."""
    if not key_file.exists():
        candidate = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
        try:
            write_durably(candidate, secrets.token_bytes(_KEY_BYTES), mode=0o600)
            with suppress(FileExistsError):
                key_file.hardlink_to(candidate)
        finally:
            candidate.unlink(missing_ok=True)
        sync_directory(key_file.parent)
    key = key_file.read_bytes()
    if len(key) != _KEY_BYTES:
        raise StorageError(
            f"the key file {key_file} is damaged: restore it from a backup; without it known objects are not recognised"
        )
    return Pseudonyms(key)
