"""Keys of a register: the most specific one leads to a row."""

from pathlib import Path

import pytest

from evenhand.gate.keys import Keys
from evenhand.model.errors import RegisterInvalid
from evenhand.model.register import RegisterRow
from tests.unit.gate.registers import SUFFIXES, row


def keys(*rows: RegisterRow) -> Keys:
    return Keys(rows, Path("register.jsonl"), None)


def test_the_most_specific_domain_leads_to_its_row() -> None:
    """A tenant's sub-host may be a row of its own below somebody else's domain."""
    register = keys(row("owner", domains=("big.example",)), row("tenant", domains=("shop.big.example",)))

    def owner(host: str) -> str | None:
        found = register.by_host(host)
        return found.id if found else None

    assert owner("big.example") == owner("a.b.big.example") == "owner"
    assert owner("shop.big.example") == owner("x.shop.big.example") == "tenant"
    assert owner("notbig.example") is owner("big.example.org") is owner("example") is None


def test_a_platform_never_leads_to_the_row_of_its_owner() -> None:
    """An app's page in a store says which platform shows it, not who advertises."""
    register = keys(row("platform", "refuse", domains=("google.com", "youtube.com")))

    assert register.by_host("ads.google.com") is not None
    assert register.by_host("play.google.com") is None
    assert register.by_host("m.youtube.com") is None


def test_below_a_platform_a_row_of_ones_own_still_counts() -> None:
    """Some platforms give each page a host; that one names somebody."""
    register = keys(row("a", domains=("a.linktr.ee",)))

    assert register.by_host("www.a.linktr.ee") is not None
    assert register.by_host("b.linktr.ee") is None


def test_an_advertiser_comes_before_a_payer_of_the_same_id() -> None:
    """Every advertiser may also pay; asked by id, its own row answers."""
    register = keys(row("a", kind="payer"), row("a"), row("p", kind="payer"), row("s", kind="seat"))

    assert [each.kind for each in register.by_party("a") + register.by_party("p")] == ["advertiser", "payer"]
    assert register.by_party("s") == register.by_party("nobody") == register.by_party(None) == []


def test_a_seat_leads_to_its_own_row_and_to_each_party_it_is_on_file_for_once() -> None:
    """Several advertisers buy through one seat; a seat of another system is `asi/bsid`."""
    register = keys(
        row("512", kind="seat"), row("a", seats=("512", "512", "dsp.example/512")), row("b", seats=("512",))
    )

    assert [each.id for each in register.by_seat("512")] == ["512", "a", "b"]
    assert [each.id for each in register.by_seat("dsp.example/512")] == ["a"]
    assert register.by_seat("513") == register.by_seat("") == register.by_seat(None) == []


def test_bundles_are_compared_whole() -> None:
    """`com.ford` is not the owner of `com.ford.app`."""
    register = keys(row("a", bundles=("com.ford.app",)))

    assert [each.id for each in register.by_bundle("com.ford.app")] == ["a"]
    assert register.by_bundle("com.ford") == register.by_bundle(None) == []


def test_a_public_suffix_is_seen_where_the_rules_are_handed_in() -> None:
    """The gate of an ad server has no suffix list; the checks of what it opens were made when it was written."""
    claim = row("a", domains=("co.uk",))

    assert Keys([claim], Path("r"), None).by_host("ford.co.uk") is claim
    with pytest.raises(RegisterInvalid, match="public suffix"):
        Keys([claim], Path("r"), SUFFIXES)
