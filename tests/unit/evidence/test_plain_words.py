"""Accusations in plain words, denials that point at something, and whom pronouns mean. All reports are made up."""

import pytest

from evenhand.evidence import read_article
from evenhand.evidence.bylines import are_names
from evenhand.evidence.read_document import read_document
from evenhand.evidence.source_tally import count_anonymous
from tests.unit.evidence.test_who_denies import exchanged, read, told


def stances(body: str) -> list[str]:
    """Return the stance of each claim of a report, in order."""
    return [claim.stance for claim in read(body)[1]]


@pytest.mark.parametrize(
    ("words", "stance"),
    [
        ("“They knew that the pipe was cracked,”", "accuses"),
        ("“We knew that the pipe was cracked,”", "asserts"),
        ("“Everybody knew what to expect,”", "asserts"),
        ("“Officials did not check because they did not want to know,”", "accuses"),
        ("“Most people don’t know about that rule,”", "asserts"),
        ("“The owners were to blame for the fire,”", "accuses"),
        ("“It is too early to blame anyone,”", "asserts"),
        ("“They waited, and patients paid for it,”", "accuses"),
        ("“You do not need to be an engineer to see it,”", "asserts"),
        ("“The port should never have opened that gate,”", "accuses"),
        ("“Lies, from the first word to the last,”", "denies"),
        ("“The port sought damages in June,”", "asserts"),
    ],
)
def test_a_deed_told_in_plain_words_accuses_and_a_mood_does_not(words: str, stance: str) -> None:
    assert stances(f"{words} Ada Brun, a teacher, said.") == [stance]


@pytest.mark.parametrize(
    ("body", "stance"),
    [
        ("Ada Brun called the decision “a rush to judgment”.", "accuses"),
        ("Ada Brun called the allegation “a drama before defeat”.", "denies"),
        ("Ada Brun described the report as laughable.", "denies"),
        ("Ada Brun described the harbour as large.", "asserts"),
        ("Ada Brun spoke of a “scandal”.", "accuses"),
        ("Ada Brun told the crew not to open the hatch.", "requests"),
        ("Ada Brun told reporters how to open the hatch.", "asserts"),
        ("Ada Brun ordered the port to open the hatch.", "requests"),
        ("Ada Brun did not deny that the hatch was open.", "does_not_deny"),
        ("Ada Brun was adamant that the hatch had been shut at night.", "asserts"),
        ("Ada Brun said it was right and would appeal to the court.", "asserts"),
        ("A prosecutor said the foreman locked the hatch before the fire.", "accuses"),
        ("A teacher said the foreman locked the gate before the fair.", "asserts"),
        ("The bank defended its record.", None),
    ],
)
def test_a_verb_and_what_it_names_give_the_stance(body: str, stance: str | None) -> None:
    assert stances(body) == ([stance] if stance else [])


@pytest.mark.parametrize(
    "act",
    [
        "would not discuss the case",
        "could not be contacted",
        "has yet to respond",
        "did not address the claim",
        "declined all comment",
    ],
)
def test_more_ways_to_say_nothing_are_no_denials(act: str) -> None:
    assert told(f"The coast agency {act}.") == [("The coast agency", "declines")]


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("Calls and text messages to the port’s manager went unanswered.", "the port’s manager"),
        ("Neither Lund Water nor its owner answered questions sent by email.", "Neither Lund Water nor its owner"),
        ("Public prosecutors neither confirmed nor denied that an inquiry was open.", "Public prosecutors"),
    ],
)
def test_who_did_not_answer_is_told_whatever_the_subject_of_the_sentence(body: str, speaker: str) -> None:
    assert told(body) == [(speaker, "declines")]


POINTING = """Ada Brun said the port had hidden 40 sacks of sand behind a wall.

A letter seen by the Fjord Wire said that the bank had paid Ola Vik in cash.

Jo Mills said that Ola Vik had been warned twice. DENIAL"""


@pytest.mark.parametrize(
    ("denial", "denied"),
    [
        ("The bank said that was untrue.", "that Ola Vik had been warned twice"),
        ("The bank disputes this figure.", "the port had hidden 40 sacks of sand behind a wall"),
        ("The bank called the letter “fiction”.", "that the bank had paid Ola Vik in cash"),
        ("Per Dahl contradicted Mills.", "that Ola Vik had been warned twice"),
        ("Per Dahl contradicted him.", "that Ola Vik had been warned twice"),
        ("The bank rejected Mills’s account.", "that Ola Vik had been warned twice"),
    ],
)
def test_a_denial_answers_what_its_words_point_at(denial: str, denied: str) -> None:
    text, claims = read(POINTING.replace("DENIAL", denial))
    spans = {claim.id: claim.content[0] for claim in claims}

    assert [text[slice(*spans[answered])] for answered in claims[-1].denies] == [denied]


CALLED = """Ada Brun accused a councillor of selling the key.

Jo Mills accused a skipper of hiding sacks.

DENIER said he had played no part in it."""


@pytest.mark.parametrize(("denier", "place"), [("Councillor Ola Vik", 0), ("Skipper Ola Vik", 1)])
def test_an_accusation_may_name_who_denies_by_an_office(denier: str, place: int) -> None:
    claims = read(CALLED.replace("DENIER", denier))[1]

    assert claims[-1].denies == (claims[place].id,)


