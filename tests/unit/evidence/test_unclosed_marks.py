"""Marks that are never closed, or too often: what stands around them is read all the same."""

import pytest

from evenhand.evidence import read_article

HEAD = "Harbour board opens inquiry\n\nOSTVIK, March 5 (Nordia) - The inquiry into the port was opened on Monday.\n\n"


def read(words: str) -> list[tuple[str, str]]:
    """Return the content and the speaker of each claim of some paragraphs."""
    article = read_article((HEAD + words).encode(), "x.txt")
    return [(article.text[slice(*claim.content[0])], claim.speaker.name) for claim in article.claims]


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("“The board knew of the leak for two years, said Ana Prado, a resident.", "Ana Prado"),
        ("“The board knew of the leak for two years, Ana Prado said.", "Ana Prado"),
        ("“The board knew of the leak for two years, the ministry said, and named no one.", "the ministry"),
        ('"The board knew of the leak for two years, said Ana Prado, a resident.', "Ana Prado"),
    ],
)
def test_words_whose_mark_is_never_closed_end_where_their_speaker_is_named(words: str, speaker: str) -> None:
    """Else the words hold "said X", and nobody speaks."""
    assert read(words)[0] == (f"{words[0]}The board knew of the leak for two years,", speaker)


def test_the_sentences_behind_an_unclosed_quotation_are_read() -> None:
    words = (
        "Ana Prado said the board had lied. “It knew of the leak and told nobody, she said. The union said it was old."
    )

    assert [speaker for _, speaker in read(words)] == ["Ana Prado", "Ana Prado", "The union"]


def test_a_quotation_that_goes_on_in_the_next_paragraph_is_not_cut() -> None:
    """Its mark is open on purpose, and "she said" within it belongs to what is told."""
    words = "“I asked the clerk, she said no.\n\n“Then I left the office for good,” Ana Prado said."

    assert read(words)[0][0] == "“I asked the clerk, she said no."


def test_a_quotation_without_speaker_and_end_leaves_the_next_paragraph_alone() -> None:
    found = read("“We had no warning, no pump and no light.\n\nThe union said the pumps were old.")

    assert found == [("“We had no warning, no pump and no light.", ""), ("the pumps were old", "The union")]


@pytest.mark.parametrize("more", [0, 1, 3])
def test_ten_quotations_within_one_another_have_the_speaker_of_the_outermost(more: int) -> None:
    """Also where more marks close them than opened."""
    opened = "“He told me ‘she said “they wrote ‘we heard “a man swore ‘it was “all ‘just “a ‘lie,"
    closed = "’”" * 5 + "’”" * more

    assert read(f"{opened}{closed} Ana Prado said. The union said the pumps were old.") == [
        (opened + closed, "Ana Prado"),
        ("the pumps were old", "The union"),
    ]
