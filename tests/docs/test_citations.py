"""Every section that code, tests and pages cite is a section of a page in `docs/explanation`."""

import re

import pytest

from tests.docs.pages import ROOT

PAGES = ROOT / "docs" / "explanation"
FOLDERS = ("src", "tests", "docs", "benchmarks", "tools", "rulebooks")
SUFFIXES = {".py", ".md", ".toml", ".cedar"}
# One form: `page.md` §n, or §n, §m or §n and §m of the same page.
CITATION = re.compile(r"`([\w-]+)\.md` ((?:(?:, | and )?§\d+(?:\.\d+)?)+)")
MENTION = re.compile(r"\.md\b[`,]*\s*(?:,|and)?\s*§")
SECTION = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", re.MULTILINE)


def test_every_section_that_is_cited_is_there() -> None:
    """A citation that leads nowhere is worse than none: the reader looks for it."""
    known = {page.stem: set(SECTION.findall(page.read_text(encoding="utf-8"))) for page in PAGES.glob("*.md")}

    assert unresolved(texts(), known) == []


def test_every_citation_has_the_one_form() -> None:
    """What is written otherwise would not be looked at by the test above."""
    found = {name: (len(MENTION.findall(text)), len(CITATION.findall(text))) for name, text in texts().items()}

    assert {name: counts for name, counts in found.items() if counts[0] != counts[1]} == {}
    assert sum(cited for _, cited in found.values()) > 100


@pytest.mark.parametrize("text", ["`x.md` §1", "`gate.md` §3, §99", "`lists.md` §1.9", "`lists.md` §1 and §77"])
def test_a_citation_that_leads_nowhere_is_noticed(text: str) -> None:
    """A test that resolves everything holds nothing."""
    assert unresolved({"a.py": text}, {"gate": {"3"}, "lists": {"1", "1.1"}}) != []


def unresolved(sources: dict[str, str], known: dict[str, set[str]]) -> list[str]:
    """Return the citations in `sources` that name no section of `known`, with where they stand."""
    return [
        f"{name}: `{page}.md` §{section}"
        for name, text in sources.items()
        for page, sections in CITATION.findall(text)
        for section in re.findall(r"\d+(?:\.\d+)?", sections)
        if section not in known.get(page, set())
    ]


def texts() -> dict[str, str]:
    """Return what may cite, by path; this module cites wrong sections on purpose."""
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
    kept = (path for path in paths if path.name != "test_citations.py" and "node_modules" not in path.parts)
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in kept}