def test_an_accusation_may_name_who_denies_by_the_noun_beside_the_name() -> None:
    body = (
        "Ada Brun accused a trader of hiding sacks.\n\nNothing more was told.\n\nThe trader, Lund Gaz, denied any aim."
    )
    other = body.replace("The trader, Lund Gaz,", "The museum, Lund Gaz,")

    assert read(body)[1][-1].denies == (read(body)[1][0].id,)
    assert read(other)[1][-1].denies == ()


def test_what_somebody_denies_as_the_allegations_accuses() -> None:
    assert told("Two clerks told the paper that Ola Vik had met the crew at night.")[0][1] == "asserts"
    assert stances("Two clerks told the paper that Ola Vik had met the crew at night. Vik denied the allegations.") == [
        "accuses",
        "denies",
    ]


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ("Lund Water said it regretted the leak.", "Lund Water"),
        ("The union will strike in May, it said.", "the union"),
        ("Lund Water did not dispute that. It said the pipe was old.", "Lund Water"),
        ("“It is old,” a spokeswoman for the port said. She did not answer questions.", "a spokeswoman for the port"),
        (
            "When asked, a former dealer at Pearl Harbour said so. He said he had been told to wait.",
            "a former dealer at Pearl Harbour",
        ),
        ("The port’s manager declined to comment. In a message he wrote: “Ada should go.”", "The port’s manager"),
        ("A clerk who read the firm’s books, and who asked for anonymity, said the sum was wrong.", "A clerk"),
        ("Ada Brun accused the port of bias. It denied this.", "the port"),
        ("Former Lund Gas moderator Joel Cruz said it was a list. He declined to say more.", "Joel Cruz"),
        ("Wednesday was quiet. Lima-based Lund Gas denied it had paid.", "Lund Gas"),
    ],
)
def test_the_sentences_around_a_pronoun_tell_whom_it_means(body: str, last: str) -> None:
    """A wrong name is the worst error: in each of these another name stands nearer, or none."""
    assert told("Per Dahl said the harbour was shut.\n\n" + body)[-1][0].startswith(last)


def test_words_said_by_telephone_are_of_who_speaks_them() -> None:
    body = "Lund Gaz called it “fiction”.\n\n“No inspector has asked our crew a question,” Ada Brun said by telephone."

    assert told(body)[-1][0] == "Ada Brun"
    assert told(exchanged(body, "Ada Brun", "Ola Vik"))[-1][0] == "Ola Vik"


def test_a_report_in_the_present_between_marks_is_of_the_paper_that_reports() -> None:
    body = "Lund Water knew of the leak in 2009, the weekly Ugen reports, citing minutes of a meeting."
    claims = read(body)[1]

    assert [(claim.speaker.name, claim.reported_by.name if claim.reported_by else None) for claim in claims] == [
        ("Ugen", "minutes of a meeting")
    ]


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("Mira Holt · 3 April 2024 · 4 min read", ("Mira Holt",)),
        ("By Mira Holt, Ed Vale", ("Mira Holt", "Ed Vale")),
        ("By Mira Holt, New Ostvik", ("Mira Holt",)),
        ("By Mira Holt; additional reporting by Ed Vale", ("Mira Holt", "Ed Vale")),
        ("By technology reporter Mira Holt", ("Mira Holt",)),
        ("By Mira Holt Political Correspondent", ("Mira Holt",)),
        ("Mira Holt and Ed Vale", ("Mira Holt", "Ed Vale")),
        ("Mira Holt reports from Ostvik", ("Mira Holt",)),
        ("From Mira Holt in Ostvik", ("Mira Holt",)),
        ("Ostvik Courier | 3 April 2024", ()),
        ("By AFO-NORDIA", ()),
    ],
)
def test_by_lines_of_more_styles_name_their_authors(line: str, reporters: tuple[str, ...]) -> None:
    day = "" if "2024" in line else "3 April 2024\n"
    body = "OSTVIK (Nordia) - The ministry said on Monday that it was late.\n"
    page = f"Nordia Daily\nPort ministry says ferry was late\n{line}\n{day}{body}"

    document, text = read_document(page.encode(), "page.txt", "text/plain")

    assert document.reporters == reporters
    assert document.headline is not None
    assert text[slice(*document.headline)] == "Port ministry says ferry was late"


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("Nordia writer Lou Penner contributed to this report.", ("Lou Penner",)),
        ("Mira Holt reported from Ostvik. Ed Vale contributed reporting from Nordham.", ("Mira Holt", "Ed Vale")),
    ],
)
def test_taglines_name_who_reported(line: str, reporters: tuple[str, ...]) -> None:
    page = f"Port ministry says ferry was late\n3 April 2024\nThe ministry said on Monday that it was late.\n{line}\n"

    assert read_document(page.encode(), "page.txt", "text/plain")[0].reporters == reporters


def test_a_person_without_a_name_who_is_named_next_is_no_unnamed_source() -> None:
    page = (
        "Jury hears of fire\n\nA foreman locked the door, a prosecutor told a jury.\n\n"
        "“He had the key,” Crown prosecutor Elise Vik said.\n\n"
        "Two clerks said the door was old. “It was,” said one of the two clerks.\n"
    )
    claims = read_article(page.encode(), "page.txt").claims

    assert count_anonymous(claims) == 2
    assert count_anonymous(claims[:1]) == 1


@pytest.mark.parametrize("line", ["Mira Holt, , Ed Vale", "Mira Holt and  and Ed Vale", ","])
def test_a_line_of_names_with_an_empty_part_is_read_and_is_none(line: str) -> None:
    """A comma too many in a byline stopped the reading of the whole article."""
    assert not are_names(line)
    assert are_names("Mira Holt and Ed Vale")
