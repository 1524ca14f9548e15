"""Pixel Data on disk: where it lies, whether it is whole, and its bitstream as a file that is never loaded.

PS3.5 section A.4: encapsulated Pixel Data is an item with the offset table, then one item per fragment, then a sequence
delimiter. A video's bitstream is all its fragments, end to end.
"""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dicom_io.errors import ImplausibleFrames, NoPixelData, Truncated, UnreadableInput

_PIXEL_DATA = (0x7FE0, 0x0010)
_ITEM = (0xFFFE, 0xE000)
_END = (0xFFFE, 0xE0DD)
_UNDEFINED = 0xFFFFFFFF
_MOST_FRAGMENTS = 500_000


@dataclass(frozen=True, kw_only=True)
class Extent:
    """A run of bytes in a file."""

    start: int
    length: int


@dataclass(frozen=True, kw_only=True)
class PixelDataLayout:
    """Where the value of Pixel Data lies: ``encapsulated`` fragments without the offset table, or one native value."""

    extents: tuple[Extent, ...]
    encapsulated: bool

    @property
    def length(self) -> int:
        """Bytes of the value, without item headers and offset table."""
        return sum(extent.length for extent in self.extents)


def locate_pixel_data(file: BinaryIO, size: int, *, implicit: bool, little_endian: bool) -> PixelDataLayout:
    """Read the layout of Pixel Data (7FE0,0010), whose tag must be next in ``file``, without reading its value.

    Args:
        file: a DICOM file, positioned where the header ends.
        size: length of the file in bytes.
        implicit: whether the data set has implicit VR.
        little_endian: its byte order.

    Raises:
        NoPixelData: another element or the end of the file comes next, or the value is empty.
        Truncated: the value or a fragment reaches past the end of the file, or the end of the sequence is missing.
        ImplausibleFrames: half a million fragments.
        UnreadableInput: something that is no item lies among the fragments.
    """
    order = "<" if little_endian else ">"
    head = file.read(8)
    if len(head) < 8 or struct.unpack(order + "HH", head[:4]) != _PIXEL_DATA:
        raise NoPixelData("the DICOM object has no pixel data (7FE0,0010): nothing in it can be analysed")
    tail = head[4:] if implicit or head[4:6] not in (b"OB", b"OW", b"UN") else file.read(4)
    if len(tail) < 4:
        raise Truncated("the DICOM file ends at its pixel data: send or export it again")
    (length,) = struct.unpack(order + "L", tail)
    if length == _UNDEFINED:
        extents = tuple(_fragments(file, size, order))
        layout = PixelDataLayout(extents=extents[1:], encapsulated=True)
    else:
        _must_fit(file.tell(), length, size)
        layout = PixelDataLayout(extents=(Extent(start=file.tell(), length=length),), encapsulated=False)
    if layout.length == 0:
        raise NoPixelData("the pixel data of the DICOM object is empty: send or export it again")
    return layout


def _fragments(file: BinaryIO, size: int, order: str) -> Iterator[Extent]:
    count = 0
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise Truncated("the DICOM file ends within its pixel data: send or export it again")
        group, element, length = struct.unpack(order + "HHL", head)
        if (group, element) == _END:
            return
        if (group, element) != _ITEM or length == _UNDEFINED:
            raise UnreadableInput("the pixel data of the DICOM object is not a row of fragments: export it again")
        _must_fit(file.tell(), length, size)
        count += 1
        if count > _MOST_FRAGMENTS:
            raise ImplausibleFrames(f"the pixel data has more than {_MOST_FRAGMENTS} fragments: export it again")
        yield Extent(start=file.tell(), length=length)
        file.seek(length, io.SEEK_CUR)


def _must_fit(start: int, length: int, size: int) -> None:
    if start + length > size:
        missing = start + length - size
        raise Truncated(f"the DICOM file ends {missing} bytes before its pixel data does: send or export it again")


class Window(io.RawIOBase):
    """Extents of a file read as if they were a file of their own. Reads only what is asked for."""

    def __init__(self, path: Path, extents: tuple[Extent, ...]) -> None:
        super().__init__()
        self._extents = tuple(extent for extent in extents if extent.length)
        self._starts: list[int] = []
        total = 0
        for extent in self._extents:
            self._starts.append(total)
            total += extent.length
        self._length = total
        self._position = 0
        self._file = path.open("rb")

    def __len__(self) -> int:
        return self._length

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position in the joined bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move within the joined bytes, as in a file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` from one extent; 0 at the end."""
        if self._position >= self._length or not len(buffer):
            return 0
        index = bisect_right(self._starts, self._position) - 1
        offset = self._position - self._starts[index]
        extent = self._extents[index]
        self._file.seek(extent.start + offset)
        count = self._file.readinto(memoryview(buffer)[: extent.length - offset])
        self._position += count
        return int(count)

    def close(self) -> None:
        """Close the file behind it too."""
        self._file.close()
        super().close()
