"""The listening socket: connections are limited in number and time before anybody is trusted.

pynetdicom's own server does the TLS handshake in its accept loop, where one silent caller stops all others, and waits
without limit for the rest of a half-sent PDU.
"""

from __future__ import annotations

import logging
import socket
import sys
from typing import Any

from pynetdicom.events import Event
from pynetdicom.transport import ThreadedAssociationServer

from dicom_io.transport import harden

_SPARE_CONNECTIONS = 50  # callers that are about to be refused also need one

logger = logging.getLogger("vultus.receiver")


class Listener(ThreadedAssociationServer):
    """One TCP port. ``connection_limit`` and ``reuse_port`` are set before the socket is bound."""

    daemon_threads = True

    def __init__(self, *args: Any, reuse_port: bool, association_limit: int, **kwargs: Any) -> None:  # noqa: ANN401 - passed through
        self.allow_reuse_port = reuse_port
        self._connection_limit = association_limit + _SPARE_CONNECTIONS
        super().__init__(*args, **kwargs)

    def server_bind(self) -> None:
        """Bind; several receiving processes may share the port where that is asked for."""
        if self.allow_reuse_port and self.socket is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept, without waiting for anything that the caller still has to send."""
        assert self.socket is not None  # noqa: S101 - closed sockets do not accept
        connection, address = self.socket.accept()
        connection.settimeout(self.ae.network_timeout)
        return connection, address

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ANN401 - as in socketserver
        """Whether there is room for one more connection."""
        if len(self.active_associations) < self._connection_limit:
            return True
        logger.warning(
            "connection from %s closed: %d connections are open already",
            client_address[0],
            self._connection_limit,
            extra={"event": "connection_limit", "peer_address": client_address[0]},
        )
        return False

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in socketserver
        """In the connection's own thread: the TLS handshake, then the association."""
        if self.ssl_context is not None:
            request.settimeout(self.ae.acse_timeout)
            request = self.ssl_context.wrap_socket(request, server_side=True)
            request.settimeout(self.ae.network_timeout)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in socketserver
        """A connection that failed before its association, most often in the TLS handshake."""
        error = sys.exception()
        logger.warning(
            "connection from %s failed before its association request (%s); with TLS: check both ends' certificates",
            client_address[0],
            getattr(error, "reason", None) or type(error).__name__,
            extra={"event": "connection_failed", "peer_address": client_address[0]},
        )


def prepare(event: Event) -> None:
    """Handler for ``EVT_CONN_OPEN``, which comes before anything is read."""
    association = event.assoc
    association.daemon = association.dul.daemon = True  # a silent caller does not keep the process from ending
    if association.dul.socket is not None:
        harden(association.dul.socket)
