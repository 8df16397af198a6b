"""Claims that a first reading leaves out; every sentence is made up."""

import pytest

from evenhand.evidence.claims import read_article
from evenhand.model.claims import Claim

HEAD = "A title for the page\n\nMay 3, 2019\n\nOSLO (Fjord Wire) - The sea was calm on the day before.\n\n"


def read(sentence: str) -> list[tuple[Claim, str, str]]:
    """Return the claims of a sentence with their content and speaker."""
    page = HEAD + sentence + "\n"
    claims = [claim for claim in read_article(page.encode(), "page.txt").claims if claim.section != "headline"]
    return [(claim, " … ".join(page[slice(*span)] for span in claim.content), claim.speaker.name) for claim in claims]


@pytest.mark.parametrize(
    ("sentence", "stance", "content", "speaker"),
    [
        ("The union welcomed the ruling.", "praises", "the ruling", "The union"),
        ("Norland vowed to appeal.", "threatens", "to appeal", "Norland"),
        ("Norland apologised for the delay.", "regrets", "for the delay", "Norland"),
        ("The mayor demanded an apology.", "requests", "an apology", "The mayor"),
        ("Norland was accused on Monday of hiding fees.", "accuses", "of hiding fees", ""),
        ("Norland is accused of hiding fees by the harbour board.", "accuses", "of hiding fees", "the harbour board"),
        ("The charges were rejected by the Peruvian embassy.", "denies", "The charges", "the Peruvian embassy"),
        ("The managers neither confirmed nor denied the account.", "declines", "neither confirmed", "The managers"),
        (
            "Court papers filed last week show that a clerk was paid.",
            "asserts",
            "that a clerk was paid",
            "Court papers",
        ),
        ("At least two lawmakers demanded that it stop.", "requests", "that it stop", "At least two lawmakers"),
    ],
)
def test_a_form_that_one_verb_gives_away_is_a_claim(sentence: str, stance: str, content: str, speaker: str) -> None:
    found = [(claim.stance, words, name) for claim, words, name in read(sentence)]

    assert len(found) == 1, found
    assert found[0][0] == stance
    assert content in found[0][1]
    assert found[0][2] == speaker


def test_a_second_verb_shares_the_speaker_of_the_first() -> None:
    found = read("Senator Lito Abad praised the group and called for a hearing.")

    assert [(claim.stance, words, name) for claim, words, name in found] == [
        ("praises", "the group", "Lito Abad"),
        ("requests", "a hearing", "Lito Abad"),
    ]


def test_a_charge_that_somebody_denies_is_no_speaker() -> None:
    found = read("The board has accused Norland of hiding fees for weeks, a charge the company denies.")

    assert {(claim.stance, name) for claim, _, name in found} == {("accuses", "The board"), ("denies", "the company")}
    assert [claim.denies for claim, _, _ in found if claim.stance == "denies"] == [(found[0][0].id,)]


@pytest.mark.parametrize(
    "sentence",
    ["The board met on Monday and banned the firm from buying space.", "The firm was founded in 1990 by two brothers."],
)
def test_what_only_happened_is_no_claim(sentence: str) -> None:
    assert read(sentence) == []
