"""The site has every page, and its pictures are small and fetch nothing.

Links and anchors are checked by `make docs` itself, which needs packages that the tests do not.
"""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
DIAGRAMS = ("pipeline.svg", "decision.svg", "trust.svg")


def test_the_navigation_names_every_page() -> None:
    """The build fails where one is missing; here it is told without building. The hook adds the choices."""
    named = set(re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}

    assert {page for page in pages if not page.startswith("choices/0")} == named


@pytest.mark.parametrize("picture", sorted((DOCS / "assets").glob("*.*g")), ids=lambda path: path.name)
def test_a_picture_is_small_and_fetches_nothing(picture: Path) -> None:
    """A page is read where there is no network, and cloned by everybody."""
    data = picture.read_bytes()

    assert len(data) < 200_000
    if picture.suffix == ".svg":
        assert re.findall(rb"(?:href=|src=|url\(|@import)\s*[\"']?\w+:", data) == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_reads_in_light_and_dark_and_says_what_it_shows(name: str) -> None:
    """It has both sets of colours, and a description for anyone who cannot see it."""
    text = (DOCS / "assets" / name).read_text(encoding="utf-8")

    assert "prefers-color-scheme: dark" in text
    assert re.search(r"<title[^>]*>\w.+</title>\n<desc[^>]*>\w.+</desc>", text)


def test_the_lock_of_the_site_agrees_with_the_lock_of_the_tests() -> None:
    """Both are installed into one environment, so a package that both name has one version."""
    tested, site = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements" / name).read_text("utf-8"), re.MULTILINE))
        for name in ("dev.txt", "docs.txt")
    )

    assert {name: version for name, version in site.items() if tested.get(name, version) != version} == {}
