"""Pixels to numbers: model, landmarks, head frame, signals, commissure relation, quality, phantom. Knows no DICOM."""
