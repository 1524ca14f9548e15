"""What a file is, by its first bytes. Its name is never looked at."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from dicom_io.errors import NotAnInput, Truncated, UnreadableInput
from dicom_io.foreign_errors import as_unreadable

_HEAD = 132


class Content(Enum):
    """How a file has to be opened. ``OTHER`` is left to the demuxer, which knows video containers better."""

    DICOM = auto()
    STILL = auto()
    OTHER = auto()


def sniff(path: Path) -> Content:
    """Tell the content of a file from its signature.

    DICOM: PS3.10 section 7.1, 128 bytes of preamble and "DICM".

    Raises:
        NotAnInput: an empty file.
        UnreadableInput: not a readable file, or a picture format that is known but not supported.
    """
    with as_unreadable("the file"), path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise NotAnInput("the file is empty: send or export it again")
    if head[128:132] == b"DICM":
        return Content.DICOM
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0", b"MM\0*", b"GIF8")):
        return Content.STILL
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Content.STILL
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"heif"):
        raise UnreadableInput("HEIC pictures are not supported: export the picture as JPEG or PNG")
    if head[4:8] == b"ftyp" and head[8:12] == b"avif":
        return Content.STILL
    return Content.OTHER


def refuse_unfinished_mp4(path: Path) -> None:
    """Refuse an MP4 or QuickTime file whose index was never written, as when a recording is cut off.

    ISO/IEC 14496-12, section 4.2: a file is a row of boxes, each with its length; the index is the box "moov".

    Raises:
        Truncated: a box reaches past the end of the file and no index stands before it.
    """
    with as_unreadable("the file"), path.open("rb") as file:
        size = path.stat().st_size
        if file.read(8)[4:] != b"ftyp":
            return
        position, indexed = 0, False
        while not indexed and position + 8 <= size:
            file.seek(position)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            indexed = head[4:8] == b"moov"
            if length == 0 or length < 8:
                break
            position += length
    if not indexed:
        raise Truncated("the video file ends before its index (moov): the recording or the transfer was cut off")
