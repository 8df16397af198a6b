"""Who accuses and who denies in short reports; each also with its two names exchanged. All of them are made up."""

import re

import pytest

from evenhand.evidence import read_article
from evenhand.model.claims import Claim

PAGE = """Harbour talks end without a deal

OSTVIK, June 3, 2021 (Fjord Wire) - The talks ended on Wednesday and will go on in the autumn.

"""


def read(body: str) -> tuple[str, list[Claim]]:
    """Return the text of a report and the claims of its body."""
    article = read_article((PAGE + body + "\n").encode(), "talks.txt")
    return article.text, list(article.claims)


def told(body: str) -> list[tuple[str, str]]:
    """Return speaker and stance of each claim, in order."""
    return [(claim.speaker.name, claim.stance) for claim in read(body)[1]]


def exchanged(text: str, one: str, other: str) -> str:
    """Return a text with two names in each other's place."""
    names = {one: other, other: one}
    return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], text)


@pytest.mark.parametrize(
    ("body", "stance"),
    [
        ("“We have no doubt that this was planned in Tarland,” Ada Brun told a meeting.", "asserts"),
        ("“I have no idea who in Tarland paid for it,” Ada Brun said.", "asserts"),
        ("“We don’t think that Tarland was asked,” Ada Brun said.", "asserts"),
        ("“We can't pay you because Tarland closed the account,” Ada Brun said.", "asserts"),
        ("“Tarland is no thief. It wouldn't steal a nail,” Ada Brun said.", "asserts"),
        ("“Nobody in Tarland hid a fee,” Ada Brun said.", "asserts"),
        ("“We do not comment on Tarland,” Ada Brun said.", "declines"),
        ("Ada Brun said she could not discuss Tarland.", "declines"),
        ("“No comment,” Ada Brun said.", "declines"),
        ("Ada Brun said the claim by Tarland was “absurd and without any evidence”.", "denies"),
        ("Ada Brun said that the report was 'nonsense from Tarland'.", "denies"),
        ("Ada Brun rubbished the charge.", "denies"),
        ("Ada Brun has repudiated the claims.", "denies"),
        ("“We don't sell the data of Tarland,” Ada Brun said.", "denies"),
        ("“They not only cheated Tarland, they lied,” Ada Brun said.", "accuses"),
        ("“Our rights were violated by Tarland,” Ada Brun said.", "accuses"),
    ],
)
def test_a_negation_denies_only_a_deed_of_the_speaker(body: str, stance: str) -> None:
    assert told(body) == [("Ada Brun", stance)]
    assert told(exchanged(body, "Ada Brun", "Tarland").replace(" she ", " it ")) == [("Tarland", stance)]


@pytest.mark.parametrize("words", ["Our gauges failed to start", "Our two pumps failed to start", "We hid the sacks"])
@pytest.mark.parametrize("name", ["Ada Brun", "Tarland", "The port"])
def test_a_failure_of_ones_own_accuses_nobody(words: str, name: str) -> None:
    """A body's failure is admitted; of a person who says "our" it is not known whose it is."""
    assert told(f"“{words}. We told the board,” {name} said.")[0][1] in {"asserts", "admits"}


@pytest.mark.parametrize(
    "body",
    [
        "The Chief Inspector of the Coast Board, Dr Inga Moe, said: “The sacks were full of sand.”",
        "Its Managing Director, Inga Moe, said the sacks were full of sand.",
        "The Head of the Coast Office, Dame Inga Moe, said the sacks were full of sand.",
    ],
)
@pytest.mark.parametrize("name", ["Inga Moe", "Ravi Anand"])
def test_an_office_in_capitals_before_a_comma_is_no_name(body: str, name: str) -> None:
    assert told(body.replace("Inga Moe", name)) == [(name, "asserts")]


@pytest.mark.parametrize("between", [", 61, of Westmere,", ", 61,", ", of Westmere,"])
@pytest.mark.parametrize("name", ["Ola Hale", "Sina Ruiz"])
def test_an_age_between_commas_is_nobody_and_counts_nobody(between: str, name: str) -> None:
    denial = read(f"{name}{between} denies six counts of fraud.")[1]

    assert [(claim.speaker.name, claim.stance, claim.source_count) for claim in denial] == [(name, "denies", None)]
    assert told(f"{name}{between} could not be reached for comment.") == [(name, "declines")]


GRIEVANCES = """“Brightline Rail sold us rusted bolts,” said Petra Lind, a builder.

Two builders said the bolts from Brightline Rail were fakes.

“They knew it. It was fraud,” said Jana Moreno.

Ola Vik accused Coastway Bus of bribery.

Brightline Rail denied DENIED."""


@pytest.mark.parametrize("words", ["the accusation", "the allegations", "these charges", "it"])
def test_a_denial_of_the_accusation_stands_beside_each_that_may_mean_its_speaker(words: str) -> None:
    claims = read(GRIEVANCES.replace("DENIED", words))[1]

    assert [len(claim.denied_by) for claim in claims] == [1, 1, 1, 0, 0]


def test_with_the_two_firms_exchanged_the_other_accusations_are_denied() -> None:
    body = exchanged(GRIEVANCES, "Brightline Rail", "Coastway Bus").replace("Coastway Bus denied DENIED", "")

    claims = read(body + "Brightline Rail denied the accusation.")[1]

    assert [len(claim.denied_by) for claim in claims] == [0, 0, 1, 1, 0]
