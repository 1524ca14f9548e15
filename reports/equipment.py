"""How Vultus names itself in what it writes, and how it recognises that later."""

from __future__ import annotations

from pydicom import Dataset

MANUFACTURER = "Vultus"
MODEL_NAME = "Vultus facial movement report"
IMPLEMENTATION_VERSION = "VULTUS"
LONG_STRING = 64


def sign(document: Dataset, software: str) -> None:
    """Write the General Equipment module (PS3.3 C.7.5.1)."""
    document.Manufacturer = MANUFACTURER
    document.ManufacturerModelName = MODEL_NAME
    document.SoftwareVersions = software[:LONG_STRING].replace("\\", "/")


def is_our_own(header: Dataset) -> bool:
    """Whether an object is a document that Vultus wrote: it must never be analysed again.

    Both the maker and the model must match, so that a test video which names Vultus as its maker is still analysed.
    """
    maker = str(header.get("Manufacturer") or "").strip()
    model = str(header.get("ManufacturerModelName") or "").strip()
    return maker == MANUFACTURER and model == MODEL_NAME
