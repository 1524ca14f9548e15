"""The storage SCP: takes what allowed peers send, to disk, and answers success only when the deposit has returned.

Meant to run alone in a process of its own that does nothing else: one busy thread beside it costs five sixths of its
speed. No handler here waits for analysis.
"""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, _config, evt
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.events import Event
from pynetdicom.sop_class import StorageCommitmentPushModel, Verification  # type: ignore[attr-defined]

from dicom_io.admission import Admission, called_ae, calling_ae, log_rejected_contexts, who
from dicom_io.arrival import Arrival, verify
from dicom_io.association import MAXIMUM_PDU, keep_uids_out_of_logs
from dicom_io.commitment import CommitmentReport, report_handler
from dicom_io.errors import ListenError, Misidentified, OutOfResources, StoreRefused
from dicom_io.listener import Listener, prepare
from dicom_io.peers import ANY_AE_TITLE, AllowedPeer, TlsFiles, valid_ae_title
from dicom_io.sop_classes import accepted_classes, transfer_syntaxes
from dicom_io.spool import Spool
from dicom_io.tls import server_context

_SUCCESS, _UNEXPECTED = 0x0000, 0xC001  # PS3.4 B.2.3; Cxxx: cannot understand
_ABORT_S = 5.0  # for aborted associations to end; a deposit that hangs is left behind
_ERROR_COMMENT_LENGTH = 64  # VR LO

logger = logging.getLogger("vultus.receiver")


@dataclass(frozen=True, kw_only=True)
class ReceiverSettings:
    """How to listen. ``spool_directory`` must be on the file system of the inbox, so that a deposit can rename."""

    ae_title: str
    allowed_peers: tuple[AllowedPeer, ...]  # nobody else gets an association
    spool_directory: Path
    host: str = "127.0.0.1"
    port: int = 11112  # 0: any free one
    tls: TlsFiles | None = None
    maximum_associations: int = 10
    maximum_pdu: int = MAXIMUM_PDU
    min_free_bytes: int = 0  # below this, objects are refused as out of resources
    acse_timeout_s: float = 30.0
    dimse_timeout_s: float = 30.0
    network_timeout_s: float = 60.0
    sweep_every_s: float = 60.0  # for what senders killed in mid transfer left
    reuse_port: bool = False  # several receiving processes on one port

    def __post_init__(self) -> None:
        if not valid_ae_title(self.ae_title):
            raise ValueError(f"{self.ae_title!r} is no AE title: 1 to 16 ASCII characters, no backslash")
        if not 4096 <= self.maximum_pdu <= MAXIMUM_PDU * 4:
            raise ValueError(f"maximum PDU {self.maximum_pdu} is out of range: 4096 to {MAXIMUM_PDU * 4} bytes")


@dataclass(eq=False)
class _Running:
    """What exists between start and stop."""

    server: Listener
    accept_loop: threading.Thread
    sweeper: threading.Thread
    stopping: threading.Event
    cleanup: ExitStack

    def established(self) -> list[Association]:
        """Associations to end in order; a connection that is not one yet is closed."""
        associations = self.server.active_associations
        for association in associations:
            transport = association.dul.socket
            if not association.is_established and transport is not None and transport.socket is not None:
                self.server.shutdown_request(transport.socket)
        return [association for association in associations if association.is_established]


