from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom_io.peers import AllowedPeer, Peer, is_allowed, plain_address, valid_ae_title

WARD = AllowedPeer.of("ORTHANC", "10.0.0.0/24")


@pytest.mark.parametrize(
    ("ae_title", "address", "allowed"),
    [
        ("ORTHANC", "10.0.0.7", True),
        ("ORTHANC ", "10.0.0.7", True),
        ("orthanc", "10.0.0.7", False),
        ("OTHER", "10.0.0.7", False),
        ("ORTHANC", "10.0.1.7", False),
        ("ORTHANC", "::ffff:10.0.0.7", True),
        ("ORTHANC", "::1", False),
        ("ORTHANC", "not an address", False),
        ("", "10.0.0.7", False),
    ],
)
def test_the_pair_decides(ae_title: str, address: str, allowed: bool) -> None:
    assert is_allowed([WARD], ae_title, address) is allowed


def test_title_of_one_entry_and_network_of_another_do_not_add_up() -> None:
    entries = [WARD, AllowedPeer.of("ARCHIVE", "192.168.0.0/16")]
    assert not is_allowed(entries, "ARCHIVE", "10.0.0.7")
    assert is_allowed(entries, "ARCHIVE", "192.168.3.4")


def test_any_title_is_still_bound_to_its_network() -> None:
    entry = AllowedPeer.of("*", "2001:db8::/32")
    assert is_allowed([entry], "WHOEVER", "2001:db8::5")
    assert not is_allowed([entry], "WHOEVER", "10.0.0.1")
    assert not is_allowed([], "WHOEVER", "127.0.0.1")


@given(st.ip_addresses(v=4))
def test_mapped_addresses_are_the_ipv4_addresses_they_carry(address: IPv4Address) -> None:
    assert plain_address(f"::ffff:{address}") == address


@given(st.text(max_size=20))
def test_whatever_a_stranger_sends_as_address_is_judged(address: str) -> None:
    assert is_allowed([AllowedPeer.of("*", "203.0.113.9")], "A", address) in {True, False}


@pytest.mark.parametrize("ae_title", ["", "   ", "A" * 17, "A\\B", "Ä", "A\nB"])
def test_impossible_ae_titles(ae_title: str) -> None:
    assert not valid_ae_title(ae_title)
    with pytest.raises(ValueError, match="AE title"):
        Peer(name="pacs", ae_title=ae_title, host="127.0.0.1", port=104)
    with pytest.raises(ValueError, match="AE title"):
        AllowedPeer.of(ae_title, "127.0.0.1")


def test_impossible_networks_and_ports_are_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.300"):
        AllowedPeer.of("A", "10.0.0.300")
    with pytest.raises(ValueError, match="70000"):
        Peer(name="pacs", ae_title="PACS", host="127.0.0.1", port=70000)
