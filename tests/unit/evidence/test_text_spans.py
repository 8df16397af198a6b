"""Lines and sentences keep the places of the text as it was saved."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.text_spans import lines, sentences, trimmed


def shown(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, (0, len(text)))]


def test_a_title_ends_no_sentence() -> None:
    assert shown("Dr. Lee met Sen. Ray. They agreed.") == ["Dr. Lee met Sen. Ray.", "They agreed."]


def test_initials_end_a_sentence_only_before_a_word_that_opens_one() -> None:
    assert shown("He left the U.S. The plane was late.") == ["He left the U.S.", "The plane was late."]
    assert shown("He left the U.S. Congress alone.") == ["He left the U.S. Congress alone."]


def test_a_sentence_keeps_the_marks_that_close_behind_it() -> None:
    assert shown("“We know.” “We do not,” she said.") == ["“We know.”", "“We do not,” she said."]


def test_lines_of_all_systems_keep_their_places() -> None:
    text = "one\r\ntwo\rthree\n\nfour"
    assert [text[start:end] for start, end in lines(text)] == ["one", "two", "three", "", "four"]


@given(st.text(alphabet="aB. “”\n\r?!", max_size=60))
def test_nothing_but_blanks_is_lost(text: str) -> None:
    pieces = sentences(text, (0, len(text)))
    assert "".join("".join(text[s:e].split()) for s, e in pieces) == "".join(text.split())
    assert all(trimmed(text, piece) == piece for piece in pieces)
    assert [text[s:e] for s, e in lines(text)] == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
