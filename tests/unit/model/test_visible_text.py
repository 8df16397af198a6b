"""Which characters are spelled out before a person sees a text from outside."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.visible_text import hidden_characters, json_visible, visible

# Format characters with a glyph of their own: number signs of Arabic and Kaithi, the Syriac abbreviation mark.
WITH_A_GLYPH = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}


@pytest.mark.parametrize("category", ["Cc", "Cf", "Cs", "Zl", "Zp"])
def test_no_control_and_no_format_character_passes_unseen_between_letters(category: str) -> None:
    """The fixed table is compared with Python's: a character that shows nothing must not be forgotten."""
    codes = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == category]

    passed = [hex(code) for code in codes if code not in WITH_A_GLYPH and visible(f"a{chr(code)}b") == f"a{chr(code)}b"]

    assert passed == []


@pytest.mark.parametrize("code", [0x3164, 0x115F, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0xFE0F, 0xE0100, 0x180B])
def test_a_filler_or_selector_is_shown_though_python_calls_it_printable(code: int) -> None:
    """`str.isprintable` says yes to a name of Hangul fillers, which no reader can see."""
    assert hidden_characters(f"Shop{chr(code)}") == (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}",)


@pytest.mark.parametrize(
    "name",
    [
        "می\u200cخواهم",  # Persian: the joiner keeps two letters apart
        "ക്\u200d",  # Malayalam: the last consonant in its short form
        "क्\u200dष",
        "👨\u200d👩\u200d👧",
        "❤\ufe0f\u200d🔥",
        "👩🏽\u200d🚀",
        "Radio 1\ufe0f\u20e3",
        "葛\U000e0100飾",  # a Japanese place whose name has its own form of the first sign
        "Société\u00a0Générale",
        "株式会社\u3000放送",
        "קול ישראל",
        "الجزيرة",
    ],
)
def test_a_character_that_a_name_needs_stays(name: str) -> None:
    """Joiners and selectors are part of ordinary names where they do their work."""
    assert visible(name) == name
    assert hidden_characters(name) == ()


@pytest.mark.parametrize("text", ["Har\u200cbour", "Har\u200dbour", "می\u200c\u200cخ", "Shop\ufe0f", "\u200dShop"])
def test_the_same_character_is_shown_where_it_does_nothing(text: str) -> None:
    """Two names that look the same must not be two names."""
    assert visible(text) != text


def test_a_line_break_of_any_kind_begins_no_line() -> None:
    """Python, terminals and spreadsheets break lines at ten different characters."""
    text = "".join(f"line{chr(code)}" for code in (0xA, 0xB, 0xC, 0xD, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029))

    assert len(text.splitlines()) > 1
    assert visible(text).splitlines() == [visible(text)]


@given(
    st.text(
        st.characters(codec=None) | st.sampled_from("a1क❤ی\u3164\u2800\ufe0f\u200c\u200d\u202e\u2028\U000e0041\u20e3")
    )
)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    """A text may pass two places that show it; the second changes nothing."""
    assert hidden_characters(visible(text)) == ()
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("aé\u200c\u202e\x7f\ufe0fی", max_size=6))
def test_json_shows_what_a_line_shows(text: str) -> None:
    """It holds the same value, and nothing hidden: most records have no such character, which is seen in one go."""
    shown = json_visible(json.dumps(text, ensure_ascii=False).encode()).decode()

    assert json.loads(shown) == text
    assert visible(shown) == shown
