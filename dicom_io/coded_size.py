"""The size a compressed picture really has, read from its own header before a decoder allocates for it.

JPEG and JPEG-LS: the frame header (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2). JPEG 2000: the SIZ marker (15444-1 A.5.1).
"""

from __future__ import annotations

import io
import struct

from dicom_io.errors import UnreadableInput

_JPEG_START = b"\xff\xd8"
_J2K_START = b"\xff\x4f\xff\x51"
# SOF0 to SOF15 without DHT, JPG and DAC; and JPEG-LS.
_FRAME_HEADERS = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_JP2_BOX = b"\0\0\0\x0cjP  "
_JP2_HEAD = 65_536
_HEAD = 48
_MOST_MARKERS = 10_000


def coded_size(bitstream: io.RawIOBase, start: int) -> tuple[int, int] | None:
    """(width, height) of the JPEG family picture that begins at ``start``; None if none begins there.

    Raises:
        UnreadableInput: a picture begins there and has no frame header before its data.
    """
    head = _read(bitstream, start, _HEAD)
    if head.startswith(_JP2_BOX):
        wrapped = _read(bitstream, start, _JP2_HEAD).find(_J2K_START)
        if wrapped < 0:
            raise UnreadableInput("a JPEG 2000 picture has no codestream: send or export it again")
        head = _read(bitstream, start + wrapped, _HEAD)
    if head.startswith(_J2K_START) and len(head) >= 24:
        right, bottom, left, top = struct.unpack(">4L", head[8:24])
        return right - left, bottom - top
    if not head.startswith(_JPEG_START):
        return None
    position = start + 2
    for _ in range(_MOST_MARKERS):
        marker = _read(bitstream, position, 9)
        if len(marker) < 9 or marker[0] != 0xFF or marker[1] == _START_OF_SCAN:
            break
        if marker[1] == 0xFF:
            position += 1
        elif marker[1] in _FRAME_HEADERS:
            height, width = struct.unpack(">HH", marker[5:9])
            return width, height
        else:
            position += 2 + int(struct.unpack(">H", marker[2:4])[0])
    raise UnreadableInput("a compressed picture has no frame header: send or export it again")


def _read(bitstream: io.RawIOBase, start: int, count: int) -> bytes:
    """``count`` bytes, or fewer at the end: a raw file may give them in several pieces."""
    bitstream.seek(start)
    data = b""
    while len(data) < count and (piece := bitstream.read(count - len(data))):
        data += piece
    return data
