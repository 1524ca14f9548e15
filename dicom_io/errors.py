"""Everything that can go wrong between Vultus and the wire or a file.

::

    DicomIoError
    ├── UnreadableInput          the file cannot be opened as frames; trying again cannot help
    │   ├── NotAnInput           neither DICOM, video nor image
    │   ├── NoPixelData          a DICOM object without pixels
    │   ├── Truncated            the file ends before its data does
    │   └── ImplausibleFrames    dimensions or counts that no camera makes (0 x 0, bombs)
    ├── ListenError              the receiver cannot open its port
    ├── TlsFilesUnusable         a certificate, key or authority file cannot be used
    ├── StoreRefused             a received object is not kept; the sender is told why
    │   ├── OutOfResources       0xA700: no room; the sender may try again
    │   ├── Misidentified        0xA900: the data set is not what the request says
    │   └── CannotUnderstand     0xC000: the data set cannot be read
    └── SendError                an object could not be delivered
        ├── PeerUnreachable      no connection; trying again can help
        ├── PeerRefused          the association or its presentation context was rejected
        └── PeerFailed           the peer answered with a failure status
"""

from __future__ import annotations


class DicomIoError(Exception):
    """Base: ``str(error)`` says what happened, to what, and what to do; ``retryable`` whether trying again can help."""

    retryable = False


class UnreadableInput(DicomIoError):
    """The file cannot be opened as frames."""


class NotAnInput(UnreadableInput):
    """The file is neither a DICOM object, a video nor an image."""


class NoPixelData(UnreadableInput):
    """A DICOM object without pixel data."""


class Truncated(UnreadableInput):
    """The file ends before its data does."""


class ImplausibleFrames(UnreadableInput):
    """Frame dimensions or counts that no camera makes."""


class ListenError(DicomIoError):
    """The receiver cannot open its port."""


class TlsFilesUnusable(DicomIoError):
    """A certificate, key or authority file cannot be used."""


class StoreRefused(DicomIoError):
    """A received object is not kept. ``status`` (PS3.4 B.2.3) and the sentence go to the sender: no patient data in it."""

    status = 0xC000


class OutOfResources(StoreRefused):
    """There is no room to keep the object."""

    status = 0xA700
    retryable = True


class Misidentified(StoreRefused):
    """The data set is not what the C-STORE request says it is."""

    status = 0xA900


class CannotUnderstand(StoreRefused):
    """The data set cannot be read."""

    status = 0xC000


class SendError(DicomIoError):
    """An object could not be delivered to a peer."""

    retryable = True


class PeerUnreachable(SendError):
    """No connection to the peer."""


class PeerRefused(SendError):
    """The peer rejected the association or the presentation context."""


class PeerFailed(SendError):
    """The peer answered with a failure status (PS3.7 Annex C, PS3.4 B.2.3), which decides whether trying again can help."""

    def __init__(self, message: str, *, status: int, retryable: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.retryable = retryable
