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
    freezes = {"ofac-sdn": "us", "un-sc": "un", "eu-fsf": "eu", "uk-sanctions": "uk"}

    assert book.missing_rows(lists) == ()
    for each, regime in freezes.items():
        ((designation, ownership),) = book.designation_for(each, ["any", "other"])
        assert {"asset-freeze", f"{regime}-asset-freeze" if folder == HOUSE else designation} <= book.within(
            designation
        )
        assert ownership
    assert book.designation_for("state-media", []) == ()
    assert "possible-match" in book.designations
