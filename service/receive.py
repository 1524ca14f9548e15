"""The receiving role: objects from the wire into the inbox, nothing else."""

from __future__ import annotations

from collections.abc import Callable

from dicom_io.arrival import Arrival
from dicom_io.errors import CannotUnderstand, UnreadableInput
from dicom_io.identity import read_source
from dicom_io.receiver import Receiver, ReceiverSettings
from dicom_io.sop_classes import is_analysable
from reports.equipment import is_our_own
from service.configuration import Configuration
from service.delivering import CommitmentNotes
from service.heartbeat import beating
from service.store import Store


def settings_of(configuration: Configuration, store: Store) -> ReceiverSettings:
    """How the receiver listens."""
    section = configuration.dicom
    return ReceiverSettings(
        ae_title=section.ae_title,
        allowed_peers=tuple(peer.value() for peer in section.allowed_peers),
        spool_directory=store.spool,
        host=section.host,
        port=section.port,
        tls=section.tls.value() if section.tls else None,
        maximum_associations=section.max_associations,
        min_free_bytes=round(configuration.storage.min_free_gb * 1e9),
    )


def depositor(store: Store) -> Callable[[Arrival], None]:
    """What happens to an object before its sender is told that it is safe."""

    def deposit(arrival: Arrival) -> None:
        try:
            source = read_source(arrival.path)
        except UnreadableInput as error:
            raise CannotUnderstand(str(error)) from error
        ignore = None
        if is_our_own(source.header):
            ignore = "it was made by Vultus: results are not analysed again"
        elif not is_analysable(source.sop_class_uid):
            ignore = "it is a document: only videos and images are analysed"
        store.inbox.deposit(arrival.path, source, ignore=ignore)

    return deposit


def receive(configuration: Configuration, store: Store, *, wait: Callable[[], None]) -> None:
    """Listen until ``wait`` returns. Raises ``ListenError``."""
    store.inbox.sweep()
    receiver = Receiver(
        settings_of(configuration, store),
        depositor(store),
        on_commitment=CommitmentNotes(store.commitments).leave,
    )
    receiver.start()
    try:
        with beating(store.run, "receive"):
            wait()
    finally:
        receiver.stop()
