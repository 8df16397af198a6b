"""Claims of a whole document; every name, body and event is made up."""

from functools import cache
from pathlib import Path

import pytest

from evenhand.evidence.claims import read_article
from evenhand.model.claims import Article, Claim
from tests.conformance import articles
from tests.data import DATA, needs_data
from tests.each_case import each_case
from tests.unit.evidence.test_attributions import ACCUSED

SEED = DATA / "evidence"
WIRE = Path(__file__).parents[2] / "fixtures" / "evidence"
PAGE = """Harbour board says app hid fees

By Ola Brekke
3 June 2021, 10:15 GMT

NORDVIK, June 3 (Fjord Wire) - The Nordvik harbour board on Wednesday accused Tidewater Pay of hiding fees from small boats, a day after the company raised its prices.

“They never told the skippers what they would pay,” board spokeswoman Inga Moe said. “We ask for an open price list.”

Tidewater Pay rejected the accusation. “This is false,” its chief executive, Per Lund, told reporters.

In May, the Coast Gazette reported that the app had charged some boats twice, according to two current and three former clerks.

The ministry declined to comment.
"""  # noqa: E501


@pytest.fixture(scope="module")
def article() -> Article:
    return read_article(PAGE.encode(), "harbour.txt")


def said(article: Article, words: str) -> Claim:
    """Return the one claim of the body whose content holds some words."""
    found = [
        claim
        for claim in article.claims
        if claim.section != "headline" and words in " ".join(PAGE[slice(*span)] for span in claim.content)
    ]
    assert len(found) == 1, [claim.content for claim in found]
    return found[0]


def test_an_accusation_has_its_speaker_target_and_day_and_ends_where_the_reporter_goes_on(article: Article) -> None:
    claim = said(article, "hiding fees")

    assert claim.speaker.name == "The Nordvik harbour board"
    assert claim.stance == "accuses"
    assert claim.target is not None
    assert PAGE[slice(*claim.target)] == "Tidewater Pay"
    assert claim.said_on is not None
    assert claim.said_on.value == "2021-06-02"
    assert "raised its prices" not in " ".join(PAGE[slice(*span)] for span in claim.content)


def test_a_new_sentence_behind_the_cue_is_a_claim_of_its_own_of_the_same_speaker(article: Article) -> None:
    first, second = said(article, "never told"), said(article, "open price list")

    assert (first.speaker.name, second.speaker.name) == ("Inga Moe", "Inga Moe")
    assert second.resolution == "continuation"
    assert second.resolved_by == first.id
    assert second.stance == "requests"


def test_a_spokesperson_speaks_for_the_body_that_the_text_names(article: Article) -> None:
    assert said(article, "never told").speaker.speaks_for is not None
    assert said(article, "This is false").speaker.speaks_for == "Tidewater Pay"


def test_a_denial_is_linked_to_the_accusation_against_its_speaker(article: Article) -> None:
    accusation = said(article, "hiding fees")

    assert accusation.id in said(article, "the accusation").denies
    assert accusation.id in said(article, "This is false").denies
    assert said(article, "the accusation").id in accusation.denied_by


def test_unnamed_sources_behind_a_report_are_counted_and_the_outlet_only_reports(article: Article) -> None:
    claim = said(article, "charged some boats twice")

    assert claim.speaker.kind == "anonymous"
    assert claim.source_count is not None
    assert (claim.source_count.n, claim.source_count.parts) == (5, (2, 3))
    assert claim.reported_by is not None
    assert claim.reported_by.name.endswith("Coast Gazette")
    assert claim.reported_by.said_on is not None
    assert claim.reported_by.said_on.value == "2021-05"


def test_who_declines_to_comment_denies_nothing(article: Article) -> None:
    claim = said(article, "declined to comment")

    assert (claim.stance, claim.denies) == ("declines", ())


def test_a_headline_repeats_the_claim_of_the_body(article: Article) -> None:
    heading = next(claim for claim in article.claims if claim.section == "headline")

    assert heading.repeat_of == said(article, "hiding fees").id


