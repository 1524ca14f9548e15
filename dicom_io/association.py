"""An association that Vultus opens: every way it can fail, in words that say what to mend."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, _config, evt
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext
from pynetdicom.status import STORAGE_SERVICE_CLASS_STATUS, code_to_category
from pynetdicom.transport import AddressInformation, AssociationSocket

from dicom_io.errors import PeerFailed, PeerRefused, PeerUnreachable
from dicom_io.peers import Peer
from dicom_io.tls import client_context
from dicom_io.transport import harden

MAXIMUM_PDU = 131_072
"""Bytes. Three times as fast as pynetdicom's default of 16382 for large objects."""

_PROVIDER_PRESENTATION = 3
_USER = 1


class _HardenedAE(AE):
    """One whose only outgoing connection is hardened before it connects, and closed at the end whatever happened."""

    close_connection: Callable[[], None] | None = None

    def _create_socket(
        self, assoc: Association, address: AddressInformation, tls_args: tuple[ssl.SSLContext, str] | None
    ) -> AssociationSocket:
        transport = super()._create_socket(assoc, address, tls_args)
        self.close_connection = harden(transport)
        return transport


def keep_uids_out_of_logs() -> None:
    """Silence pynetdicom, which logs instance UIDs; what matters is logged or raised here instead."""
    _config.LOG_HANDLER_LEVEL = "none"
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)


@contextmanager
def open_association(
    peer: Peer, contexts: Sequence[PresentationContext], *, handlers: Sequence[tuple[Any, ...]] = ()
) -> Iterator[Association]:
    """An established association, released at the end.

    Raises:
        PeerUnreachable: no connection, or no answer on it.
        PeerRefused: the peer rejected the association, or every presentation context.
        TlsFilesUnusable: the TLS files cannot be used.
    """
    keep_uids_out_of_logs()
    connected: list[bool] = []
    ae = _HardenedAE(ae_title=peer.calling_ae_title)
    ae.connection_timeout = peer.connection_timeout_s
    ae.acse_timeout = peer.acse_timeout_s
    ae.dimse_timeout = peer.dimse_timeout_s
    ae.network_timeout = peer.network_timeout_s
    try:
        association = ae.associate(
            peer.host,
            peer.port,
            contexts=list(contexts),
            ae_title=peer.ae_title,
            max_pdu=MAXIMUM_PDU,
            tls_args=(client_context(peer.tls), peer.host) if peer.tls is not None else None,
            evt_handlers=[(evt.EVT_CONN_OPEN, lambda _: connected.append(True)), *handlers],
        )
    except OSError as error:  # the host name does not resolve
        raise PeerUnreachable(
            f"{_described(peer)}: {error.strerror or error}. Check the host name in the configuration."
        ) from error
    try:
        if not association.is_established:
            raise _not_established(peer, association, connected=bool(connected))
        yield association
    finally:
        if association.is_established:
            association.release()
        if ae.close_connection is not None:
            ae.close_connection()


def raise_for_status(peer: Peer, status: Dataset, what: str) -> str | None:
    """Nothing for success, the warning in words for a warning.

    Raises:
        PeerUnreachable: there is no answer.
        PeerFailed: a failure status.
    """
    if "Status" not in status:
        raise PeerUnreachable(
            f"{_described(peer)} took {what} but did not answer: the connection was lost or "
            f"{peer.dimse_timeout_s:g} s have passed. Look at the peer's load and log."
        )
    code = int(status.Status)
    category = code_to_category(code)
    if category == "Success":
        return None
    _, meaning = STORAGE_SERVICE_CLASS_STATUS.get(code, (category, "not a status that DICOM defines for storage"))
    words = f"0x{code:04X} ({meaning})"
    if category == "Warning":
        return words
    mend, retryable = _mend(code)
    raise PeerFailed(f"{_described(peer)} answered {what} with {words}: {mend}", status=code, retryable=retryable)


def _mend(code: int) -> tuple[str, bool]:
    if code >> 8 == 0xA7 or code == 0x0213:
        return "it has no room or is overloaded; make room there.", True
    if code >> 8 == 0xA9 or code >> 12 == 0xC:
        return "it does not accept the object's content; its log says which attribute.", False
    if code == 0x0122:
        return "enable this SOP class there.", True
    if code == 0x0124:
        return "give this AE title the right to store there.", True
    return "its log says why.", True


def _not_established(peer: Peer, association: Association, *, connected: bool) -> PeerUnreachable | PeerRefused:
    if association.is_rejected and association.acceptor.primitive is not None:
        answer = association.acceptor.primitive
        return PeerRefused(
            f"{_described(peer)} rejected the association: {_rejection(peer, answer.result_source, answer.diagnostic)}"
        )
    if association.rejected_contexts:
        names = ", ".join(
            sorted(
                {context.abstract_syntax.name for context in association.rejected_contexts if context.abstract_syntax}
            )
        )
        return PeerRefused(f"{_described(peer)} accepts none of what was offered ({names}): enable it there.")
    if connected:
        return PeerUnreachable(
            f"{_described(peer)} closed the connection or was silent for {peer.acse_timeout_s:g} s during association "
            "negotiation: check that the port belongs to a DICOM node, and whether it wants TLS or a client certificate."
        )
    return PeerUnreachable(f"{_described(peer)} cannot be reached: {_why_no_connection(peer)}")


def _rejection(peer: Peer, source: int | None, diagnostic: int | None) -> str:
    if (source, diagnostic) == (_USER, 3):
        return (
            f"it does not know the calling AE title {peer.calling_ae_title}: add it there, with this machine's address."
        )
    if (source, diagnostic) == (_USER, 7):
        return f"{peer.ae_title} is not its AE title; correct ae_title of this destination."
    if source == _PROVIDER_PRESENTATION:
        return "it has too many associations open just now; allow more there if this lasts."
    return f"it gave no usable reason (source {source}, diagnostic {diagnostic}); its log may."


def _why_no_connection(peer: Peer) -> str:
    """pynetdicom keeps the reason to itself: look once more."""
    try:
        with socket.create_connection((peer.host, peer.port), timeout=peer.connection_timeout_s) as plain:
            if peer.tls is None:
                return "the connection failed, though the port answers now; it will be tried again."
            with client_context(peer.tls).wrap_socket(plain, server_hostname=peer.host):
                return "TLS failed, though it works now; it will be tried again."
    except ConnectionRefusedError:
        return "nothing listens on that port; start the peer or correct the port."
    except TimeoutError:
        return f"no answer within {peer.connection_timeout_s:g} s; check the address, and firewalls between."
    except ssl.SSLError as error:
        return f"TLS failed ({error.reason}); check both ends' certificates and authorities."
    except OSError as error:
        return f"{error.strerror or error}; check the address and the network."


def _described(peer: Peer) -> str:
    return f"{peer.name} ({peer.ae_title} at {peer.host}:{peer.port})"
