"""Compare extractors of articles on made pages: `python -m benchmarks.evidence_html`.

The pages are those of the tests (two articles in six layouts). Measured is the share of paragraphs kept whole, of lines
that are paragraphs, of headlines and of captions: as an extractor gives them, and with the line rules of
`evenhand.evidence` behind it. resiliparse is compared where it is installed, else null. Prints one JSON object.
"""

import importlib
import json
import time
from collections.abc import Callable
from typing import Any

from evenhand.evidence.document_text import DocumentText
from evenhand.evidence.html_text import html_text
from evenhand.evidence.page_lines import page_lines
from tests.unit.evidence.html_pages import ARTICLES, LAYOUTS

Extractor = Callable[[str], str]


def trafilatura_alone(page: str) -> str:
    """Return what trafilatura gives with its own settings."""
    found = importlib.import_module("trafilatura").extract(page, include_comments=False)
    return str(found or "")


def resiliparse_article(page: str) -> str:
    """Return what resiliparse takes for the article."""
    parse = importlib.import_module("resiliparse.parse.html").HTMLTree.parse
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return str(extract(parse(page), main_content=True, alt_texts=False, links=False))


def ours(page: str) -> str:
    """Return the text that `evenhand.evidence` takes from a page."""
    return html_text(page.encode(), "text/html").text


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def plain(extract: Extractor) -> Callable[[str], list[str]]:
    """Return what takes from a page the lines of an extractor's text."""
    return lambda page: lines_of(extract(page))


def ruled(extract: Extractor) -> Callable[[str], list[str]]:
    """Return what takes from a page the lines that the line rules leave of an extractor's text."""

    def article_lines(page: str) -> list[str]:
        found = html_text(page.encode(), "text/html") if extract is ours else DocumentText(extract(page))
        roles = page_lines(found.text, found.title, found.captions)
        return [line.strip() for line, role in zip(found.text.split("\n"), roles, strict=True) if role.role == "body"]

    return article_lines


def figures(lines: Callable[[str], list[str]]) -> dict[str, Any]:
    """Return precision and recall of paragraphs, and milliseconds a page."""
    kept = given = wanted = 0
    began = time.process_time()
    for article in ARTICLES:
        for layout in LAYOUTS:
            found = lines(layout(article))
            own = [line for line in found if line in article.paragraphs]
            heads = [line for line in found if line in (article.headline, article.caption)]
            kept, given, wanted = kept + len(own), given + len(found) - len(heads), wanted + len(article.paragraphs)
    spent = (time.process_time() - began) / (len(ARTICLES) * len(LAYOUTS))
    rates = {"precision": kept / given, "recall": kept / wanted, "f1": 2 * kept / (given + wanted)}
    return {name: round(rate, 3) for name, rate in rates.items()} | {"ms": round(spent * 1000, 1)}


def main() -> None:
    """Measure each extractor alone and with the line rules."""
    extractors: dict[str, Extractor] = {
        "evenhand": ours,
        "trafilatura": trafilatura_alone,
        "resiliparse": resiliparse_article,
    }
    report: dict[str, Any] = {}
    for name, extract in extractors.items():
        try:
            alone = figures(plain(extract))
            report[name] = {"alone": alone, "with line rules": figures(ruled(extract))}
        except ImportError as error:
            report[name] = None
            report[f"{name}_reason"] = str(error)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
