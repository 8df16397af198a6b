"""The reference page and the shipped rulebooks say the same."""

from pathlib import Path

import pytest

from evenhand.policy import Rulebook
from tests.unit.policy.made_up import HOUSE, TWO_NAMES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rulebook.md").read_text()


@pytest.mark.parametrize("folder", [HOUSE, TWO_NAMES], ids=lambda folder: folder.name)
def test_every_shipped_rule_says_why_and_the_house_rules_are_told(folder: Path) -> None:
    """A rule nobody can read about is no published rule."""
    rules = Rulebook.load(folder, historic=folder == TWO_NAMES).rules

    assert all(rule.annotations.get("why", "").endswith(".") for rule in rules.values())
    assert [
        name for name in (*rules, *(["off-board-two"] if folder == TWO_NAMES else [])) if f"`{name}`" not in PAGE
    ] == []


@pytest.mark.parametrize("folder", [HOUSE, TWO_NAMES], ids=lambda folder: folder.name)
def test_every_list_of_a_network_is_mapped(folder: Path) -> None:
    """A list without a row would be screened for nothing."""
    book = Rulebook.load(folder, historic=folder == TWO_NAMES)
    lists = [
        "ofac-sdn",
        "ofac-cons",
        "un-sc",
        "eu-fsf",
        "uk-sanctions",
        "state-media",
        "house-sanctions",
        "house-media",
    ]

    assert book.missing_rows(lists) == ()
    for each in ("ofac-sdn", "un-sc", "eu-fsf", "uk-sanctions"):
        ((designation, ownership),) = book.designation_for(each, ["any", "other"])
        assert book.designations[designation].parents[0].id == "asset-freeze"
        assert ownership
    assert book.designation_for("ofac-cons", []) == (("ofac-cons", False),)
    assert book.designation_for("state-media", []) == ()
    assert "possible-match" in book.designations
