"""`evenhand evidence audit`: the same claims whoever is named."""

from pathlib import Path

import pytest

from evenhand.evidence import name_swaps
from evenhand.model.claims import Article, Document
from tests.commands import evenhand

PAGE = """Harbour board says app hid fees

3 June 2021

NORDVIK (Fjord Wire) - The Nordvik harbour board accused Tidewater Pay of hiding fees from boats.

“We never hid a fee,” the firm's president, Per Lund, told reporters on Wednesday.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_an_article_whose_claims_stay_the_same_passes(page: Path) -> None:
    answer = evenhand("evidence", "audit", page)

    assert answer.status == 0
    assert answer.lines[0].startswith("The same with other names: ")
    assert sum("  in 1 document" in line for line in answer.lines) == 14
    assert sum(line.endswith("nothing to exchange; not counted") for line in answer.lines) == 4
    assert "14 of 18 tables of names" in answer.out.replace("\n", " ")


def test_an_audit_fails_and_shows_the_claim_where_one_name_decides(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here nothing that a Kuznetsov says is a claim: the table of that origin tells it."""
    real = name_swaps.find_claims

    def biased(document: Document, text: str) -> Article:
        found = real(document, text)
        return Article(document=found.document, claims=() if "Kuznetsov" in text else found.claims)

    monkeypatch.setattr(name_swaps, "find_claims", biased)

    answer = evenhand("evidence", "audit", page, "--json")

    assert answer.status == 1
    assert not answer.json["passes"]
    slavic = next(each for each in answer.json["audit"]["results"] if each["table"] == "Slavic")
    assert slavic["identical"] == 0
    assert "hid a fee" in str(slavic["differences"])


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 2, "the document is empty"),
        ("Die Behörde hat Anna Novak vorgeworfen, dass Gebühren verborgen wurden. Das hat Anna Novak bestritten.", 2,
         "not read as English, the only language that the rules know"),
        ("The harbour was closed for two days. It will open again in the spring.", 1, "Nothing was compared"),
    ],
)  # fmt: skip
def test_a_text_of_which_nothing_is_compared_does_not_pass(text: str, status: int, words: str, page: Path) -> None:
    page.write_text(text, encoding="utf-8")

    answer = evenhand("evidence", "audit", page)

    assert answer.status == status
    assert words in f"{answer.out}{answer.err}"
    assert "100.00 %" not in answer.out


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    answer = evenhand("evidence", "audit", tmp_path / "none.txt")

    assert answer.status != 0
    assert "no such file" in answer.err
