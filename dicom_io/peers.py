"""Who talks to Vultus and whom it talks to: values, and the one place where a caller is let in or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

ANY_AE_TITLE = "*"


def valid_ae_title(ae_title: str) -> bool:
    """Value representation AE (PS3.5 6.2): 1 to 16 printable ASCII characters, no backslash, not only spaces."""
    printable = ae_title.isascii() and ae_title.isprintable() and "\\" not in ae_title
    return printable and bool(ae_title.strip()) and len(ae_title) <= 16


@dataclass(frozen=True, kw_only=True)
class TlsFiles:
    """PEM files of one end of a TLS connection (PS3.15 B). ``ca``: who signs the other end.

    A receiver with ``ca`` lets in only callers with a certificate; a sender without ``ca`` trusts the system's list.
    """

    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    verify_host: bool = True  # a sender's: the peer's certificate must name its host


@dataclass(frozen=True, kw_only=True)
class Peer:
    """An application entity that Vultus calls."""

    name: str  # for people: "archive"
    ae_title: str  # called
    host: str
    port: int
    calling_ae_title: str = "VULTUS"
    tls: TlsFiles | None = None
    connection_timeout_s: float = 10.0
    acse_timeout_s: float = 30.0  # for an answer to an association request or release
    dimse_timeout_s: float = 120.0  # for an answer to a C-STORE: a PACS may take its time to write
    network_timeout_s: float = 120.0

    def __post_init__(self) -> None:
        for ae_title in (self.ae_title, self.calling_ae_title):
            if not valid_ae_title(ae_title):
                raise ValueError(
                    f"peer {self.name}: {ae_title!r} is no AE title: 1 to 16 ASCII characters, no backslash"
                )
        if not 0 < self.port < 65536:
            raise ValueError(f"peer {self.name}: {self.port} is no port: 1 to 65535")


@dataclass(frozen=True, kw_only=True)
class AllowedPeer:
    """A pair that may call: an AE title (``*``: any) from a network."""

    ae_title: str
    network: IPv4Network | IPv6Network

    @classmethod
    def of(cls, ae_title: str, address: str) -> AllowedPeer:
        """From an address (``10.0.0.7``) or a network (``10.0.0.0/24``). Raises ``ValueError`` in words."""
        if ae_title != ANY_AE_TITLE and not valid_ae_title(ae_title):
            raise ValueError(f"{ae_title!r} is no AE title: 1 to 16 ASCII characters, no backslash, or * for any")
        try:
            network = ip_network(address)
        except ValueError as error:
            raise ValueError(f"{address!r} is no address and no network such as 10.0.0.0/24: {error}") from error
        return cls(ae_title=ae_title.strip(), network=network)

    def admits(self, ae_title: str, address: IPv4Address | IPv6Address) -> bool:
        """Whether this entry lets the caller in."""
        if self.ae_title not in (ANY_AE_TITLE, ae_title.strip()):
            return False
        return address.version == self.network.version and address in self.network


def plain_address(address: str) -> IPv4Address | IPv6Address:
    """An IP address; one that came through a dual-stack socket (``::ffff:10.0.0.7``) as the IPv4 address it is."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def is_allowed(allowed: Iterable[AllowedPeer], ae_title: str, address: str) -> bool:
    """Whether any entry admits the pair of AE title and address. An address that cannot be read is not allowed."""
    try:
        parsed = plain_address(address)
    except ValueError:
        return False
    return any(entry.admits(ae_title, parsed) for entry in allowed)
