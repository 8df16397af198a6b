"""The rule of ownership as a network's settings state it."""

from typing import Any

import msgspec
import pytest

from evenhand.model.network import OwnershipSection
from evenhand.model.ownership import OwnershipRule


def test_a_rule_is_named_or_stated_by_its_numbers() -> None:
    """No threshold hides in a default: all three numbers are needed."""
    named = msgspec.convert({"rule": "over_50_single"}, OwnershipSection)
    stated = msgspec.convert({"rule": {"threshold_bp": 2500, "strict": True, "aggregate": False}}, OwnershipSection)

    assert named.rule == "over_50_single"
    assert stated.rule == OwnershipRule(threshold_bp=2500, strict=True, aggregate=False)


@pytest.mark.parametrize(
    "rule",
    [
        "aggregate",
        {"threshold_bp": 5000},
        {"threshold_bp": 0, "strict": True, "aggregate": False},
        {"threshold_bp": 10_001, "strict": True, "aggregate": False},
        {"threshold_bp": 50.5, "strict": True, "aggregate": False},
    ],
)
def test_what_is_no_rule_is_refused(rule: Any) -> None:
    """A threshold of nothing would catch everybody."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"rule": rule}, OwnershipSection)


@pytest.mark.parametrize(("strict", "least"), [(False, 500_000), (True, 500_001)])
def test_more_than_half_begins_a_millionth_above_it(strict: bool, least: int) -> None:
    """Shares are whole millionths, so that *more than* is exact."""
    assert OwnershipRule(threshold_bp=5000, strict=strict, aggregate=True).least == least
