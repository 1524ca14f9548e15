"""TLS contexts for both directions, after BCP 195: TLS 1.2 or newer, forward secrecy, authenticated encryption."""

from __future__ import annotations

import ssl

from dicom_io.errors import TlsFilesUnusable
from dicom_io.peers import TlsFiles

_TLS12_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # TLS 1.3 has no others


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """For the receiver. With ``files.ca`` a caller needs a certificate signed by it. Raises ``TlsFilesUnusable``."""
    if files.certificate is None:
        raise TlsFilesUnusable("TLS for the receiver needs a certificate and a key: set both in [dicom.tls]")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _load(context, files)
    if files.ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """For a sender. Raises ``TlsFilesUnusable``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = files.verify_host
    _load(context, files)
    if files.ca is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def _load(context: ssl.SSLContext, files: TlsFiles) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_TLS12_CIPHERS)
    try:
        if files.certificate is not None:
            context.load_cert_chain(files.certificate, files.key)
    except (OSError, ssl.SSLError) as error:
        raise TlsFilesUnusable(
            f"TLS certificate {files.certificate} with key {files.key} cannot be used ({error}): "
            "both must be PEM files that belong together and that this user may read"
        ) from error
    try:
        if files.ca is not None:
            context.load_verify_locations(files.ca)
    except (OSError, ssl.SSLError) as error:
        raise TlsFilesUnusable(
            f"TLS authority file {files.ca} cannot be used ({error}): it must be a readable PEM file"
        ) from error