def test_words_in_marks_in_a_headline_that_the_body_does_not_have_are_not_verbatim() -> None:
    page = PAGE.replace("app hid fees", "app 'robbed' skippers")

    checks = read_article(page.encode(), "harbour.txt").scare_quotes

    assert [(page[slice(*check.span)], check.in_body) for check in checks] == [("'robbed'", False)]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"\n\n\n", b'"' * 9_999, "“".encode() * 9_999, b"said " * 50_000]
)
def test_a_file_that_is_no_article_has_no_claims_and_raises_nothing(data: bytes) -> None:
    assert read_article(data, "none.txt").claims == ()


def test_made_up_wire_items_agree_with_their_records() -> None:
    """763 fields; those that do not agree are named, so that a change of them is seen."""
    counts, _ = articles.run(WIRE)

    assert (counts["fields"], counts["exceptions"]) == (763, 0)
    assert counts["agree"] >= 740, counts["disagree"]
    assert counts["wrong_speaker"] <= 1, counts["disagree"]


@needs_data
def test_the_article_that_the_project_starts_from_agrees_with_its_record_in_every_field() -> None:
    counts, _ = articles.run(SEED)

    assert counts["disagree"] == []
    assert (counts["fields"], counts["wrong_speaker"], counts["exceptions"]) == (52, 0, 0)


@needs_data
def test_one_person_heard_four_times_and_the_body_spoken_for_are_one_source() -> None:
    """And what the record says must not be: a ban as a claim, a headline counted beside what it repeats."""
    text = (SEED / "reuters-2017-10-27.txt").read_text(encoding="utf-8")
    claims = read_article(text.encode(), "seed").claims
    spoken = [claim for claim in claims if claim.speaker.kind == "named_person"]

    assert len(claims) == 12
    assert len(spoken) == 4
    assert {claim.speaker.speaks_for for claim in spoken} == {"the Kremlin"}
    assert [claim.repeat_of for claim in claims if claim.section == "headline"] == [claims[1].id]
    assert not any("banned them" in text[slice(*span)] for claim in claims for span in claim.content)
    assert [claim.stance for claim in claims if "requests_review" in claim.secondary] == ["hopes"]


@needs_data
def test_wire_items_developed_on_agree_with_their_records() -> None:
    """163 fields of v01 to v05; the figure for items not seen is measured by hand."""
    counts, _ = articles.run(SEED / "wire")
    seen = [field for field in counts["disagree"] if field[:3] in {"v01", "v02", "v03", "v04", "v05"}]

    assert seen == []
    assert counts["exceptions"] == 0


@each_case("accuser", ["Freedonia", "The ministry", "Maria Lim"])
@each_case("accused", ["Sylvania", "Peter Ode", "Alpha Group"])
@each_case("frame", ACCUSED)
def test_no_claim_of_an_article_is_an_accusation_by_the_accused(frame: str, accuser: str, accused: str) -> None:
    """Whatever part of the reader finds it: an inverted accuser is the worst error."""
    sentence = frame.format(x=accuser, y=accused)
    body = f"Vote report\n\nOSLO, May 3 (Lakeside News) - {sentence}\n"
    headline = f"{sentence[:-1]}\n\nOSLO, May 3 (Lakeside News) - The list was lost on the way, officials said.\n"

    for page in (body, headline):
        for claim in read_article(page.encode(), "vote.txt").claims:
            assert claim.stance != "accuses" or accused not in claim.speaker.name


_SAID = '"We have never sold any sand," said Mira Holt. '


@cache
def notes_of(text: str) -> tuple[str, ...]:
    """Return what reading a text noted; the longest is read for seconds, and two of its notes are looked at."""
    return tuple(read_article(text.encode(), "made-up.txt", "text/plain").document.notes)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (_SAID * 1500,
         "of 70,499 characters in the paragraph of line 1 20,000 are read for claims (425 of about 1,500 quotations)"),
        (_SAID * 1500, "of 3,000 quotation marks in the paragraph of line 1 2,000 are read"),
        (_SAID * 200,
         "of 9,399 characters in the paragraph of line 1 6,000 are read for short statements, all for others"),
        ("She said that it was so.\n\n" * 4001, "of 4,001 paragraphs 4,000 are read for claims"),
        ("He said that she " + ", said that she " * 60 + " left.",
         "of the verbs of speech in a sentence 40 are read; 1 have as many (line 1)"),
    ],
)  # fmt: skip
def test_what_is_too_long_to_be_read_is_told(text: str, note: str) -> None:
    """A claim that was cut is not one that was not there."""
    assert note in notes_of(text)
