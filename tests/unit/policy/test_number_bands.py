"""The bands of numbers that rules can tell apart."""

from datetime import date

import pytest

from evenhand.policy import Rulebook
from evenhand.policy.number_bands import named_entities, number_bands
from evenhand.policy.syntax_tree import parse
from evenhand.store.shipped_rulebooks import shipped_rulebook


def _bands(condition: str) -> dict[str, tuple[int, ...]]:
    text = f'@id("r") forbid (principal, action, resource) when {{ {condition} }};'
    return dict(number_bands(parse(text)).starts)


@pytest.mark.parametrize(
    ("condition", "starts"),
    [
        ("principal.share >= 50", (50,)),
        ("principal.share > 50", (51,)),
        ("50 > principal.share", (50,)),
        ("principal.share <= 50", (51,)),
        ("principal.share == 50", (50, 51)),
        ("principal.share >= 50 || principal.share < 25", (25, 50)),
        ("if principal.share >= 50 then principal.share < 70 else false", (50, 70)),
    ],
)
def test_a_band_begins_where_a_comparison_turns(condition: str, starts: tuple[int, ...]) -> None:
    """So that two numbers of one band have the same answer to each comparison."""
    assert _bands(condition)["share"] == starts


@pytest.mark.parametrize(
    "condition",
    ["principal.share + 1 >= 50", "principal.share >= principal.limit", "[1, 2].contains(principal.share)"],
)
def test_a_number_that_is_used_otherwise_has_no_bands(condition: str) -> None:
    """Then only equal numbers are equal."""
    assert "share" not in _bands(f"principal.share >= 50 && {condition}")


def test_bands_are_named_by_their_ends() -> None:
    """They stand in a report, where a person reads them."""
    bands = number_bands(
        parse('@id("r") forbid (principal, action, resource) when { principal.a.x >= 2 || principal.a.x == 7 };')
    )

    named = [bands.band("User.a.x", number) for number in (-3, 1, 2, 6, 7, 8, 900)]

    assert named == ["below 2", "below 2", "2 to 6", "2 to 6", "7", "8 or more", "8 or more"]
    assert bands.band("User.a.other", 12) == "12"


def test_the_house_rules_see_a_holding_below_a_quarter_a_half_and_from_there_on() -> None:
    """What the rules of the sample network can tell apart."""
    active = Rulebook.load(shipped_rulebook("house")).active(date(2026, 11, 27))

    assert number_bands(active.policies).starts["designated_share_bp"] == (2500, 5000)
    assert ("Designation", "possible-match") in named_entities(active.policies)
