"""What goes from the source header into every document unchanged: patient, study, character set."""

from __future__ import annotations

import unicodedata
from copy import deepcopy

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.multival import MultiValue

# Patient, Clinical Trial Subject, General Study, Patient Study and Clinical Trial Study modules
# (PS3.3 C.7.1.1, C.7.1.3, C.7.2.1, C.7.2.2, C.7.2.3), and what SOP Common says about text and time (C.12.1).
CARRIED = (
    "SpecificCharacterSet",
    "TimezoneOffsetFromUTC",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "IssuerOfPatientIDQualifiersSequence",
    "TypeOfPatientID",
    "PatientBirthDate",
    "PatientBirthTime",
    "PatientBirthDateInAlternativeCalendar",
    "PatientAlternativeCalendar",
    "PatientSex",
    "OtherPatientIDs",
    "OtherPatientIDsSequence",
    "OtherPatientNames",
    "PatientBirthName",
    "PatientMotherBirthName",
    "EthnicGroup",
    "EthnicGroupCodeSequence",
    "PatientComments",
    "PatientSpeciesDescription",
    "PatientSpeciesCodeSequence",
    "PatientBreedDescription",
    "PatientBreedCodeSequence",
    "BreedRegistrationSequence",
    "ResponsiblePerson",
    "ResponsiblePersonRole",
    "ResponsibleOrganization",
    "QualityControlSubject",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "DeidentificationMethodCodeSequence",
    "ReferencedPatientSequence",
    "ClinicalTrialSponsorName",
    "ClinicalTrialProtocolID",
    "ClinicalTrialProtocolName",
    "IssuerOfClinicalTrialProtocolID",
    "ClinicalTrialSiteID",
    "ClinicalTrialSiteName",
    "ClinicalTrialSubjectID",
    "IssuerOfClinicalTrialSubjectID",
    "ClinicalTrialSubjectReadingID",
    "ClinicalTrialProtocolEthicsCommitteeName",
    "ClinicalTrialProtocolEthicsCommitteeApprovalNumber",
    "ClinicalTrialTimePointID",
    "ClinicalTrialTimePointDescription",
    "LongitudinalTemporalOffsetFromEvent",
    "LongitudinalTemporalEventType",
    "ConsentForClinicalTrialUseSequence",
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "StudyDescription",
    "AccessionNumber",
    "IssuerOfAccessionNumberSequence",
    "ReferringPhysicianName",
    "ReferringPhysicianIdentificationSequence",
    "ConsultingPhysicianName",
    "ConsultingPhysicianIdentificationSequence",
    "PhysiciansOfRecord",
    "PhysiciansOfRecordIdentificationSequence",
    "NameOfPhysiciansReadingStudy",
    "PhysiciansReadingStudyIdentificationSequence",
    "RequestingService",
    "RequestingServiceCodeSequence",
    "ReferencedStudySequence",
    "ProcedureCodeSequence",
    "ReasonForPerformedProcedureCodeSequence",
    "AdmittingDiagnosesDescription",
    "AdmittingDiagnosesCodeSequence",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "PatientSexNeutered",
    "PatientState",
    "PregnancyStatus",
    "SmokingStatus",
    "LastMenstrualDate",
    "MedicalAlerts",
    "Allergies",
    "Occupation",
    "AdditionalPatientHistory",
    "AdmissionID",
    "IssuerOfAdmissionIDSequence",
    "ServiceEpisodeID",
    "ServiceEpisodeDescription",
    "IssuerOfServiceEpisodeIDSequence",
)

# Type 2 in every composite object: present, if only empty (PS3.3 C.7.1.1, C.7.2.1)
REQUIRED = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)

_PLAIN = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{PLUS-MINUS SIGN}": "+/-",
        "\N{MULTIPLICATION SIGN}": "x",
        "\N{GREATER-THAN OR EQUAL TO}": ">=",
        "\N{LESS-THAN OR EQUAL TO}": "<=",
        "\N{DEGREE SIGN}": " deg",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        # backslash separates values, and both mean another character in ISO_IR 13 (PS3.5 6.1.2)
        "\\": "/",
        "~": "-",
    }
)


def carry(source: Dataset, document: Dataset) -> None:
    """Copy patient, study and character set; add what is required empty.

    Whatever the document held of these is dropped first, so that nothing but the source speaks for the patient.
    A value keeps the bytes it came with, also where it does not follow the standard.
    """
    for keyword in CARRIED:
        if keyword in document:
            delattr(document, keyword)
        if keyword in source:
            document.add(deepcopy(source[keyword]))
    for keyword in REQUIRED:
        if keyword not in document:
            setattr(document, keyword, "")


def plain(text: str) -> str:
    """``text`` in ASCII, readable in every character set: our own sentences and what we quote in them."""
    folded = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    kept = "".join(each for each in folded if not unicodedata.combining(each))
    printable = (each if each.isascii() and each.isprintable() else "?" for each in " ".join(kept.split()))
    return "".join(printable)


def encodable(text: str, source: Dataset) -> str:
    """``text`` as it is if the source's character set can hold it in its first code extension, else in ASCII."""
    declared = source.get("SpecificCharacterSet") or ""
    first = declared[0] if isinstance(declared, MultiValue | list) else declared
    encoding = convert_encodings(first or "ISO_IR 6")[0]
    # pydicom decodes the default repertoire leniently as Latin 1; it is ASCII (PS3.5 6.1.2.2)
    if encoding == "iso8859":
        encoding = "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return plain(text)
    return text.replace("\\", "/")
