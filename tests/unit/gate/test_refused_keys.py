"""The keys of a register that lists of other systems can carry."""

from pathlib import Path

import pytest

from evenhand.gate import shape_request
from evenhand.gate.blocking.refused_keys import RefusedKeys
from evenhand.gate.registers.row_keys import BUNDLE, DOMAIN
from tests.unit.gate.registers import NOW, compiled_gate, open_gate, row

LONG = "com." + "x" * 300


@pytest.mark.parametrize("opened", [open_gate, compiled_gate])
def test_both_forms_of_a_register_give_the_same_keys(tmp_path: Path, opened: object) -> None:
    """A compiled register keeps the hash of a long key: the hash must not be listed in its place."""
    gate = opened(tmp_path, row("a", "refuse", domains=("a.example",), bundles=(LONG, "com.a", "com.\u202ea")))  # type: ignore[operator]

    refused = RefusedKeys(gate.opened.resolver).at(NOW)

    assert list(refused.keys[DOMAIN]) == ["a.example"]
    assert list(refused.keys[BUNDLE]) == ["com.a"]


def test_the_strictest_row_decides_for_a_key(tmp_path: Path) -> None:
    """A name for why must be the one that weighs most."""
    gate = open_gate(tmp_path, row("a", "hold", seats=("1",)), row("b", "refuse", seats=("1",)))

    seats = RefusedKeys(gate.opened.resolver).at(NOW).keys[b"s"]

    assert gate.register.row(seats["1"]).id == "b"


def test_an_outlet_that_lapsed_below_a_refused_one_counts_as_allowed(tmp_path: Path) -> None:
    """Its ban has run out: a list that covers it by the domain above would go on with it."""
    below = row("a", "refuse", domains=("shop.big.example",), until=NOW)
    gate = open_gate(tmp_path, below, row("b", "refuse", domains=("big.example",)))

    refused = RefusedKeys(gate.opened.resolver).at(NOW)

    assert list(refused.keys[DOMAIN]) == ["big.example"]
    assert refused.above == {"big.example"}


def test_a_refused_domain_above_a_platform_s_host_is_told_of(tmp_path: Path) -> None:
    """Anyone who advertises for an app in the store is not the store's owner; the head may name further platforms."""
    owner = row("o", "refuse", domains=("google.com", "apps.example"))
    gate = compiled_gate(tmp_path, owner, shared_hosts=("store.apps.example",))

    assert RefusedKeys(gate.opened.resolver).at(NOW).above == {"google.com", "apps.example"}
    assert shape_request(b"{}", gate, NOW) == b"{}"
    assert gate.verdict(adomain=["google.com"], at=NOW).outcome == "refuse"
