"""Objects and a running receiver for the tests of the DICOM network side."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pydicom import Dataset, uid
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, generate_uid

from dicom_io.arrival import Arrival
from dicom_io.commitment import CommitmentReport
from dicom_io.peers import AllowedPeer, Peer
from dicom_io.receiver import Receiver, ReceiverSettings

LOOPBACK = AllowedPeer.of("*", "127.0.0.0/8")
VIDEO = uid.VideoPhotographicImageStorage


def write_object(
    path: Path, *, sop_class: UID = VIDEO, syntax: UID = uid.MPEG4HP41, payload: bytes = bytes(2000), **elements: object
) -> Path:
    """A Part 10 file; its pixel data is junk, for a receiver does not look at it."""
    data_set = Dataset()
    data_set.SOPClassUID = sop_class
    data_set.SOPInstanceUID = generate_uid()
    data_set.StudyInstanceUID = generate_uid()
    data_set.SeriesInstanceUID = generate_uid()
    data_set.PatientID = "P1"
    data_set.PatientName = "Test^Person"
    for keyword, value in elements.items():
        setattr(data_set, keyword, value)
    if "Image" in sop_class.name:
        data_set.Rows = data_set.Columns = 8
        data_set.SamplesPerPixel, data_set.PhotometricInterpretation = 1, "MONOCHROME2"
        data_set.BitsAllocated = data_set.BitsStored = 8
        data_set.HighBit, data_set.PixelRepresentation = 7, 0
        data_set.PixelData = encapsulate([payload]) if syntax.is_encapsulated else payload
        data_set["PixelData"].VR = "OB"
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = syntax
    data_set.save_as(path, enforce_file_format=True)
    return path


def write_large_object(path: Path, megabytes: int) -> Path:
    """A native multi-frame object of that size, written in constant memory."""
    write_object(
        path,
        sop_class=uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
        syntax=uid.ExplicitVRLittleEndian,
        payload=b"",
    )
    size = megabytes << 20
    block = os.urandom(1 << 20)
    with path.open("r+b") as stream:
        stream.seek(-4, os.SEEK_END)  # the length of the empty pixel data
        stream.write(size.to_bytes(4, "little"))
        for _ in range(megabytes):
            stream.write(block)
    return path


@dataclass(eq=False)
class Inbox:
    """A deposit that renames, as the service's does."""

    directory: Path
    arrivals: list[Arrival] = field(default_factory=list)
    raises: Callable[[], Exception] | None = None

    def __call__(self, arrival: Arrival) -> None:
        if self.raises is not None:
            raise self.raises()
        kept = self.directory / f"{len(self.arrivals)}.dcm"
        arrival.path.rename(kept)
        self.arrivals.append(replace(arrival, path=kept))


@dataclass(frozen=True, kw_only=True)
class Running:
    receiver: Receiver
    inbox: Inbox
    spool: Path

    @property
    def spooled(self) -> list[Path]:
        return sorted(self.spool.iterdir())

    @property
    def peer(self) -> Peer:
        return Peer(
            name="vultus", ae_title="VULTUS", host="127.0.0.1", port=self.receiver.port, calling_ae_title="SENDER"
        )


def settings_for(directory: Path, **changes: object) -> ReceiverSettings:
    settings = ReceiverSettings(
        ae_title="VULTUS", allowed_peers=(LOOPBACK,), spool_directory=directory / "spool", host="127.0.0.1", port=0
    )
    return replace(settings, **changes)  # type: ignore[arg-type]


@contextmanager
def running_receiver(
    directory: Path, *, on_commitment: Callable[[CommitmentReport], None] | None = None, **changes: object
) -> Iterator[Running]:
    inbox = Inbox(directory / "inbox")
    inbox.directory.mkdir()
    settings = settings_for(directory, **changes)
    receiver = Receiver(settings, inbox, on_commitment=on_commitment)
    receiver.start()
    try:
        yield Running(receiver=receiver, inbox=inbox, spool=settings.spool_directory)
    finally:
        receiver.stop(grace_s=1)


needs_namespaces = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ip") is None,
    reason="needs root and iproute2: a server that binds every address runs in a network namespace with loopback only",
)


@contextmanager
def loopback_namespace() -> Iterator[list[str]]:
    """A network namespace that has loopback and nothing else; yields the command prefix that runs a program in it."""
    name = f"vultus-snd-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode != 0:
        pytest.skip("this machine does not allow network namespaces")
    try:
        prefix = ["ip", "netns", "exec", name]
        subprocess.run([*prefix, "ip", "link", "set", "lo", "up"], check=True)
        yield prefix
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)
