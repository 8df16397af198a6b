"""Accuser and denier keep their places: relative clauses, headlines, negations, words addressed to another. Made up."""

import pytest

from evenhand.evidence import read_article
from tests.unit.evidence.test_who_denies import exchanged, read, told


def stance(body: str) -> str:
    """Return the stance of the first claim of a report."""
    return read(body)[1][0].stance


@pytest.mark.parametrize("verb", ["denies", "has denied", "rejects", "disputes"])
@pytest.mark.parametrize("which", ["which the firm", "a charge that the firm", "something the firm"])
def test_who_denies_in_a_clause_behind_the_accusation_is_the_accused(which: str, verb: str) -> None:
    claims = read(f"The board said on Monday that the firm hid the leaks, {which} {verb}.")[1]

    assert [(claim.speaker.name, claim.stance) for claim in claims] == [
        ("The board", "accuses"),
        ("the firm", "denies"),
    ]
    assert claims[1].denies == (claims[0].id,)


@pytest.mark.parametrize(("one", "other"), [("Lund Water", "Port board"), ("Port board", "Lund Water")])
@pytest.mark.parametrize("denial", [", {} denies it", "; {} denies claim", ", but {} rejects allegation"])
def test_a_headline_can_hold_both_sides(denial: str, one: str, other: str) -> None:
    headline = f"{one} says {other} hid safety tests" + denial.format(other)
    page = f"{headline}\n\nOSTVIK, June 3, 2021 (Fjord Wire) - The talks ended on Wednesday.\n"

    claims = read_article(page.encode(), "talks.txt").claims

    assert [(claim.speaker.name, claim.stance) for claim in claims] == [(one, "accuses"), (other, "denies")]


def test_a_plea_in_a_headline_is_a_denial() -> None:
    page = "Clerk pleads not guilty in dock trial\n\nOSTVIK, June 3, 2021 (Fjord Wire) - The trial began.\n"

    assert [claim.stance for claim in read_article(page.encode(), "talks.txt").claims] == ["denies"]


@pytest.mark.parametrize(
    ("words", "of_body", "of_bystander"),
    [
        ("No pipe was left open", "denies", "asserts"),
        ("There was no leak", "denies", "asserts"),
        ("Nothing was hidden", "denies", "accuses"),
        ("At no time did a ferry sail late", "denies", "asserts"),
        ("No boat was paid for", "denies", "asserts"),
        ("There is no second ferry that could take over", "asserts", "asserts"),
        ("There is no money left", "denies", "asserts"),
    ],
)
def test_what_nobody_did_is_denied_by_a_party_and_told_by_a_bystander(
    words: str, of_body: str, of_bystander: str
) -> None:
    assert stance(f"“{words},” a spokeswoman for Lund Water said.") == of_body
    assert stance(f"“{words},” said Ada Brun, who sells fish.") == of_bystander


@pytest.mark.parametrize(
    "words",
    [
        "he was not thirsty",
        "he wasn’t hungry",
        "he had seen nothing like it before",
        "he had received no complaint",
        "he had had no answer",
    ],
)
def test_a_mood_or_a_lack_of_news_denies_nothing(words: str) -> None:
    assert stance(f"Ola Vik said {words}.") == "asserts"


@pytest.mark.parametrize(
    "words", ["he was not involved", "he had not taken it", "he wasn’t to blame", "he took no money"]
)
def test_no_part_in_a_deed_is_a_denial(words: str) -> None:
    assert stance(f"Ola Vik said {words}.") == "denies"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("“No. Not one sack,” Ada Brun said.", "denies"),
        ("“No, we checked every pipe,” Ada Brun said.", "denies"),
        ("“No one came to help us,” Ada Brun said.", "asserts"),
        ("“He did not touch the money,” his lawyer, Jo Mills, said.", "denies"),
        ("“He did not come home,” said Jo Mills, a neighbour.", "asserts"),
        ("“Any claim to the contrary is slanderous,” Ada Brun said.", "denies"),
        ("“I hope that the reports are wrong,” Ada Brun said.", "hopes"),
        ("“We ask whether the claims are false,” Ada Brun said.", "requests"),
        ("A friend said that Ada Brun had done nothing wrong.", "denies"),
        ("Ada Brun said that the board had done nothing for years.", "accuses"),
        ("“They saw a plot behind every door,” Ada Brun said.", "asserts"),
        ("“They plotted against the board,” Ada Brun said.", "accuses"),
        ("Ada Brun later said that it was a joke.", "asserts"),
        ("“The inquiry was a joke,” Ada Brun said.", "accuses"),
    ],
)
def test_words_that_look_like_a_denial_or_an_accusation(body: str, expected: str) -> None:
    assert stance(body) == expected


@pytest.mark.parametrize(("one", "other"), [("Dermot Flay", "Ada Brun"), ("Ada Brun", "Dermot Flay")])
def test_who_is_spoken_to_in_the_words_does_not_speak_them(one: str, other: str) -> None:
    body = f"{other} stood up and shouted “That is a lie, {one}!” {one} said he would show the bill."

    assert told(body)[0] == (other, "denies")
    assert told(exchanged(body, one, other))[0] == (one, "denies")


@pytest.mark.parametrize("opening", ["resigned after", "stepped aside before", "retired since"])
def test_what_a_newspaper_reported_is_not_said_by_whom_it_is_about(opening: str) -> None:
    body = f"Ola Vik ran the port. In April he {opening} the Ostvik Post reported that a contract had gone to a friend."

    assert told(body)[-1] == ("the Ostvik Post", "asserts")


def test_the_office_of_the_accused_is_no_part_of_the_charge() -> None:
    text, (claim,) = read("Ada Brun accused the head of loans, Ola Vik, of hiding the books.")

    assert claim.target is not None
    assert (text[slice(*claim.target)], text[slice(*claim.content[0])]) == (
        "the head of loans, Ola Vik",
        "of hiding the books",
    )


@pytest.mark.parametrize("words", ["of theft of data", "of neglect of the pipes"])
def test_a_charge_of_two_nouns_stays_whole(words: str) -> None:
    text, (claim,) = read(f"Ada Brun accused the firm {words}.")

    assert text[slice(*claim.content[0])] == words
