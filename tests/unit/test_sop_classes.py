from __future__ import annotations

import pytest
from pydicom import uid
from pynetdicom import ALL_TRANSFER_SYNTAXES

from dicom_io.sop_classes import (
    ANALYSABLE,
    DOCUMENTS,
    VIDEO_SYNTAXES,
    accepted_classes,
    is_analysable,
    is_document,
    sop_class_name,
    transfer_syntaxes,
)


def test_a_class_is_either_analysed_or_kept() -> None:
    assert not ANALYSABLE & DOCUMENTS
    assert set(accepted_classes()) == ANALYSABLE | DOCUMENTS


@pytest.mark.parametrize("sop_class", sorted(ANALYSABLE))
def test_analysable_classes_take_compressed_images(sop_class: str) -> None:
    assert is_analysable(sop_class)
    assert not is_document(sop_class)
    assert {uid.RLELossless, uid.JPEGBaseline8Bit, uid.JPEGLSLossless, uid.JPEG2000} <= set(
        transfer_syntaxes(sop_class)
    )


def test_every_video_syntax_known_to_the_network_library_is_taken() -> None:
    video = {syntax for syntax in ALL_TRANSFER_SYNTAXES if syntax.startswith("1.2.840.10008.1.2.4.10")}
    assert set(VIDEO_SYNTAXES) == video
    assert video <= set(transfer_syntaxes(uid.VideoEndoscopicImageStorage))
    assert not video & set(transfer_syntaxes(uid.VLPhotographicImageStorage))


def test_results_of_our_own_are_documents() -> None:
    for sop_class in (uid.Comprehensive3DSRStorage, uid.EncapsulatedPDFStorage):
        assert is_document(sop_class)
        assert not is_analysable(sop_class)
        assert all(not syntax.is_encapsulated for syntax in transfer_syntaxes(sop_class))


def test_other_classes_have_no_syntax_but_a_name() -> None:
    assert transfer_syntaxes(uid.CTImageStorage) == ()
    assert sop_class_name(uid.CTImageStorage) == "CT Image Storage"
    assert sop_class_name("1.2.3.4") == "unknown SOP class 1.2.3.4"
