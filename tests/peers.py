"""Programs from outside the project that judge our documents; a test is skipped, with the reason, where one is absent."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Debian's DicomSRValidator stops on current Java unless these limits of the XPath engine are lifted
JAVA_OPTIONS = " ".join(f"-Djdk.xml.xpath{limit}Limit=0" for limit in ("TotalOp", "ExprOp", "ExprGrp"))


def require(program: str) -> str:
    """The path of ``program``, or a skip."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def _said(*command: str) -> str:
    environment = os.environ | {"JAVA_TOOL_OPTIONS": JAVA_OPTIONS}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def iod_errors(document: Path) -> list[str]:
    """What dicom3tools' dciodvfy finds wrong with the modules and attributes."""
    said = _said(require("dciodvfy"), "-new", str(document))
    return [line for line in said.splitlines() if line.startswith(("Error", "Abort"))]


def template_errors(document: Path) -> list[str]:
    """What PixelMed's DicomSRValidator finds wrong with the template; about 15 s a document."""
    said = _said(require("DicomSRValidator"), str(document))
    if "IOD" not in said and "Template" not in said:
        return [f"DicomSRValidator said nothing of the document: {said[:200]}"]
    return [line for line in said.splitlines() if line.startswith("Error") or "Exception" in line]


def tree(document: Path) -> str:
    """The content tree as DCMTK's dsrdump reads it."""
    return _said(require("dsrdump"), "+Pl", str(document))


def unwrapped(document: Path, target: Path) -> bytes:
    """The PDF that DCMTK's dcm2pdf takes out of an object."""
    _said(require("dcm2pdf"), str(document), str(target))
    return target.read_bytes()
