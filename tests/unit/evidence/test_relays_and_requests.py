"""Who is relayed by whom, counted sources, calls, and words that only look like speech. All texts are made up."""

import pytest

from tests.unit.evidence.test_who_denies import read, told


@pytest.mark.parametrize(
    "body",
    [
        "The boats were sold twice, the Ostvik Post reported on Friday, citing three clerks at the port.",
        "The Ostvik Post, citing three clerks, had reported that the boats were sold twice.",
        "The Ostvik Post reported, citing three clerks, that the boats were sold twice.",
        "The Ostvik Post reported that the boats were sold twice, citing three clerks.",
    ],
)
def test_whom_a_newspaper_cites_is_counted(body: str) -> None:
    (claim,) = read(body)[1]

    assert claim.speaker.name.casefold() == "the ostvik post"
    assert claim.source_count is not None
    assert claim.source_count.n == 3
    assert claim.reported_by is not None
    assert claim.reported_by.name.startswith("three clerks")


def test_papers_that_a_newspaper_cites_are_no_persons() -> None:
    (claim,) = read("The Ostvik Post reported that the boats were sold twice, citing bank records.")[1]

    assert (claim.speaker.name, claim.source_count) == ("The Ostvik Post", None)


@pytest.mark.parametrize("by", ["by the news agency Tidewater", "by Radio Tern", "in the Coast Gazette"])
def test_through_whom_somebody_was_quoted_is_told(by: str) -> None:
    (claim,) = read(f"“We did nothing wrong,” Ola Vik was quoted as saying {by}.")[1]

    assert claim.speaker.name == "Ola Vik"
    assert claim.reported_by is not None
    assert claim.reported_by.name == by.split(maxsplit=1)[1]


@pytest.mark.parametrize(
    ("body", "count", "stance"),
    [
        ("At least six clerks of the port, none of them by name, have told Radio Tern that it leaked.", 6, "accuses"),
        ("Four of the five members of the board deny having been told of it.", 4, "denies"),
        ("Two clerks later told the Coast Gazette that the books were burned.", 2, "asserts"),
    ],
)  # fmt: skip
def test_counted_persons_who_told_or_deny_are_found(body: str, count: int, stance: str) -> None:
    (claim,) = read(body)[1]

    assert claim.speaker.kind == "anonymous"
    assert claim.stance == stance
    assert claim.source_count is not None
    assert claim.source_count.n == count


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("The union of dockers called on the board to publish the bill.", "The union of dockers"),
        ("The harbour leader, Ada Brun, is calling for Moe to go.", "Ada Brun"),
        ("Lund Water called for a hearing.", "Lund Water"),
    ],
)
def test_who_calls_for_something_requests_it(body: str, speaker: str) -> None:
    assert told(body) == [(speaker, "requests")]


@pytest.mark.parametrize("body", ["The clerk called the board a nest.", "The ferry called at Ostvik."])
def test_other_calls_request_nothing(body: str) -> None:
    assert "requests" not in [stance for _, stance in told(body)]


def test_a_paper_that_was_made_public_alleges() -> None:
    claims = read("An indictment made public in July alleges that Vik bought a boat.")[1]

    assert [(claim.speaker.kind, claim.stance) for claim in claims] == [("document", "accuses")]


@pytest.mark.parametrize("words", ["with fraud", "with fraud and theft"])
def test_who_was_charged_is_accused_by_nobody_named(words: str) -> None:
    text, (claim,) = read(f"Ola Vik was arrested in May and was charged {words}.")

    assert (claim.speaker.name, claim.stance) == ("", "accuses")
    assert claim.target is not None
    assert text[slice(*claim.target)] == "Ola Vik"


@pytest.mark.parametrize("name", ["Tern Estates", "Ada Brun"])
@pytest.mark.parametrize("asked", ["asked about the well", "asked whether the well was dry"])
def test_who_was_asked_requests_nothing(name: str, asked: str) -> None:
    assert [stance for _, stance in told(f"{name}, {asked}, said it was dry.")] == ["asserts"]


@pytest.mark.parametrize(
    "body",
    [
        "The League would say that every bell is a nuisance.",
        "But a man who writes such a letter about his brother ought to read it aloud.",
        "Ada Brun accepted a weekend at a lodge.",
    ],
)
def test_words_that_only_look_like_speech_are_no_claims(body: str) -> None:
    assert told(body) == []


def test_who_accepts_the_blame_admits() -> None:
    assert told("Ada Brun accepted responsibility for the leak.") == [("Ada Brun", "admits")]


@pytest.mark.parametrize("since", ["since May", "until June", "from January"])
def test_a_date_from_which_on_something_holds_is_not_when_it_was_said(since: str) -> None:
    claims = read(f"Ada Brun said she had seen no ferry {since} and she blames the board.")[1]

    assert [claim.said_on for claim in claims] == [None] * len(claims)
