"""``vultus doctor``: everything that can be wrong with an installation, asked once, with what to mend."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from analysis import model
from analysis.errors import ModelError
from dicom_io import sender
from dicom_io.errors import DicomIoError
from service import child, heartbeat
from service.analysing import limits_of
from service.configuration import Configuration, DicomDestination, FolderDestination
from service.errors import ChildError, StorageError
from service.store import Store, open_store
from service.work import engine_settings


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. ``problem``: what is wrong and what to mend; ``remark``: worth knowing."""

    name: str
    remark: str = ""
    problem: str | None = None


def examine(configuration: Configuration) -> Iterator[Finding]:
    """Look at one thing after the other; never stops at the first problem."""
    yield _model()
    try:
        store = open_store(configuration.storage.root)
    except StorageError as error:
        yield Finding(name="storage", problem=str(error))
        return
    yield _space(configuration, store)
    yield _engine(configuration, store)
    yield _confinement(configuration, store)
    yield from _listening(configuration, store)
    yield from _allow_list(configuration)
    for destination in configuration.delivers_to:
        yield _destination(destination, configuration)


def _model() -> Finding:
    path = model.default_path()
    try:
        return Finding(name="model", remark=f"{path} has SHA-256 {model.verify(path)}")
    except ModelError as error:
        return Finding(name="model", problem=str(error))


def _space(configuration: Configuration, store: Store) -> Finding:
    free_gb = store.free_bytes() / 1e9
    wanted = configuration.storage.min_free_gb
    problem = None
    if free_gb < wanted:
        problem = f"{free_gb:.1f} GB are free in {store.root}, {wanted:g} GB are wanted: free space or lower storage.min_free_gb"
    return Finding(name="storage", remark=f"{store.root} is writable, {free_gb:.0f} GB are free", problem=problem)


def _engine(configuration: Configuration, store: Store) -> Finding:
    settings = engine_settings(configuration, store)
    if not isinstance(settings.database, str) and not settings.database.exists():
        return Finding(name="engine", remark="its SQLite database will be made at the first start")
    url = settings.url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            # on SQLite a statement that reads nothing does not notice that the file is damaged
            connection.execute(text("SELECT count(*) FROM sqlite_master" if url.startswith("sqlite") else "SELECT 1"))
        engine.dispose()
    except SQLAlchemyError as error:
        return Finding(
            name="engine",
            problem=f"its database cannot be used ({type(error).__name__}): correct engine.database_url, or start the database",
        )
    return Finding(name="engine", remark="its database answers")


def _confinement(configuration: Configuration, store: Store) -> Finding:
    try:
        in_force = child.probe(limits=limits_of(configuration), scratch=store.scratch)
    except ChildError as error:
        return Finding(name="child process", problem=str(error))
    missing = "; ".join(in_force.missing)
    if in_force.network == "none":
        return Finding(name="child process", problem=f"it cannot be kept off the network: {missing}")
    return Finding(
        name="child process", remark=f"no network (by {in_force.network})" + (f"; {missing}" if missing else "")
    )


def _listening(configuration: Configuration, store: Store) -> Iterator[Finding]:
    age = heartbeat.age_s(store.run, "receive")
    running = age is not None and age <= heartbeat.STALE_S
    for name, host, port in (
        ("DICOM port", configuration.dicom.host, configuration.dicom.port),
        ("console port", configuration.console.host, configuration.console.port),
    ):
        yield _port(name, host, port, running=running)


def _port(name: str, host: str, port: int, *, running: bool) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if running:
                return Finding(name=name, remark=f"{host} port {port} is in use, and Vultus runs")
            return Finding(
                name=name, problem=f"{host} port {port} cannot be used: {error.strerror}; choose another port"
            )
    return Finding(name=name, remark=f"{host} port {port} is free")


def _allow_list(configuration: Configuration) -> Iterator[Finding]:
    for peer in configuration.dicom.allowed_peers:
        network = ip_network(peer.address)
        name = f"allowed peer {peer.ae_title} from {peer.address}"
        if network.prefixlen == 0:
            yield Finding(name=name, problem="anybody may send: name the networks of your PACS and modalities")
        elif peer.ae_title == "*" and not network.is_loopback:
            yield Finding(name=name, remark="any AE title is let in from there; name the AE titles if you can")
        else:
            yield Finding(name=name, remark="may send")


def _destination(destination: DicomDestination | FolderDestination, configuration: Configuration) -> Finding:
    name = f"destination {destination.name}"
    if isinstance(destination, DicomDestination):
        return _asked(name, "answers C-ECHO", lambda: sender.echo(destination.peer(configuration.dicom.ae_title)))
    return _folder(name, destination.path)


def _asked(name: str, remark: str, ask: Callable[[], None]) -> Finding:
    try:
        ask()
    except DicomIoError as error:
        return Finding(name=name, problem=str(error))
    return Finding(name=name, remark=remark)


def _folder(name: str, path: Path) -> Finding:
    nearest = next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            name=name, problem=f"{nearest} cannot be written by uid {os.getuid()}: correct the path or its owner"
        )
    return Finding(name=name, remark=f"{path} can be written")
