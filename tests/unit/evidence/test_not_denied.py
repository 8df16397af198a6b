"""Who did not deny has neither denied nor admitted. All reports are made up."""

import pytest

from evenhand.evidence import read_article
from tests.unit.evidence.test_plain_words import stances
from tests.unit.evidence.test_who_denies import read

MIRRORS = [("Wexcombe Ferries", "Tovund"), ("Ostan Lines", "Marelia")]


@pytest.mark.parametrize(("firm", "country"), MIRRORS)
@pytest.mark.parametrize(
    "words",
    [
        "{} did not deny the accusation but declined to answer questions.", "{} has not denied the accusation.",
        "{} would not deny that it had paid.", "{} could not deny the payments.", "{} never denied the payments.",
        "{} did not dispute the figures.", "{} didn’t deny paying for them.", "{} said it did not deny the payments.",
        "{} said: “We do not deny the payments.”", "{} said: “We cannot deny it, and we will answer.”",
    ],
)  # fmt: skip
def test_who_does_not_deny_neither_denies_nor_admits(words: str, firm: str, country: str) -> None:
    """ "Did not deny" was an admission, and "we do not deny it" a denial."""
    claim = read(f"The port of {country} accused {firm} of hiding who owns it.\n\n{words.format(firm)}")[1][1]

    assert (claim.speaker.name, claim.stance) == (firm, "does_not_deny")
    assert (claim.secondary, claim.denies, claim.negated) == ((), (), False)


@pytest.mark.parametrize(
    "words",
    [
        "Nobody at the firm denied the accusation.", "Neither the firm nor its owner denied the accusation.",
        "No official denied the accusation.", "The accusation was not denied by Ada Brun.",
        "The firm declined to confirm or deny the report.", "The firm should not deny the accusation.",
        "Ada Brun neither confirmed nor denied the accusation.", "Ada Brun declined to deny the accusation.",
    ],
)  # fmt: skip
def test_what_nobody_denied_is_no_denial(words: str) -> None:
    assert not {"denies", "admits"} & set(stances(words))


@pytest.mark.parametrize(
    "words",
    [
        "The firm denied the accusation.", "Ada Brun said: “We deny it.”",
        "The accusation was strongly denied by Ada Brun.", "The firm said it denied the accusation.",
    ],
)  # fmt: skip
def test_a_denial_stays_one(words: str) -> None:
    assert set(stances(words)) == {"denies"}


@pytest.mark.parametrize("words", ["does not deny it", "never denied it", "didn’t deny it"])
def test_a_headline_that_tells_of_no_denial_has_none(words: str) -> None:
    text = f"Port accuses ferry line of fraud, line {words}\n\nTULNA (Quay Wire) - The port opened on Monday.\n"

    assert "denies" not in [each.stance for each in read_article(text.encode(), "a.txt").claims]


def test_people_read_the_stance_in_words() -> None:
    (claim,) = read("Ada Brun did not deny the payments.")[1]

    assert claim.stance_words == "does not deny"
