"""Who a shorter name, a pronoun, "its" or a crowd is. All texts are made up."""

import pytest

from evenhand.evidence import read_article
from evenhand.model.claims import Speaker
from tests.unit.evidence.test_who_denies import read


def speakers(body: str) -> list[Speaker]:
    """Return the speaker of each claim of a report."""
    return [claim.speaker for claim in read(body)[1]]


def last(body: str) -> tuple[str, str]:
    """Return kind and name of the speaker of the last claim."""
    speaker = speakers(body)[-1]
    return speaker.kind, speaker.name


@pytest.mark.parametrize("crowd", ["Passengers", "Tenants", "Shopkeepers", "Pensioners", "Beekeepers"])
@pytest.mark.parametrize("report", ["accused Lund Water of fraud", "said that the water was brown"])
def test_a_plural_that_opens_a_sentence_is_a_crowd_and_no_named_source(crowd: str, report: str) -> None:
    (claim,) = read(f"{crowd} {report}.")[1]

    assert (claim.speaker.kind, claim.speaker.name) == ("anonymous", crowd)
    assert claim.source_count is None or claim.source_count.n is None


@pytest.mark.parametrize("name", ["Sanders", "Chambers", "Weavers"])
def test_a_plural_that_is_a_persons_name_elsewhere_is_that_person(name: str) -> None:
    assert last(f"{name} accused Lund Water of fraud. “It is so,” Ola {name} said.") == ("named_person", f"Ola {name}")


@pytest.mark.parametrize("kind", ["a kind of skipper", "a type of clerk", "the sort of reader"])
def test_a_kind_of_person_is_nobody(kind: str) -> None:
    assert last(f"There is {kind} who says that the port is closed.")[0] == "unspecified"


@pytest.mark.parametrize(("body", "noun"), [("the Coast Safety Office", "office"), ("the Northmere Bank", "bank")])
def test_the_office_is_the_one_that_was_named(body: str, noun: str) -> None:
    first, second = speakers(f"According to {body}, doors broke. The {noun} said that the log was wrong.")

    assert first.name == second.name == body


def test_the_office_is_nobody_in_particular_where_two_were_named() -> None:
    body = "The Coast Office and the Harbour Office met. The office said that the log was wrong."

    assert last(body)[1] == "The office"


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("The Lowland Growers’ Association says 38 were hit.", "The Lowland Growers’ Association"),
        ("The builder of the tower, Moe & Lund, was fined.", "Moe & Lund"),
        ("The opposition Harbour List laughed it off.", "Harbour List"),
        ("Good evening. The Tern Fund found nothing.", "The Tern Fund"),
        ("Northmere Water says the pipes of St. Olav leak.", "Northmere Water"),
    ],
)
@pytest.mark.parametrize("name", ["Ada Brun", "Ravi Anand"])
def test_its_is_the_subject_of_the_sentence_before(before: str, body: str, name: str) -> None:
    speaker = speakers(f"{before} Its president, {name}, accused the board of greed.")[-1]

    assert (speaker.name, speaker.organisation) == (name, body)


@pytest.mark.parametrize("before", ["Good morning. It is Thursday.", "Ola Vik, 51, went home."])
def test_its_is_no_person_and_no_greeting(before: str) -> None:
    assert speakers(f"{before} Its president, Ada Brun, accused the board of greed.")[-1].organisation is None


@pytest.mark.parametrize("words", ["minister of works", "minister of water"])
def test_the_field_of_a_minister_is_no_body(words: str) -> None:
    assert speakers(f"“I do not resign,” said Ada Brun, {words}.")[0].speaks_for is None


def test_a_spokeswoman_for_him_speaks_for_no_body() -> None:
    assert speakers("A spokeswoman for him said he was away.") == [
        Speaker(kind="anonymous", name="A spokeswoman for him")
    ]


@pytest.mark.parametrize("name", ["Ada Quist", "Ravi Anand"])
def test_a_last_name_alone_is_the_person_whom_the_text_named_before(name: str) -> None:
    short = name.split()[1]

    assert last(f"A passenger, {name}, sent a letter.\n\n{short} told the paper that the crew laughed.") == (
        "named_person",
        name,
    )


def test_a_last_name_that_two_persons_have_stays_as_it_is_written() -> None:
    body = "Ola Vik was on trial. His wife, Inga Vik, told the paper it was a gift. Vik denies all charges."

    assert last(body) == ("named_person", "Vik")


@pytest.mark.parametrize(
    "use",
    [
        "The operator, Aldous Tern, was warned.",
        "He owned shares in Aldous Tern.",
        "Aldous Tern was warned twice. Its counsel, Ada Brun, called that old.",
        "A spokesman for Aldous Tern came.",
    ],
)
def test_a_name_that_is_used_as_that_of_a_body_is_one(use: str) -> None:
    assert last(f"{use}\n\nAldous Tern denied that the dam was old.") == ("named_organisation", "Aldous Tern")


@pytest.mark.parametrize("use", ["Aldous Tern, 51, sold it.", "A friend of Aldous Tern came.", "Aldous Tern left."])
def test_a_name_that_is_used_as_that_of_a_person_is_one(use: str) -> None:
    assert last(f"{use}\n\nAldous Tern denied that the dam was old.") == ("named_person", "Aldous Tern")


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Counsel for the defence, Ada Brun,", "Ada Brun"),
        ("A fourth, the banker Ola Vik,", "Ola Vik"),
        ("The county’s surveyor, a shy man named Ravi Anand,", "Ravi Anand"),
        ("Police Superintendent Inga Moe", "Inga Moe"),
        ("Superintendent Inga Moe", "Inga Moe"),
    ],
)
def test_who_stands_behind_an_office_speaks(phrase: str, name: str) -> None:
    assert last(f"{phrase} said that the gate was open.") == ("named_person", name)


@pytest.mark.parametrize("pair", ["Brill and Stowe", "Moe & Lund"])
def test_a_firm_of_two_names_stays_whole(pair: str) -> None:
    assert last(f"The fund’s auditor, {pair}, refused to comment.")[1] == pair


@pytest.mark.parametrize(
    ("before", "kind", "name"),
    [
        ("Judge Ada Brun told jurors to rest. One juror left after ", "anonymous", "One juror"),
        ("A judge once told Ola that bells ring. ", "anonymous", "A judge"),
        ("Ravi Anand walks fast. ", "named_person", "Ravi Anand"),
        ("Ola Vik left. The chairman, Ravi Anand, spoke. ", "named_person", "Ravi Anand"),
        ("Ravi Anand’s son, Dag, came home. ", "named_organisation", "Dag"),
        ("Ravi Anand was there. The clerk, Ada Brun, asked him why. ", "named_person", "Ravi Anand"),
    ],
)
def test_he_is_the_person_of_the_nearest_sentence(before: str, kind: str, name: str) -> None:
    speaker = speakers(f"{before}{'he' if before.endswith('after ') else 'He'} said that the bells were old.")[-1]

    assert (speaker.kind if kind != "named_organisation" else kind, speaker.name) == (kind, name)


def test_a_heading_with_a_time_is_no_part_of_the_entry_below_it() -> None:
    page = "Storm in Ostvik\n\n21:40 Office: no warning was withheld\nThe port office denies that it waited.\n"

    assert [claim.speaker.name for claim in read_article(page.encode(), "live.txt").claims] == ["The port office"]
