"""The storage SCU: echo, and objects sent to a peer as they lie on disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import _config
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from dicom_io.association import open_association, raise_for_status
from dicom_io.errors import NotAnInput, PeerRefused, PeerUnreachable
from dicom_io.peers import Peer
from dicom_io.sop_classes import sop_class_name

_NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
_MOST_CONTEXTS = 128  # PS3.8 9.3.2.2: odd identifiers 1 to 255
_DUPLICATE_INSTANCE = 0x0111

logger = logging.getLogger("vultus.sender")


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An object the peer has taken; ``warning`` is its warning status in words."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    warning: str | None


@dataclass(frozen=True, kw_only=True)
class _Outgoing:
    path: Path
    sop_class_uid: UID
    sop_instance_uid: str
    transfer_syntax_uid: UID

    @property
    def contexts(self) -> tuple[tuple[UID, UID], ...]:
        """(SOP class, transfer syntax) to offer: the file's own, and for native little endian both (PS3.5 10.1)."""
        syntaxes = _NATIVE if self.transfer_syntax_uid in _NATIVE else (self.transfer_syntax_uid,)
        return tuple((self.sop_class_uid, syntax) for syntax in syntaxes)


def echo(peer: Peer) -> None:
    """C-ECHO (PS3.4 Annex A). Raises ``SendError``."""
    with open_association(peer, [build_context(Verification, list(_NATIVE))]) as association:
        raise_for_status(peer, association.send_c_echo(), "C-ECHO")


def store(peer: Peer, path: Path) -> Stored:
    """C-STORE one Part 10 file. Raises as ``store_many``."""
    return store_many(peer, [path])[0]


def store_many(peer: Peer, paths: Sequence[Path]) -> tuple[Stored, ...]:
    """C-STORE Part 10 files on one association, in order, stopping at the first that is not stored.

    Sending again what was stored is harmless: a UID is never reused for other content, so a peer that refuses a
    duplicate (0x0111) has the object.

    Raises:
        NotAnInput: a file is no Part 10 file.
        PeerUnreachable, PeerRefused, PeerFailed: as their names say.
    """
    outgoing = [_read_meta(path) for path in paths]
    offered = list(dict.fromkeys(context for item in outgoing for context in item.contexts))
    if len(offered) > _MOST_CONTEXTS:
        raise ValueError(f"{len(offered)} kinds of objects do not fit into one association: send them in portions")
    if not outgoing:
        return ()
    _config.STORE_SEND_CHUNKED_DATASET = True
    with open_association(peer, [build_context(*context) for context in offered]) as association:
        return tuple(_store(peer, association, item, message_id) for message_id, item in enumerate(outgoing, start=1))


def _store(peer: Peer, association: Association, item: _Outgoing, message_id: int) -> Stored:
    name = sop_class_name(item.sop_class_uid)
    if not association.is_established:
        raise PeerUnreachable(
            f"{peer.name} ({peer.ae_title} at {peer.host}:{peer.port}) closed the association before {name} was sent."
        )
    accepted = {(context.abstract_syntax, context.transfer_syntax[0]) for context in association.accepted_contexts}
    if accepted.isdisjoint(item.contexts):
        raise PeerRefused(
            f"{peer.name} ({peer.ae_title}) does not accept {name} in {item.transfer_syntax_uid.name}: "
            "enable this SOP class and transfer syntax there."
        )
    as_it_lies = (item.sop_class_uid, item.transfer_syntax_uid) in accepted
    status = association.send_c_store(item.path if as_it_lies else dcmread(item.path), msg_id=message_id % 65536)
    if status.get("Status") == _DUPLICATE_INSTANCE:
        warning: str | None = "0x0111 (the peer has this instance already)"
    else:
        warning = raise_for_status(peer, status, f"C-STORE of {name}")
    if warning is not None:
        logger.warning(
            "%s stored %s with the warning %s", peer.name, name, warning,
            extra={"event": "stored_with_warning", "peer": peer.name, "sop_class": name, "status": warning},
        )  # fmt: skip
    return Stored(
        path=item.path, sop_class_uid=item.sop_class_uid, sop_instance_uid=item.sop_instance_uid, warning=warning
    )


def _read_meta(path: Path) -> _Outgoing:
    try:
        meta = read_file_meta_info(path)
    except InvalidDicomError as error:
        raise NotAnInput("not a DICOM file: it has no DICOM preamble") from error
    uids = [
        str(meta.get(keyword) or "")
        for keyword in ("MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID", "TransferSyntaxUID")
    ]
    if not all(uids):
        raise NotAnInput(
            "the file meta information lacks the SOP class, the SOP instance or the transfer syntax: it cannot be sent"
        )
    return _Outgoing(path=path, sop_class_uid=UID(uids[0]), sop_instance_uid=uids[1], transfer_syntax_uid=UID(uids[2]))
