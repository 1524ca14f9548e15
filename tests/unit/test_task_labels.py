from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import DataElement, Dataset
from pydicom.config import IGNORE
from pydicom.datadict import dictionary_VR

from analysis.palsy.postures import Task
from service.task_labels import DEFAULT_LABELS, label_of

NAMED = {
    Task.REST: (
        "Face at rest", "REST", "1 - Rest", "Resting face", "repose", "Neutral", "neutral expression", "Gesicht neutral",
        "Full face, at rest", "Resting tone, eyes open",
    ),
    Task.BROW_RAISE: (
        "Brow raise", "BROW_RAISE", "Raise eyebrows", "eyebrows up", "Eyebrow elevation", "raising the brows", "Brows",
        "Wrinkle your forehead", "forehead wrinkling", "Elevate brows, eyes open", "2 brow lift", "Lift your eyebrows",
    ),
    Task.GENTLE_CLOSURE: (
        "Gentle eye closure", "EYE_CLOSURE_GENTLE", "Close eyes gently", "Lightly close the eyes", "eye closure, gentle",
        "eyes softly shut", "light eye closure", "Eye closure with minimal effort", "effortless eye closure",
    ),
    Task.FULL_CLOSURE: (
        "Full-effort eye closure", "Tight eye closure", "Close eyes tightly", "Forced eye closure", "Maximal lid closure",
        "Forceful eye closure", "EYES CLOSED HARD", "Squeeze eyes shut", "full closure", "Eye closure\r\nmaximal",
    ),
    Task.SMALL_SMILE: (
        "Small smile", "gentle smile", "Closed-mouth smile", "Slight smile", "smile, lips together", "SMILE SMALL",
        "Smile without teeth", "smile - not showing teeth", "social smile",
    ),
    Task.FULL_SMILE: (
        "Full smile", "FULL_SMILE", "Big smile", "Smile with teeth", "open-mouth smile", "Maximal smile", "smile (wide)",
        "Broad smile", "max smile", "Post-op full smile", "smile showing teeth",
    ),
    Task.SNARL: ("Snarl", "Snarling", "wrinkle nose", "Wrinkle your nose", "nose wrinkling", "scrunch the nose"),
    Task.PUCKER: ("Lip pucker", "puckering", "purse lips", "Pursed lips", "kiss", "whistle", "say ooo", "Whistling", "OOOO"),
    Task.LOWER_TEETH: ("Show lower teeth", "LOWER_TEETH", "eee", "say eeee", "bottom teeth"),
}  # fmt: skip
UNNAMED = (
    "", " ", "Facial palsy video", "Smile", "Eyes closed", "Clip 3", "Face", "Close-up, full face", "Full face close-up",
    "Soft light, close-up", "Full face, eyes open", "Full HD video, eyes", "Full eye exam", "Eye movements, full range",
    "the rest of the series", "Rest der Serie", "auf Kissen gelagert", "Kissinger", "Restaurierung", "Restless legs",
    "Stirn runzeln", "Augen schließen", "Augen fest schließen", "Lächeln", "Zähne zeigen", "Mund spitzen", "Pfeifen",
    "Nase rümpfen", "Naserümpfen", "Ruhe", "Gesicht in Ruhe", "Follow-up after brow lift", "Forehead scar", "Browser capture",
    "neutral grey background", "background neutral", "purse-string suture", "Maximilian", "brown eyes", "restart", "arrest",
    "Eyes closed at rest", "no rest", "wide-angle, smile", "Full face, smile", "Lichtreflex", "Hard copy of the eyes",
    "Eyebrow ptosis", "Best effort",
)  # fmt: skip
AMBIGUOUS = (
    "rest, brow raise, smile",
    "Full smile and pucker",
    "Raise eyebrows, then close eyes tightly",
    "small smile, full smile",
    "gentle smile, eyes gently closed",
    "ooo and eee",
    "Big smile, lower teeth",
    "small and big smile",
)


def described(**descriptions: str) -> Dataset:
    header = Dataset()
    for keyword, text in descriptions.items():
        element = DataElement(keyword, dictionary_VR(keyword), text, validation_mode=IGNORE)
        header.add(element)
    return header


def named(text: str) -> Task | None:
    return label_of(described(SeriesDescription=text), DEFAULT_LABELS)


@pytest.mark.parametrize(("text", "task"), [(text, task) for task, texts in NAMED.items() for text in texts])
def test_descriptions_that_name_a_movement(text: str, task: Task):
    assert named(text) is task
    assert named(text.upper()) is task
    assert named(text.replace(" ", "_")) is task


@pytest.mark.parametrize("text", UNNAMED)
def test_descriptions_that_name_none(text: str):
    assert named(text) is None


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_descriptions_that_name_several(text: str):
    assert named(text) is None


def test_the_first_telling_description_decides():
    assert label_of(described(SeriesDescription="Clip 2", ProtocolName="Pucker"), DEFAULT_LABELS) is Task.PUCKER
    header = described(ContentDescription="Full smile", SeriesDescription="Snarl")
    assert label_of(header, DEFAULT_LABELS) is Task.FULL_SMILE
    header = described(ContentDescription="Rest, then snarl", SeriesDescription="Snarl")
    assert label_of(header, DEFAULT_LABELS) is None
    assert label_of(described(ContentLabel="BROW_RAISE"), DEFAULT_LABELS) is Task.BROW_RAISE
    assert label_of(Dataset(), DEFAULT_LABELS) is None


def test_several_values_in_one_description():
    header = described()
    header.SeriesDescription = ["Exam 4", "Pucker"]
    assert label_of(header, DEFAULT_LABELS) is Task.PUCKER


def test_a_site_has_its_own_words():
    labels = {Task.FULL_SMILE: (r"lächeln",), Task.PUCKER: (r"^M_07$",)}
    assert label_of(described(SeriesDescription="Breit Lächeln"), labels) is Task.FULL_SMILE
    assert label_of(described(SeriesDescription="M_07"), labels) is Task.PUCKER
    assert label_of(described(SeriesDescription="Pucker"), labels) is None


@given(st.text(max_size=80))
def test_any_text_names_one_movement_or_none(text: str):
    assert named(text) in (*Task, None)


@pytest.mark.parametrize(
    "text", ["Full\x00smile", "Full\x1b$Bsmile", "\u202eFull smile", "Full\u2028smile", "Full\tsmile\n"]
)
def test_control_characters_are_spaces(text: str):
    assert named(text) in (Task.FULL_SMILE, None)
    assert named("Full\x00smile") is Task.FULL_SMILE


def test_only_the_beginning_of_a_hostile_description_is_read(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    search = re.search

    def watched(pattern: str, text: str, flags: int) -> re.Match[str] | None:
        read.append(text)
        return search(pattern, text, flags)

    monkeypatch.setattr(re, "search", watched)
    named("full eye close forehead wrinkle " * 1_000_000 + "snarl")
    assert read
    assert max(map(len, read)) <= 1024


def test_what_lies_beyond_is_not_found():
    assert named("x " * 500 + "snarl") is Task.SNARL
    assert named("x " * 600 + "snarl") is None


def test_no_default_pattern_repeats_a_repetition():
    """Repeats within repeats take time that doubles with each character."""
    for patterns in DEFAULT_LABELS.values():
        for pattern in patterns:
            assert not re.search(r"[*+][^()|\[]*\)[*+{]", pattern), pattern
