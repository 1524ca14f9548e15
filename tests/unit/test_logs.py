"""Log lines: JSON, with role and level, without what an error quotes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging, threading, warnings
from service.logs import configure_logging
configure_logging("work", level="{level}")
logger = logging.getLogger("vultus.test")
logger.info("analysed", extra={{"job": "abc"}})
def fail():
    try:
        try:
            int("Muster^Erika")
        except ValueError as error:
            raise RuntimeError("cannot read Muster^Erika") from error
    except RuntimeError:
        logger.exception("broke off")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
warnings.warn("Invalid value for VR DA: 'Muster'")
logging.getLogger("pydicom").warning("Invalid value for VR UI: 'Muster^Erika'")
logging.getLogger("pynetdicom").info("PatientName Muster^Erika")
logger.warning("%s at %s refused", "PACS", "10.0.0.7", extra={{"event": "association_refused"}})
"""


def lines(level: str = "info") -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(level=level)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert "Muster" not in done.stdout + done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_is_an_event_with_its_fields() -> None:
    first, second, third = lines()
    assert (third["message"], third["kind"]) == ("PACS at 10.0.0.7 refused", "association_refused")
    assert (first["message"], first["job"], first["role"], first["level"]) == ("analysed", "abc", "work", "info")
    assert first["timestamp"].endswith("Z")
    assert second["role"] == "work"
    assert second["error"] == "RuntimeError at <string>:12; from ValueError at <string>:10"


def test_the_level_holds() -> None:
    broken, _ = lines("warning")
    assert broken["message"] == "broke off"
