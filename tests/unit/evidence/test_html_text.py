"""A saved web page gives its article, line by line, with what its metadata say; no page is too odd to be told about."""

import sys
import time
from collections.abc import Callable

import pytest

from evenhand.evidence.html_text import html_text
from evenhand.evidence.read_document import read_document
from evenhand.model.claims import Document
from evenhand.model.errors import BadInput
from tests.each_case import each_case
from tests.unit.evidence.html_pages import ARTICLES, LAYOUTS, MadeArticle, bare, semantic

SENTENCE = "<p>The ministry said that it was not told of the ban.</p>"
ALL_TAKEN = "the page is too large or too deeply nested to look for its article; all lines of it were taken"
BOMBS = {
    "depth": "<div>" * 50_000 + SENTENCE * 3 + "</div>" * 50_000,
    "open elements": "<p><table>" * 20_000 + SENTENCE,
    "a huge page": SENTENCE * 60_000,
    "comments": "<!--" * 100_000 + SENTENCE,
    "scripts": "<script>" * 50_000 + SENTENCE,
    "attributes": f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>{SENTENCE}",
    "quotes": "<a href='" * 50_000 + SENTENCE,
    "signs": "<" * 500_000 + SENTENCE,
}


def read(page: str) -> tuple[Document, str]:
    return read_document(page.encode(), "made-up.html", "text/html")


@each_case("layout", LAYOUTS)
@each_case("article", ARTICLES)
def test_an_article_is_found_in_each_layout(layout: Callable[[MadeArticle], str], article: MadeArticle) -> None:
    """Divisions, tables, line breaks, boxes within: each paragraph is kept, and nothing else."""
    found, text = read(layout(article))

    lines = text.split("\n")
    assert tuple(lines[number - 1] for number in found.body_lines) == article.paragraphs
    assert text[slice(*found.headline or (0, 0))] == article.headline
    assert found.reporters == (article.author,)
    assert (found.agency, found.language) == ("Nordia", "en")


def test_a_caption_is_no_paragraph() -> None:
    """It is kept as what it is."""
    found, text = read(semantic(ARTICLES[1]))

    assert text[slice(*found.caption or (0, 0))] == ARTICLES[1].caption


def test_metadata_say_when_a_page_was_published() -> None:
    """They are written for machines, so day and month are sure; the page's own line says where it stands."""
    found, _ = read(semantic(ARTICLES[0]))
    shown, page = read(semantic(ARTICLES[0]).replace("<p class='byline'>", "<p>3 April 2024</p><p class='byline'>"))
    linked = read(
        bare(ARTICLES[0]).replace("<html>", '<script type="x">{"datePublished": "2023-04-30T11:11:00+0530"}</script>')
    )

    assert (found.published.date, found.published.time, found.published.zone) == ("2024-04-03", "08:15", "+02:00")
    assert page[slice(*shown.published.span or (0, 0))] == "3 April 2024"
    assert (linked[0].published.date, linked[0].published.zone) == ("2023-04-30", "+0530")


def test_a_headline_is_the_heading_that_the_metadata_name() -> None:
    """A site's name can be a heading of the first order too."""
    logo = semantic(ARTICLES[0]).replace(
        "<header>", "<header><h1>The Nordia Daily of Ostvik and of all of Vesterland around it</h1>"
    )

    found, text = read(logo)

    assert text[slice(*found.headline or (0, 0))] == ARTICLES[0].headline


def test_lines_of_a_page_outside_of_its_article_are_counted() -> None:
    """They are in no text, so none of them can have a reason of its own: their number is told."""
    around = "<nav><ul><li>Home</li><li>Sport pages</li></ul></nav>"
    page = f"<html><body>{around}<article><h1>Ministry hides ban</h1>{SENTENCE * 4}</article></body></html>"
    found, text = read(page)

    assert "Sport pages" not in text
    (note,) = [each for each in found.notes if "not in the text" in each]
    assert note.startswith("2 lines of the page")


def test_a_page_names_its_encoding() -> None:
    """In its own first lines, where nobody else declared one."""
    page = (
        f"<html><head><meta charset='windows-1251'></head><body>{SENTENCE.replace('ministry', 'Министр')}</body></html>"
    )

    assert "Министр" in read_document(page.encode("cp1251"), "made-up.html")[1]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_page_that_was_made_to_break_readers_is_read_in_time(bomb: str) -> None:
    """Its text is taken line by line, and that is told."""
    began = time.process_time()

    found, text = read(BOMBS[bomb])

    assert time.process_time() - began < 4
    assert "not told of the ban" in text
    assert found.notes or bomb == "attributes"


def test_fifty_megabytes_are_read_in_time() -> None:
    """What is left is told; the file itself is kept whole."""
    began = time.process_time()

    found, text = read(f"<p>{'so it is ' * 100}</p>" * 57_000)

    assert time.process_time() - began < 8
    assert "only the first 10,000,000 of 51,699,000 characters of the page were read" in found.notes
    assert len(text) == found.characters


def test_entities_of_a_page_are_not_expanded() -> None:
    """Ten lines of entities that hold ten of the line before would be gigabytes."""
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))

    found, text = read(
        f"<!DOCTYPE x [<!ENTITY e0 'x'>{entities}]><html><body><p>The ministry &e11; said it.</p></body></html>"
    )

    assert "&e11;" in text
    assert len(text) < 1_000
    assert found.body_lines


def test_a_page_without_text_says_so() -> None:
    """Nothing raises."""
    assert read("")[0].notes == ("no text",)
    assert read("<html><body><script>1</script></body></html>")[0].notes == ("no text",)


def test_a_page_without_trafilatura_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear error, and what to do."""
    monkeypatch.setitem(sys.modules, "trafilatura", None)

    with pytest.raises(BadInput, match=r"trafilatura.*evenhand\[html\]"):
        html_text(b"<p>x</p>", None)
