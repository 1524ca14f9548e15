"""As whom a phantom is sent to the service of this machine, and where to. Nothing is sent here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.acceptance_sending import CALLING_AE_TITLE, own_receiver
from service.configuration import Configuration
from service.errors import ConfigurationError


def configuration(**dicom: Any) -> Configuration:
    return Configuration(dicom={"port": 11112, **dicom})


def calling(*peers: tuple[str, str], given: str | None = None, host: str = "127.0.0.1") -> str:
    allowed = [{"ae_title": ae_title, "address": address} for ae_title, address in peers]
    with own_receiver(configuration(host=host, allowed_peers=allowed), calling_ae_title=given) as peer:
        return peer.calling_ae_title


def test_its_own_name_is_preferred_where_it_is_allowed() -> None:
    with own_receiver(configuration(), calling_ae_title=None) as peer:
        assert (peer.ae_title, peer.host, peer.port) == ("VULTUS", "127.0.0.1", 11112)
        assert peer.calling_ae_title == CALLING_AE_TITLE
        assert peer.tls is None
    assert calling(("PACS", "127.0.0.1/32"), ("*", "127.0.0.0/8")) == CALLING_AE_TITLE
    assert calling(("PACS", "127.0.0.1/32"), (CALLING_AE_TITLE, "127.0.0.1")) == CALLING_AE_TITLE


def test_else_the_first_that_is_allowed_from_here() -> None:
    assert calling(("PACS", "10.0.0.7/32"), ("CAMERA", "127.0.0.0/8"), ("OTHER", "127.0.0.1")) == "CAMERA"


def test_the_one_given_is_not_second_guessed() -> None:
    assert calling(("CAMERA", "127.0.0.1"), given="ME") == "ME"


@pytest.mark.parametrize("peers", [[], [("PACS", "10.0.0.7/32")], [("*", "10.0.0.0/8"), ("PACS", "::1")]])
def test_where_nobody_is_allowed_the_entry_to_add_is_spelt_out(peers: list[tuple[str, str]]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        calling(*peers)
    assert '{ ae_title = "VULTUS-PHANTOM", address = "127.0.0.1/32" } to dicom.allowed_peers' in str(refused.value)
    assert "10.0.0.7" not in str(refused.value)


def test_an_address_to_listen_on_is_no_address_to_call() -> None:
    with own_receiver(configuration(host="0.0.0.0"), calling_ae_title=None) as peer:
        assert peer.host == "127.0.0.1"


def test_the_services_own_certificate_and_its_callers_authority_are_trusted(tmp_path: Path) -> None:
    for name in ("own", "key", "ca"):
        (tmp_path / name).write_text(f"{name} in PEM\n")
    tls = {"certificate": tmp_path / "own", "key": tmp_path / "key", "ca": tmp_path / "ca"}
    with own_receiver(configuration(tls=tls), calling_ae_title=None) as peer:
        assert peer.tls is not None
        assert (peer.tls.certificate, peer.tls.key) == (tmp_path / "own", tmp_path / "key")
        assert peer.tls.ca is not None
        assert "own in PEM" in peer.tls.ca.read_text()
        assert "ca in PEM" in peer.tls.ca.read_text()
        assert not peer.tls.verify_host  # the certificate names the machine as others call it
    assert not peer.tls.ca.exists()


def test_a_certificate_that_cannot_be_read(tmp_path: Path) -> None:
    tls = {"certificate": tmp_path / "none", "key": tmp_path / "none"}
    with (
        pytest.raises(ConfigurationError, match=r"none cannot be read.*as the user of the service"),
        own_receiver(configuration(tls=tls), calling_ae_title=None),
    ):
        pytest.fail("a peer without its certificate")
