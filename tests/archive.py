"""A PACS for tests: takes documents over DICOM, remembers every C-STORE, and answers storage commitment as it is told."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from pydicom import Dataset, uid
from pynetdicom import AE, evt
from pynetdicom.events import Event
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
    Verification,
)

Commitment = Literal["kept", "missing", "silent"]
_NATIVE = [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian]
_DOCUMENTS = (uid.Comprehensive3DSRStorage, uid.EncapsulatedPDFStorage)
AE_TITLE = "ARCHIVE"


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to outgoing connections of other programs."""
    while True:
        port = random.randrange(15_000, 30_000)  # noqa: S311 - no secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass(eq=False)
class Archive:
    """What was stored, in order. Change ``refuses`` and ``commitment`` at any time."""

    port: int
    refuses: bool = False  # the caller's AE title is not known
    commitment: Commitment = "kept"
    stored: list[Dataset] = field(default_factory=list)
    transactions: list[Dataset] = field(default_factory=list)

    @property
    def instances(self) -> list[str]:
        return [str(each.SOPInstanceUID) for each in self.stored]

    def destination(self, **values: object) -> dict[str, object]:
        """The archive as a destination of the configuration."""
        return {"name": "archive", "ae_title": AE_TITLE, "host": "127.0.0.1", "port": self.port, **values}

    def _requested(self, event: Event) -> None:
        if self.refuses:
            event.assoc.acse.send_reject(1, 1, 3)  # calling AE title not recognised, PS3.8 9.3.4
            event.assoc.kill()

    def _store(self, event: Event) -> int:
        dataset = event.dataset
        dataset.file_meta = event.file_meta
        self.stored.append(dataset)
        return 0x0000

    def _commit(self, event: Event) -> tuple[int, None]:
        request = event.action_information
        self.transactions.append(request)
        if self.commitment != "silent":
            threading.Thread(target=self._report, args=(event, request)).start()
        return 0x0000, None

    def _report(self, event: Event, request: Dataset) -> None:
        time.sleep(0.1)  # after the answer to the request
        information = Dataset()
        information.TransactionUID = request.TransactionUID
        items = list(request.ReferencedSOPSequence)
        failed = items[1:] if self.commitment == "missing" else []
        information.ReferencedSOPSequence = [item for item in items if item not in failed]
        for item in failed:
            item.FailureReason = 0x0112
        if failed:
            information.FailedSOPSequence = failed
        event.assoc.send_n_event_report(
            information, 2 if failed else 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )


@contextmanager
def running_archive(archive: Archive | None = None) -> Iterator[Archive]:
    """Listen until the block ends; the same archive can be started again and goes on."""
    archive = archive or Archive(free_port())
    ae = AE(AE_TITLE)
    ae.require_called_aet = True
    for sop_class in (*_DOCUMENTS, StorageCommitmentPushModel, Verification):
        ae.add_supported_context(sop_class, _NATIVE)
    handlers: list[Any] = [
        (evt.EVT_REQUESTED, archive._requested),
        (evt.EVT_C_STORE, archive._store),
        (evt.EVT_N_ACTION, archive._commit),
    ]
    server = ae.start_server(("127.0.0.1", archive.port), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield archive
    finally:
        server.shutdown()
        ae.shutdown()
