"""Everything that can go wrong between Vultus and the wire or a file.

::

    DicomIoError
    ├── UnreadableInput          the file cannot be opened as frames; trying again cannot help
    │   ├── NotAnInput           neither DICOM, video nor image
    │   ├── NoPixelData          a DICOM object without pixels
    │   ├── Truncated            the file ends before its data does
    │   └── ImplausibleFrames    dimensions or counts that no camera makes (0 x 0, bombs)
    ├── ListenError              the receiver cannot open its port
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


class SendError(DicomIoError):
    """An object could not be delivered to a peer."""

    retryable = True


class PeerUnreachable(SendError):
    """No connection to the peer."""


class PeerRefused(SendError):
    """The peer rejected the association or the presentation context."""


class PeerFailed(SendError):
    """The peer answered with a failure status."""
