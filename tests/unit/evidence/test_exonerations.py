"""What clears somebody is no accusation, and what was left undone is one."""

import pytest

from evenhand.evidence import read_article
from evenhand.model.claims import Claim

FRAME = """The Daily Cove
Harbour closed on Thursday
By Tom Reed
15 October 2026

BERGTOWN - {sentence} The harbour was closed on Thursday because of a storm in the bay, and the town waited for ships.
"""


def claims_of(sentence: str) -> tuple[Claim, ...]:
    """Return the claims of a report with one sentence of speech."""
    return read_article(FRAME.format(sentence=sentence).encode(), "a.txt", "text/plain").claims


@pytest.mark.parametrize(
    "sentence",
    [
        "The Electoral Board said that Lund Shipping had not paid a network of fake accounts.",
        "Prosecutor Maria Holt said Lund Shipping had been cleared of bribery.",
        "“Lund Shipping did not pay for a single fake account,” Prosecutor Maria Holt said.",
        "Prosecutor Maria Holt withdrew her accusation that Lund Shipping had paid a network of fake accounts.",
        "Prosecutor Maria Holt took back her claim that Lund Shipping had paid a network of fake accounts.",
        "Prosecutor Maria Holt denied that she had accused Lund Shipping of paying for posts.",
        "Prosecutor Maria Holt said Lund Shipping had never bribed anybody.",
        "Judge Ana Lim ruled that Harbour Bakery was not guilty of fraud.",
        "The regulator said it had dropped the case against Quay Channel over hidden adverts.",
        "The mayor said Greenplate had been wrongly accused of corruption.",
        "Nobody at Greenplate had forged the letters, the inspector said.",
        "The auditor said there was nothing to show that Greenplate had lied to the council.",
    ],
)
def test_who_is_cleared_is_accused_of_nothing(sentence: str) -> None:
    """It would count against the party that it clears."""
    found = claims_of(sentence)

    assert found
    assert "accuses" not in [each.stance for each in found]


@pytest.mark.parametrize(
    "sentence",
    [
        "Prosecutor Maria Holt said Lund Shipping had paid a network of fake accounts.",
        "Prosecutor Maria Holt repeated her accusation that Lund Shipping had paid a network of fake accounts.",
        "Prosecutor Maria Holt said Lund Shipping had not told the court the truth.",
        "Prosecutor Maria Holt said Lund Shipping did not warn the passengers.",
        "Prosecutor Ola Vik said Greenplate had not only bribed the minister but lied about it.",
        "Prosecutor Ola Vik said Greenplate was acquitted of fraud but had bribed the judge.",
        "The board said Greenplate had not declared who paid for its adverts.",
    ],
)
def test_what_was_left_undone_or_comes_behind_a_turn_still_accuses(sentence: str) -> None:
    """A negation alone clears nobody."""
    assert "accuses" in [each.stance for each in claims_of(sentence)]


def test_a_verb_with_its_object_is_no_speaker() -> None:
    """ "Used an agency called Calypso Media" has nobody who calls."""
    found = claims_of(
        "Two former employees said the firm had used an agency called Calypso Media to hide the payments."
    )

    assert [each.speaker.name for each in found] == ["Two former employees"]


@pytest.mark.parametrize(("office", "spoken_for"), [("former manager", None), ("manager", "Calypso Media")])
def test_a_former_manager_speaks_for_nobody(office: str, spoken_for: str | None) -> None:
    """Who left a body is another source than the body."""
    found = claims_of(f"Calypso Media was closed. Its {office} Jana Kral said the firm had lied about it.")

    assert [each.speaker.speaks_for for each in found] == [spoken_for]


def test_a_name_ends_before_what_somebody_is_accused_of() -> None:
    """ "Lund Shipping of paying" is nobody's name."""
    found = claims_of("Prosecutor Maria Holt apologised for accusing Lund Shipping of bribery.")

    assert [each.about for each in found] == [("Lund Shipping",)]
