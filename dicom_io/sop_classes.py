"""Which SOP classes and transfer syntaxes Vultus takes, and what it does with them.

Sources: PS3.4 Annex B (Storage), PS3.5 Annex A.4 (encapsulated transfer syntaxes), PS3.6 Annex A (UIDs).
"""

from __future__ import annotations

from pydicom import uid
from pydicom.uid import UID

_VIDEO_CLASSES = (
    uid.VideoPhotographicImageStorage,
    uid.VideoEndoscopicImageStorage,
    uid.VideoMicroscopicImageStorage,
)
_MULTI_FRAME_CLASSES = (uid.MultiFrameTrueColorSecondaryCaptureImageStorage,)
_IMAGE_CLASSES = (uid.VLPhotographicImageStorage, uid.SecondaryCaptureImageStorage)

ANALYSABLE: frozenset[UID] = frozenset(_VIDEO_CLASSES + _MULTI_FRAME_CLASSES + _IMAGE_CLASSES)
"""Classes whose instances are analysed."""

DOCUMENTS: frozenset[UID] = frozenset(
    (
        uid.BasicTextSRStorage,
        uid.EnhancedSRStorage,
        uid.ComprehensiveSRStorage,
        uid.Comprehensive3DSRStorage,
        uid.EncapsulatedPDFStorage,
        uid.KeyObjectSelectionDocumentStorage,
    )
)
"""Classes that are kept and never analysed: what comes along when a PACS forwards a whole study."""

VIDEO_SYNTAXES: tuple[UID, ...] = (
    uid.MPEG4HP41,
    uid.MPEG4HP41F,
    uid.MPEG4HP41BD,
    uid.MPEG4HP41BDF,
    uid.MPEG4HP422D,
    uid.MPEG4HP422DF,
    uid.MPEG4HP423D,
    uid.MPEG4HP423DF,
    uid.MPEG4HP42STEREO,
    uid.MPEG4HP42STEREOF,
    uid.HEVCMP51,
    uid.HEVCM10P51,
    uid.MPEG2MPML,
    uid.MPEG2MPMLF,
    uid.MPEG2MPHL,
    uid.MPEG2MPHLF,
)
"""MPEG-2, H.264 and HEVC, whole and fragmentable (PS3.5 8.2.5 to 8.2.8)."""

UNCOMPRESSED_SYNTAXES: tuple[UID, ...] = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
)

# A sender that offers several in one context converts to the acceptor's first choice: lossless before lossy.
IMAGE_SYNTAXES: tuple[UID, ...] = (
    *UNCOMPRESSED_SYNTAXES,
    uid.RLELossless,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLossless,
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLSNearLossless,
    uid.JPEG2000,
)
"""Uncompressed, RLE, JPEG, JPEG-LS and JPEG 2000."""


def is_analysable(sop_class_uid: str) -> bool:
    """Whether an instance of this class is analysed."""
    return sop_class_uid in ANALYSABLE


def is_document(sop_class_uid: str) -> bool:
    """Whether an instance of this class is kept without being analysed."""
    return sop_class_uid in DOCUMENTS


def transfer_syntaxes(sop_class_uid: str) -> tuple[UID, ...]:
    """Transfer syntaxes that are accepted for a storage class, the preferred one first; none for a class not taken.

    Video classes and multi-frame secondary capture are multi-frame IODs: PS3.5 lets them be coded either way.
    """
    if sop_class_uid in _VIDEO_CLASSES or sop_class_uid in _MULTI_FRAME_CLASSES:
        return VIDEO_SYNTAXES + IMAGE_SYNTAXES
    if sop_class_uid in _IMAGE_CLASSES:
        return IMAGE_SYNTAXES
    if sop_class_uid in DOCUMENTS:
        return UNCOMPRESSED_SYNTAXES
    return ()


def accepted_classes() -> tuple[UID, ...]:
    """Every storage class that is taken, in a stable order."""
    return tuple(sorted(ANALYSABLE | DOCUMENTS))


def sop_class_name(sop_class_uid: str) -> str:
    """The name PS3.6 gives a class, for people to read; a class it does not know is named as such with its UID."""
    known = UID(sop_class_uid)
    return known.name if known.name != str(known) else f"unknown SOP class {sop_class_uid}"
