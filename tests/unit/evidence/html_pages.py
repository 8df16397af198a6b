"""Saved web pages made up for the tests: one article in layouts of several kinds, each with what stands around it."""

from html import escape
from typing import Final, NamedTuple


class MadeArticle(NamedTuple):
    """A made-up article: what a page must give."""

    headline: str
    author: str
    published: str
    caption: str
    paragraphs: tuple[str, ...]


ARTICLES: Final = (
    MadeArticle(
        "Ministry says network treated its adverts 'unfairly'",
        "Mira Holt",
        "2024-04-03T08:15:00+02:00",
        "The ministry's building is seen in this file picture. NORDIA/Per Lind",
        (
            "OSTVIK, April 3 (Nordia) - The ministry of posts on Wednesday said that a network had treated its "
            "adverts unfairly.",
            "“We asked for the rules, and nobody sent them,” the minister told reporters. “We will ask again.”",
            "The network, Amber, declined to comment.",
            "Two officials, who asked not to be named, said that 14 adverts had been refused since January & "
            "that no reason was given.",
            "He denied it.",
        ),
    ),
    MadeArticle(
        "Ferry company denies buying votes with cheap tickets",
        "Jon de Vries",
        "2023-11-20T17:05:00Z",
        "A ferry leaves the port of Nordham. Photo: Ada Brun",
        (
            "NORDHAM (Nordia) – A ferry company has denied that it sold cheap tickets to win an election of the "
            "harbour council.",
            "\"Our prices are the same for everyone,\" its director, Ole Rask, told the council on Monday.",
            "The accusation was made by three members of the council. They showed 41 tickets, all sold on one day.",
            "Rask asked the council to publish the list of the tickets.",
            "The council will meet again in December; until then the company may not advertise in the harbour.",
            "According to two people familiar with the matter, the company has offered to pay back part of the money.",
        ),
    ),
)  # fmt: skip

NAV: Final = (
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/w'>World</a></li><li><a href='/s'>Sign in</a></li></ul></nav>"
)
SHARE: Final = "<div class='share'><a href='#'>Share</a> <a href='#'>Tweet</a> <a href='#'>Email</a></div>"
RELATED: Final = (
    "<aside class='related'><h3>Most read</h3><ul><li><a href='/1'>Ten soups for winter</a></li>"
    "<li><a href='/2'>Storm reaches the coast on Monday</a></li></ul></aside>"
)
FOOT: Final = (
    "<footer><p>© 2024 Nordia Media. All rights reserved.</p><p>"
    "<a href='/t'>Terms</a> | <a href='/p'>Privacy</a></p></footer>"
)
PRE: Final = "<pre>narrow-browser-and-phone\nportrait-tablet-and-above\nmin-width-768</pre>"


def _head(article: MadeArticle) -> str:
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{escape(article.headline)} | Nordia</title>"
        f"<meta property='og:title' content=\"{escape(article.headline)}\">"
        f"<meta name='author' content='{escape(article.author)}'>"
        f"<meta property='article:published_time' content='{article.published}'></head><body>"
    )


def _figure(article: MadeArticle) -> str:
    return f"<figure><img src='a.jpg' alt=''><figcaption>{escape(article.caption)}</figcaption></figure>"


def _paragraphs(article: MadeArticle) -> str:
    return "".join(f"<p>{escape(words, quote=False)}</p>" for words in article.paragraphs)


def _body(article: MadeArticle) -> str:
    return (
        f"<h1>{escape(article.headline)}</h1>"
        f"<p class='byline'>By {escape(article.author)}</p>{SHARE}{_figure(article)}{_paragraphs(article)}"
    )


def semantic(article: MadeArticle) -> str:
    """Return a page with `<article>`, `<nav>`, `<aside>` and `<footer>`."""
    return (
        f"{_head(article)}<header>{NAV}</header><main><article>{_body(article)}</article>"
        f"</main>{RELATED}{FOOT}</body></html>"
    )


def divisions(article: MadeArticle) -> str:
    """Return a page of `<div>` alone."""
    inner = _body(article).replace("<figure>", "<div class='pic'>").replace("</figure>", "</div>")
    inner = inner.replace("<figcaption>", "<div class='cap'>").replace("</figcaption>", "</div>")
    return (
        f"{_head(article)}<div id='top'><a href='/'>Home</a> <a href='/w'>World</a></div>"
        f"<div class='story-body'>{inner}</div>"
        f"<div class='more'><a href='/1'>Ten soups for winter</a></div>"
        f"<div class='foot'>© 2024 Nordia</div>{PRE}</body></html>"
    )


def breaks(article: MadeArticle) -> str:
    """Return a page whose paragraphs are parted by `<br><br>`."""
    text = "<br><br>".join(escape(words, quote=False) for words in article.paragraphs)
    return f"{_head(article)}{NAV}<h1>{escape(article.headline)}</h1><div class='text'>{text}</div>{FOOT}</body></html>"


def table_layout(article: MadeArticle) -> str:
    """Return a page laid out in a table."""
    return (
        f"{_head(article)}<table><tr><td colspan='2'>{NAV}</td></tr><tr><td>{RELATED}</td>"
        f"<td>{_body(article)}</td></tr><tr><td colspan='2'>{FOOT}</td></tr></table></body></html>"
    )


def interrupted(article: MadeArticle) -> str:
    """Return a page whose article is interrupted by advertisements and by boxes of other articles."""
    first, *others = (f"<p>{escape(words, quote=False)}</p>" for words in article.paragraphs)
    box = (
        f"<div class='ad'><span>Advertisement</span></div>{RELATED}<div class='newsletter'>"
        f"<p>Sign up for our newsletter</p></div>"
    )
    return (
        f"{_head(article)}{NAV}<article><h1>{escape(article.headline)}</h1>"
        f"<time datetime='{article.published}'>x</time>"
        f"{_figure(article)}{first}{box}{''.join(others)}</article><section id='comments'>"
        f"<p>I do not believe it.</p></section>{FOOT}</body></html>"
    )


def summary_list(article: MadeArticle) -> str:
    """Return a page whose article begins with a list."""
    first, others = article.paragraphs[:2], article.paragraphs[2:]
    items = "".join(f"<li>{escape(words, quote=False)}</li>" for words in first)
    rest = "".join(f"<p>{escape(words, quote=False)}</p>" for words in others)
    return (
        f"{_head(article)}{NAV}<article><h1>{escape(article.headline)}</h1>"
        f"<ul>{items}</ul>{rest}</article>{FOOT}</body></html>"
    )


def cards(article: MadeArticle) -> str:
    """Return a page with twelve teasers that are sentences, before the article."""
    teasers = "".join(
        f"<div class='card'><a href='/{n}'><h3>Story number {n} of a storm</h3></a>"
        f"<p>A storm reached the coast on day {n}, and nobody was hurt.</p></div>"
        for n in range(12)
    )
    return f"{_head(article)}<div class='grid'>{teasers}</div><div class='article'>{_body(article)}</div></body></html>"


def bare(article: MadeArticle) -> str:
    """Return a page without metadata: `<p>` in a `<div>`."""
    return (
        f"<html><body><div><h1>{escape(article.headline)}</h1>"
        f"<p>By {article.author}</p>{_paragraphs(article)}</div></body></html>"
    )


LAYOUTS: Final = (semantic, divisions, breaks, table_layout, interrupted, summary_list, cards, bare)
