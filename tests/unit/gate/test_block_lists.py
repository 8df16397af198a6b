"""What a system that does not ask must keep out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evenhand.gate.blocking.block_lists import Entry, block_lists
from evenhand.model.errors import RegisterInvalid
from tests.unit.gate.registers import FRESH_UNTIL, NOW, SUFFIXES, compiled_gate, open_gate, row

SOON = datetime(2026, 8, 1, 18, tzinfo=UTC)


def test_every_kind_of_key_is_an_entry_with_its_decision(tmp_path: Path) -> None:
    """An operator who is asked why an entry is there can tell."""
    keys: dict[str, Any] = {"bundles": ("com.pear",), "seats": ("512",), "accounts": ("x/pear",)}
    gate = compiled_gate(
        tmp_path, row("pear", "refuse", domains=("www.Birne.example",), until=SOON, **keys), row("fig")
    )

    lists = block_lists(gate, NOW, SUFFIXES)

    assert lists.entries == (
        Entry("account", "x/pear", "refuse", "d-pear", SOON),
        Entry("bundle", "com.pear", "refuse", "d-pear", SOON),
        Entry("domain", "birne.example", "refuse", "d-pear", SOON),
        Entry("seat", "512", "refuse", "d-pear", SOON),
    )
    assert lists.values("seat") == ("512",)
    assert lists.spelled == ("birne.example", "www.birne.example")
    assert lists.checkpoint == "log.example/made-up 7"


def test_the_domain_of_a_refused_payer_is_listed_too(tmp_path: Path) -> None:
    """A bid in its name is refused as an advertiser's is."""
    gate = open_gate(tmp_path, row("p", "hold", kind="payer", domains=("payer.example",)))

    assert block_lists(gate, NOW, SUFFIXES).spelled == ("payer.example", "www.payer.example")


def test_a_domain_above_an_allowed_party_is_named(tmp_path: Path) -> None:
    """Prebid compares text; who reads an entry with all that lies below it must know."""
    gate = open_gate(
        tmp_path, row("big", "refuse", domains=("big.example",)), row("shop", domains=("shop.big.example",))
    )

    lists = block_lists(gate, NOW, SUFFIXES, [b"shop.big.example"])

    assert lists.above == ("big.example",)
    assert lists.spelled == ("big.example", "www.big.example")


class HostingRules:
    """Suffix rules by which whatever stands before `pear.example` is open to anybody; fits `Suffixes`."""

    def suffix_of(self, host: str) -> str:
        return host if host.endswith(".pear.example") else "example"

    def knows(self, host: str) -> bool:
        return bool(host)


def test_a_spelling_that_is_a_public_suffix_is_left_out(tmp_path: Path) -> None:
    """Rules of the form `*.pear.example` exist: such a domain's `www.` may be another customer's."""
    gate = open_gate(tmp_path, row("a", "refuse", domains=("pear.example", "www.ck")))

    lists = block_lists(gate, NOW, HostingRules(), [b"PEAR.example", b"any.pear.example"])

    assert lists.spelled == ("PEAR.example", "pear.example", "www.ck", "www.www.ck")


@pytest.mark.parametrize("choice", ["allow", "hold", "refuse", None])
def test_a_stale_register_is_listed_only_if_it_is_to_be_used(tmp_path: Path, choice: Any) -> None:
    """No list can say `everything is held`; an empty one would let everybody pass."""
    gate = open_gate(tmp_path, row("pear", "refuse", domains=("pear.example",)), stale=choice)

    with pytest.raises(RegisterInvalid, match=r"stale.*`evenhand run`"):
        block_lists(gate, FRESH_UNTIL, SUFFIXES)


def test_a_stale_register_that_is_used_says_so(tmp_path: Path) -> None:
    """The report carries it on."""
    gate = open_gate(tmp_path, row("pear", "refuse", domains=("pear.example",)), stale="last")

    assert block_lists(gate, FRESH_UNTIL, SUFFIXES).stale
    assert not block_lists(gate, NOW, SUFFIXES).stale