class Receiver:
    """A C-STORE and C-ECHO SCP, and the listener for storage commitment reports."""

    def __init__(
        self,
        settings: ReceiverSettings,
        deposit: Callable[[Arrival], None],
        *,
        on_commitment: Callable[[CommitmentReport], None] | None = None,
    ) -> None:
        """``deposit`` makes the object durable before it returns, or raises ``StoreRefused``.

        It runs on the association's thread, several at once. Any other exception is answered with a failure too.
        """
        self._settings = settings
        self._deposit = deposit
        self._on_commitment = on_commitment
        self._spool = Spool(settings.spool_directory, min_free_bytes=settings.min_free_bytes)
        self._running: _Running | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._running is None:
            raise ListenError("the receiver is not started: it has no port")
        return int(self._running.server.server_address[1])

    def start(self) -> None:
        """Listen, on threads of their own; returns when connections are accepted.

        Raises:
            ListenError: the port or the spool directory cannot be used.
            TlsFilesUnusable: certificate, key or authority file.
        """
        if self._running is not None:
            raise ListenError("the receiver is started already")
        keep_uids_out_of_logs()
        _config.STORE_RECV_CHUNKED_DATASET = True
        try:
            self._settings.spool_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._spool.sweep()
        except OSError as error:
            raise ListenError(
                f"the spool directory {self._settings.spool_directory} cannot be used ({error.strerror}): "
                "it must be writable for the user Vultus runs as"
            ) from error
        server = self._bind()
        cleanup = ExitStack()
        cleanup.enter_context(self._spool.installed())
        stopping = threading.Event()
        accept_loop = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.2}, name="vultus-listener"
        )
        sweeper = threading.Thread(target=self._sweep_until, args=(stopping,), name="vultus-spool-sweeper")
        self._running = _Running(server, accept_loop, sweeper, stopping, cleanup)
        accept_loop.start()
        sweeper.start()

    def stop(self, *, grace_s: float = 5.0) -> None:
        """Listen no more; transfers under way get ``grace_s`` seconds, idle associations are aborted at once."""
        running, self._running = self._running, None
        if running is None:
            return
        running.stopping.set()
        running.server.shutdown()
        running.accept_loop.join()
        deadline = time.monotonic() + grace_s
        while (associations := running.established()) or self._spool.is_answering():
            if time.monotonic() >= deadline + _ABORT_S:
                break
            for association in associations:
                if time.monotonic() >= deadline or not self._spool.is_busy(association.dul):
                    association.abort()
            time.sleep(0.02)
        running.sweeper.join()
        self._spool.sweep()
        running.cleanup.close()

    def _bind(self) -> Listener:
        settings = self._settings
        ae = AE(ae_title=settings.ae_title)
        ae.maximum_pdu_size = settings.maximum_pdu
        ae.acse_timeout = settings.acse_timeout_s
        ae.dimse_timeout = settings.dimse_timeout_s
        ae.network_timeout = settings.network_timeout_s
        # Refused and silent callers must not use up the places: the limit is kept over admitted ones, in Admission.
        ae.maximum_associations = settings.maximum_associations * 100
        # A second line behind Admission, which also knows addresses.
        ae.require_called_aet = True
        if all(peer.ae_title != ANY_AE_TITLE for peer in settings.allowed_peers):
            ae.require_calling_aet = sorted({peer.ae_title for peer in settings.allowed_peers})
        ae.add_supported_context(Verification)
        for sop_class in accepted_classes():
            ae.add_supported_context(sop_class, list(transfer_syntaxes(sop_class)))
        admission = Admission(settings.allowed_peers, settings.ae_title, settings.maximum_associations)
        handlers: list[evt.EventHandlerType] = [
            (evt.EVT_CONN_OPEN, prepare),
            (evt.EVT_CONN_CLOSE, self._closed),
            (evt.EVT_REQUESTED, admission.requested),
            (evt.EVT_ACCEPTED, log_rejected_contexts),
            (evt.EVT_C_STORE, self._store),
        ]
        if self._on_commitment is not None:
            native = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
            ae.add_supported_context(StorageCommitmentPushModel, native, scu_role=True, scp_role=True)
            handlers.append((evt.EVT_N_EVENT_REPORT, report_handler(self._on_commitment, reported_by=calling_ae)))
        tls = server_context(settings.tls) if settings.tls is not None else None
        try:
            server = Listener(
                ae,
                (settings.host, settings.port),
                settings.ae_title,
                ae.supported_contexts,
                tls,
                evt_handlers=handlers,
                reuse_port=settings.reuse_port,
                association_limit=settings.maximum_associations,
            )
        except OSError as error:
            raise ListenError(f"cannot listen on {settings.host} port {settings.port}: {_why(error)}") from error
        ae._servers.append(server)  # from where its shutdown() removes it
        return server

    def _closed(self, event: Event) -> None:
        self._spool.abandon(event.assoc.dul)

    def _store(self, event: Event) -> int | Dataset:
        """C-STORE (PS3.4 B.2.3): pynetdicom removes the spooled file when this returns."""
        try:
            self._deposit(verify(self._claim(event)))
        except StoreRefused as refused:
            _log_failed(event, refused.status, str(refused))
            return _failure(refused.status, str(refused))
        # Whatever a deposit raises, the sender must not be told that its object is safe.
        except Exception:
            logger.exception(
                "C-STORE failed", extra={"event": "store_failed", "status": f"0x{_UNEXPECTED:04X}", **who(event)}
            )
            return _failure(_UNEXPECTED, "internal error")
        return _SUCCESS

    def _claim(self, event: Event) -> Arrival:
        request = cast(C_STORE, event.request)
        spooled = self._spool.claim(event.dataset_path)
        if spooled is None:
            raise OutOfResources("the transfer was abandoned")
        if spooled.refusal is not None:
            raise OutOfResources(spooled.refusal)
        if request.AffectedSOPClassUID != event.context.abstract_syntax:
            raise Misidentified("SOP class and presentation context differ")
        return Arrival(
            path=Path(spooled.name),
            sop_class_uid=str(request.AffectedSOPClassUID or ""),
            sop_instance_uid=str(request.AffectedSOPInstanceUID or ""),
            transfer_syntax_uid=str(event.context.transfer_syntax),
            calling_ae=calling_ae(event),
            called_ae=called_ae(event),
            address=event.assoc.requestor.address,
            size=spooled.size,
        )

    def _sweep_until(self, stopping: threading.Event) -> None:
        while not stopping.wait(self._settings.sweep_every_s):
            try:
                removed = self._spool.sweep()
            except OSError as error:
                logger.error("the spool directory cannot be swept: %s", error.strerror, extra={"event": "sweep_failed"})  # noqa: TRY400 - known cause
                continue
            if removed:
                logger.info("removed %d abandoned transfers", removed, extra={"event": "spool_swept", "files": removed})


def _failure(status: int, comment: str) -> Dataset:
    answer = Dataset()
    answer.Status = status
    answer.ErrorComment = comment.encode("ascii", "replace").decode()[:_ERROR_COMMENT_LENGTH]
    return answer


def _log_failed(event: Event, status: int, reason: str) -> None:
    logger.error(
        "C-STORE from %s at %s refused with 0x%04X: %s",
        calling_ae(event), event.assoc.requestor.address, status, reason,
        extra={"event": "store_failed", "status": f"0x{status:04X}", "reason": reason, **who(event)},
    )  # fmt: skip


def _why(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program uses this port; stop it or set another [dicom] port"
    if error.errno == errno.EACCES:
        return "this user may not open ports below 1024; set a higher [dicom] port or grant CAP_NET_BIND_SERVICE"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine does not have that address; correct [dicom] host"
    return f"{error.strerror or error}; correct [dicom] host and port"
