"""A publisher's own block list, matched at label boundaries."""

import pytest

from evenhand.gate import BlockList
from tests.unit.gate.registers import SUFFIXES


@pytest.mark.parametrize(("host", "blocked"), [
    ("ford.com", True), ("www.ford.com", True), ("a.b.ford.com", True), ("notford.com", False),
    ("ford.com.evil.example", False), ("com", False), ("co.uk", True), ("ford.co.uk", False),
    ("github.io", True), ("a.github.io", False),
])  # fmt: skip
def test_an_entry_blocks_its_host_and_all_below_unless_it_is_a_public_suffix(host: str, blocked: bool) -> None:
    """`co.uk` on a list is a slip of the pen; it must not close a country."""
    wanted = BlockList(["https://FORD.com/", "co.uk", "github.io"], SUFFIXES)
    assert wanted.blocks(host) is blocked


def test_broken_entries_are_counted_and_block_nothing() -> None:
    """Publishers' lists carry blanks and numbers."""
    wanted = BlockList(["", 7, "ford", "ford.com"], SUFFIXES)
    assert wanted.broken == 3
    assert wanted.blocks("ford.com")
