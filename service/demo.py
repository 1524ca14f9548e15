"""``vultus demo``: the service on its defaults, a sample exam sent to it over DICOM, and where the documents lie."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dicom_io import sender
from dicom_io.errors import SendError
from dicom_io.identity import read_source
from dicom_io.peers import Peer
from service import heartbeat
from service.configuration import Configuration
from service.exams import PDF, PDF_OBJECT, SR
from service.phantoms import write_phantom
from service.store import Store
from service.supervisor import supervise
from service.waiting import StopSignal

PRESET: Final = "weak-left"
_READY_S: Final = 60.0
_DELIVERY_S: Final = 600.0
_FRESH_S: Final = 4.0  # rendering takes longer: what a killed run left behind is older by then


def demonstrate(
    configuration: Configuration, store: Store, config: Path | None, *, once: bool, tell: Callable[[str], None]
) -> int:
    """Run the demonstration; the exit code is 0 only if SR and PDF arrived."""
    stop = StopSignal()
    outcome: list[int] = []
    done = threading.Event()
    errors: list[BaseException] = []

    def show() -> None:
        try:
            outcome.append(_show(configuration, store, tell))
        except BaseException as error:  # noqa: BLE001 - raised again where the program ends
            errors.append(error)
        finally:
            done.set()

    guide = threading.Thread(target=show, name="vultus-demo", daemon=True)

    def wait(seconds: float) -> bool:
        if not guide.is_alive() and not done.is_set():
            guide.start()
        if done.is_set() and (once or errors or not outcome or outcome[0]):
            return True
        return stop.within(seconds)

    code = supervise(config, wait=wait)
    if errors:
        raise errors[0]
    return code or (outcome[0] if outcome else 1)


def _show(configuration: Configuration, store: Store, tell: Callable[[str], None]) -> int:
    console = (
        f"http://{configuration.console.host}:{configuration.console.port}/"
        if configuration.console.on_loopback
        else "not served: it listens beyond this machine and has no login"
    )
    with tempfile.TemporaryDirectory(prefix="vultus-demo-") as directory:
        tell(f"rendering a sample exam ({PRESET}: a smile whose left corner goes half as far) ...")
        sample = write_phantom(PRESET, Path(directory)).dicom
        if not _await(lambda: all(_beats(store, role) for role in heartbeat.ROLES), _READY_S):
            tell("the service did not start in time; its log above says why")
            return 1
        section = configuration.dicom
        peer = Peer(
            name="Vultus", ae_title=section.ae_title, host=section.host, port=section.port, calling_ae_title="DEMO"
        )
        started = time.monotonic()
        try:
            sender.store(peer, sample)
        except SendError as error:
            tell(f"the sample exam was not taken: {error}")
            return 1
        tell(
            f"sent to {section.ae_title} on {section.host} port {section.port} by C-STORE; waiting for the documents ..."
        )
        exam = store.inbox.exam_of(read_source(sample).study_instance_uid)
    folder = configuration.delivers_to[0]
    results = getattr(folder, "path", store.root / "results").absolute() / exam / "v1"
    if not _await(lambda: all((results / name).exists() for name in (SR, PDF_OBJECT, PDF)), _DELIVERY_S):
        tell(f"no documents after {_DELIVERY_S:.0f} s: `vultus jobs list` shows where the exam stands")
        return 1
    tell(
        f"delivered after {time.monotonic() - started:.1f} s "
        f"({configuration.exam.quiet_period_s:g} s of that is the quiet period):"
    )
    tell(f"  structured report   {results / SR}")
    tell(f"  PDF in DICOM        {results / PDF_OBJECT}")
    tell(f"  PDF                 {results / PDF}")
    tell(f"  console             {console}")
    sys.stdout.flush()
    return 0


def _beats(store: Store, role: str) -> bool:
    age = heartbeat.age_s(store.run, role)
    return age is not None and age < _FRESH_S


def _await(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def demo_environment() -> None:
    """A demonstration need not wait as long for late clips as a hospital, nor log as much; the rest stays as it is by default."""
    os.environ.setdefault("VULTUS__EXAM__QUIET_PERIOD_S", "3")
    os.environ.setdefault("VULTUS__STORAGE__MIN_FREE_GB", "1")
    os.environ.setdefault("VULTUS__LOG__LEVEL", "warning")
