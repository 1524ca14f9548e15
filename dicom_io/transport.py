"""What pynetdicom's socket wrapper leaves open: half-closed sockets, small reads, and PDUs of any announced length."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from pynetdicom.transport import AssociationSocket

LARGEST_PDU = 1 << 20
"""Bytes. An A-ASSOCIATE-RQ with 128 contexts of 35 transfer syntaxes has 0.3 MB; P-DATA is bounded by negotiation."""


def harden(transport: AssociationSocket) -> Callable[[], None]:
    """Before its first use: read a PDU in one piece, none longer than ``LARGEST_PDU``, and close whatever was opened.

    Returns what closes the connection, for an end at which the other side is gone and pynetdicom leaves it open.
    """

    def receive(nr_bytes: int) -> bytearray:
        if nr_bytes > LARGEST_PDU:
            raise OSError(f"a PDU of {nr_bytes} bytes was announced, {LARGEST_PDU} are allowed")
        connection = transport.socket
        if connection is None:
            raise OSError("the connection is closed")
        received = bytearray(nr_bytes)
        count = 0
        with memoryview(received) as view:
            while count < nr_bytes:
                arrived = connection.recv_into(view[count:])
                if not arrived:
                    break
                count += arrived
        del received[count:]
        return received

    def close() -> None:
        connection = transport.socket
        if connection is not None:
            with contextlib.suppress(OSError):  # the other end may be gone already
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    transport.recv = receive  # type: ignore[method-assign]
    transport._shutdown_socket = close  # type: ignore[method-assign]
    return close
