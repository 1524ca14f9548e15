"""Errors of the decoding libraries, turned into this package's own."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import av
from pydicom.errors import BytesLengthException, InvalidDicomError

from dicom_io.errors import UnreadableInput

# What pydicom, its pixel plugins, Pillow and FFmpeg raise on damaged data. MemoryError is not among them: it belongs to
# whoever limits this process. Their messages may quote header values or a path, so only the class is passed on.
FOREIGN = (
    av.FFmpegError,
    InvalidDicomError,
    BytesLengthException,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    SyntaxError,
    struct.error,
    zlib.error,
)


@contextmanager
def as_unreadable(what: str) -> Iterator[None]:
    """Re-raise a library's error as ``UnreadableInput``; ``what`` begins the sentence, e.g. "the video stream"."""
    try:
        yield
    except FOREIGN as error:
        raise UnreadableInput(f"{what} cannot be read ({type(error).__name__}): send or export it again") from error
