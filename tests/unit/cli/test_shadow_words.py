"""Amounts, shares and periods as the shadow report writes them."""

import msgspec
import pytest

from evenhand.render.shadow_words import money, own_lists, period, share
from tests.unit.cli.shadows import AT, EMPTY_SHADOW, MADE_SHADOW


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00"), (0.00009, "under 0.0001"), (0.0001, "0.0001"), (0.5, "0.5000"), (1e6, "1,000,000.00")],
)
def test_small_amounts_are_not_rounded_away(amount: float, text: str) -> None:
    """One impression costs a fraction of a cent."""
    assert money({"EUR": amount}) == f"{text} EUR"


def test_a_share_of_nothing_is_a_dash() -> None:
    """No bids, no share."""
    assert (share(0, 0), share(1, 3), money({})) == ("–", "33.3 %", "0")


def test_a_period_is_left_out_where_no_line_says_when_it_was() -> None:
    """And is one instant where all say the same."""
    once = msgspec.structs.replace(MADE_SHADOW, first=AT, last=AT)

    assert (period(EMPTY_SHADOW), period(once)) == ("", ", of 2 November 2026, 12:00 UTC")


def test_requests_with_a_list_of_their_own_are_told_where_there_are_any() -> None:
    """Anyone who blocks by a list in Prebid Server reads how much of it does not work."""
    assert own_lists(EMPTY_SHADOW) == ""
    assert "of their own: 8. In a Prebid Server in Go" in own_lists(MADE_SHADOW)
    assert "6 of the removed bids would have passed there" in own_lists(MADE_SHADOW)
