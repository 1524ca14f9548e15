"""Who gets an association: decided on AE title and address together, before the association is accepted (PS3.8 9.3.4)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from pynetdicom.association import Association
from pynetdicom.events import Event

from dicom_io.peers import AllowedPeer, is_allowed
from dicom_io.sop_classes import sop_class_name

_PERMANENT, _TRANSIENT = 1, 2
_SERVICE_USER, _SERVICE_PROVIDER_PRESENTATION = 1, 3
_NO_REASON, _CALLING_AE_NOT_RECOGNISED, _CALLED_AE_NOT_RECOGNISED = 1, 3, 7
_LOCAL_LIMIT_EXCEEDED = 2
_NAMES_IN_A_LINE = 10  # some senders offer every class they know; the record's fields name them all

logger = logging.getLogger("vultus.receiver")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The fields of an A-ASSOCIATE-RJ, and the reason for our own log."""

    result: int
    source: int
    diagnostic: int
    reason: str


class Admission:
    """The allow-list, the called AE title, and the number of associations at a time."""

    def __init__(self, allowed_peers: Sequence[AllowedPeer], ae_title: str, maximum_associations: int) -> None:
        self._allowed_peers = tuple(allowed_peers)
        self._ae_title = ae_title.strip()
        self._maximum = maximum_associations
        self._lock = threading.Lock()
        self._admitted: set[Association] = set()

    def requested(self, event: Event) -> None:
        """Handler for ``EVT_REQUESTED``. pynetdicom would accept the association if this raised, so it does not."""
        association = event.assoc
        try:
            refusal = self._refusal(association)
        except Exception:
            logger.exception("an association request cannot be judged", extra={"event": "association_refused"})
            refusal = Refusal(
                result=_PERMANENT, source=_SERVICE_USER, diagnostic=_NO_REASON, reason="the request cannot be judged"
            )
        if refusal is None:
            return
        logger.warning(
            "association from %s at %s to %s refused: %s",
            calling_ae(event),
            association.requestor.address,
            called_ae(event),
            refusal.reason,
            extra={"event": "association_refused", "reason": refusal.reason, **who(event)},
        )
        association.acse.send_reject(refusal.result, refusal.source, refusal.diagnostic)
        association.kill()

    def _refusal(self, association: Association) -> Refusal | None:
        request = association.requestor.primitive
        calling = request.calling_ae_title or "" if request is not None else ""
        called = request.called_ae_title or "" if request is not None else ""
        if not is_allowed(self._allowed_peers, calling, association.requestor.address):
            reason = "this pair of AE title and address is not among allowed_peers"
            return Refusal(
                result=_PERMANENT, source=_SERVICE_USER, diagnostic=_CALLING_AE_NOT_RECOGNISED, reason=reason
            )
        if called.strip() != self._ae_title:
            reason = f"the called AE title is not {self._ae_title}"
            return Refusal(result=_PERMANENT, source=_SERVICE_USER, diagnostic=_CALLED_AE_NOT_RECOGNISED, reason=reason)
        with self._lock:
            self._admitted = {admitted for admitted in self._admitted if admitted.is_alive()}
            if len(self._admitted) >= self._maximum:
                reason = f"{self._maximum} associations are open already"
                return Refusal(
                    result=_TRANSIENT,
                    source=_SERVICE_PROVIDER_PRESENTATION,
                    diagnostic=_LOCAL_LIMIT_EXCEEDED,
                    reason=reason,
                )
            self._admitted.add(association)
        return None


def log_rejected_contexts(event: Event) -> None:
    """Handler for ``EVT_ACCEPTED``: names the SOP classes that were offered and not taken (PS3.8 9.3.3.2)."""
    for result, reason in ((3, "SOP class not supported"), (4, "none of its transfer syntaxes supported")):
        rejected = [context for context in event.assoc.rejected_contexts if context.result == result]
        names = sorted({sop_class_name(context.abstract_syntax or "") for context in rejected})
        more = len(names) - _NAMES_IN_A_LINE
        if names:
            # a PACS that always offers all it knows is no reason to worry anybody
            logger.log(
                logging.INFO if event.assoc.accepted_contexts else logging.WARNING,
                "%s at %s offered what is not taken (%s): %s",
                calling_ae(event),
                event.assoc.requestor.address,
                reason,
                ", ".join(names[:_NAMES_IN_A_LINE]) + (f" and {more} more" if more > 0 else ""),
                extra={
                    "event": "context_rejected",
                    "sop_classes": names[:_NAMES_IN_A_LINE],
                    "reason": reason,
                    **who(event),
                },
            )


def who(event: Event) -> dict[str, object]:
    """The other end, as fields of a log record."""
    return {
        "peer_address": event.assoc.requestor.address,
        "calling_ae": calling_ae(event),
        "called_ae": called_ae(event),
    }


def calling_ae(event: Event) -> str:
    """The calling AE title, safe to print."""
    request = event.assoc.requestor.primitive
    return _printable(request.calling_ae_title if request is not None else "")


def called_ae(event: Event) -> str:
    """The called AE title, safe to print."""
    request = event.assoc.requestor.primitive
    return _printable(request.called_ae_title if request is not None else "")


def _printable(ae_title: str | None) -> str:
    """A stranger chooses these characters: none may break a log line."""
    return "".join(character if character.isprintable() else "?" for character in (ae_title or "").strip())
