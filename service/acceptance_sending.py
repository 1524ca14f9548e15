"""A phantom on its way to the service that runs on this machine: as whom to call, where, and what a refusal means."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dicom_io import sender
from dicom_io.errors import PeerRefused, PeerUnreachable
from dicom_io.peers import ANY_AE_TITLE, AllowedPeer, Peer, TlsFiles, is_allowed, plain_address
from service.configuration import Configuration, DicomSection
from service.errors import ConfigurationError

CALLING_AE_TITLE: Final = "VULTUS-PHANTOM"


@contextmanager
def own_receiver(configuration: Configuration, *, calling_ae_title: str | None) -> Iterator[Peer]:
    """The service's own receiver, as this machine calls it.

    The calling AE title is the one given; without one ``VULTUS-PHANTOM`` where ``dicom.allowed_peers`` admits it, else the
    first that it admits from the address from which this machine calls.

    Raises:
        ConfigurationError: the host cannot be called, or nobody may send from there.
        PeerUnreachable: the host name does not resolve.
    """
    section = configuration.dicom
    host = _reachable(section.host)
    calling = calling_ae_title or _admitted(section, _calling_address(host, section.port))
    peer = Peer(name="the service", ae_title=section.ae_title, host=host, port=section.port, calling_ae_title=calling)
    if section.tls is None:
        yield peer
        return
    with TemporaryDirectory(prefix="vultus-") as directory:
        authorities = Path(directory) / "authorities.pem"
        authorities.write_bytes(_authorities(section.tls.certificate, section.tls.ca))
        # a certificate names the machine as the PACS calls it, not as it calls itself
        own = TlsFiles(certificate=section.tls.certificate, key=section.tls.key, ca=authorities, verify_host=False)
        yield replace(peer, tls=own)


def knock(peer: Peer, section: DicomSection) -> None:
    """C-ECHO, before time is spent on a phantom. Raises as ``send``."""
    with _in_our_words(peer, section):
        sender.echo(peer)


def send(peer: Peer, section: DicomSection, phantom: Path) -> None:
    """C-STORE the phantom.

    Raises:
        PeerUnreachable: the service is down, or speaks another protocol on that port.
        PeerRefused: it does not admit this caller, or goes by another AE title.
        PeerFailed: it cannot keep the object.
    """
    with _in_our_words(peer, section):
        sender.store(peer, phantom)


@contextmanager
def _in_our_words(peer: Peer, section: DicomSection) -> Iterator[None]:
    try:
        yield
    except PeerUnreachable as error:
        raise PeerUnreachable(
            f"{error} See that the service runs on this machine (`vultus serve`) and that --config names its configuration."
        ) from error
    except PeerRefused as error:
        address = _calling_address(peer.host, peer.port)
        if is_allowed(_allowed(section), peer.calling_ae_title, address):
            mend = (
                "This configuration admits it, so the service runs with another one: name that with --config, or restart the "
                "service if the file was changed."
            )
        else:
            mend = f"Add {_entry(peer.calling_ae_title, address)} to dicom.allowed_peers and restart the service."
        raise PeerRefused(f"{error} {mend}") from error


def _reachable(host: str) -> str:
    """An address to call for one to listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - nothing is bound


def _calling_address(host: str, port: int) -> str:
    """From which address this machine would call. A datagram socket that is connected sends nothing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(address)
            return str(plain_address(probe.getsockname()[0].partition("%")[0]))
    except OSError as error:
        raise PeerUnreachable(
            f"the service's own address {host} (dicom.host) cannot be called from here ({error.strerror or error}): "
            "run this on the machine of the service, with the configuration of the service"
        ) from error


def _admitted(section: DicomSection, address: str) -> str:
    allowed = _allowed(section)
    if is_allowed(allowed, CALLING_AE_TITLE, address):
        return CALLING_AE_TITLE
    for peer in allowed:
        if peer.ae_title != ANY_AE_TITLE and peer.admits(peer.ae_title, ip_address(address)):
            return peer.ae_title
    raise ConfigurationError(
        f"nobody may send to the service from this machine ({address}): add {_entry(CALLING_AE_TITLE, address)} to "
        "dicom.allowed_peers, restart the service, and take the entry out again when you are done"
    )


def _allowed(section: DicomSection) -> list[AllowedPeer]:
    return [peer.value() for peer in section.allowed_peers]


def _entry(ae_title: str, address: str) -> str:
    return f'{{ ae_title = "{ae_title}", address = "{address}/{ip_address(address).max_prefixlen}" }}'


def _authorities(certificate: Path, ca: Path | None) -> bytes:
    """Who may have signed the service's certificate: itself, the callers' authority, or else the system's."""
    system = ssl.get_default_verify_paths().cafile
    others = ca or (Path(system) if system else None)
    try:
        return b"\n".join(path.read_bytes() for path in (certificate, others) if path is not None)
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename} cannot be read ({error.strerror}): run this as the user of the service"
        ) from error
