"""Who accuses and who denies in short reports; each also with its two names exchanged. All of them are made up."""

import re

import pytest

from evenhand.evidence import read_article
from evenhand.model.claims import Claim
from tests.each_case import each_case

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


@each_case(
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
        ("“We were never invited to Tarland,” Ada Brun said.", "asserts"),
        ("“We never got our money back from Tarland,” Ada Brun said.", "asserts"),
        ("“We have never been asked by Tarland,” Ada Brun said.", "asserts"),
        ("“That's a lie about Tarland,” Ada Brun said.", "denies"),
        ("Ada Brun scoffed at the charge.", "denies"),
        ("Ada Brun hit back at the claims.", "denies"),
        ("Ada Brun brushed aside the allegations.", "denies"),
        ("Ada Brun pleaded not guilty to fraud.", "denies"),
        ("Ada Brun pleaded guilty to fraud.", "admits"),
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


@pytest.mark.parametrize("words", ["the accusation", "the allegations", "these charges"])
def test_a_denial_of_the_accusation_stands_beside_each_that_may_mean_its_speaker(words: str) -> None:
    claims = read(GRIEVANCES.replace("DENIED", words))[1]

    assert [len(claim.denied_by) for claim in claims] == [1, 1, 1, 0, 0]


def test_with_the_two_firms_exchanged_the_other_accusations_are_denied() -> None:
    body = exchanged(GRIEVANCES, "Brightline Rail", "Coastway Bus").replace("Coastway Bus denied DENIED", "")

    claims = read(body + "Brightline Rail denied the accusation.")[1]

    assert [len(claim.denied_by) for claim in claims] == [0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    "first", ["Ida Solberg said the money was gone.", "Ida Solberg’s lawyer, Per Dahl, accused her."]
)
@pytest.mark.parametrize("name", ["Lunde", "Okoye"])
def test_she_behind_a_bare_name_is_nobody_of_the_paragraph_before(first: str, name: str) -> None:
    body = f"{first}\n\n{name} denied it. “I have never taken a coin,” she said. “Ida has.”"

    assert [speaker for speaker, _ in told(body)][-3:] == [name, "", ""]


@pytest.mark.parametrize(
    "words", ["did not comment on single lenders", "does not discuss clients", "would not comment"]
)
def test_who_says_not_to_comment_declines_once(words: str) -> None:
    assert told(f"The central bank said it {words}.") == [("The central bank", "declines")]


@pytest.mark.parametrize(("words", "count"), [("The other three", 3), ("The remaining two", 2), ("The other seven", 7)])
@pytest.mark.parametrize("report", ["said they saw the bolts rust", "said there was rust on the bolts"])
def test_the_others_of_some_persons_speak_and_are_counted(words: str, count: int, report: str) -> None:
    _, (claim,) = read(f"{words} {report}.")

    assert (claim.speaker.kind, claim.source_count and claim.source_count.n) == ("anonymous", count)


@pytest.mark.parametrize("accused", ["Solberg", "Tidewater", "Ola Vik"])
@pytest.mark.parametrize("by", ["Lunde’s lawyer, Magnus Dahl,", "the port’s director, Magnus Dahl,", "Magnus Dahl"])
def test_who_stands_behind_by_accuses_whoever_is_named_first(accused: str, by: str) -> None:
    text, (claim,) = read(f"{accused} was accused by {by} of destroying letters.")

    assert (claim.speaker.name, claim.stance) == ("Magnus Dahl", "accuses")
    assert claim.target is not None
    assert text[slice(*claim.target)] == accused


@pytest.mark.parametrize("listener", ["Radio Nine", "Channel Four News", "the Daily Two"])
@pytest.mark.parametrize(("one", "other"), [("Lang", "Perrin"), ("Perrin", "Lang")])
def test_a_listener_with_a_number_in_its_name_is_no_part_of_the_words(listener: str, one: str, other: str) -> None:
    text, (claim,) = read(f"{one} told {listener} that {other} “should apologise” to the crew.")

    assert claim.speaker.name == one
    assert text[slice(*claim.content[0])] == f"that {other} “should apologise” to the crew"


@pytest.mark.parametrize("group", ["FURIOUS pensioners", "Angry skippers", "Two harbour clerks"])
def test_who_slams_somebody_accuses(group: str) -> None:
    assert told(f"{group} have slammed the board for raising fees.") == [(group, "accuses")]


@pytest.mark.parametrize("name", ["Tessaly Freight", "Kaveri Infra", "Northmere Water", "Ostvik Sports Channel"])
@pytest.mark.parametrize("report", ["denied fraud", "said the crates were lost"])
def test_a_name_that_ends_with_a_trade_is_a_body(name: str, report: str) -> None:
    assert read(f"{name} {report}.")[1][0].speaker.kind == "named_organisation"


@pytest.mark.parametrize("aside", ["who left in 2019", "a clerk until 2019", "hired in May 2019"])
def test_a_date_beside_the_subject_is_not_when_it_was_said(aside: str) -> None:
    _, (plain,) = read(f"Erik Holm, {aside}, said the board hid fees.")
    _, (dated,) = read(f"Erik Holm, {aside}, said on Monday that the board hid fees.")

    assert plain.said_on is None
    assert dated.said_on is not None
    assert dated.said_on.value == "2021-05-31"


def test_that_which_opens_a_clause_points_to_no_claim_before() -> None:
    claims = read("Ola Vik said the sea was calm.\n\nKahler said that he had paid nothing.")[1]

    assert [claim.denies for claim in claims] == [(), ()]


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("OSTVIK, March 4, 2025 (Fjord Wire) - ", "2025-03-04"),
        ("PORT ELSE, Oct 9, 2024 (Coastal Wire) - ", "2024-10-09"),
        ("LONGMERE, 2 December 2023 (Meridian Press) - ", "2023-12-02"),
        ("LONGMERE, 2 December (Meridian Press) - ", None),
    ],
)
def test_the_full_date_of_a_dateline_stands_where_the_page_has_no_other(opening: str, day: str | None) -> None:
    page = f"Harbour talks end\n\n{opening}Two clerks said on Monday that the talks had ended.\n"

    article = read_article(page.encode(), "talks.txt")

    assert article.document.dateline is not None
    assert article.document.published.date == day
    dated = read_article(f"Harbour talks end\n\n5 May 2026\n\n{page[19:]}".encode(), "talks.txt").document
    assert dated.published.date == "2026-05-05"


