"""A text of one huge line is cut before the work, not after it: the rest costs nothing but the cut."""

import pytest

from evenhand.evidence import reported_dates
from evenhand.evidence.claims import read_article
from evenhand.evidence.words import LONGEST

ONE = "“No,” said Ana Roe of the Roe Bank in a long line. "


def test_nothing_looks_beyond_the_part_of_a_line_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search for dates through the whole line, once a claim, took a minute of a file of 3 MB."""
    looked_at: list[tuple[int, int]] = []
    real = reported_dates.may_hold_date

    def seen(text: str, span: tuple[int, int]) -> bool:
        looked_at.append(span)
        return real(text, span)

    monkeypatch.setattr("evenhand.evidence.claim_times.may_hold_date", seen)

    article = read_article((ONE * 3_000).encode(), "one.txt", "text/plain")

    assert len(article.claims) > 100
    assert max(end for _, end in looked_at) <= LONGEST
    assert max(end for claim in article.claims for _, end in claim.content) <= LONGEST


def test_the_notes_tell_the_length_of_the_whole_line() -> None:
    """Who reads them knows how much was not read."""
    text = ONE * 3_000
    article = read_article(text.encode(), "one.txt", "text/plain")

    assert any(f"of {len(text) - 1:,} characters in the paragraph of line 1" in note for note in article.document.notes)


def test_a_word_is_not_cut() -> None:
    """The part that is read ends at a blank."""
    article = read_article((ONE * 3_000).encode(), "one.txt", "text/plain")

    assert {article.text[slice(*claim.content[0])] for claim in article.claims} == {"“No,”"}
