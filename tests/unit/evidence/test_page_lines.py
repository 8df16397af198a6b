"""Lines of a page and of its article are told apart, and no paragraph goes because of its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.evidence.page_families import family
from evenhand.evidence.page_lines import page_lines, paragraphs
from evenhand.evidence.text_spans import lines
from tests.unit.evidence.made_sites import HEADLINE, SITES, page_of
from tests.unit.evidence.pages import PAGE, numbered

SENTENCES = (
    "Advertisement was the word that he used.",
    "Subscribe to nothing.",
    "Share this article, she said.",
    "Cookies and privacy are two things.",
    "Related: two ministers.",
    "Read more.",
    "2 Min Read.",
    "© is a sign.",
)


def role(line: str, number: int = 0) -> str:
    return page_lines(line)[number].role


def body(page: str) -> list[int]:
    return [number for number, line in enumerate(page_lines(page), 1) if line.role == "body"]


def test_a_page_keeps_its_article_and_loses_its_furniture() -> None:
    """The line without a full stop stays: it has no shape of a menu."""
    kept = numbered(PAGE, "OSTVIK", '"We asked', "The network", "Cookies were")

    assert body(PAGE) == kept


@pytest.mark.parametrize("site", SITES)
def test_an_article_is_told_from_the_page_of_each_site(site: str) -> None:
    """Not a paragraph less, not a line more."""
    page, article = page_of(site)

    found = page_lines(page)

    assert body(page) == article
    assert [page.split("\n")[at] for at, line in enumerate(found) if line.role == "headline"] == [HEADLINE]


def test_a_line_that_goes_has_a_reason() -> None:
    """Who reads the record can see why, line by line."""
    rules = {line.rule for line in page_lines(PAGE) if line.role not in ("blank", "body", "headline")}

    assert {
        "menu",
        "announced",
        "navigation",
        "date",
        "byline",
        "caption",
        "share",
        "advertisement",
        "related",
    } <= rules
    assert {"credit", "standards", "breakpoint", "counter", "copyright"} <= rules
    assert "" not in rules


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_within_the_article_stays_whatever_its_words_are(sentence: str) -> None:
    """Recall of the article comes first: what a page would say of itself can be what somebody said."""
    page = f"The first paragraph of the article is here.\n\n{sentence}\n\nThe last paragraph of the article is here."

    assert body(page) == [1, 3, 5]


@given(st.lists(st.sampled_from([*PAGE.split("\n"), *SENTENCES, "", "x", "“", "\t"]), max_size=30))
def test_a_line_has_one_role_and_a_blank_one_none(drawn: list[str]) -> None:
    """Nothing is lost: each line is the article, the head, or left out with a rule."""
    text = "\n".join(drawn)

    found = page_lines(text)

    assert len(found) == len(lines(text))
    for line, (start, end) in zip(found, lines(text), strict=True):
        assert (line.role == "blank") == (not text[start:end].strip())
        assert bool(line.rule) == (line.role not in ("blank", "body", "headline"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("  • wide-browser-and-larger", "breakpoint"),
        ("min-width-768", "breakpoint"),
        ("4 min read", "counter"),
        ("Show 12 comments", "counter"),
        ("Story continues below", "advertisement"),
        ("Accept all cookies", "consent"),
        ("Sign up for our weekly newsletter", "subscription"),
        ("Sign in  Register  Menu", "menu"),
        ("World > Europe > Politics", "menu"),
        ("ABX +1.3%  DKL -0.4%", "ticker"),
        ("Copy link", "share"),
        ("A- A A+", "text size"),
    ],
)
def test_a_line_of_a_page_has_a_family(line: str, name: str) -> None:
    """By its shape and the page's own words."""
    assert family(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "Share of the vote",
        "He signed in",
        "set-up",
        "“Subscribe now”, the banner said",
        "The search for survivors goes on",
    ],
)
def test_a_line_of_an_article_has_no_family(line: str) -> None:
    """Words alone do not make a button."""
    assert family(line) is None


def test_a_paragraph_that_was_broken_at_a_width_is_one() -> None:
    """As mails and PDFs have them: its lines do not end like sentences and are no chrome."""
    page = """A heading of the paper

The ministry of posts said on Wednesday that it
had asked for the rules and that nobody had sent
them to it.

The network declined to comment on what the
ministry said of its rules.
"""

    assert body(page) == [3, 4, 5, 7, 8]
    assert [page[start:end].rsplit(maxsplit=1)[-1] for start, end in paragraphs(page, body(page))] == ["it.", "rules."]


def test_a_line_that_stops_early_goes_on_in_small_letters() -> None:
    """A PDF's letters differ in width, so a line can stop before its width is used up."""
    page = (
        "The ministry of posts said on Wednesday that it had asked\nthe network for its own rules, and that it\n"
        "had got none of them; it would ask for them once more, it\nsaid, before the summer.\n"
    )

    assert paragraphs(page, body(page)) == [(0, len(page) - 1)]


def test_sentences_behind_the_credit_line_are_the_pages() -> None:
    """Teasers of other articles are sentences too; where they stand says whose they are."""
    page = PAGE.replace("Our Standards", "A storm reached the coast on Monday.\nOur Standards")

    assert body(page) == body(PAGE)


def test_a_credit_line_on_top_ends_nothing() -> None:
    """Some pages name their reporters under the headline."""
    page = "A headline of some words\nReporting by Mira Holt\nThe first paragraph.\nThe second paragraph."

    assert body(page) == [3, 4]


def test_a_question_can_be_a_headline() -> None:
    """It ends like a sentence and is none of the article."""
    assert (
        role("Who paid for the adverts?\nBy Mira Holt\n3 April 2024\nNobody knows yet.\nNobody will say.") == "headline"
    )


def test_below_two_sentences_nothing_is_a_headline() -> None:
    """Else half an article would be taken for what a page says above it; one sentence about cookies may be."""
    article = (
        "The first paragraph.\nThe second paragraph.\nComments of people who listen to this\n3 April 2024\nThe third."
    )

    assert body(article) == [1, 2, 3, 5]
    assert body("We all like cookies very much.\nA headline of some words\n3 April 2024\nThe first.\nThe second.") == [
        4,
        5,
    ]


def test_a_text_without_a_headline_has_none() -> None:
    """Its first paragraph stays."""
    assert body("The first paragraph.\nThe second paragraph.") == [1, 2]