@pytest.mark.parametrize(
    "opening", ["Asked about the ring", "Responding to the talk of a ring", "Pressed on that ring"]
)
@pytest.mark.parametrize(("one", "other"), [("Jo Mills", "Ada Brun"), ("Ada Brun", "Jo Mills")])
def test_a_denial_answers_the_accusation_that_its_speaker_was_asked_about(opening: str, one: str, other: str) -> None:
    accused = f"{one} said the ring was a fake.\n\n{other} accused the port of fraud."

    first, second, denial = read(f"{accused}\n\n{opening}, Ms Rees said it was untrue.")[1]

    assert (denial.stance, denial.denies, second.denied_by) == ("denies", (first.id,), ())


@pytest.mark.parametrize(
    "words", ["were not looking for anybody", "were not sure", "did not expect rain", "never commented"]
)
def test_reported_words_that_tell_of_no_deed_deny_nothing(words: str) -> None:
    assert told(f"The police said they {words}.")[0][1] in {"asserts", "declines"}


@pytest.mark.parametrize(
    "name", ["A\u200bda Brun", "Ada Br\u200bun", "\u202eAda Brun", "Ada\u2066 Brun", "Ada\u200b Brun"]
)
@pytest.mark.parametrize("report", ["said the port was shut", "denied the theft"])
def test_a_name_with_characters_that_nobody_sees_is_nobodys(name: str, report: str) -> None:
    """Half a name would be another's."""
    assert [speaker for speaker, _ in told(f"{name} {report}.")] == [""]


@pytest.mark.parametrize("owner", ["Their", "Its", "Our"])
def test_a_possessive_is_no_body_that_is_spoken_for(owner: str) -> None:
    assert read(f"{owner} spokesman said the port was open.")[1][0].speaker.speaks_for is None


@pytest.mark.parametrize("words", ["of theft", "of stealing bolts and nails", "for the leak"])
@pytest.mark.parametrize(("one", "other"), [("Ada Brun", "Ola Vik"), ("Ola Vik", "Ada Brun")])
def test_who_is_accused_keeps_no_age_and_what_of_is_the_content(words: str, one: str, other: str) -> None:
    text, (claim,) = read(f"{one}, 34, from Ostvik, {'blamed' if 'for' in words else 'accused'} {other}, 51, {words}.")

    assert claim.speaker.name == one
    assert claim.target is not None
    assert text[slice(*claim.target)].startswith(other)
    assert text[slice(*claim.content[0])] == words


@pytest.mark.parametrize(("name", "pronoun"), [("Ola Vik", "she"), ("Ada Brun", "he")])
def test_nobody_admits_what_may_be_said_of_another(name: str, pronoun: str) -> None:
    assert (
        told(f"{name} said {pronoun} had been wrong.")
        == told(f"{name} said {pronoun} was wrong.")
        == [(name, "asserts")]
    )
