"""Text of any script: every character has a glyph or is spelled out; right-to-left text stands in visual order."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.fonts import BOLD, CJK, REGULAR, FontSet

SCRIPTS = {
    "latin": "Müller Größe Łódź Ţîrlea",
    "vietnamese": "Nguyễn Thị Bích Phượng",
    "greek": "Διονύσιος",
    "cyrillic": "Люксембург Ґалаґан",
    "arabic": "قباني لنزار",
    "hebrew": "שרון דבורה",
    "thai": "สมชาย",
    "japanese": "山田 太郎 やまだ たろう ﾔﾏﾀﾞ",
    "korean": "洪 吉洞 홍 길동",
    "simplified": "王 小东 刘 伟 张 赵",
    "traditional": "劉 偉 張 趙 龜",
}


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return FontSet()


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_has_its_glyphs(script: str, fonts: FontSet) -> None:
    assert fonts.covers(SCRIPTS[script])


@pytest.mark.parametrize("encoding", ["gb2312", "big5", "euc_kr", "euc_jp", "iso8859_5", "iso8859_6", "iso8859_8"])
def test_the_letters_of_a_character_set_are_covered(encoding: str, fonts: FontSet) -> None:
    pairs = (bytes((first, second)) for first in range(0xA1, 0xFF) for second in range(0xA1, 0xFF))
    singles = (bytes((first,)) for first in range(0xA1, 0x100))
    letters = {
        character for each in (*pairs, *singles) for character in each.decode(encoding, "ignore") if character.isalpha()
    }
    lacking = [each for each in letters if not fonts.covers(each)]
    assert len(letters) > 20
    assert lacking == []


def test_text_is_split_into_runs_by_coverage(fonts: FontSet) -> None:
    runs = fonts.runs("Yamada 山田", size=10, bold=True)
    assert [(run.font, run.spoken.strip()) for run in runs] == [(BOLD, "Yamada"), (CJK, "山田")]


def test_a_character_without_a_glyph_is_spelled_out(fonts: FontSet) -> None:
    assert not fonts.covers("\U0001f600")
    assert "".join(run.text for run in fonts.runs("A\U0001f600", size=10)) == "A[U+1F600]"


def test_right_to_left_text_is_drawn_from_its_end(fonts: FontSet) -> None:
    runs = fonts.runs("שרון 12 abc", size=10)
    assert [run.spoken.strip() for run in runs if run.spoken.strip()] == ["abc", "12", "שרון"]
    assert [run.shaped for run in runs if run.spoken.strip() == "שרון"] == [True]
    assert all(run.font == REGULAR for run in runs)


def test_arabic_letters_are_joined(fonts: FontSet) -> None:
    separate = sum(fonts.width(letter, size=10) for letter in "لنزار")
    assert fonts.width("لنزار", size=10) < 0.95 * separate


@pytest.mark.parametrize("text", ["A" * 64, "山" * 64, "Muster, Erika Maria " * 40, "ب" * 64])
def test_long_text_is_made_to_fit(text: str, fonts: FontSet) -> None:
    fitted, size = fonts.fit(text, size=14, bold=True, room=120)
    assert fonts.width(fitted, size=size, bold=True) <= 120.01
    assert fitted.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert len(fitted) > 5


def test_short_text_stays_as_it_is(fonts: FontSet) -> None:
    assert fonts.fit("Muster", size=14, bold=True, room=300) == ("Muster", 14)


def test_a_number_is_not_parted_from_its_unit(fonts: FontSet) -> None:
    marked = fonts.markup("moved 9.0 mm in 2 s, 68 % of <all> & 3 frames")
    assert marked == "moved 9.0\xa0mm in 2\xa0s, 68\xa0% of &lt;all&gt; &amp; 3\xa0frames"


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_has_runs_and_a_width(text: str) -> None:
    fonts = _FONTS
    runs = fonts.runs(text, size=10)
    assert fonts.width(text, size=10) == pytest.approx(sum(run.width(10) for run in runs))
    assert all("\n" not in run.spoken for run in runs)
    fitted, size = fonts.fit(text, size=10, bold=False, room=60)
    assert fonts.width(fitted, size=size) <= 60.01


_FONTS = FontSet()


def test_the_cjk_font_is_the_one_that_was_reviewed() -> None:
    collection = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
    digest = hashlib.sha256(collection.read_bytes()).hexdigest()
    assert digest == "2420e8078af796b19a3f6ef13de527a1a91c1e7171eea115926c614ced1009b3"
