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
    """Return the text that `evenhand.evidence` keeps of a page."""
    return html_text(page.encode(), "text/html").text


def article_lines(text: str) -> list[str]:
    """Return the lines that the line rules take for the article."""
    found = zip(text.split("\n"), page_lines(text), strict=True)
    return [line.strip() for line, role in found if role.role == "body"]


def all_lines(text: str) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def figures(extract: Extractor, lines_of: Callable[[str], list[str]]) -> dict[str, Any]:
    """Return precision and recall of paragraphs, and milliseconds a page."""
    kept = given = wanted = 0
    began = time.process_time()
    for article in ARTICLES:
        for layout in LAYOUTS:
            lines = lines_of(extract(layout(article)))
            own = [line for line in lines if line in article.paragraphs]
            heads = [line for line in lines if line in (article.headline, article.caption)]
            kept, given, wanted = kept + len(own), given + len(lines) - len(heads), wanted + len(article.paragraphs)
    spent = (time.process_time() - began) / (len(ARTICLES) * len(LAYOUTS))
    f1 = 2 * kept / (given + wanted)
    return {
        "precision": round(kept / given, 3),
        "recall": round(kept / wanted, 3),
        "f1": round(f1, 3),
        "ms": round(spent * 1000, 1),
    }


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
            report[name] = {"alone": figures(extract, all_lines), "with line rules": figures(extract, article_lines)}
        except ImportError as error:
            report[name] = None
            report[f"{name}_reason"] = str(error)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
